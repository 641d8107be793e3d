"""When an equation over arrays has no finite value: which element, when, why, what was read."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from array_models import REGIONS

from s3c.runtime import CompiledModel, SimulationError, load_text


def failing(model: CompiledModel, changes: dict[str, Any] | None = None) -> SimulationError:
    with pytest.raises(SimulationError) as caught:
        model.run(changes)
    return caught.value


def with_equation(old: str, new: str) -> CompiledModel:
    """The model of regions with another line."""
    assert old in REGIONS
    return load_text(REGIONS.replace(old, new), "changed")


def test_a_statement_over_all_elements(regions: CompiledModel) -> None:
    error = failing(regions, {"first": [1, 8]})
    assert str(error) == (
        "error[S3C601]: “share[West]” has no finite value at time 0: division by zero\n"
        "  --> regions.mdl:11\n"
        "  share[Region] = 1/(Population[Region,young]-8)\n"
        "  where Population[West,young] = 8"
    )
    assert (error.element, error.time) == ("West", 0)


def test_a_loop(regions: CompiledModel) -> None:
    error = failing(regions, {"first": [4, 9]})
    assert error.message.startswith("“level[West,young]” has no finite value at time 0")
    assert error.reads == {"Population[West,young]": 9.0}
    assert error.run is not None
    assert len(error.run.time) == 0


def test_a_function_at_every_element(regions: CompiledModel) -> None:
    error = failing(regions, {"first[East]": 16})
    assert error.reason == "the square root of a negative number"
    assert error.failure.name == "root[young]"
    assert error.reads == {"Population[East,young]": 24.0}
    assert error.time == 1


def test_the_equation_of_several_that_failed() -> None:
    model = with_equation(
        "population[:, :2] * 0.5", "0.5 / (population[:, :2] - 2.0) / rate[:, None]"
    )
    error = failing(model)
    assert (error.failure.name, error.reason) == ("Flow[West,middle]", "division by zero")
    assert "--> regions.mdl:13" in str(error)
    assert "Flow[Region,older] = Population[Region,before] * 0.5" in str(error)
    assert error.reads == {"Population[West,young]": 2.0, "rate[West]": 0.5}


def test_a_value_that_grows_beyond_all_numbers() -> None:
    model = with_equation(
        "rate * population[:, 0]", "rate * population[:, 0] * np.array([1.0, 1e308]) * 10.0"
    )
    error = failing(model)
    assert (error.failure.name, error.time) == ("births[West]", 0)
    assert error.reason == "the result is too large (overflow)"


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_a_stock_that_overflows(regions: CompiledModel, method: str) -> None:
    when = 2 if method == "euler" else 1  # six times the flow is too large
    grown = {"Flow[West,old]": 1.5e308, "level": 0, "total": 0}
    with pytest.raises(SimulationError) as caught:
        regions.run(grown, method=method)
    assert (caught.value.failure.name, caught.value.time) == ("Population[West,old]", when)
    run = regions.run(grown, method=method, on_error="nan")
    np.testing.assert_array_equal(np.isnan(run["Population[West,old]"]), run.time >= when)
    others = [name for name in run.columns_of("Population") if name != "Population[West,old]"]
    assert all(np.isfinite(run[name]).all() for name in others)
    assert [each.name for each in run.failures] == ["Population[West,old]"]


def test_an_initial_value() -> None:
    model = with_equation(
        "population[...] = first[:, None]", "population[...] = 1.0 / first[:, None]"
    )
    error = failing(model, {"first[West]": 0})
    assert error.message == (
        "the initial value of “Population[West,young]” has no finite value at time 0: "
        "division by zero"
    )
    assert error.reads == {"first[West]": 0.0}


def test_a_constant() -> None:
    model = with_equation("double = rate * 2.0", "double = 2.0 / rate")
    error = failing(model, {"rate[West]": 0})
    assert (error.failure.name, error.time, error.reads) == (
        "double[West]",
        None,
        {"rate[West]": 0},
    )
    run = model.run({"rate[West]": 0}, on_error="nan")
    assert run["double"][0].tolist()[0] == 4
    assert np.isnan(run["double[West]"]).all()


def test_a_change_of_a_stock() -> None:
    model = with_equation(
        "    population_change[...] = flow",
        "    population_change[...] = flow / (flow - 1.0)",
    )
    error = failing(model)
    assert error.message == (
        "the change of “Population[West,young]” has no finite value at time 0: division by zero"
    )


def test_a_number_from_an_array() -> None:
    model = with_equation("total = float(", "total = 1.0 / (time - 2.0) + float(")
    error = failing(model)
    assert (error.failure.name, error.time, error.element) == ("total", 2, "")


# --- Going on ---


def test_only_the_elements_that_fail_are_nan(regions: CompiledModel) -> None:
    run = regions.run({"first": [8, 9]}, on_error="nan")
    np.testing.assert_array_equal(
        np.isnan(run["share"]), np.array([[True, False]]) & (run.time == 0)[:, None]
    )
    assert np.isnan(run["level"][0, 1]).all()
    assert not np.isnan(run["level"][0, 0]).any()
    assert run["level"][0, 0, 0] == -1.0
    found = [(each.name, each.time, each.reason) for each in run.failures if each.time == 0]
    assert found == [
        ("share[East]", 0, "division by zero"),
        *((f"level[West,{age}]", 0, "division by zero") for age in ("young", "middle", "old")),
    ]


def test_what_reads_a_failed_element_is_nan_but_not_named() -> None:
    model = with_equation("rate * population[:, 0]", "rate / (population[:, 0] - 2.25)")
    run = model.run(on_error="nan", final_time=4)
    named = {each.name for each in run.failures}
    when = int(np.argmax(run["Population[East,young]"] == 2.25)) if "births[East]" in named else -1
    assert when == -1  # it never is 2.25 in East, where it goes down
    run = model.run({"first[West]": 2.25}, on_error="nan")
    assert [each.name for each in run.failures] == ["births[West]"]
    for name in ("births[West]", "Flow[West,young]", "curve[West]", "share[West]"):
        assert np.isnan(run[name][1:]).all()
    assert np.isnan(run["lagged[West]"][2:]).all()
    assert np.isfinite(run["births[East]"]).all()
    assert np.isnan(run["total"][1:]).all()


def test_failures_of_a_function_and_of_numbers() -> None:
    model = with_equation("total = float(", "total = 1.0 / (time - 2.0) + float(")
    run = model.run({"first": [16, 2]}, on_error="nan", final_time=3)
    np.testing.assert_array_equal(np.isnan(run["total"]), run.time == 2)
    np.testing.assert_array_equal(np.isnan(run["root"]), (run["Population"][:, 0] > 20))
    assert {(each.name, each.time) for each in run.failures} == {
        ("total", 2), ("root[young]", 1), ("root[middle]", 1), ("root[old]", 1),
    }  # fmt: skip


def test_infinity_is_not_read(regions: CompiledModel) -> None:
    model = with_equation("rate * population[:, 0]", "rate * np.array([1.0, 1e308]) * 100.0")
    model = load_text(model.text.replace("bend, births", "bend, 1.0 / births"), "inverse")
    run = model.run(on_error="nan")
    assert np.isnan(run["births[West]"]).all()
    assert np.isnan(run["curve[West]"]).all()
    assert np.isfinite(run["curve[East]"]).all()
    assert [each.name for each in run.failures][:1] == ["births[West]"]
    assert regions.run(on_error="nan").failures == ()


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_without_failures_it_is_the_same_run(regions: CompiledModel, method: str) -> None:
    changes = {"chain[middle]": 2, "rate": [0.25, 0.5]}
    strict = regions.run(changes, method=method)
    lenient = regions.run(changes, method=method, on_error="nan")
    for name in strict.names:
        assert strict[name].tobytes() == lenient[name].tobytes()


def test_a_memory_that_cannot_be_made() -> None:
    model = with_equation("FixedDelay, (2,), 2.0, lagged", "FixedDelay, (2,), first * 1e9, lagged")
    error = failing(model, {"first[East]": 1e-9})
    assert (error.failure.name, error.failure.part) == ("lagged[West]", "memory")
    assert "takes 2e+09 places" in error.reason


def test_memories_that_cannot_go_on() -> None:
    text = REGIONS.replace(
        "FixedDelay, (2,), 2.0, lagged, 1.0", "NthOrderDelay, (2,), 2.0, lagged, 1.0, 1.0"
    )
    text = text.replace("FixedDelay, Kind", "NthOrderDelay, Kind")
    text = text.replace("((births,),)", "((births, np.array([2.0, 2.0 - time]), 1.0),)")
    model = load_text(text, "orders")
    error = failing(model)
    assert (error.failure.name, error.time, error.reason) == ("lagged[West]", 2, "division by zero")
    assert error.reads == {"input 1": 2.25, "input 2": 0.0, "input 3": 1.0}
    run = model.run(on_error="nan")
    np.testing.assert_array_equal(np.isnan(run["lagged[West]"]), run.time > 2)
    assert np.isfinite(run["lagged[East]"]).all()
    assert [each.name for each in run.failures] == ["lagged[West]"]


def test_what_goes_into_memories() -> None:
    model = with_equation("((births,),)", "((1.0 / (births - 1.0),),)")
    run = model.run(on_error="nan")
    assert [str(each) for each in run.failures][:1] == [
        "the input of “lagged[West]” has no finite value at time 0: division by zero"
    ]
    np.testing.assert_array_equal(np.isnan(run["lagged[West]"]), run.time == 2)
    assert np.isfinite(run["lagged[East]"]).all()


def test_a_function_of_whole_arrays_that_fails() -> None:
    model = with_equation(
        "births = rate * population[:, 0]  #",
        "births = np.linalg.inv((time - 2.0) * np.eye(2))[0] * rate  #",
    )
    error = failing(model)
    assert (error.failure.name, error.reason, error.time) == ("births", "Singular matrix", 2)
    run = model.run(on_error="nan")
    np.testing.assert_array_equal(run["births"][:2], [[-0.25, 0.0], [-0.5, 0.0]])
    np.testing.assert_array_equal(np.isnan(run["births"]), [[t == 2] * 2 for t in run.time])
    assert [each.name for each in run.failures if each.time == 2] == ["births"]
    assert math.isnan(run["total"][-1])
