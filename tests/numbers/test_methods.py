"""The methods of integration against closed forms and against an independent integrator."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
from conformance import CONFORMANCE
from model_texts import compiled
from scipy.integrate import solve_ivp

import s3c
from s3c.runtime import CompiledModel, RunError, SimulationError, check_step

Floats: TypeAlias = npt.NDArray[np.float64]

METHODS = ("euler", "difference", "rk2", "rk2_auto", "rk4", "rk4_auto")
OF_FIXED_STEPS = {"euler": 1, "rk2": 2, "rk4": 4}


def model(text: str, step: float, final: float, more: str = "") -> CompiledModel:
    times = f"INITIAL TIME = 0 ~~|\nFINAL TIME = {final} ~~|\nTIME STEP = {step} ~~|\n"
    return compiled(text + "\n" + more, times)


def sample(name: str) -> CompiledModel:
    if not CONFORMANCE.is_dir():
        pytest.skip(f"no conformance models at {CONFORMANCE}: set S3C_CONFORMANCE")
    return s3c.load(CONFORMANCE / "samples" / name, cache=False)


def slope(steps: list[float], errors: list[float]) -> float:
    """The order of convergence: how the error falls with the step, on logarithmic scales."""
    return float(np.polyfit(np.log(steps), np.log(errors), 1)[0])


# --- Closed forms ---


def oscillator(time: float) -> float:
    return math.cos(2 * time)


def logistic(time: float) -> float:
    return 10 / (1 + 9 * math.exp(-1.3 * time))


CLOSED_FORMS = [
    pytest.param("x = INTEG(-0.8 * x, 3) ~~|", lambda t: 3 * math.exp(-0.8 * t), id="exponential"),
    pytest.param("x = INTEG(v, 1) ~~|\nv = INTEG(-4 * x, 0) ~~|", oscillator, id="oscillator"),
    pytest.param("x = INTEG(1.3 * x * (1 - x / 10), 1) ~~|", logistic, id="logistic"),
    pytest.param("x = INTEG(x * COS(Time), 1) ~~|", lambda t: math.exp(math.sin(t)), id="by time"),
]


@pytest.mark.parametrize(("text", "closed_form"), CLOSED_FORMS)
@pytest.mark.parametrize(("method", "order"), OF_FIXED_STEPS.items())
def test_the_order_of_convergence(
    text: str, closed_form: Callable[[float], float], method: str, order: int
) -> None:
    finest = {1: 11, 2: 8, 4: 6}[order]
    steps = [2.0**-n for n in range(finest - 3, finest + 1)]
    one = model(text, 1, 4)
    errors = [
        abs(one.run(method=method, time_step=step, saveper=4)["x"][-1] - closed_form(4))
        for step in steps
    ]
    assert slope(steps, errors) == pytest.approx(order, abs=0.15)


def test_the_midpoint_is_exact_for_squares_and_not_for_cubes() -> None:
    run = model("x = INTEG(2 * Time, 0) ~~|\ny = INTEG(3 * Time ^ 2, 0) ~~|", 0.5, 4).run(
        method="rk2"
    )
    np.testing.assert_allclose(run["x"], run.time**2, rtol=1e-14)
    # The midpoint rule of 3 t^2 over [t, t + h] lacks h^3 / 4.
    np.testing.assert_allclose(run["y"], run.time**3 - run.time * 0.5**2 / 4, rtol=1e-13)


def test_the_midpoint_of_growth_is_two_terms_of_its_series() -> None:
    run = model("x = INTEG(0.3 * x, 2) ~~|", 0.5, 10).run(method="rk2")
    factor = 1 + 0.15 + 0.15**2 / 2
    np.testing.assert_allclose(run["x"], 2 * factor ** np.arange(21), rtol=1e-13)


def test_what_is_held_is_held_by_the_midpoint_too() -> None:
    """RAMP keeps its value over a step, Time does not (reference D.4)."""
    run = model("x = INTEG(RAMP(1, 0, 100), 0) ~~|\ny = INTEG(Time, 0) ~~|", 1, 5).run(method="rk2")
    np.testing.assert_array_equal(run["x"], [0, 0, 1, 3, 6, 10])
    np.testing.assert_array_equal(run["y"], run.time**2 / 2)


# --- The community's models, against a Runge-Kutta method of eighth order ---


def pendulum(_: float, y: Floats) -> list[float]:
    position, velocity = y
    return [velocity, -9.8 * 10 * math.sin(position) * 10 / (10 * 10**2)]


def predators_and_prey(_: float, y: Floats) -> list[float]:
    predators, prey = y
    return [
        predators * prey / 1000 - predators / 10,
        prey * 3 - prey * 0.2 * predators / 20,
    ]


SAMPLES = [
    pytest.param(
        *("pendulum/Single_Pendulum.mdl", pendulum, [1.0, 0.0]),
        *(("Angular Position", "Angular Velocity"), 8.0),
        id="pendulum",
    ),
    pytest.param(
        *("Lotka_Volterra/Lotka_Volterra.mdl", predators_and_prey, [20.0, 1000.0]),
        *(("Predators", "Prey"), 2.0),
        id="predator and prey",
    ),
]


def reference(change: Any, start: list[float], times: Floats) -> Floats:
    """(n_times, n_stocks)"""
    found = solve_ivp(change, (0, times[-1]), start, "DOP853", t_eval=times, rtol=1e-13, atol=1e-12)
    assert found.success
    return np.asarray(found.y.T)


@pytest.mark.parametrize(("file", "change", "start", "stocks", "final"), SAMPLES)
@pytest.mark.parametrize(("method", "order"), OF_FIXED_STEPS.items())
def test_the_order_on_the_communitys_models(
    file: str, change: Any, start: list[float], stocks: tuple[str, ...], final: float,
    method: str, order: int,
) -> None:  # fmt: skip
    one = sample(file)
    exact = reference(change, start, np.array([final]))[-1]
    finest = {1: 11, 2: 9, 4: 8}[order]
    steps = [2.0**-n for n in range(finest - 3, finest + 1)]
    errors = []
    for step in steps:
        options: Any = {"final_time": final, "time_step": step, "saveper": final}
        run = one.run(method=method, save=stocks, **options)
        found = np.array([run[name][-1] for name in stocks])
        errors.append(float(np.linalg.norm((found - exact) / exact)))
    assert slope(steps, errors) == pytest.approx(order, abs=0.15)


# --- Steps that are halved ---


@pytest.mark.parametrize(("file", "change", "start", "stocks", "final"), SAMPLES)
@pytest.mark.parametrize("method", ["rk2_auto", "rk4_auto"])
@pytest.mark.parametrize("tolerance", [1e-3, 1e-5])
def test_a_step_meets_its_tolerance(
    file: str, change: Any, start: list[float], stocks: tuple[str, ...], final: float,  # noqa: ARG001
    method: str, tolerance: float,
) -> None:  # fmt: skip
    """From where each TIME STEP begins, the exact end of it is as near as was asked for."""
    more = "".join(f"{name} = {tolerance} ~~|\n" for name in TOLERANCES)
    text = (CONFORMANCE / "samples" / file).read_text("utf-8") if CONFORMANCE.is_dir() else ""
    if not text:
        pytest.skip("no conformance models")
    one = compiled(text.replace("{UTF-8}", "{UTF-8}\n" + more, 1), "")
    step = 0.25
    run = one.run(method=method, final_time=final, time_step=step, saveper=step)
    found = np.column_stack([run[name] for name in stocks])
    assert run.shortfall is None
    for before, after in pairwise(found):
        exact = reference(change, before.tolist(), np.array([step]))[-1]
        allowed = np.maximum(tolerance, tolerance * np.abs(before))
        assert np.all(np.abs(after - exact) <= 1.2 * allowed)  # an estimate tells it, not a bound


TOLERANCES = ("ABSOLUTE TOLERANCE", "RELATIVE TOLERANCE")


def test_a_short_enough_step_is_not_halved() -> None:
    one = model("x = INTEG(v, 1) ~~|\nv = INTEG(-x, 0) ~~|", 0.125, 20)
    for method in ("rk2", "rk4"):
        fixed, auto = one.run(method=method), one.run(method=f"{method}_auto")
        np.testing.assert_array_equal(fixed["x"], auto["x"])


STIFF = """
fast = INTEG((slow - fast) * speed, 5) ~~|
slow = INTEG(-0.1 * slow, 10) ~~|
speed = IF THEN ELSE(Time >= 4 :AND: Time < 8, 60, 0.5) ~~|
"""


@pytest.mark.parametrize("method", ["rk2_auto", "rk4_auto"])
def test_a_stiff_stretch_is_halved(method: str) -> None:
    """A fixed step of 1 is unstable there: the time constant is a sixtieth of it."""
    one = model(STIFF, 1, 12)
    run = one.run(method=method)
    assert run.shortfall is None
    times = np.arange(13.0)
    exact = [5.0]
    for begin in times[:-1]:
        a = 60.0 if 4 <= begin < 8 else 0.5
        # fast' = a (slow - fast), slow = 10 e^(-t/10), from what it was at `begin`
        level = a * 10 * math.exp(-begin / 10) / (a - 0.1)
        exact.append(level * math.exp(-0.1) + (exact[-1] - level) * math.exp(-a))
    np.testing.assert_allclose(run["fast"], exact, rtol=4e-3)
    np.testing.assert_allclose(run["slow"], 10 * np.exp(-times / 10), rtol=1e-3)
    fixed = one.run(method=method.removesuffix("_auto"))
    assert abs(fixed["fast"][8]) > 1e3


def test_the_result_is_that_of_equal_parts() -> None:
    """x' = -5 x with TIME STEP 1: so many parts as make the error small, and no more."""
    run = model("x = INTEG(-5 * x, 1) ~~|", 1, 1).run(method="rk4_auto")
    factors = []
    for parts in (1, 2, 4, 8, 16):
        z = -5 / parts
        factors.append((1 + z + z**2 / 2 + z**3 / 6 + z**4 / 24) ** parts)
    errors = [abs(each - math.exp(-5)) for each in factors]
    first = next(k for k, error in enumerate(errors) if error <= 1e-3)
    assert first > 0
    assert run["x"][-1] == pytest.approx(factors[first], rel=1e-12)


