"""QUEUE FIFO, QUEUE FIFO ATTRIB, and what functions read of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3c.compiler import Severity, Source, check
from s3c.runtime import (
    NA,
    REGISTRY,
    AttributeQueue,
    CompiledModel,
    FifoQueue,
    Lookup,
    Queue,
    SimulationError,
    fold,
    load_text,
)

FLAT = Lookup([(0, 1), (1, 1)])
AGE_FUNCTIONS = ("QUEUE AGE AVERAGE", "QUEUE AGE OLDEST", "QUEUE AGE IN RANGE")
ATTRIBUTE_FUNCTIONS = (
    "QUEUE ATTRIB AVERAGE", "QUEUE ATTRIB QUANTITY", "QUEUE ATTRIB IN RANGE", "QUEUE ATTRIB MAX",
    "QUEUE ATTRIB MIN",
)  # fmt: skip


def ages(queue: Queue) -> list[tuple[float, float]]:
    """What waits: age and amount, the oldest first."""
    return [(age, amount) for amount, age, _ in queue.oldest(0)]


def function(name: str) -> Callable[..., float]:
    """The body of a function that reads a queue."""
    body = REGISTRY[fold(name)].function
    assert body
    return body


queue_age_average = function("QUEUE AGE AVERAGE")
queue_age_oldest = function("QUEUE AGE OLDEST")
queue_age_in_range = function("QUEUE AGE IN RANGE")
queue_attrib_average = function("QUEUE ATTRIB AVERAGE")
queue_attrib_quantity = function("QUEUE ATTRIB QUANTITY")
queue_attrib_in_range = function("QUEUE ATTRIB IN RANGE")
queue_attrib_max = function("QUEUE ATTRIB MAX")
queue_attrib_min = function("QUEUE ATTRIB MIN")


# --- By hand ---


@pytest.mark.checks("QUEUE FIFO", against="closed form")
def test_the_content_at_the_start_is_spread_over_ages() -> None:
    """From TIME STEP to the range and TIME STEP; by the area of equal parts of the profile."""
    queue = FifoQueue(FLAT, 100.0, 3.0, 1.0)
    assert ages(queue) == [(4, 25), (3, 25), (2, 25), (1, 25)]
    rising = FifoQueue(Lookup([(0, 0), (10, 1)]), 16.0, 1.5, 0.5)
    assert [age for age, _ in ages(rising)] == [2, 1.5, 1, 0.5]
    assert [amount for _, amount in ages(rising)] == pytest.approx([7, 5, 3, 1])
    assert (queue.now(), rising.now()) == (100, 16)
    assert ages(FifoQueue(FLAT, 5.0, 0.0, 1.0)) == [(1, 5)]
    assert ages(FifoQueue(Lookup([(0, 0), (1, 0)]), 0.0, 3.0, 1.0)) == []


@pytest.mark.checks("QUEUE FIFO", against="closed form")
def test_the_oldest_leaves_first() -> None:
    queue = FifoQueue(FLAT, 100.0, 3.0, 1.0)
    queue.advance(10.0, 30.0, 1.0)
    assert ages(queue) == [(4, 20), (3, 25), (2, 25), (1, 10)]
    queue.advance(0.0, 50.0, 0.5)
    assert ages(queue) == [(3.5, 20), (2.5, 25), (1.5, 10)]
    queue.advance(-5.0, -7.0, 1.0)  # 5 leave, and 7 enter
    assert ages(queue) == [(4.5, 15), (3.5, 25), (2.5, 10), (1, 7)]
    assert queue.now() == 57


@pytest.mark.checks("QUEUE FIFO", against="closed form")
def test_a_negative_queue_has_entries_of_the_step_before() -> None:
    queue = FifoQueue(FLAT, 4.0, 1.0, 0.5)
    queue.advance(2.0, 20.0, 0.5)
    assert ages(queue) == [(0.5, -5)]
    queue.advance(0.0, 2.0, 0.5)
    assert ages(queue) == [(0.5, -6)]
    assert queue_age_average(queue, 0.0) == queue_age_oldest(queue) == 0.5
    queue.advance(20.0, 0.0, 0.5)
    assert ages(queue) == [(0.5, 4)]
    assert ages(FifoQueue(FLAT, -3.0, 9.0, 0.5)) == [(0.5, -3)]


def test_an_outflow_that_empties_the_queue_leaves_nothing_old() -> None:
    """Whatever the rounding of content / TIME STEP * TIME STEP."""
    for time_step in (0.1, 0.3, 0.7, 1 / 3):
        queue = FifoQueue(FLAT, 0.7, 2.1, time_step)
        for x in (0.1, 0.2, 0.3):
            queue.advance(x, 0.0, time_step)
        queue.advance(0.0, queue.now() / time_step, time_step)
        assert (queue.now(), ages(queue), queue_age_oldest(queue)) == (0, [], 0)


@pytest.mark.checks("QUEUE FIFO ATTRIB", against="closed form")
def test_the_manuals_example_of_an_attribute_that_grows() -> None:
    """One element enters at 10 with 7; it has 8 at 10.5 and 9 at 11 (Vensim's page)."""
    queue = AttributeQueue(FLAT, FLAT, 0.0, 0.0, 0.0, 0.5)
    queue.advance(2.0, 0.0, 7.0, 2.0, 0.5)
    assert (queue.now(), queue_attrib_average(queue, -1.0)) == (1, 8)
    queue.advance(0.0, 0.0, 1.0, 2.0, 0.5)
    assert (queue.now(), queue_attrib_average(queue, -1.0)) == (1, 9)


@pytest.mark.checks("QUEUE FIFO ATTRIB", against="closed form")
def test_attributes_at_the_start_follow_their_profile() -> None:
    """The y is a factor as it stands, at the age less TIME STEP, of the range."""
    queue = AttributeQueue(FLAT, Lookup([(0, 1), (10, 3)]), 12.0, 5.0, 2.0, 1.0)
    assert list(queue.oldest(0)) == [(4, 3, 15), (4, 2, 10), (4, 1, 5)]


def three() -> AttributeQueue:
    """4 of age 3 with 2, 1 of age 2 with 5, 5 of age 1 with 1."""
    queue = AttributeQueue(FLAT, FLAT, 0.0, 0.0, 0.0, 1.0)
    for x, attribute in ((4.0, 2.0), (1.0, 5.0), (5.0, 1.0)):
        queue.advance(x, 0.0, attribute, 0.0, 1.0)
    return queue


@pytest.mark.checks("QUEUE AGE AVERAGE", against="closed form")
@pytest.mark.checks("QUEUE AGE OLDEST", against="closed form")
def test_ages_by_hand() -> None:
    queue = three()
    assert queue_age_oldest(queue) == 3
    assert queue_age_average(queue, 2.0) == 3
    assert queue_age_average(queue, 5.0) == pytest.approx((12 + 2) / 5)
    assert queue_age_average(queue, 6.0) == pytest.approx((12 + 2 + 1) / 6)
    for everything in (0.0, -1.0, 10.0, 11.0):
        assert queue_age_average(queue, everything) == pytest.approx(1.9)


@pytest.mark.checks("QUEUE AGE IN RANGE", against="closed form")
@pytest.mark.parametrize(
    ("low", "high", "amount"),
    [(1, 3, 10), (2, 3, 5), (1, 1, 5), (1.5, 2.5, 1), (NA, 2, 6), (2, NA, 5), (NA, NA, 10),
     (3.5, NA, 0), (3, 2, 0), (0.95, 1e9, 10)],
)  # fmt: skip
def test_age_in_range(low: float, high: float, amount: float) -> None:
    assert queue_age_in_range(three(), low, high) == amount


def test_age_in_range_forgives_rounding() -> None:
    queue = FifoQueue(FLAT, 0.0, 0.0, 0.1)
    for k in range(30):
        queue.advance(10.0, 0.0, 0.1)
        assert queue_age_in_range(queue, 0.1 * (k + 1), NA) == pytest.approx(1)


@pytest.mark.checks("QUEUE ATTRIB AVERAGE", against="closed form")
@pytest.mark.checks("QUEUE ATTRIB MAX", against="closed form")
@pytest.mark.checks("QUEUE ATTRIB MIN", against="closed form")
def test_attributes_by_hand() -> None:
    queue = three()
    assert queue_attrib_average(queue, 4.5) == pytest.approx((8 + 2.5) / 4.5)
    assert queue_attrib_average(queue, -1.0) == pytest.approx(1.8)
    assert (queue_attrib_max(queue), queue_attrib_min(queue)) == (5, 1)


@pytest.mark.checks("QUEUE ATTRIB QUANTITY", against="closed form")
@pytest.mark.parametrize(
    ("quantity", "amount"),
    [(0, 0), (-2, 0), (3, 1.5), (8, 4), (9, 4.2), (13, 5), (15, 7), (18, 10), (99, 10)],
)
def test_attrib_quantity(quantity: float, amount: float) -> None:
    assert queue_attrib_quantity(three(), quantity) == pytest.approx(amount)


@pytest.mark.checks("QUEUE ATTRIB IN RANGE", against="closed form")
@pytest.mark.parametrize(
    ("low", "high", "amount"),
    [(1, 2, 9), (2, 5, 5), (NA, 1, 5), (2, NA, 5), (NA, NA, 10), (3, 4, 0)],
)
def test_attrib_in_range(low: float, high: float, amount: float) -> None:
    assert queue_attrib_in_range(three(), low, high) == amount


def test_an_empty_queue() -> None:
    queue = AttributeQueue(FLAT, FLAT, 0.0, 0.0, 0.0, 1.0)
    assert [
        queue_age_average(queue, 0.0), queue_age_oldest(queue), queue_age_in_range(queue, NA, NA),
        queue_attrib_average(queue, 0.0), queue_attrib_quantity(queue, 1.0),
        queue_attrib_in_range(queue, NA, NA), queue_attrib_max(queue), queue_attrib_min(queue),
    ] == [0] * 8  # fmt: skip


# --- Against grains ---


@dataclass
class Grains:
    """A queue of single grains, each with the step it entered in and its attribute."""

    waiting: list[tuple[int, float]] = field(default_factory=list)
    step: int = 0

    def advance(self, inflow: int, outflow: int, attribute: float, change: float) -> None:
        enter = [(self.step, attribute)] * inflow
        self.waiting = (self.waiting + enter)[outflow:]
        self.waiting = [(entered, each + change) for entered, each in self.waiting]
        self.step += 1

    def ages(self) -> list[int]:
        return [self.step - entered for entered, _ in self.waiting]


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


@pytest.mark.checks("QUEUE FIFO", against="independent implementation")
@pytest.mark.checks("QUEUE FIFO ATTRIB", against="independent implementation")
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.checks(name, against="independent implementation"))
        for name in (*AGE_FUNCTIONS, *ATTRIBUTE_FUNCTIONS)
    ],
)
@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 8), st.integers(1, 9), st.integers(-1, 3)),
        max_size=30,
    ),
    st.integers(-1, 20),
    st.integers(-1, 60),
)
def test_a_queue_of_grains(
    name: str, steps: list[tuple[int, int, int, int]], low: int, high: int
) -> None:
    grains, queue = Grains(), AttributeQueue(FLAT, FLAT, 0.0, 0.0, 0.0, 1.0)
    for inflow, out, attribute, change in steps:
        outflow = min(out, len(grains.waiting) + inflow)
        grains.advance(inflow, outflow, attribute, change)
        queue.advance(float(inflow), float(outflow), float(attribute), float(change), 1.0)
    ages, attributes = grains.ages(), [each for _, each in grains.waiting]
    assert queue.now() == len(grains.waiting)
    some = low if low > 0 else len(ages)
    match name:
        case "QUEUE AGE AVERAGE":
            assert queue_age_average(queue, low) == pytest.approx(mean(ages[:some]))
        case "QUEUE AGE OLDEST":
            assert queue_age_oldest(queue) == max(ages, default=0)
        case "QUEUE AGE IN RANGE":
            wanted = sum(low <= age <= high for age in ages)
            assert queue_age_in_range(queue, low, high) == wanted
        case "QUEUE ATTRIB AVERAGE":
            assert queue_attrib_average(queue, low) == pytest.approx(mean(attributes[:some]))
        case "QUEUE ATTRIB IN RANGE":
            wanted = sum(low <= each <= high for each in attributes)
            assert queue_attrib_in_range(queue, low, high) == wanted
        case "QUEUE ATTRIB MAX":
            assert queue_attrib_max(queue) == max(attributes, default=0)
        case "QUEUE ATTRIB MIN":
            assert queue_attrib_min(queue) == min(attributes, default=0)
        case _ if min(attributes, default=1) > 0:
            taken = queue_attrib_quantity(queue, high)
            whole = math.floor(taken + 1e-9)
            work = sum(attributes[:whole]) + (taken - whole) * (
                attributes[whole] if whole < len(attributes) else 0
            )
            assert work == pytest.approx(min(max(high, 0), sum(attributes)), abs=1e-6)


