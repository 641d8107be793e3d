"""Depreciation, net present value and internal rate of return."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from itertools import accumulate
from typing import Any

import numpy as np
import numpy_financial as npf  # type: ignore[import-untyped]
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from model_texts import compiled, errors

from s3c.runtime import REGISTRY, Run, RunError, fold

STRAIGHTLINE, SCHEDULE = "DEPRECIATE STRAIGHTLINE", "DEPRECIATE BY SCHEDULE"
VALUE, RATE = "NET PRESENT VALUE", "INTERNAL RATE OF RETURN"
TIMES = "INITIAL TIME = 0 ~~|\nFINAL TIME = 8 ~~|\nTIME STEP = 1 ~~|\n"
STEPS = [1.0, 0.5, 0.25, 0.1, 0.3]
PERIODS = [0.05, 0.25, 0.7, 1.0, 1.5, 2.0]


def run(text: str, step: float = 1.0, final: float = 20.0, first: float = 0.0) -> Run:
    times = f"INITIAL TIME = {first} ~~|\nFINAL TIME = {final} ~~|\nTIME STEP = {step} ~~|\n"
    return compiled(text, times).run(method="euler")


def made(name: str, *start: Any) -> Any:
    """A memory of that name."""
    function = REGISTRY[fold(name)].function
    assert function
    return function(*start)


def advanced(memory: Any, inputs: list[tuple[float, ...]], step: float) -> list[float]:
    """What a memory gives at each step, from time 0 on."""
    found = []
    for k, each in enumerate(inputs):
        found.append(memory.now(*each, k * step, step))
        memory.advance(*each, k * step, step)
    return found


# --- Depreciation ---


@pytest.mark.checks(STRAIGHTLINE, against="Vensim")
def test_straightline_as_vensim_has_it() -> None:
    """The figures are those of SDEverywhere's models/depreciate, which Vensim computed."""
    text = (
        "invest = IF THEN ELSE(Time = 2022, 1e+09, IF THEN ELSE(Time = 2026, 2.5e+09, 0)) ~~|\n"
        "x = DEPRECIATE STRAIGHTLINE(invest, 20, 1, 0) ~~|\n"
    )
    found = run(text, 1.0, 2050.0, 2020.0)
    expected = [0.0] * 2 + [5e7] * 4 + [1.75e8] * 16 + [1.25e8] * 4 + [0.0] * 5
    assert found["x"].tolist() == expected


@pytest.mark.checks(STRAIGHTLINE, against="closed form")
@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("step", STEPS)
def test_straightline_keeps_a_steady_stream(step: float, period: float) -> None:
    text = f"x = DEPRECIATE STRAIGHTLINE(7, 5, {period}, 7) ~~|\n"
    np.testing.assert_allclose(run(text, step)["x"], 7, rtol=1e-12)


@pytest.mark.checks(STRAIGHTLINE, against="closed form")
def test_straightline_keeps_a_steady_stream_while_time_step_changes() -> None:
    text = "x = DEPRECIATE STRAIGHTLINE(7, 5, 1.3, 7) ~~|\n"
    times = (
        "INITIAL TIME = 0 ~~|\nFINAL TIME = 20 ~~|\n"
        "TIME STEP = IF THEN ELSE(Time < 4, 1, IF THEN ELSE(Time < 9, 0.3, 0.5)) ~~|\n"
    )
    np.testing.assert_allclose(compiled(text, times).run()["x"], 7, rtol=1e-12)


@pytest.mark.checks(STRAIGHTLINE, against="closed form")
@pytest.mark.checks(SCHEDULE, against="closed form")
@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("step", STEPS)
def test_an_investment_is_depreciated_whole(step: float, period: float) -> None:
    text = (
        "year: y1, y2, y3, y4 ~~|\nparts[year] = 40, 30, 20, 10 ~~|\nnothing = 0 ~~|\n"
        f"invest = IF THEN ELSE(Time > 2 :AND: Time < 3.15, 12, 0) ~~|\n"
        f"x = DEPRECIATE STRAIGHTLINE(invest, 5, {period}, 0) ~~|\n"
        f"y = DEPRECIATE BY SCHEDULE(invest, parts[y1], nothing, 4 * {period}, 0.2) ~~|\n"
    )
    found = run(text, step)
    assert found["invest"].sum() > 0
    np.testing.assert_allclose(found["x"].sum(), found["invest"].sum(), rtol=1e-12)
    np.testing.assert_allclose(found["y"].sum(), found["invest"].sum(), rtol=1e-12)
    assert abs(found["x"][-1]) < 1e-12


