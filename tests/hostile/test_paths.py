"""Names of files in models, and files that never end: nothing outside is read, nothing waits."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import POPULATION, call

import s3c
from s3c.compiler import CompileError
from s3c.experiments import ExperimentError, read_experiment
from s3c.runtime import Files, RunError, read_changes, read_dataset, read_save_list

pytestmark = pytest.mark.skipif(os.name == "nt", reason="paths and pipes as POSIX has them")

SECRET = "4711"  # noqa: S105
READERS = {
    "XLS": "x = GET XLS CONSTANTS('{}', ',', 'A1') ~~|",
    "direct": "x = GET DIRECT CONSTANTS('{}', ',', 'A1') ~~|",
    "data": "x :RAW: := GET DIRECT DATA('{}', ',', 'A', 'B1') ~~|",
    "range": "R: GET DIRECT SUBSCRIPT('{}', ',', 'A1', 'A1', '') ~~| x[R] = 1 ~~|",
}
OUTSIDE = (
    "../secret.csv", "..\\secret.csv", "a/../../secret.csv", "{outside}/secret.csv", "link.csv",
    "linked/secret.csv", "LINK.CSV", "./linked/../secret.csv", "{outside}/model/../secret.csv",
    "pipe.csv", "/dev/zero", "/dev/stdin", "/proc/self/environ", "CON", "con.csv", "a/NUL.csv",
    "COM1", "C:/secret.csv", "\\\\server\\share\\secret.csv", "file:///etc/passwd", "~/secret.csv",
    "..", ".", "a/" * 3000 + "b.csv", "?alias", "x\0y.csv",
)  # fmt: skip


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model's folder, with ways out of it, and a secret beside it."""
    folder = tmp_path / "model"
    (folder / "a").mkdir(parents=True)
    (tmp_path / "secret.csv").write_text(f"{SECRET},1\n", encoding="utf-8")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "linked").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(folder / "pipe.csv")
    return folder / "m.mdl"


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", OUTSIDE, ids=lambda name: ascii(name[:40]))
def test_no_name_leads_out(model: Path, name: str, reader: str) -> None:
    name = name.format(outside=model.parent.parent)
    model.write_text(READERS[reader].format(name), encoding="utf-8")
    began = time.monotonic()
    with pytest.raises((RunError, CompileError)) as caught:
        s3c.load(model, cache=False).run({"FINAL TIME": 1})
    assert time.monotonic() - began < 5
    assert SECRET not in str(caught.value)
    assert "error[S3C" in str(caught.value)
    assert "S3C9" not in str(caught.value)


@pytest.mark.parametrize("reader", READERS)
def test_the_same_file_inside_is_read(model: Path, reader: str) -> None:
    (model.parent / "a" / "inside.csv").write_text("1,2\n3,4\n", encoding="utf-8")
    model.write_text(READERS[reader].format("a/../a/inside.csv"), encoding="utf-8")
    assert s3c.load(model, cache=False).run({"FINAL TIME": 1}).names


def test_steps_back_and_forth_do_not_double(tmp_path: Path) -> None:
    """Two folders that differ in case: each step back would double the ways there."""
    for each in ("a", "A"):
        (tmp_path / each).mkdir()
    if len(list(tmp_path.iterdir())) < 2:
        pytest.skip("this file system knows no case")
    began = time.monotonic()
    with pytest.raises(RunError, match="S3C609"):
        Files(tmp_path).number("a/../" * 60 + "X.CSV", ",", "A1")
    assert time.monotonic() - began < 5


# --- What never ends ---


def pipe(folder: Path, ending: str) -> Path:
    """A pipe to which nobody writes: to open it would wait for ever."""
    os.mkfifo(folder / f"pipe{ending}")
    return folder / f"pipe{ending}"


def device(folder: Path, ending: str) -> Path:
    """A link to what has no end."""
    (folder / f"zeros{ending}").symlink_to("/dev/zero")
    return folder / f"zeros{ending}"


def large(folder: Path, ending: str) -> Path:
    """A file of a terabyte, which takes no place on the disk."""
    path = folder / f"large{ending}"
    with path.open("wb") as file:
        file.truncate(2**40)
    return path


def run_with(option: str) -> Callable[[Path], object]:
    def read(path: Path) -> str:
        model = path.with_name("m.mdl")
        model.write_text(POPULATION, encoding="utf-8")
        result = call("run", "-q", model, option, path)
        assert result.exit_code == 2
        raise RunError("", result.stderr)

    return read


def experiment_of(path: Path) -> object:
    """The experiment of a stranger may name any file as its model."""
    file = path.with_name("e.toml")
    file.write_text(f"model = {path.name!r}\n", encoding="utf-8")
    return read_experiment(file)


def population(path: Path) -> s3c.CompiledModel:
    model = path.with_name("m.mdl")
    model.write_text(POPULATION, encoding="utf-8")
    return s3c.load(model, cache=False)


READ: dict[str, tuple[str, Callable[[Path], object]]] = {
    "model": (".mdl", s3c.load),
    "XMILE": (".xmile", s3c.load),
    "module": (".py", s3c.load),
    "model of an experiment": (".mdl", experiment_of),
    "experiment": (".toml", read_experiment),
    "changes": (".cin", lambda path: read_changes(path, population(path))),
    "save list": (".lst", lambda path: read_save_list(path, population(path))),
    "data": (".csv", read_dataset),
    "export": (".dat", read_dataset),
    "state": (".state", run_with("--resume")),
}


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("make", [pipe, device])
def test_what_is_no_file_is_refused_at_once(
    tmp_path: Path, kind: str, make: Callable[[Path, str], Path]
) -> None:
    ending, read = READ[kind]
    path = make(tmp_path, ending)
    began = time.monotonic()
    with pytest.raises((RunError, ExperimentError), match="cannot be read: it is not a file"):
        read(path)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("kind", [each for each in READ if each not in {"data", "export"}])
def test_what_is_too_large_is_refused(tmp_path: Path, kind: str) -> None:
    ending, read = READ[kind]
    path = large(tmp_path, ending)
    began = time.monotonic()
    with pytest.raises((RunError, ExperimentError), match="larger than"):
        read(path)
    assert time.monotonic() - began < 10
