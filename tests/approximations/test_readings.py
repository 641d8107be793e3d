"""What is told of a model that Vensim may read otherwise, and what is not."""

from __future__ import annotations

import time

import pytest
from model_texts import TIMES

from s3c.compiler import Diagnostic, Source, check

SETTINGS = ":L<%^E!@\n"


def told(text: str, name: str = "m.mdl", times: str = TIMES) -> list[Diagnostic]:
    """All that is said of a model but S3C205."""
    found = check(Source(name, text + times)).diagnostics
    return [each for each in found if each.code != "S3C205"]


def marked(text: str, name: str = "m.mdl") -> list[tuple[str, str]]:
    return [(each.code, each.span.text if each.span else "") for each in told(text, name)]


# --- Draws ---


def test_the_first_draw_of_a_model_is_worth_a_remark() -> None:
    text = "x = 1 + RANDOM UNIFORM(0, 1, 0) ~~|\ny = RANDOM NORMAL(0, 1, 0, 1, 0) ~~|\n"
    (found,) = told(text)
    assert (found.code, str(found.severity)) == ("S3C250", "info")
    assert found.span is not None
    assert found.span.text == "RANDOM UNIFORM(0, 1, 0)"


def test_draws_within_macros_are_told_at_the_call() -> None:
    inside = ":MACRO: NOISE(a)\nNOISE = a * RANDOM 0 1() ~~|\n:END OF MACRO:\n"
    assert [code for code, _ in marked(f"{inside}x = NOISE(2) + NOISE(3) ~~|\n")] == ["S3C250"]
    assert marked(f"{inside}x = 2 ~~|\n") == []
    pink = "RANDOM PINK NOISE(0, 1, 3, 1)"
    assert ("S3C250", pink) in marked(f"x = {pink} ~~|\n")


def test_a_macro_that_is_called_as_a_function_draws_nothing() -> None:
    own = ":MACRO: RANDOM UNIFORM(a, b, c)\nRANDOM UNIFORM = a + b + c ~~|\n:END OF MACRO:\n"
    assert marked(f"{own}x = RANDOM UNIFORM(1, 2, 3) ~~|\n") == []


# --- Settings ---


