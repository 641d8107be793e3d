"""A model whose units are right, and what is found when one thing in it is made wrong."""

from __future__ import annotations

import pytest
from unit_models import CONTROLS, checked, told

from s3c.compiler import CODES

MODEL = (
    """{UTF-8}
Region: north, south ~~|
:MACRO: DRAIN(level, life)
DRAIN = level / life ~ level / life ~|
:END OF MACRO:
:MACRO: STORE(flow, first : twice)
STORE = INTEG(flow, first) ~ first ~|
twice = 2 * STORE ~ first ~|
:END OF MACRO:
Population[Region] = INTEG(births[Region] - deaths[Region], start[Region]) ~ People ~|
start[Region] = 100, 200 ~ Person ~|
births[Region] = birth rate * Population[Region] * crowding(share[Region]) ~ Person/Year ~|
deaths[Region] = DRAIN(Population[Region], lifetime) ~ Persons / Year ~|
share[Region] = Population[Region] / SUM(Population[Region!]) ~ Dmnl ~|
birth rate = 0.03 ~ 1/Year ~|
lifetime = 70 ~ Years ~|
crowding((0, 1), (1, 0.5)) ~ Dimensionless ~|
felt = WITH LOOKUP(share[north], ((0, 0), (1, 20))) ~ $/Person ~|
total = SUM(Population[Region!]) + 0 ~ person ~|
largest = MAX(Population[north], 10) ~ Person ~|
chosen = IF THEN ELSE(total > 100 :AND: :NOT: (Time < lifetime), total, largest) ~ Person ~|
late = DELAY3(births[north], lifetime) + SMOOTH(births[south], 5) ~ Person/Year ~|
under way = DELAYP(births[north], lifetime : pipe) * 1 ~ Person/Year ~|
piped = pipe + total ~ Person ~|
fixed = DELAY FIXED(births[north], lifetime, 0) ~ Person/Year ~|
growing = TREND(total, lifetime, birth rate) ~ 1/Year ~|
square = total ^ 2 ~ Person*Person ~|
root = SQRT(square) + square ^ 0.5 + POWER(square, 1/2) ~ Person ~|
raised = share[north] ^ share[south] ~ 1 ~|
decline = EXP(-Time / lifetime) + LN(share[north]) ~ Dmnl ~|
ramped = RAMP(birth rate * total, 1, 5) + STEP(total, 3) ~ Person ~|
pulsed = PULSE(2, TIME STEP) * total / TIME STEP ~ Person/Year ~|
noise = RANDOM NORMAL(0, total, 5, largest, 0) ~ Person ~|
stored = STORE(births[north], 10 : double) + double ~ Person ~|
spread = ZIDZ(total, lifetime) + XIDZ(total, lifetime, births[north]) ~ Person/Year ~|
area = LOOKUP AREA(prices, 1, 2) ~ $/Ton ~|
prices((0, 1), (1, 2)) ~ $/Ton ~|
"""
    + CONTROLS
)

