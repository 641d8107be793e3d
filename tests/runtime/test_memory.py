"""Delays that change at whole time steps."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3c.runtime import FixedDelay, Held, MemoryArray, NthOrderDelay, NthOrderSmooth


def delayed(delay_time: float, time_step: float = 1.0, steps: int = 12) -> list[float]:
    """What comes out of a fixed delay when 1, 2, 3, … go in, and -1 holds before."""
    delay = FixedDelay(delay_time, -1.0, time_step)
    out: list[float] = []
    for k in range(steps):
        out.append(delay.value)
        delay.advance(k + 1.0)
    return out


@pytest.mark.parametrize(
    ("delay_time", "steps"),
    [(1.2, 1), (1.5, 2), (2.5, 3), (3.7, 4), (0.5, 1), (0.0, 1), (-3.0, 1), (5.0, 5), (0.2, 1)],
)
def test_fixed_delay_rounds_half_up(delay_time: float, steps: int) -> None:
    expected = [-1.0] * steps + [k + 1.0 for k in range(12 - steps)]
    assert delayed(delay_time) == expected


def test_fixed_delay_forgives_rounding() -> None:
    assert 0.35 / 0.1 < 3.5
    assert delayed(0.35, 0.1) == delayed(4.0)


@given(st.integers(1, 40), st.lists(st.floats(-1e6, 1e6), max_size=100))
def test_fixed_delay_gives_back_what_went_in(steps: int, inputs: list[float]) -> None:
    delay, out = FixedDelay(float(steps), 0.0, 1.0), []
    for x in inputs:
        out.append(delay.value)
        delay.advance(x)
    assert out == ([0.0] * steps + inputs)[: len(inputs)]


@pytest.mark.parametrize("delay_time", [1e12, math.inf, math.nan])
def test_a_delay_without_bounds_is_refused(delay_time: float) -> None:
    with pytest.raises(ValueError, match="a delay of"):
        FixedDelay(delay_time, 0.0, 1.0)


def test_stages_without_bounds_are_refused() -> None:
    with pytest.raises(ValueError, match="a delay of"):
        NthOrderDelay(1e12, 0.0, 1e12, 1.0)
    with pytest.raises(ValueError, match="order"):
        NthOrderDelay(10.0, 0.0, math.nan, 1.0)
    assert NthOrderDelay(1e12, 3.0, 4.0, 1.0).value == pytest.approx(3.0)


def test_held() -> None:
    held = Held(3)
    assert held.value == 3.0
    held.advance(5.0)
    assert held.value == 5.0


def order_of(delay_time: float, order: float, time_step: float) -> int:
    """How many steps an impulse needs to be seen at the other end."""
    delay = NthOrderDelay(delay_time, 0.0, order, time_step)
    for count in range(100):
        if delay.value:
            return count
        delay.advance(1.0, delay_time, time_step)
    raise AssertionError


@pytest.mark.parametrize(
    ("order", "delay_time", "time_step", "expected"),
    [
        (3, 1.25, 0.5, 2),
        (3, 1.5, 0.5, 3),
        (3, 0.3, 0.1, 3),
        (3.9, 10, 1, 3),
        (0, 10, 1, 1),
        (5, 0.1, 1, 1),
    ],
)
def test_order_fits_the_delay(
    order: float, delay_time: float, time_step: float, expected: int
) -> None:
    assert order_of(delay_time, order, time_step) == expected


@pytest.mark.checks("DELAY N", against="closed form")
def test_delay_n_of_order_two_by_hand() -> None:
    """A delay time that jumps travels with the material: stage two sees it a step later."""
    delay = NthOrderDelay(4.0, 1.0, 2.0, 1.0)
    first, second, before = 2.0, 2.0, 4.0
    for k in range(30):
        delay_time = 4.0 if k < 5 else 8.0
        assert delay.value == pytest.approx(2 * second / before)
        into, out = 2 * first / delay_time, 2 * second / before
        x = 1.0 + 0.5 * k
        first, second, before = first + x - into, second + into - out, delay_time
        delay.advance(x, delay_time, 1.0)


@given(
    st.integers(1, 6),
    st.lists(st.tuples(st.floats(0, 100), st.floats(6, 50)), min_size=1, max_size=60),
)
def test_delay_n_loses_nothing(order: int, inputs: list[tuple[float, float]]) -> None:
    delay = NthOrderDelay(10.0, 0.0, float(order), 1.0)
    inside = 0.0
    for x, delay_time in inputs:
        inside += x - delay.value
        delay.advance(x, delay_time, 1.0)
    assert sum(delay._levels) == pytest.approx(inside, abs=1e-6)


def test_delay_n_keeps_a_steady_flow() -> None:
    delay = NthOrderDelay(7.0, 3.0, 3.0, 0.5)
    for _ in range(50):
        delay.advance(3.0, 7.0, 0.5)
    assert delay.value == pytest.approx(3.0)


def test_delay_time_of_zero_is_an_error_that_leaves_it_usable() -> None:
    delay = NthOrderDelay(4.0, 1.0, 1.0, 1.0)
    with pytest.raises(ZeroDivisionError):
        delay.advance(1.0, 0.0, 1.0)
    delay.advance(math.nan, math.nan, math.nan)
    assert math.isnan(delay.value)


@pytest.mark.checks("SMOOTH N", against="closed form")
def test_smooth_n_by_hand() -> None:
    smooth = NthOrderSmooth(1.0, 2.0, 4.0, 1.0)
    first = second = 1.0
    for k in range(20):
        assert smooth.value == pytest.approx(second)
        time, x = (4.0, 2.0) if k < 5 else (8.0, -1.0)
        first, second = first + 2 * (x - first) / time, second + 2 * (first - second) / time
        smooth.advance(x, time, 1.0)


# --- Arrays of memories ---


def test_an_array_of_memories_is_its_elements() -> None:
    times = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    together = MemoryArray(FixedDelay, (2, 3), times, -1.0, 1.0)
    alone = [FixedDelay(time, -1.0, 1.0) for time in times.ravel()]
    for k in range(8):
        assert together.value.shape == (2, 3)
        assert together.value.dtype == np.float64
        assert together.value.ravel().tolist() == [each.value for each in alone]
        together.advance(np.array([[k], [10.0 * k]]))
        for place, each in enumerate(alone):
            each.advance(k if place < 3 else 10.0 * k)


def test_the_outputs_of_a_step_stay_what_they_are() -> None:
    memory = MemoryArray(Held, (2,), np.array([1.0, 2.0]))
    before = memory.value
    memory.advance(3.0)
    assert before.tolist() == [1, 2]
    assert memory.value.tolist() == [3, 3]


def test_a_memory_of_an_array_that_fails_takes_in_nan() -> None:
    memory = MemoryArray(NthOrderDelay, (3,), 2.0, 1.0, 1.0, 1.0)
    with pytest.raises(ArithmeticError, match="division by zero") as caught:
        memory.advance(1.0, np.array([2.0, 0.0, 2.0]), 1.0)
    assert [place for place, _ in vars(caught.value)["failures"]] == [(1,)]
    np.testing.assert_array_equal(np.isnan(memory.value), [False, True, False])
    with pytest.raises(ArithmeticError, match="takes 1e"):
        MemoryArray(FixedDelay, (2,), np.array([1.0, 1e12]), 0.0, 1.0)
