"""SHIFT IF TRUE against cohorts in a queue of Python's."""

from __future__ import annotations

from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_texts import compiled, messages

OUTPUT = (
    ":MACRO: M(x : out)\nout = x ~~|\nM = x ~~|\n:END OF MACRO:\ny[Age] = M(Time : o[Age]) ~~|\n"
)
AGES = "Age: a0, a1, a2, a3 ~~|\nRegion: North, South ~~|\n"


@pytest.mark.checks("SHIFT IF TRUE", against="independent implementation")
@settings(deadline=None)  # each compiles
@given(
    size=st.integers(1, 4),
    every=st.integers(1, 3),
    accumulate=st.booleans(),
    entering=st.floats(-10, 10),
    rate=st.floats(-1, 1),
)
def test_cohorts(size: int, every: int, accumulate: bool, entering: float, rate: float) -> None:
    model = compiled(
        AGES + "people[Age] = INTEG(rate, 10) ~~|\nrate = 0.1 ~~|\nsize = 4 ~~|\nenter = 1 ~~|\n"
        "every = 1 ~~|\nkeep = 0 ~~|\n"
        "left = SHIFT IF TRUE(people[a0], MODULO(Time, every) = 0, size, keep, enter) ~~|"
    )
    run = model.run(
        {"rate": rate, "size": size, "enter": entering, "every": every, "keep": float(accumulate)}
    )
    cohorts = deque([10.0] * size)
    for time, left, people in zip(run.time, run["left"], run["people"], strict=True):
        assert list(cohorts) == pytest.approx(people[:size].tolist())
        assert people[size:] == pytest.approx([10 + rate * time] * (4 - size))
        moves = time % every == 0
        assert left == pytest.approx(cohorts[-1] if moves and not accumulate else 0)
        cohorts = deque(each + rate for each in cohorts)
        if moves:
            last = cohorts.pop()
            cohorts.appendleft(entering)
            if accumulate:
                cohorts[-1] += last


def test_each_region_moves_by_itself() -> None:
    run = compiled(
        AGES
        + "people[Region, Age] = INTEG(0, 1) ~~|\nenter[North] = Time ~~|\nenter[South] = 5 ~~|\n"
        "moves[North] = Time > 1 ~~|\nmoves[South] = Time < 2 ~~|\n"
        "left[Region] = SHIFT IF TRUE(people[Region, a0], moves[Region], ELMCOUNT(Age), 0,"
        " enter[Region]) ~~|"
    ).run(final_time=4)
    assert run["people"][-1].tolist() == [[3, 2, 1, 1], [5, 5, 1, 1]]
    assert run["left"].tolist() == [[0, 1], [0, 1], [1, 0], [1, 0], [1, 0]]


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_a_constant_stock_moves_at_whole_steps_alone(method: str) -> None:
    run = compiled(
        AGES + "people[Age] = INTEG(0, 1) ~~|\nleft = SHIFT IF TRUE(people[a0], 1, 4, 0, 0) ~~|\n"
        "gone = INTEG(left, 0) ~~|"
    ).run(method=method, final_time=4)
    assert run["gone"].tolist() == [0, 1, 2, 3, 4]
    assert run["people"].sum(axis=1).tolist() == [4, 3, 2, 1, 0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x[Age] = Time ~~|\nleft = SHIFT IF TRUE(x[a0], 1, 4, 0, 0) ~~|", "this is none"),
        ("x[Age] = 1, 2, 3, 4 ~~|\nleft = SHIFT IF TRUE(x[a0], 1, 4, 0, 0) ~~|", "this is none"),
        (
            OUTPUT + "left = SHIFT IF TRUE(o[a0], 1, 4, 0, 0) ~~|",
            "this is none",
        ),
        (
            "x[Age] = INTEG(1, 1) ~~|\nleft[Region] = SHIFT IF TRUE(x[a0], 1, 4, 0, 0) ~~|",
            "places of its own",
        ),
    ],
)
def test_what_cannot_be_moved(text: str, words: str) -> None:
    assert any("S3C228" in each and words in each for each in messages(AGES + text))


def test_elements_that_are_numbers_are_stocks_too() -> None:
    run = compiled(
        AGES + "Later: a1, a2, a3 ~~|\nx[a0] = -5 ~~|\nx[Later] = INTEG(0, 1) ~~|\n"
        "left = SHIFT IF TRUE(x[a0], Time = 0, 4, 0, 7) ~~|"
    ).run(final_time=1)
    assert run["x"].tolist() == [[-5, 1, 1, 1], [7, -5, 1, 1]]


def test_its_rule_is_said_to_be_uncertain() -> None:
    text = "x[Age] = INTEG(0, 1) ~~|\nleft = SHIFT IF TRUE(x[a0], 1, 4, 0, 0) ~~|"
    assert sum("S3C240" in each for each in messages(AGES + text)) == 1