def test_tolerances_are_the_models_own_and_the_looser_one_counts() -> None:
    text = "x = INTEG(-5 * x, 1000) ~~|"
    exact = 1000 * math.exp(-5)

    def error(absolute: float, relative: float) -> float:
        more = f"ABSOLUTE TOLERANCE = {absolute} ~~|\nRELATIVE TOLERANCE = {relative} ~~|"
        run = model(text, 1, 1, more).run(method="rk4_auto")
        return float(abs(run["x"][-1] - exact))

    assert error(1e-6, 0) < 1e-6 < error(1e-6, 1e-3) < 1
    assert error(1e-6, 1e-3) == error(1, 1e-9)
    assert error(1e6, 1e6) > 100


def test_tolerances_may_change_during_a_run() -> None:
    more = "ABSOLUTE TOLERANCE = IF THEN ELSE(Time < 2, 1000, 1e-9) ~~|\nRELATIVE TOLERANCE = 0 ~~|"
    text = "x = INTEG(-3 * x + 3 * SIN(Time), 1) ~~|"
    auto = model(text, 0.5, 4, more).run(method="rk4_auto")["x"]
    fixed = model(text, 0.5, 4).run(method="rk4")["x"]
    assert list(auto[:5]) == list(fixed[:5])
    assert auto[5] != fixed[5]


