"""Runs against closed forms, and against difference equations written out in plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
from evidence import by_function
from model_texts import compiled

from s3c.runtime import CompiledModel

Floats: TypeAlias = npt.NDArray[np.float64]


def model(text: str, step: float, final: float) -> CompiledModel:
    times = f"INITIAL TIME = 0 ~~|\nFINAL TIME = {final} ~~|\nTIME STEP = {step} ~~|\n"
    return compiled(text, times)


# --- Linear systems ---


@pytest.mark.checks("INTEG", against="closed form")
@pytest.mark.parametrize("rate", [-0.7, -0.03, 0.0, 0.05, 1.5])
@pytest.mark.parametrize("step", [1.0, 0.125, 0.1])
def test_eulers_growth_is_a_power(rate: float, step: float) -> None:
    run = model(f"x = INTEG(a * x, 100) ~~|\na = {rate} ~~|", step, 20).run()
    powers = 100 * (1 + rate * step) ** np.arange(len(run.time))
    np.testing.assert_allclose(run["x"], powers, rtol=1e-12)


def test_an_oscillator_is_a_matrix_power() -> None:
    text = "x = INTEG(v, 1) ~~|\nv = INTEG(-k * x - c * v, 0.5) ~~|\nk = 2 ~~|\nc = 0.1 ~~|"
    run = model(text, 0.0625, 20).run()
    matrix = np.eye(2) + 0.0625 * np.array([[0.0, 1.0], [-2.0, -0.1]])
    for step in (0, 1, 17, 100, 320):
        expected = np.linalg.matrix_power(matrix, step) @ [1.0, 0.5]
        np.testing.assert_allclose([run["x"][step], run["v"][step]], expected, rtol=1e-12)


def test_goal_seeking() -> None:
    text = "x = INTEG((goal - x) / time to reach, 2) ~~|\ngoal = 50 ~~|\ntime to reach = 4 ~~|"
    run = model(text, 0.25, 30).run()
    expected = 50 - 48 * (1 - 0.25 / 4) ** np.arange(121)
    np.testing.assert_allclose(run["x"], expected, rtol=1e-12)


# --- Runge and Kutta ---


def decay(time: float) -> float:
    return 3 * math.exp(-0.8 * time)


def logistic(time: float) -> float:
    return 10 / (1 + 9 * math.exp(-1.3 * time))


@pytest.mark.parametrize(
    ("text", "closed_form"),
    [
        ("x = INTEG(-0.8 * x, 3) ~~|", decay),
        ("x = INTEG(1.3 * x * (1 - x / 10), 1) ~~|", logistic),
    ],
    ids=["decay", "logistic"],
)
@pytest.mark.parametrize(("method", "order"), [("rk4", 4), ("euler", 1)])
def test_the_error_falls_with_the_order_of_the_method(
    text: str, closed_form: Callable[[float], float], method: str, order: int
) -> None:
    finest = 5 if order == 4 else 9
    steps = [2.0**-n for n in range(finest - 3, finest + 1)]
    errors = [
        abs(model(text, step, 4).run(method=method)["x"][-1] - closed_form(4)) for step in steps
    ]
    fitted = np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert order - 0.1 < fitted < order + 0.1


def rk4(
    change: Callable[[float, float, float], float], held: Callable[[float], float], step: float
) -> list[float]:
    """x' = change(t, x, h) from x = 1 over ten time units, h = held(t) at the start of a step."""
    x, values = 1.0, [1.0]
    for k in range(round(10 / step)):
        t, h = k * step, held(k * step)
        k1 = change(t, x, h)
        k2 = change(t + step / 2, x + step / 2 * k1, h)
        k3 = change(t + step / 2, x + step / 2 * k2, h)
        k4 = change(t + step, x + step * k3, h)
        x += step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        values.append(x)
    return values


@pytest.mark.parametrize(
    ("call", "held"),
    [
        ("STEP(3, 4)", lambda t: 3.0 * (t >= 4)),
        ("RAMP(0.5, 2, 6)", lambda t: 0.5 * (min(t, 6) - 2) * (t > 2)),
        ("PULSE(3, 2)", lambda t: float(3 <= t < 5)),
    ],
    ids=["STEP", "RAMP", "PULSE"],
)
@pytest.mark.parametrize("step", [1.0, 0.5])
def test_test_inputs_are_held_inside_a_step(
    call: str, held: Callable[[float], float], step: float
) -> None:
    text = f"x = INTEG({call} - 0.3 * x + SIN(Time), 1) ~~|"
    run = model(text, step, 10).run(method="rk4")
    expected = rk4(lambda t, x, h: h - 0.3 * x + math.sin(t), held, step)
    np.testing.assert_allclose(run["x"], expected, rtol=1e-12, atol=1e-12)


