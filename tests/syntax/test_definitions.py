"""Every form of definition (reference B.1 to B.7, B.9, B.11, B.13), and its tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from s3c.compiler import syntax

if TYPE_CHECKING:
    from collections.abc import Callable

A, B, C = syntax.Reference("a"), syntax.Reference("b"), syntax.Reference("c")
X = syntax.Target("x")
EQUALS, DATA = syntax.Assignment.EQUALS, syntax.Assignment.DATA


def subs(*names: str) -> tuple[syntax.Subscript, ...]:
    return tuple(syntax.Subscript(name.rstrip("!"), name.endswith("!")) for name in names)


def numbers(*names: str) -> tuple[syntax.Number, ...]:
    return tuple(syntax.Number(float(name)) for name in names)


XD = syntax.Target("x", subs("D"))
TABLE = syntax.Table(((0.0, 0.0), (1.0, -2.0)))
FILE = syntax.Call(syntax.Reference("GET DIRECT LOOKUPS"), (syntax.Text("f.csv"), syntax.Text(",")))

FORMS: dict[str, syntax.Definition] = {
    # Constants and expressions.
    "x = 5": syntax.Formula(X, EQUALS, syntax.Number(5.0)),
    "x == 5": syntax.Formula(X, syntax.Assignment.UNCHANGEABLE, syntax.Number(5.0)),
    "x = -5": syntax.Formula(
        X, EQUALS, syntax.Unary(syntax.UnaryOperator.MINUS, syntax.Number(5.0))
    ),
    "x = :NA:": syntax.Formula(X, EQUALS, syntax.Missing()),
    "x[D] = a": syntax.Formula(XD, EQUALS, A),
    "x = a = b": syntax.Formula(X, EQUALS, syntax.Binary(syntax.BinaryOperator.EQUAL, A, B)),
    "x = (a)": syntax.Formula(X, EQUALS, A),
    "x = f()": syntax.Formula(X, EQUALS, syntax.Call(syntax.Reference("f"), ())),
    "x = INTEG (a, b)": syntax.Formula(X, EQUALS, syntax.Call(syntax.Reference("INTEG"), (A, B))),
    "x = f[e](a)": syntax.Formula(X, EQUALS, syntax.Call(syntax.Reference("f", subs("e")), (A,))),
    "x = SUM(a[D!, e])": syntax.Formula(
        X, EQUALS, syntax.Call(syntax.Reference("SUM"), (syntax.Reference("a", subs("D!", "e")),))
    ),
    "x = SUM(a[D !])": syntax.Formula(
        X, EQUALS, syntax.Call(syntax.Reference("SUM"), (syntax.Reference("a", subs("D!")),))
    ),
    "x = ADD3(a, b : c, d[e])": syntax.Formula(
        X,
        EQUALS,
        syntax.Call(syntax.Reference("ADD3"), (A, B), (C, syntax.Reference("d", subs("e")))),
    ),
    "x = A FUNCTION OF(-a, b)": syntax.Formula(
        X,
        EQUALS,
        syntax.Call(
            syntax.Reference("A FUNCTION OF"), (syntax.Unary(syntax.UnaryOperator.MINUS, A), B)
        ),
    ),
    "x=": syntax.Empty(X, EQUALS),
    "x[D] = ": syntax.Empty(XD, EQUALS),
    "x :=": syntax.Empty(X, DATA),
    # Lists and arrays of constants.
    "x[D] = 1, 2.5, 3": syntax.Values(XD, EQUALS, ((1.0, 2.5, 3.0),)),
    "x[D] = 1,2;3,4;": syntax.Values(XD, EQUALS, ((1.0, 2.0), (3.0, 4.0))),
    "x[D] = 1,2;3,4": syntax.Values(XD, EQUALS, ((1.0, 2.0), (3.0, 4.0))),
    "x[D] = 1;2": syntax.Values(XD, EQUALS, ((1.0,), (2.0,))),
    "x[D] = 1;": syntax.Values(XD, EQUALS, ((1.0,),)),
    "x[D] == - 1, + 2, :NA:": syntax.Values(
        XD, syntax.Assignment.UNCHANGEABLE, ((-1.0, 2.0, None),)
    ),
    "x[D] = 1\\\n\t\t,2\\\n\t\t;3,4;": syntax.Values(XD, EQUALS, ((1.0, 2.0), (3.0, 4.0))),
    "x[D] = TABBED ARRAY(\n\t1\t-2\n\t3\t4e1\n)": syntax.Values(
        XD, EQUALS, ((1.0, -2.0), (3.0, 40.0)), True
    ),
    "x[D] == tabbed_array(1 2\\\n\t3\r\n4 5 :NA:)": syntax.Values(
        XD, syntax.Assignment.UNCHANGEABLE, ((1.0, 2.0, 3.0), (4.0, 5.0, None)), True
    ),
    # Exceptions.
    "x[D] :EXCEPT: [e] = 1": syntax.Formula(
        syntax.Target("x", subs("D"), (subs("e"),)), EQUALS, syntax.Number(1.0)
    ),
    "x[D, E] :except: [d, E], [D,e]=1,2": syntax.Values(
        syntax.Target("x", subs("D", "E"), (subs("d", "E"), subs("D", "e"))), EQUALS, ((1.0, 2.0),)
    ),
    # Lookups.
    "x((0,0),(1,-2))": syntax.Lookup(X, TABLE),
    "x[D]( (0 , 0) , (+ 1,- 2) )": syntax.Lookup(XD, TABLE),
    "x([(0,-5)-(10,5)],(0,0),(1,-2))": syntax.Lookup(
        X, syntax.Table(TABLE.points, ((0.0, -5.0), (10.0, 5.0)))
    ),
    "x([(0,0)-(9,9),(3,3),(4,4)],(0,0),(1,-2))": syntax.Lookup(
        X, syntax.Table(TABLE.points, ((0.0, 0.0), (9.0, 9.0), (3.0, 3.0), (4.0, 4.0)))
    ),
    "x(0,1,0,-2)": syntax.Lookup(X, TABLE),
    "x(GET DIRECT LOOKUPS('f.csv', ','))": syntax.Lookup(X, FILE),
    "x = GET DIRECT LOOKUPS('f.csv', ',')": syntax.Formula(X, EQUALS, FILE),
    "x = WITH LOOKUP(a, ([(0,0)-(9,9)],(0,0),(1,-2)))": syntax.Formula(
        X,
        EQUALS,
        syntax.Call(
            syntax.Reference("WITH LOOKUP"),
            (A, syntax.Table(TABLE.points, ((0.0, 0.0), (9.0, 9.0)))),
        ),
    ),
    "x = WITH LOOKUP((a), ((0,0),(1,- 2)))": syntax.Formula(
        X, EQUALS, syntax.Call(syntax.Reference("WITH LOOKUP"), (A, TABLE))
    ),
    # Data.
    "x": syntax.Data(X),
    "x[D] :RAW:": syntax.Data(XD, syntax.DataKeyword.RAW),
    "x :RAW: :=": syntax.Data(X, syntax.DataKeyword.RAW),
    "x := a": syntax.Formula(X, DATA, A),
    "x:RAW::=a": syntax.Formula(X, DATA, A, syntax.DataKeyword.RAW),
    "x :INTERPOLATE: := a": syntax.Formula(X, DATA, A, syntax.DataKeyword.INTERPOLATE),
    "x :Hold_Backward: := a": syntax.Formula(X, DATA, A, syntax.DataKeyword.HOLD_BACKWARD),
    "x :LOOK FORWARD: = a": syntax.Formula(X, EQUALS, A, syntax.DataKeyword.LOOK_FORWARD),
    # Strings.
    "x :IS: 'a | b'": syntax.StringVariable(X, syntax.Text("a | b")),
    # Subscript ranges.
    "D: a, b": syntax.SubscriptRange("D", subs("a", "b")),
    "D : (a1-a10), b": syntax.SubscriptRange("D", (syntax.NumericRange("a1", "a10"), *subs("b"))),
    "D: a, b -> E": syntax.SubscriptRange("D", subs("a", "b"), (syntax.Mapping("E"),)),
    "D: a->E, (F: c, G)": syntax.SubscriptRange(
        "D", subs("a"), (syntax.Mapping("E"), syntax.Mapping("F", subs("c", "G")))
    ),
    "D: a -> (E: (e1-e3), f)": syntax.SubscriptRange(
        "D", subs("a"), (syntax.Mapping("E", (syntax.NumericRange("e1", "e3"), *subs("f"))),)
    ),
    "D: GET XLS SUBSCRIPT('f', 't') -> E": syntax.SubscriptRange(
        "D",
        syntax.Call(syntax.Reference("GET XLS SUBSCRIPT"), (syntax.Text("f"), syntax.Text("t"))),
        (syntax.Mapping("E"),),
    ),
    "D <-> E": syntax.Equivalence("D", "E"),
    # Reality checks.
    "t[D] :TEST INPUT: x[D] = RC STEP(x[D], 0)": syntax.TestInput(
        syntax.Target("t", subs("D")),
        XD,
        syntax.Call(
            syntax.Reference("RC STEP"), (syntax.Reference("x", subs("D")), syntax.Number(0.0))
        ),
    ),
    "t:THE CONDITION:a=0:IMPLIES:b=0": syntax.Constraint(
        syntax.Target("t"),
        syntax.Binary(syntax.BinaryOperator.EQUAL, A, syntax.Number(0.0)),
        syntax.Binary(syntax.BinaryOperator.EQUAL, B, syntax.Number(0.0)),
    ),
}


@pytest.mark.parametrize("body", FORMS)
def test_form(body: str, define: Callable[[str], syntax.Definition]) -> None:
    assert define(body) == FORMS[body]


NAMES = {
    "birth rate": "birth rate",
    "birth   rate": "birth rate",
    "birth \t_ rate": "birth _ rate",
    "birth ra\\\n\t\tte": "birth rate",
    "birth \\\r\n\t\trate": "birth rate",
    "birth\n\trate": "birth rate",
    "birth {per head} rate": "birth rate",
    "Marg Capital'Energy per Capital": "Marg Capital'Energy per Capital",
    "R&D share %": "R&D share %",
    "price in $": "price in $",
    "பிறப்பு விகிதம்": "பிறப்பு விகிதம்",
    "größe é ñ": "größe é ñ",
    '"1995€/$"': '"1995€/$"',
    '"a | b ~ c"': '"a | b ~ c"',
    '"say \\"hello\\", \\ world\\n"': '"say \\"hello\\", \\ world\\n"',
    '"broken \\\n\t\tname"': '"broken name"',
    "import": "import",
}


@pytest.mark.parametrize("written", NAMES)
def test_name(written: str, define: Callable[[str], syntax.Definition]) -> None:
    target, name = syntax.Target(NAMES[written]), syntax.Reference(NAMES[written])
    assert define(f"{written} = {written}") == syntax.Formula(target, EQUALS, name)
    assert define(f"{written}({written}(1))") == syntax.Lookup(
        target, syntax.Call(name, numbers("1"))
    )
    assert define(f"{written} : {written}") == syntax.SubscriptRange(
        NAMES[written], subs(NAMES[written])
    )


@pytest.mark.parametrize(
    "written", ["1", "1.", ".5", "0.5", "1e3", "1E-06", "3e-05", "1e+06", "007"]
)
def test_number(written: str, define: Callable[[str], syntax.Definition]) -> None:
    assert define(f"x = {written}") == syntax.Formula(X, EQUALS, syntax.Number(float(written)))


def test_extents_are_places_in_the_text_as_written(
    define: Callable[[str], syntax.Definition],
) -> None:
    body = "x[D] = {first} a * (b\\\n\t\t - fo\\\n\t\to[e! ])"
    formula = define(body)

    def text(
        node: syntax.Definition
        | syntax.Reference
        | syntax.Binary
        | syntax.Subscript
        | syntax.Target,
    ) -> str:
        return body[node.extent.start : node.extent.end]

    assert isinstance(formula, syntax.Formula)
    assert text(formula) == body
    assert text(formula.target) == "x[D]"
    match formula.expression:
        case syntax.Binary(
            left=syntax.Reference() as a,
            right=syntax.Binary(
                left=syntax.Reference() as b, right=syntax.Reference() as foo
            ) as inner,
        ):
            assert text(a) == "a"
            assert text(inner) == "(b\\\n\t\t - fo\\\n\t\to[e! ])"
            assert text(b) == "b"
            assert text(foo) == "fo\\\n\t\to[e! ]"
            assert text(foo.subscripts[0]) == "e!"
        case other:
            pytest.fail(repr(other))
