"""Variables whose elements need one another: in which order, and where there is none."""

from __future__ import annotations

import sys
from types import FrameType

import pytest
from model_texts import ordered, resolved

from s3c.compiler import Diagnostic, graph, system
from s3c.runtime import Kind

AGES = """\
age: (a1-a5) ~~|
younger: (a1-a4) -> older ~~|
older: (a2-a5) -> younger ~~|
region: north, south, west ~~|
"""


def shown(item: system.VarId | graph.Sweep, among: system.System) -> str:
    """An item of an order: a variable's name, or rounds and turns, each equation by its number."""
    if not isinstance(item, graph.Sweep):
        return among.variables[item].name
    turns = []
    for turn in item.turns:
        steps = "".join(f" {loop.name} {_numbers(places)}" for loop, places in turn.steps)
        turns.append(f"{among.variables[turn.variable].name} {turn.part}{steps}")
    return f"{item.rounds}: " + ", ".join(turns)


def _numbers(places: system.Places) -> str:
    """Ranges as they are, so that a test sees whether they are any."""
    match places:
        case range(start=start, stop=stop, step=step):
            return f"{start}..{stop - step}" if abs(step) == 1 else f"{start}..{stop - step}/{step}"
        case _:
            return "".join(map(str, places))


def phase(text: str, name: str = "step") -> list[str]:
    """One phase of a text, the model's times aside."""
    schedule = ordered(AGES + text)
    order: graph.Order = getattr(schedule, name)
    return [
        shown(each, schedule.system)
        for each in order
        if each != "saveper" and not isinstance(each, graph.Search)
    ]


def wrong(text: str) -> tuple[Diagnostic, ...]:
    """What is wrong with the order of a text."""
    return graph.order(resolved(AGES + text))[1]


# --- Orders ---


def test_arrays_that_need_no_taking_apart_stay_whole() -> None:
    text = "y[age] = x[age] ~~|\nx[younger] = Time ~~|\nx[a5] = 2 * Time ~~|\n"
    assert phase(text) == ["x", "y"]


def test_a_chain_of_cohorts_is_one_sweep() -> None:
    text = "x[a1] = Time ~~|\nx[older] = x[younger] * 2 ~~|\n"
    assert phase(text) == ["1: x 0", "4: x 1 older 0..3"]


def test_a_chain_the_other_way_begins_at_its_end() -> None:
    text = "x[younger] = x[older] * 2 ~~|\nx[a5] = Time ~~|\n"
    assert phase(text) == ["1: x 1", "4: x 0 younger 3..0"]


def test_a_chain_that_leaps_keeps_its_elements_in_order() -> None:
    text = (
        "from three: (a3-a5) -> to three ~~|\nto three: (a1-a3) -> from three ~~|\n"
        "x[a1] = Time ~~|\nx[a2] = Time ~~|\nx[from three] = x[to three] ~~|\n"
        "y[to three] = y[from three] ~~|\ny[a4] = Time ~~|\ny[a5] = Time ~~|\n"
    )
    assert phase(text) == [
        "1: x 0, x 1",
        "3: x 2 from three 0..2",
        "1: y 1, y 2",
        "3: y 0 to three 2..0",
    ]


def test_two_variables_that_alternate_share_their_rounds() -> None:
    text = "flex[age] = prev[age] * .7 ~~|\nprev[a1] = Time ~~|\nprev[older] = flex[younger] ~~|\n"
    assert phase(text) == [
        "1: prev 0",
        "4: flex 0 age 0..3, prev 1 older 0..3",
        "1: flex 0 age 4..4",
    ]


def test_three_variables_that_alternate() -> None:
    text = (
        "sum[older] = one[older] + two[older] ~~|\nsum[a1] = Time ~~|\n"
        "one[older] = sum[younger] ~~|\ntwo[older] = 2 * sum[younger] ~~|\n"
    )
    assert phase(text) == ["1: sum 1", "4: one 0 older 0..3, two 0 older 0..3, sum 0 older 0..3"]


