"""Stepping through time: closed forms, save times, times that are equations."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from s3c.runtime import CompiledModel, RunError

MakeModel = Callable[..., CompiledModel]


def times(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(values)


def test_euler_of_linear_growth(make_model: MakeModel) -> None:
    model = make_model(stocks={"x": ("1.0", "0.1 * x")}, parameters={"time_step": 0.25})
    run = model.run(saveper=0.25)
    expected = (1 + 0.1 * 0.25) ** np.arange(41)
    np.testing.assert_allclose(run["x"], expected, rtol=1e-12)
    np.testing.assert_array_equal(run.time, 0.25 * np.arange(41))


@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("rk4", 4)])
def test_order_of_the_error(make_model: MakeModel, method: str, order: int) -> None:
    """Halving TIME STEP divides the error by two to the power of the order."""
    model = make_model(stocks={"x": ("1.0", "x * math.cos(time)")})
    exact = math.exp(math.sin(4.0))
    errors = [
        abs(model.run(method=method, final_time=4, time_step=step)["x"][-1] - exact)
        for step in (1 / 8, 1 / 16, 1 / 32)
    ]
    assert math.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.3)
    assert math.log2(errors[1] / errors[2]) == pytest.approx(order, abs=0.3)


def test_rk4_of_an_oscillator(make_model: MakeModel) -> None:
    model = make_model(stocks={"x": ("1.0", "v"), "v": ("0.0", "-x")}, method="RK4")
    run = model.run(time_step=1 / 64)
    np.testing.assert_allclose(run["x"], np.cos(run.time), atol=1e-8)
    np.testing.assert_allclose(run["v"], -np.sin(run.time), atol=1e-8)


def test_rk4_is_exact_for_cubics(make_model: MakeModel) -> None:
    model = make_model(stocks={"x": ("0.0", "4 * time ** 3")}, method="RK4")
    run = model.run()
    np.testing.assert_allclose(run["x"], run.time**4, rtol=1e-14)


def test_auxiliaries_are_of_the_same_time_as_stocks(make_model: MakeModel) -> None:
    model = make_model(stocks={"x": ("1.0", "y")}, auxiliaries={"y": "2.0 * x"})
    run = model.run()
    np.testing.assert_array_equal(run["y"], 2 * run["x"])


def test_times_do_not_drift(make_model: MakeModel) -> None:
    model = make_model(auxiliaries={"at_end": "1.0 if time == final_time else 0.0"})
    run = model.run(time_step=0.1, saveper=0.1, final_time=0.3)
    np.testing.assert_array_equal(run.time, times(0.0, 0.1, 0.2, 0.3))
    np.testing.assert_array_equal(run["at end"], times(0, 0, 0, 1))
    long = model.run(time_step=0.1, saveper=100, final_time=10_000)
    np.testing.assert_allclose(long.time, 100 * np.arange(101), rtol=0, atol=1e-11)


@pytest.mark.parametrize(
    ("saveper", "expected"),
    [
        (1, [0.5, 1.5, 2.5, 3.5, 4.5, 5]),
        (0.1, [0.5 * k for k in range(1, 11)]),
        (0, [0.5 * k for k in range(1, 11)]),
        (2, [0.5, 2.5, 4.5, 5]),
        (100, [0.5, 5]),
        (1.25, [0.5, 1.5, 3, 4, 5]),
    ],
)
def test_save_times_count_from_the_first(
    make_model: MakeModel, saveper: float, expected: list[float]
) -> None:
    run = make_model().run(initial_time=0.5, time_step=0.5, final_time=5, saveper=saveper)
    np.testing.assert_array_equal(run.time, expected)


def test_final_time_between_steps(make_model: MakeModel) -> None:
    run = make_model().run(time_step=0.3, saveper=0.3, final_time=1.0)
    np.testing.assert_allclose(run.time, [0, 0.3, 0.6, 0.9])
    run = make_model().run(time_step=0.4, saveper=0.4, final_time=1.1)
    np.testing.assert_allclose(run.time, [0, 0.4, 0.8, 1.2])
    run = make_model().run(time_step=1, saveper=1, final_time=2.5)
    np.testing.assert_allclose(run.time, [0, 1, 2, 3])


def test_a_run_of_one_moment(make_model: MakeModel) -> None:
    run = make_model(stocks={"x": ("1.0", "1.0")}).run(final_time=0)
    np.testing.assert_array_equal(run["x"], [1.0])


def test_control_variables_may_be_equations(make_model: MakeModel) -> None:
    """Vensim's own results for the conformance model control_vars."""
    model = make_model(
        parameters={},
        auxiliaries={
            "final_time": "10.0 if time < 5 else 50.0",
            "time_step": "1.0 if time < 4 else 0.5",
            "saveper": "time_step if time < 10 else 5.0",
            "var": "time",
        },
    )
    run = model.run()
    expected = [0, 1, 2, 3, *np.arange(4, 10, 0.5), *range(10, 51, 5)]
    np.testing.assert_array_equal(run.time, expected)
    np.testing.assert_array_equal(run["var"], expected)
    np.testing.assert_array_equal(run["time step"], [1.0] * 4 + [0.5] * 21)
    np.testing.assert_array_equal(run["final time"][:7], [10] * 6 + [50])


