"""Vensim's optimisation control and payoff definition give the documented experiment."""

from __future__ import annotations

import math
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import s3c
from s3c.experiments import (
    Experiment,
    ExperimentError,
    Optimization,
    Optimizer,
    PayoffElement,
    PayoffForm,
    PayoffKind,
    PayoffTime,
    Spread,
    Surroundings,
    Vary,
    optimize,
    read_experiment,
    read_payoff_definition,
    read_vensim_optimization,
)
from s3c.runtime import RunError

MODEL = """\
{UTF-8}
Region: East, West ~~|
rate[Region] = 0.1, 0.2 ~~|
fraction = 0.3 ~~|
least = 0.05 ~~|
w = 2 ~~|
"odd (name) <= 1" = 5 ~~|
profit = fraction * (10 - 2 * fraction) ~~|
terminal value of assets = 10 ~~|
model var = INTEG(fraction + rate[East], 1) ~~|
both[Region] = rate[Region] * Time ~~|
data var ~~|
seen[Region] ~~|
table((0, 0), (1, 1)) ~~|
effect = table(fraction) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 4 ~~|
TIME STEP = 1 ~~|
SAVEPER = 1 ~~|
"""
CONTROL = """\
:OPTIMIZER=Powell            { Powell | Off | MCMC }
:SENSITIVITY=Off             { Off | PAYOFF_VALUE=4 | PAYOFF_PERCENT=10 | PARAMETER_PERCENT=10 }
:MULTIPLE_START=Off          { Off | Random | Grid | Vector | ... }
:RANDOM_NUMBER=Linear  :OUTPUT_LEVEL=On  :TRACE=Off
:MAX_ITERATIONS=1000  :RESTART_MAX=0  :PASS_LIMIT=2
:FRACTIONAL_TOLERANCE=0.0003 :TOLERANCE_MULTIPLIER=21 :ABSOLUTE_TOLERANCE=1 :SCALE_ABSOLUTE=1
:VECTOR_POINTS=25
:COMMENT free text :OPTIMIZER=Off
0 <= FRACTION = 0.25 <= 1 | FRAC = 0.01
"""
PAYOFF = """\
*C            { type line: applies to following elements until the next '*' line }
model var|data var/w
*PF
Terminal_Value of ASSETS/1
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("vensim")
    (place / "m.mdl").write_text(MODEL, encoding="utf-8")
    (place / "d.csv").write_text("Time,data var,seen[East],seen[West]\n1,2,1,1\n3,3,2,2\n")
    return place


def read(
    folder: Path, control: str = CONTROL, payoff: str = PAYOFF, changes: str = ""
) -> Experiment:
    (folder / "c.voc").write_text(control, encoding="utf-8")
    (folder / "p.vpd").write_text(payoff, encoding="utf-8")
    (folder / "x.cin").write_text(changes, encoding="utf-8")
    return read_vensim_optimization(
        folder / "c.voc", model=folder / "m.mdl", payoff=folder / "p.vpd",
        changes=[folder / "x.cin"], data=[folder / "d.csv"],
    )  # fmt: skip


def sought(folder: Path, control: str = CONTROL, payoff: str = PAYOFF) -> Optimization:
    found = read(folder, control, payoff).optimization
    assert found is not None
    return found


def elements(folder: Path, payoff: str) -> tuple[PayoffElement, ...]:
    (folder / "p.vpd").write_text(payoff, encoding="utf-8")
    return read_payoff_definition(folder / "p.vpd", s3c.load(folder / "m.mdl"))[0]


def test_the_documented_files_are_the_documented_experiment(folder: Path) -> None:
    toml = """
model = "m.mdl"
run = { data = "d.csv" }
[optimize]
method = "powell"
tolerance = 0.0003
iterations = 1000
[optimize.free]
fraction = { start = 0.25, bounds = [0, 1] }
[[payoff]]
kind = "calibration"
variable = "model var"
data = "data var"
weight = "w"
[[payoff]]
kind = "policy"
variable = "terminal value of assets"
at = "end"
"""
    (folder / "e.toml").write_text(toml, encoding="utf-8")
    found, same = read(folder), read_experiment(folder / "e.toml")
    assert found.optimization == same.optimization
    assert found.optimization is not None
    assert not found.optimization.doubts
    assert (found.save, found.settings, found.scenarios) == (
        same.save,
        same.settings,
        same.scenarios,
    )
    assert optimize(found).constants == optimize(same).constants


def test_four_letters_suffice_and_the_last_wins(folder: Path) -> None:
    text = """