def test_an_axis_along_which_nothing_moves_stays_whole() -> None:
    text = "x[a1, region] = Time ~~|\nx[older, region] = x[younger, region] * 2 ~~|\n"
    assert phase(text) == ["1: x 0", "4: x 1 older 0..3"]
    text = "x[region, a1] = Time ~~|\nx[region, older] = x[region, younger] * 2 ~~|\n"
    assert phase(text) == ["1: x 0", "4: x 1 older 0..3"]


def test_an_axis_whose_order_does_not_matter_stays_whole() -> None:
    text = "x[a1, region] = Time ~~|\nx[older, region] = SUM(x[younger, region!]) ~~|\n"
    assert phase(text) == ["1: x 0", "4: x 1 older 0..3"]
    text = "x[a1, region] = Time ~~|\nx[older, region] = x[younger, north] ~~|\n"
    assert phase(text) == ["1: x 0", "4: x 1 older 0..3"]


def test_of_many_axes_the_one_that_matters_is_taken_apart_alone() -> None:
    """There are too many to try all selections of them, but each is tried by itself."""
    axes = [f"axis {n}" for n in range(7)]
    ranges = "".join(f"{axis}: p{n}, q{n} ~~|\n" for n, axis in enumerate(axes))
    others = ", ".join(axes)
    text = f"x[{others}, a1] = Time ~~|\nx[{others}, older] = x[{others}, younger] * 2 ~~|\n"
    assert phase(ranges + text) == ["1: x 0", "4: x 1 older 0..3"]


def test_an_equation_that_reads_another_of_its_variable_stays_whole() -> None:
    text = "low: a1, a2 -> top ~~|\ntop: a4, a5 ~~|\n"
    text += "x[top] = x[low] ~~|\nx[low] = x[a3] ~~|\nx[a3] = Time ~~|\n"
    assert phase(text) == ["1: x 2, x 1, x 0"]


# What all are computed from needs one element of what is computed from them: so each equation
# needs all others, and still “p” and “q” are free to begin at either end.
FREE = (
    "all = early[a1] ~~|\nearly[age] = late[age] ~~|\n"
    "late[a1] = Time ~~|\nlate[older] = q[younger] ~~|\n"
)


@pytest.mark.parametrize(
    "equations",
    ["p[age] = all ~~|\nq[age] = p[age] ~~|\n", "q[age] = p[age] ~~|\np[age] = all ~~|\n"],
)
def test_what_reads_its_own_place_begins_with_the_first(equations: str) -> None:
    order = phase(FREE + equations)
    assert "5: p 0 age 0..4" in order
    assert any(f"q 0 age {turns}" in each for turns in ("0..4", "0..3") for each in order)


def test_equations_of_some_regions_each() -> None:
    text = (
        "warm: south, west ~~|\nx[a1, region] = Time ~~|\n"
        "x[older, north] = x[younger, north] ~~|\nx[older, warm] = x[younger, warm] * 2 ~~|\n"
    )
    assert phase(text) == ["1: x 0", "4: x 1 older 0..3", "4: x 2 older 0..3"]


def test_a_matrix_from_above_and_from_the_left() -> None:
    text = (
        "row: r1, r2, r3 ~~|\nupper: r1, r2 -> lower ~~|\nlower: r2, r3 ~~|\n"
        "m[r1, age] = Time ~~|\nm[lower, a1] = Time ~~|\n"
        "m[lower, older] = m[upper, older] + m[lower, younger] ~~|\n"
    )
    assert phase(text) == ["1: m 0, m 1", "8: m 2 lower 00001111 older 01230123"]


def test_one_equation_an_element() -> None:
    text = "x[a3] = x[a2] ~~|\nx[a2] = x[a1] ~~|\nx[a1] = Time ~~|\nx[a4] = 1 ~~|\nx[a5] = 2 ~~|\n"
    assert phase(text) == ["1: x 2, x 1, x 0, x 3, x 4"]


def test_a_total_of_the_same_variable() -> None:
    text = "where: here, there, total ~~|\npart: here, there ~~|\n"
    text += "x[total] = SUM(x[part!]) ~~|\nx[part] = Time ~~|\n"
    assert phase(text) == ["1: x 1, x 0"]