def test_final_time_that_is_now_ends_the_run(make_model: MakeModel) -> None:
    model = make_model(auxiliaries={"final_time": "time if 2 * time - 5 > 50 else 100.0"})
    run = model.run()
    assert run.time[-1] == 28.0
    assert run["final time"][-1] == 28.0


def test_final_time_may_be_a_stock(make_model: MakeModel) -> None:
    model = make_model(
        parameters={"initial_time": 0.0, "time_step": 1.0, "saveper": 1.0},
        stocks={"deadline": ("5.0", "0.5")},
        auxiliaries={"final_time": "deadline"},
    )
    assert model.run().time[-1] == 10.0


def test_missing_control_variables_have_vensims_defaults(make_model: MakeModel) -> None:
    model = make_model(auxiliaries={"initial_time": "0.0", "saveper": "1.0"})
    assert model.run(final_time=3).time[-1] == 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"time_step": 0}, "TIME STEP is 0"),
        ({"time_step": -1}, "TIME STEP is -1"),
        ({"final_time": -5}, "before INITIAL TIME"),
        ({"final_time": 1e12}, "takes 1e+12 steps"),
        ({"time_step": 1e-9}, "takes 1e+10 steps"),
        ({"initial_time": 1e20, "final_time": 1e20 + 1e6}, "too short"),
    ],
)
def test_times_that_do_not_fit(
    make_model: MakeModel, options: dict[str, float], words: str
) -> None:
    with pytest.raises(RunError, match="S3C603") as caught:
        make_model().run(**options)  # type: ignore[arg-type]
    assert words in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("name", ["time_step", "saveper", "final_time"])
def test_times_that_stop_being_numbers(make_model: MakeModel, name: str) -> None:
    start = {"time_step": 1.0, "saveper": 1.0, "final_time": 10.0}[name]
    model = make_model(auxiliaries={name: f"{start} if time < 3 else float('nan')"})
    shown = name.upper().replace("_", " ")
    with pytest.raises(RunError, match=f"{shown}.* at time 3") as caught:
        model.run(on_error="nan")
    assert caught.value.code == "S3C603"


def test_memories_change_after_the_step(make_model: MakeModel) -> None:
    model = make_model(
        memories={"late": ("FixedDelay(2.0, -1.0, time_step)", "order")},
        auxiliaries={"order": "time", "delivery": "late"},
    )
    for method in ("euler", "rk4"):
        run = model.run(final_time=5, method=method)
        np.testing.assert_array_equal(run["delivery"], [-1, -1, 0, 1, 2, 3])


def test_progress_is_told(make_model: MakeModel) -> None:
    told: list[float] = []
    make_model().run(final_time=1000, progress=told.append)
    assert told == sorted(told)
    assert told[0] == 0.0
    assert told[-1] == 1.0
    assert 3 < len(told) < 20


def test_draws_are_one_a_step_and_the_same_again(make_model: MakeModel) -> None:
    model = make_model(
        stocks={"walk": ("0.0", "noise")},
        auxiliaries={"noise": "random_uniform(draws, 17, -1.0, 1.0, 0.5)"},
    )
    euler = model.run()
    assert len(set(euler["noise"])) == 11
    np.testing.assert_array_equal(euler["noise"], model.run()["noise"])
    assert set(euler["noise"]).isdisjoint(model.run(seed=2)["noise"])


def test_noise_seed_is_the_seed(make_model: MakeModel) -> None:
    noise = {"noise": "random_normal(draws, 17, -9.0, 9.0, 0.0, 1.0, 0.0)"}
    without = make_model(auxiliaries=noise)
    seeded = make_model(auxiliaries=noise, parameters={"noise_seed": 2.0})
    computed = make_model(auxiliaries=noise, constants={"noise_seed": "1.0 + 1.0"})
    assert without.run().seed == 4487556
    assert seeded.run().seed == computed.run().seed == 2
    np.testing.assert_array_equal(seeded.run()["noise"], without.run(seed=2)["noise"])
    np.testing.assert_array_equal(seeded.run(seed=3)["noise"], without.run(seed=3)["noise"])
    assert seeded.run(seed=3)["noise seed"][0] == 3
    assert computed.run({"noise seed": 3}).seed == 3
