"""`s3c run`."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest
from command_line import MODELS, call

S3_LEVEL = "Industry smart specialization level"


def table(path: Path, separator: str = ",") -> dict[str, list[str]]:
    """The columns of a table, by name."""
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file, delimiter=separator)
    return {name: list(column) for name, column in zip(head, zip(*rows, strict=True), strict=True)}


def run_to_table(model: Path, *options: str) -> dict[str, list[str]]:
    """What a run writes."""
    output = model.with_name("out.csv")
    result = call("run", model, "-q", "-o", output, *options)
    assert (result.exit_code, result.output) == (0, "")
    return table(output)


def test_the_summary_shows_stocks(population: Path) -> None:
    result = call("run", population)
    assert result.exit_code == 0
    assert "population, time 0 to 10" in result.stdout
    assert "Population" in result.stdout
    assert "people" in result.stdout
    assert "births" not in result.stdout
    assert result.stderr == ""


def test_the_summary_shows_what_save_names(population: Path) -> None:
    result = call("run", population, "--save", "BIRTHS", "--save", "birth_rate")
    assert "births" in result.stdout
    assert "birth rate" in result.stdout
    assert "Population" not in result.stdout


@pytest.mark.parametrize(("ending", "separator"), [("csv", ","), ("tab", "\t")])
def test_a_table_holds_every_save_time(population: Path, ending: str, separator: str) -> None:
    output = population.with_name(f"out.{ending}")
    result = call("run", population, "-o", output)
    assert result.stderr == f"wrote {output}\n"
    columns = table(output, separator)
    assert columns["Time"] == [str(time) for time in range(11)]
    assert columns["birth rate"] == ["0.1"] + 10 * [""]
    assert math.isclose(float(columns["Population"][-1]), 100 * 1.04**20)


@pytest.mark.parametrize(
    ("change", "name", "value"),
    [
        ("birth rate=0.2", "birth rate", 0.2),
        ("BIRTH_RATE = -1e-2", "birth rate", -0.01),
        ("births=7", "births", 7.0),
        ("crowding=(0,3),(1,3)", "births", 30.0),
        ("SAVEPER=0.5", "SAVEPER", 0.5),
    ],
)
def test_set_changes_a_run(population: Path, change: str, name: str, value: float) -> None:
    assert float(run_to_table(population, "--set", change)[name][0]) == value


def test_several_changes_hold_together(population: Path) -> None:
    columns = run_to_table(population, "--set", "birth rate=0", "--set", "deaths=1")
    assert float(columns["Population"][-1]) == 90


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--set", "birht rate=1"], "did you mean “birth rate”?"),
        (["--save", "Populatoin"], "did you mean “Population”?"),
        (["--set", "Population=1"], "it is a stock"),
        (["--set", "lifetime"], "is not of the form “Name=value”"),
        (["--set", "lifetime=long"], "is neither a number nor points"),
        (["--set", "lifetime=(1,2)"], "is not a number"),
        (["--set", "crowding=1"], "it is a lookup"),
        (["--set", "lifetime=nan"], "is not a finite number"),
        (["--set", "Time=3"], "it is what a run advances"),
        (["--save", "crowding"], "crowding"),
        (["--method", "leapfrog"], "'leapfrog' is not one of"),
        (["--time-step", "short"], "is not a valid float"),
        (["--seed", "0.5"], "is not a valid integer"),
        (["--on-error", "hide"], "is not one of"),
        (["--plot", "picture.xyz"], "is not the name of a picture"),
        (["-o", "table.xyz"], "is not the name of a table"),
        (["--set", "FINAL TIME=5", "--final-time", "5"], "it is given twice"),
        (["--nosuch"], "No such option"),
    ],
)
def test_a_wrong_option_is_explained(population: Path, options: list[str], message: str) -> None:
    result = call("run", population, *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""
    assert list(population.parent.iterdir()) == [population]


@pytest.mark.parametrize(
    "options", [["--time-step", "0"], ["--time-step", "-1"], ["--final-time", "-9"],
                ["--time-step", "1e-300"]],
)  # fmt: skip
def test_times_that_fit_no_run_are_refused(population: Path, options: list[str]) -> None:
    result = call("run", population, *options)
    assert result.exit_code == 1
    assert "error[S3C603]" in result.stderr


def test_an_unchangeable_constant_stays(tmp_path: Path) -> None:
    model = tmp_path / "m.mdl"
    model.write_text("one year == 1 ~~|\nFINAL TIME = one year ~~|")
    result = call("run", model, "--set", "one year=2")
    assert result.exit_code == 2
    assert "error[S3C602]" in result.stderr
    assert "unchangeable" in result.stderr


def test_times_and_method_can_be_chosen(population: Path) -> None:
    options = ("--final-time", "4", "--time-step", "0.25", "--saveper", "2", "--method", "rk4")
    columns = run_to_table(population, *options)
    assert columns["Time"] == ["0", "2", "4"]
    assert columns["TIME STEP"][0] == "0.25"
    assert math.isclose(float(columns["Population"][-1]), 100 * math.exp(0.32), rel_tol=1e-9)


def test_a_seed_chooses_the_random_numbers(tmp_path: Path) -> None:
    model = tmp_path / "random.mdl"
    model.write_text("x = RANDOM UNIFORM(0, 1, 0) ~~|\nFINAL TIME = 5 ~~|")
    one, same, other = (run_to_table(model, *seed)["x"] for seed in
                        (("--seed", "1"), ("--seed", "1"), ("--seed", "2")))  # fmt: skip
    assert one == same
    assert not set(one) & set(other)


def test_save_keeps_only_what_is_named(population: Path) -> None:
    assert set(run_to_table(population, "--save", "births")) == {"Time", "births"}


def test_an_equation_without_a_value_stops_the_run(tmp_path: Path) -> None:
    model = tmp_path / "m.mdl"
    model.write_text("x = 1 / (2 - Time) ~~|\nFINAL TIME = 4 ~~|\ny = 1 ~~|")
    result = call("run", model, "-q")
    assert result.exit_code == 1
    assert result.stderr.startswith("error[S3C601]: “x” has no finite value at time 2")
    assert "m.mdl:1" in result.stderr
    columns = run_to_table_with_failure(model)
    assert columns["x"] == ["0.5", "1", "", "-1", "-0.5"]


def run_to_table_with_failure(model: Path) -> dict[str, list[str]]:
    """A run that goes on after an equation has failed."""
    output = model.with_name("out.csv")
    result = call("run", model, "-q", "-o", output, "--on-error", "nan")
    assert result.exit_code == 0
    assert result.stderr.startswith("warning[S3C601]: “x” has no finite value at time 2")
    return table(output)


def test_plots_are_drawn(population: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(population.parent)
    assert call("run", population, "-q", "--plot", "named.png").exit_code == 0
    assert call("run", population, "-q", "--plot").exit_code == 0
    for name in ("named.png", "population.png"):
        assert Path(name).read_bytes().startswith(b"\x89PNG")


def test_a_model_with_nothing_to_draw_says_so(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    model = tmp_path / "m.mdl"
    model.write_text("a = 1 ~~|\nSAVEPER = 1 ~~|")
    result = call("run", model, "-q", "--plot", tmp_path / "m.png")
    assert result.exit_code == 2
    assert "nothing to draw" in result.stderr
    assert list(tmp_path.iterdir()) == [model]


def test_quiet_says_nothing(population: Path) -> None:
    result = call("run", population, "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_warnings_are_shown_unless_quiet(tmp_path: Path) -> None:
    model = tmp_path / "m.mdl"
    model.write_text("a = 1 ~~|")
    for _ in range(2):  # compiled, then from the cache
        assert call("run", model).stderr.count("warning[S3C213]") == 3
    assert call("run", model, "-q").stderr == ""


def test_a_compiled_module_runs(population: Path) -> None:
    module = population.with_suffix(".py")
    assert call("compile", population).exit_code == 0
    assert "Population" in call("run", module).stdout
    assert run_to_table(population) == run_to_table(module)


@pytest.mark.parametrize("warm", [False, True])
def test_editing_a_number_in_the_text_changes_the_result(tmp_path: Path, warm: bool) -> None:
    model = tmp_path / "s3.mdl"
    text = (MODELS / "s3.mdl").read_text(encoding="utf-8")
    model.write_text(text, encoding="utf-8")
    before = run_to_table(model)[S3_LEVEL][-1]
    if warm:
        assert run_to_table(model)[S3_LEVEL][-1] == before
    assert text.count("Coupling degree * 0.4, 4, 0)") == 1
    edited = text.replace("Coupling degree * 0.4, 4, 0)", "Coupling degree * 0.5, 4, 0)")
    model.write_text(edited, encoding="utf-8")
    assert float(run_to_table(model)[S3_LEVEL][-1]) > float(before) + 0.01
    model.write_text(text, encoding="utf-8")
    assert run_to_table(model)[S3_LEVEL][-1] == before
