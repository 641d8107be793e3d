"""Errors as values, and as a person reads them."""

from __future__ import annotations

import re

import pytest

from s3c.compiler import (
    CODES,
    CompileError,
    Diagnostic,
    Note,
    Severity,
    Source,
    did_you_mean,
    render,
)

TEXT = Source("m.mdl", "births =\r\n\tbirth\x1b rate * pop\r\n")


def test_the_codes_are_grouped_and_explained() -> None:
    assert all(re.fullmatch(r"S3C[1-9]\d\d", code) and meaning for code, meaning in CODES.items())


def test_a_code_must_be_in_the_table() -> None:
    with pytest.raises(ValueError, match="S3C000"):
        Diagnostic("S3C000", "no", None)


def test_rendering_shows_the_line_and_marks_the_place() -> None:
    diagnostic = Diagnostic(
        "S3C101",
        "something is wrong",
        TEXT.span(22, 25),
        hint="make it right",
        notes=(Note("compare this", TEXT.span(0, 6)), Note("and think")),
        severity=Severity.WARNING,
    )
    assert str(diagnostic) == render(diagnostic)
    assert render(diagnostic) == (
        "warning[S3C101]: something is wrong\n"
        "  --> m.mdl:2:13\n"
        "    |\n"
        "  2 | \tbirth· rate * pop\n"
        "    | \t           ^^^\n"
        "  note: compare this\n"
        "  --> m.mdl:1:1\n"
        "    |\n"
        "  1 | births =\n"
        "    | ^^^^^^\n"
        "  note: and think\n"
        "  help: make it right"
    )
    assert not diagnostic.is_error


def test_a_span_over_lines_is_marked_on_its_first() -> None:
    assert render(Diagnostic("S3C101", "x", TEXT.span(0, 20))).endswith("| ^^^^^^^^")


def test_an_empty_span_at_the_end_is_marked_by_one_sign() -> None:
    end = len(TEXT.text)
    assert render(Diagnostic("S3C101", "x", TEXT.span(end, end))).endswith("| ^")


def test_a_diagnostic_without_a_place_has_no_excerpt() -> None:
    assert render(Diagnostic("S3C101", "x", None)) == "error[S3C101]: x"


def test_near_names_are_offered() -> None:
    known = ["birth rate", "Birth Ratio", "deaths"]
    assert did_you_mean("birth rat", known) == "did you mean “birth rate” or “Birth Ratio”?"
    assert did_you_mean("DEATHS", known) == "did you mean “deaths”?"
    assert did_you_mean("xyz", known) == ""


def test_a_compile_error_says_all() -> None:
    found = [Diagnostic("S3C101", "one", None), Diagnostic("S3C102", "two", None)]
    error = CompileError(found)
    assert error.diagnostics == tuple(found)
    assert "one" in str(error)
    assert "two" in str(error)


@pytest.mark.parametrize("place", [0, 70, 500, 999])
def test_of_a_long_line_the_part_around_the_place_is_shown(place: int) -> None:
    source = Source("m.mdl", "-" * place + "x" + "-" * (999 - place))
    *_, line, marks = render(Diagnostic("S3C101", "m", source.span(place, place + 1))).split("\n")
    assert len(line) < 220
    assert line[marks.index("^")] == "x"
    assert marks.count("^") == 1