@pytest.mark.checks(STRAIGHTLINE, against="closed form")
def test_a_fiscal_period_of_steps_lumps_what_flows_in_it() -> None:
    """12 in the second quarter of year 0: a third of it in that quarter, then a third a year."""
    text = (
        "invest = IF THEN ELSE(Time = 0.25, 48, 0) ~~|\n"
        "x = DEPRECIATE STRAIGHTLINE(invest, 3, 1, 0) ~~|\n"
    )
    expected = [0, 16, 0, 0, *[4] * 8, 0, 0, 0, 0, 0]
    np.testing.assert_allclose(run(text, 0.25, 4.0)["x"], expected, rtol=1e-12)


@pytest.mark.checks(STRAIGHTLINE, against="closed form")
@pytest.mark.parametrize(
    ("lifetime", "period", "parts"),
    [(4.4, 1, 4), (4.5, 1, 5), (0.2, 1, 1), (-3, 1, 1), (3, 0, 3), (3, 0.1, 3), (3, -2, 3)],
)
def test_a_lifetime_is_whole_periods(lifetime: float, period: float, parts: int) -> None:
    text = (
        "invest = IF THEN ELSE(Time = 0, 60, 0) ~~|\n"
        f"x = DEPRECIATE STRAIGHTLINE(invest, {lifetime}, {period}, 0) ~~|\n"
    )
    expected = [60 / parts] * parts + [0.0] * (11 - parts)
    np.testing.assert_allclose(run(text, 1.0, 10.0)["x"], expected, rtol=1e-12)


@pytest.mark.checks(SCHEDULE, against="closed form")
@pytest.mark.parametrize("scale", [1, 100])
def test_a_schedule_with_what_is_due_keeps_a_steady_stream(scale: int) -> None:
    parts = [0.5, 0.3, 0.2]
    text = (
        f"year: y1, y2, y3 ~~|\nparts[year] = {', '.join(str(scale * each) for each in parts)} ~~|"
        "\ndue[year] = 5, 2, 0 ~~|\nx = DEPRECIATE BY SCHEDULE(10, parts[y1], due[y1], 6, Time) ~~|"
        "\nlumped = DEPRECIATE BY SCHEDULE(10, parts[y1], due[y1], 6.3, 0) ~~|\n"
    )
    found = run(text, 0.25)
    np.testing.assert_allclose(found["x"], 10, rtol=1e-12)
    np.testing.assert_allclose(found["lumped"], 10, rtol=1e-12)


@pytest.mark.checks(SCHEDULE, against="closed form")
def test_fiscal_years_of_weeks_begin_where_the_modeller_says() -> None:
    """The manual's example: weeks 0 to 11 belong to the year before."""
    text = (
        "year: y1, y2 ~~|\nparts[year] = 3, 1 ~~|\nnothing = 0 ~~|\n"
        "invest = IF THEN ELSE(Time = 3 :OR: Time = 20, 52, 0) ~~|\n"
        "x = DEPRECIATE BY SCHEDULE(invest, parts[y1], nothing, 104, 12) ~~|\n"
    )
    expected = np.zeros(131)
    expected[[3, 20]] = 52 * 0.75
    expected[12:64] += 0.25
    expected[64:116] += 0.25
    np.testing.assert_allclose(run(text, 1.0, 130.0)["x"], expected, rtol=1e-12)


