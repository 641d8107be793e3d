"""SIMULTANEOUS and FIND ZERO: what equations that need one another settle at."""

from __future__ import annotations

import math
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from model_texts import compiled, messages
from scipy import optimize

from s3c.runtime import CompiledModel, Run, SimulationError

Floats: TypeAlias = npt.NDArray[np.float64]

VECTOR = "D: a, b, c ~~|\none[D] = 1 ~~|\nfrom[D] = 1, 2, 3 ~~|\n"


def run(text: str, method: str = "euler") -> Run:
    return compiled(text).run(method=method, final_time=4)


# --- SIMULTANEOUS ---


@cache
def linear_circle() -> CompiledModel:
    text = (
        "x = SIMULTANEOUS(y + c, guess) ~~|\ny = k * x ~~|\nk = 0.5 ~~|\nc = 1 ~~|\nguess = 0 ~~|"
    )
    return compiled(text)


@pytest.mark.checks("SIMULTANEOUS", against="closed form")
@settings(deadline=None)  # the first one compiles
@given(st.floats(-0.9, 0.9), st.floats(-100, 100), st.floats(-100, 100))
@example(-0.9, 2.2e-313, 1.0)  # with so few digits, it goes to and fro for ever
def test_a_linear_circle(slope: float, constant: float, guess: float) -> None:
    """x = y + c, y = k x: x = c / (1 - k)."""
    model = linear_circle()
    found = model.run({"k": slope, "c": constant, "guess": guess})["x"]
    assert found == pytest.approx(constant / (1 - slope), rel=1e-9, abs=1e-9)


@pytest.mark.checks("SIMULTANEOUS", against="independent implementation")
@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_the_manuals_call_center(method: str) -> None:
    """Quality falls with use, calls rise with quality; scipy finds where they meet."""
    found = run(
        """
        calls = customers * 2 * f(quality) ~~|
        f((0, 0.5), (1, 1), (2, 1.5)) ~~|
        quality = 1 / (0.5 + use) ~~|
        use = SIMULTANEOUS(calls / 100, 0.8) ~~|
        customers = INTEG(use, 50) ~~|
        """,
        method,
    )

    def use(customers: float) -> float:
        def gap(x: float) -> float:
            return (
                customers * 2 * float(np.interp(1 / (0.5 + x), [0, 1, 2], [0.5, 1, 1.5])) / 100 - x
            )

        return float(optimize.brentq(gap, 0, 10, xtol=1e-14))

    for customers, settled in zip(found["customers"], found["use"], strict=True):
        assert settled == pytest.approx(use(customers), rel=1e-9)
    if method == "rk4":
        reference = np.array([50.0])
        for _ in range(1000):
            first = use(reference[-1])
            middle = use(reference[-1] + first * found.time[-1] / 2000)
            reference = np.append(reference, reference[-1] + middle * found.time[-1] / 1000)
        assert found["customers"][-1] == pytest.approx(reference[-1], rel=1e-6)


def test_it_goes_on_from_its_last_value() -> None:
    """Of two values at which a circle settles, the one nearest to where it was is kept."""
    text = "x = SIMULTANEOUS(x - TANH(x * (x - 2) * (x + 2)) / 20, guess) ~~|\nguess = %s ~~|"
    # `guess` changes after the first time, and is not looked at then.
    later = "IF THEN ELSE(Time > 0, %d, %d)"
    assert run(text % (later % (-1, 1)))["x"] == pytest.approx(2, rel=1e-6)
    assert run(text % (later % (1, -1)))["x"] == pytest.approx(-2, rel=1e-6)


def test_arrays_settle_together() -> None:
    found = run(
        VECTOR + "x[D] = SIMULTANEOUS(k[D] * COS(x[D]) / 5 + SUM(x[D!]) / 100, 0) ~~|\n"
        "k[D] = 1, 2, 3 ~~|"
    )

    def around(x: Floats) -> Floats:
        result: Floats = np.array([1, 2, 3]) * np.cos(x) / 5 + x.sum() / 100
        return result

    solved = optimize.fixed_point(around, np.zeros(3), xtol=1e-13)
    np.testing.assert_allclose(found["x"], np.tile(solved, (len(found.time), 1)), rtol=1e-9)


def test_elements_in_a_chain_inside_a_circle() -> None:
    """What is in order but for the guess is computed in that order, element by element."""
    found = run(
        VECTOR + "Later: b, c -> Earlier ~~|\nEarlier: a, b -> Later ~~|\n"
        "x = SIMULTANEOUS(y[c] / 10, 0) ~~|\ny[a] = 5 + x ~~|\ny[Later] = y[Earlier] + x ~~|"
    )
    assert found["x"] == pytest.approx(5 / 7, rel=1e-9)  # y[c] = 5 + 3 x, x = y[c] / 10


def test_two_that_need_each_other() -> None:
    found = run(
        "x = SIMULTANEOUS(y / 2 + 1, 0) ~~|\ny = SIMULTANEOUS(x / 2, 0) ~~|\nz = INTEG(x, y) ~~|"
    )
    assert found["x"] == pytest.approx(4 / 3, rel=1e-9)
    assert found["z"][0] == pytest.approx(2 / 3, rel=1e-9)


def test_what_needs_no_circle() -> None:
    assert run("x = SIMULTANEOUS(Time * 2, 1) ~~|")["x"].tolist() == [0, 2, 4, 6, 8]