# What is planted: what stands there, what is put in its place, the code and what is underlined.
PLANTED = {
    "sum": ("SUM(Population[Region!]) + 0 ~", "SUM(Population[Region!]) + lifetime ~", "S3C302",
            "SUM(Population[Region!]) + lifetime"),
    "difference": ("births[Region] - deaths[Region],", "births[Region] - total,", "S3C302",
                   "births[Region] - total"),
    "comparison": ("total > 100", "total > lifetime", "S3C302", "total > lifetime"),
    "time compared": ("Time < lifetime", "Time < total", "S3C302", "(Time < total)"),
    "maximum": ("MAX(Population[north], 10)", "MAX(Population[north], lifetime)", "S3C302",
                "MAX(Population[north], lifetime)"),
    "branches": ("total, largest) ~", "total, lifetime) ~", "S3C302", None),
    "condition": (":NOT: (Time < lifetime)", ":NOT: lifetime", "S3C310", "lifetime"),
    "condition of a choice": ("ELSE(total > 100 :AND: :NOT: (Time < lifetime)", "ELSE(total",
                              "S3C310", "total"),
    "operand of and": ("total > 100 :AND:", "total :AND:", "S3C310", "total"),
    "right side": ("~ 1/Year ~|\nlifetime", "~ 1/Month ~|\nlifetime", "S3C303", None),
    "left side": ("10) ~ Person ~|\nchosen", "10) ~ Widget ~|\nchosen", "S3C303", None),
    "rate of a stock": ("births[Region] - deaths[Region],", "Population[Region],", "S3C305",
                        "Population[Region]"),
    "initial value of a stock": ("deaths[Region], start[Region]", "deaths[Region], lifetime",
                                 "S3C306", "lifetime"),
    "exponent": ("total ^ 2 ~", "total ^ lifetime ~", "S3C307", "total ^ lifetime"),
    "base": ("share[north] ^ share[south]", "total ^ share[south]", "S3C307",
             "total ^ share[south]"),
    "power": ("total ^ 2 ~", "total ^ 3 ~", "S3C303", "total ^ 3"),
    "argument without dimension": ("EXP(-Time / lifetime)", "EXP(-Time)", "S3C304", "-Time"),
    "logarithm": ("LN(share[north])", "LN(total)", "S3C304", "total"),
    "delay time": ("DELAY3(births[north], lifetime)", "DELAY3(births[north], total)", "S3C304",
                   "total"),
    "fixed delay": ("DELAY FIXED(births[north], lifetime", "DELAY FIXED(births[north], birth rate",
                    "S3C304", "birth rate"),
    "initial value of a delay": ("lifetime, 0) ~", "lifetime, total) ~", "S3C304", "total"),
    "input of a delay": ("DELAY3(births[north]", "DELAY3(total", "S3C302", None),
    "what is under way": ("pipe + total", "pipe + births[north]", "S3C302", "pipe + births[north]"),
    "trend": ("TREND(total, lifetime, birth rate)", "TREND(total, lifetime, lifetime)", "S3C304",
              "lifetime"),
    "ramp": ("RAMP(birth rate * total", "RAMP(total", "S3C302", None),
    "time of a step": ("STEP(total, 3)", "STEP(total, share[north])", "S3C304", "share[north]"),
    "pulse": ("PULSE(2, TIME STEP)", "PULSE(2, total)", "S3C304", "total"),
    "random": ("5, largest, 0)", "5, lifetime, 0)", "S3C304", "lifetime"),
    "division that may be by zero": ("lifetime, births[north])", "lifetime, total)", "S3C304",
                                     "total"),
    "root": ("SQRT(square)", "SQRT(total)", "S3C302", None),
    "lookup's units": ("~ Dimensionless ~|", "~ $ ~|", "S3C303", None),
    "lookup's argument": ("crowding(share[Region])", "crowding(Population[Region])", "S3C309",
                          "Population[Region]"),
    "with lookup": ("WITH LOOKUP(share[north]", "WITH LOOKUP(total", "S3C309", "total"),
    "function of a lookup": ("prices((0, 1), (1, 2)) ~ $/Ton", "prices((0, 1), (1, 2)) ~ $",
                             "S3C303", "LOOKUP AREA(prices, 1, 2)"),
    "macro's argument": ("STORE(births[north], 10", "STORE(births[north], lifetime", "S3C304",
                         "lifetime"),
    "macro's result": ("DRAIN(Population[Region], lifetime)", "DRAIN(start[Region], birth rate)",
                       "S3C303", "DRAIN(start[Region], birth rate)"),
    "macro's output": ("+ double ~", "+ double / lifetime ~", "S3C302", None),
    "within a macro": ("INTEG(flow, first) ~", "INTEG(first, first) ~", "S3C305", "first"),
    "marked subscripts": ("Population[Region] / SUM(Population[Region!])",
                          "Population[Region] / SUM(start[Region!]) * lifetime", "S3C303", None),
    "control": ("FINAL TIME = 10 ~ Year", "FINAL TIME = 10 ~ Month", "S3C311", "Month"),
    "unreadable units": ("~ $/Person ~", "~ $/(Person ~", "S3C301", None),
    "number in units": ("~ $/Person ~", "~ 1000*$/Person ~", "S3C301", "1000"),
}  # fmt: skip


def test_every_kind_of_mistake_is_planted() -> None:
    kinds = {code for code in CODES if code.startswith("S3C3")}
    elsewhere = {"S3C308", "S3C312"}  # in tests of their own, below
    assert {code for _, _, code, _ in PLANTED.values()} == kinds - elsewhere


def test_the_model_is_clean() -> None:
    assert told(MODEL) == []


@pytest.mark.parametrize("kind", PLANTED)
def test_what_is_planted_is_found(kind: str) -> None:
    before, after, code, underlined = PLANTED[kind]
    assert MODEL.count(before) == 1, before
    found = told(MODEL.replace(before, after))
    codes = [each for each, _ in found]
    assert code in codes, found
    if underlined is not None:
        assert (code, underlined) in found


