"""Compiled forms are kept, found again, and never trusted blindly."""

from __future__ import annotations

import hashlib
import marshal
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

import s3c
from s3c.cache import Cache
from s3c.loading import load_with_warnings

Damage = Callable[[bytes], bytes]


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the models that were compiled, and not taken from the cache."""
    from s3c import compiler

    names: list[str] = []
    compile_source = compiler.compile_source

    def counted(source: compiler.Source, data_root: Sequence[Path] = ()) -> compiler.Compilation:
        names.append(source.name)
        return compile_source(source, data_root)

    monkeypatch.setattr(compiler, "compile_source", counted)
    return names


def only(folder: Path) -> Path:
    """The one file of a folder."""
    (file,) = folder.iterdir()
    return file


def last(model: s3c.CompiledModel) -> float:
    return float(model.run()["Population"][-1])


def test_a_model_is_compiled_once(population: Path, compilations: list[str]) -> None:
    first, second = s3c.load(population), s3c.load(population)
    assert len(compilations) == 1
    assert first.text == second.text
    for name in first.run().names:
        np.testing.assert_array_equal(first.run()[name], second.run()[name])


def test_an_error_in_a_kept_form_finds_its_equation(tmp_path: Path) -> None:
    model = tmp_path / "root.mdl"
    model.write_text(
        "a = SQRT(2 - Time) ~~| FINAL TIME = 9 ~~| INITIAL TIME = 0 ~~| TIME STEP = 1 ~~|"
    )
    told = []
    for _ in range(2):
        with pytest.raises(s3c.SimulationError) as raised:
            s3c.load(model).run()
        told.append(str(raised.value))
    assert told[0] == told[1]
    assert "“a”" in told[0]


def test_the_folder_is_the_one_that_is_asked_for(population: Path, cache_folder: Path) -> None:
    assert not cache_folder.exists()
    s3c.load(population)
    assert only(cache_folder).suffix == ".py"
    assert only(population.parent) == population


def test_only_the_user_can_enter_the_folder(population: Path, cache_folder: Path) -> None:
    s3c.load(population)
    assert cache_folder.stat().st_mode & 0o777 == 0o700
    assert only(cache_folder).stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.name == "nt", reason="rights are not modes there")
@pytest.mark.parametrize("mask", [0o000, 0o002, 0o077])
def test_any_umask_will_do(population: Path, compilations: list[str], mask: int) -> None:
    before = os.umask(mask)
    try:
        s3c.load(population)
        s3c.load(population)
    finally:
        os.umask(before)
    assert len(compilations) == 1


def test_without_the_cache_nothing_is_kept(
    population: Path, cache_folder: Path, compilations: list[str]
) -> None:
    s3c.load(population, cache=False)
    assert not cache_folder.exists()
    s3c.load(population)
    s3c.load(population, cache=False)
    assert len(compilations) == 3


def test_an_edit_is_seen_and_so_is_its_undoing(population: Path, compilations: list[str]) -> None:
    text = population.read_text()
    results = []
    for each in (text, text.replace("birth rate = 0.1", "birth rate = 0.2"), text):
        population.write_text(each)
        results.append(last(s3c.load(population)))
    assert results[0] == results[2] < results[1]
    assert len(compilations) == 2


def test_the_same_text_under_another_name_is_another_model(
    population: Path, compilations: list[str]
) -> None:
    other = population.with_name("other.mdl")
    other.write_bytes(population.read_bytes())
    assert s3c.load(population).name == "population"
    assert s3c.load(other).name == "other"
    assert len(compilations) == 2


def test_another_version_of_s3c_compiles_anew(
    population: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    s3c.load(population)
    monkeypatch.setattr("s3c.cache.VERSION", "0.0.0")
    s3c.load(population)
    assert len(compilations) == 2


def flipped(data: bytes) -> bytes:
    """The text with one digit changed: still Python, but not what the compiler wrote."""
    assert data.count(b"value=0.1") == 1
    return data.replace(b"value=0.1", b"value=0.9")


def another_code(data: bytes) -> bytes:
    """The form with other compiled code than that of its text."""
    head, zero, _ = data.partition(b"\0")
    return head + zero + marshal.dumps(compile("print('hello')", "other", "exec"))


def without_code(data: bytes) -> bytes:
    """The form as s3c once kept it, with a checksum that is right."""
    body = data.split(b"\n", 1)[1].partition(b"\0")[0]
    return b"# s3c compiled form " + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


DAMAGES: dict[str, Damage] = {
    "empty": lambda _: b"",
    "one line": lambda data: data.splitlines()[0],
    "truncated": lambda data: data[:-40],
    "longer": lambda data: data + b"print('hello')\n",
    "a number changed": flipped,
    "other code": another_code,
    "no code": without_code,
    "junk": lambda _: b"\xff\xfe\x00" * 99,
    "no checksum": lambda data: data.split(b"\n", 1)[1],
    "another checksum": lambda data: data.replace(data.split(b"\n", 1)[0][-8:], b"0" * 8, 1),
    "warnings that are none": lambda data: data.replace(b"# [[], {}]", b"# [[], {]", 1),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_form_is_replaced(
    population: Path, cache_folder: Path, compilations: list[str], damage: Damage
) -> None:
    expected = last(s3c.load(population))
    file = only(cache_folder)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert last(s3c.load(population)) == expected
    assert len(compilations) == 2
    assert only(cache_folder).read_bytes() == whole


@pytest.mark.skipif(os.name == "nt", reason="rights are not modes there")
@pytest.mark.parametrize("mode", [0o020, 0o002])
@pytest.mark.parametrize("which", ["folder", "file"])
def test_what_others_may_write_is_not_trusted(
    population: Path, cache_folder: Path, compilations: list[str], mode: int, which: str
) -> None:
    expected = last(s3c.load(population))
    path = cache_folder if which == "folder" else only(cache_folder)
    path.chmod(path.stat().st_mode | mode)
    assert last(s3c.load(population)) == expected
    assert len(compilations) == 2


def test_a_link_to_another_users_file_is_not_trusted(
    population: Path, cache_folder: Path, compilations: list[str]
) -> None:
    s3c.load(population)
    file = only(cache_folder)
    target = population.with_name("planted.py")
    target.write_bytes(file.read_bytes())
    target.chmod(0o666)
    file.unlink()
    file.symlink_to(target)
    s3c.load(population)
    assert len(compilations) == 2


def test_a_folder_that_cannot_be_made_is_done_without(
    population: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in (population, population / "below", population.parent / ("x" * 999)):
        monkeypatch.setenv("S3C_CACHE", str(folder))
        assert s3c.load(population).name == "population"
    assert only(population.parent) == population


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_cannot_be_written_is_done_without(
    population: Path, cache_folder: Path
) -> None:
    cache_folder.mkdir(mode=0o500)
    assert s3c.load(population).name == "population"
    assert not list(cache_folder.iterdir())


def test_the_default_is_where_the_system_keeps_caches(
    population: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from s3c.cache import Cache

    monkeypatch.delenv("S3C_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setattr(sys, "platform", "linux")
    assert Cache.default().folder == tmp_path / "xdg" / "s3c"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert Cache.default().folder == tmp_path / ".cache" / "s3c"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert Cache.default().folder == tmp_path / "local" / "s3c"
    assert population.exists()


def test_warnings_are_told_again(tmp_path: Path, compilations: list[str]) -> None:
    model = tmp_path / "no times.mdl"
    model.write_text("a = 1 ~~|")
    first, second = load_with_warnings(model), load_with_warnings(model)
    assert len(compilations) == 1
    assert first.warnings == second.warnings
    assert len(first.warnings) == 3
    assert first.warnings[0].startswith("warning[S3C213]")


def test_letters_of_an_old_encoding_survive_the_cache(
    tmp_path: Path, compilations: list[str]
) -> None:
    model = tmp_path / "odd.mdl"
    model.write_bytes(b'"caf\xe9" = 1 ~ \x80 ~ na\xefve |')
    first, second = s3c.load(model), s3c.load(model)
    assert len(compilations) == 1
    assert first.names == second.names
    assert first.variable("CAFÉ").units == second.variable("café").units == "€"


WRITER = """
import sys, pathlib, s3c
model = pathlib.Path(sys.argv[1])
for _ in range(15):
    for file in pathlib.Path(sys.argv[2]).glob("*.py"):
        file.unlink(missing_ok=True)
    print(repr(float(s3c.load(model).run()["Population"][-1])))
