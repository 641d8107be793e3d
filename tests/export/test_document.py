"""What is written as XMILE gives the same numbers when it is read again, or says why it cannot."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from conformance import model_files
from hypothesis import given
from hypothesis import strategies as st

from s3c.compiler import Diagnostic, Source, compile_source, convert_source
from s3c.runtime import Run, fold, load_text

CLOCK = "\nINITIAL TIME = 0 ~ Day ~|\nFINAL TIME = 10 ~ Day ~|\nTIME STEP = 0.25 ~ Day ~|\n"
X = "{http://docs.oasis-open.org/xmile/ns/XMILE/v1.0}"
RANGES = """full: a1, a2, a3, a4 -> other ~~|
sub: a2, a3 ~~|
other: o1, o2, o3, o4 ~~|
alias <-> full ~~|
v[full] = 1, 2, 3, 4 ~~|
"""


def written(text: str, name: str = "model.mdl") -> tuple[str, tuple[Diagnostic, ...]]:
    converted, diagnostics = convert_source(Source(name, text), "model.xmile")
    return converted.text, diagnostics


def xmile(text: str) -> str:
    result, diagnostics = written(text + CLOCK)
    assert not any(each.is_error for each in diagnostics), "\n".join(map(str, diagnostics))
    return result


def tree(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 -- written here


def variables(text: str) -> dict[str, ET.Element]:
    """The variables of a written model, by name."""
    found = tree(xmile(text)).find(f"{X}model/{X}variables")
    assert found is not None
    return {each.attrib["name"]: each for each in found if each.tag != f"{X}group"}


def equation(text: str, name: str = "y") -> str:
    return variables(text)[name].findtext(f"{X}eqn") or ""


def run(text: str, name: str) -> Run:
    generated = compile_source(Source(name, text)).generated
    assert generated
    return load_text(generated.text, name).run(on_error="nan")


def assert_same(one: Run, two: Run) -> None:
    names = {fold(each): each for each in two.columns}
    assert np.array_equal(one.time, two.time)
    for name in one.columns:
        left, right = one[name], two[names[fold(name)]]
        size = np.nanmax(np.abs(left), initial=0.0)
        assert np.allclose(left, right, 1e-12, 1e-12 * size, equal_nan=True), name


# Its inputs go through zero, below it, and to where a rounding could be seen.
FUNCTIONS = [
    "INTEGER(x * 1.7)",
    "MODULO(x, 2.5)",
    "MODULO(x + 1, 1 + two)",
    "QUANTUM(x, 0.7) + QUANTUM(MODULO(x, 3), INTEGER(two)) + QUANTUM(x, -two)",
    "XIDZ(1, x - 0.7, 9) + ZIDZ(x, 1e-7) + XIDZ(x, x, two)",
    "LOG(Time + 1, 10) + POWER(2, x)",
    "SINH(x / 5) + COSH(x / 5) + TANH(x) + TANH(x * 1000)",
    "STEP(3, 4) + STEP(1, 4.1)",
    "RAMP(2, 3, 6) + RAMP(1, 6, 3) + RAMP(two, two, two * 2)",
    "PULSE(2, 3) + PULSE(5, 0) + PULSE(two, x - x)",
    "PULSE TRAIN(1, 1, 3, 8) + PULSE TRAIN(1, 0, two, 8) + PULSE TRAIN(1, 2, 1, 8)",
    "(x > 0) + 2 * (:NOT: x = 1 :AND: Time < 5)",
    "IF THEN ELSE(x, IF THEN ELSE(x > 2, 1, 2), 3) * 2",
    "1 - -x ^ 2 - (2 ^ 3) ^ 2 - 2 ^ 3 ^ 2 - (x - (x - 1)) + 8 / (4 / 2)",
    "lk(Time * 3) + LOOKUP EXTRAPOLATE(lk, Time * 2) + LOOKUP BACKWARD(lk, Time)",
    "3 + WITH LOOKUP(Time, ((0, 1), (10, 3)))",
    "WITH LOOKUP(Time, ([(0, 0)-(10, 4)], (10, 1), (0, 3)))",
    "DELAY FIXED(Time, 2.6, -1)",
    "DELAY FIXED(Time, lag, -1)",
    "DELAY N(Time, 3, 1, 4)",
    "DELAY N(Time, 1, 1, 9)",
    "SMOOTH N(Time, lag, 1, 3)",
    "SMOOTH N(Time, lag / 4, 1, 3)",
    "SMOOTH(x, 3) + SMOOTHI(x, 3, 1) + SMOOTH3(x, 3) + SMOOTH3I(x, 3, 1)",
    "DELAY1(x, 4) + DELAY1I(x, 2, 1) + DELAY3(x, 4) + DELAY3I(x, 4, 1)",
    "TREND(Time + 1, 3, 0.1) + FORECAST(Time + 1, 3, 2)",
    "INTEGER(SMOOTH(x, 3) * 2)",
    "INITIAL(x * 2)",
    "SAMPLE IF TRUE(MODULO(Time, 3) = 0, x, 4)",
    "ACTIVE INITIAL(x, 7)",
    "GAME(x)",
    "TABXL(lk, 2 * x) + REINITIAL(x + 7)",
    "TIME BASE(1970, two / 4)",
    "TIME STEP + INITIAL TIME + FINAL TIME + SAVEPER",
    "INTEG(x, 2)",
    "SUM(v[full!]) + SUM(v[full!] * v[alias!]) + PROD(v[sub!]) + SUM(v[sub!])",
    "VMIN(v[full!]) + VMAX(v[sub!] - 1) + ELMCOUNT(sub) + a3",
]
SURROUNDINGS = (
    RANGES
    + """x = Time - 5.3 ~~|