@pytest.mark.checks(SCHEDULE, against="closed form")
def test_a_schedule_by_subscripts() -> None:
    text = (
        "year: y1, y2, y3 ~~|\nfirm: a, b ~~|\nparts[firm, year] = 1, 1, 2; 1, 0, 0; ~~|\n"
        "due[year] = 4, 2, 1 ~~|\ninvest[firm] = 8, 16 ~~|\n"
        "x[firm] = DEPRECIATE BY SCHEDULE(IF THEN ELSE(Time = 0, invest[firm], 0),"
        " parts[firm, y1], due[y1], 3, Time) ~~|\n"
    )
    expected = [[6, 20], [4, 2], [5, 1], [0, 0]]
    np.testing.assert_allclose(run(text, final=3)["x"], expected, rtol=1e-12)


STREAMS = st.lists(st.integers(-9, 9), min_size=1, max_size=25)
LENGTHS = st.integers(1, 12)  # of steps and periods, in quarters of a unit of time


def depreciated(
    streams: list[int], parts: list[Fraction], step: int, period: int, first: int, before: int
) -> list[Fraction]:
    """By definition and exactly: quarter by quarter, of which a step and a period have several.

    Args:
        streams: the investments of each step from time 0 on, per unit of time.
        parts: of an investment, in its own period and those after it.
        step, period: their lengths in quarters.
        first: the quarter at which a period begins.
        before: the investments before time 0.
    """
    invested = {quarter: streams[quarter // step] for quarter in range(step * len(streams))}

    def rate(number: int) -> Fraction:
        quarters = range(first + number * period, first + (number + 1) * period)
        return Fraction(
            sum(invested.get(each, before if each < 0 else 0) for each in quarters), period
        )

    def due(quarter: int) -> Fraction:
        number = (quarter - first) // period
        past = sum(part * rate(number - j) for j, part in enumerate(parts) if j)
        return parts[0] * invested[quarter] + past

    found = [due(quarter) for quarter in invested]
    return [sum(found[k * step : (k + 1) * step], Fraction(0)) / step for k in range(len(streams))]


@pytest.mark.checks(STRAIGHTLINE, against="independent implementation")
@given(STREAMS, st.integers(1, 6), LENGTHS, LENGTHS, st.integers(-5, 5))
def test_straightline_quarter_by_quarter(
    streams: list[int], periods: int, step: int, period: int, before: int
) -> None:
    assume(step <= period)
    memory = made(STRAIGHTLINE, periods * period / 4, period / 4, before, 0.0, step / 4)
    found = advanced(memory, [(float(x),) for x in streams], step / 4)
    parts = [Fraction(1, periods)] * periods
    expected = depreciated(streams, parts, step, period, 0, before)
    np.testing.assert_allclose(found, list(map(float, expected)), rtol=1e-12, atol=1e-12)


@pytest.mark.checks(SCHEDULE, against="independent implementation")
@given(
    STREAMS,
    st.lists(st.integers(1, 9), min_size=1, max_size=6),
    LENGTHS,
    LENGTHS,
    st.integers(-20, 20),
)
def test_a_schedule_quarter_by_quarter(
    streams: list[int], weights: list[int], step: int, period: int, first: int
) -> None:
    assume(step <= period)
    schedule, lifetime = np.array(weights, float), period * len(weights) / 4
    memory = made(SCHEDULE, schedule, 0.0, lifetime, first / 4, 0.0, step / 4)
    found = advanced(memory, [(float(x),) for x in streams], step / 4)
    parts = [Fraction(each, sum(weights)) for each in weights]
    expected = depreciated(streams, parts, step, period, first, 0)
    np.testing.assert_allclose(found, list(map(float, expected)), rtol=1e-12, atol=1e-12)


# --- Net present value ---


@pytest.mark.checks(VALUE, against="independent implementation")
@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30), st.floats(-0.5, 1),
    st.sampled_from([0.0, 0.5, 1.0]), st.integers(-3, 3),
)  # fmt: skip
def test_the_value_of_numpy_financial(
    flows: list[float], rate: float, offset: float, start: int
) -> None:
    memory = made(VALUE, rate, 1.0, float(start), offset, 0.0, 1.0)
    found = advanced(memory, [(each, rate) for each in flows], 1.0)
    expected = [npf.npv(rate, flows[: k + 1]) for k in range(len(flows))]
    scaled = np.array(expected) * (1 + rate) ** (start - offset)
    np.testing.assert_allclose(found, scaled, rtol=1e-9, atol=1e-6)


