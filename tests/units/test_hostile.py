"""What nobody would write, and what it costs to look at: no traceback, no hang."""

from __future__ import annotations

from unit_models import CONTROLS, checked, told

A = "a = 1 ~ Person ~|\n"


def test_the_deepest_nesting_that_is_read() -> None:
    sums = "(a + " * 100 + "a" + ")" * 100
    long = " + ".join(["a"] * 240)
    calls = "EXP(" * 55 + "a / a" + ")" * 55
    powers = "(a ^ " * 50 + "2" + ")" * 50
    model = f"{A}b = {sums} ~ Person ~|\nc = {long} ~ Person ~|\nd = {calls} ~ 1 ~|\n"
    assert told(model + CONTROLS) == []
    assert {code for code, _ in told(f"{A}e = {powers} ~ Person ~|\n{CONTROLS}")} == {"S3C307"}


def test_macros_that_call_one_another_often() -> None:
    """Each is read once, however many calls would be written out."""
    macros = "".join(
        f":MACRO: M{n}(x)\nM{n} = M{n + 1}(x) + M{n + 1}(x * 2) ~ x ~|\n:END OF MACRO:\n"
        for n in range(300)
    )
    last = ":MACRO: M300(x)\nM300 = x + 1 ~ x ~|\n:END OF MACRO:\n"
    assert told(f"{last}{macros}{A}b = M299(a) ~ Person ~|\n{CONTROLS}") == []


def test_macros_that_nobody_calls_may_go_round() -> None:
    macros = "".join(
        f":MACRO: M{n}(x)\nM{n} = M{1 - n}(x) ~ x ~|\n:END OF MACRO:\n" for n in range(2)
    )
    assert told(macros + A + CONTROLS) == []


def test_units_that_grow_are_not_known() -> None:
    many = "".join(f"v{n} = 1 ~ u{n} ~|\n" for n in range(240))
    product = " * ".join(f"v{n}" for n in range(240))
    assert told(f"{many}x = {product} ~ Person ~|\n{CONTROLS}") == []
    assert told(f"{A}x = ((a ^ 900) ^ 900) ^ 1e300 ~ Person ~|\n{CONTROLS}") == []


def test_what_is_shown_cannot_steer_a_terminal() -> None:
    (found,) = checked("a = 1 ~ Per\x1bson ~|\nb = a ~ Year ~|\n" + CONTROLS).diagnostics
    assert "\x1b" not in str(found)
