"""Names of files in models, and files that never end: nothing outside is read, nothing waits."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from command_line import POPULATION, call

import s3c
from s3c.compiler import CompileError
from s3c.experiments import ExperimentError, read_experiment, read_vensim_experiment
from s3c.runtime import ABI, Files, RunError, read_changes, read_dataset, read_save_list

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


def test_a_link_that_takes_a_files_place_in_between_is_not_followed(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file was looked at, and lay inside; now it is a link to what does not."""
    inside = model.parent / "inside.csv"

    folders: Any = import_module("s3c.runtime.data.finding").Folders
    find = folders.find

    def swapped(self: object, name: str) -> Any:
        found = find(self, name)
        inside.unlink()
        inside.symlink_to(model.parent.parent / "secret.csv")
        return found

    monkeypatch.setattr(folders, "find", swapped)
    for ending, read in READERS.items():
        if ending == "range":  # the compiler's own
            continue
        inside.unlink(missing_ok=True)
        inside.write_text("1,2\n3,4\n", encoding="utf-8")
        model.write_text(read.format("inside.csv"), encoding="utf-8")
        with pytest.raises(RunError, match="S3C606") as caught:
            s3c.load(model, cache=False).run({"FINAL TIME": 1})
        assert SECRET not in str(caught.value)


XMILE = """<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"
 xmlns:isee="http://iseesystems.com/XMILE" xmlns:xi="http://www.w3.org/2001/XInclude"><header>
<includes><include resource="{0}"/></includes></header>
<sim_specs><start>0</start><stop>1</stop><dt>1</dt></sim_specs><data>
<import type="CSV" resource="{0}" isee:frequency="automatic"/></data><xi:include href="{0}"/>
<model resource="{0}"><variables><aux name="x"><eqn>1</eqn><isee:import resource="{0}"/></aux>
</variables></model></xmile>"""


@pytest.mark.parametrize("name", ["../secret.csv", "{outside}/secret.csv", "pipe.csv", "link.csv"])
def test_files_that_xmile_names_are_not_opened(
    model: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = model.with_suffix(".xmile")
    file.write_text(XMILE.format(name.format(outside=model.parent.parent)), encoding="utf-8")
    opened = list[str]()
    really = os.open

    def watched(path: str, *arguments: int, **more: int) -> int:
        opened.append(str(path))
        return really(path, *arguments, **more)

    monkeypatch.setattr(os, "open", watched)
    call("check", file)
    assert [Path(each).name for each in opened] == [file.name]


# --- What experiments and studies name ---


def test_python_that_an_experiment_or_a_study_names_is_not_executed(tmp_path: Path) -> None:
    planted = tmp_path / "planted"
    code = f"ABI = {ABI}\nopen({str(planted)!r}, 'w')\n"
    for name in ("evil.py", "evil.PY"):
        (tmp_path / name).write_text(code, encoding="utf-8")
        experiment = tmp_path / "e.toml"
        experiment.write_text(f"model = '{name}'\n[[scenario]]\nname = 'a'\n", encoding="utf-8")
        with pytest.raises(ExperimentError, match=r"S3C606.*would be executed"):
            read_experiment(experiment)
        study = tmp_path / "s.toml"
        block = f"[[section.block]]\nrun = '{name}'\nshow = ['x']\nat = 'end'\n"
        study.write_text(f"title = 't'\n[[section]]\nheading = 'h'\n{block}", encoding="utf-8")
        result = call("study", study)
        assert result.exit_code == 1
        assert "would be executed" in result.stderr
    assert not planted.exists()


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


def experiment_with(lines: str) -> Callable[[Path], object]:
    """An experiment that names a file besides its model."""

    def read(path: Path) -> object:
        path.with_name("m.mdl").write_text(POPULATION, encoding="utf-8")
        file = path.with_name("e.toml")
        text = f"model = 'm.mdl'\n{lines.format(path.name)}[[scenario]]\nname = 'a'\n"
        file.write_text(text, encoding="utf-8")
        return read_experiment(file)

    return read


def samples_of_vensim(path: Path) -> object:
    model, control = path.with_name("m.mdl"), path.with_name("v.vsc")
    model.write_text(POPULATION, encoding="utf-8")
    control.write_text(f"200,F,1234,{path.name},0\n", encoding="utf-8")
    return read_vensim_experiment(model, vsc=control)


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
    "table of constants": (".csv", experiment_with("constants_from = '{}'\n")),
    "changes of an experiment": (".cin", experiment_with("changes = '{}'\n")),
    "samples": (".csv", experiment_with("sensitivity = {{ sampling = 'file', table = '{}' }}\n")),
    "samples of Vensim": (".tab", samples_of_vensim),
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
