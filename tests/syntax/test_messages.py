"""What a modeller reads when a text is wrong: one finding an equation, all of a file's at once."""

from __future__ import annotations

import re

import pytest

from s3c.compiler import Diagnostic, Severity, Source, render, syntax


def findings(text: str) -> tuple[Diagnostic, ...]:
    return syntax.parse(Source("model.mdl", text))[1]


# The equation, the code, what is underlined, and words of the message.
ERRORS: list[tuple[str, str, str, str]] = [
    ("x = 3 Births", "S3C101", "Births", "expected an operator such as + or *, or the end of the"),
    ("x = 3 (a)", "S3C101", "(", "expected an operator"),
    ("x = a\ny = 3", "S3C101", "y", "expected an operator"),
    ("x = a + * b", "S3C101", "*", "expected a value after “+”, but found “*”"),
    ("x = a +", "S3C101", "+", "expected a value after “+”, but the equation ends"),
    ("x = :NOT: a +", "S3C101", "+", "the equation ends"),
    ("x = f(a,,b)", "S3C101", ",,", "an argument is missing"),
    ("x = f(a,)", "S3C101", ",)", "an argument is missing"),
    ("x = (a,b)", "S3C101", ",", "expected “)”, but found “,”"),
    ("x = a < b < c", "S3C101", "<", "cannot be compared again"),
    ("x = f(a == b)", "S3C101", "==", "no operator “==”"),
    ("x = f(a != b)", "S3C101", "!=", "no operator “!=”"),
    ("x = a ** b", "S3C101", "**", "no operator “**”"),
    ("x = f(a => b)", "S3C101", "=>", "no operator “=>”"),
    ("x = a :AND b", "S3C101", ":AND", "a colon on both sides"),
    ("x = 1, 2, a", "S3C101", "a", "expected a number"),
    ("x[] = 1", "S3C101", "]", "expected a name"),
    ("= 3", "S3C101", "=", "expected a name"),
    ("D: 1, 2", "S3C101", "1", "expected a name"),
    ("D:", "S3C101", ":", "expected a name, but the equation ends"),
    ("", "S3C101", "", "there is no equation"),
    ("x = (a + b", "S3C105", "(", "this “(” is never closed"),
    ("x = a[D", "S3C105", "[", "this “[” is never closed"),
    ("x = a + b)", "S3C105", ")", "this “)” closes nothing"),
    ("x = f(a[b)]", "S3C105", ")", "“[” is closed by “)”"),
    ("x((0,0),(1,1)", "S3C105", "(", "never closed"),
    ("x = 1e999", "S3C107", "1e999", "too large"),
    ("x = 1, -1e999", "S3C107", "1e999", "too large"),
    ("x = TABBED ARRAY(1 1e999)", "S3C107", "1e999", "too large"),
    ("x = TABBED ARRAY(1 two)", "S3C107", "two", "expected a number"),
    ("x(1,2,3)", "S3C108", "1,2,3", "cannot be split"),
    ("x([(0,0)-(1,1)])", "S3C108", "([(0,0)-(1,1)])", "no points"),
    ("x = " + "-" * 300 + "1", "S3C109", "x = " + "-" * 300 + "1", "nested more than"),
    ("2nd rate = 1", "S3C110", "2nd rate", "begins with a digit"),
    ("x = 2nd rate", "S3C110", "2nd rate", "begins with a digit"),
    ("net-flow = 1", "S3C110", "net-flow", "“-” cannot stand in the name"),
    ("flow w/ division = 1", "S3C110", "flow w/ division", "“/” cannot stand in the name"),
    ("x = 1995€", "S3C110", "€", "“€” cannot stand here"),
    ("x = a # b", "S3C110", "#", "“#” cannot stand here"),
    ('x = "Births', "S3C103", '"Births~~|', "a quote that is not closed"),
    ("x = f('data.xls)", "S3C103", "'data.xls)~~|", "an apostrophe that is not closed"),
    ("x = 1 { remark", "S3C104", "{ remark~~|", "a comment is not closed"),
]


@pytest.mark.parametrize(("equation", "code", "underlined", "words"), ERRORS)
def test_one_finding(equation: str, code: str, underlined: str, words: str) -> None:
    (diagnostic,) = findings(f"before = 1 ~~|\n{equation}~~|\nafter = 2 ~~|")
    assert diagnostic.code == code
    assert words in diagnostic.message
    assert diagnostic.span is not None
    assert diagnostic.span.text == underlined
    assert diagnostic.hint, "a way out is always told"