def test_a_number_among_elements() -> None:
    text = "first = x[a1] ~~|\nx[a1] = Time ~~|\nx[older] = first * 2 ~~|\n"
    assert phase(text) == ["1: x 0, first 0, x 1"]


def test_initial_values_in_a_chain() -> None:
    text = "s[a1] = INTEG(s[a5], 2) ~~|\ns[older] = INTEG(s[older], s[younger] + 1) ~~|\n"
    assert phase(text, "initial") == ["1: s 0", "4: s 1 older 0..3"]
    assert phase(text) == []


def test_constants_in_a_chain() -> None:
    text = "x[a1] = c ~~|\nx[older] = x[younger] * 2 ~~|\nc = 3 ~~|\ny = x[a2] + Time ~~|\n"
    assert phase(text, "constants") == ["1: x 0", "4: x 1 older 0..3"]
    assert phase(text) == ["y"]
    changing = text.replace("x[a1] = c", "x[a1] = c + Time")
    assert phase(changing, "constants") == []
    assert phase(changing) == ["1: x 0", "4: x 1 older 0..3", "y"]


def test_inside_a_step_what_rates_need_is_swept_again() -> None:
    text = (
        "x[a1] = Time ~~|\nx[older] = x[younger] ~~|\ny[age] = x[age] ~~|\ns = INTEG(x[a5], 0) ~~|"
    )
    assert phase(text, "stage") == ["1: x 0", "4: x 1 older 0..3"]
    assert phase(text) == ["1: x 0", "4: x 1 older 0..3", "y"]


def test_what_is_held_is_whole_inside_a_step() -> None:
    text = (
        "x[a1] = SAMPLE IF TRUE(Time > 1, Time, 0) ~~|\n"
        "x[older] = SAMPLE IF TRUE(Time > 1, y[older], 0) ~~|\n"
        "y[older] = x[younger] ~~|\ny[a1] = Time ~~|\ns = INTEG(x[a5] + y[a1], 0) ~~|"
    )
    assert phase(text) == ["1: x 0", "4: y 0 older 0..3, x 1 older 0..3", "1: y 1"]
    assert phase(text, "stage") == ["x", "4: y 0 older 0..3", "1: y 1"]


def test_a_function_that_gives_an_array_is_computed_at_once() -> None:
    text = (
        "x[a1, region] = Time ~~|\nx[older, region] = y[younger, region] ~~|\n"
        "y[age, region] = VECTOR SORT ORDER(x[age, region], 1) ~~|\n"
    )
    assert phase(text) == [
        "1: x 0",
        "4: y 0 age 0..3, x 1 older 0..3",
        "1: y 0 age 4..4",
    ]

    rows = (
        "row: r1, r2, r3 ~~|\nupper: r1, r2 -> lower ~~|\nlower: r2, r3 ~~|\n"
        "x[r1, age] = Time ~~|\nx[lower, a1] = Time ~~|\n"
        "x[lower, older] = x[lower, younger] + y[lower, older] ~~|\n"
        "y[lower, age] = VECTOR SORT ORDER(x[upper, age], 1) ~~|\n"
    )
    chain = ", ".join(f"x 2 lower 0..1 older {age}{age}" for age in range(4))
    assert phase(rows) == ["1: x 0, x 1", f"2: y 0 lower 0..1, {chain}"]


# --- Circles ---


def places(found: Diagnostic) -> list[tuple[str, int]]:
    """What a circle underlines: text and line, those of the ranges not counted."""
    spans = [found.span, *(note.span for note in found.notes)]
    return [(span.text, span.location.line - AGES.count("\n")) for span in spans if span]


