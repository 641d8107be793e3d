"""Lookups that a run reads beyond their points (S3C812)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_texts import TIMES

from s3c.compiler import Compilation, Source, check, lint
from s3c.linting import told_by_a_run
from s3c.runtime import CompiledModel, load_text, simulate, watch_lookups


def compilation(text: str) -> Compilation:
    return check(Source("m.mdl", text + TIMES))


def loaded(text: str) -> CompiledModel:
    generated = compilation(text).generated
    assert generated is not None
    return load_text(generated.text, "m.mdl")


def told(text: str) -> list[tuple[str, str]]:
    """What lint says of lookups in a run from 0 to 10: the words in “”, and what is underlined."""
    found = compilation(text)
    assert found.schedule is not None
    assert found.generated is not None
    model = lint.Model.of(found.document, found.schedule)
    diagnostics = told_by_a_run(model, (), found.generated.text, Path("m.mdl"))
    heeded = lint.unsuppressed(diagnostics, found.document, ran=True)
    return [
        (each.message.split("“")[1].split("”")[0], each.span.text if each.span else "")
        for each in heeded
    ]


@pytest.mark.parametrize(
    ("equations", "names"),
    [
        ("t((0,0), (10,1)) ~~|\nx = t(Time) ~~|", []),
        ("t((0,0), (9,1)) ~~|\nx = t(Time) ~~|", ["t"]),
        ("t((1,0), (10,1)) ~~|\nx = t(Time) ~~|", ["t"]),
        ("t((1,0), (9,1)) ~~|\nx = 2 ~~|", []),  # which nothing reads
        ("t((1,0), (9,1)) ~~|\nx = LOOKUP EXTRAPOLATE(t, Time) ~~|", []),
        ("t((1,0), (9,1)) ~~|\nx = IF THEN ELSE(Time > 9, 0, t(MAX(Time, 1))) ~~|", []),
        ("x = WITH LOOKUP(Time, ((0,0), (9,1))) ~~|", ["x"]),
        ("s = INTEG(t(Time), 0) ~~|\nt((0,0), (9,1)) ~~|", ["t"]),
        ("t((0,0), (9,1)) ~~ The end is meant. {s3c: ignore S3C812}|\nx = t(Time) ~~|", []),
    ],
)
def test_which_are_told(equations: str, names: list[str]) -> None:
    assert told(equations) == [(name, name) for name in names]


def test_of_an_array_the_first_element() -> None:
    text = (
        "R: a, b, c ~~|\nt[a]((0,0), (10,1)) ~~|\nt[b]((0,0), (9,1)) ~~|\nt[c]((0,0), (8,1)) ~~|\n"
        "x[R] = t[R](Time) ~~|\n"
    )
    assert [name for name, _ in told(text)] == ["t[b]"]


@given(
    ends=st.tuples(st.integers(-30, 30), st.integers(1, 60)),
    read=st.lists(st.integers(-30, 90), min_size=2, max_size=2),
)
def test_how_far(ends: tuple[int, int], read: list[int]) -> None:
    first, last = ends[0], ends[0] + ends[1]
    model = loaded(f"t(({first},1), ({last},2)) ~~|\nx = t(start + slope * Time) ~~|\n"
                   "start = 0 ~~|\nslope = 0 ~~|\n")  # fmt: skip
    (watched,) = watch_lookups(model)
    assert watched.beyond is None
    changes = {"start": read[0], "slope": (read[1] - read[0]) / 10}
    simulate(model, changes, engine="python")
    beyond = min(read) < first or max(read) > last
    assert watched.beyond == (pytest.approx((min(read), max(read))) if beyond else None)


def test_watching_changes_no_number() -> None:
    text = (
        "R: a, b ~~|\nt[a]((0,0), (4,3)) ~~|\nt[b]((0,0), (2,1), (3,7)) ~~|\n"
        "x[R] = t[R](Time) ~~|\n"
        "s[R] = INTEG(x[R] - LOOKUP AREA(t[R], 0, Time), 1) ~~|\n"
    )
    plain, watched = loaded(text), loaded(text)
    assert len(watch_lookups(watched)) == 2
    one, other = simulate(plain), simulate(watched)
    assert all(np.array_equal(one[name], other[name]) for name in one.names)