@pytest.mark.parametrize(
    ("technique", "words"),
    [
        ("0", None),
        ("1", "how Vensim halves"),
        ("2", "difference equations"),
        ("3", "RK2 with fixed steps"),
        ("4", "RK2 Auto"),
        ("5", None),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_techniques(technique: str, words: str | None, end: str) -> None:
    text = f"x = 1 ~~|\n{TIMES}{SETTINGS}22:$,Dollar\n15:0,0,0,{technique},0,0\n"
    found = told(text.replace("\n", end), times="")
    assert [each.code for each in found] == ([] if words is None else ["S3C251"])
    for each in found:
        assert words is not None
        assert words in each.message
        assert each.span is not None
        assert each.span.text == f"15:0,0,0,{technique},0,0"


@pytest.mark.parametrize("method", ["euler", "rk2", "RK4", "rk4, gear", "gear, rk4", "a,b,RK2"])
def test_methods_of_xmile(method: str) -> None:
    text = (
        '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">'
        f'<sim_specs method="{method}"><start>0</start><stop>9</stop><dt>1</dt></sim_specs>'
        '<model><variables><aux name="a"><eqn>1</eqn></aux></variables></model></xmile>'
    )
    found = told(text, "m.xmile", "")
    is_first = method.split(",", maxsplit=1)[0].lower() in ("euler", "rk2", "rk4")
    assert [each.code for each in found] == ([] if is_first else ["S3C251"])
    for each in found:
        assert each.span is not None
        assert each.span.text == method


def test_changes_that_the_settings_name() -> None:
    def of(line: str) -> list[str]:
        return [each.code for each in told(f"x = 1 ~~|\n{TIMES}{SETTINGS}{line}\n", times="")]

    assert of("10:best.cin,worse.cin") == ["S3C253"]
    assert of("10:") == of("10: ") == of("100:best.cin") == of("1:best.vdf") == []


# --- Lookups ---


def test_lookups_with_two_values_at_one_x_are_told_together() -> None:
    step = "((0,0), (1,1), (1,2), (2,3))"
    text = "".join(f"t{n}{step} ~~|\n" for n in range(6)) + f"y = WITH LOOKUP(Time, ({step[1:-1]}))"
    (found,) = told(f"{text} ~~|\n")
    assert found.code == "S3C252"
    assert "“t0” has two values at x = 1; at this very x it is taken to be 1" in found.message
    assert [each.message for each in found.notes] == [
        *(f"so has “t{n}” at x = 1" for n in (1, 2, 3)), "and 3 more",
    ]  # fmt: skip


def test_what_is_said_of_a_step_is_what_is_computed() -> None:
    text = "falls((2,9), (1,8), (1,7), (0,6)) ~~|\ny = falls(1) ~~|\n"
    compilation = check(Source("m.mdl", text + TIMES))
    (found,) = [each for each in compilation.diagnostics if each.code == "S3C252"]
    assert compilation.generated is not None
    from s3c.runtime import load_text

    y = load_text(compilation.generated.text, "m.mdl").run()["y"][0]
    assert f"at this very x it is taken to be {y:g}" in found.message


def test_points_that_stand_twice_are_one() -> None:
    assert marked("t((0,0), (1,1), (1,1), (2,3)) ~~|\nx = t(1) ~~|\n") == []


# --- Functions that are uncertain in some models ---

SAMPLE = "x = SAMPLE IF TRUE(Time > 3, Time, 0) ~~|\n"
DELAY = "x = DELAY FIXED(Time, 3, 0) ~~|\n"


@pytest.mark.parametrize(("technique", "codes"), [("0", []), ("5", ["S3C240"])])
def test_sampling_inside_runge_kutta_steps(technique: str, codes: list[str]) -> None:
    found = told(f"{SAMPLE}{TIMES}{SETTINGS}15:0,0,0,{technique}\n", times="")
    assert [each.code for each in found] == codes


@pytest.mark.parametrize(
    ("step", "codes"),
    [("0.5", []), ("1 / 4", []), ("IF THEN ELSE(Time > 5, 0.5, 1)", ["S3C240"])],
)
def test_a_fixed_delay_where_the_time_step_changes(step: str, codes: list[str]) -> None:
    found = told(DELAY, times=TIMES.replace("TIME STEP = 1 ", f"TIME STEP = {step} "))
    assert [each.code for each in found] == codes


def test_each_function_is_told_of_once() -> None:
    times = TIMES.replace("TIME STEP = 1 ", "TIME STEP = IF THEN ELSE(Time > 5, 0.5, 1) ")
    found = told(f"{DELAY}y = 1 + DELAY FIXED(x, 2, 0) ~~|\n", times=times)
    assert [each.code for each in found] == ["S3C240"]


# --- XMILE ---


def xmile(inside: str, before: str = "") -> list[tuple[str, str]]:
    text = (
        '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"'
        ' xmlns:isee="http://iseesystems.com/XMILE">'
        f"<isee:prefs/>{before}<sim_specs><start>0</start><stop>9</stop><dt>1</dt></sim_specs>"
        f'<model><isee:dock/><variables><aux name="a"><eqn>1</eqn>{inside}</aux></variables>'
        "<views><isee:x/></views></model></xmile>"
    )
    return [(each.code, each.span.text if each.span else "") for each in told(text, "m.xmile", "")]


def test_elements_of_other_programs_within_variables() -> None:
    assert xmile("<isee:sum/>") == [("S3C158", "<isee:sum")]
    assert xmile("<isee:sum><isee:b/></isee:sum><isee:sum/>") == [("S3C158", "<isee:sum")]
    assert xmile("<isee:delay_aux/><display/>") == []


def test_data_from_other_files() -> None:
    data = '<data><import type="CSV" resource="a.csv"/></data>'
    assert xmile("", data) == [("S3C158", "<import")]
    assert xmile("", "<data><export/></data>") == []


# --- Files that nobody would write ---


def test_very_many_and_very_long_lines_of_settings_take_no_time() -> None:
    lines = "".join(f"10:{n}.cin\n37:x{n}\n" for n in range(30_000))
    long = f"15:0,0,0,1,{'0,' * 1_000_000}\n"
    text = f"x = GET TIME VALUE(0, 0, 1) ~~|\n{TIMES}{SETTINGS}{lines}{long}"
    began = time.monotonic()
    found = [each.code for each in told(text, times="")]
    assert time.monotonic() - began < 10
    assert sorted(found) == ["S3C240", "S3C249", "S3C251", "S3C253"]
