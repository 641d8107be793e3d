"""Functions that are uncertain in the way in which a model is run, and only then."""

from __future__ import annotations

import pytest
from model_texts import TIMES

from s3c.compiler import Diagnostic, Source, check

RUNGE_KUTTA = "5"
EULER = "0"
DIFFERENCE = "2"
CHANGING = "IF THEN ELSE(Time > 5, 0.5, 1)"
SAMPLE = "x = SAMPLE IF TRUE(Time > 3, Time, 0) ~~|\n"
DELAY = "y = DELAY FIXED(Time, 3, 0) ~~|\n"


def doubtful(text: str, technique: str, step: str = "1") -> list[Diagnostic]:
    times = TIMES.replace("TIME STEP = 1 ", f"TIME STEP = {step} ")
    source = Source("m.mdl", f"{text}{times}:L<%^E!@\n15:0,0,0,{technique}\n")
    return [each for each in check(source).diagnostics if each.code == "S3C240"]


@pytest.mark.parametrize(
    ("technique", "step", "functions"),
    [
        (EULER, "1", []),
        (DIFFERENCE, "1", []),
        (EULER, CHANGING, ["DELAY FIXED"]),
        (RUNGE_KUTTA, "1", ["SAMPLE IF TRUE"]),
        (RUNGE_KUTTA, CHANGING, ["SAMPLE IF TRUE", "DELAY FIXED"]),
    ],
)
def test_each_is_told_where_its_rule_is_unknown(
    technique: str, step: str, functions: list[str]
) -> None:
    found = doubtful(SAMPLE + DELAY + "z = DELAY FIXED(y, 2, 0) ~~|\n", technique, step)
    told = [each.message.removeprefix("the results of ").split(" may ")[0] for each in found]
    assert told == functions


def test_it_is_shown_where_the_function_stands_and_why() -> None:
    sampled, delayed = doubtful(SAMPLE + DELAY, RUNGE_KUTTA, CHANGING)
    assert [each.span and each.span.location.line for each in (sampled, delayed)] == [1, 2]
    assert "inside a Runge-Kutta step" in sampled.notes[0].message
    assert "where TIME STEP changes" in delayed.notes[0].message


def test_a_delay_of_another_kind_is_certain() -> None:
    assert doubtful("y = DELAY1(Time, 3) ~~|\n", EULER, CHANGING) == []
