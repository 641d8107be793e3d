"""The canonical layout, and that nothing but layout changes."""

from __future__ import annotations

import pytest

from s3c.compiler import Source, syntax


def formatted(text: str) -> str:
    result = syntax.format_document(syntax.parse(Source("m.mdl", text))[0])
    again = syntax.format_document(syntax.parse(Source("m.mdl", result))[0])
    assert again == result
    return result


@pytest.mark.parametrize(
    ("body", "laid_out"),
    [
        ("x=a+b*-c", "x =\n\ta + b * -c"),
        ("x   =\ta\n-\n(b)", "x =\n\ta - (b)"),
        ("x==5", "x ==\n\t5"),
        ("x:=a", "x :=\n\ta"),
        ("x :raw: := a", "x:RAW::=\n\ta"),
        ("x[a,b]=INTEG (y[ a , b ]^2,0)", "x[a, b] =\n\tINTEG(y[a, b]^2, 0)"),
        ("x=SUM(a[D !])", "x =\n\tSUM(a[D!])"),
        ("x=m(a,b:c,d)", "x =\n\tm(a, b : c, d)"),
        ("x=if then else(a=b:and::not:c,1,2)", "x =\n\tif then else(a = b :AND: :NOT: c, 1, 2)"),
        ("x={first}a+{second}b{third}", "x =\n\t{first} a + {second} b {third}"),
        ("x=birth {per head} rate", "x =\n\tbirth {per head} rate"),
        ("x[D]:except:[e],[f]=1", "x[D] :EXCEPT: [e], [f] =\n\t1"),
        ("x[D]=1,-2,- 3", "x[D] =\n\t1, -2, -3"),
        ("x[D,E]=1,2;3,4;", "x[D, E] =\n\t1, 2;\n\t3, 4;"),
        ("x[D]=TABBED ARRAY(\n\t1\t2\n\t3)", "x[D] =\n\tTABBED ARRAY(\n\t1\t2\n\t3)"),
        ("x( [(0,0)-(9,-9)] , (0 , 0),( 1,- 1) )", "x(\n\t[(0,0)-(9,-9)], (0,0), (1,-1))"),
        ("x=WITH LOOKUP(a,((0,0),(1,1)))", "x =\n\tWITH LOOKUP(a, ((0,0), (1,1)))"),
        ("D:(a1-a3),b->E,(F:c,d)", "D:\n\t(a1-a3), b -> E, (F: c, d)"),
        ("D<->E", "D <-> E"),
        ("x:is:'a'", "x :IS: 'a'"),
        ("x", "x"),
        ("x=", "x ="),
        ("t:TEST INPUT:x=1", "t :TEST INPUT:\n\tx = 1"),
        ("t:THE CONDITION:a:IMPLIES:b", "t :THE CONDITION:\n\ta :IMPLIES: b"),
        ('"a  b"=1', '"a  b" =\n\t1'),
    ],
)
def test_bodies(body: str, laid_out: str) -> None:
    assert formatted(f"{body}~~|") == f"{laid_out}\n\t~~|\n\n"


def test_fields() -> None:
    text = "{UTF-8} {note}\r\nx=1~ m [ 0 , ? ]~ Some\r\n\r\n\t\twords. ~:SUP|"
    assert formatted(text) == (
        "{UTF-8}\r\n{note}\r\nx =\r\n\t1\r\n\t~\tm [ 0 , ? ]\r\n\t~\tSome\r\n"
        "\r\n\t\twords.\r\n\t~\t:SUPPLEMENTARY\r\n\t|\r\n\r\n"
    )


def test_groups_and_macros() -> None:
    text = ":macro:M( a,b:c )M=a~~|c=b~~|{end}:end of macro: *** .G ***~ c |x=1~~|"
    stars = "*" * 56
    assert formatted(text) == (
        ":MACRO: M(a, b : c)\nM =\n\ta\n\t~~|\n\nc =\n\tb\n\t~~|\n\n{end}\n:END OF MACRO:\n\n"
        f"{stars}\n\t.G\n{stars}~\n\t\tc\n\t|\n\nx =\n\t1\n\t~~|\n\n"
    )


def test_the_sketch_and_the_settings_stay_as_they_are() -> None:
    tail = "\\\\\\---/// Sketch\n*View 1\r\n10,1,x|\n///---\\\\\\\n:L\x7f<%^E!@\n1:a\r"
    assert formatted(f"x = 1~~|\n{tail}").endswith(f"\n{tail}")


def test_long_lines_are_broken_at_blanks() -> None:
    names = " + ".join(f"some rather long name {i}" for i in range(9))
    words = "word " * 40
    text = formatted(f"x={names}~~{words}|")
    assert all(len(line.expandtabs(8)) <= 80 for line in text.splitlines())
    assert " + \\\n\t\tsome" in text or " \\\n\t\t+ some" in text
    (equation,) = syntax.parse(Source("m.mdl", text))[0].equations()
    assert equation.comment == words.strip()


def test_what_has_errors_stays_as_it_is() -> None:
    bad = "y  =  ( 1 ~ u~  c |"
    text = formatted(f"x=1~~|\n\n\n{bad}\nz=2~~|")
    assert text == f"x =\n\t1\n\t~~|\n\n{bad}\n\nz =\n\t2\n\t~~|\n\n"