def test_what_is_wrong_in_a_part_is_told_once() -> None:
    model = "a = 1 ~ Person ~|\nb = (EXP(a) + a) * a + 1 / a ~ Year ~|\n"
    assert told(model + CONTROLS) == [("S3C304", "a")]


def test_units_in_a_comment_or_over_lines_are_read() -> None:
    model = "a = 1 ~ {of them} Person / \\\n Year ~|\nb = a ~ Person ~|\n"
    assert told(model + CONTROLS) == [("S3C303", "a")]


def test_elements_are_said_to_have_different_units() -> None:
    model = "R: a, b ~~|\nx[a] = 1 ~ Person ~|\nx[b] = 2 ~ Widget ~|\n" + CONTROLS
    assert told(model) == [("S3C312", "Widget")]


def test_variables_without_units_are_one_warning() -> None:
    (found,) = checked("x = 1 ~~|\ny = x ~~|\nz = y + x ~ Person ~|\n" + CONTROLS).diagnostics
    assert (found.code, found.is_error) == ("S3C308", False)
    assert found.message == "“x” and 1 other variable have no units"
    assert [each.message for each in found.notes] == ["the others are “y” (line 2)"]
    assert found.span is not None
    assert found.span.text == "x"


def test_of_very_many_variables_without_units_some_are_named() -> None:
    (found,) = checked("".join(f"x{n} = 1 ~~|\n" for n in range(50)) + CONTROLS).diagnostics
    assert found.message == "“x0” and 49 other variables have no units"
    assert found.notes[0].message.endswith("“x30” (line 31), 19 more")


def test_a_message_shows_both_sides_and_the_parts() -> None:
    (found,) = checked(
        "a = 1 ~ People ~|\nb = 2 ~ Year ~|\nc = a / b + a ~ Person ~|" + CONTROLS
    ).diagnostics[:1]
    shown = str(found)
    assert "“Person/Year” and “Person” are added" in shown
    assert "this is in “Person/Year”" in shown
    assert "this is in “Person”" in shown
    assert "the parts are a [Person], b [Year]" in shown
    assert "a factor in “1/Year” is missing" in shown


def test_synonyms_that_are_missing_are_named() -> None:
    model = "a = 1 ~ Widget ~|\nb = a ~ Widgets ~|\n" + CONTROLS
    (found,) = checked(model).diagnostics
    assert "22:Widget,Widgets" in found.hint
    settings = "\\\\\\---/// Sketch\nV300\n*View 1\n///---\\\\\\\n:L<%^E!@\n22:Widget,Widgets\n"
    assert told(model + settings) == []


def test_zero_and_missing_fit_any_units() -> None:
    assert told("a = 0 ~ Person ~|\nb = IF THEN ELSE(a = :NA:, 0, a) ~ Person ~|" + CONTROLS) == []


def test_a_number_has_no_dimension_in_a_product() -> None:
    assert told(
        "a = 3 ~ Person ~|\nb = 2 * a / 5 ~ Person ~|\nc = 1 / a ~ Person ~|" + CONTROLS
    ) == [("S3C303", "1 / a")]


def test_macros_call_macros() -> None:
    model = (
        ":MACRO: OUTER(x, tau)\nOUTER = INNER(x, tau) + x / tau ~ x / tau ~|\n:END OF MACRO:\n"
        ":MACRO: INNER(x, tau)\nINNER = x / tau ~~|\n:END OF MACRO:\n"
        "a = 1 ~ Person ~|\nb = OUTER(a, 2) ~ Person ~|\nc = OUTER(a, life) ~ Person/Year ~|\n"
        "life = 3 ~ Year ~|\nd = OUTER(a, a) ~ Person ~|\n"
    )
    assert told(model + CONTROLS) == [("S3C303", "OUTER(a, a)")]


def test_data_are_held_against_their_units() -> None:
    model = "d ~ Person ~|\ne := d * 2 ~ Widget ~|\nf = d + t ~ Person ~|\nt = 1 ~ Year ~|\n"
    assert told(model + CONTROLS) == [("S3C303", "d * 2"), ("S3C302", "d + t")]


def test_a_lookup_may_be_called_as_a_function_is() -> None:
    model = "step((0, 0), (1, 1)) ~ Person ~|\na = step(0.5) ~ Person ~|\n" + CONTROLS
    assert told(model) == []


def test_settings_that_say_nothing_are_no_synonyms() -> None:
    settings = "\\\\\\---/// Sketch\nV300\n*View 1\n///---\\\\\\\n:L<%^E!@\n22:\n22:\t,\n22:,,\n"
    assert told("a = 1 ~ Person ~|\n" + CONTROLS + settings) == []
