"""What lint says of a model, and what it leaves alone. docs/diagnostics.md has examples."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3c.compiler import Diagnostic, Source, check, lint
from s3c.runtime import load_text, simulate

CONTROLS = """
INITIAL TIME = 0 ~ Year ~|
FINAL TIME = 10 ~ Year ~|
SAVEPER = TIME STEP ~ Year ~|
"""
STEP = "TIME STEP = {} ~ Year ~|\n"


def model_of(text: str, step: str = "0.25") -> lint.Model:
    compilation = check(Source("m.mdl", text + STEP.format(step) + CONTROLS))
    assert compilation.schedule is not None, compilation.diagnostics
    return lint.Model.of(compilation.document, compilation.schedule)


def found(text: str, code: str, step: str = "0.25") -> list[Diagnostic]:
    return [each for each in lint.lint_model(model_of(text, step)) if each.code == code]


def shown(diagnostics: list[Diagnostic]) -> list[str]:
    return [each.span.text for each in diagnostics if each.span]


def test_each_rule_gives_its_own_code_and_each_code_has_one() -> None:
    codes = [rule.code for rule in lint.RULES]
    assert codes == sorted(set(codes))
    text = "stok = INTEG(2, 0)~~| stock = INTEG(a*3, 7) ~ [0,5] ~| a = 4 ~ [5,6]~|"
    model = model_of(text, "0.3")
    for rule in lint.RULES:
        assert {each.code for each in rule.find(model)} <= {rule.code}


# --- Unused ---


@pytest.mark.parametrize(
    "use",
    [
        "b = a + 1 ~~~:SUPPLEMENTARY|",
        "s[r] = a ~~~:SUPPLEMENTARY| r: x, y ~~|",
        "b = STEP(a, 1) ~~~:SUPPLEMENTARY|",
        ":MACRO: M(i)\nM = i * a$ ~~|\n:END OF MACRO:\nb = M(1) ~~~:SUPPLEMENTARY|",
        "t :TEST INPUT: a = 3 ~~|",
        "c :THE CONDITION: a > 3 :IMPLIES: a < 4 ~~|",
    ],
)
def test_what_is_used_somewhere(use: str) -> None:
    assert shown(found("a = 1 ~~|" + use, "S3C801")) == []


def test_what_is_used_nowhere() -> None:
    assert shown(found("a = 1 ~~| b = 2 ~~~:SUPPLEMENTARY| c = b ~~|", "S3C801")) == ["a", "c"]


def test_a_stock_that_only_reads_itself_is_used_by_nothing() -> None:
    assert shown(found("s = INTEG(s * 0.1, 1) ~~|", "S3C801")) == ["s"]


def test_a_lookup_that_is_called_is_used() -> None:
    assert shown(found("f((0,0),(1,1)) ~~| g((0,0),(1,1)) ~~| b = f(1)~~|", "S3C801")) == ["g", "b"]


# --- Numbers ---


@pytest.mark.parametrize(
    ("right", "numbers"),
    [
        ("a * 0.37 + 42", ["0.37"]),
        ("3.5 / 12", []),  # a constant with a name, as it is written
        ("-7", []),
        ("a ^ 3", []),
        ("DELAY N(a, 9, 0, 4)", ["9"]),
        ("RANDOM UNIFORM(a, 7, 12345)", ["7"]),
        ("IF THEN ELSE(a > 1, 2 * a, 0)", []),
        ("WITH LOOKUP(a, ((0, 3), (7, 9)))", []),
    ],
)
def test_numbers_in_equations(right: str, numbers: list[str]) -> None:
    assert shown(found(f"a = Time ~~| b = {right} ~~|", "S3C802")) == numbers


def test_all_numbers_of_an_equation_are_told_at_once() -> None:
    (only,) = found("a = Time ~~| b = 0.37 * a + 42 - a / 7 ~~|", "S3C802")
    assert only.message == "3 numbers without a name: 0.37, 42, 7"


# --- Names ---


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("birth rate", "birth rates", True),
        ("Population", "Popultion", True),
        ("receiving", "recieving", True),
        ("rate of loss", "rate 0f loss", True),
        ("work force", "workforce", True),
        ("stock 1", "stock 2", False),
        ("stock 10", "stock 1", False),
        ("share A of it", "share B of it", False),
        ("share 4 of it", "share k of it", False),
        ("ratio", "rates", False),
        ("birth rate", "death rate", False),
        ("rat", "cat", False),
    ],
)
def test_names_that_differ_by_a_slip(one: str, other: str, alike: bool) -> None:
    for first, second in ((one, other), (other, one)):
        names = shown(found(f"{first} = 1 ~~| {second} = 2 ~~|", "S3C803"))
        assert names == ([second] if alike else [])


@given(st.text("abcdefgh ", min_size=6, max_size=20), st.data())
def test_a_letter_less_is_found_wherever_it_was(name: str, data: st.DataObject) -> None:
    words = "word" + "".join(name.split())  # one long word, that is
    place = data.draw(st.integers(0, len(words) - 1))
    shorter = words[:place] + words[place + 1 :]
    assert shown(found(f"{words} = 1 ~~| {shorter} = 2 ~~|", "S3C803")) == [shorter]


def test_very_many_names_take_time_in_proportion() -> None:
    names = "".join(f"variable number {'abcdefghij'[i % 10]}{i} = 1~~|" for i in range(2000))
    model = model_of(names)
    rule = next(each for each in lint.RULES if each.code == "S3C803")
    began = time.perf_counter()
    assert not list(rule.find(model))
    assert time.perf_counter() - began < 5


# --- Stocks and the clock ---


@pytest.mark.parametrize(
    ("rate", "code"),
    [
        ("0", "S3C804"),
        ("3", "S3C804"),
        ("a - a", ""),
        ("-a", ""),
        ("a * 2", "S3C805"),
        ("IF THEN ELSE(Time > 3, a, 0)", "S3C805"),
    ],
)
def test_what_flows(rate: str, code: str) -> None:
    codes = {each.code for each in lint.lint_model(model_of(f"a=1~~| s = INTEG({rate}, 1)~~|"))}
    assert codes & {"S3C804", "S3C805"} == ({code} if code else set())


def test_a_sum_of_the_elements_of_a_flow_has_a_name() -> None:
    text = "r: p, q ~~| v[r] = 1 ~~| s = INTEG(SUM(v[r!]), 1) ~~|"
    assert found(text, "S3C805") == []
    assert found(text.replace("SUM(v[r!])", "SUM(v[r!] * 2)"), "S3C805") != []


@pytest.mark.parametrize(
    ("text", "longest"),
    [
        ("b = DELAY1(x, 4) ~~|", 1),
        ("b = DELAY3(x, 12) ~~|", 1),
        ("b = SMOOTH3I(x, d, 0) ~~| d = 3 * e ~~| e = 4 ~~|", 1),
        ("b = DELAY N(x, 4, 0, 2) ~~|", 0.5),
        ("b = DELAY FIXED(x, 2, 0) ~~|", 2),
        ("s = INTEG(x - o, 0) ~~| o = s / 2 ~~|", 0.5),
        ("s = INTEG(x - o, 0) ~~| o = MIN(x, r * s) ~~| r = 0.5 ~~|", 0.5),
        ("s = INTEG(x - o, 0) ~~| o = x + s * (1 - 0.5) ~~|", 0.5),
        ("s = INTEG(x - o, 0) ~~| o = -(-(s / 2)) ~~|", 0.5),
        ("r: p, q ~~| b[r] = SMOOTH(x, d[r]) ~~| d[r] = 8, 4 ~~|", 1),
    ],
)
def test_the_longest_step(text: str, longest: float) -> None:
    model = f"x = Time ~~| {text}"
    assert found(model, "S3C806", f"{longest:g}") == []
    (only,) = found(model, "S3C806", f"{longest * 1.5:g}")
    assert f"TIME STEP = {longest:g} or less" in only.hint


@pytest.mark.parametrize(
    "text",
    [
        "b = DELAY FIXED(x, TIME STEP, 0) ~~|",
        "s = INTEG(-o, 9) ~~| o = MIN(x, s / TIME STEP) ~~|",
        "b = SMOOTH(x, Time + 1) ~~|",
        "b = SMOOTH(x, 0 * d) ~~| d = 1 ~~|",
        "b = SMOOTH(x, 1 / d) ~~| d = 0 ~~|",
        "b = SMOOTH(x, 2 ^ d) ~~| d = -9 ~~|",  # plain to see are the four operations alone
        "b = SMOOTH(x, d) ~~| d ~~|",  # which data may give
        "s = INTEG(x, 9) ~~| b = s / 0.01 ~~|",  # s is not what flows out of it
    ],
)
def test_steps_that_are_left_alone(text: str) -> None:
    assert found(f"x = Time ~~| {text}", "S3C806", "1") == []


def test_of_many_delays_the_shortest_are_told() -> None:
    text = "".join(f"b{n} = DELAY1(x, {n}) ~~|" for n in (5, 3, 7, 4, 6))
    (only,) = found(f"x = Time ~~| {text}", "S3C806", "2")
    assert [note.message for note in only.notes] == [
        "DELAY1 of 3",
        "DELAY1 of 4",
        "DELAY1 of 5",
        "and 2 more that are too short",
    ]


def test_a_step_that_is_not_plain_to_see_is_left_alone() -> None:
    text = "x = Time ~~| b = DELAY1(x, 0.1) ~~|"
    assert found(text, "S3C806", "EXP(-1)") == found(text, "S3C807", "EXP(-1)") == []


@pytest.mark.parametrize(
    ("step", "exact"),
    [("1", True), ("3", True), ("0.125", True), ("1 / 64", True), ("0.1", False), ("0.75", False)],
)
def test_steps_in_binary(step: str, exact: bool) -> None:
    assert (found("a = 1~~|", "S3C807", step) == []) == exact


def test_constants_that_double_at_each_name_are_no_trouble() -> None:
    chain = "".join(f"d{i} = d{i + 1} + d{i + 1} ~~|" for i in range(90))
    text = f"x = Time ~~| b = SMOOTH(x, d0) ~~| {chain} d90 = 1 ~~|"
    assert found(text, "S3C806", "1") == []


# --- Ranges ---


def test_a_run_tells_the_first_time_outside() -> None:
    text = "grows = Time * 2 ~ Dmnl [0, 5] ~| stays = 1 ~ Dmnl [?, 1] ~| low = -Time ~ [0] ~|"
    compilation = check(Source("m.mdl", text + STEP.format("0.5") + CONTROLS))
    assert compilation.generated is not None
    assert compilation.schedule is not None
    model = lint.Model.of(compilation.document, compilation.schedule)
    run = simulate(load_text(compilation.generated.text, "m.mdl"))
    assert [each.message for each in lint.leaves_range(model, run)] == [
        "“grows” is 6 at time 3, above its greatest value 5",
        "“low” is -0.5 at time 0.5, below its least value 0",
    ]


def test_a_run_tells_of_an_element() -> None:
    text = "r: p, q ~~| a[p] = 1 ~ [0,3] ~| a[q] = Time ~~|"
    compilation = check(Source("m.mdl", text + STEP.format("1") + CONTROLS))
    assert compilation.generated is not None
    assert compilation.schedule is not None
    model = lint.Model.of(compilation.document, compilation.schedule)
    run = simulate(load_text(compilation.generated.text, "m.mdl"))
    (only,) = lint.leaves_range(model, run)
    assert only.message == "“a” is 4 at time 4, above its greatest value 3"


# --- Suppression ---


def test_a_comment_suppresses_a_code_in_its_own_equation() -> None:
    text = (
        "a = Time ~ Dmnl ~ of all. {s3c: ignore S3C801}|"
        "b = Time * 7 ~ Dmnl ~ twice {S3C: IGNORE s3c801, S3C802}|"
        "c = Time * 7 ~ Dmnl ~ {s3c: ignore S3C801} {s3c: ignore S3C999}|"
    )
    model = model_of(text)
    left = list(lint.unsuppressed(lint.lint_model(model), model.document, ran=False))
    assert [(each.code, each.span.text if each.span else "") for each in left] == [
        ("S3C808", "c"),  # what suppresses does not document
        ("S3C802", "7"),
        ("S3C811", "S3C999"),
    ]


def test_only_what_lint_tells_can_be_suppressed() -> None:
    model = model_of("a = Time ~ Dmnl ~ Used. {s3c: ignore S3C240} ~ :SUPPLEMENTARY|")
    (only,) = lint.unsuppressed(lint.lint_model(model), model.document, ran=False)
    assert only.code == "S3C811"
    assert only.message == "S3C240 is not of lint, and cannot be suppressed by a comment"


def test_what_only_a_run_tells_is_not_idle_before_it() -> None:
    model = model_of("a = Time ~ [0,1] ~ It grows. {s3c: ignore S3C801, S3C810}|")
    diagnostics = lint.lint_model(model)
    assert list(lint.unsuppressed(diagnostics, model.document, ran=False)) == []
    (idle,) = lint.unsuppressed(diagnostics, model.document, ran=True)
    assert idle.code == "S3C811"
