"""DELAY MATERIAL, DELAY INFORMATION and DELAY BATCH."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3c.runtime import BatchDelay, FixedDelay, InformationDelay, MaterialDelay

Steps = list[tuple[float, float]]  # what goes in, and its delay time
numbers = st.floats(-1e6, 1e6)
steps = st.lists(st.tuples(numbers, st.floats(-2, 15)), min_size=1, max_size=60)
time_steps = st.sampled_from([1.0, 0.5, 0.1, 0.3])


def places(delay_time: float, time_step: float) -> int:
    """How many steps later something comes out: round half up, at least one."""
    return max(1, math.floor(delay_time / time_step + 0.5 + 1e-6))


def material(given: Steps, time_step: float, initial: float, missing: float) -> list[float]:
    start = 3.0
    delay = MaterialDelay(given[0][1], initial, missing, start, time_step)
    out: list[float] = []
    for k, (x, delay_time) in enumerate(given):
        out.append(delay.now(time_step))
        delay.advance(x, delay_time, missing, start + k * time_step, time_step)
    return out


def information(given: Steps, time_step: float, initial: float) -> list[float]:
    start = 3.0
    delay = InformationDelay(initial)
    out: list[float] = []
    for k, (x, delay_time) in enumerate(given):
        out.append(delay.value)
        delay.advance(x, delay_time, start + k * time_step, time_step)
    return out


# --- DELAY MATERIAL ---


@pytest.mark.checks("DELAY MATERIAL", against="independent implementation")
@given(steps, time_steps)
def test_material_is_put_into_the_steps_where_it_comes_out(given: Steps, time_step: float) -> None:
    due: dict[int, list[float]] = {}
    for k in range(places(given[0][1], time_step)):
        due[k] = [7.0]
    for k, (x, delay_time) in enumerate(given):
        due.setdefault(k + places(delay_time, time_step), []).append(x)
    expected = [math.fsum(due[k]) if k in due else -1.0 for k in range(len(given))]
    assert material(given, time_step, 7.0, -1.0) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@pytest.mark.checks("DELAY MATERIAL", against="closed form")
@given(steps)
def test_all_material_comes_out(given: Steps) -> None:
    given = [(x, max(1.0, round(delay_time))) for x, delay_time in given]
    end: Steps = [(0.0, 1.0)] * 20
    total = math.fsum(x for x, _ in given) + 7.0 * given[0][1]
    assert math.fsum(material(given + end, 1.0, 7.0, 0.0)) == pytest.approx(total, abs=1e-5)


@pytest.mark.parametrize("kind", ["DELAY MATERIAL", "DELAY INFORMATION"])
@given(st.lists(numbers, min_size=1, max_size=60), st.floats(-1, 12), time_steps)
def test_a_constant_delay_time_makes_them_fixed(
    kind: str, inputs: list[float], delay_time: float, time_step: float
) -> None:
    given = [(x, delay_time) for x in inputs]
    fixed, expected = FixedDelay(delay_time, 7.0, time_step), []
    for x in inputs:
        expected.append(fixed.value)
        fixed.advance(x)
    if kind == "DELAY MATERIAL":
        assert material(given, time_step, 7.0, -1.0) == expected
    else:
        assert information(given, time_step, 7.0) == expected


def test_a_shorter_time_step_delivers_the_same_material_at_the_same_time() -> None:
    delay = MaterialDelay(4.0, 0.0, 0.0, 0.0, 1.0)
    time, total, times = 0.0, 0.0, []
    while time < 10:
        time_step = 1.0 if time < 2 else 0.5
        out = delay.now(time_step)
        total += out * time_step
        if out:
            times.append(time)
        delay.advance(3.0 if time == 1 else 0.0, 4.0, 0.0, time, time_step)
        time += time_step
    assert times == [5.0]
    assert total == 3.0


def test_material_for_an_unknown_time_makes_all_unknown() -> None:
    delay = MaterialDelay(2.0, 1.0, 0.0, 0.0, 1.0)
    delay.advance(*[math.nan] * 5)
    assert math.isnan(delay.now(1.0))
    delay.advance(1.0, 1.0, 0.0, 1.0, 1.0)
    assert math.isnan(delay.now(1.0))


def test_unknown_material_is_unknown_only_where_it_comes_out() -> None:
    given = [(math.nan if k == 2 else 1.0, 3.0) for k in range(10)]
    out = material(given, 1.0, 0.0, 0.0)
    assert [k for k, each in enumerate(out) if math.isnan(each)] == [5]


def test_too_much_on_its_way_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s3c.runtime.discrete_delays._MOST_WAITING", 5)
    with pytest.raises(ValueError, match="on their way"):
        material([(1.0, 1e9)] * 10, 1.0, 0.0, 0.0)
    delay = InformationDelay(0.0)
    for k in range(5):
        delay.advance(1.0, 100.0 + k, float(k), 1.0)
    with pytest.raises(ValueError, match="on their way"):
        delay.advance(1.0, 200.0, 5.0, 1.0)
    delay.advance(math.nan, math.nan, math.nan, math.nan)
    assert math.isnan(delay.value)


# --- DELAY INFORMATION ---


@pytest.mark.checks("DELAY INFORMATION", against="independent implementation")
@given(steps, time_steps)
def test_information_is_written_over_all_later_steps(given: Steps, time_step: float) -> None:
    """Each value holds from its step on, whatever was to come later: the later input knows best."""
    values = [7.0] * len(given)
    for k, (x, delay_time) in enumerate(given):
        due = k + places(delay_time, time_step)
        values[due:] = [x] * len(values[due:])
    assert information(given, time_step, 7.0) == values


@pytest.mark.checks("DELAY INFORMATION", against="closed form")
def test_news_that_overtakes_replaces_what_is_older() -> None:
    """Delay times 5, 4, … 1 all lead to the step 5: the last news counts; then it is held."""
    given = [(10.0 + k, 5.0 - k) for k in range(5)] + [(99.0, 100.0)] * 3
    assert information(given, 1.0, 0.0) == [0.0] * 5 + [14.0] * 3


@given(st.lists(st.tuples(st.floats(2, 5), st.floats(0, 9)), min_size=1, max_size=50))
def test_information_stays_in_the_range_of_its_inputs(given: Steps) -> None:
    assert all(2 <= each <= 5 for each in information(given, 0.5, 3.0))


# --- DELAY BATCH ---


def batches(
    inputs: list[tuple[float, float, float]],
    time_step: float = 1.0,
    initial: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> list[float]:
    """What comes out, for flows, sizes and times of batches; the run starts at 0."""
    delay = BatchDelay(inputs[0][1], inputs[0][2], *initial, 0.0, time_step)
    out: list[float] = []
    for k, (x, size, batch_time) in enumerate(inputs):
        out.append(delay.now(time_step))
        delay.advance(x, size, batch_time, k * time_step, time_step)
    return out


@pytest.mark.checks("DELAY BATCH", against="closed form")
def test_a_kiln_by_hand() -> None:
    """10 are there at time 3 (of 12), at 5 (2 + 8), and at 8 (of 12); each is fired for 2."""
    out = batches([(4.0, 10.0, 2.0)] * 12)
    assert out == [0, 0, 0, 0, 0, 10, 0, 10, 0, 0, 10, 0]


@pytest.mark.checks("DELAY BATCH", against="closed form")
def test_a_batch_is_a_flow_of_one_time_step() -> None:
    out = batches([(4.0, 10.0, 2.0)] * 40, 0.25)
    assert set(out) == {0.0, 40.0}
    assert out.index(40.0) == 18  # full at 2.5, fired for 2


@pytest.mark.parametrize(("initial_time", "step"), [(-5.0, 0), (0.0, 0), (3.0, 3), (3.4, 3)])
def test_the_initial_batch_comes_out_as_it_is(initial_time: float, step: int) -> None:
    out = batches([(0.0, 10.0, 2.0)] * 6, initial=(30.0, initial_time, 0.0))
    assert out == [30.0 if k == step else 0.0 for k in range(6)]


def test_the_initial_backlog_waits_for_the_initial_batch() -> None:
    out = batches([(0.0, 10.0, 2.0)] * 12, initial=(30.0, 3.0, 25.0))
    assert out == [0, 0, 0, 30, 0, 10, 0, 10, 0, 0, 0, 0]


@pytest.mark.checks("DELAY BATCH", against="independent implementation")
@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(-1, 25), st.integers(0, 6)),
        min_size=1, max_size=60,
    ),
    st.integers(0, 60),
)  # fmt: skip
def test_batches_counted_by_whole_steps(inputs: list[tuple[int, int, int]], backlog: int) -> None:
    """A machine that is idle, or done at a step; a batch of no time is done when it starts."""
    expected, waiting, done, load = [], backlog, -1, 0
    for k in range(len(inputs)):
        before = inputs[max(k - 1, 0)]
        waiting += before[0] if k else 0
        out = 0
        for _ in range(2):  # a batch may start, come out, and leave room for another
            if not load and 0 < before[1] <= waiting:
                waiting, load, done = waiting - before[1], before[1], k + before[2]
            if load and done <= k and not out:
                out, load = load, 0
        expected.append(float(out))
    given = [(float(x), float(size), float(time)) for x, size, time in inputs]
    found = batches(given, initial=(0.0, 0.0, float(backlog)))
    assert found == expected


def test_a_batch_that_rounding_withholds_starts() -> None:
    assert sum([0.1] * 10) < 1
    assert batches([(0.1, 1.0, 0.0)] * 12)[10] == 1.0


def test_a_batch_of_unknown_size_makes_all_unknown() -> None:
    delay = BatchDelay(10.0, 2.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    delay.advance(*[math.nan] * 5)
    delay.advance(1.0, 10.0, 2.0, 1.0, 1.0)
    assert math.isnan(delay.now(1.0))


# --- What they hold ---


def test_what_they_hold_goes_through_json() -> None:
    """A memory restored by its slots goes on as the one that was saved."""
    delay = MaterialDelay(3.0, 1.0, 0.0, 0.0, 1.0)
    for k in range(3):
        delay.advance(float(k), 3.0 - k, 0.0, float(k), 1.0)
    slots = json.loads(json.dumps({name: getattr(delay, name) for name in delay.__slots__}))
    restored = object.__new__(MaterialDelay)
    for name, value in slots.items():
        setattr(restored, name, value)
    for k in range(3, 9):
        assert restored.now(1.0) == delay.now(1.0)
        for each in (delay, restored):
            each.advance(float(k), 2.5, 0.0, float(k), 1.0)
