"""What one run changes in a model."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import numpy as np
import pytest

from s3c.runtime import CompiledModel, Lookup, RunError, SimulationError, UnknownNameError

MakeModel = Callable[..., CompiledModel]


def test_a_parameter_in_any_spelling(population: CompiledModel) -> None:
    run = population.run({"Birth_Rate": 0.2})
    assert run["birth rate"][0] == 0.2
    assert run["double"][0] == 0.4
    assert run["population"][-1] > population.run()["population"][-1]
    assert population.run()["birth rate"][0] == 0.1


def test_a_constant_that_is_computed(population: CompiledModel) -> None:
    run = population.run({"double": 5})
    assert set(run["double"]) == {5.0}
    assert run["birth rate"][0] == 0.1


def test_saveper_that_is_computed(population: CompiledModel) -> None:
    np.testing.assert_array_equal(population.run(saveper=5).time, [0, 5, 10])


def test_an_initial_value(population: CompiledModel) -> None:
    assert set(population.run({"population at first": 7})["population at first"]) == {7.0}


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_an_auxiliary(population: CompiledModel, method: str) -> None:
    run = population.run({"births": 0, "deaths": -3}, method=method)
    assert set(run["births"]) == {0.0}
    np.testing.assert_allclose(run["population"], 100 + 3 * run.time)


@pytest.mark.parametrize("points", [[(0, 2)], Lookup([(0, 2)]), np.array([[0.0, 2.0]])])
def test_a_lookup(population: CompiledModel, points: object) -> None:
    run = population.run({"effect of crowding": points}, method="rk4")
    assert set(run["crowding"]) == {2.0}
    np.testing.assert_allclose(run["population"], 100 * np.exp(0.18 * run.time), rtol=1e-5)
    assert population.run()["crowding"][0] == 0.5


def test_a_delayed_variable(make_model: MakeModel) -> None:
    model = make_model(
        memories={"late": ("FixedDelay(2.0, -1.0, time_step)", "order")},
        auxiliaries={"order": "time", "late_seen": "late"},
    )
    text = model.text
    assert "(late, ) = memory" in text
    assert set(model.run({"late seen": 4})["late seen"]) == {4.0}


def test_a_delay_under_its_own_name() -> None:
    from s3c.runtime import load_text

    model = load_text(
        "from s3c.runtime import *\n"
        "ABI = 6\n"
        "def constants(parameters):\n    return ()\n"
        "def start_time(fixed):\n    return 0.0\n"
        "def initial(time, fixed, draws):\n"
        "    late = FixedDelay(2.0, -1.0, 1.0)\n"
        "    return (), (), (late,)\n"
        "def step(time, fixed, stocks, memory, draws):\n"
        "    (late,) = memory\n"
        "    double = 2.0 * late\n"
        "    return (late, double), (), ((time,),)\n"
        "def stage(time, fixed, stocks, auxiliaries):\n    return ()\n"
        "model = CompiledModel('late', 'late.mdl', (\n"
        "    VariableInfo('late', 'late', Kind.AUXILIARY, Space.AUXILIARY, 0),\n"
        "    VariableInfo('double', 'double', Kind.AUXILIARY, Space.AUXILIARY, 1),\n"
        "), Equations(constants, start_time, initial, step, stage))\n",
        "late",
    )
    assert len(model.run().time) == 101  # Vensim's own times, as the model gives none
    run = model.run({"late": 4})
    assert set(run["late"]) == {4.0}
    assert set(run["double"]) == {8.0}


def test_what_remembers_is_replaced_too(delays: CompiledModel) -> None:
    run = delays.run({"shipment": 4, "sample": -1}, final_time=2)
    assert set(run["shipment"]) == {4.0}
    assert set(run["sample"]) == {-1.0}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"population": 3.0}, "it is a stock"),
        ({"Time": 3.0}, "it is what a run advances"),
        ({"birth rate": float("nan")}, "not a finite number"),
        ({"births": float("inf")}, "not a finite number"),
        ({"birth rate": "__import__('os')"}, "is not a number"),
        ({"birth rate": [(0, 1)]}, "is not a number"),
        ({"births": None}, "is not a number"),
        ({"birth rate": 10**400}, "is not a number"),
        ({"effect of crowding": 3.0}, "it is a lookup"),
        ({"effect of crowding": [(1, 0), (0, 0)]}, "go backwards"),
        ({"effect of crowding": []}, "at least one point"),
    ],
)
def test_what_cannot_be_set(
    population: CompiledModel, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(RunError, match="S3C602") as caught:
        population.run(changes)
    assert words in str(caught.value)


def test_unknown_names(population: CompiledModel) -> None:
    with pytest.raises(UnknownNameError) as caught:
        population.run({"bith rate": 3})
    assert caught.value.code == "S3C604"
    assert caught.value.hint == "did you mean “birth rate”?"
    with pytest.raises(KeyError):
        population.run({"zzz": 3})


def test_twice_is_an_error(population: CompiledModel) -> None:
    with pytest.raises(RunError, match="given twice"):
        population.run({"final time": 3}, final_time=4)


def test_unknown_options(population: CompiledModel) -> None:
    with pytest.raises(RunError, match=r"“euler”, .* or “rk4_auto”"):
        population.run(method="rk5")
    with pytest.raises(RunError, match="on_error"):
        population.run(on_error="ignore")  # type: ignore[arg-type]
    with pytest.raises(RunError, match="NOISE SEED"):
        population.run(seed=float("nan"))


def test_lines_stay_those_of_the_module(population: CompiledModel) -> None:
    """An error in a changed model shows the generated line that failed."""
    with pytest.raises(SimulationError) as caught:
        population.run({"births": 2, "lifetime": 0})
    shown = "".join(traceback.format_exception(caught.value))
    assert "deaths = population / lifetime  # people/Year, population.mdl:18" in shown
    assert caught.value.variable is population.variable("deaths")
