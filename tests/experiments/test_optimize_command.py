"""`s3c optimize`."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import call

MODEL = """\
x = 1 ~~|
y = 5 ~~|
profit = x * (6 - x) + y ~~|
level = INTEG(x, 0) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 2 ~~|
TIME STEP = 1 ~~|
SAVEPER = 1 ~~|
"""
TOML = """\
model = "m.mdl"
[optimize]
surroundings = { payoff = 1 }
[optimize.free]
x = { bounds = [0, 4] }
[[payoff]]
kind = "policy"
variable = "profit"
at = "end"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "m.mdl").write_text(MODEL)
    (tmp_path / "e.toml").write_text(TOML)
    (tmp_path / "c.voc").write_text("0 <= x <= 4\n:HURRY=1")
    (tmp_path / "p.vpd").write_text("*PF\nprofit/1")
    (tmp_path / "x.cin").write_text("y = 7")
    (tmp_path / "s.lst").write_text("profit")
    return tmp_path


def test_what_is_best_is_shown_and_kept(folder: Path) -> None:
    table, record = folder / "found.csv", folder / "record.csv"
    result = call("optimize", folder / "e.toml", "-o", table, "--record", record)
    assert result.exit_code == 0, result.stderr
    lines = [line.split() for line in result.stdout.splitlines() if line]
    assert lines[:2] == [["free", "best", "lower", "upper"], ["x", "3", "0", "4"]]
    assert lines[2:4] == [["payoff", "of", "kind", "value"], ["profit", "policy", "14"]]
    assert lines[5] == ["x", "2", "4", "13", "13"]
    assert ["payoff:", "14"] in lines
    assert result.stderr == f"wrote {table}\nwrote {record}\n"
    assert table.read_text().startswith("name,value\nx,")
    assert record.read_text().startswith("start,x,payoff\n1,1.0,10.0\n")


def test_vensims_files(folder: Path) -> None:
    out = folder / "found.out"
    files = ("--model", folder / "m.mdl", "--payoff", folder / "p.vpd")
    more = ("--changes", folder / "x.cin", "--save", folder / "s.lst", "-o", out)
    result = call("optimize", folder / "c.voc", *files, *more)
    assert result.exit_code == 0, result.stderr
    assert "payoff: 16" in result.stdout
    assert "warning[S3C718]: the keyword “HURRY” is not known" in result.stderr
    run = call("run", folder / "m.mdl", "--changes", out, "--save", "profit")
    assert run.stdout.splitlines()[-1].split() == ["profit", "14", "14", "14", "14"]
    quiet = call("optimize", folder / "c.voc", *files, "-q")
    assert (quiet.exit_code, quiet.output) == (0, "")
    ignoring = call("optimize", folder / "c.voc", *files, "--ignore", "S3C718")
    assert not ignoring.stderr


def test_files_that_do_not_go_together(folder: Path) -> None:
    for arguments in (("c.voc",), ("c.voc", "--model", "m.mdl"), ("e.toml", "--payoff", "p.vpd")):
        result = call("optimize", folder / arguments[0], *arguments[1:])
        assert result.exit_code == 2
        assert "Usage" in result.stderr


def test_mistakes_are_shown_where_they_are(folder: Path) -> None:
    (folder / "p.vpd").write_text("*PF\nprofi/1")
    files = ("--model", folder / "m.mdl", "--payoff", folder / "p.vpd")
    result = call("optimize", folder / "c.voc", *files)
    assert result.exit_code == 1
    assert "error[S3C705]" in result.stderr
    assert "p.vpd:2:1" in result.stderr
    (folder / "e.toml").write_text('model = "m.mdl"\n[[scenario]]\nname = "a"\n')
    nothing = call("optimize", folder / "e.toml")
    assert nothing.exit_code == 1
    assert "error[S3C710]: there is nothing to optimise" in nothing.stderr


def test_doubts_about_the_text_are_warnings(folder: Path) -> None:
    prior = 'prior = { distribution = "normal", min = 900, max = 999, mean = 0, sd = 1 }'
    text = TOML.replace("bounds = [0, 4]", f"bounds = [0, 4], {prior}")
    (folder / "e.toml").write_text(text)
    result = call("optimize", folder / "e.toml")
    assert result.exit_code == 0, result.stderr
    assert "warning[S3C761]: nothing of the distribution lies from 900 to 999" in result.stderr
    assert not call("optimize", folder / "e.toml", "--ignore", "S3C761").stderr
    assert not call("optimize", folder / "e.toml", "-q").stderr
