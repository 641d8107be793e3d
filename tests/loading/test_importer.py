"""Model files as Python modules."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module, invalidate_caches
from pathlib import Path

import pytest
from command_line import POPULATION

import s3c
import s3c.importer


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on Python's path, from which what was imported is forgotten again."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    invalidate_caches()


def test_a_model_is_a_module(folder: Path) -> None:
    write(folder, "people_one.mdl", POPULATION)
    module = import_module("people_one")
    assert module.run({"birth rate": 0.02})["Population"][-1] == 100
    assert module.model.name == "people_one"
    assert "Population" in {each.name for each in module.variables}
    assert module.__file__ == str(folder / "people_one.mdl")
    assert str(folder) in (module.__doc__ or "")


def test_a_model_in_a_package_is_a_submodule(folder: Path) -> None:
    (folder / "our_models").mkdir()
    write(folder / "our_models", "__init__.py", "")
    write(folder / "our_models", "people.MDL", POPULATION)
    assert import_module("our_models.people").model.name == "people"


def test_a_python_module_of_the_same_name_wins(folder: Path) -> None:
    write(folder, "people_two.mdl", POPULATION)
    write(folder, "people_two.py", "who = 'python'")
    assert import_module("people_two").who == "python"


def test_a_bad_model_raises_its_errors(folder: Path) -> None:
    write(folder, "people_bad.mdl", "a = nothing ~~|\nb = (1 ~~|")
    with pytest.raises(s3c.CompileError) as error:
        import_module("people_bad")
    assert {each.code for each in error.value.diagnostics if each.is_error} == {"S3C105", "S3C201"}
    assert "people_bad" not in sys.modules


@pytest.mark.usefixtures("folder")
def test_what_is_nowhere_is_not_found() -> None:
    with pytest.raises(ModuleNotFoundError, match="people_nowhere"):
        import_module("people_nowhere")