@pytest.mark.checks(VALUE, against="closed form")
@pytest.mark.parametrize("step", [1.0, 0.25, 0.1])
def test_an_annuity_and_its_limit_are_worth_what_they_should(step: float) -> None:
    """30 a month for a year of 12 months, discounted by the year at its end."""
    text = "x = NET PRESENT VALUE(30, 0.25, 12, Time, 1) ~~|\n"
    found = run(text, step, 2400.0)
    years = np.arange(1, 100)
    at_ends = found["x"][np.rint(years * 12 / step).astype(int) - 1]
    np.testing.assert_allclose(at_ends, 360 * (1 - 1.25 ** -years.astype(float)) / 0.25, rtol=1e-9)
    assert found["x"][-1] == pytest.approx(360 / 0.25, rel=1e-12)  # the perpetuity


@pytest.mark.checks(VALUE, against="closed form")
def test_a_perpetuity_that_grows() -> None:
    text = "x = NET PRESENT VALUE(5 * 1.02 ^ Time, 0.1, 1, Time, 1) ~~|\n"
    assert run(text, 1.0, 600.0)["x"][-1] == pytest.approx(5 / (0.1 - 0.02), rel=1e-12)


@pytest.mark.checks(VALUE, against="closed form")
def test_a_step_across_the_end_of_a_period_is_divided() -> None:
    text = "x = NET PRESENT VALUE(10, 1, 3, Time, 0) ~~|\n"
    # Periods of 3 and steps of 2: 30 in the first, 15 for the 30 in the second, 7.5 …
    expected = [20, 30 + 5, 30 + 15, 45 + 5, 52.5 + 1.25, 56.25]
    np.testing.assert_allclose(run(text, 2.0, 10.0)["x"], expected, rtol=1e-12)


@pytest.mark.checks(VALUE, against="closed form")
def test_a_discount_rate_may_change() -> None:
    text = "x = NET PRESENT VALUE(8, IF THEN ELSE(Time < 2, 1, 3), 1, Time, 0) ~~|\n"
    assert run(text, 1.0, 4.0)["x"].tolist() == [8, 12, 14, 14.5, 14.625]


# --- Whatever is given ---


MEMORIES = {
    STRAIGHTLINE: ((8.0, 2.0, 1.0, 0.0, 0.5), 1),
    SCHEDULE: ((np.array([3.0, 1.0]), 2.0, 4.0, 0.0, 0.0, 0.5), 1),
    VALUE: ((0.1, 2.0, 0.0, 1.0, 0.0, 0.5), 2),
    RATE: ((2.0, -1.0, 0.0, 0.0, 0.5), 1),
}


@pytest.mark.parametrize("name", MEMORIES)
def test_a_memory_goes_on_after_nan(name: str) -> None:
    start, inputs = MEMORIES[name]
    memory = made(name, *start)
    for _ in range(20):
        memory.advance(*[math.nan] * (inputs + 2))
    memory.advance(*[0.1] * inputs, 10.0, 0.5)
    memory.now(*[0.1] * inputs, 10.5, 0.5)


def test_straightline_forgets_nan() -> None:
    memory = made(STRAIGHTLINE, 4.0, 1.0, 0.0, 0.0, 1.0)
    found = advanced(memory, [(math.nan,), *[(8.0,)] * 8], 1.0)
    assert [math.isnan(each) for each in found] == [True] * 4 + [False] * 5
    assert found[-1] == 8


@pytest.mark.parametrize("name", MEMORIES)
@given(st.data())
def test_numbers_are_taken_or_refused(name: str, data: st.DataObject) -> None:
    start, inputs = MEMORIES[name]
    numbers = st.floats() | st.sampled_from([0.0, 1e308, -1e308, 1.0])
    given_ = [each if isinstance(each, np.ndarray) else data.draw(numbers) for each in start[:-2]]
    try:
        memory = made(name, *given_, 0.0, 0.5)
        for k in range(4):
            taken = [data.draw(numbers) for _ in range(inputs)]
            memory.now(*taken, k * 0.5, 0.5)
            memory.advance(*taken, k * 0.5, 0.5)
    except (ArithmeticError, ValueError):
        pass


