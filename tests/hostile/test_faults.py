"""Full disks, ends without warning, several writers at once, others' files: all stays whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bounded import told_within
from command_line import POPULATION

import s3c
from s3c.cache import Cache
from s3c.runtime import write_table

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and limits as POSIX has them")

LINES = 11  # of the output: its head, and ten years and one less the head


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "population.mdl"
    path.write_text(POPULATION, encoding="utf-8")
    return path


def whole(folder: Path, name: str) -> list[Path]:
    """The files of a folder, but for parts that bear no name that anybody reads."""
    return [each for each in folder.iterdir() if each.name.endswith(name)]


# --- Full disks ---


@pytest.mark.parametrize("ending", [".csv", ".dat", ".xlsx", ".parquet", ".nc"])
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

WRITER = """
import sys, s3c
from pathlib import Path
from s3c.runtime import write_table
model, out, state = map(Path, sys.argv[1:])
run = s3c.load(model).run()
begun = s3c.load(model).start()
write_table(run, out)
begun.save(state)
print("ready", flush=True)
while True:
    for each in model.parent.glob("cache/*.py"):
        each.unlink(missing_ok=True)
    s3c.load(model)
    write_table(run, out)
    begun.save(state)
"""


def test_killed_at_any_moment_files_are_whole(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3C_CACHE", str(tmp_path / "cache"))
    out, state = tmp_path / "out.csv", tmp_path / "run.state"
    loaded = s3c.load(model, cache=False)
    expected = loaded.run()["Population"][-1]
    write_table(loaded.run(), tmp_path / "expected.csv")
    dice = random.Random(1)  # noqa: S311
    for _ in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(model), str(out), str(state)],
            stdout=subprocess.PIPE,
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(0.1 * dice.random())
        writer.kill()
        assert writer.wait() == -signal.SIGKILL
        writer.stdout.close()
        assert out.read_bytes() == (tmp_path / "expected.csv").read_bytes()
        resumed = loaded.resume(state)
        resumed.run_until(10)
        assert resumed.value("Population") == expected
        assert s3c.load(model).run()["Population"][-1] == expected
    known = {"cache", "expected.csv", "out.csv", "population.mdl", "run.state"}
    left = {each.name for each in tmp_path.iterdir()} - known
    assert all(each.startswith(".") and each.endswith(".part") for each in left)


SAME_OUTPUT = """
import sys, s3c
from pathlib import Path
from s3c.runtime import write_table
run = s3c.load(sys.argv[1]).run({"birth rate": float(sys.argv[3])})
for _ in range(60):
    write_table(run, Path(sys.argv[2]))
"""


def test_two_at_once_give_the_output_of_one(model: Path, tmp_path: Path) -> None:
    out, rates = tmp_path / "out.csv", ("0.1", "0.2")
    may_be = set()
    for rate in rates:
        write_table(s3c.load(model).run({"birth rate": float(rate)}), tmp_path / "one.csv")
        may_be.add((tmp_path / "one.csv").read_bytes())
    assert len(may_be) == 2
    writers = [
        subprocess.Popen([sys.executable, "-c", SAME_OUTPUT, str(model), str(out), rate])
        for rate in rates
    ]
    seen = set()
    while any(each.poll() is None for each in writers):
        if out.exists():
            seen.add(out.read_bytes())
    assert [each.returncode for each in writers] == [0, 0]
    seen.add(out.read_bytes())
    assert seen <= may_be
    assert not whole(tmp_path, ".part")


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