two = 2 ~~|
lag = 1.6 + 0 * x ~~|
lk((0, 0), (5, 10), (10, 0)) ~~|
"""
)


@pytest.mark.parametrize("expression", FUNCTIONS)
def test_a_function_means_the_same(expression: str) -> None:
    text = f"{{UTF-8}}\n{SURROUNDINGS}y = {expression} ~~|{CLOCK}"
    assert_same(run(text, "model.mdl"), run(written(text)[0], "model.xmile"))


ARRAYS = [
    "y[full] = v[full] * 2 + full",
    "y[full] = v[full] * Time",
    "y[sub] = v[sub] * 2 + sub",
    "y[full] :EXCEPT: [sub] = v[full] ~~|\ny[sub] = 10 * v[sub]",
    "y[other] = v[full] * 3",
    "y[alias] = v[alias] + a3",
    "y[full] = INTEG(v[full] * Time, v[full])",
    "y[a1] = 3 ~~|\ny[sub] = INTEG(v[sub], 2) ~~|\ny[a4] = INTEG(1, 2)",
    "m[full, other] = v[full] * 10 ~~|\ny[full] = SUM(m[full, other!]) + SUM(m[full, other!] * 2)",
    "y[full] = SUM(IF THEN ELSE(full <= 2, v[full], 0) * v[alias!])",
    "f[full]((0, 0), (10, 2)) ~~|\ny[full] = f[full](Time)",
    "f[sub]((0, 0), (10, 2)) ~~|\nf[a1]((0, 0), (9, 4)) ~~|\ny[sub] = f[sub](Time) + f[a1](Time)",
    "y[full] = INTEGER(SMOOTH(v[full] * Time, 3))",
    "y[sub] = INTEGER(SMOOTH(v[sub] * Time, 3))",
    "y[full] = WITH LOOKUP(v[full], ((0, 0), (30, 4)))",
    "y[sub] = WITH LOOKUP(v[sub], ((0, 0), (30, 4)))",
    "y[full, sub] = 1, 2; 3, 4; 5, 6; -7, 8;",
    "y[full, a2] = 1 ~~|\ny[full, a3] = 2",
]


@pytest.mark.parametrize("equations", ARRAYS)
def test_an_array_means_the_same(equations: str) -> None:
    text = f"{{UTF-8}}\n{RANGES}{equations} ~~|{CLOCK}"
    assert_same(run(text, "model.mdl"), run(written(text)[0], "model.xmile"))


# Draws, which no two programs make alike; what is renamed; backslashes in names, which are lost.
APART = {"Query_file", "test_lookups_funcnames", "test_special_variable_names"}
MODELS = [each for each in model_files() if each.stem not in APART]


@pytest.mark.parametrize("path", MODELS[::5], ids=lambda path: path.stem)
def test_a_conformance_model_means_the_same(path: Path) -> None:
    converted, diagnostics = convert_source(Source.read(path), "model.xmile")
    text = converted.text
    if not text:
        assert any(each.is_error for each in diagnostics)
        pytest.skip("XMILE cannot say all of it")
    assert_same(run(path.read_bytes().decode("utf-8"), "model.mdl"), run(text, "model.xmile"))


def test_most_conformance_models_can_be_written() -> None:
    models = model_files()
    if not models:
        pytest.skip("there are no conformance models")
    texts = [convert_source(Source.read(each), "model.xmile")[0].text for each in models[::3]]
    assert sum(map(bool, texts)) > 0.75 * len(texts)


# --- How it is written ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("a + b * (c - d)", "a + b * (c - d)"),
        ("(-a) ^ b ^ c", "(-a)^(b^c)"),
        ("a - (b - c) - -d", "a - (b - c) - (-d)"),
        ("IF THEN ELSE(a > b :AND: :NOT: c = d, 1, 2)", "IF a > b and NOT (c = d) THEN 1 ELSE 2"),
        ("IF THEN ELSE(a, 1, IF THEN ELSE(b = 0, 2, 3))",
         "IF a <> 0 THEN 1 ELSE (IF b = 0 THEN 2 ELSE 3)"),
        ("a = b", "IF a = b THEN 1 ELSE 0"),
        ("ZIDZ(a, b)", "IF ABS(b) < 1e-06 THEN 0 ELSE a / b"),
        ("STEP(a, 5)", "IF TIME + DT / 2 > 5 THEN a ELSE 0"),
        ("MODULO(a, 3)", "IF a < 0 THEN -((-a) mod 3) ELSE (a mod 3)"),
        ("DELAY N(a, 3, 1, 2)", "DELAYN(a, 3, 2, 1)"),
        ("INITIAL(a) + Time", "INIT(a) + TIME"),
    ],
)  # fmt: skip
def test_an_expression(formula: str, expected: str) -> None:
    names = "".join(f"{each} = 1 ~~|\n" for each in "abcd")
    assert equation(f"{names}y = {formula} ~~|") == expected


def test_a_rate_of_names_becomes_flows() -> None:
    found = variables("s = INTEG(i - o + j, 1) ~~|\ni = 1 ~~|\nj = Time ~~|\no = s / 2 ~~|")
    stock = found["s"]
    assert [each.text for each in stock.iterfind(f"{X}inflow")] == ["i", "j"]
    assert [each.text for each in stock.iterfind(f"{X}outflow")] == ["o"]
    assert {found[each].tag for each in "ijo"} == {f"{X}flow"}


def test_a_flow_enters_one_stock_and_leaves_one() -> None:
    found = variables("s = INTEG(-f, 9) ~~|\nt = INTEG(f, 0) ~~|\nu = INTEG(f, 0) ~~|\nf = 1 ~~|")
    assert [each.text for each in found["s"].iterfind(f"{X}outflow")] == ["f"]
    assert [each.text for each in found["t"].iterfind(f"{X}inflow")] == ["f"]
    assert [each.text for each in found["u"].iterfind(f"{X}inflow")] == ["u_net_flow"]
    assert found["u net flow"].findtext(f"{X}eqn") == "f"


def test_any_other_rate_becomes_a_net_flow() -> None:
    found = variables("s = INTEG(2 * a, 1) ~~|\na = 1 ~~|")
    assert found["s net flow"].findtext(f"{X}eqn") == "2 * a"
    assert found["a"].tag == f"{X}aux"


def test_whole_ranges_stay_one_equation() -> None:
    found = variables(RANGES + "y[full] = v[full] * SUM(v[full!]) ~~|")["y"]
    assert found.findtext(f"{X}eqn") == "v[full] * SUM(v[*])"
    assert found.find(f"{X}element") is None


def test_documentation_units_ranges_and_groups() -> None:
    text = "****\n\t.Money\n****~ Where it is. |\na = 1 ~ $/Day [0,9] ~ How much\nit is. |"
    root = tree(xmile(text))
    variable = root.find(f".//{X}aux")
    group = root.find(f".//{X}group")
    assert variable is not None
    assert group is not None
    assert variable.findtext(f"{X}units") == "$/Day"
    assert variable.findtext(f"{X}doc") == "How much\nit is."
    bounds = variable.find(f"{X}range")
    assert bounds is not None
    assert bounds.attrib == {"min": "0", "max": "9"}
    assert group.attrib["name"] == "Money"
    assert group.findtext(f"{X}doc") == "Where it is."
    assert [each.attrib["name"] for each in group.iterfind(f"{X}entity")] == ["a"]


def test_settings() -> None:
    settings = "\\\\\\---///\n:L<%^E!@\n15:0,0,0,5,0,0\n22:Person,People\n"
    root = tree(written("a = Time ~~|\nSAVEPER = 1 ~~|" + CLOCK + settings)[0])
    specs = root.find(f"{X}sim_specs")
    assert specs is not None
    assert specs.attrib == {
        "method": "rk4", "time_units": "Day",
        "{http://iseesystems.com/XMILE}save_interval": "1",
    }  # fmt: skip
    assert [specs.findtext(X + each) for each in ("start", "stop", "dt")] == ["0", "10", "0.25"]
    assert root.findtext(f"{X}model_units/{X}unit/{X}alias") == "People"


@pytest.mark.parametrize(
    ("technique", "method", "codes"),
    [
        ("0", "euler", []), ("1", "rk4", ["S3C179"]), ("3", "rk2", []), ("4", "rk2", ["S3C179"]),
        ("5", "rk4", []),
    ],
)  # fmt: skip
def test_methods(technique: str, method: str, codes: list[str]) -> None:
    settings = f"\\\\\\---///\n:L<%^E!@\n15:0,0,0,{technique},0,0\n"
    text, found = written(f"a = Time ~~|\nSAVEPER = 1 ~~|{CLOCK}{settings}")
    specs = tree(text).find(f"{X}sim_specs")
    assert specs is not None
    assert specs.attrib["method"] == method
    assert [each.code for each in found] == codes
    assert not any(each.is_error for each in found)


def test_difference_equations_cannot_be_written() -> None:
    text, found = written(f"a = 1 ~~|{CLOCK}" + "\\\\\\---///\n:L<%^E!@\n15:0,0,0,2,0,0\n")
    assert ([each.code for each in found if each.is_error], text) == (["S3C170"], "")


MACRO = """:MACRO: AVERAGED(input, time)
AVERAGED = INTEG((input - AVERAGED) / spread, input) ~~|
spread = time * TIME STEP$ * 4 ~~|
:END OF MACRO:
"""


def test_macros_mean_the_same() -> None:
    text = f"{{UTF-8}}\n{MACRO}y = 2 * AVERAGED(Time, 3) + AVERAGED(2, 1) ~~|{CLOCK}"
    assert_same(run(text, "model.mdl"), run(written(text)[0], "model.xmile"))


def test_a_macro_that_nothing_calls_is_not_written() -> None:
    """Nobody has looked at what it means: a range where there is no loop, say, means nothing."""
    unused = ":MACRO: UNUSED(x)\nUNUSED = full + x ~~|\n:END OF MACRO:\n"
    inner = ":MACRO: INNER(x)\nINNER = 2 * x ~~|\n:END OF MACRO:\n"
    called = inner + MACRO.replace("spread, input)", "spread, INNER(input))")
    text, found = written(f"{{UTF-8}}\n{unused}{called}{RANGES}y = AVERAGED(Time, 3) ~~|{CLOCK}")
    assert [each.get("name") for each in tree(text).iter(f"{X}macro")] == ["INNER", "AVERAGED"]
    assert [each.message for each in found if "UNUSED" in each.message] == [
        "the macro UNUSED, which no equation calls, is not written to XMILE"
    ]


# --- What is lost --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("equations", "code"),
    [
        ("y = :NA: ~~|", "S3C170"),
        ("y :RAW: ~~|", "S3C170"),
        ("d ~~|\ny := d * 2 ~~|", "S3C170"),
        ("y[full] = VECTOR SORT ORDER(v[full], 1) ~~|", "S3C170"),
        ("y = VECTOR SELECT(v[full!], v[full!], 0, 0, 0) ~~|", "S3C170"),
        ("y[full] = 1, :NA:, 2, 3 ~~|", "S3C170"),
        ("y = RANDOM NORMAL(0, 1, 0, 1, 5) ~~|", "S3C170"),
        ("y = GET XLS CONSTANTS('a.xls', 'b', 'c2') ~~|", "S3C170"),
        ("l((0,0),(1,1)) ~~|\ny = LOOKUP FORWARD(l, 0.5) ~~|", "S3C170"),
        ("y = GAMMA LN(2) ~~|", "S3C170"),
        ("y = GET TIME VALUE(0, 0, 1) ~~|", "S3C170"),
        ("y = NPV(1, 0.1, 0, 1) ~~|", "S3C170"),
        ("y = DELAYP(1, 2 : pipe) ~~|", "S3C170"),
        ("y = MESSAGE('words', 1) ~~|", "S3C170"),
        ("y = DELAY N(Time, 2 + Time, 1, 2) ~~|", "S3C170"),
        ("SAVEPER = IF THEN ELSE(Time > 3, 1, 2) ~~|", "S3C172"),
        ("y = 1 / IF THEN ELSE(Time > 3, INTEGER(SMOOTH(Time, 3)), 1) ~~|", "S3C178"),
        (":MACRO: M(a : b)\nM = a ~~|\nb = a ~~|\n:END OF MACRO:\ny = M(1) ~~|", "S3C170"),
        (":MACRO: M(a : b)\nM = a ~~|\nb = a ~~|\n:END OF MACRO:\ny = M(1 : z) + z ~~|",
         "S3C170"),
        ("k = 2 ~~|\n:MACRO: M(a)\nM = a * k$ ~~|\n:END OF MACRO:\ny = M(1) ~~|", "S3C170"),
        (":MACRO: M(l)\nM = l(1) ~~|\n:END OF MACRO:\nt((0,0),(1,1)) ~~|\ny = M(t) ~~|",
         "S3C170"),
    ],
)  # fmt: skip
def test_what_would_change_numbers_is_an_error(equations: str, code: str) -> None:
    text, found = written(RANGES + equations + CLOCK)
    errors = [each for each in found if each.is_error]
    assert {each.code for each in errors} == {code}
    assert all(each.span and each.span.text.strip() and each.hint for each in errors)
    assert text == ""


@pytest.mark.parametrize(
    ("final", "stop"),
    [("2 * 5 + 1", "11"), ("2 ^ 3", "8"), ("(20 - 4) / 2", "8"), ("+4", "4"), ("-(-3)", "3")],
)
def test_a_clock_that_is_reckoned_is_written_as_its_numbers(final: str, stop: str) -> None:
    text = xmile("y = Time ~~|").replace("<stop>10</stop>", f"<stop>{stop}</stop>")
    result, _ = written("y = Time ~~|" + CLOCK.replace("FINAL TIME = 10", f"FINAL TIME = {final}"))
    assert result == text


@pytest.mark.parametrize("final", ["1 / 0", "EXP(2)", "Time + 5"])
def test_a_clock_that_is_not_known_beforehand_is_refused(final: str) -> None:
    clock = CLOCK.replace("FINAL TIME = 10", f"FINAL TIME = {final}")
    text, found = written("y = Time ~~|" + clock)
    assert (text, "S3C172" in [each.code for each in found if each.is_error]) == ("", True)


@pytest.mark.parametrize(
    "function",
    ["STEP(1, 2)", "PULSE(1, 2)", "DELAY FIXED(Time, 2, 0)", "SAMPLE IF TRUE(Time > 2, 1, 0)"],
)
def test_what_is_held_in_a_step_needs_euler(function: str) -> None:
    settings = "\\\\\\---///\n:L<%^E!@\n15:0,0,0,5,0,0\n"
    text, found = written(f"y = {function} ~~|{CLOCK}{settings}")
    assert [each.code for each in found if each.is_error] == ["S3C171"]
    assert not text


@pytest.mark.parametrize(
    ("equations", "code"),
    [
        ("y = GAME(Time) ~~|", "S3C174"),
        ("y = 1 ~ [0,1,0.1] ~|", "S3C174"),
        ("y = 1 ~ [0] ~|", "S3C174"),
        ("y = 1 ~~|\ncheck :TEST INPUT: y = 2 ~~|", "S3C174"),
        ("other: o1, o2 ~~|\nr: r1, r2 -> other ~~|\ny[r] = 1 ~~|", "S3C174"),
        ("y = 1 ~~|\nSAVEPER = y * 2 ~~|", "S3C173"),
        ("delay = 1 ~~|\ny = delay ~~|", "S3C175"),
        ("y = RANDOM UNIFORM(0, 1, 7) ~~|", "S3C176"),
        ("y = 1 ~~|\n\\\\\\---/// Sketch information\nV300\n*View 1\n10,1,y,1,1\n///---\\\\\\\n",
         "S3C174"),
    ],
)  # fmt: skip
def test_what_is_lost_is_told(equations: str, code: str) -> None:
    text, found = written(CLOCK + equations)
    assert {each.code for each in found} == {code}
    assert not any(each.is_error for each in found)
    assert text


def test_a_usual_model_loses_nothing() -> None:
    assert written("{UTF-8}\ny = INTEG(2, 1) ~ people ~ Some. |" + CLOCK)[1] == ()


def test_a_model_with_errors_is_not_written() -> None:
    text, found = written("y = nothing ~~|" + CLOCK)
    assert [each.code for each in found if each.is_error] == ["S3C201"]
    assert text == ""


def test_no_model_becomes_too_large() -> None:
    ranges = "".join(
        f"{name}: ({name}1-{name}99) {'-> m' if name == 'k' else ''} ~~|\n" for name in "kmnp"
    )
    equations = f"{ranges}w[k, n, p] = 1 ~~|\ny[m, n, p] = w[k, n, p] * 1.23456789 ~~|"
    text, found = written(equations + CLOCK)
    assert [each.code for each in found if each.is_error] == ["S3C177"]
    assert text == ""


def test_nesting_does_not_multiply() -> None:
    formula = "Time"
    for _ in range(40):
        formula = f"QUANTUM({formula}, 2)"
    assert len(xmile(f"y = {formula} ~~|")) < 100_000


# --- Names and comments --------------------------------------------------------------------------


HOSTILE = [
    '"a | b ~ c"',
    '"<b>&amp;</b>"',
    '"say \\"hi\\""',
    '"]]>"',
    '"1995€/$"',
    '"x, y[z]"',
    "größe",
    "குறி",
    "Marg Capital'Energy",
    '"net.flow"',
    '"{a}"',
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names(name: str) -> None:
    text = f"{{UTF-8}}\n{name} = Time ~~|\ny = 2 * {name} ~~|{CLOCK}"
    assert_same(run(text, "model.mdl"), run(written(text)[0], "model.xmile"))


@given(st.text(max_size=100))
def test_any_comment_gives_well_formed_xml(comment: str) -> None:
    plain = re.sub(r"[|~\ud800-\udfff]", "", comment)
    text, _ = written(f"{{UTF-8}}\ny = 1 ~~ {plain} |{CLOCK}")
    root = tree(text)
    assert root.findtext(f".//{X}aux/{X}eqn") == "1"


def test_the_same_model_gives_the_same_text() -> None:
    text = SURROUNDINGS + "y = lk(x) + SUM(v[sub!]) ~~|"
    assert xmile(text) == xmile(text)
