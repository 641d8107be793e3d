"""When an equation has no finite value: which, when, why, and what was read."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable

import numpy as np
import pytest

from s3c.runtime import CompiledModel, Run, RunError, SimulationError

MakeModel = Callable[..., CompiledModel]


def failing(model: CompiledModel, changes: dict[str, float] | None = None) -> SimulationError:
    with pytest.raises(SimulationError) as caught:
        model.run(changes)
    assert caught.value.code == "S3C601"
    return caught.value


def test_names_everything(population: CompiledModel) -> None:
    error = failing(population, {"lifetime": 0})
    assert error.variable is population.variable("deaths")
    assert error.time == 0
    assert error.reads == {"population": 100.0, "lifetime": 0.0}
    assert error.reason == "division by zero"
    assert str(error) == (
        "error[S3C601]: “deaths” has no finite value at time 0: division by zero\n"
        "  --> population.mdl:18\n"
        "  deaths = population / lifetime\n"
        "  where population = 100\n"
        "  where lifetime = 0"
    )


@pytest.mark.parametrize(
    ("equation", "reason"),
    [
        ("1.0 / (time - 3)", "division by zero"),
        ("math.sqrt(2.0 - time) + math.log(100)", "the square root of a negative number"),
        (
            "math.sqrt(time) + math.log(3.0 - time)",
            "the logarithm of a number that is not positive",
        ),
        ("math.exp(300 * time)", "the result is too large (overflow)"),
        ("1e200 * 1e200 if time >= 3 else 0.0", "the result is too large (overflow)"),
        ("(float('inf') if time >= 3 else 1.0) * 0.0", "the result is not a number"),
        ("math.pow(2.5 - time, 0.5)", "a negative number to a fractional power"),
        ("math.asin(time / 2.5)", "the arcsine of a number outside -1 to 1"),
    ],
)
def test_reasons(make_model: MakeModel, equation: str, reason: str) -> None:
    model = make_model(auxiliaries={"first": "time", "bad": equation, "last": "bad + 1"})
    error = failing(model)
    assert error.reason.startswith(reason)
    assert error.time == 3
    assert error.variable is model.variable("bad")
    assert error.reads["Time"] == 3
    assert isinstance(error.run, Run)
    np.testing.assert_array_equal(error.run.time, [0, 1, 2])
    np.testing.assert_array_equal(error.run["first"], [0, 1, 2])


def test_a_builtins_own_words(population: CompiledModel) -> None:
    from s3c.runtime import load_text

    text = population.text.replace(
        "import math\n", "import math\nfrom s3c.runtime.number_functions import gamma_ln\n"
    )
    model = load_text(text.replace("math.sqrt(population - 1.0)", "gamma_ln(-population)"), "gamma")
    assert failing(model).reason == "GAMMA LN of a number that is not positive"


def test_the_change_of_a_stock(make_model: MakeModel) -> None:
    error = failing(make_model(stocks={"x": ("1.0", "1.0 / (2.0 - x)")}))
    assert error.failure.part == "change"
    assert error.message == "the change of “x” has no finite value at time 1: division by zero"
    assert error.reads == {"x": 2.0}


def test_an_initial_value(make_model: MakeModel) -> None:
    model = make_model(parameters={"a": 0.0}, stocks={"x": ("1.0 / a", "0.0")})
    error = failing(model)
    assert (
        error.message == "the initial value of “x” has no finite value at time 0: division by zero"
    )
    assert error.run is not None
    assert len(error.run.time) == 0
    assert "overflow" in failing(model, {"a": 1e-310}).reason


def test_a_constant(make_model: MakeModel) -> None:
    error = failing(make_model(parameters={"a": 0.0}, constants={"b": "1.0 / a"}))
    assert error.time is None
    assert error.message == "“b” has no finite value: division by zero"


def test_a_stock_that_grows_beyond_all_numbers(make_model: MakeModel) -> None:
    model = make_model(stocks={"x": ("1e308", "1e308"), "y": ("0.0", "0.0")})
    error = failing(model)
    assert (error.variable, error.time) == (model.variable("x"), 1.0)
    nothing_wrong = make_model(stocks={"x": ("1e308", "0.0"), "y": ("1e308", "0.0")})
    assert nothing_wrong.run()["x"][-1] == 1e308


def test_inside_a_runge_kutta_step(make_model: MakeModel) -> None:
    model = make_model(
        auxiliaries={"root": "math.sqrt(2.25 - time)"}, stocks={"x": ("0.0", "root")}, method="RK4"
    )
    error = failing(model)
    assert error.time == 2.5
    assert error.variable is model.variable("root")
    assert error.run is not None
    assert error.run.time[-1] == 2


def test_a_shared_part_belongs_to_its_reader(population: CompiledModel) -> None:
    from s3c.runtime import load_text

    text = population.text.replace(
        "    deaths = population / lifetime",
        "    shared = population / lifetime\n    deaths = shared",
    )
    error = failing(load_text(text, "shared"), {"lifetime": 0})
    assert error.variable is not None
    assert error.variable.name == "deaths"


def test_making_a_memory(make_model: MakeModel) -> None:
    model = make_model(
        memories={"late": ("FixedDelay(1e12, 0.0, time_step)", "time")},
        auxiliaries={"late_": "late"},
    )
    error = failing(model)
    assert "a delay of 1e+12 with a TIME STEP of 1 takes 1e+12 places" in error.reason
    with pytest.raises(SimulationError, match="a delay of"):
        model.run(on_error="nan")


def test_advancing_a_memory(make_model: MakeModel) -> None:
    model = make_model(
        memories={"late": ("NthOrderDelay(4.0, 1.0, 2.0, 1.0)", "x, 4.0 - time, time_step")},
        auxiliaries={"x": "1.0", "out": "late"},
    )
    error = failing(model)
    assert error.time == 4
    assert error.reason == "division by zero"
    run = model.run(on_error="nan")
    assert np.isnan(run["out"][5:]).all()
    assert np.isfinite(run["out"][:5]).all()
    assert run.failures[0].time == 4


def test_what_goes_into_a_memory(delays: CompiledModel) -> None:
    error = failing(delays, {"FINAL TIME": 2, "longest": 1e12})
    assert error.variable is delays.variable("shipment")
    assert error.failure.part == "memory"
    run = delays.run(on_error="nan")
    assert [str(each) for each in run.failures] == [
        "the change of “stock” has no finite value at time 3: division by zero",
        "the input of “shipment” has no finite value at time 5: division by zero",
    ]
    np.testing.assert_array_equal(np.isnan(run["shipment"]), run.time == 7)
    np.testing.assert_array_equal(np.isnan(run["stock"]), run.time > 3)
    np.testing.assert_array_equal(run["sample"], 4.0 * (run.time >= 4))


def test_an_error_of_another_kind_is_not_hidden(make_model: MakeModel) -> None:
    with pytest.raises(TypeError):
        make_model(auxiliaries={"x": "1.0 + 'a'"}).run()


def test_errors_survive_pickling() -> None:
    error = RunError("S3C602", "no", "do not")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (again.code, str(again)) == (error.code, str(error))


def test_going_on(make_model: MakeModel) -> None:
    model = make_model(
        auxiliaries={
            "bad": "1.0 / (time - 3)",
            "worse": "math.log(time - 5.5)",
            "reads_bad": "bad + 1",
            "good": "time",
        }
    )
    run = model.run(on_error="nan")
    expected = [math.nan if t == 3 else 1 / (t - 3) for t in range(11)]
    np.testing.assert_array_equal(run["bad"], expected)
    np.testing.assert_array_equal(run["reads bad"], np.array(expected) + 1)
    np.testing.assert_array_equal(np.isnan(run["worse"]), run.time < 5.5)
    np.testing.assert_array_equal(run["good"], run.time)
    assert [(f.variable and f.variable.name, f.time, f.reason) for f in run.failures] == [
        ("worse", 0.0, "the logarithm of a number that is not positive"),
        ("bad", 3.0, "division by zero"),
    ]
    assert "2 equations failed" in repr(run)


def test_going_on_after_overflow(make_model: MakeModel) -> None:
    model = make_model(
        auxiliaries={"huge": "1e200 * 1e200 if time > 4 else 1.0", "small": "1.0 / huge"},
        stocks={"x": ("0.0", "huge")},
    )
    run = model.run(on_error="nan")
    np.testing.assert_array_equal(np.isnan(run["huge"]), run.time > 4)
    np.testing.assert_array_equal(np.isnan(run["small"]), run.time > 4)
    np.testing.assert_array_equal(np.isnan(run["x"]), run.time > 5)
    assert [each.time for each in run.failures] == [5.0]


def test_going_on_with_a_stock_that_overflows(make_model: MakeModel) -> None:
    model = make_model(stocks={"x": ("1e308", "1e308")}, auxiliaries={"y": "1.0 / x"})
    run = model.run(on_error="nan")
    np.testing.assert_array_equal(np.isnan(run["x"]), run.time > 0)
    np.testing.assert_array_equal(np.isnan(run["y"]), run.time > 0)
    assert [str(each) for each in run.failures] == [
        "“x” has no finite value at time 1: the result is too large (overflow)"
    ]


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_going_on_through_constants_initial_values_and_stages(
    make_model: MakeModel, method: str
) -> None:
    model = make_model(
        parameters={"a": 0.0},
        constants={"b": "1.0 / a"},
        stocks={"x": ("1.0 / a", "b"), "y": ("0.0", "1.0 / (time - 4.5)")},
    )
    run = model.run(on_error="nan", method=method)
    assert np.isnan(run["b"]).all()
    assert np.isnan(run["x"]).all()
    assert np.isnan(run["y"][5:]).all() == (method == "rk4")
    assert {each.variable.name for each in run.failures if each.variable} >= {"b", "x"}


def test_going_on_with_changes(population: CompiledModel) -> None:
    run = population.run({"first": 0.5, "births": 0.25}, on_error="nan")
    assert set(run["births"]) == {0.25}
    np.testing.assert_array_equal(np.isnan(run["root"]), run["population"] < 1)
    assert np.isnan(run["root"]).any()
    assert not np.isnan(run["root"]).all()