def test_all_of_a_files_errors_come_at_once_and_cost_no_equation_but_their_own() -> None:
    texts = [equation for equation, *_ in ERRORS if equation]
    document, diagnostics = syntax.parse(
        Source("m.mdl", "".join(f"{each}~~|\ngood {i} = 1 ~~|\n" for i, each in enumerate(texts)))
    )
    assert [each.code for each in diagnostics] == [code for text, code, *_ in ERRORS if text]
    equations = list(document.equations())
    assert len(equations) == 2 * len(texts)
    assert [each.definition is None for each in equations] == [True, False] * len(texts)


def test_a_rendered_finding() -> None:
    (diagnostic,) = findings("births =\n\tbirth rate * (population\n\t~\tpeople\n\t~\t|")
    assert render(diagnostic) == (
        "error[S3C105]: this “(” is never closed\n"
        "  --> model.mdl:2:15\n"
        "    |\n"
        "  2 | \tbirth rate * (population\n"
        "    | \t             ^\n"
        "  help: write a “)” where it should end"
    )


def test_a_missing_bar_names_the_next_equation() -> None:
    text = "x = 1\n\t~\tu\n\t~\tc\n\ny = 2\n\t~\tu\n\t~\tc\n\t|\nz = 3 ~~|"
    document, (diagnostic,) = syntax.parse(Source("model.mdl", text))
    assert [each.body.text for each in document.equations()] == ["x = 1", "y = 2", "z = 3"]
    assert all(each.definition for each in document.equations())
    assert render(diagnostic) == (
        "error[S3C102]: this equation has no closing “|” before the next one begins\n"
        "  --> model.mdl:1:1\n"
        "    |\n"
        "  1 | x = 1\n"
        "    | ^^^^^\n"
        "  note: the next one begins here\n"
        "  --> model.mdl:5:1\n"
        "    |\n"
        "  5 | y = 2\n"
        "    | ^\n"
        "  help: end it with “~ units ~ comment |”, or with “~~|”"
    )


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("x = 1 ~ u\ny = 2 ~ u ~ c |", ["x = 1", "y = 2"]),
        ("x = 1 ~ u ~ c\n****\n.g\n****~ c|\ny = 2 ~~|", ["x = 1", "y = 2"]),
        ("y = 2 ~~|\nx = 1", ["y = 2", "x = 1"]),
        ("y = 2 ~~|\nx = 1 ~ u ~ c", ["y = 2", "x = 1"]),
        ("y = 2 ~~|\nx = 1 ~ u ~ c\n\\\\\\---/// Sketch\n", ["y = 2", "x = 1"]),
        ("x = 1 ~ u ~ c ~ d |\ny = 2 ~~|", ["x = 1", "y = 2"]),
    ],
)
def test_missing_bars(text: str, bodies: list[str]) -> None:
    document, (diagnostic,) = syntax.parse(Source("model.mdl", text))
    assert diagnostic.code == "S3C102"
    assert diagnostic.span is not None
    assert diagnostic.span.text == "x = 1"
    assert [each.body.text for each in document.equations()] == bodies


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (":MACRO: M(a)\nM = a ~~|\n", "S3C106", "this macro is not closed"),
        (
            ":MACRO: M(a)\nM = a ~~|\n:MACRO: N(a)\nN = a ~~|\n:END OF MACRO:",
            "S3C106",
            "not closed",
        ),
        ("x = 1 ~~|\n:END OF MACRO:\n", "S3C106", "no macro is open"),
        (":MACRO: M(1)\nM = a ~~|\n:END OF MACRO:", "S3C106", "cannot be read"),
        (":MACRO: M\nM = a ~~|\n:END OF MACRO:", "S3C106", "cannot be read"),
        ("****\n.g\n****~ no end", "S3C102", "group marker has no closing"),
        ("x = 1 ~ m [0,many] ~|", "S3C111", "range after the units cannot be read"),
        ("x = 1 ~ m [0,1,2,3] ~|", "S3C111", "range after the units cannot be read"),
        ("x = 1 ~ m [0,1 ~|", "S3C111", "range after the units cannot be read"),
    ],
)
def test_frames_and_fields(text: str, code: str, message: str) -> None:
    (diagnostic,) = findings(text)
    assert diagnostic.code == code
    assert message in diagnostic.message
    assert diagnostic.hint


def test_bytes_of_another_encoding() -> None:
    in_comment = Source.decode(b"{UTF-8}\nx = 1 ~~ caf\xe9 |", "m.mdl")
    (warning,) = syntax.parse(in_comment)[1]
    assert (warning.code, warning.severity) == ("S3C112", Severity.WARNING)
    in_name = Source.decode(b'{UTF-8}\n"caf\xe9" = 1 ~~|', "m.mdl")
    document, (error,) = syntax.parse(in_name)
    assert (error.code, error.severity) == ("S3C112", Severity.ERROR)
    assert re.search("m.mdl:2:5", render(error))
    assert document.print() == in_name.encode()