@given(
    st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), max_size=60),
    st.floats(-20, 100),
    st.sampled_from([1.0, 0.5, 0.1]),
)
def test_the_total_is_conserved(
    flows: list[tuple[float, float]], initial: float, time_step: float
) -> None:
    queue, total = FifoQueue(FLAT, initial, 2.0, time_step), initial
    for inflow, outflow in flows:
        queue.advance(inflow, outflow, time_step)
        total += time_step * (inflow - outflow)
        assert queue.now() == pytest.approx(total, abs=1e-9)
        assert math.fsum(amount for _, amount in ages(queue)) == pytest.approx(total, abs=1e-9)
        assert len(queue.packets) <= 1 or min(amount for _, amount in ages(queue)) > 0


# --- Bounds, and what is unknown ---


def test_a_queue_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    for age_range in (1e12, math.inf, math.nan):
        with pytest.raises(ValueError, match="an age range of"):
            FifoQueue(FLAT, 1.0, age_range, 1.0)
    monkeypatch.setattr("s3c.runtime.queues._MOST_PACKETS", 5)
    queue = FifoQueue(FLAT, 0.0, 0.0, 1.0)
    for _ in range(5):
        queue.advance(1.0, 0.0, 1.0)
    with pytest.raises(ValueError, match="packets wait in a queue"):
        queue.advance(1.0, 0.0, 1.0)
    queue.advance(*[math.nan] * 3)
    queue.advance(1.0, 0.0, 1.0)
    assert math.isnan(queue.now())


