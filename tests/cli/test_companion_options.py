"""`s3c run --changes` and `--save-list`."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import Result
from command_line import call


def beside(model: Path, name: str, text: str) -> Path:
    """A companion file in the model's folder."""
    file = model.with_name(name)
    file.write_text(text, encoding="utf-8")
    return file


def first_row(model: Path, *options: str | Path) -> dict[str, str]:
    """What a run writes for its first time, by column."""
    output = model.with_name("out.csv")
    result = call("run", model, "-q", "-o", output, *options)
    assert (result.exit_code, result.output) == (0, "")
    with output.open(encoding="utf-8", newline="") as file:
        return next(csv.DictReader(file))


def test_changes_files_in_order_then_settings(population: Path) -> None:
    one = beside(population, "one.cin", "birth rate = 0.2\nlifetime = 20\ncrowding((0,3),(9,3))")
    two = beside(population, "two.cin", "{later}\nLIFETIME = 25\n")
    row = first_row(population, "--changes", one, "--changes", two)
    assert (row["birth rate"], row["lifetime"], row["births"]) == ("0.2", "25", "60")
    row = first_row(population, "--changes", two, "--changes", one)
    assert row["lifetime"] == "20"
    row = first_row(population, "--set", "lifetime=10", "--changes", one, "--changes", two)
    assert (row["birth rate"], row["lifetime"], row["deaths"]) == ("0.2", "10", "10")


def test_an_element_in_a_later_file_is_on_top(tmp_path: Path) -> None:
    model = tmp_path / "m.mdl"
    model.write_text("R: East, West ~~|\nx[R] = 1, 2 ~~|\ny[R] = x[R] ~~|\nFINAL TIME = 1 ~~|")
    one = beside(model, "one.cin", "x[East] = 5\nx[R] = 6")
    two = beside(model, "two.cin", "x[East] = 7")
    row = first_row(model, "--changes", one, "--changes", two)
    assert (row["y[East]"], row["y[West]"]) == ("7", "6")
    row = first_row(model, "--changes", two, "--set", "x=8", "--set", "X[west]=9")
    assert (row["y[East]"], row["y[West]"]) == ("8", "9")


def test_an_option_goes_before_a_changes_file(population: Path) -> None:
    changes = beside(population, "times.cin", "FINAL TIME = 4\nSAVEPER = 2")
    row = first_row(population, "--changes", changes, "--final-time", "6")
    assert (row["FINAL TIME"], row["SAVEPER"]) == ("6", "2")


def test_save_lists_add_up(population: Path) -> None:
    one = beside(population, "one.lst", "{UTF-8}\nbirths\n\nBirth_Rate\n")
    two = beside(population, "two.lst", "deaths\nbirths\n")
    lists = ("--save-list", one, "--save-list", two)
    row = first_row(population, *lists, "--save", "population")
    assert set(row) == {"Time", "birth rate", "births", "deaths", "Population"}
    assert set(first_row(population, *lists)) == {"Time", "birth rate", "births", "deaths"}


def test_the_summary_shows_what_is_listed_once(population: Path) -> None:
    saved = beside(population, "one.lst", "births\n")
    result = call("run", population, "--save-list", saved, "--save", "BIRTHS")
    assert result.stdout.count("births") == 1
    assert "Population" not in result.stdout


def refused(population: Path, *options: str | Path) -> Result:
    before = set(population.parent.iterdir())
    result = call("run", population, "-o", population.with_name("out.csv"), *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert set(population.parent.iterdir()) == before
    return result


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("birht rate = 1", "S3C604", "did you mean “birth rate”?"),
        ("deaths = 1", "S3C602", "“deaths” cannot be set: it is a flow"),
        ("lifetime = long", "S3C602", "not a number"),
    ],
)
def test_a_wrong_changes_file(population: Path, text: str, code: str, message: str) -> None:
    file = beside(population, "bad.cin", f"lifetime = 3\n{text}\n")
    result = refused(population, "--changes", file)
    assert result.stderr.startswith(f"error[{code}]: ")
    assert message in result.stderr
    assert f"  --> {file}:2\n  {text}\n" in result.stderr


def test_a_wrong_save_list(population: Path) -> None:
    file = beside(population, "bad.lst", "births\nbirht\ncrowding\n")
    result = refused(population, "--save-list", file)
    assert result.stderr.startswith("error[S3C604]: 2 names")
    assert f"{file}:2" in result.stderr
    assert f"{file}:3" in result.stderr


@pytest.mark.parametrize("option", ["--changes", "--save-list"])
def test_a_file_that_is_not_there(population: Path, option: str) -> None:
    result = refused(population, option, population.with_name("nosuch"))
    assert result.stderr.startswith("error[S3C606]: ")
    assert "cannot be read" in result.stderr