def test_what_does_not_settle_says_so() -> None:
    with pytest.raises(SimulationError, match=r"“x” .* has not settled after 10000 rounds"):
        run("x = SIMULTANEOUS(1 - x, 0) ~~|")
    with pytest.raises(SimulationError, match="too large"):
        run("x = SIMULTANEOUS(2 - 3 * x, 0) ~~|")
    went_on = compiled("x = SIMULTANEOUS(1 - x, 0) ~~|\ny = Time ~~|").run(
        on_error="nan", final_time=4
    )
    assert all(math.isnan(each) for each in went_on["x"])
    assert went_on["y"].tolist() == [0, 1, 2, 3, 4]


def test_it_may_be_set_like_any_auxiliary() -> None:
    model = compiled(VECTOR + "x[D] = SIMULTANEOUS(y[D] / 2, 1) ~~|\ny[D] = x[D] + 1 ~~|")
    assert model.run({"x": 3}, final_time=4)["y"].tolist() == [[4] * 3] * 5
    assert model.run({"x[b]": 3})["y"][0] == pytest.approx([2, 4, 2])


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("x = 1 + SIMULTANEOUS(x, 1) ~~|", "S3C205", "whole right side"),
        ("x = SIMULTANEOUS(x) ~~|", "S3C203", "expression, guess"),
        ("x = SIMULTANEOUS(y, 1) ~~|\ny = z ~~|\nz = y + x ~~|", "S3C401", "circle"),
        (
            VECTOR + "x[D] = FIND ZERO(one[D], x[D], one[D], y[D], 3, 0, 0, 0, 0) ~~|\n"
            "y[D] = x[D] ~~|",
            "S3C401",
            "starts from depends on",
        ),
        (
            VECTOR + "x[D] = FIND ZERO(one[D], x[D], one[D], from[D], from[D], 0, 0, 0, 0) ~~|",
            "S3C228",
            "one “n” for all",
        ),
    ],
)
def test_what_is_wrong_is_told(text: str, code: str, words: str) -> None:
    assert any(code in each and words in each for each in messages(text)), messages(text)


# --- FIND ZERO ---


@pytest.mark.checks("FIND ZERO", against="closed form")
def test_a_quadratic_for_each_element() -> None:
    found = run(
        VECTOR + "z[D] = from[D] * x[D] ^ 2 - 2 - Time ~~|\n"
        "x[D] = FIND ZERO(one[D], z[D], one[D], one[D], ELMCOUNT(D), 0, 1e-12, 50, 0) ~~|"
    )
    expected = np.sqrt((2 + found.time[:, None]) / np.array([1, 2, 3]))
    np.testing.assert_allclose(found["x"], expected, rtol=1e-11)
    np.testing.assert_allclose(found["z"], 0, atol=1e-11)


@pytest.mark.checks("FIND ZERO", against="independent implementation")
def test_a_system_through_other_equations() -> None:
    """Scaled by very different numbers, and solved by scipy without any scaling."""
    found = run(
        VECTOR + "scale[D] = 1000, 1, 0.001 ~~|\nunscaled[D] = 0.001, 1, 1000 ~~|\n"
        "y[D] = scale[D] * EXP(-from[D]) + SUM(x[D!] * unscaled[D!]) / 10 * scale[D] ~~|\n"
        "z[D] = x[D] - y[D] * COS(x[D] * unscaled[D]) ~~|\n"
        "x[D] = FIND ZERO(unscaled[D], z[D], unscaled[D], scale[D], 3, 0, 1e-10, 50, 0) ~~|"
    )

    def residuals(x: Floats, /) -> Floats:
        gaps: Floats = x - (np.exp([-1, -2, -3]) + x.sum() / 10) * np.cos(x)
        return gaps

    solved = optimize.root(residuals, np.ones(3), tol=1e-13)
    assert solved.success
    np.testing.assert_allclose(found["x"][0], solved.x * [1000, 1, 0.001], rtol=1e-8)


def test_skipped_elements_keep_their_start() -> None:
    """Only ratios matter here: one element must be given for the others to be found."""
    found = run(
        VECTOR + "z[a] = x[a] / x[c] - 2 ~~|\nz[b] = x[b] / x[c] - 3 ~~|\nz[c] = 0 ~~|\n"
        "x[D] = FIND ZERO(one[D], z[D], one[D], from[D], 3, 1, 1e-10, 50, 0) ~~|"
    )
    np.testing.assert_allclose(found["x"][0], [6, 9, 3], rtol=1e-9)


@pytest.mark.parametrize(
    ("z", "words"),
    [
        ("x[D] ^ 2 + 1", "no zero is found"),
        ("one[D] * 3", "does not depend on what is sought"),
    ],
)
def test_what_has_no_zero_says_so(z: str, words: str) -> None:
    text = f"z[D] = {z} ~~|\nx[D] = FIND ZERO(one[D], z[D], one[D], from[D], 3, 0, 0, 0, 0) ~~|"
    with pytest.raises(SimulationError, match=words):
        run(VECTOR + text)


def test_how_many_are_sought_is_bounded() -> None:
    text = "x[D] = FIND ZERO(one[D], x[D], one[D], from[D], n, 0, 0, 0, 0) ~~|\nn = 3 ~~|"
    model = compiled(VECTOR + text)
    assert model.run()["x"][0] == pytest.approx([0, 0, 0], abs=1e-6)
    for n in (0.0, -1e300, 1e300):
        if n > 0:
            assert model.run({"n": n})["x"][0] == pytest.approx([0, 0, 0], abs=1e-6)
        else:
            with pytest.raises(SimulationError, match="seeks 0 numbers"):
                model.run({"n": n})