def test_what_is_unknown_stays_unknown() -> None:
    queue = three()
    queue.advance(*[math.nan] * 5)
    queue.advance(1.0, 2.0, 3.0, 4.0, 1.0)
    found = [
        queue.now(), queue_age_average(queue, 0.0), queue_attrib_average(queue, 2.0),
        queue_attrib_quantity(queue, 9.0), queue_attrib_in_range(queue, 0.0, NA),
        queue_attrib_max(queue), queue_attrib_min(queue), queue_age_in_range(queue, NA, NA),
        queue_age_average(three(), math.nan), queue_attrib_quantity(three(), math.nan),
        queue_age_in_range(three(), math.nan, NA),
    ]  # fmt: skip
    assert all(map(math.isnan, found))


# --- In models ---

CLOCK = "\nINITIAL TIME = 0 ~~| FINAL TIME = 6 ~~| TIME STEP = 0.5 ~~| SAVEPER = TIME STEP ~~|"


def compiled(text: str) -> CompiledModel:
    compilation = check(Source("queues.mdl", text + CLOCK))
    assert compilation.generated, compilation.diagnostics
    return load_text(compilation.generated.text, "queues.py")


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_the_manuals_way_to_use_a_queue(method: str) -> None:
    """What has waited long enough is shipped, as far as the capacity goes."""
    model = compiled(
        "orders = 10 ~~| capacity = 20 ~~| flat((0,1),(1,1)) ~~|"
        "Work = QUEUE FIFO(orders, shipped, flat, 100, 3) ~~|"
        "shipped = MIN(capacity, QUEUE AGE IN RANGE(Work, 0.95, 1e9) / TIME STEP) ~~|"
        "cycle time = QUEUE AGE AVERAGE(Work, 0) ~~|"
        "Same = INTEG(orders - shipped, 100) ~~|"
    )
    run = model.run(method=method)
    assert run["Work"][0] == 100
    assert run["Work"].tolist() == pytest.approx(run["Same"].tolist())
    assert run["cycle time"][0] == pytest.approx(2)
    assert run["shipped"].tolist() == [20] * 13  # what has waited is enough


