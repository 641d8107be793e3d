"""Scenarios give what single runs with the same changes give."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from command_line import MODELS
from hypothesis import given
from hypothesis import strategies as st

import s3c
from s3c.experiments import (
    Experiment,
    RunSettings,
    Scenario,
    products,
    read_experiment,
    run_scenarios,
    simulations,
)
from s3c.runtime import RunError, SimulationError, UnknownNameError

Write: TypeAlias = Callable[..., Path]


def experiment_on(model: s3c.CompiledModel, *scenarios: Scenario, **given: object) -> Experiment:
    fields: dict[str, object] = {
        "save": ("level",), "settings": RunSettings(), "groups": {}, "constants": {}, **given
    }  # fmt: skip
    return Experiment(Path("e.toml"), model, scenarios=scenarios, **fields)  # type: ignore[arg-type]


def test_scenarios_are_runs_with_changes(write: Write) -> None:
    text = """
save = ["level", "w", "wave"]
[groups]
both = ["x", "y"]
[constants]
x = 4
noise = 0.5
[[scenario]]
name = "a"
scale = { both = 1.5, "w[West]" = 3 }
set = { "w[East]" = 7 }
[[scenario]]
name = "b"
scale = { w = 2 }
set = { wave = 9, "TIME STEP" = 1 }
"""
    experiment = read_experiment(write(text))
    outcomes = run_scenarios(experiment)
    assert outcomes.columns == ("level", "w[East]", "w[West]", "wave")
    alike: dict[str, dict[str, Any]] = {
        "benchmark": {"x": 4, "noise": 0.5},
        "a": {"x": 6, "y": 4.5, "w[East]": 7, "w[West]": 6, "noise": 0.5},
        "b": {"x": 4, "w": [2, 4], "noise": 0.5, "wave": 9, "TIME STEP": 1},
    }
    for name, changes in alike.items():
        run = experiment.model.run(changes)
        assert np.array_equal(outcomes.outcome(name).time, run.time)
        for column in outcomes.columns:
            assert np.array_equal(outcomes.mean(name, column), run[column])
    with pytest.raises(UnknownNameError, match="did you mean"):
        outcomes.mean("benchmarks", "level")
    with pytest.raises(UnknownNameError, match="hump"):
        outcomes.mean("a", "hump")


def test_run_settings(write: Write) -> None:
    text = '[run]\nfinal_time = 4\ntime_step = 0.25\nsaveper = 2\n[[scenario]]\nname = "a"'
    experiment = read_experiment(write(text))
    outcomes = run_scenarios(experiment)
    run = experiment.model.run(final_time=4, time_step=0.25, saveper=2)
    assert outcomes.outcome("a").time.tolist() == [0, 2, 4]
    assert np.array_equal(outcomes.mean("a", "level"), run["level"])


@pytest.mark.parametrize("seed_equation", ["", "NOISE SEED = 11 ~~|\n", "NOISE SEED == 11 ~~|\n"])
def test_seeds(write: Write, seed_equation: str) -> None:
    text = 'save = "noise"\n[run]\nseeds = [5, 6]\n[[scenario]]\nname = "a"\nset.x = 1'
    path = write(text)
    model = path.with_name("linear.mdl")
    model.write_text(model.read_text("utf-8") + seed_equation, encoding="utf-8")
    experiment = read_experiment(path)
    if "==" in seed_equation:
        with pytest.raises(RunError, match="NOISE SEED"):
            run_scenarios(experiment)
        return
    outcomes = run_scenarios(experiment)
    values = outcomes.outcome("a").values
    for seed, found in zip((5, 6), values, strict=True):
        assert np.array_equal(found[0], experiment.model.run(seed=seed)["noise"])
    assert not np.array_equal(values[0], values[1])
    assert np.array_equal(outcomes.mean("a", "noise"), (values[0, 0] + values[1, 0]) / 2)
    # Common random numbers: the scenario changes nothing that is drawn.
    assert np.array_equal(values, outcomes.outcome("benchmark").values)


def test_the_table_reads_back(write: Write, tmp_path: Path) -> None:
    text = 'save = ["noise", "table 2"]\n[run]\nseeds = 2\n[[scenario]]\nname = "a, b"'
    path = write(text)
    model = path.with_name("linear.mdl")
    model.write_text(model.read_text("utf-8") + "table 2 = IF THEN ELSE(Time > 0, 1, :NA:) ~~|")
    outcomes = run_scenarios(read_experiment(path))
    outcomes.save(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["seed"] for row in rows[::5]] == ["mean", "1", "2"] * 2
    found = [float(row["noise"]) for row in rows if (row["scenario"], row["seed"]) == ("a, b", "2")]
    assert found == outcomes.outcome("a, b").values[1, 0].tolist()
    assert [row["table 2"] for row in rows[:3]] == ["", "1", "1"]
    with pytest.raises(RunError, match="not the name of a table"):
        outcomes.save(tmp_path / "out.xls")


def test_only_some_scenarios(write: Write) -> None:
    text = '[[scenario]]\nname = "a"\n[[scenario]]\nname = "b"'
    experiment = read_experiment(write(text))
    outcomes = run_scenarios(experiment, only=["b"])
    assert [each.scenario.name for each in outcomes.outcomes] == ["benchmark", "b"]
    with pytest.raises(UnknownNameError, match="scenario"):
        run_scenarios(experiment, only=["c"])


def test_a_scenario_that_fails_is_named(write: Write) -> None:
    path = write('[[scenario]]\nname = "a"\nset.x = 0')
    model = path.with_name("linear.mdl")
    model.write_text(model.read_text("utf-8") + "bad = 1 / x ~~|")
    with pytest.raises(SimulationError, match="in the scenario “a”, “bad” has no finite value"):
        run_scenarios(read_experiment(path))


def test_too_much_to_keep(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s3c.experiments.running.scenarios._MOST_NUMBERS", 9)
    with pytest.raises(RunError, match="S3C715"):
        run_scenarios(read_experiment(write('[[scenario]]\nname = "a"')))


def test_progress_goes_from_0_to_1(write: Write) -> None:
    shares: list[float] = []
    run_scenarios(read_experiment(write('[[scenario]]\nname = "a"')), progress=shares.append)
    assert shares == [0, 0.5, 1]


# --- speed must change nothing ---


def test_equations_are_replaced_once_and_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    model = s3c.load(MODELS / "s3.mdl")
    held = {"Environmental turbulence": 0.25, "SAVEPER": 5.0}
    many = simulations.Simulations(
        experiment_on(model, constants=held, save=("Coupling level",)), ("Coupling level",)
    )
    calls: list[object] = []
    real = vars(simulations)["apply_changes"]

    def counted(*given: object) -> object:
        calls.append(given)
        return real(*given)

    monkeypatch.setattr(simulations, "apply_changes", counted)
    for factor in (1.0, 1.5, 0.5):
        scenario = Scenario("a", (("Market share", factor), ("Total profit", 2.0)))
        time, values = many.run(many.changes(scenario), None)
        changes = {"Market share": 0.027 * factor, "Total profit": 0.027 * 2, **held}
        run = model.run(changes)
        assert np.array_equal(time, run.time)
        assert np.array_equal(values[0], run["Coupling level"])
    assert len(calls) == 1


def test_lookups_from_files_are_not_undone(write: Write, tmp_path: Path) -> None:
    path = write('save = "out"\n[constants]\nnoise = 3\n[[scenario]]\nname = "a"\nset.x = 5')
    model = path.with_name("linear.mdl")
    more = "look = GET DIRECT LOOKUPS('l.csv', ',', '1', 'B2') ~~|\nout = look(noise) + x ~~|"
    model.write_text(model.read_text("utf-8") + more, encoding="utf-8")
    (tmp_path / "l.csv").write_text("x,0,10\ny,0,100\n", encoding="utf-8")
    outcomes = run_scenarios(read_experiment(path))
    assert outcomes.mean("a", "out").tolist() == [35.0] * 5


# --- properties ---

factors = st.floats(0.01, 100)


@given(factors, factors)
def test_scaling_and_scaling_back_changes_nothing(first: float, second: float) -> None:
    many = _linear()
    there = many.changes(Scenario("a", (("x", first), ("w", second))))
    back = many.changes(
        Scenario("a", (("x", first), ("w", second), ("x", 1 / first), ("w[East]", 1 / second)))
    )
    assert there["x"] == many.benchmark["x"] * first
    assert back["x"] == pytest.approx(many.benchmark["x"], rel=1e-14)
    assert np.asarray(back["w"]).tolist() == pytest.approx([1, 2 * second], rel=1e-14)
    assert np.asarray(many.benchmark["w"]).tolist() == [1, 2]


_KNOWN: list[simulations.Simulations] = []


def _linear() -> simulations.Simulations:
    """Made once: a property is tried many times."""
    if not _KNOWN:
        from s3c.compiler import Source, compile_source
        from s3c.runtime import load_text

        text = "x = 2 ~~|\nRegion: East, West ~~|\nw[Region] = 1, 2 ~~|\nlevel = x ~~|\n"
        text += "INITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
        generated = compile_source(Source("m.mdl", text)).generated
        assert generated
        _KNOWN.append(
            simulations.Simulations(experiment_on(load_text(generated.text, "m.mdl")), ("level",))
        )
    return _KNOWN[0]


@given(st.lists(st.lists(st.integers(-99, 99), min_size=1, max_size=4, unique=True), max_size=4))
def test_a_product_has_every_combination_once(numbers: list[list[int]]) -> None:
    sides = tuple(
        products.Side(f"s{place}", (f"c{place}",), tuple(map(float, each)), scales=place % 2 == 0)
        for place, each in enumerate(numbers)
    )
    product = products.Product(None, " ".join(f"{{{side.name}}}" for side in sides), sides)  # type: ignore[arg-type]
    scenarios = product.scenarios()
    assert len(scenarios) == product.count == math.prod(map(len, numbers))
    assert len({each.name for each in scenarios}) == len(scenarios)
    for each in scenarios:
        assert len(each.scale) + len(each.set) == len(sides)
        values = dict((*each.scale, *each.set))
        assert each.name == " ".join(f"{values[f'c{k}']:g}" for k in range(len(sides)))


def test_json_names_are_toml_names(write: Write) -> None:
    """What a program writes with json.dumps is read as the same name."""
    name = 'odd "name" \\ with – signs'
    path = write(f"[[scenario]]\nname = {json.dumps(name)}\n")
    assert read_experiment(path).scenarios[1].name == name


def test_data_are_named_from_the_folder_of_the_file(write: Write) -> None:
    text = 'save = "y2"\n[run]\ndata = "d.csv"\n[constants]\nnoise = 3\n'
    path = write(text + '[[scenario]]\nname = "a"\nset.x = 5', d="Time,sales\n0,1\n2,3\n")
    model = path.with_name("linear.mdl")
    more = "sales ~~|\ny2 = sales * noise + x ~~|"
    model.write_text(model.read_text("utf-8") + more, encoding="utf-8")
    outcomes = run_scenarios(read_experiment(path))
    assert outcomes.mean("a", "y2").tolist() == [8, 9.5, 11, 12.5, 14]