def test_a_circle_of_elements_is_shown_each_reading_at_its_place() -> None:
    (found,) = wrong(
        "flex[age] = prev[age] ~~|\nprev[a1] = flex[a2] ~~|\nprev[older] = flex[younger] ~~|\n"
    )
    assert found.code == "S3C401"
    way = "flex[a1] → prev[a1] → flex[a2] → prev[a2] → flex[a1]"
    assert found.message == f"4 elements depend on one another in a circle: {way}"
    assert [note.message for note in found.notes] == [
        "“prev[a1]” needs “flex[a2]”",
        "“flex[a2]” needs “prev[a2]”",
        "“prev[a2]” needs “flex[a1]”",
    ]
    assert places(found) == [
        ("prev[age]", 1),
        ("flex[a2]", 2),
        ("prev[age]", 1),
        ("flex[younger]", 3),
    ]


def test_only_what_is_in_the_circle_is_shown() -> None:
    (found,) = wrong(
        "x[a1] = y[a3] ~~|\nx[older] = x[younger] ~~|\ny[age] = z[age] ~~|\n"
        "z[a1] = x[a5] ~~|\nz[a2] = 1 ~~|\nz[a3] = y[a3] ~~|\nz[a4] = x[a1] ~~|\nz[a5] = Time ~~|\n"
    )
    assert found.message.endswith(": y[a3] → z[a3] → y[a3]")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x[age] = x[age] + 1 ~~|", "“x[a1]” is computed from itself"),
        ("x[age] = x[a4] + 1 ~~|", "“x[a4]” is computed from itself"),
        ("x[age] = SUM(x[age!]) ~~|", "“x[a1]” is computed from itself"),
        ("x[older] = x[younger] + SUM(x[older!]) ~~|\nx[a1] = 1 ~~|",
         "“x[a2]” is computed from itself"),
        ("x[age, region] = x[age, region] ~~|", "“x[a1, north]” is computed from itself"),
        ("x[age] = VECTOR SORT ORDER(x[age], 1) ~~|", "“x[age]” is computed from itself"),
        ("same <-> age ~~|\nx[a1]=1~~|\nx[older] = d[older, older] ~~|\nd[age, same] = x[same] ~~|",
         "2 elements depend on one another in a circle: x[a2] → d[a2, a2] → x[a2]"),
        ("all = SUM(x[age!]) ~~|\nx[age] = all / 5 ~~|",
         "2 elements depend on one another in a circle: all → x[a1] → all"),
    ],
)  # fmt: skip
def test_the_smallest_circles(text: str, message: str) -> None:
    assert [each.message for each in wrong(text)] == [message]


def test_initial_values_in_a_circle() -> None:
    (found,) = wrong("s[a1] = INTEG(1, s[a5]) ~~|\ns[older] = INTEG(1, s[younger]) ~~|\n")
    assert found.code == "S3C402"
    assert found.message.startswith("when the run starts, 5 elements depend on one another")
    assert found.message.endswith(": s[a1] → s[a5] → s[a4] → s[a3] → s[a2] → s[a1]")


def test_of_a_long_circle_the_beginning_is_shown() -> None:
    (found,) = wrong(
        "long: (l1-l90) ~~|\nall but last: (l1-l89) -> all but first ~~|\n"
        "all but first: (l2-l90) ~~|\n"
        "x[l1] = x[l90] ~~|\nx[all but first] = x[all but last] ~~|\n"
    )
    assert "90 elements" in found.message
    assert found.message.endswith("x[l74] → x[l73] → x[l72] → … → x[l1]")
    assert len(found.notes) == 19


def test_separate_circles_are_told_each() -> None:
    text = "x[a1] = x[a1] ~~|\nx[a2] = Time ~~|\nx[a3] = x[a4] ~~|\nx[a4] = x[a3] ~~|\n"
    found = wrong(text + "x[a5] = z ~~|\nz = z ~~|\n")
    assert [each.message for each in found] == [
        "“x[a1]” is computed from itself",
        "2 elements depend on one another in a circle: x[a3] → x[a4] → x[a3]",
        "“z” is computed from itself",
    ]


def matrix(size: int) -> str:
    """A matrix whose elements need those above and to the left."""
    return (
        f"i: (i1-i{size}) ~~|\nup: (i1-i{size - 1}) -> down ~~|\ndown: (i2-i{size}) ~~|\n"
        f"j: (j1-j{size}) ~~|\nleft: (j1-j{size - 1}) -> right ~~|\nright: (j2-j{size}) ~~|\n"
        "m[i1, j] = Time ~~|\nm[down, j1] = Time ~~|\n"
        "m[down, right] = m[up, right] + m[down, left] ~~|\n"
    )


