"""Who is computed before whom, and the circles that forbid it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from model_texts import errors, ordered, resolved

from s3c.compiler import Diagnostic, Source, check, describe, graph, system
from s3c.runtime import Kind


def circle(text: str) -> Diagnostic:
    """The one circle of a text."""
    _, (found,) = graph.order(resolved(text))
    return found


def names(text: str, phase: str) -> list[str]:
    """The variables of one phase of a text, in order."""
    schedule = ordered(text)
    return [schedule.system.variables[each].name for each in getattr(schedule, phase)]


# --- Orders ---


def test_what_is_read_comes_first_whatever_the_order_of_the_file() -> None:
    text = "a = b + c ~~|\nb = c * Time ~~|\nc = d ~~|\nd = Time ~~|\n"
    assert names(text, "step") == ["d", "c", "b", "a"]


def test_what_is_free_keeps_the_order_of_the_file() -> None:
    text = "z = Time ~~|\na = Time ~~|\nm = a + z ~~|\n"
    assert names(text, "step") == ["z", "a", "m"]


def test_what_only_reads_constants_is_computed_once() -> None:
    text = "a = b * 2 + t(1) ~~|\nb = 3 ~~|\nt((0,0),(1,1)) ~~|\nc = a + Time ~~|\n"
    assert names(text, "constants") == ["a", "SAVEPER"]
    assert names(text, "step") == ["c"]


def test_initial_values_have_an_order_of_their_own() -> None:
    text = "s = INTEG(1, a) ~~|\na = b + r ~~|\nr = INTEG(1, 2) ~~|\nb = Time ~~|\nc = s ~~|\n"
    assert names(text, "initial") == ["r", "b", "a", "s"]
    assert names(text, "step") == ["b", "a", "c"]


def test_inside_a_step_only_what_rates_need_is_computed() -> None:
    text = "s = INTEG(f, 0) ~~|\nf = g + STEP(1, 2) ~~|\ng = s ~~|\nunused = s ~~|\n"
    assert names(text, "step") == ["#f>STEP#", "g", "f", "unused"]
    assert names(text, "stage") == ["#f>STEP#", "g", "f"]


def test_what_is_held_does_not_ask_for_what_it_reads() -> None:
    text = "s = INTEG(f, 0) ~~|\nf = STEP(height, 2) ~~|\nheight = Time * s ~~|\n"
    schedule = ordered(text)
    assert names(text, "stage") == ["f"]
    assert graph.is_held(schedule.system.variables[system.VarId("f")])


def test_a_start_that_is_computed() -> None:
    schedule, _ = graph.order(resolved("INITIAL TIME OF OURS = 3 ~~|"))
    assert schedule.start == ()
    found = check(Source("m.mdl", "INITIAL TIME = a * 2 ~~|\na = 3 ~~|\nFINAL TIME = 9 ~~|"))
    assert found.schedule
    assert "initial time" in found.schedule.constants


# --- Circles ---


def test_a_circle_is_shown_whole_each_reading_at_its_place() -> None:
    text = "a = 1 + b ~~|\nb = 2 * c ~~|\nc = a - d ~~|\nd = 4 ~~|\n"
    found = circle(text)
    assert found.code == "S3C401"
    assert found.message.endswith("3 equations depend on one another in a circle: a → b → c → a")
    assert found.span
    places = [found.span, *(note.span for note in found.notes if note.span)]
    assert [(each.text, each.location.line) for each in places] == [("b", 1), ("c", 2), ("a", 3)]
    assert [note.message for note in found.notes] == ["“b” needs “c”", "“c” needs “a”"]


def test_the_smallest_circle() -> None:
    assert circle("a = a + 1 ~~|").message == "“a” is computed from itself"


def test_of_circles_that_meet_a_shortest_is_shown() -> None:
    text = "a = b + c ~~|\nb = c ~~|\nc = d + a ~~|\nd = a ~~|\n"
    assert circle(text).message.endswith(": a → c → a")


def test_every_separate_circle_is_told_in_the_order_of_the_file() -> None:
    text = "a = b ~~|\nx = y ~~|\nb = a ~~|\ny = x ~~|\nz = z ~~|\n"
    _, found = graph.order(resolved(text))
    assert [each.span.location.line for each in found if each.span] == [1, 2, 5]


def test_a_circle_is_told_the_same_way_every_time() -> None:
    text = "".join(f"v{n} = v{(n * 7 + 1) % 20} + v{(n * 3 + 2) % 20} ~~|\n" for n in range(20))
    code = f"from s3c.compiler import *; print(*check(Source('m', {text!r})).diagnostics)"
    told = {
        subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": seed},
                       capture_output=True, check=True).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(told) == 1
    assert b"S3C401" in told.pop()


@pytest.mark.parametrize(
    "text",
    [
        "s = INTEG(a, 1) ~~|\na = s * 2 ~~|",
        "a = DELAY FIXED(b, 2, 1) ~~|\nb = a + 1 ~~|",
        "a = SMOOTHI(b, 2, 1) ~~|\nb = a + 1 ~~|",
        "a = DELAY1I(b, 2, 1) ~~|\nb = a + 1 ~~|",
        "a = INITIAL(b) ~~|\nb = Time ~~|",
        "a = ACTIVE INITIAL(s, 1) ~~|\ns = INTEG(a, a) ~~|",
        "t = 1 ~~|\ns = INTEG(1, r) ~~|\nr = INTEG(s, 1) ~~|",
    ],
)
def test_what_takes_time_breaks_a_circle(text: str) -> None:
    assert errors(text) == []


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("s = INTEG(1, r) ~~|\nr = INTEG(1, s) ~~|", "s → r → s"),
        ("s = INTEG(1, a) ~~|\na = s * 2 ~~|", "s → a → s"),
        ("a = SMOOTH(b, 2) ~~|\nb = a + 1 ~~|", "#a>SMOOTH# → b → a → #a>SMOOTH#"),
        ("a = INITIAL(b) ~~|\nb = a + Time ~~|", "a → b → a"),
    ],
)
def test_initial_values_may_go_in_a_circle(text: str, way: str) -> None:
    found = circle(text)
    assert found.code == "S3C402"
    assert found.message.startswith("when the run starts, ")
    assert found.message.endswith(f": {way}")
    assert "ACTIVE INITIAL" in found.hint


def test_active_initial_is_a_circle_if_its_equation_is() -> None:
    assert errors("a = ACTIVE INITIAL(b, 1) ~~|\nb = a ~~|") == [("S3C401", "b")]


# --- Kinds ---


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("s", Kind.STOCK, "accumulates its rate: INTEG"),
        ("into", Kind.FLOW, "flows into s"),
        ("out", Kind.FLOW, "flows out of s"),
        ("back", Kind.FLOW, "flows into s"),
        ("rate", Kind.AUXILIARY, "computed from other variables at every time"),
        ("fixed", Kind.CONSTANT, "a number, which a run may change"),
        ("always", Kind.CONSTANT, "a number that runs may not change (==)"),
        ("table", Kind.LOOKUP, "a table of points"),
        ("first", Kind.INITIAL, "keeps the value of the first time: INITIAL"),
        ("late", Kind.STOCK, "remembers its input over whole steps: DELAY FIXED"),
        ("last", Kind.STOCK, "remembers its input: SAMPLE IF TRUE"),
        ("slow", Kind.AUXILIARY, "computed from other variables at every time"),
    ],
)
def test_kinds_and_their_reasons(name: str, kind: Kind, reason: str) -> None:
    schedule = ordered("""\
