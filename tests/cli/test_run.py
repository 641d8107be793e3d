"""`s3c run`."""

from __future__ import annotations

import csv
import math
import shutil
from pathlib import Path

import pytest
from array_models import REGIONS
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
    shutil.copy(MODELS / "s3_indicators.csv", tmp_path)
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


@pytest.mark.parametrize("warm", [False, True])
def test_editing_the_indicators_beside_the_model_changes_the_result(
    tmp_path: Path, warm: bool
) -> None:
    """The model's text stays as it is, and so does its compiled form."""
    model, table = tmp_path / "s3.mdl", tmp_path / "s3_indicators.csv"
    shutil.copy(MODELS / "s3.mdl", model)
    shutil.copy(MODELS / "s3_indicators.csv", table)
    before = run_to_table(model)[S3_LEVEL][-1]
    if warm:
        assert run_to_table(model)[S3_LEVEL][-1] == before
    text = table.read_text(encoding="utf-8")
    assert text.count("Technology market turnover,0.016,") == 1
    edited = text.replace("Technology market turnover,0.016,", "Technology market turnover,0.32,")
    table.write_text(edited, encoding="utf-8")
    assert float(run_to_table(model)[S3_LEVEL][-1]) > float(before) + 0.01
    table.write_text(text, encoding="utf-8")
    assert run_to_table(model)[S3_LEVEL][-1] == before


# --- Arrays ---


@pytest.fixture
def regions(tmp_path: Path) -> Path:
    """A compiled model of two regions and three ages."""
    file = tmp_path / "regions.py"
    file.write_text(REGIONS, encoding="utf-8")
    return file


def test_the_summary_has_a_line_for_each_element(regions: Path) -> None:
    lines = call("run", regions, "--save", "births", "--save", "Population[West, OLD]").stdout
    assert lines.splitlines() == [
        "regions, time 0 to 4",
        "",
        "variable              first     last  least     most  units",
        "births[East]            0.5  2.53125    0.5  2.53125  people/Year",
        "births[West]              1   5.0625      1   5.0625  people/Year",
        "Population[West,old]      2   10.125      2   10.125  people",
    ]


def test_of_a_large_array_the_summary_shows_the_first_elements(tmp_path: Path) -> None:
    names = ", ".join(f'"e{k}"' for k in range(40))
    text = REGIONS.replace('Axis("Region", ("East", "West"))', f'Axis("Region", ({names}))')
    text = (
        text.replace("(2, 3)", "(40, 3)").replace("(2,)", "(40,)").replace("range(2)", "range(40)")
    )
    text = text.replace("value=(1.0, 2.0)", "value=1.0").replace(
        "dtype=object)", "dtype=object)[[0] * 40]"
    )
    file = tmp_path / "many.py"
    file.write_text(text, encoding="utf-8")
    lines = call("run", file, "--save", "births", "--save", "total").stdout.splitlines()
    assert [line.split()[0] for line in lines[3:9]] == [f"births[e{k}]" for k in range(6)]
    assert lines[9] == "… 34 more: -o writes them all"
    assert lines[10].startswith("total")
    assert len(lines) == 11
    assert len([name for name in run_to_table(file) if name.startswith("births")]) == 40


@pytest.mark.parametrize(
    ("change", "column", "value"),
    [
        ("rate[East]=3", "births[East]", 3.0),
        ("rate[East]=3", "births[West]", 1.0),
        ("rate=2", "births[West]", 4.0),
        ("Flow[west,old]=8", "Flow[West,old]", 8.0),
        ("bend[West]=(0,4),(1,4)", "curve[West]", 4.0),
    ],
)
def test_set_changes_an_element(regions: Path, change: str, column: str, value: float) -> None:
    assert float(run_to_table(regions, "--set", change, "--final-time", "0")[column][0]) == value


def test_save_keeps_an_element(regions: Path) -> None:
    found = run_to_table(regions, "--save", "Population[East,old]", "--save", "births")
    assert list(found) == ["Time", "births[East]", "births[West]", "Population[East,old]"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--set", "rate[Eats]=3"], "there is no element “Eats” in Region"),
        (["--save", "births[East,old]"], "“births” has the subscripts [Region], not 2 of them"),
        (["--set", "SAVEPER[East]=3"], "there is no variable “SAVEPER”"),
        (["--set", "TIME STEP[East]=3"], "“TIME STEP” has no subscripts"),
    ],
)
def test_a_wrong_element_is_explained(regions: Path, options: list[str], message: str) -> None:
    result = call("run", regions, *options)
    assert result.exit_code == 2
    assert message in result.stderr


def test_an_element_without_a_value_is_named(regions: Path) -> None:
    result = call("run", regions, "-q", "--set", "first[West]=8")
    assert result.exit_code == 1
    assert result.stderr.startswith("error[S3C601]: “share[West]” has no finite value at time 0")
    result = call("run", regions, "-q", "--set", "first[West]=8", "--on-error", "nan")
    assert result.exit_code == 0
    assert result.stderr.startswith("warning[S3C601]: “share[West]” has no finite value at time 0")


def test_arrays_are_drawn(regions: Path) -> None:
    pytest.importorskip("matplotlib")
    picture = regions.with_suffix(".png")
    assert call("run", regions, "-q", "--plot", picture).exit_code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_an_engine_can_be_chosen(population: Path) -> None:
    pytest.importorskip("numba", reason="numba, which native code needs, is not installed")
    assert run_to_table(population, "--engine", "native") == run_to_table(population)


def test_why_python_has_made_the_run_is_told(tmp_path: Path) -> None:
    module = tmp_path / "cohorts.py"
    assert call("compile", MODELS / "cohorts.mdl", "-o", module).exit_code == 0
    result = call("run", module, "--engine", "native")
    assert result.exit_code == 0
    assert "warning[S3C616]: Python has made this run: " in result.stderr


def test_native_runs_are_whole(population: Path) -> None:
    result = call("run", population, "--engine", "native", "--until", "3")
    assert result.exit_code == 2
    assert "makes whole runs" in result.stderr
