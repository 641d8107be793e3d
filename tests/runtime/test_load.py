"""Getting compiled models from text and files, and the face of the package."""

from __future__ import annotations

import inspect
import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np
import pytest

from s3c.runtime import CompiledModel, RunError, Space, UnknownNameError, load_module, load_text

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_and_a_text_are_the_same_model(population: CompiledModel, tmp_path: Path) -> None:
    path = tmp_path / "population.py"
    path.write_text(population.text, encoding="utf-8")
    loaded = load_module(path)
    np.testing.assert_array_equal(loaded.run()["population"], population.run()["population"])
    # The model keeps its own text, whatever becomes of the file.
    path.write_text("", encoding="utf-8")
    assert loaded.text == population.text
    assert loaded.run({"births": 0})["births"][0] == 0


def test_the_text_can_be_inspected(population: CompiledModel) -> None:
    assert inspect.getsource(population.equations.step).startswith("def step(time, fixed")
    assert population.text.startswith('"""Compiled from population.mdl')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1", "declares no ABI"),
        ("ABI = 999", "made for version 999 of the runtime, not 6"),
        ("ABI = 6", "has no `model`"),
        ("ABI = 6\nmodel = 3", "has no `model`"),
        ("ABI = 6\nfrom s3c.runtime import Unheard", "made for another runtime"),
        ("ABI = ", "is not Python"),
        ("\0", "is not Python"),
    ],
)
def test_what_is_no_compiled_model(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "bad.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match="S3C605") as in_text:
        load_text(text, "bad")
    with pytest.raises(RunError, match="S3C605") as in_file:
        load_module(path)
    assert words in in_text.value.message
    assert words in in_file.value.message


def test_another_abi_is_not_executed(tmp_path: Path) -> None:
    trap = tmp_path / "executed"
    text = f"ABI = 1\nopen({str(trap)!r}, 'w').close()"
    with pytest.raises(RunError):
        load_text(text, "trap")
    assert not trap.exists()


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="S3C606"):
        load_module(tmp_path / "none.py")
    with pytest.raises(RunError, match="S3C606"):
        load_module(tmp_path)
    (tmp_path / "latin.py").write_bytes(b"# \xe9")
    with pytest.raises(RunError, match="S3C605"):
        load_module(tmp_path / "latin.py")


def test_the_model_knows_its_variables(population: CompiledModel) -> None:
    assert population.variable(" BIRTH_rate").name == "birth rate"
    assert population.find("nothing") is None
    with pytest.raises(UnknownNameError):
        population.variable("nothing")
    assert [each.name for each in population.in_space(Space.STOCK)] == ["population"]
    assert [each.index for each in population.in_space(Space.PARAMETER)] == list(range(6))
    assert "birth rate" in population.names
    assert repr(population) == "<CompiledModel population: 15 variables, from population.mdl>"


def test_the_face_has_all_that_it_declares() -> None:
    face = import_module("s3c.runtime")
    for name in face.__all__:
        assert getattr(face, name) is not None
    assert set(face.__all__) <= set(dir(face))
    with pytest.raises(AttributeError, match="nothing"):
        _ = face.nothing


def test_a_generated_module_starts_without_numpy() -> None:
    names = "ABI, CompiledModel, Equations, FixedDelay, Lookup, Method, VariableInfo"
    script = (
        f"import sys\nfrom s3c.runtime import {names}\n"
        "from s3c.runtime.time_inputs import pulse\n"
        "assert not {'numpy', 'pandas', 'matplotlib', 's3c.compiler'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
