"""`s3c run --check-step`, and the methods of integration on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import call

DECAY = (
    "level = INTEG(-outflow, 100) ~ widget ~|\noutflow = level / delay ~ widget/Month ~|\n"
    "delay = 4 ~ Month ~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 20 ~~|\nTIME STEP = 1 ~~|\n"
    "SAVEPER = TIME STEP ~~|\n"
)


@pytest.fixture
def decay(tmp_path: Path) -> Path:
    file = tmp_path / "decay.mdl"
    file.write_text(DECAY, encoding="utf-8")
    return file


def test_a_step_that_is_too_long(decay: Path) -> None:
    result = call("run", decay, "--check-step")
    assert result.exit_code == 1
    head, first, second, _, verdict = result.stdout.splitlines()
    assert head.split() == ["variable", "%", "of", "range", "by", "at", "time", "units"]
    # (1 - 1/4)^n and (1 - 1/8)^2n differ most at n = 4; the range is 100 (1 - (3/4)^20).
    change = 100 * ((7 / 8) ** 8 - (3 / 4) ** 4)
    share = f"{100 * change / (100 - 100 * 0.75**20):.3g}"
    assert first.split() == ["level", share, f"{change:.4g}", "4", "widget"]
    assert second.split() == ["outflow", share, f"{change / 4:.4g}", "4", "widget/Month"]
    assert verdict.startswith("TIME STEP 1 is too long")
    assert result.stderr == ""


def test_a_step_that_is_short_enough(decay: Path, tmp_path: Path) -> None:
    table = tmp_path / "out.csv"
    result = call("run", decay, "--check-step", "--method", "rk4", "-o", table)
    assert result.exit_code == 0
    assert "TIME STEP 1 is short enough" in result.stdout
    assert table.read_text("utf-8").splitlines()[0].startswith("Time")


@pytest.mark.parametrize("method", ["euler", "difference", "rk2", "RK2_auto", "rk4", "rk4_auto"])
def test_methods(decay: Path, method: str) -> None:
    assert call("run", decay, "--method", method).exit_code == 0


def test_what_no_halving_mends_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "jump.mdl"
    file.write_text(
        DECAY.replace("level / delay", "IF THEN ELSE(Time > 2.3, 1000000, 0)"), encoding="utf-8"
    )
    result = call("run", file, "--method", "rk4_auto")
    assert result.exit_code == 0
    assert result.stderr.count("warning[S3C610]") == 1
    assert "at time 2, where the error of “level”" in result.stderr
    assert "help: set a shorter TIME STEP" in result.stderr
    assert "S3C610" not in call("run", file, "--method", "rk4_auto", "-q").stderr
