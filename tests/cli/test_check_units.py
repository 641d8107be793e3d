"""`s3c check --units`."""

from __future__ import annotations

from pathlib import Path

from command_line import POPULATION, call


def test_a_clean_model(population: Path) -> None:
    result = call("check", "--units", "--ignore", "S3C309", population)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 file checked: 0 errors, 0 warnings" in result.stderr


def test_wrong_units_fail_the_check_and_not_the_run(population: Path) -> None:
    population.write_text(POPULATION.replace("50 ~ Year", "50 ~ Month"), encoding="utf-8")
    result = call("check", "--units", population)
    assert result.exit_code == 1
    assert "error[S3C303]: “deaths” is in “Person/Year”, its right side in “Person/Month”" in (
        result.stderr
    )
    assert call("check", population).exit_code == 0
    run = call("run", population)
    assert run.exit_code == 0
    assert "S3C3" not in run.stderr


def test_what_is_inferred_is_listed(population: Path) -> None:
    population.write_text(POPULATION.replace("50 ~ Year", "50 ~ "), encoding="utf-8")
    plain = call("check", "--units", population)
    assert plain.exit_code == 0
    assert "warning[S3C308]: “lifetime” has no units" in plain.stderr
    assert plain.stdout == ""
    found = call("check", "--units", "--infer", population)
    assert found.stdout == f"{population}: lifetime: Year\n"
    assert "S3C308" not in found.stderr
    assert call(
        "check", "--units", "--ignore", "S3C308", "--ignore", "S3C309", population
    ).stderr.endswith("0 warnings\n")


def test_options_that_do_not_go_together(population: Path) -> None:
    assert call("check", "--infer", population).exit_code == 2
    assert call("check", "--units", "--syntax", population).exit_code == 2