# --- Delays and smooths, with a delay time that changes ---

STEP = 0.25
TIMES: Floats = np.linspace(0, 20, 81, dtype=np.float64)
INPUT: Floats = np.array([5 + math.sin(time) + 2 * (time >= 6) for time in TIMES])
DELAY: Floats = 4 + 0.1 * TIMES
EQUATIONS = "in = 5 + SIN(Time) + STEP(2, 6) ~~|\ndelay = 4 + 0.1 * Time ~~|\n"


def smooth(values: Floats, delays: Floats, start: float) -> Floats:
    """First-order average: what it is at every time, from what goes in at every time."""
    level, levels = start, []
    for value, delay in zip(values, delays, strict=True):
        levels.append(level)
        level += STEP * (value - level) / delay
    return np.array(levels)


def smooth3(start: float) -> Floats:
    levels = INPUT
    for _ in range(3):
        levels = smooth(levels, DELAY / 3, start)
    return levels


def delay1(values: Floats, delays: Floats, content: float) -> Floats:
    """First-order material delay: what comes out at every time, with `content` in it at first."""
    outputs = []
    for value, delay in zip(values, delays, strict=True):
        outputs.append(content / delay)
        content += STEP * (value - content / delay)
    return np.array(outputs)


def delay3(start: float) -> Floats:
    outputs = INPUT
    for _ in range(3):
        outputs = delay1(outputs, DELAY / 3, start * DELAY[0] / 3)
    return outputs


def trend(start: float) -> Floats:
    average = smooth(INPUT, DELAY, INPUT[0] / (1 + start * DELAY[0]))
    return (INPUT - average) / (DELAY * np.abs(average))


def forecast(horizon: float) -> Floats:
    average = smooth(INPUT, DELAY, INPUT[0])
    return INPUT * (1 + horizon * (INPUT - average) / (DELAY * average))


@pytest.mark.parametrize(
    ("call", "expected"),
    by_function(
        "closed form",
        [
            ("SMOOTH(in, delay)", smooth(INPUT, DELAY, INPUT[0])),
            ("SMOOTHI(in, delay, 9)", smooth(INPUT, DELAY, 9)),
            ("SMOOTH3(in, delay)", smooth3(INPUT[0])),
            ("SMOOTH3I(in, delay, 9)", smooth3(9)),
            ("DELAY1(in, delay)", delay1(INPUT, DELAY, INPUT[0] * DELAY[0])),
            ("DELAY1I(in, delay, 9)", delay1(INPUT, DELAY, 9 * DELAY[0])),
            ("DELAY3(in, delay)", delay3(INPUT[0])),
            ("DELAY3I(in, delay, 9)", delay3(9)),
            ("TREND(in, delay, 0.02)", trend(0.02)),
            ("FORECAST(in, delay, 3)", forecast(3)),
        ],
    ),
)
def test_delays_follow_their_difference_equations(call: str, expected: Floats) -> None:
    run = model(EQUATIONS + f"out = {call} ~~|", STEP, 20).run()
    np.testing.assert_allclose(run["in"], INPUT, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(run["out"], expected, rtol=1e-12, atol=1e-12)


def test_a_material_delay_loses_nothing() -> None:
    text = EQUATIONS + "out = DELAY3(in, delay) ~~|\ngone = INTEG(in - out, 0) ~~|\n"
    run = model(text, STEP, 20).run()
    inside = np.sum([run[f"#out>DELAY3>LV{n}#"] for n in (1, 2, 3)], axis=0)
    np.testing.assert_allclose(run["gone"], inside - inside[0], rtol=1e-9, atol=1e-9)


@pytest.mark.checks("DELAY FIXED", against="closed form")
def test_a_fixed_delay_is_a_queue() -> None:
    run = model(EQUATIONS + "out = DELAY FIXED(in, 2, 7) ~~|", STEP, 20).run()
    np.testing.assert_array_equal(run["out"], [7.0] * 8 + list(run["in"][:-8]))