@pytest.mark.parametrize("value", ["-1", "-0.001"])
def test_a_tolerance_below_zero_is_refused(value: str) -> None:
    one = model("x = INTEG(x, 1) ~~|", 1, 4, f"RELATIVE TOLERANCE = {value} ~~|")
    with pytest.raises(RunError, match="RELATIVE TOLERANCE") as caught:
        one.run(method="rk4_auto")
    assert caught.value.code == "S3C602"


def test_what_no_halving_mends_is_told_once() -> None:
    """A jump in the middle of a TIME STEP that is too high for 1024 parts."""
    text = "x = INTEG(IF THEN ELSE(Time > 2.3, 1000000, 0), 1) ~~|\ny = INTEG(1, 0) ~~|"
    run = model(text, 2, 8).run(method="rk4_auto")
    assert run.shortfall is not None
    assert (run.shortfall.steps, run.shortfall.name, run.shortfall.time) == (1, "x", 2)
    assert run.shortfall.excess > 1
    assert "“x”" in str(run.shortfall)
    assert model(text, 2, 8).run(method="rk4").shortfall is None


def test_the_worst_element_is_named() -> None:
    text = (
        "R: north, south ~~|\nx[R] = INTEG(IF THEN ELSE(Time > 0.3, jump[R], 0), 1) ~~|\n"
        "jump[north] = 0 ~~|\njump[south] = 1000000 ~~|"
    )
    run = model(text, 1, 2).run(method="rk4_auto")
    assert run.shortfall is not None
    assert (run.shortfall.name, run.shortfall.time) == ("x[south]", 0)


