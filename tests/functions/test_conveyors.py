"""DELAY CONVEYOR and DELAY PROFILE."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3c.runtime import Conveyor, FixedDelay, Lookup, ProfileDelay

FLAT = Lookup([(0, 1), (1, 1)])
HUMP = Lookup([(0, 0), (1, 2), (4, 0)])
numbers = st.floats(-1e3, 1e3)
profiles = st.sampled_from(
    [FLAT, HUMP, Lookup([(2, 0), (3, 1), (6, 1), (7, 0)]), Lookup([(0, 0), (1, 0), (1, 3), (2, 1)])]
)


# --- Shares of a profile, as what lies on a belt ---


@given(profiles, st.integers(1, 30))
def test_shares_are_areas(profile: Lookup, count: int) -> None:
    first, last = profile.points[0][0], profile.points[-1][0]
    grid = first + (np.arange(count * 200) + 0.5) / (count * 200) * (last - first)
    heights = np.array([profile(x) for x in grid.tolist()]).reshape(count, -1).sum(axis=1)
    found = [amount for amount, _ in Conveyor(profile, 1.0, float(count), 1.0)._belt]
    np.testing.assert_allclose(found, heights / heights.sum(), atol=0.01)
    assert math.fsum(found) == pytest.approx(1)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([(0, 0), (1, 0)], "area"),
        ([(0, 1), (1, -1), (2, 3)], "negative"),
        ([(0, 1e308), (1e308, 1e308)], "area"),
    ],
)
def test_a_profile_without_an_area_is_refused(
    points: list[tuple[float, float]], words: str
) -> None:
    with pytest.raises((ValueError, OverflowError), match=words):
        Conveyor(Lookup(points), 10.0, 5.0, 1.0)
    with pytest.raises((ValueError, OverflowError), match=words):
        ProfileDelay(Lookup(points), 5.0, 1.0, 0.0, 1.0)


# --- DELAY CONVEYOR ---


def belt(
    given: list[tuple[float, float, float]],
    profile: Lookup = FLAT,
    total: float = 0.0,
    initial_delay: float | None = None,
    time_step: float = 1.0,
) -> list[float]:
    """What leaves a belt, for flows, delay times and leaks."""
    conveyor = Conveyor(profile, total, initial_delay or given[0][1], time_step)
    out: list[float] = []
    for x, delay_time, leak in given:
        out.append(conveyor.now(time_step))
        conveyor.advance(x, delay_time, leak, time_step)
    return out


def content(conveyor: Conveyor) -> float:
    return math.fsum(amount for amount, _ in conveyor._belt)


@pytest.mark.checks("DELAY CONVEYOR", against="closed form")
def test_the_manuals_example_of_a_profile() -> None:
    """Nothing enters; 100 lie on a belt of ten steps, by a stair of the figures in the manual.

    The figures stand on Vensim's page on DELAY CONVEYOR; the lookup that gives them does not, so
    a stair with these heights stands for it, in other units on both axes.
    """
    figures = [5, 10, 20, 10, 15, 20, 10, 5, 0, 5]
    stair = [(x / 5, y * 3.0) for place, y in enumerate(figures) for x in (place, place + 1)]
    out = belt([(0.0, 10.0, 0.0)] * 12, Lookup(stair), 100.0)
    assert out == pytest.approx([*figures, 0, 0], abs=1e-9)


@pytest.mark.checks("DELAY CONVEYOR", against="closed form")
@given(st.lists(numbers, min_size=1, max_size=60), st.integers(1, 20), st.sampled_from([1, 0.1]))
def test_a_belt_at_a_constant_speed_is_a_fixed_delay(
    inputs: list[float], steps: int, time_step: float
) -> None:
    delay_time = steps * time_step
    fixed, expected = FixedDelay(delay_time, 6.0, time_step), []
    for x in inputs:
        expected.append(fixed.value)
        fixed.advance(x)
    given = [(x, delay_time, 0.0) for x in inputs]
    out = belt(given, FLAT, 6.0 * delay_time, delay_time, time_step)
    assert out == pytest.approx(expected, abs=1e-6)


@pytest.mark.checks("DELAY CONVEYOR", against="closed form")
@given(st.integers(1, 10), st.floats(0, 0.5))
def test_what_is_on_the_belt_leaks_in_every_step(steps: int, leak: float) -> None:
    """A pulse has lost its share in the step it enters, too: (1 - leak) ^ steps is left."""
    given = [(8.0 if k == 0 else 0.0, float(steps), leak) for k in range(steps + 2)]
    expected = [0.0] * (steps + 2)
    expected[steps] = 8 * (1 - leak) ** steps
    assert belt(given) == pytest.approx(expected, abs=1e-9)


belts = st.lists(st.tuples(numbers, st.floats(0.1, 20), st.floats(0, 0.9)), min_size=1, max_size=60)


@pytest.mark.checks("DELAY CONVEYOR", against="closed form")
@given(belts, profiles, st.sampled_from([1.0, 0.5, 0.3]))
def test_the_content_follows_from_the_flows(
    given: list[tuple[float, float, float]], profile: Lookup, time_step: float
) -> None:
    """The leakage is (content + TIME STEP * (in - out)) * leak, as the manual has it."""
    conveyor = Conveyor(profile, 50.0, 7.7, time_step)
    inside = 50.0
    for x, delay_time, leak in given:
        there = inside + time_step * (x - conveyor.now(time_step))
        inside = there - time_step * there * leak
        conveyor.advance(x, delay_time, leak, time_step)
        assert content(conveyor) == pytest.approx(inside, abs=1e-6)


@pytest.mark.checks("DELAY CONVEYOR", against="independent implementation")
@given(
    st.lists(st.tuples(st.floats(0, 50), st.floats(1.5, 12)), min_size=1, max_size=25),
)
def test_grains_that_ride_on_the_belt(given: list[tuple[float, float]]) -> None:
    """Grains with a place each, moved one by one; a grain at the very edge may differ."""
    fine = 2000
    places = (np.arange(fine) + 0.5) / fine  # of the belt; it ends at 0
    amounts = np.full(fine, 40.0 / fine)
    expected, before = [], 5.0
    for x, delay_time in given:
        width = 1.0 / before
        leaves = places < width
        expected.append(amounts[leaves].sum())
        entering = 1 - width + (np.arange(fine) + 0.5) / fine * width
        places = np.concatenate([places[~leaves] - width, entering])
        amounts = np.concatenate([amounts[~leaves], np.full(fine, x / fine)])
        before = delay_time
    found = belt([(*each, 0.0) for each in given], FLAT, 40.0, 5.0)
    np.testing.assert_allclose(found, expected, atol=0.3)
    np.testing.assert_allclose(np.cumsum(found), np.cumsum(expected), atol=0.3)


def test_a_faster_belt_delivers_more_a_step_later() -> None:
    """20 lie on 10 steps, evenly; at twice the speed 4 leave in a step, till the belt is empty."""
    given = [(0.0, 10.0 if k < 2 else 5.0, 0.0) for k in range(9)]
    assert belt(given, FLAT, 20.0) == pytest.approx([2, 2, 2, 4, 4, 4, 2, 0, 0])


def test_a_shorter_time_step_leaves_the_flow_as_it_is() -> None:
    conveyor = Conveyor(FLAT, 30.0, 10.0, 1.0)
    for time_step in [1.0, 1.0, 0.5, 0.5, 0.25, 2.0, 2.0, 1.0, 0.1]:
        assert conveyor.now(time_step) == pytest.approx(3)
        conveyor.advance(3.0, 10.0, 0.0, time_step)


@pytest.mark.parametrize("delay_time", [1.0, 0.3, 0.0, -4.0])
def test_a_belt_shorter_than_a_step_is_emptied_at_every_step(delay_time: float) -> None:
    given = [(x, delay_time, 0.0) for x in (1.0, 2.0, 3.0, 4.0)]
    assert belt(given, FLAT, 9.0, delay_time) == [9, 1, 2, 3]


def test_a_belt_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    for delay_time in (1e12, math.inf, math.nan):
        with pytest.raises(ValueError, match="a belt of"):
            Conveyor(FLAT, 1.0, delay_time, 1.0)
    monkeypatch.setattr("s3c.runtime.conveyors._MOST_PIECES", 5)
    with pytest.raises(ValueError, match="pieces are on a belt"):
        belt([(1.0, 1e300, 0.0)] * 10, FLAT, 1.0, 2.0)


def test_a_belt_at_an_unknown_speed_is_unknown_until_it_is_empty() -> None:
    conveyor = Conveyor(FLAT, 10.0, 5.0, 1.0)
    conveyor.advance(*[math.nan] * 4)
    seen = []
    for _ in range(7):
        seen.append(math.isnan(conveyor.now(1.0)))
        conveyor.advance(1.0, 5.0, 0.0, 1.0)
    assert seen == [True] * 5 + [False] * 2


# --- DELAY PROFILE ---


def spread(
    given: list[tuple[float, float]], profile: Lookup, initial: float = 0.0,
    growth: float = 0.0, time_step: float = 1.0,
) -> list[float]:  # fmt: skip
    """What comes out of a delay by a profile, for flows and delay times."""
    delay = ProfileDelay(profile, given[0][1], initial, growth, time_step)
    out: list[float] = []
    for x, delay_time in given:
        out.append(delay.now(time_step))
        delay.advance(x, delay_time, time_step)
    return out


def pulse(profile: Lookup, delay_time: float, time_step: float, count: int) -> list[float]:
    given = [(1 / time_step if k == 0 else 0.0, delay_time) for k in range(count)]
    return spread(given, profile, time_step=time_step)


@pytest.mark.checks("DELAY PROFILE", against="closed form")
@given(profiles, st.floats(0.01, 12), st.sampled_from([1.0, 0.5, 0.3]))
def test_a_pulse_comes_out_whole(profile: Lookup, delay_time: float, time_step: float) -> None:
    out = pulse(profile, delay_time, time_step, 200)
    assert out[0] == 0
    assert min(out) >= 0
    assert math.fsum(out) * time_step == pytest.approx(1)


@pytest.mark.checks("DELAY PROFILE", against="closed form")
@pytest.mark.parametrize(
    ("profile", "delay_time"),
    [(FLAT, 20.0), (HUMP, 10.0), (Lookup([(2, 0), (3, 1), (6, 1), (7, 0)]), 13.3)],
)
def test_the_mean_of_the_response_is_the_delay_time(profile: Lookup, delay_time: float) -> None:
    """But for the first half step, which waits until the first step."""
    time_step = 0.125
    out = pulse(profile, delay_time, time_step, 800)
    mean = math.fsum(k * time_step * each for k, each in enumerate(out)) * time_step
    assert mean == pytest.approx(delay_time, abs=0.01)


@pytest.mark.checks("DELAY PROFILE", against="closed form")
def test_a_triangle_by_hand() -> None:
    """Density 2 (1 - s / 6) / 6 to 6, whose mean is 2; the first step takes 0 to 1.5."""
    left = [max(0.0, 1 - s / 6) ** 2 for s in (0, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5)]
    expected = [0.0, *(a - b for a, b in pairwise(left)), 0.0]
    assert pulse(Lookup([(0, 5), (3, 0)]), 2.0, 1.0, 8) == pytest.approx(expected)


@given(st.lists(numbers, min_size=1, max_size=40), st.floats(-1, 12))
def test_a_profile_of_one_point_is_a_fixed_delay(inputs: list[float], delay_time: float) -> None:
    fixed, expected = FixedDelay(delay_time, 6.0, 0.5), []
    for x in inputs:
        expected.append(fixed.value)
        fixed.advance(x)
    given = [(x, delay_time) for x in inputs]
    found = spread(given, Lookup([(4, 1)]), 6.0, 0.0, 0.5)
    assert found == pytest.approx(expected)


@pytest.mark.checks("DELAY PROFILE", against="closed form")
@given(profiles, st.floats(0.1, 12), st.floats(-0.2, 0.3), st.sampled_from([1.0, 0.5]))
def test_a_growing_input_goes_on_growing(
    profile: Lookup, delay_time: float, growth: float, time_step: float
) -> None:
    """An input that has always grown gives an output that grows likewise, from the first on."""
    out = [each * time_step for each in pulse(profile, delay_time, time_step, 200)]
    factor = (1 + growth) ** time_step
    shrunk = math.fsum(each / factor**k for k, each in enumerate(out))
    given = [(5 / shrunk * factor**k, delay_time) for k in range(20)]
    expected = [5 * factor**k for k in range(20)]
    assert spread(given, profile, 5.0, growth, time_step) == pytest.approx(expected)


@pytest.mark.checks("DELAY PROFILE", against="independent implementation")
@given(
    profiles,
    st.lists(st.tuples(numbers, st.sampled_from([0.2, 1.0, 3.3, 8.0])), min_size=1, max_size=40),
)
def test_the_output_is_a_convolution(profile: Lookup, given: list[tuple[float, float]]) -> None:
    size = len(given)
    expected = np.zeros(size)
    for k, (x, delay_time) in enumerate(given):
        response = np.array(pulse(profile, delay_time, 1.0, size + 60))
        expected[k:] += x * response[: size - k]
    np.testing.assert_allclose(spread(given, profile), expected, atol=1e-6)


@pytest.mark.parametrize("later", [0.5, 0.3, 2.0])
def test_another_time_step_keeps_what_is_on_its_way(later: float) -> None:
    delay = ProfileDelay(HUMP, 6.0, 2.0, 0.0, 1.0)
    total, middle, time = 0.0, 0.0, 0.0
    for k in range(80):
        time_step = 1.0 if k < 3 else later
        out = delay.now(time_step) * time_step
        total, middle = total + out, middle + out * time
        delay.advance(7.0 if k == 0 else 0.0, 6.0, time_step)
        time += time_step
    alone = ProfileDelay(HUMP, 6.0, 2.0, 0.0, 1.0)
    before, moment = 0.0, 0.0
    for k in range(80):
        before, moment = before + alone.now(1.0), moment + alone.now(1.0) * k
        alone.advance(7.0 if k == 0 else 0.0, 6.0, 1.0)
    assert total == pytest.approx(before)
    assert middle / total == pytest.approx(moment / before, abs=later / 2)


@pytest.mark.parametrize(
    ("delay_time", "growth", "words"),
    [
        (1e12, 0.0, "time steps"),
        (math.nan, 0.0, "not a number"),
        (5.0, -1.0, "growth"),
        (5.0, math.nan, "growth"),
        (900.0, -0.9999999999, "growth"),
    ],
)
def test_a_response_has_bounds(delay_time: float, growth: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ProfileDelay(FLAT, delay_time, 1.0, growth, 1.0)
    with pytest.raises(ValueError, match="before 0"):
        ProfileDelay(Lookup([(-1, 1), (1, 1)]), 1.0, 1.0, 0.0, 1.0)


def test_an_input_for_an_unknown_time_makes_all_unknown() -> None:
    delay = ProfileDelay(FLAT, 3.0, 1.0, 0.0, 1.0)
    delay.advance(*[math.nan] * 3)
    delay.advance(1.0, 3.0, 1.0)
    assert math.isnan(delay.now(1.0))
