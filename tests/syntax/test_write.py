"""A document written as Vensim's text reads as the same document, whatever is in its names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conformance import model_files
from hypothesis import given
from hypothesis import strategies as st

import s3c
from s3c.compiler import Source, syntax
from s3c.runtime import fold

MODELS = model_files()
# What a model reads from files stands beside it, and not beside what is written here.
ALONE = [each for each in MODELS if b"GET" not in each.read_bytes()]
ALL_KINDS = r"""{UTF-8}
:MACRO: PAIR(x, y : other)
PAIR = x + other ~ x ~|
other = x * y ~~|
:END OF MACRO:
D: a, (b1-b3), E ~~|
E: e1, e2 -> (F: f2, f1), G ~~|
F: f1, f2 ~~|
G: g1, g2 ~~|
H <-> F ~~|
J: GET XLS SUBSCRIPT('book.xls', 'tab', 'A1', 'A9', 'p') ~~|
"one {two} | three ~" = 1 ~ $/(Person*Year) [-1,?,0.5] ~ Said \
		in "one line and
		in another. ~ :SUPPLEMENTARY |
p = PAIR(1, 2 : q) ~~|
c == 3 ~ Year [0,10] ~|
c2 = 3 ~ Year [0,?] ~|
c3 = 3 ~ [?,10] ~|
c4 = 3 ~ [?,?,1] ~|
v[F] = 1, -2 ~~|
w[F, G] = 1, 2; 3, :NA:; ~~|
t[F, G] = TABBED ARRAY(1	2
	-3	4e-05) ~~|
one[f1] = 5; ~~|
x[F, G] :EXCEPT: [f1, G], [F, g2] = SUM(w[F!, G]) ~~|
x[f1, G] = 1 ~~|
x[f2, g2] = :NOT: 1 = 2 :AND: -2^2 < 3 - (2 - 1) ~~|
l([(0,0)-(10,10),(1,1)],(0,0),(5,-.5),(1e+06,1)) ~~|
m[F](GET XLS LOOKUPS('b.xls', 's', 'a', 'b2')) ~~|
n = WITH LOOKUP(Time, ([(0,0)-(1,1)],(0,0),(1,1))) ~~|
d1 ~~|
d2 :RAW: ~~|
d3 :HOLD BACKWARD: := d2 ~~|
d4 := GET XLS DATA('b.xls', 's', 'a', 'b2') ~~|
nothing = ~~|
str :IS: 'some text' ~~|
r1 :TEST INPUT: c = RC STEP(c, 2) ~~|
r2 :THE CONDITION: r1 :IMPLIES: p > 0 :OR: p < -1 ~~|
********************************************************
	.First.inner
********************************************************~
		What it holds.
	|
g = 1 ~~|
********************************************************
	.Control
********************************************************~
		Simulation Control Parameters
	|
FINAL TIME = 2 ~~|
INITIAL TIME = 0 ~~|
TIME STEP = 1 ~~|
********************************************************
	.Last
********************************************************~
	|
