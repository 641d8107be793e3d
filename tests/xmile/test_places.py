"""Where diagnostics point: into the XMILE text, behind entities, CDATA and comments, too."""

from __future__ import annotations

import pytest
from xmile_models import SPECS, aux, diagnostics, xmile

from s3c import compiler
from s3c.compiler import Source


def underlined(text: str) -> list[str]:
    """What each diagnostic of a file underlines."""
    return [each.span.text if each.span else "" for each in diagnostics(text)]


@pytest.mark.parametrize(
    "equation",
    [
        "1 + nothing",
        "IF 1 &lt; 2 THEN 3 ELSE nothing",
        "IF 1 &#60; 2 THEN 3 &gt; nothing ELSE 3",
        "<![CDATA[IF 1 < 2 THEN 3 ELSE nothing]]>",
        "1 <![CDATA[<]]> nothing",
        "1 + <!-- a remark --> nothing",
        "1\r\n + 2 &lt; 3\r\n + nothing",
        "größe &lt; nothing",
        "𝒳 &lt; nothing",
        "{größe &amp; mehr} nothing",
        "1 &lt;= nothing",
        '"a&amp;b" + nothing',
        "&#110;othing",
    ],
)
def test_behind_entities(equation: str) -> None:
    others = aux("größe", "1") + aux("𝒳", "1") + '<aux name="a&amp;b"><eqn>1</eqn></aux>'
    text = xmile(f'{others}<aux name="x"><eqn>{equation}</eqn></aux>')
    wanted = "&#110;othing" if equation.startswith("&#110;") else "nothing"
    assert underlined(text) == [wanted]


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        (aux("x", "1 + * 2"), "*"),
        (aux("x", "3 &"), "&amp;"),
        ('<aux name="x"><eqn>1 &lt;&lt; 2</eqn></aux>', "&lt;"),
        (aux("x", "POISSON(3)"), "POISSON"),
        ('<stock name="s"><eqn>1</eqn><inflow> no_flow </inflow></stock>', "no_flow"),
        ('<stock name="s"><eqn>1</eqn><outflow>1 + 1</outflow></stock>', "1 + 1"),
        ('<aux\n name = "x" />', "x"),
        (aux("x", "1") + aux("X", "2"), "X"),
    ],
)
def test_what_is_underlined(variables: str, wanted: str) -> None:
    assert underlined(xmile(variables)) == [wanted]


def test_a_control_variable_is_underlined_in_the_settings() -> None:
    specs = SPECS.replace("<stop>4</stop>", "<stop>4 +</stop>")
    assert underlined(xmile(aux("x", "1"), specs=specs)) == ["+"]


def test_every_part_of_an_equation_has_its_place() -> None:
    equation = "IF a &lt; 2 THEN MAX(a, SUM(v[*])) ELSE INT(a MOD 3)"
    text = xmile(
        f'{aux("a", "1")}<aux name="v"><dimensions><dim name="D"/></dimensions><eqn>1</eqn></aux>'
        f'<aux name="x"><eqn> {equation} </eqn></aux>',
        before='<dimensions><dim name="D" size="2"/></dimensions>',
    )
    document, found = compiler.xmile.parse_xmile(Source("m.xmile", text))
    assert found == ()
    last = [
        each
        for each in document.equations()
        if isinstance(each.definition, compiler.syntax.Formula)
    ][-1]
    assert isinstance(last.definition, compiler.syntax.Formula)
    assert last.body.text == equation
    assert last.span_of(last.definition.extent).text == equation
    assert last.span_of(last.definition.target.extent).text == "x"
    assert isinstance(last.definition.expression, compiler.syntax.Call)
    condition, yes, no = last.definition.expression.arguments
    assert last.span_of(condition.extent).text == "a &lt; 2"
    assert last.span_of(yes.extent).text == "MAX(a, SUM(v[*]))"
    assert last.span_of(no.extent).text == "INT(a MOD 3)"


def test_a_place_is_a_line_and_a_column() -> None:
    (found,) = diagnostics(xmile("\n" + aux("x", "\n  nothing")))
    assert found.span
    assert found.span.location.column == 3
    assert "  nothing</eqn>" in str(found)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("<xmile>\n<a>\n</b>\n</xmile>", (3, 3)),
        ("<xmile>größe𝒳 & </xmile>", (1, 16)),
        ("<!DOCTYPE x><xmile/>", (1, 1)),
    ],
)
def test_where_xml_breaks(text: str, wanted: tuple[int, int]) -> None:
    (found,) = compiler.xmile.parse_xmile(Source("m.xmile", text))[1]
    assert found.span
    location = found.span.location
    assert (location.line, location.column) == wanted