@pytest.mark.parametrize(
    ("call", "of_plain_queue"),
    [
        *((f"{name}({{}})", name == "QUEUE AGE OLDEST") for name in
          ("QUEUE AGE OLDEST", "QUEUE ATTRIB MAX", "QUEUE ATTRIB MIN")),
        *((f"{name}({{}}, 1)", name == "QUEUE AGE AVERAGE") for name in
          ("QUEUE AGE AVERAGE", "QUEUE ATTRIB AVERAGE", "QUEUE ATTRIB QUANTITY")),
        *((f"{name}({{}}, 1, 2)", name == "QUEUE AGE IN RANGE") for name in
          ("QUEUE AGE IN RANGE", "QUEUE ATTRIB IN RANGE")),
    ],
)  # fmt: skip
def test_of_what_is_no_such_queue_all_is_missing(call: str, of_plain_queue: bool) -> None:
    text = (
        f"stock = INTEG(1, 5) ~~| x = {call.format('stock')} ~~| y = {call.format('queue')} ~~|"
        "flat((0,1),(1,1)) ~~| queue = QUEUE FIFO(1, 0, flat, 5, 1) ~~|" + CLOCK
    )
    compilation = check(Source("queues.mdl", text))
    known = [each for each in compilation.diagnostics if each.code != "S3C240"]
    found = [(each.code, each.severity) for each in known]
    assert found == [("S3C232", Severity.WARNING)] * (1 if of_plain_queue else 2)
    assert compilation.generated
    run = load_text(compilation.generated.text, "queues.py").run()
    assert run["x"].tolist() == [NA] * 13
    assert (run["y"].tolist() == [NA] * 13) is not of_plain_queue


