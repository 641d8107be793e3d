"""The warning of functions whose rule in Vensim is not fully known."""

from __future__ import annotations

from pathlib import Path

import pytest
from model_texts import TIMES

from s3c.compiler import Source, check, compile_source, functions, without_warnings

RANGES = "r: a, b ~~|\nv[r] = 1, 2 ~~|\nd ~~|\n"


def warned(text: str) -> list[tuple[str, str]]:
    """The functions that are warned of, each with the words that are underlined."""
    found = check(Source("m.mdl", RANGES + text + TIMES)).diagnostics
    return [
        (each.message.split(" may ")[0].removeprefix("the results of "), each.span.text)
        for each in found
        if each.code == "S3C240" and each.span
    ]


def test_once_a_model_for_each_function_where_it_is_used_first() -> None:
    text = (
        "x = DELAY N(Time, 3, 0, 3) ~~|\ny = 1 + DELAY N(x, 3, 0, 3) ~~|\n"
        "z[r] = VECTOR RANK(v[r], 1) ~~|\n"
    )
    assert warned(text) == [
        ("DELAY N", "DELAY N(Time, 3, 0, 3)"),
        ("VECTOR RANK", "VECTOR RANK(v[r], 1)"),
    ]


@pytest.mark.parametrize(
    ("equation", "function"),
    [
        ("x = GET DATA STDV(d, 0, 9)", "GET DATA STDV"),
        ("x := d * GET DATA BETWEEN TIMES(d, 1, 0)", "GET DATA BETWEEN TIMES"),
        ("x = INITIAL(1 + Get_Data_Between_Times(d, 1, 0))", "GET DATA BETWEEN TIMES"),
        ("x[r] = VECTOR SORT ORDER(v[r], 1)", "VECTOR SORT ORDER"),
    ],
)
def test_wherever_it_is_called(equation: str, function: str) -> None:
    assert [name for name, _ in warned(f"{equation} ~~|\n")] == [function]


@pytest.mark.parametrize(
    "text",
    [
        "x = SMOOTH(Time, 3) + RANDOM UNIFORM(0, 1, 0) + SQRT(4) ~~|\n",
        # The model's own macro of that name is not Vensim's function.
        ":MACRO: DELAY N(a, b, c)\nDELAY N = a ~~|\n:END OF MACRO:\nx = DELAY N(1, 2, 3) ~~|\n",
        "delay n = 3 ~~|\nx = delay n ~~|\n",
    ],
)
def test_what_is_certain(text: str) -> None:
    assert warned(text) == []


MODELS = sorted((Path(__file__).parents[2] / "models").glob("*.mdl"))


@pytest.mark.parametrize("model", MODELS, ids=lambda each: each.stem)
def test_models_of_this_project(model: Path) -> None:
    """One of them ranks provinces, of which two might be equal."""
    ranks = ["VECTOR RANK"] if model.stem == "static_evaluation" else []
    found = check(Source.read(model)).diagnostics
    assert [each.message for each in found if each.code == "S3C240"] == [
        f"the results of {name} may differ from Vensim's, whose rule is not fully known"
        for name in ranks
    ]


def test_it_says_what_reading_is_taken_and_how_to_silence_it() -> None:
    source = Source("m.mdl", "x = DELAY N(Time, 3, 0, 3) ~~|\n" + TIMES)
    [warning] = compile_source(source).diagnostics
    assert not warning.is_error
    assert warning.notes[0].message == functions.find("DELAY N").documentation.uncertain
    assert "--ignore S3C240" in warning.hint
    assert without_warnings([warning], {"S3C240"}) == ()
    assert without_warnings([warning], {"S3C201"}) == (warning,)


def test_errors_are_never_left_out() -> None:
    found = check(Source("m.mdl", "x = nothing ~~|\n" + TIMES)).diagnostics
    assert [each.code for each in without_warnings(found, {"S3C201"})] == ["S3C201"]