z = 2 ~~|
\\\---/// Sketch information - do not modify anything except names
V300  Do not put anything below this section - it will be ignored
*A view
10,1,g,50,50,40,20,8,3,0,0,0,0,0,0
///---\\\
:L<%^E!@
15:0,0,0,1,0,0
22:Person,People
30:?a=b:c.xls
"""


def parsed(text: str) -> syntax.Document:
    document, diagnostics = syntax.parse(Source("model.mdl", text))
    assert not diagnostics, "\n".join(map(str, diagnostics))
    return document


def equations(document: syntax.Document) -> list[object]:
    """All that the equations say, in an order that does not depend on where groups stand."""
    return sorted(
        (
            (each.definition, each.units, each.comment, each.supplementary, each.group)
            for each in document.equations()
        ),
        key=repr,
    )


def frame(document: syntax.Document) -> list[object]:
    """Groups, macros and settings."""
    groups = sorted((p.name, p.comment) for p in document.parts if isinstance(p, syntax.Group))
    macros = [(p.name, p.inputs, p.outputs) for p in document.parts if isinstance(p, syntax.Macro)]
    return [groups, macros]


def settings(document: syntax.Document) -> list[tuple[tuple[str, str], ...]]:
    return [part.lines for part in document.parts if isinstance(part, syntax.Settings)]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_written_model_reads_the_same(path: Path) -> None:
    document, _ = syntax.parse(Source.read(path))
    text = syntax.write_mdl(document)
    again = parsed(text)
    assert equations(again) == equations(document)
    assert frame(again) == frame(document)
    if settings(document):
        assert settings(again) == settings(document)
    assert syntax.write_mdl(again) == text
    assert syntax.format_document(again) == text


@pytest.mark.parametrize("path", ALONE[::10], ids=lambda path: path.stem)
def test_a_written_model_runs_the_same(path: Path, tmp_path: Path) -> None:
    written = tmp_path / "written.mdl"
    written.write_text(syntax.write_mdl(syntax.parse(Source.read(path))[0]), encoding="utf-8")
    try:
        run = s3c.load(path, cache=False).run(on_error="nan")
    except (s3c.CompileError, s3c.RunError):
        pytest.skip("it does not run by itself")
    again = s3c.load(written, cache=False).run(on_error="nan")
    assert set(run.columns) == set(again.columns)
    for name in run.columns:
        assert np.array_equal(run[name], again[name], equal_nan=True), name


def test_every_kind_of_definition() -> None:
    document = parsed(ALL_KINDS)
    again = parsed(syntax.write_mdl(document))
    assert equations(again) == equations(document)
    assert frame(again) == frame(document)
    assert settings(again) == settings(document)
    kinds = {type(each.definition).__name__ for each in document.equations()}
    assert len(kinds) == 10


def test_the_control_group_comes_last() -> None:
    names = [
        p.name
        for p in parsed(syntax.write_mdl(parsed(ALL_KINDS))).parts
        if isinstance(p, syntax.Group)
    ]
    assert names == ["First.inner", "Last", "Control"]


def test_the_diagram_stays() -> None:
    text = syntax.write_mdl(parsed(ALL_KINDS))
    assert "\n*A view\n10,1,g,50,50,40,20,8,3,0,0,0,0,0,0\n///---\\\\\\\n" in text


def test_what_has_no_diagram_and_no_settings_gets_empty_ones() -> None:
    text = syntax.write_mdl(parsed("a = 1 ~~|"))
    assert "\\\\\\---/// Sketch information" in text
    assert "\n15:0,0,0,0,0,0\n22:$,Dollar,Dollars,$s\n" in text


def test_equations_find_their_groups_without_markers() -> None:
    document = parsed("a = 1 ~~|\nb = 2 ~~|\nc = 3 ~~|")
    placed = [
        replace(part, group=group)
        for part, group in zip(document.equations(), ("Control", "", "other"), strict=True)
    ]
    again = parsed(syntax.write_mdl(replace(document, parts=tuple(placed))))
    assert [each.group for each in again.equations()] == ["", "other", "Control"]


def with_name(name: str) -> syntax.Document:
    """A document with a variable whose name is just as given, read by another."""
    document = parsed("a = 1 ~~|\nb = 2 * a ~~|")
    first, second = document.equations()
    definition, user = first.definition, second.definition
    assert isinstance(definition, syntax.Formula)
    assert isinstance(user, syntax.Formula)
    assert isinstance(user.expression, syntax.Binary)
    reading = replace(user.expression, right=syntax.Reference(name))
    named = replace(first, definition=replace(definition, target=syntax.Target(name)))
    return replace(
        document, parts=(named, replace(second, definition=replace(user, expression=reading)))
    )


@given(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12))
def test_any_name_can_be_written(name: str) -> None:
    first, second = parsed(syntax.write_mdl(with_name(name))).equations()
    assert isinstance(first.definition, syntax.Formula)
    assert isinstance(second.definition, syntax.Formula)
    assert isinstance(second.definition.expression, syntax.Binary)
    reading = second.definition.expression.right
    assert isinstance(reading, syntax.Reference)
    assert fold(reading.name) == fold(first.definition.target.name)
    if not {'"', "\\"} & set(name):
        assert fold(first.definition.target.name) == fold(name)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200))
def test_any_comment_can_be_written(comment: str) -> None:
    (equation,) = parsed("a = 1 ~~|").equations()
    document = syntax.Document(equation.span.source, (replace(equation, comment=comment),))
    (again,) = parsed(syntax.write_mdl(document)).equations()
    assert again.definition == equation.definition
    letters = comment.translate(str.maketrans("|~", "¦˜"))
    assert "".join(again.comment.split()).rstrip("\\") == "".join(letters.split()).rstrip("\\")


def test_a_group_may_have_any_name() -> None:
    document = parsed("a = 1 ~~|")
    parts = (syntax.Group(next(document.equations()).span, "a*b|c~d", "x|y"), *document.parts)
    groups = [p for p in parsed(syntax.write_mdl(replace(document, parts=parts))).parts
              if isinstance(p, syntax.Group)]  # fmt: skip
    assert [(each.name, each.comment) for each in groups] == [("a b c d", "x¦y")]


def test_unreadable_equations_stay_as_they_are() -> None:
    document, diagnostics = syntax.parse(Source("model.mdl", "a = (1 + ~~|\nb = 2 ~~|"))
    assert diagnostics
    again, found = syntax.parse(Source("model.mdl", syntax.write_mdl(document)))
    assert [each.body.text for each in again.equations() if isinstance(each, syntax.Equation)] == [
        "a = (1 +",
        "b =\n\t2",
    ]
    assert len(found) == len(diagnostics)
