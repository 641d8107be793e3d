"""Full disks, ends without warning, several writers at once, others' files: all stays whole."""

from __future__ import annotations

import os
import random
import signal
import time
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from bounded import begun_apart, told_within
from command_line import POPULATION, call

import s3c
from s3c.cache import Cache
from s3c.runtime import write_table

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and limits as POSIX has them")

TIMES = "INITIAL TIME=0~~|FINAL TIME=4~~|TIME STEP=1~~|SAVEPER=1~~|"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "population.mdl"
    path.write_text(POPULATION, encoding="utf-8")
    return path


def whole(folder: Path, name: str) -> list[Path]:
    """The files of a folder, but for parts that bear no name that anybody reads."""
    return [each for each in folder.iterdir() if each.name.endswith(name)]


# --- Full disks ---


@pytest.mark.parametrize("ending", [".csv", ".tab", ".dat", ".xlsx", ".parquet", ".nc"])
def test_a_full_disk_leaves_what_was_there(model: Path, tmp_path: Path, ending: str) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    run = s3c.load(model, cache=False).run({"TIME STEP": 0.01, "SAVEPER": 0.01})
    out = folder / f"out{ending}"
    write_table(run, folder / f"first{ending}")  # whatever is imported is imported
    out.write_bytes(b"as it was")

    def work() -> str:
        write_table(run, out)
        return ""

    told = told_within(work, file_size=4096)
    assert told.startswith("error[S3C606]: ")
    assert "cannot be written" in told
    assert out.read_bytes() == b"as it was"
    assert sorted(each.name for each in folder.iterdir()) == [f"first{ending}", f"out{ending}"]


