"""Mistakes in studies are told with code, place and a way out, all at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from s3c.experiments import ExperimentError
from s3c.reports import Curves, Values, read_study
from s3c.runtime import RunError

Write: TypeAlias = Callable[..., Path]

CLAIM = '[[section.block]]\nexperiment = "small.toml"\n[[section.block.claim]]\nsays = "so"\n'
BLOCK = "[[section.block]]\n"


def test_names_are_those_of_the_model(write: Write) -> None:
    text = BLOCK + 'curves = "small.toml"\nvariable = "LEVEL"\ntimes = [0, 9]\n'
    text += BLOCK + 'run = "small.mdl"\nshow = ["Share", "w[east]"]\nat = "end"\n'
    (section,) = read_study(write(text)).sections
    first, second = section.blocks
    assert isinstance(first, Curves)
    assert first.variables == ("level",)
    assert first.times == (0, 9)
    assert len(first.scenarios) == 4
    assert isinstance(second, Values)
    assert second.variables == ("share", "w[East]")


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("txt = 'x'", "S3C702", "did you mean “text”"),
        ("text = 3", "S3C703", "must be a text"),
        ("[[section]]\ntext = 'x'", "S3C704", "“heading” is missing"),
        (BLOCK + "caption = 'x'", "S3C730", "says nothing of what it shows"),
        (BLOCK + "table = 'table.csv'\nrun = 'small.mdl'", "S3C730", "is of one kind"),
        (BLOCK + "curves = 'none.toml'", "S3C606", "cannot be read"),
        (BLOCK + 'curves = "a\\u0000"', "S3C606", "check the file's name"),
        (BLOCK + "curves = 'small.toml'\nscenarios = ['mor']", "S3C731", "did you mean “more”"),
        (BLOCK + "curves = 'small.toml'\nvariable = 'levl'", "S3C705", "did you mean “level”"),
        (BLOCK + "curves = 'small.toml'\ntimes = [5, 1]", "S3C732", "the earlier first"),
        (BLOCK + "published = 'plain.toml'", "S3C733", "add [calibrate]"),
        (BLOCK + "published = 'small.toml'\nscenarios = ['a little more']", "S3C733", "nothing is"),
        (BLOCK + "table = 'uneven.csv'", "S3C735", "row 2 of the table has 1 cells"),
        (BLOCK + "table = 'empty.csv'", "S3C735", "the table is empty"),
        (BLOCK + "diagram = 'small.mdl'\nkind = 'flow'", "S3C703", "“causal”"),
        (BLOCK + "diagram = 'small.mdl'\naround = 'levl'", "S3C604", "did you mean “level”"),
        (BLOCK + "diagram = 'bad.mdl'", "S3C201", "has no equation"),
        (BLOCK + "equations = 'small.mdl'\nshow = 'levl'", "S3C705", "did you mean “level”"),
        (BLOCK + "run = 'small.mdl'\nshow = 'level'\nat = 'start'", "S3C703", "“peak”"),
        (BLOCK + "run = 'small.mdl'\nshow = []", "S3C703", "“show” names nothing"),
        (BLOCK + "curves = 'small.toml'\nvariable = []", "S3C703", "“variable” names nothing"),
        (BLOCK + "equations = 'small.mdl'\nshow = []", "S3C703", "“show” names nothing"),
        (BLOCK + "curves = 'silent.toml'", "S3C704", "saves nothing"),
        (CLAIM, "S3C734", "give it one of “order”"),
        (CLAIM + "greater = ['more', 'benchmark']\norder = ['more']", "S3C734", "this has 2"),
        (CLAIM + "greater = ['more']", "S3C734", "two scenarios are compared"),
        (CLAIM + "order = ['more']", "S3C734", "two scenarios or more"),
        (CLAIM + "order = ['more', 'les']", "S3C731", "no scenario “les”"),
        (CLAIM + "early = { by = 3 }", "S3C704", "“share” is missing"),
        (CLAIM + "model = 'small.mdl'\nspread = { at_most = 1 }", "S3C734", "which variable"),
        (CLAIM + "variable = 'w'\nspread = { at_most = 1 }", "S3C705", "has many elements"),
        (
            CLAIM + "model = 'small.mdl'\nvariable = 'level'\nspread = { at_most = 1 }",
            *("S3C738", "the experiment has one"),
        ),
        (BLOCK + "claim = []", "S3C734", "makes no claim"),
        (BLOCK * 301, "S3C739", "more than 300"),
    ],
)
def test_mistakes(write: Write, text: str, code: str, says: str) -> None:
    path = write(text)
    plain = 'model = "small.mdl"\n[[scenario]]\nname = "more"\nscale.x = 2\n'
    (path.parent / "plain.toml").write_text(plain, encoding="utf-8")
    (path.parent / "silent.toml").write_text(plain.replace("small", "still"), encoding="utf-8")
    still = "x = 1 ~~| INITIAL TIME = 0 ~~| FINAL TIME = 1 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|"
    (path.parent / "still.mdl").write_text(still, encoding="utf-8")
    (path.parent / "uneven.csv").write_text("a,b\n1\n", encoding="utf-8")
    (path.parent / "empty.csv").write_text("", encoding="utf-8")
    (path.parent / "bad.mdl").write_text("x = y ~~|", encoding="utf-8")
    with pytest.raises(ExperimentError) as told:
        read_study(path)
    found = [each for each in told.value.diagnostics if each.code == code]
    assert found, told.value
    assert any(says in str(each) for each in found), told.value
    assert all(each.span is not None for each in told.value.diagnostics)


def test_all_mistakes_at_once_in_their_order(write: Write) -> None:
    text = BLOCK + "curves = 'small.toml'\nvariable = 'levl'\n" + CLAIM + "greater = ['mor', 'les']"
    with pytest.raises(ExperimentError) as told:
        read_study(write(text))
    assert [each.code for each in told.value.diagnostics] == ["S3C705", "S3C731", "S3C731"]
    assert "study.toml:6:" in str(told.value)


def test_mistakes_of_an_experiment_are_told_once_with_their_own_place(write: Write) -> None:
    text = (BLOCK + "curves = 'small.toml'\n") * 2
    with pytest.raises(ExperimentError) as told:
        read_study(write(text, experiment='model = "small.mdl"\nsav = "level"\n'))
    (found, *others) = told.value.diagnostics
    assert found.code == "S3C702"
    assert found.span is not None
    assert found.span.source.name.endswith("small.toml")
    assert all(each.code != "S3C702" for each in others)


def test_a_study_must_have_sections(write: Write) -> None:
    with pytest.raises(ExperimentError, match="S3C739"):
        read_study(write("section = []", head="title = 'x'\n"))
    with pytest.raises(ExperimentError, match="“section” is missing"):
        read_study(write("", head="title = 'x'\n"))


def test_a_study_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="S3C606"):
        read_study(tmp_path / "none.toml")