def test_arrays_are_halved_as_their_worst_element_asks() -> None:
    array = (
        "R: slow, fast ~~|\nx[R] = INTEG(-k[R] * x[R], 1) ~~|\nk[slow] = 0.1 ~~|\nk[fast] = 7 ~~|"
    )
    scalar = "a = INTEG(-0.1 * a, 1) ~~|\nb = INTEG(-7 * b, 1) ~~|"
    one = model(array, 1, 5).run(method="rk4_auto")["x"]
    two = model(scalar, 1, 5).run(method="rk4_auto")
    np.testing.assert_array_equal(one[:, 0], two["a"])
    np.testing.assert_array_equal(one[:, 1], two["b"])


def test_too_long_a_part_may_lead_where_nothing_holds() -> None:
    """The square root has no value where a whole step leads; where halves of it lead, it has."""
    one = model("x = INTEG(-3 * SQRT(x), 1) ~~|", 0.6, 0.6)
    with pytest.raises(SimulationError, match="x"):
        one.run(method="rk4")
    assert one.run(method="rk4_auto")["x"][-1] == pytest.approx((1 - 1.5 * 0.6) ** 2, abs=2e-3)


def test_where_no_part_is_short_enough_the_equation_is_named() -> None:
    one = model("x = INTEG(-3 - SQRT(x), 1) ~~|", 1, 5)
    with pytest.raises(SimulationError) as caught:
        one.run(method="rk4_auto")
    assert caught.value.variable is not None
    assert caught.value.variable.name == "x"


# --- Difference equations ---


def test_difference_equations_save_auxiliaries_late() -> None:
    text = (
        "x = INTEG(flow, 1) ~~|\nflow = 0.5 * x ~~|\nlate = DELAY FIXED(x, 2, 0) ~~|\n"
        "SAVEPER = 1 ~~|"
    )
    one = model(text, 0.5, 5)
    euler, difference = one.run(method="euler"), one.run(method="difference")
    for accumulated in ("x", "late"):
        np.testing.assert_array_equal(euler[accumulated], difference[accumulated])
    np.testing.assert_array_equal(difference["flow"][1:], euler["flow"][:-1])
    assert difference["flow"][0] == euler["flow"][0]


# --- Times that are equations ---


@pytest.mark.parametrize("method", METHODS)
def test_times_that_are_equations(method: str) -> None:
    """Vensim's own save times for the conformance model control_vars."""
    text = (
        "FINAL TIME = IF THEN ELSE(Time < 5, 10, 50) ~~|\nINITIAL TIME = 0 ~~|\n"
        "TIME STEP = IF THEN ELSE(Time < 4, 1, 0.5) ~~|\n"
        "SAVEPER = IF THEN ELSE(Time < 10, TIME STEP, 5) ~~|\n"
        "x = INTEG(Time, 0) ~~|\nlate = DELAY FIXED(Time, 2, -1) ~~|\n"
    )
    run = compiled(text, "").run(method=method)
    expected = [0, 1, 2, 3, *np.arange(4, 10, 0.5), *range(10, 51, 5)]
    np.testing.assert_array_equal(run.time, expected)
    if method not in ("euler", "difference"):  # all others are exact for lines
        np.testing.assert_allclose(run["x"], run.time**2 / 2, rtol=1e-13)
    if method != "difference":
        # DELAY FIXED counts steps: two of them, whatever their length has become.
        np.testing.assert_array_equal(run["late"][:9], [-1, -1, 0, 1, 2, 3, 4, 4.5, 5])


