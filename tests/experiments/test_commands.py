"""`s3c scenarios` and `s3c calibrate`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner
from command_line import call

from s3c.cli import main

Write: TypeAlias = Callable[..., Path]

TEXT = """save = "level"
[run]
seeds = 2
[[scenario]]
name = "a"
scale.x = 2
[calibrate]
free.x.bounds = [0, 9]
[[target]]
scenario = "a"
variable = "level"
value = 68
[[target]]
scenario = "benchmark"
variable = "level"
value = 60
use = "hold out"
"""


def test_scenarios_are_compared(write: Write, tmp_path: Path) -> None:
    path, table, picture = write(TEXT), tmp_path / "o.csv", tmp_path / "o.svg"
    result = call("scenarios", path, "-o", table, "--plot", picture)
    assert result.exit_code == 0
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["level", "(people)"],
        ["scenario", "at", "the", "end", "difference", "deviation"],
        ["benchmark", "63", "0"],
        ["a", "67", "+4", "0"],
    ]
    assert result.stderr == f"wrote {table}\ndrew {picture}\n"
    assert len(table.read_text("utf-8").splitlines()) == 1 + 2 * 3 * 5
    assert "<svg" in picture.read_text("utf-8")
    quiet = call("scenarios", path, "-q", "--only", "a")
    assert (quiet.exit_code, quiet.output) == (0, "")


def test_a_fit_is_shown_and_kept(write: Write, tmp_path: Path) -> None:
    path, table, record = write(TEXT), tmp_path / "fitted.csv", tmp_path / "record.csv"
    result = call("calibrate", path, "-o", table, "--record", record)
    assert result.exit_code == 0, result.stderr
    lines = [line.split() for line in result.stdout.splitlines() if line]
    assert lines[:2] == [["free", "fitted", "lower", "upper"], ["x", "2.25", "0", "9"]]
    assert lines[2] == ["level"]
    assert lines[4][:4] == ["a", "end", "68", "68"]
    assert lines[5] == ["benchmark", "end", "60", "63.5", "+3.5", "held", "out"]
    assert "RMSE of 1 held out: 3.5" in result.stdout
    assert result.stderr == f"wrote {table}\nwrote {record}\n"
    path.write_text(f'constants_from = "fitted.csv"\n{path.read_text("utf-8")}', "utf-8")
    assert "68" in call("scenarios", path).stdout


@pytest.mark.parametrize("command", ["scenarios", "calibrate"])
def test_mistakes_are_diagnostics(write: Write, command: str) -> None:
    path = write(TEXT.replace("scale.x", "scale.xx").replace("bounds", "bound"))
    result = call(command, path)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"--> {path}:7:7" in result.stderr
    assert result.stderr.endswith("3 errors\n")
    assert call(command, path.with_name("no.toml")).exit_code == 2
    assert call(command, path.with_name("linear.mdl")).exit_code == 1


def test_doubts_about_a_fit_are_warnings(write: Write) -> None:
    path = write(TEXT.replace("free.x.bounds", "free.y.bounds = [0, 9]\nfree.x.bounds"))
    result = call("calibrate", path)
    assert result.exit_code == 0
    assert result.stderr.startswith("warning[S3C717]: 1 targets cannot determine 2 free numbers")
    assert call("calibrate", path, "-q").output == ""


def test_wrong_names(write: Write, tmp_path: Path) -> None:
    path = write(TEXT)
    assert "did you mean “a”" not in call("scenarios", path, "--only", "zz").stderr
    for arguments in (["--only", "A"], ["-o", tmp_path / "o.xls"], ["--plot", tmp_path / "o.mdl"]):
        result = call("scenarios", path, *arguments)
        assert result.exit_code == 2
        assert result.stderr.startswith("error[S3C60")
    assert {each.name for each in tmp_path.iterdir()} == {"linear.mdl", "experiment.toml"}


@pytest.mark.parametrize("command", ["scenarios", "calibrate"])
def test_an_interruption_stops_cleanly(
    write: Write, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("s3c.experiments.running.simulations.Simulations.run", interrupted)
    path = write(TEXT)
    result = CliRunner().invoke(main, [command, str(path), "-o", str(tmp_path / "o.csv")])
    assert result.exit_code == 1
    assert result.output.strip() == "Aborted!"
    assert not (tmp_path / "o.csv").exists()


def test_a_model_where_nothing_changes_has_no_picture(write: Write, tmp_path: Path) -> None:
    model = "x = 1 ~~| INITIAL TIME = 0 ~~| FINAL TIME = 1 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|"
    path = write("[[scenario]]\nname = 'a'\nset.x = 2", model)
    result = call("scenarios", path, "--plot", tmp_path / "p.png")
    assert result.exit_code == 2
    assert "nothing changes" in result.stderr


def test_doubts_about_the_text_are_warnings(write: Write) -> None:
    prior = 'free.x.prior = { distribution = "normal", min = 90, max = 99, mean = 0, sd = 1 }'
    path = write(TEXT.replace("[calibrate]", f"[calibrate]\n{prior}"))
    result = call("calibrate", path)
    assert result.exit_code == 0, result.stderr
    assert "warning[S3C761]: nothing of the distribution lies from 90 to 99" in result.stderr
