"""The cache folder stays within bounds, and what is not s3c's stays in it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import s3c
from s3c.runtime import write_whole
from s3c.sweeping import sweep

DAY = 86_400
FORM, OTHER_FORM = f"{'a' * 64}.py", f"{'b' * 64}.py"
MODULE = "m" + "c" * 40
MACHINE = (f"{MODULE}.shared-15.py311.nbi", f"{MODULE}.shared-15.py311.1.nbc")


def put(file: Path, days: float, size: int = 10) -> Path:
    """A file of so many bytes that was last used so many days ago."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"#" * size)
    used(file, days)
    return file


def used(file: Path, days: float) -> None:
    """Say that a file was last read then; it was written long before."""
    now = time.time()
    os.utime(file, (now - days * DAY, now - 900 * DAY))


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.rglob("*") if not each.is_dir()}


def test_what_nobody_uses_is_thrown_away(tmp_path: Path) -> None:
    put(tmp_path / FORM, 61)
    put(tmp_path / OTHER_FORM, 59)
    sweep(tmp_path)
    assert names(tmp_path) == {OTHER_FORM}


def test_what_is_too_much_goes_by_when_it_was_used(tmp_path: Path) -> None:
    forms = [f"{number:064x}.py" for number in range(9)]
    for days, form in enumerate(forms):
        put(tmp_path / form, days, 1000)
    sweep(tmp_path, most_bytes=4500)
    assert names(tmp_path) == set(forms[:4])


def test_a_native_module_goes_with_its_machine_code_or_not_at_all(tmp_path: Path) -> None:
    native = tmp_path / "native"
    module = put(native / f"{MODULE}.py", 61)
    for name in MACHINE:
        put(native / "__pycache__" / name, 99)
    used(module, 1)
    sweep(tmp_path)
    assert names(tmp_path) == {module.name, *MACHINE}
    used(module, 61)
    sweep(tmp_path)
    assert names(tmp_path) == set()
    assert native.is_dir()


def test_nothing_else_is_touched(tmp_path: Path) -> None:
    """The folder may be one that somebody keeps other things in."""
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    others = [
        *("notes.py", f"{'a' * 63}.py", f"{'A' * 64}.py", f"{FORM}.bak", f"m{'a' * 40}.py"),
        *(f"native/{FORM}", "native/mine.py", "native/__pycache__/mine.cpython-311.pyc"),
        *("native/__pycache__/other.shared-15.py311.nbi", f"other/{FORM}", ".mine.part"),
    ]
    for name in others:
        put(folder / name, 999)
    target = put(outside / FORM, 999)
    (folder / OTHER_FORM).symlink_to(target)
    (folder / f"{'d' * 64}.py").mkdir()
    before = names(tmp_path)
    sweep(folder, longest=0, most_bytes=0)
    assert names(tmp_path) == before
    assert (folder / f"{'d' * 64}.py").is_dir()


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_folder_behind_a_link_is_not_swept(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    put(elsewhere / f"{MODULE}.py", 999)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "native").symlink_to(elsewhere)
    sweep(folder)
    assert names(elsewhere) == {f"{MODULE}.py"}


def test_what_a_killed_writer_has_left_is_thrown_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        patch.setattr(Path, "unlink", lambda _: None)
        for place in (tmp_path / FORM, tmp_path / f"{MODULE}.py"):
            with pytest.raises(KeyboardInterrupt):
                write_whole(place, b"half")
    old, young = sorted(tmp_path.iterdir())
    os.utime(old, (0, 0))
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [young]


def test_a_folder_that_is_not_there_is_swept(tmp_path: Path) -> None:
    sweep(tmp_path / "nowhere")
    assert not list(tmp_path.iterdir())


def test_a_use_is_noted_and_the_change_is_not(population: Path, cache_folder: Path) -> None:
    s3c.load(population)
    (form,) = cache_folder.iterdir()
    used(form, 50)
    changed = form.stat().st_mtime_ns
    s3c.load(population)
    assert time.time() - form.stat().st_atime < DAY
    assert form.stat().st_mtime_ns == changed


def test_what_is_kept_sweeps_now_and_then(
    population: Path, cache_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("s3c.cache._A_SWEEP_EACH", 2)
    swept = 0
    old = cache_folder / OTHER_FORM
    text = population.read_text()
    cache_folder.mkdir(mode=0o700)
    for number in range(40):
        put(old, 99)
        population.write_text(text.replace("birth rate = 0.1", f"birth rate = 0.{number}"))
        s3c.load(population)
        swept += not old.exists()
    assert 0 < swept < 40


def test_a_native_module_that_is_swept_is_made_again(
    population: Path, cache_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may sweep between the finding of a module and its loading."""
    pytest.importorskip("numba")
    modules = import_module("s3c.runtime.native.modules")
    load = modules._load
    missed: list[Path] = []

    def late(file: Path) -> object:
        if not missed:
            missed.append(file)
            file.unlink()
        return load(file)

    monkeypatch.setattr(modules, "_load", late)
    run = s3c.load(population).run(engine="native")
    assert missed
    assert missed[0].exists()
    assert missed[0].parent == cache_folder / "native"
    expected = s3c.load(population).run(engine="python")
    np.testing.assert_array_equal(run["Population"], expected["Population"])


SWEEPER = """
import pathlib, sys, s3c
from s3c.runtime import write_whole
from s3c.sweeping import sweep
for _ in range(60):
    sweep(pathlib.Path(sys.argv[2]), most_bytes=0)
    print(repr(float(s3c.load(sys.argv[1]).run()["Population"][-1])))
"""


def test_two_processes_may_sweep_at_once(population: Path, cache_folder: Path) -> None:
    command = [sys.executable, "-c", SWEEPER, str(population), str(cache_folder)]
    sweepers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [each.communicate(timeout=60) for each in sweepers]
    expected = float(s3c.load(population, cache=False).run()["Population"][-1])
    for out, errors in told:
        assert errors == ""
        assert list(map(float, out.split())) == [expected] * 60
