"""SINTEG: a stock within limits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_texts import compiled

from s3c.runtime import NA, REGISTRY, Run, fold

NAMED = pytest.mark.checks("SINTEG", against="closed form")


def times(step: float, final: float = 10.0) -> str:
    return f"INITIAL TIME = 0 ~~|\nFINAL TIME = {final} ~~|\nTIME STEP = {step} ~~|\n"


def run(text: str, step: float = 1.0, final: float = 10.0, method: str = "euler") -> Run:
    return compiled(text, times(step, final)).run(method=method)


def limited_stock(*start: float) -> Any:
    function = REGISTRY[fold("SINTEG")].function
    assert function
    return function(*start)


@NAMED
@pytest.mark.parametrize("step", [1.0, 0.25, 0.1])
def test_without_limits_it_is_integ(step: float) -> None:
    text = (
        "rate = 3 - 0.2 * x ~~|\nx = SINTEG(rate, 2, :NA:, :NA:, :NA:, :NA:, :NA:) ~~|\n"
        "y = INTEG(3 - 0.2 * y, 2) ~~|\n"
    )
    found = run(text, step)
    assert np.array_equal(found["x"], found["y"])
    expected = 15 - 13 * (1 - 0.2 * step) ** np.arange(len(found.time))
    np.testing.assert_allclose(found["x"], expected, rtol=1e-12)


@NAMED
def test_it_stays_within_its_limits_and_forgets_what_they_take() -> None:
    text = "x = SINTEG(IF THEN ELSE(Time < 5, 30, -30), 0, -20, 100, :NA:, :NA:, :NA:) ~~|"
    assert run(text)["x"].tolist() == [0, 30, 60, 90, 100, 100, 70, 40, 10, -20, -20]


@NAMED
def test_a_quantum_takes_the_nearest_multiple() -> None:
    text = "x = SINTEG(Time, 0, :NA:, :NA:, 2, :NA:, :NA:) ~~|"
    # 0, 0 + 1 -> 2, 2 + 2, 4 + 3 -> 8, 8 + 4, 12 + 5 -> 18
    assert run(text, final=6)["x"].tolist() == [0, 0, 2, 4, 8, 12, 18]


@NAMED
def test_near_a_special_value_it_is_that() -> None:
    text = "x = SINTEG(-0.5 * x, 8, :NA:, :NA:, :NA:, 0, 0.6) ~~|"
    assert run(text, final=6)["x"].tolist() == [8, 4, 2, 1, 0, 0, 0]
    at_the_threshold = limited_stock(0.625, NA, NA, NA, 0.0, 0.625)
    assert at_the_threshold.now() == 0.625


@NAMED
def test_the_start_is_limited_too() -> None:
    text = "x = SINTEG(0, 123.4, 0, 100, 1, :NA:, :NA:) ~~|\ny = INTEG(0, x) ~~|"
    found = run(text)
    assert set(found["x"]) == set(found["y"]) == {100.0}


@NAMED
def test_runge_and_kutta_leave_it_to_euler() -> None:
    text = "x = SINTEG(x, 1, :NA:, :NA:, :NA:, :NA:, :NA:) ~~|"
    np.testing.assert_allclose(run(text, 0.5, method="rk4")["x"], 1.5 ** np.arange(21), rtol=1e-12)


@NAMED
def test_subscripts() -> None:
    text = (
        "city: a, b ~~|\nmost[city] = 3, 5 ~~|\n"
        "x[city] = SINTEG(1, 0, 0, most[city], :NA:, :NA:, :NA:) ~~|\n"
    )
    assert run(text)["x"][-1].tolist() == [3, 5]


@NAMED
def test_stocks_that_are_made_alike_are_not_the_same() -> None:
    text = (
        "city: a, b ~~|\nrate[city] = 1, 2 ~~|\n"
        "x[city] = SINTEG(rate[city], 0, 0, 100, :NA:, :NA:, :NA:) ~~|\n"
    )
    assert run(text)["x"][-1].tolist() == [10, 20]


@pytest.mark.checks("SINTEG", against="independent implementation")
@given(
    st.integers(-50, 50),
    st.lists(st.integers(-400, 400), max_size=30),
    st.integers(-60, 0),
    st.integers(0, 60),
    st.sampled_from([1, 3, 16, 40]),
    st.integers(-30, 30),
    st.integers(0, 20),
)
def test_it_agrees_with_whole_numbers(
    start: int,
    rates: list[int],
    minimum: int,
    maximum: int,
    quantum: int,
    special: int,
    threshold: int,
) -> None:
    """All in sixteenths, so that nothing is rounded: the nearest multiple is found by search."""

    def limited(level: int) -> int:
        if special - threshold < level < special + threshold:
            level = special
        else:
            near = range(level - quantum, level + quantum + 1)
            multiples = [each for each in near if each % quantum == 0]
            level = min(multiples, key=lambda each: (abs(each - level), -each))
        return sorted((minimum, level, maximum))[1]

    limits = (each / 16 for each in (minimum, maximum, quantum, special, threshold))
    stock, level = limited_stock(start / 16, *limits), limited(start)
    for rate in rates:
        assert stock.now() == level / 16
        stock.advance(rate / 4, 0.25)
        level = limited(level + rate)
    assert stock.now() == level / 16


@given(st.lists(st.floats(), min_size=8, max_size=8))
def test_any_number_is_taken_or_refused(numbers: list[float]) -> None:
    initial, *limits, rate, step = numbers
    try:
        stock = limited_stock(initial, *limits)
    except ValueError:
        return
    stock.advance(rate, step)
    stock.advance(math.nan, math.nan)
    low = limits[0] if limits[0] > -1e30 else -math.inf
    assert math.isnan(stock.now()) or stock.now() >= low


@pytest.mark.parametrize(
    ("limits", "words"),
    [((5.0, 4.0, NA, NA, NA), "above the maximum"), ((0.0, math.nan, NA, NA, NA), "not a number")],
)
def test_limits_that_make_no_sense_are_refused(limits: tuple[float, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        limited_stock(1.0, *limits)