@pytest.mark.parametrize("method", METHODS)
def test_final_time_that_is_now_ends_the_run(method: str) -> None:
    text = "FINAL TIME = IF THEN ELSE(x > 20, Time, 100) ~~|\nx = INTEG(2, 0) ~~|\n"
    rest = "INITIAL TIME = 0 ~~|\nTIME STEP = 0.5 ~~|\nSAVEPER = 5 ~~|\n"
    run = compiled(text, rest).run(method=method)
    np.testing.assert_array_equal(run.time, [0, 5, 10, 10.5])


@pytest.mark.parametrize("name", ["RK4-Auto", "rk4 auto", "RK4_AUTO"])
def test_spellings(name: str) -> None:
    assert model("x = 1 ~~|", 1, 1).run(method=name).method == "rk4_auto"


# --- Half of TIME STEP ---


def test_check_step_tells_the_change_to_half_the_step() -> None:
    one = model("x = INTEG(-a * x, 8) ~~|\na = 1 ~~|\ny = 2 ~~|\nSAVEPER = TIME STEP ~~|", 0.5, 3)
    check = check_step(one, {"a": 0.5})
    whole, half = 8 * 0.75 ** np.arange(7), 8 * 0.875 ** np.arange(0, 13, 2)
    (change,) = check.changes
    assert change.name == "x"
    assert change.change == pytest.approx(np.abs(whole - half).max(), rel=1e-12)
    assert change.time == 0.5 * np.abs(whole - half).argmax()
    assert change.share == pytest.approx(change.change / (8 - whole[-1]), rel=1e-12)
    assert not check.is_short_enough
    assert "too long" in check.verdict
    assert not check.draws
    np.testing.assert_array_equal(check.half.time, check.run.time)
    fine = check_step(one, {"a": 0.5}, method="rk4")
    assert fine.is_short_enough
    assert "short enough" in fine.verdict


def test_check_step_puts_the_largest_change_first() -> None:
    text = (
        "x = INTEG(-x, 1) ~~|\ny = INTEG(-0.1 * y, 1000) ~~|\n"
        "R: a, b ~~|\nz[R] = INTEG(-k[R] * z[R], 1) ~~|\nk[R] = 0.1, 3 ~~|"
    )
    check = check_step(model(text, 0.25, 2))
    assert [each.name for each in check.changes] == ["z[b]", "x", "y"]


def test_check_step_holds_draws() -> None:
    """With the same noise, what is only noise does not change at all."""
    text = "noise = RANDOM NORMAL(-9, 9, 0, 1, 7) ~~|\nwalk = INTEG(noise, 0) ~~|"
    check = check_step(model(text, 0.5, 50))
    assert check.draws
    np.testing.assert_array_equal(check.run["noise"], check.half["noise"])
    np.testing.assert_allclose(check.run["walk"], check.half["walk"], atol=1e-12)
    assert check.is_short_enough


def test_check_step_needs_one_time_step() -> None:
    text = "TIME STEP = IF THEN ELSE(Time < 2, 1, 0.5) ~~|\nx = INTEG(1, 0) ~~|\n"
    one = compiled(text, "INITIAL TIME = 0 ~~|\nFINAL TIME = 4 ~~|\nSAVEPER = 1 ~~|\n")
    with pytest.raises(RunError, match="TIME STEP changes") as caught:
        check_step(one)
    assert caught.value.code == "S3C603"
    assert check_step(one, time_step=0.5).is_short_enough