"""


def test_two_processes_may_write_at_once(population: Path, cache_folder: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(population), str(cache_folder)]
    writers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [writer.communicate(timeout=60) for writer in writers]
    expected = last(s3c.load(population, cache=False))
    for out, errors in told:
        assert errors == ""
        assert set(map(float, out.split())) == {expected}
    assert [each.suffix for each in cache_folder.iterdir()] in ([".py"], [])


# --- A folder for machine code ---


def test_a_folder_of_ours_alone_is_made_where_it_is_asked_for(tmp_path: Path) -> None:
    folder = Cache(tmp_path / "cache").private_folder("native")
    assert folder == tmp_path / "cache" / "native"
    assert folder is not None
    assert folder.is_dir()


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
@pytest.mark.parametrize("open_one", ["", "native", "native/m.nbi", "native/__pycache__/m.nbc"])
def test_a_folder_that_others_may_write_to_is_not_used(tmp_path: Path, open_one: str) -> None:
    inside = tmp_path / "native" / "__pycache__"
    inside.mkdir(parents=True)
    files = (tmp_path / "native" / "m.nbi", inside / "m.nbc")
    for each in (tmp_path, tmp_path / "native", inside, *files):
        each.touch()
        each.chmod(0o755)
    assert Cache(tmp_path).private_folder("native") == tmp_path / "native"
    assert (tmp_path / "native").stat().st_mode & 0o077 == 0
    (tmp_path / "native").chmod(0o755)
    (tmp_path / open_one).chmod(0o777)
    assert Cache(tmp_path).private_folder("native") is None


def test_a_file_in_the_place_of_the_folder_leaves_none(tmp_path: Path) -> None:
    (tmp_path / "native").write_text("")
    assert Cache(tmp_path).private_folder("native") is None
