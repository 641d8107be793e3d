"""What variables are to a modeller that files, data and limits give: the kinds and reasons."""

from __future__ import annotations

import pytest
from model_texts import ordered

from s3c.compiler import graph, system
from s3c.runtime import Kind

CELLS = "('book.xlsx', 'sheet', 'B2')"
DATA = "('book.xlsx', 'sheet', '1', 'B2')"


@pytest.mark.parametrize(
    ("text", "kind", "reason"),
    [
        (f"x = GET XLS CONSTANTS{CELLS}", Kind.CONSTANT,
         "a number in a file, which a run may change"),
        (f"x == GET XLS CONSTANTS{CELLS}", Kind.CONSTANT,
         "a number in a file that runs may not change (==)"),
        (f"R: a, b ~~|\nx[R] = GET XLS CONSTANTS{CELLS}", Kind.CONSTANT,
         "numbers in a file, which a run may change"),
        (f"x = GET XLS LOOKUPS{DATA}", Kind.LOOKUP, "points in a file"),
        (f"x := GET XLS DATA{DATA}", Kind.DATA, "given in a file, over time"),
        ("x ", Kind.DATA, "given from outside the model, over time"),
        ("x := 2 * d ~~|\nd ", Kind.DATA, "computed from data: a data equation (:=)"),
        ("R: a, b ~~|\nx[a] := Time ~~|\nx[b] := 2 * Time", Kind.DATA,
         "computed from data: a data equation (:=)"),
        (f"R: a, b ~~|\nx[a] := GET XLS DATA{DATA} ~~|\nx[b] := 2 * x[a]", Kind.DATA,
         "given from outside the model, over time"),
        ("x = d * 2 ~~|\nd ", Kind.AUXILIARY, "computed from other variables at every time"),
        ("x = SIMULTANEOUS(y, 1) ~~|\ny = x / 2", Kind.AUXILIARY,
         "settles with what needs it: SIMULTANEOUS"),
        ("x = ACTIVE INITIAL(y, 1) ~~|\ny = INTEG(x, x)", Kind.FLOW, "flows into y"),
        ("R: a, b ~~|\ny[R] = INTEG(0, 1) ~~|\nx = SHIFT IF TRUE(y[a], Time > 1, 2, 0, Time)",
         Kind.AUXILIARY, "what leaves a stock: SHIFT IF TRUE"),
    ],
)  # fmt: skip
def test_kinds_and_their_reasons(text: str, kind: Kind, reason: str) -> None:
    assert ordered(f"{text} ~~|\n").kinds[system.VarId("x")] == graph.Classified(kind, reason)


def test_what_holds_the_points_of_data_is_data() -> None:
    kinds = ordered("x ~~|\n").kinds
    expected = graph.Classified(Kind.DATA, "given from outside the model")
    assert kinds[system.VarId("#x>data#")] == expected


def flows(rate: str) -> dict[str, str]:
    """What is a flow of a stock with a rate."""
    schedule = ordered(
        f"s = INTEG({rate}, 9) ~~|\nin = Time ~~|\nout = Time ~~|\nfixed = 2 ~~|\n"
        "other = INTEG(in, 0) ~~|\nthen = s ~~|\n"
    )
    assert schedule.kinds[system.VarId("fixed")].kind is Kind.CONSTANT
    assert schedule.kinds[system.VarId("other")].kind is Kind.STOCK
    return {
        schedule.system.variables[name].name: each.reason.removeprefix("flows ")
        for name, each in schedule.kinds.items()
        if each.kind is Kind.FLOW and name != "in"
    }


@pytest.mark.parametrize(
    ("rate", "found"),
    [
        ("out - fixed + other", {"out": "into s"}),
        ("-out", {"out": "out of s"}),
        ("-(out - then)", {"out": "out of s", "then": "into s"}),
        ("fixed - (fixed - (out - then))", {"out": "into s", "then": "out of s"}),
        ("2 * out", {}),
        ("MAX(-out, -(s / TIME STEP))", {"out": "out of s"}),  # a stock never below zero
        ("MAX(-out, -(other / TIME STEP))", {}),
        ("MAX(-out, -(s / fixed))", {}),
        ("MIN(-out, -(s / TIME STEP))", {}),
    ],
)
def test_what_a_rate_adds_or_subtracts_by_name_is_a_flow(rate: str, found: dict[str, str]) -> None:
    assert flows(rate) == found


def test_the_first_stock_of_the_file_says_where_to_a_flow_goes() -> None:
    schedule = ordered("s = INTEG(-f, 0) ~~|\nt = INTEG(f, 0) ~~|\nf = Time ~~|\n")
    assert schedule.kinds[system.VarId("f")].reason == "flows out of s"


def test_a_hidden_stock_has_no_flows() -> None:
    schedule = ordered("late = DELAY1(f, 2) ~~|\nf = Time ~~|\n")
    assert schedule.kinds[system.VarId("f")].kind is Kind.AUXILIARY