def test_a_queue_must_be_named() -> None:
    text = "x = QUEUE AGE OLDEST(1 + 2) ~~|" + CLOCK
    diagnostics = check(Source("queues.mdl", text)).diagnostics
    (found,) = [each for each in diagnostics if each.code != "S3C240"]
    assert (found.code, found.severity) == ("S3C232", Severity.ERROR)


@pytest.mark.parametrize("on_error", ["stop", "nan"])
@pytest.mark.parametrize("subscript", ["", "[r]"])
def test_an_infinite_queue_is_an_error_of_its_equation(on_error: str, subscript: str) -> None:
    model = compiled(
        "r: A, B ~~| flat((0,1),(1,1)) ~~|"
        f"big{subscript} = 1e308 * 1.7 ~~| f{subscript} = big{subscript} * 0.9 ~~|"
        f"q{subscript} = QUEUE FIFO(f{subscript}, 0, flat, 5, 1) ~~|"
        f"age{subscript} = QUEUE AGE OLDEST(q{subscript}) ~~|"
    )
    if on_error == "nan":
        run = model.run(on_error="nan")
        assert not np.isfinite(run["q"][3:]).any()
        assert np.isfinite(run["age"]).all()
    else:
        with pytest.raises(SimulationError, match="q"):
            model.run()


def test_a_queue_that_is_unknown_does_not_stop_a_run_that_goes_on() -> None:
    model = compiled(
        "x = 1 / (2 - Time) ~~| flat((0,1),(1,1)) ~~| q = QUEUE FIFO(x, 0, flat, 5, 1) ~~|"
        "age = QUEUE AGE AVERAGE(q, 0) ~~| b = DELAY BATCH(x, 3, 1, 0, 0, 0) ~~|"
        "c = DELAY CONVEYOR(x, 1 + 0 * x, 0.1, flat, 5, 1) ~~|"
        "m = DELAY MATERIAL(x, 1 + 0 * x, 5, 0) ~~| i = DELAY INFORMATION(x, 1, 0) ~~|"
        "p = DELAY PROFILE(flat, x, 1 + 0 * x, 5, 0) ~~|"
    )
    run = model.run(on_error="nan")
    for name in ("q", "age", "b", "c", "m", "p"):
        assert not math.isnan(run[name][4]), name
        assert math.isnan(run[name][5]), name
    assert math.isnan(run["i"][6])
    assert not math.isnan(run["i"][7])


def test_limits_are_reported_as_failures_of_the_equation() -> None:
    model = compiled("flat((0,1),(1,1)) ~~| q = QUEUE FIFO(1, 0, flat, 5, 1e9) ~~|")
    with pytest.raises(SimulationError, match="an age range of 1e"):
        model.run()


@pytest.mark.parametrize("argument", ["Time", "SAVEPER", "OLD(line * 2)"])
def test_what_has_no_equation_of_its_own_is_no_queue(argument: str) -> None:
    """Time, a control variable that is supplied, and what a macro is given."""
    macro = ":MACRO: OLD(q)\nOLD = QUEUE AGE OLDEST(q) ~~|\n:END OF MACRO:\nflat((0,1),(1,1)) ~~|\n"
    called = argument if argument.startswith("OLD") else f"QUEUE AGE OLDEST({argument})"
    text = f"{macro}line = QUEUE FIFO(1, 1, flat, 5, 2) ~~|\nx = {called} ~~|\nTIME STEP = 1 ~~|\n"
    compilation = check(Source("m.mdl", text + "INITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\n"))
    assert "S3C232" in {each.code for each in compilation.diagnostics}
    assert compilation.generated
    assert load_text(compilation.generated.text, "m.mdl").run()["x"].tolist() == [NA, NA]
