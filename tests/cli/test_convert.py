"""`s3c convert`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from command_line import call

import s3c


def files(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


@pytest.mark.parametrize("name", ["out.xmile", "out.stmx", "OUT.MDL"])
def test_a_converted_model_runs_the_same(population: Path, name: str) -> None:
    out = population.with_name(name)
    result = call("convert", population, out)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == ""
    assert f"{population} -> {out}" in result.stderr
    before, after = (s3c.load(each, cache=False).run() for each in (population, out))
    assert set(after.columns) >= set(before.columns)
    for each in before.columns:
        assert np.allclose(before[each], after[each], 1e-12, 1e-12)


def test_there_and_back(population: Path) -> None:
    there, back, again = (population.with_name(n) for n in ("a.xmile", "b.mdl", "c.xmile"))
    for source, target in ((population, there), (there, back), (back, again)):
        assert call("convert", "-q", source, target).exit_code == 0
    assert "All of them." in back.read_text(encoding="utf-8")
    before, after = (s3c.load(each, cache=False).run() for each in (population, again))
    assert np.allclose(before["Population"], after["Population"], 1e-12)


def test_from_vensim_s_language_to_itself_nothing_is_lost(tmp_path: Path) -> None:
    model, out = tmp_path / "model.mdl", tmp_path / "out.mdl"
    controls = b"FINAL TIME=1 ~~|INITIAL TIME=0 ~~|TIME STEP=1 ~~|"
    model.write_bytes(b"{ kept }\nx = 1 {too} + 2 ~ caf\xe9 [0,?] ~ What it is. |" + controls)
    assert call("convert", model, out).exit_code == 0
    written = out.read_bytes()
    for kept in (b"{ kept }", b"1 {too} + 2", b"caf\xe9 [0,?]", b"What it is."):
        assert kept in written
    assert b"Sketch" not in written


def test_quiet_says_nothing(population: Path) -> None:
    result = call("convert", "-q", population, population.with_name("out.xmile"))
    assert (result.exit_code, result.stderr) == (0, "")


def test_what_is_lost_is_shown(tmp_path: Path) -> None:
    model, out = tmp_path / "model.mdl", tmp_path / "out.xmile"
    model.write_text("delay = 1 ~~|\nFINAL TIME = 1 ~~|\nINITIAL TIME = 0 ~~|\nTIME STEP = 1 ~~|")
    result = call("convert", model, out)
    assert result.exit_code == 0
    assert "warning[S3C175]" in result.stderr
    assert out.exists()


def test_with_an_error_nothing_is_written(tmp_path: Path) -> None:
    model, out = tmp_path / "model.mdl", tmp_path / "out.xmile"
    model.write_text("y = :NA: ~~|\nFINAL TIME = 1 ~~|\nINITIAL TIME = 0 ~~|\nTIME STEP = 1 ~~|")
    out.write_text("before")
    result = call("convert", model, out)
    assert result.exit_code == 1
    assert "error[S3C170]" in result.stderr
    assert out.read_text() == "before"
    assert files(tmp_path) == {"model.mdl", "out.xmile"}


def test_a_broken_model_is_not_converted(broken: Path) -> None:
    result = call("convert", broken, broken.with_name("out.mdl"))
    assert result.exit_code == 1
    assert "error[S3C1" in result.stderr
    assert files(broken.parent) == {broken.name}


@pytest.mark.parametrize("name", ["out.txt", "out", "out.itmx"])
def test_other_endings_are_refused(population: Path, name: str) -> None:
    result = call("convert", population, population.with_name(name))
    assert result.exit_code == 2
    assert ".mdl, .xmile or .stmx" in result.stderr
    assert files(population.parent) == {population.name}


def test_a_model_is_not_written_over_itself(population: Path) -> None:
    before = population.read_bytes()
    link = population.with_name("link.mdl")
    link.symlink_to(population)
    for out in (population, link):
        result = call("convert", population, out)
        assert result.exit_code == 2
        assert "the model itself" in result.stderr
    assert population.read_bytes() == before


def test_files_that_cannot_be_read_or_written(population: Path) -> None:
    missing = population.with_name("missing.mdl")
    assert call("convert", missing, population.with_name("out.mdl")).exit_code == 2
    nowhere = population.parent / "no folder" / "out.xmile"
    assert call("convert", population, nowhere).exit_code == 2
    assert files(population.parent) == {population.name}


@pytest.mark.parametrize("text", ["t = SUM(x[R!]) + Time", "t = x[a] + Time", "t[R] = x[R]"])
def test_a_range_in_a_file_is_told_and_not_written(tmp_path: Path, text: str) -> None:
    (tmp_path / "f.csv").write_text("name,v\na,1\nb,2\n")
    model, out = tmp_path / "m.mdl", tmp_path / "m.xmile"
    model.write_text(
        "R: GET DIRECT SUBSCRIPT('f.csv', ',', 'A2', 'A3', '') ~~|\nx[R] = 1, 2 ~~|\n"
        f"{text} ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\n"
        "TIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
    )
    result = call("convert", model, out)
    assert result.exit_code == 1
    assert result.stderr.count("error[") == 1
    assert "a subscript range that is read from a file" in result.stderr
    assert not out.exists()
    (tmp_path / "f.csv").unlink()
    assert "error[S3C231]" in call("convert", model, out).stderr