:OPTI=off :opti = OFF
:SENS=PAYOFF_PERCENT=5
:SENSITIVITY = parameter_percent = 20
:MULT=grid
:VECT=7
:VECTOR_POINTS=9
:MAX_=50
fraction
"""
    found = sought(folder, text)
    assert found.method is Optimizer.OFF
    assert found.surroundings == Surroundings(Vary.PARAMETER_PERCENT, 20)
    assert (found.spread, found.starts, found.iterations) == (Spread.GRID, 9, 50)


@pytest.mark.parametrize(
    ("text", "vary"),
    [
        ("PAYOFF_VALUE=4", Surroundings(Vary.PAYOFF, 4)),
        ("PAYOFF_PERCENT=10", Surroundings(Vary.PAYOFF_PERCENT, 10)),
        ("ALL_CONSTANTS=10", Surroundings(Vary.CONSTANTS_PERCENT, 10)),
        ("Off", None),
    ],
)
def test_kinds_of_sensitivity(folder: Path, text: str, vary: Surroundings | None) -> None:
    assert sought(folder, f":SENSITIVITY={text}\nfraction").surroundings == vary


INF = math.inf


@pytest.mark.parametrize(
    ("line", "name", "lower", "start", "upper"),
    [
        ("0.0 <= fraction = .5 <= 1", "fraction", 0, 0.5, 1),
        ("0<=fraction=.5<=1", "fraction", 0, 0.5, 1),
        ("0 <= fraction <= 1", "fraction", 0, None, 1),
        ("fraction <= 1", "fraction", -INF, None, 1),
        ("-1e1 <= fraction", "fraction", -10, None, INF),
        ("fraction = 2", "fraction", -INF, 2, INF),
        ("fraction = 2 <= 3", "fraction", -INF, 2, 3),
        ("1 <= fraction = 2", "fraction", 1, 2, INF),
        ("fraction", "fraction", -INF, None, INF),
        ("least <= fraction <= W", "fraction", 0.05, None, 2),
        ("least <= fraction = 0.1", "fraction", 0.05, 0.1, INF),
        ("0 <= rate[East] <= rate[West]", "rate[East]", 0, None, 0.2),
        ('0 <= "odd (name) <= 1" <= 9', "odd (name) <= 1", 0, None, 9),
        ("0 <= fraction <= .1 FRAC", "fraction", 0, None, 0.1),
        ("0 <= fraction <= 1 | ABS = 0.5 {why}", "fraction", 0, None, 1),
        ("fraction | FRAC = 1e-3", "fraction", -INF, None, INF),
    ],
)
def test_bounded_constants(
    folder: Path, line: str, name: str, lower: float, start: float | None, upper: float
) -> None:
    (free,) = sought(folder, line).free
    assert (free.name, free.constants) == (name, (name,))
    assert (free.lower, free.start, free.upper) == (lower, start, upper)


def test_bounds_are_what_changes_make_of_constants(folder: Path) -> None:
    found = read(folder, "least <= fraction <= 1", changes="least = 0.125").optimization
    assert found is not None
    assert found.free[0].lower == 0.125


@pytest.mark.parametrize("line", ["0 <= rate <= 1", "0 <= rate[Region] <= 1"])
def test_each_element_of_an_array_is_free_by_itself(folder: Path, line: str) -> None:
    assert [each.name for each in sought(folder, line).free] == ["rate[East]", "rate[West]"]


def test_types_of_payoffs(folder: Path) -> None:
    found = elements(
        folder,
        """
