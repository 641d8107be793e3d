"""What a model may not say, each told once, at its place, with a way out."""

from __future__ import annotations

import pytest
from model_texts import TIMES, errors

from s3c.compiler import Source, check

RANGE = "R: a, b, c ~~|\nv[R] = 1, 2, 3 ~~|\n"


@pytest.mark.parametrize(
    ("text", "code", "underlined"),
    [
        ("x[R] = VECTOR SORT ORDER(v[nowhere], 1)", "S3C218", "nowhere"),
        ("x[R] = VECTOR ELM MAP(v[nowhere], 1)", "S3C218", "nowhere"),
        ("x[R] = VECTOR ELM MAP(v[a], v[nowhere])", "S3C218", "nowhere"),
        ("x = 1 + VECTOR SORT ORDER(v[R], 1)", "S3C228", "VECTOR SORT ORDER(v[R], 1)"),
        ("x = GET XLS CONSTANTS('a')", "S3C203", "GET XLS CONSTANTS('a')"),
        ("x = 2 * GET XLS CONSTANTS('a', 'b', 'c')", "S3C229", "GET XLS CONSTANTS"),
        ("x = GET XLS CONSTANTS('a', 'b', v)", "S3C229", "v"),
        ("x = GET XLS CONSTANTS('a', 'b', 2 + 3)", "S3C229", "2 + 3"),
        ("x = ABS(((0,0),(1,1)))", "S3C205", "((0,0),(1,1))"),
        ("x[a] = INTEG(1, 2) ~~|\nx[b] = DELAY FIXED(1, 2, 3) ~~|\nx[c] = 3", "S3C226", None),
        ("big: (e1-e4000) ~~|\nother <-> big ~~|\nx[big, other] = 1", "S3C501", None),
    ],
)
def test_an_error_is_told_once_at_its_place(text: str, code: str, underlined: str | None) -> None:
    ((found, under),) = errors(f"{RANGE}{text} ~~|\n")
    assert found == code
    assert underlined is None or under == underlined


@pytest.mark.parametrize("name", ["TIME STEP", "SAVEPER", "FINAL TIME"])
def test_a_control_without_subscripts_is_needed(name: str) -> None:
    times = "".join(line + "\n" for line in TIMES.splitlines() if not line.startswith(name))
    text = f"{RANGE}{name}[R] = 1 ~~|\n{times}"
    found = [each for each in check(Source("m.mdl", text)).diagnostics if each.is_error]
    assert [each.code for each in found] == ["S3C219"]
    assert found[0].hint == f"write “{name} = …” without subscripts"


def test_exceptions_that_cut_an_equation_to_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    text = RANGE + "S <-> R ~~|\nx[R, S] :EXCEPT: [a, a], [b, b], [c, c] = 1 ~~|\nx[a, a] = 2 ~~|\n"
    assert errors(text) == []
    monkeypatch.setattr("s3c.compiler.system.shapes._MOST_BOXES", 2)
    assert [code for code, _ in errors(text)] == ["S3C501"]  # x[a,a] has one equation


def test_a_function_over_more_values_than_memory_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    text = RANGE + "S <-> R ~~|\nx[R, S] = SUM(v[R!]) ~~|\ny[R] = VECTOR SORT ORDER(v[R], 1) ~~|\n"
    monkeypatch.setattr("s3c.compiler.system.array_calls._MOST_TURNS", 27)
    assert errors(text) == []
    monkeypatch.setattr("s3c.compiler.system.array_calls._MOST_TURNS", 26)
    assert errors(text) == [("S3C501", "SUM(v[R!])")]
