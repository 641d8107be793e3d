"""Which stocks are one, and which only look so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from optimised import equations, lowered, outcome, same

from s3c.compiler import program as p

GIVEN = "a = 3 ~~|\nb = 3 ~~|\nk == 2 ~~|\n"


def equal(text: str) -> dict[str, str]:
    """The stocks of a text that are equal to an earlier one, each with that."""
    program = lowered(GIVEN + text)
    found = p.PASSES["stocks"](program)
    for method in ("euler", "rk4"):
        assert same(outcome(program, method=method), outcome(found, method=method)) == []
    pairs = p.equal_stocks(program).items()
    return {program.info[one].name: program.info[other].name for one, other in pairs}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s = INTEG(a, 1) ~~|\nr = INTEG(a, 1) ~~|\n", {"r": "s"}),
        ("s = INTEG(a, 1) ~~|\nr = INTEG(a, 2) ~~|\n", {}),
        # Constants of one value are two, since a run may change one.
        ("s = INTEG(a, 1) ~~|\nr = INTEG(b, 1) ~~|\n", {}),
        # What feeds back on itself, through variables of its own.
        (
            "s = INTEG(f, 1) ~~|\nf = a - s ~~|\nr = INTEG(g, 1) ~~|\ng = a - r ~~|\n",
            {"r": "s"},
        ),
        ("s = INTEG(a - r, 1) ~~|\nr = INTEG(a - s, 1) ~~|\n", {"r": "s"}),
        ("s = INTEG(a - r, 1) ~~|\nr = INTEG(a - r * k, 1) ~~|\n", {}),
        # Told apart from afar: only the ends of two chains differ.
        (
            (
                "s1 = INTEG(a - s1, 1)~~|\ns2 = INTEG(s1 - s2, 1)~~|\ns3 = INTEG(s2 - s3, 1)~~|\n"
                "r1 = INTEG(b - r1, 1)~~|\nr2 = INTEG(r1 - r2, 1)~~|\nr3 = INTEG(r2 - r3, 1)~~|\n"
            ),
            {},
        ),
        # 0 and -0 are two numbers, and so are what two random functions draw.
        ("s = INTEG(a, 0) ~~|\nr = INTEG(a, -0) ~~|\n", {}),
        (
            "s = INTEG(RANDOM UNIFORM(0,1,1), 0) ~~|\nr = INTEG(RANDOM UNIFORM(0,1,1), 0) ~~|\n",
            {},
        ),
        # What is held over a step is not what moves inside it.
        (
            "s = INTEG(h, 0) ~~|\nh = STEP(a, 5) ~~|\nr = INTEG(g, 0) ~~|\ng = STEP(a, 5) ~~|\n",
            {"r": "s"},
        ),
        (
            (
                "s = INTEG(h, 0) ~~|\nh = SAMPLE IF TRUE(Time > 0, Time, 0) ~~|\n"
                "r = INTEG(g, 0) ~~|\ng = IF THEN ELSE(Time > 0, Time, 0) ~~|\n"
            ),
            {},
        ),
        # Memories are told apart.
        (
            (
                "s = INTEG(h, 0) ~~|\nh = DELAY FIXED(Time, 2, 0) ~~|\n"
                "r = INTEG(g, 0) ~~|\ng = DELAY FIXED(Time, 3, 0) ~~|\n"
            ),
            {},
        ),
        # Initial values through other variables.
        (
            "s = INTEG(a, i) ~~|\ni = INITIAL(Time + a) ~~|\nr = INTEG(a, Time + a) ~~|\n",
            {"r": "s"},
        ),
    ],
)
def test_equal_stocks(text: str, expected: dict[str, str]) -> None:
    assert equal(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s[E] = INTEG(v[E] - s[E], 1) ~~|\nr[E] = INTEG(v[E] - r[E], 1) ~~|\n", {"r": "s"}),
        ("s[E] = INTEG(v[E] - s[E], 1) ~~|\nr[E] = INTEG(v[E] - r[E], v[E]) ~~|\n", {}),
        # Part by part, where the parts are the same.
        (
            (
                "s[e1] = INTEG(a, 1) ~~|\ns[Back] = INTEG(v[Back], 1) ~~|\n"
                "r[e1] = INTEG(a, 1) ~~|\nr[Back] = INTEG(v[Back], 1) ~~|\n"
            ),
            {"r": "s"},
        ),
        # The other way round.
        (
            "s[E] = INTEG(v[E], 1) ~~|\nr[Turned] = INTEG(v[E], 1) ~~|\n",
            {},
        ),
    ],
)
def test_equal_stocks_of_arrays(text: str, expected: dict[str, str]) -> None:
    ranges = (
        "E: e1, e2, e3 -> (Turned: t3, t2, t1) ~~|\nBack: e2, e3 ~~|\n"
        "Turned: t1, t2, t3 ~~|\nv[E] = 1, 2, 3 ~~|\n"
    )
    assert equal(ranges + text) == expected


def test_a_shifted_stock_is_equal_to_none() -> None:
    text = (
        "E: e1, e2, e3 ~~|\ns[E] = INTEG(a, 1) ~~|\nr[E] = INTEG(a, 1) ~~|\n"
        "moved = SHIFT IF TRUE(r[e1], Time > 2, 3, 0, 0) ~~|\n"
    )
    assert equal(text) == {}


def test_what_reads_a_copy_reads_the_first() -> None:
    program = lowered(GIVEN + "s = INTEG(a - s, 1) ~~|\nr = INTEG(a - r, 1) ~~|\nx = r + 1 ~~|\n")
    found = p.PASSES["stocks"](program)
    assert equations(found, found.step) == ["x = s + 1.0"]
    assert equations(found, found.changes) == ["s' = a - s", "r' = s'"]


def test_four_delays_of_the_same_are_one(s3: p.Program) -> None:
    pairs = p.equal_stocks(p.optimise(s3, ["fold"]))
    assert {s3.info[each].owner for each in pairs.values()} == {"Smart development rate"}
    assert sorted(s3.info[each].owner for each in pairs) == [
        "Accumulation rate", "Coupling level development rate", "Specialization development rate"
    ]  # fmt: skip


# --- The partition -------------------------------------------------------------------------------

GRAPHS = st.integers(1, 12).flatmap(
    lambda n: st.lists(
        st.tuples(
            st.sampled_from("ab"), st.lists(st.integers(0, n - 1), min_size=0, max_size=2)
        ),
        min_size=n, max_size=n,
    )
)  # fmt: skip


@given(GRAPHS)
def test_the_partition_is_the_coarsest_that_is_consistent(
    nodes: list[tuple[str, list[int]]],
) -> None:
    """Against the plain way: split until nothing splits."""
    graph = p.Graph()
    for label, parts in nodes:
        graph.add(label, parts)
    classes: list[object] = [(label, len(parts)) for label, parts in nodes]
    for _ in nodes:
        classes = [
            (label, tuple(numbered(classes)[part] for part in parts)) for label, parts in nodes
        ]
    expected = numbered(classes)
    found = numbered(list(p.congruent(graph)))
    assert found == expected


def numbered(classes: list[object]) -> list[int]:
    """Classes by the order in which they are met."""
    met: dict[object, int] = {}
    return [met.setdefault(each, len(met)) for each in classes]