*Policy
profit/2
*PL
profit/w
*PI
profit
*PLF
profit / -1.5
*R
w/1
*RI
w/1
*Calibration
model var|data var/3
*CGL
model var|data var/.5
*CK
model var | data var / w
*CR
model var|elsewhere
*CP
data var
*c
both|seen/w
both[West]|seen[East]/w
""",
    )
    policy, end, start = PayoffKind.POLICY, PayoffTime.END, PayoffTime.START
    calibration, prior = PayoffKind.CALIBRATION, PayoffKind.PRIOR
    model, data = "model var", "data var"
    assert found == (
        PayoffElement(policy, "profit", 2),
        PayoffElement(policy, "profit", "w", log=True),
        PayoffElement(policy, "profit", at=start),
        PayoffElement(policy, "profit", -1.5, at=end, log=True),
        PayoffElement(prior, "w"),
        PayoffElement(prior, "w", at=start),
        PayoffElement(calibration, model, 3, data),
        PayoffElement(calibration, model, 0.5, data, form=PayoffForm.GAUSSIAN, log=True),
        PayoffElement(calibration, model, "w", data, form=PayoffForm.VARIANCE),
        PayoffElement(calibration, model, 1, "elsewhere", form=PayoffForm.ROBUST),
        PayoffElement(calibration, data, 1, data, form=PayoffForm.POISSON),
        PayoffElement(calibration, "both[East]", "w", "seen[East]"),
        PayoffElement(calibration, "both[West]", "w", "seen[West]"),
        PayoffElement(calibration, "both[West]", "w", "seen[East]"),
    )


def test_what_vensim_may_do_otherwise_is_said(folder: Path) -> None:
    control = ":OPTIMIZER=MCMC\n:MULTIPLE_START=Random\n:MCLIMIT=9\n:HURRY=1\nfraction"
    found = sought(folder, control, "*CK\nmodel var|data var/w\n*C\nmodel var|data var/w")
    assert [each.code for each in found.doubts] == ["S3C718"] * 4
    assert not any(each.is_error for each in found.doubts)
    text = "\n".join(map(str, found.doubts))
    for part in ("*CK", "Markov", "HURRY", "restarts have no end"):
        assert part in text
    assert (found.spread, found.starts) == (Spread.RANDOM, 11)


def test_changes_go_below_what_is_free(folder: Path) -> None:
    """profit is f (10 - 2 f): with the other lookup, and w = 1, what is best is the same."""
    control, payoff = "0 <= fraction <= 9", "*PF\nprofit/w\nterminal value of assets/1"
    found = read(folder, control, payoff, "w = 3\nrate = 1, 2\nfraction = 1")
    assert found.constants == {"w": 3, "rate[East]": 1, "rate[West]": 2, "fraction": 1}
    best = optimize(found)
    assert best.constants["fraction"] == pytest.approx(2.5, rel=1e-4)
    assert best.payoff == pytest.approx(3 * 12.5 + 10, rel=1e-6)


def test_a_save_list_and_other_lookups(folder: Path) -> None:
    plain = MODEL.replace("data var ~~|\nseen[Region] ~~|\n", "")
    (folder / "plain.mdl").write_text(plain, encoding="utf-8")
    (folder / "s.lst").write_text("effect\nprofit\n")
    (folder / "l.cin").write_text("table((0,0),(1,3))")
    (folder / "c.voc").write_text("0 <= fraction <= 1")
    (folder / "p.vpd").write_text("*PF\neffect/1\n")
    found = read_vensim_optimization(
        folder / "c.voc", model=folder / "plain.mdl", payoff=folder / "p.vpd",
        changes=[folder / "l.cin"], save=folder / "s.lst",
    )  # fmt: skip
    assert found.save == ("effect", "profit")
    assert optimize(found).payoff == pytest.approx(3, rel=1e-6)


# --- mistakes ---

BAD_CONTROLS = [
    ("0 <= fractoin <= 1", "S3C705", "1:6", "did you mean “fraction”"),
    ("fraction\n0 <= profit <= 1", "S3C706", "2:6", "no constant"),
    ("1 <= fraction <= 0", "S3C708", "1:1", "not below"),
    ("0 <= fraction = 2 <= 1", "S3C708", "1:1", "not between"),
    ("0 <= fraction = x <= 1", "S3C705", "1:17", "no variable “x”"),
    ("0 <= fraction <= rate", "S3C705", "1:18", "many elements"),
    ("0 <= fraction <= 1e999", "S3C725", "1:18", "too large"),
    ("fraction\n1 <= fraction", "S3C707", "2:1", "free twice"),
    ("1 <= 2 <= fraction <= 3", "S3C725", "1:1", "no bounded constant"),
    ("fraction = 1 = 2", "S3C725", "1:1", "no bounded constant"),
    ("= 1", "S3C725", "1:1", "no bounded constant"),
    ("0 <= fraction | FRAC = 0", "S3C725", "1:15", "no tolerance"),
    ("fraction\n{ never closed", "S3C725", "2:1", "not closed"),
    (":OPTIMIZER=Newton\nfraction", "S3C725", "1:12", "no optimiser"),
    (":OPTIMIZER\nfraction", "S3C725", "1:1", "no value"),
    (":SENSITIVITY=PAY=1\nfraction", "S3C725", "1:14", "no kind of sensitivity"),
    (":SENSITIVITY=PAYOFF_VALUE=-1\nfraction", "S3C725", "1:14", "above 0"),
    (":MAX_ITERATIONS=1.5\nfraction", "S3C725", "1:17", "whole number"),
    (":FRACTIONAL_TOLERANCE=7\nfraction", "S3C725", "1:23", "between 0 and 1"),
    ("", "S3C710", "1:1", "nothing is free"),
]
BAD_PAYOFFS = [
    ("profit/1", "S3C726", "1:1", "below no type"),
    ("*X\nprofit/1", "S3C726", "1:1", "no type"),
    ("*P F\nprofit/1", "S3C726", "1:1", "no type"),
    ("*CO\nmodel var/1", "S3C726", "1:1", "not published"),
    ("*CF\nmodel var/1", "S3C726", "1:1", "means nothing"),
    ("*PFI\nprofit/1", "S3C726", "1:1", "two things"),
    ("*CPL\nmodel var/1", "S3C726", "1:1", "no logarithm"),
    ("*P\nprofti/1", "S3C705", "2:1", "did you mean “profit”"),
    ("*P\ntable/1", "S3C706", "2:1", "lookup"),
    ("*P\nprofit|data var/1", "S3C726", "2:8", "calibrations only"),
    ("*P\nprofit/1/2", "S3C726", "2:1", "too many parts"),
    ("*P\n/1", "S3C726", "2:1", "lacks a part"),
    ("*P\nprofit/", "S3C726", "2:1", "lacks a part"),
    ("*P\nprofit/weight", "S3C705", "2:8", "no variable"),
    ("*P\nprofit/1e999", "S3C726", "2:8", "too large"),
    ("*CR\nmodel var|data var/0", "S3C726", "2:20", "above 0"),
    ("*C\nmodel var|seen/1", "S3C726", "2:11", "2 elements"),
    ("*C\nboth[North]/1", "S3C705", "2:1", "North"),
    ("*C\n", "S3C710", "1:1", "no elements"),
]


@pytest.mark.parametrize(("text", "code", "place", "message"), BAD_CONTROLS)
def test_malformed_controls(folder: Path, text: str, code: str, place: str, message: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        read(folder, text)
    check(caught.value, code, f"c.voc:{place}", message)


@pytest.mark.parametrize(("text", "code", "place", "message"), BAD_PAYOFFS)
def test_malformed_payoffs(folder: Path, text: str, code: str, place: str, message: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        read(folder, payoff=text)
    check(caught.value, code, f"p.vpd:{place}", message)


def check(error: ExperimentError, code: str, place: str, message: str) -> None:
    (found,) = error.diagnostics
    assert found.code == code
    assert found.hint
    assert place in str(found)
    assert message in str(found)


def test_all_mistakes_of_both_files_are_told(folder: Path) -> None:
    with pytest.raises(ExperimentError) as caught:
        read(folder, "a\nb\n0 <= fraction <= 1", "*Q\n*P\nc/1")
    assert len(caught.value.diagnostics) == 4


PARTS = (
    ":OPTIMIZER=Powell", ":OPTI=", ":SENSITIVITY=PAYOFF_VALUE=", "0 <=", "fraction", "= 1", "<= 2",
    "rate[East]", "rate[", "| FRAC = 0.1", "{", "}", '"', "1e9", ":", "=", "<=", "FRAC", "ABS =",
    "*P", "*CG", "*", "/1", "|data var", "/w", "profit", "both[Region]", "\n", "\n", "\n", " ", "é",
    "\\", "\t", ":COMMENT", "-.5e", "'", "[", "]", "\r", "\x0b",
)  # fmt: skip
texts = st.lists(st.sampled_from(PARTS), max_size=25).map("".join)


@settings(max_examples=150, deadline=None)
@given(texts, texts)
def test_any_text_gives_diagnostics(control: str, payoff: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "m.mdl").write_text(MODEL, encoding="utf-8")
        (place / "d.csv").write_text("Time,data var\n1,2\n")
        try:
            read(place, control, payoff)
        except ExperimentError as error:
            told = [str(each) for each in error.diagnostics]
            assert all(each.startswith("error[S3C") and "help: " in each for each in told)


def test_bytes_that_are_no_text(folder: Path) -> None:
    for data in (b"\0", b"fraction\0", b"x" * 2_000_000):
        (folder / "c.voc").write_bytes(data)
        with pytest.raises(RunError, match="S3C606"):
            read_vensim_optimization(
                folder / "c.voc", model=folder / "m.mdl", payoff=folder / "p.vpd"
            )
    with pytest.raises(RunError, match="S3C606"):
        read_vensim_optimization(folder / "no", model=folder / "m.mdl", payoff=folder / "p.vpd")


LARGE = (
    *("[" * 300_000, '"\\' * 150_000, ":a " * 150_000, "{" * 300_000, "{}" * 150_000),
    *("a\n" * 150_000, "0 <= " * 90_000, "*P\n" * 100_000, ":A=1\n" * 90_000),
)


@pytest.mark.parametrize("text", LARGE, ids=range(len(LARGE)))
def test_large_files_take_little_time(folder: Path, text: str) -> None:
    began = time.monotonic()
    for control, payoff in ((text, PAYOFF), (CONTROL, text)):
        with pytest.raises(ExperimentError):
            read(folder, control, payoff)
    assert time.monotonic() - began < 10
