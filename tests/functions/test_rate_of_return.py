"""The internal rate of return: roots of polynomials, and of what flows in a model."""

from __future__ import annotations

import math
from typing import Any

import numpy_financial as npf  # type: ignore[import-untyped]
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from model_texts import compiled

from s3c.runtime import NA, REGISTRY, Run, fold

RATE = "INTERNAL RATE OF RETURN"


def made(fiscal_period: float, initial: float, initial_time: float) -> Any:
    """A memory of a run from time 0 on with a TIME STEP of 1."""
    function = REGISTRY[fold(RATE)].function
    assert function
    return function(fiscal_period, initial, initial_time, 0.0, 1.0)


def internal_rate(flows: list[float], initial: float, when: float) -> float:
    """The rate of flows in periods of a TIME STEP, and of a flow at another time."""
    memory = made(1.0, initial, when)
    for k, flow in enumerate(flows[:-1]):
        memory.advance(flow, float(k), 1.0)
    rate: float = memory.now(flows[-1], len(flows) - 1.0, 1.0)
    return rate


def run(text: str, step: float = 1.0, final: float = 20.0) -> Run:
    times = f"INITIAL TIME = 0 ~~|\nFINAL TIME = {final} ~~|\nTIME STEP = {step} ~~|\n"
    return compiled(text, times).run(method="euler")


@pytest.mark.checks(RATE, against="closed form")
@pytest.mark.parametrize("rate", [-0.9, -0.3, -1e-9, 1e-12, 0.05, 0.5, 1.0])
@pytest.mark.parametrize("periods", [1, 2, 10, 300])
def test_the_rate_of_an_annuity(rate: float, periods: int) -> None:
    paid = -math.fsum((1 + rate) ** -(k + 1) for k in range(periods))
    assert internal_rate([1.0] * periods, paid, 0.0) == pytest.approx(rate, rel=1e-9, abs=1e-12)


@pytest.mark.checks(RATE, against="closed form")
@pytest.mark.parametrize(
    ("flows", "initial", "when", "rate"),
    [
        ([50.0], -100.0, 0.0, -0.5),
        ([200.0], -100.0, 0.0, 1.0),
        ([300.0], -100.0, 0.0, NA),  # the rate is 2
        ([-1.0, 2.3, -1.32], 0.0, 0.0, 0.1),  # and 0.2
        ([-1.0, 1.7, -0.72], 0.0, 0.0, -0.1),  # and -0.2
        ([-1.0, 5.0, -6.0], 0.0, 0.0, 1.0),  # and 2
        ([1.0, -1.0, 1.0], 0.0, 0.0, NA),
        ([1.0, 2.0], 3.0, 0.0, NA),
        ([0.0, 0.0], 0.0, 0.0, NA),
        ([0.0, 0.0], -5.0, 0.0, NA),
        ([1.21], -1.0, 0.5, 0.4641),
        ([0.0, 0.0, 121.0], -100.0, 1.0, 0.1),
        ([0.0, 0.0, 100.0], -100.0, 3.0, NA),
        ([110.0, 0.0], -100.0, 2.0, -1 / 11),
        ([0.0, 121.0], -100.0, 4.0, -1 / 11),
        ([0.0] * 3000 + [-1.0, 1.5], 0.0, 0.0, 0.5),
        ([1e-30], -1e30, 0.0, -1.0),
    ],
)
def test_rates_by_hand(flows: list[float], initial: float, when: float, rate: float) -> None:
    assert internal_rate(flows, initial, when) == pytest.approx(rate, rel=1e-9)


RECEIPTS = st.lists(st.just(0) | st.integers(50, 1000), min_size=1, max_size=25)


@pytest.mark.checks(RATE, against="independent implementation")
@given(st.integers(100, 10_000), RECEIPTS)
def test_the_rate_of_numpy_financial(paid: int, receipts: list[int]) -> None:
    found = internal_rate(list(map(float, receipts)), -paid, 0.0)
    expected = npf.irr([-paid, *receipts])
    if not any(receipts) or expected > 1 + 1e-6:
        assert found == NA
    elif expected < 1 - 1e-6:
        assert found == pytest.approx(expected, abs=1e-6)


@pytest.mark.checks(RATE, against="closed form")
@given(st.lists(st.floats(-100, 100), min_size=1, max_size=12), st.floats(-100, 100),
       st.floats(-3, 15))  # fmt: skip
def test_a_rate_makes_flows_worth_nothing(flows: list[float], initial: float, when: float) -> None:
    rate = internal_rate(flows, initial, when)
    if rate == NA:
        return
    assert -1 <= rate <= 1
    assume(rate > -0.9)
    terms = [flow / (1 + rate) ** (k + 1) for k, flow in enumerate(flows)]
    terms.append(initial / (1 + rate) ** when)
    assert abs(math.fsum(terms)) <= 1e-9 * math.fsum(map(abs, terms))


@pytest.mark.checks(RATE, against="independent implementation")
def test_the_rate_of_a_model_by_months() -> None:
    text = (
        "stream = IF THEN ELSE(Time < 6, -20, 9) ~~|\n"
        "x = INTERNAL RATE OF RETURN(stream, 12, -50, 0) ~~|\n"
    )
    found = run(text, 1.0, 71.0)["x"]
    yearly = [-120 + 6 * 9, *[108] * 5]
    for year in range(1, 7):
        expected = npf.irr([-50, *yearly[:year]])
        wanted = NA if math.isnan(expected) else expected
        assert found[12 * year - 1] == pytest.approx(wanted, rel=1e-9)
    assert found[0] == NA


@pytest.mark.checks(RATE, against="closed form")
@pytest.mark.parametrize("step", [1.0, 0.5, 0.25, 0.1])
def test_the_time_of_the_first_investment(step: float) -> None:
    """100 at time -2 are 400 in the second period, which ends at time 2."""
    text = (
        "stream = IF THEN ELSE(Time > 0.99 :AND: Time < 1.99, 400, 0) ~~|\n"
        "x = INTERNAL RATE OF RETURN(stream, 1, -100, -2) ~~|\n"
    )
    found = run(text, step)["x"]
    assert found[0] == NA
    assert found[-1] == pytest.approx(4**0.25 - 1, rel=1e-9)


@pytest.mark.checks(RATE, against="closed form")
def test_a_step_across_the_end_of_a_period_is_divided() -> None:
    """Periods of 1.5, steps of 1: of 12 in the second step, half belongs to the second period."""
    text = (
        "stream = IF THEN ELSE(Time = 1, 12, 0) ~~|\n"
        "x = INTERNAL RATE OF RETURN(stream, 1.5, -10, 0) ~~|\n"
    )
    expected = (6 + math.sqrt(6**2 + 4 * 10 * 6)) / 20 - 1  # 10 g^2 = 6 g + 6
    assert run(text, 1.0)["x"][1:].tolist() == pytest.approx([expected] * 20, rel=1e-12)


def test_a_rate_of_too_many_periods_is_an_error_of_the_run() -> None:
    memory = made(1.0, 0.0, 0.0)
    for k in range(10_001):
        memory.advance(0.0, float(k), 1.0)
    with pytest.raises(ValueError, match="10000 fiscal periods"):
        memory.now(1.0, 10_001.0, 1.0)
    assert len(memory._flows) == 10_000