s = INTEG(into - (out - back) + 2 * rate + fixed, 0) ~~|
into = Time ~~|
out = Time ~~|
back = Time ~~|
rate = Time ~~|
fixed = 1 ~~|
always == 1 ~~|
table((0,0),(1,1)) ~~|
first = INITIAL(Time) ~~|
late = DELAY FIXED(Time, 1, 0) ~~|
last = SAMPLE IF TRUE(Time > 1, Time, 0) ~~|
slow = SMOOTH(Time, 2) ~~|
""")
    assert schedule.kinds[system.VarId(name)] == graph.Classified(kind, reason)


# --- Causes and uses ---


def test_causes_and_uses_pass_through_what_is_hidden() -> None:
    description = describe(
        ordered("""\
price = SMOOTH3(cost, delay) * WITH LOOKUP(Time, ((0,1),(9,1))) ~~|
cost = 1 + STEP(height, 2) ~~|
delay = 3 ~~|
height = 4 ~~|
profit = price - cost ~~|
""")
    )
    assert set(description.variable("price").causes) == {"cost", "delay", "Time"}
    assert set(description.variable("height").uses) == {"cost"}
    assert set(description.variable("COST").uses) == {"price", "profit"}
    assert description.variable("profit").uses == ()
    assert description.variable("delay").causes == ()
    assert set(description.variable("TIME STEP").uses) >= {"SAVEPER"}


def test_a_stock_is_caused_by_its_rate_and_its_start() -> None:
    description = describe(ordered("s = INTEG(f, i) ~~|\nf = s ~~|\ni = 2 ~~|\n"))
    assert description.variable("s").causes == ("f", "i")
    assert description.variable("s").uses == ("f",)
