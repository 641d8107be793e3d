"""`s3c test`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import MODELS, POPULATION, call

from s3c.runtime import Method

WORKFORCE = MODELS / "workforce_checks.mdl"


def test_a_check_that_fails_is_shown_with_times_and_values() -> None:
    result = call("test", WORKFORCE)
    assert result.exit_code == 1
    assert "holds  no workers no production" in result.stdout
    assert "FAILS  nothing in stock nothing shipped" in result.stdout
    assert "time 0: Inventory = 0, shipments = 400" in result.stdout
    assert "4 checks: 3 hold, 1 fail" in result.stderr


def test_quietly_only_what_fails_is_shown() -> None:
    result = call("test", WORKFORCE, "--quiet")
    assert "no workers no production" not in result.stdout
    assert "nothing in stock nothing shipped" in result.stdout
    assert result.stderr == ""


def test_the_report_as_json(tmp_path: Path) -> None:
    output = tmp_path / "report.json"
    call("test", WORKFORCE, "-o", output)
    report = json.loads(output.read_text(encoding="utf-8"))
    assert report["holds"] is False
    failed = report["checks"][-1]
    assert failed["active"][0]["verdict"] == "fails"
    assert failed["active"][0]["failures"][0] == {
        "time": 0.0,
        "values": {"Inventory": 0.0, "shipments": 400.0},
    }


def test_a_model_without_checks_holds(population: Path) -> None:
    result = call("test", population)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no reality checks" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--set", "Demand=100"), 1),
        (("--set", "nope=100"), 2),
        (("--run", "base=nope.csv"), 2),
        (("--run", "base"), 2),
        (("-o", Path("no", "such", "folder.json")), 2),
    ],
)
def test_exit_codes(arguments: tuple[str | Path, ...], code: int) -> None:
    assert call("test", WORKFORCE, *arguments).exit_code == code


def test_a_check_with_errors_is_an_error_of_the_model(tmp_path: Path) -> None:
    file = tmp_path / "m.mdl"
    file.write_text(POPULATION + "c :THE CONDITION: nope = 1 :IMPLIES: births = 0 ~~|\n")
    result = call("test", file)
    assert result.exit_code == 1
    assert "S3C201" in result.stderr
    assert call("run", file, "-q").exit_code == 0


def test_a_compiled_module_has_no_checks(population: Path, tmp_path: Path) -> None:
    module = tmp_path / "m.py"
    call("compile", population, "-o", module)
    assert call("test", module).exit_code == 2


def test_another_run_is_read_from_its_file(population: Path, tmp_path: Path) -> None:
    base = tmp_path / "base.csv"
    call("run", population, "-q", "-o", base, "--saveper", "0.5")
    text = population.read_text(encoding="utf-8")
    population.write_text(
        text + "c :THE CONDITION: birth rate = 0.2 :IMPLIES:"
        " Population >= RC COMPARE CHECK('base', Population, 0, 1) ~~|\n",
        encoding="utf-8",
    )
    assert call("test", population).exit_code == 2
    result = call("test", population, "--run", f"base={base}")
    assert result.exit_code == 0, result.output


def test_a_condition_that_never_comes_true_is_a_warning(population: Path) -> None:
    text = population.read_text(encoding="utf-8")
    population.write_text(text + "c :THE CONDITION: Time > 99 :IMPLIES: births = 0 ~~|\n")
    result = call("test", population)
    assert result.exit_code == 0
    assert "S3C614" in result.stderr


@pytest.mark.parametrize("method", Method)
def test_every_method_is_offered(method: Method) -> None:
    result = call("test", WORKFORCE, "--method", method.value, "--ignore", "S3C240")
    assert "4 checks: 3 hold, 1 fail" in result.stderr