@pytest.mark.parametrize("name", MEMORIES)
def test_what_a_memory_holds_can_be_written_down(name: str) -> None:
    start, inputs = MEMORIES[name]
    memory = made(name, *start)
    advanced(memory, [(0.1,) * inputs] * 30, 0.5)
    slots = [each for class_ in type(memory).__mro__ for each in getattr(class_, "__slots__", ())]
    held = {each: getattr(memory, each) for each in slots}
    other = object.__new__(type(memory))
    for key, each in json.loads(json.dumps(held)).items():
        setattr(other, key, each)
    inputs_of_step = (0.3,) * inputs
    assert other.now(*inputs_of_step, 15.0, 0.5) == memory.now(*inputs_of_step, 15.0, 0.5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = DEPRECIATE STRAIGHTLINE(1, 1e12, 1, 0) ~~|", "more than 1000000"),
        ("x = NET PRESENT VALUE(1, -1.5, 1, Time, 0) ~~|", "discount rate is -1.5"),
        ("x = NET PRESENT VALUE(1, 0.1, 1, Time, 2) ~~|", "not from 0 to 1"),
        ("r: a, b ~~|\np[r] = 1, -1 ~~|\nx = DEPRECIATE BY SCHEDULE(1, p[a], 0, 2, 0) ~~|",
         "add up to 0"),
        ("r: a, b ~~|\np[r] = 1, 1 ~~|\nx = DEPRECIATE BY SCHEDULE(1, p[a], p[b], 2, 0) ~~|",
         "1 initial values of depreciation, but 2"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_an_error_of_the_run(text: str, words: str) -> None:
    with pytest.raises(RunError, match=words):
        run(text)


@pytest.mark.parametrize("subscripts", ["", "[plant]"])
def test_a_run_goes_on_after_a_flow_without_value(subscripts: str) -> None:
    text = (
        "plant: a, b ~~|\nstream = 1 / (Time - 3) ~~|\n"
        f"x{subscripts} = DEPRECIATE STRAIGHTLINE(stream, 2, 1, 0) ~~|\n"
        f"y{subscripts} = NET PRESENT VALUE(stream, 0.1, 1, 0, 1) ~~|\n"
        f"z{subscripts} = INTERNAL RATE OF RETURN(stream, 1, 1, 0) ~~|\n"
        f"s{subscripts} = SINTEG(stream, 0, 0, 1, :NA:, :NA:, :NA:) ~~|\n"
    )
    found = compiled(text, TIMES).run(on_error="nan")
    for name, lost in (("x", {3, 4}), ("y", range(3, 9)), ("z", range(3, 9)), ("s", range(4, 9))):
        each = np.isnan(found[name]).reshape(9, -1)
        assert each.all(axis=1).tolist() == [k in lost for k in range(9)], name


def test_a_longer_time_step_than_the_fiscal_period_is_an_error_of_the_run() -> None:
    times = (
        "INITIAL TIME = 0 ~~|\nFINAL TIME = 20 ~~|\nTIME STEP = IF THEN ELSE(Time < 4, 1, 2) ~~|\n"
    )
    model = compiled("x = DEPRECIATE STRAIGHTLINE(7, 5, 1, 7) ~~|\n", times)
    with pytest.raises(RunError, match="longer than the fiscal period 1"):
        model.run()


def test_a_schedule_must_be_subscripted() -> None:
    assert [code for code, _ in errors("p = 1 ~~|\nx = DEPRECIATE BY SCHEDULE(1, p, 0, 2, 0) ~~|")]


def test_a_sum_of_many_parts_leaves_no_rest() -> None:
    memory = made(STRAIGHTLINE, 7.0, 1.0, 0.0, 0.0, 1.0)
    pulses = [1e17 if k == 3 else 0.1 * (k < 20) for k in range(40)]
    found = advanced(memory, [(each,) for each in pulses], 1.0)
    assert found[30:] == [0.0] * 10
    assert list(accumulate(found))[-1] > 1e16