def test_more_elements_than_any_model_has() -> None:
    (found,) = wrong(matrix(1500))
    assert found.code == "S3C501"
    assert "“m”" in found.message
    assert "2,000,000" in found.message


def test_the_work_grows_as_the_elements_do() -> None:
    def calls(size: int) -> int:
        found = resolved(matrix(size))
        count = 0

        def called(_frame: FrameType, _event: str, _argument: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(called)
        try:
            schedule, _ = graph.order(found)
        finally:
            sys.setprofile(None)
        sweep = schedule.step[-1]
        assert isinstance(sweep, graph.Sweep)
        assert sweep.rounds == (size - 1) ** 2
        return count

    assert calls(200) < 4.5 * calls(100)


# --- Kinds ---


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("s", Kind.STOCK, "accumulates its rate: INTEG"),
        ("birth", Kind.FLOW, "flows into s"),
        ("ageing", Kind.FLOW, "flows into s"),
        ("death", Kind.FLOW, "flows out of s"),
        ("fixed", Kind.CONSTANT, "numbers, which a run may change"),
        ("listed", Kind.CONSTANT, "numbers, which a run may change"),
        ("always", Kind.CONSTANT, "numbers that runs may not change (==)"),
        ("bend", Kind.LOOKUP, "tables of points"),
    ],
)
def test_kinds_of_arrays(name: str, kind: Kind, reason: str) -> None:
    schedule = ordered(
        AGES
        + """\
s[a1] = INTEG(birth, 0) ~~|
s[older] = INTEG(ageing[younger] - death[older], 0) ~~|
birth = Time ~~|
ageing[age] = s[age] ~~|
death[age] = s[age] / 9 ~~|
fixed[age] = 1 ~~|
listed[age] = 1, 2, 3, 4, 5 ~~|
always[age] == 1, 2, 3, 4, 5 ~~|
bend[age]((0,0),(1,1)) ~~|
"""
    )
    assert schedule.kinds[system.VarId(name)] == graph.Classified(kind, reason)


# --- Repetitions ---


@pytest.mark.parametrize(
    ("items", "stretches"),
    [
        ("", []),
        ("aa", [(0, 1, 2)]),
        ("abc", [(0, 3, 1)]),
        ("aaaab", [(0, 1, 4), (4, 1, 1)]),
        ("xabababa", [(0, 1, 1), (1, 2, 3), (7, 1, 1)]),
        ("aabaabaab", [(0, 3, 3)]),
        ("aabbcabab", [(0, 1, 2), (2, 1, 2), (4, 1, 1), (5, 2, 2)]),
        ("aabaab", [(0, 1, 2), (2, 1, 1), (3, 1, 2), (5, 1, 1)]),  # of two rounds each the shorter
    ],
)
def test_repetitions(items: str, stretches: list[tuple[int, int, int]]) -> None:
    assert list(graph.sweeps.repetitions([*map(ord, items)])) == [
        graph.sweeps.Repetition(*each) for each in stretches
    ]


@pytest.mark.parametrize(("period", "rounds"), [(1024, 2), (1025, 1)])
def test_a_long_stretch_is_not_looked_for_again(period: int, rounds: int) -> None:
    found = list(graph.sweeps.repetitions([*range(period)] * 2))
    assert found == [graph.sweeps.Repetition(0, 2 * period // rounds, rounds)]


@pytest.mark.parametrize(("times", "rounds"), [(8, 2), (9, 1)])
def test_nor_one_that_begins_alike_too_often(times: int, rounds: int) -> None:
    """What begins a stretch comes in it that many times, each time with something else after it."""
    stretch = [item for number in range(1, times + 1) for item in (0, number)]
    found = list(graph.sweeps.repetitions(stretch * 2))
    assert found == [graph.sweeps.Repetition(0, 2 * len(stretch) // rounds, rounds)]
