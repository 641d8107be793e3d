"""Feedback loops and their polarity."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from s3c.compiler import Compilation
from s3c.diagrams import Diagram, Link, Sign, causal_loops, feedback_loops


def told(diagram: Diagram) -> set[tuple[str, frozenset[str]]]:
    return {(loop.letter, frozenset(loop.members)) for loop in diagram.loops}


def test_births_reinforce_and_deaths_balance(compiled: Callable[[str], Compilation]) -> None:
    model = compiled(
        "People = INTEG(births - deaths, 9) ~~| births = People * 0.1 ~~| deaths = People/50 ~~|"
    )
    assert told(causal_loops(model)) == {
        ("R", frozenset({"people", "births"})),
        ("B", frozenset({"people", "deaths"})),
    }


def test_an_epidemic(compiled: Callable[[str], Compilation]) -> None:
    model = compiled(
        "S = INTEG(-infection, 99) ~~| I = INTEG(infection - recovery, 1) ~~|"
        "infection = S * I * 0.01 ~~| recovery = I / 4 ~~|"
    )
    assert told(causal_loops(model)) == {
        ("B", frozenset({"s", "infection"})),
        ("R", frozenset({"i", "infection"})),
        ("B", frozenset({"i", "recovery"})),
    }


def test_a_stock_that_drains_by_itself(compiled: Callable[[str], Compilation]) -> None:
    (loop,) = causal_loops(compiled("Tea = INTEG((20 - Tea) / 9, 90) ~~|")).loops
    assert (loop.letter, loop.members) == ("B", ("tea",))


def test_a_loop_with_an_unknown_sign_has_no_letter(compiled: Callable[[str], Compilation]) -> None:
    (loop,) = causal_loops(compiled("S = INTEG(f, 1) ~~| f = SIN(S) ~~|")).loops
    assert loop.letter == ""


def test_the_start_of_a_run_closes_no_loop(compiled: Callable[[str], Compilation]) -> None:
    assert not causal_loops(compiled("S = INTEG(f, b) ~~| b = 3 ~~| f = b ~~|")).loops


def test_the_loop_of_s3(s3: Compilation) -> None:
    level, rate = "industry smart specialization level", "smart specialization decrease rate"
    assert told(causal_loops(s3)) == {("B", frozenset({level, rate}))}


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")),
        st.sampled_from(list(Sign)),
        max_size=20,
    )
)
def test_loops_are_loops_and_cover_every_link_of_a_circle(
    arcs: dict[tuple[str, str], Sign],
) -> None:
    found = feedback_loops("abcdef", [Link(*ends, sign) for ends, sign in arcs.items()])
    covered: set[tuple[str, str]] = set()
    for loop in found:
        steps = list(zip(loop.members, (*loop.members[1:], loop.members[0]), strict=True))
        assert len(set(loop.members)) == len(loop.members)
        assert arcs.keys() >= set(steps)
        assert not covered.issuperset(steps)
        covered.update(steps)
        minuses = [arcs[step] for step in steps].count(Sign.MINUS)
        if Sign.UNKNOWN in (arcs[step] for step in steps):
            assert loop.sign is Sign.UNKNOWN
        else:
            assert loop.sign is (Sign.MINUS if minuses % 2 else Sign.PLUS)
    reached = {node: {node} for node in "abcdef"}
    for _ in range(6):
        for source, target in arcs:
            for start in reached.values():
                if source in start:
                    start.add(target)
    assert covered == {(s, t) for s, t in arcs if s in reached[t]}