def test_a_full_disk_is_told_by_the_command(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_bytes(b"as it was")
    finer = ("--set", "TIME STEP=0.01", "--set", "SAVEPER=0.01")
    arguments = ("run", "--no-cache", model, "-o", out, *finer)

    def work() -> str:
        result = call(*arguments)
        return f"{result.exit_code} {result.stderr}"

    told = told_within(work, file_size=4096)
    assert told.startswith("2 error[S3C606]: ")
    assert out.read_bytes() == b"as it was"


def test_a_full_disk_keeps_no_half_of_a_compiled_form(model: Path, cache_folder: Path) -> None:
    told = told_within(lambda: str(s3c.load(model).run()["Population"][-1]), file_size=1024)
    assert float(told) == s3c.load(model, cache=False).run()["Population"][-1]
    assert not list(cache_folder.iterdir())


def test_a_full_disk_leaves_a_state_as_it_was(model: Path, tmp_path: Path) -> None:
    state = tmp_path / "run.state"
    begun = s3c.load(model, cache=False).start()
    begun.step()
    begun.save(state)
    before = state.read_bytes()
    begun.step(9)

    def work() -> str:
        begun.save(state)
        return ""

    assert told_within(work, file_size=512).startswith("error[S3C606]: ")
    assert state.read_bytes() == before


# --- Ends without warning ---


def write_for_ever(model: Path, out: Path, ready: int) -> None:
    """Write tables, a state and a compiled form, again and again."""
    run = s3c.load(model).run()
    begun = s3c.load(model).start()
    while True:
        for each in model.parent.glob("cache/*.py"):
            each.unlink(missing_ok=True)
        s3c.load(model)
        for ending in (".csv", ".xlsx"):
            write_table(run, out.with_suffix(ending))
        begun.save(out.with_suffix(".state"))
        if ready:
            os.close(ready)
            ready = 0


def cells(book: Path) -> list[tuple[object, ...]]:
    openpyxl: Any = import_module("openpyxl")
    return list(openpyxl.load_workbook(book).active.iter_rows(values_only=True))


def test_killed_at_any_moment_files_are_whole(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3C_CACHE", str(tmp_path / "cache"))
    out = tmp_path / "out.csv"
    loaded = s3c.load(model, cache=False)
    run = loaded.run()
    for ending in (".csv", ".xlsx"):
        write_table(run, tmp_path / f"expected{ending}")
    dice = random.Random(1)  # noqa: S311
    for _ in range(8):
        reading, ready = os.pipe()
        writer = begun_apart(partial(write_for_ever, model, out, ready))
        os.close(ready)
        with os.fdopen(reading) as pipe:
            assert pipe.read() == ""  # it ends when all is there once
        time.sleep(0.05 * dice.random())
        os.kill(writer, signal.SIGKILL)
        assert os.waitpid(writer, 0)[1] == signal.SIGKILL
        assert out.read_bytes() == (tmp_path / "expected.csv").read_bytes()
        assert cells(out.with_suffix(".xlsx")) == cells(tmp_path / "expected.xlsx")
        resumed = loaded.resume(out.with_suffix(".state"))
        resumed.run_until(10)
        assert resumed.value("Population") == run["Population"][-1]
        assert s3c.load(model).run()["Population"][-1] == run["Population"][-1]
    left = {each for each in tmp_path.iterdir() if each.stem not in {"expected", "out", "cache"}}
    assert all(each.name.startswith(".") and each.suffix == ".part" for each in left - {model})


def test_two_at_once_give_the_output_of_one(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    runs = [s3c.load(model).run({"birth rate": rate}) for rate in (0.1, 0.2)]
    may_be = set()
    for run in runs:
        write_table(run, tmp_path / "one.csv")
        may_be.add((tmp_path / "one.csv").read_bytes())
    assert len(may_be) == 2

    def write(run: s3c.Run) -> None:
        for _ in range(60):
            write_table(run, out)

    writers = {begun_apart(partial(write, run)) for run in runs}
    seen = set()
    while writers:
        ended, status = os.waitpid(-1, os.WNOHANG)
        if ended:
            writers.remove(ended)
            assert status == 0
        if out.exists():
            seen.add(out.read_bytes())
    assert seen <= may_be
    assert not whole(tmp_path, ".part")


# --- What a power cut leaves, and clocks that go back ---


def test_damaged_native_code_is_made_again(
    tmp_path: Path, cache_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "m.mdl"
    model.write_text("x = INTEG(1, 0) ~~|" + TIMES, encoding="utf-8")

    def numbers() -> list[float]:
        # As another process would find it.
        monkeypatch.setattr("s3c.runtime.native.modules._LOADED", {})
        return [float(each) for each in s3c.load(model).run(engine="native")["x"]]

    assert numbers() == [0, 1, 2, 3, 4]
    for pattern in ("__pycache__/*.nbi", "__pycache__/*.nbc", "*.py"):
        was_whole = {each: each.stat() for each in (cache_folder / "native").glob(pattern)}
        assert was_whole
        for file, status in was_whole.items():
            file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
            os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        damaged = {file: file.read_bytes() for file in was_whole}
        assert numbers() == [0, 1, 2, 3, 4]
        # Not by their size: numba counts what it compiles in the process, and writes the count.
        made = {file: file.read_bytes() for file in was_whole}
        assert all(made[file] != damaged[file] for file in was_whole)
        assert numbers() == [0, 1, 2, 3, 4]
        assert {file: file.read_bytes() for file in was_whole} == made  # whole: not made again


def test_a_model_that_is_older_than_its_compiled_form_is_read(model: Path) -> None:
    """A clock went back, or a copy kept its time: what counts is what stands in the file."""
    first = s3c.load(model).run()["Population"][-1]
    before = model.stat()
    model.write_text(POPULATION.replace("birth rate = 0.1", "birth rate = 0.2"), encoding="utf-8")
    for changed in (before.st_mtime_ns, before.st_mtime_ns - 10**18, 0):
        os.utime(model, ns=(changed, changed))
        found = s3c.load(model).run()["Population"][-1]
        assert found == s3c.load(model, cache=False).run()["Population"][-1] != first


# --- Who may have written what is read ---


@pytest.mark.parametrize("place", ["m.py", "__pycache__/m.nbi"])
def test_native_code_is_read_only_where_the_user_alone_writes(
    cache_folder: Path, place: str
) -> None:
    store = Cache(cache_folder)
    folder = store.private_folder("native")
    assert folder is not None
    planted = folder / place
    planted.parent.mkdir(exist_ok=True)
    planted.write_bytes(b"")
    planted.chmod(0o666)
    assert store.private_folder("native") == folder, "nobody else can enter the folder"
    folder.chmod(0o755)
    assert store.private_folder("native") is None, "others may have written the file"
    planted.chmod(0o644)
    assert store.private_folder("native") == folder
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o777)
    assert store.private_folder("native") is None


def test_a_link_to_a_folder_of_others_is_no_cache(model: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    theirs.chmod(0o777)
    link = tmp_path / "link"
    link.symlink_to(theirs, target_is_directory=True)
    store = Cache(link)
    assert store.private_folder("native") is None
    assert store.find(model.read_bytes(), str(model)) is None


def test_a_pipe_in_the_cache_is_not_waited_for(cache_folder: Path) -> None:
    store = Cache(cache_folder)
    cache_folder.mkdir(mode=0o700)
    os.mkfifo(cache_folder / f"{store.digest(b'x', 'm')}.py", 0o600)
    assert store.find(b"x", "m") is None


def test_a_pipe_in_the_place_of_a_file_of_elements_is_not_waited_for(tmp_path: Path) -> None:
    """What a kept form was made from, besides, is looked at before the form is used."""
    model, elements = tmp_path / "m.mdl", tmp_path / "e.csv"
    elements.write_text("a,b\n", encoding="utf-8")
    read = "GET DIRECT SUBSCRIPT('e.csv', ',', 'A1', 'B1', '')"
    model.write_text(f"R: {read} ~~| x[R] = 1 ~~|", encoding="utf-8")
    assert s3c.load(model).variables
    elements.unlink()
    os.mkfifo(elements)
    began = time.monotonic()
    with pytest.raises(s3c.CompileError, match="S3C"):
        s3c.load(model)
    assert time.monotonic() - began < 5
