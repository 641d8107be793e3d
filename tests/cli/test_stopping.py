"""`s3c run` in parts: --until, --save-state and --resume."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import call


def test_a_run_in_parts_writes_what_a_whole_one_does(population: Path, tmp_path: Path) -> None:
    state, whole, parts = (tmp_path / name for name in ("a.state", "whole.csv", "parts.csv"))
    assert call("run", population, "-q", "-o", whole).exit_code == 0
    result = call("run", population, "--until", "4", "--save-state", state)
    assert result.exit_code == 0
    assert "time 0 to 4" in result.stdout
    again = call("run", population, "--resume", state, "--until", "7", "--save-state", state)
    assert "time 0 to 7" in again.stdout
    assert call("run", population, "-q", "--resume", state, "-o", parts).exit_code == 0
    assert parts.read_bytes() == whole.read_bytes()


def test_settings_hold_from_there_on(population: Path, tmp_path: Path) -> None:
    state = tmp_path / "a.state"
    call("run", population, "--until", "4", "--save-state", state)
    result = call("run", population, "--resume", state, "--final-time", "20")
    assert result.exit_code == 0
    assert "time 0 to 20" in result.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--save-state", "x.state"], "needs --until"),
        (["--resume", "x.state", "--method", "rk4"], "--method cannot be changed"),
        (["--resume", "x.state", "--seed", "3"], "--seed cannot be changed"),
        (["--resume", "x.state", "--on-error", "nan"], "--on-error cannot be changed"),
        (["--resume", "x.state", "--check-step"], "--check-step"),
    ],
)
def test_options_that_do_not_go_together(population: Path, options: list[str], words: str) -> None:
    result = call("run", population, *options)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_state_that_cannot_be_used(population: Path, tmp_path: Path) -> None:
    state = tmp_path / "a.state"
    result = call("run", population, "--resume", state)
    assert (result.exit_code, "S3C606" in result.stderr) == (2, True)
    state.write_text("{}")
    result = call("run", population, "--resume", state)
    assert (result.exit_code, "S3C612" in result.stderr) == (2, True)
    call("run", population, "--until", "4", "--save-state", state)
    population.write_text(population.read_text("utf-8") + "\nmore = 1 ~~|\n", "utf-8")
    result = call("run", population, "--resume", state)
    assert (result.exit_code, "S3C611" in result.stderr) == (2, True)
