"""How a file is cut into its parts (reference A.1, A.3, A.4, A.5, A.9, A.10)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from s3c.compiler import Source, syntax

Read = Callable[[str], syntax.Document]

FILE = """{UTF-8}
:MACRO: TWICE(input, other : out)
TWICE = input * 2 ~ input ~ Doubles. |
out = other ~~|
:END OF MACRO:

********************************************************
\t.Population
********************************************************~
\t\tPeople and their rates.
\t|

{ counted, not estimated }
births =
\t10
\t~\tpeople/Year [0,?,1]
\t~\tBabies, \\
\t\tall of them.
\t~\t:SUPPLEMENTARY
\t|

\\\\\\---/// Sketch information - do not modify anything except names
V300  Do not put anything below this section - it will be ignored
*View 1
///---\\\\\\
:L\x7f<%^E!@
1:Current.vdf
15:0,0,0,1,0,0
30:?data=C:\\data.xls
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_whole_file(read: Read, line_end: str) -> None:
    document = read(FILE.replace("\n", line_end))
    kinds = [type(part) for part in document.parts]
    assert kinds == [
        syntax.Blank,
        syntax.Macro,
        syntax.Group,
        syntax.Equation,
        syntax.Blank,
        syntax.Sketch,
        syntax.Settings,
    ]
    _, macro, group, births, _, sketch, settings = document.parts
    assert isinstance(macro, syntax.Macro)
    assert (macro.name, macro.inputs, macro.outputs) == ("TWICE", ("input", "other"), ("out",))
    assert macro.head.text == ":MACRO: TWICE(input, other : out)"
    assert len(macro.body) == 2
    assert isinstance(group, syntax.Group)
    assert (group.name, group.comment) == ("Population", "People and their rates.")
    assert isinstance(births, syntax.Equation)
    assert births.body.text.startswith("births =")
    assert births.units == syntax.Units("people/Year", 0.0, None, 1.0)
    assert births.comment == "Babies, all of them."
    assert births.supplementary
    assert births.group == "Population"
    assert sketch.span.text.startswith("\\\\\\---///")
    assert isinstance(settings, syntax.Settings)
    assert settings.lines == (
        ("1", "Current.vdf"),
        ("15", "0,0,0,1,0,0"),
        ("30", "?data=C:\\data.xls"),
    )


@pytest.mark.parametrize(
    "text",
    [
        '"a | b" = 1 ~~|',
        '"a ~ \\" | b" = 1 ~~|',
        "x = f('a | ~ b') ~~|",
        "x = 1 { a | b ~ c } ~~|",
        "x = 1 { a { b | c } d } ~~|",
        'x = 1 ~ "odd | units" ~ |',
        "x = 1 ~ u ~ an odd \" quote { and ' more |",
        "Capital'Energy = Capital'Energy 2 ~~|",
        "x = 1 |",
        "x = 1 ~ u |",
        "x = 1 ~ u ~ c ~ :SUP |",
        "x = 1 ~ u ~ c ~ |",
    ],
)
def test_one_equation(read: Read, text: str) -> None:
    assert len(list(read(f"{text}\ny = 2 ~~|").equations())) == 2


def test_no_field_is_needed_but_the_first(read: Read) -> None:
    (equation,) = read("x = 1|").equations()
    assert (equation.units, equation.comment, equation.supplementary) == (
        syntax.Units(""),
        "",
        False,
    )


@pytest.mark.parametrize(
    "marker",
    ["\\\\\\---/// Sketch", "  \\\\\\---/// Sketch", "\\\\---/// Sketch", "///---\\\\\\"],
)
def test_the_sketch_ends_the_equations(read: Read, marker: str) -> None:
    *_, sketch = read(f"x = 1 ~~|\n{marker}\n10,1,y,1,2|~\n").parts
    assert isinstance(sketch, syntax.Sketch)


def test_the_sketch_marker_counts_only_at_a_line_start_and_outside_comments(read: Read) -> None:
    document = read("x = 1 ~~ not \\\\\\---/// here|\n{\n\\\\\\---///\n}\ny = 1~~|")
    assert len(list(document.equations())) == 2


@pytest.mark.parametrize("marker", [":L<%^E!@", ":L\x7f<%^E!@"])
def test_settings_may_follow_the_equations_at_once(read: Read, marker: str) -> None:
    *_, settings = read(f"x = 1 ~~|\n{marker}\n15:0,0,0,0,0,0\nnonsense\n").parts
    assert isinstance(settings, syntax.Settings)
    assert settings.lines == (("15", "0,0,0,0,0,0"),)


@pytest.mark.parametrize(
    "text",
    [
        "****\n\t.Demand.Side\n****~\n\tc\n\t|",
        "*** .Demand.Side ***|",
        "{**Demand.Side**}",
    ],
)
def test_groups(read: Read, text: str) -> None:
    group, equation = read(f"{text}\nx = 1 ~~|").parts
    assert isinstance(group, syntax.Group)
    assert isinstance(equation, syntax.Equation)
    assert group.name == equation.group == "Demand.Side"


@pytest.mark.parametrize(
    ("field", "units"),
    [
        ("", syntax.Units("")),
        (" Person / Year ", syntax.Units("Person / Year")),
        ("Dmnl [0,1]", syntax.Units("Dmnl", 0.0, 1.0)),
        (" [2,10]", syntax.Units("", 2.0, 10.0)),
        ("m [-10,?,0.5]", syntax.Units("m", -10.0, None, 0.5)),
        ("m [?]", syntax.Units("m")),
        ("Minutes [0.0, inf]", syntax.Units("Minutes", 0.0)),
        ("Minute [nan, -inf]", syntax.Units("Minute")),
        ("$/ \\\n\t\tyear {now}", syntax.Units("$/ year")),
    ],
)
def test_units(read: Read, field: str, units: syntax.Units) -> None:
    (equation,) = read(f"x = 1 ~{field}~|").equations()
    assert equation.units == units


def test_comments_keep_their_paragraphs(read: Read) -> None:
    (equation,) = read("x=1~~ One \\\n\t\tline.\n\t\t  Another.\r\n\n\t\tLast.\n\t|").equations()
    assert equation.comment == "One line.\n  Another.\n\nLast."


def test_an_equation_that_moved_is_the_same_tree() -> None:
    text = "moved = 1 + unknown ~~|"
    first, _ = syntax.parse(Source("a.mdl", text))
    second, _ = syntax.parse(Source("b.mdl", f"y = 2 ~~|\n\n{text}"))
    before, after = next(first.equations()), list(second.equations())[1]
    assert before.definition is after.definition
    assert after.definition is not None
    assert after.span_of(after.definition.extent).text == "moved = 1 + unknown"
    assert str(after.span_of(after.definition.extent)) == "b.mdl:3"
