"""Each function against numbers computed by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from xmile_models import aux, diagnostics, errors, run, value, xmile

TABLE = '<gf name="table"><xpts>0,1,3</xpts><ypts>0,10,20</ypts></gf>'


@pytest.mark.parametrize(
    ("equation", "wanted"),
    [
        ("ABS(-3)", 3.0),
        ("INT(2.7)", 2.0),
        ("INT(-2.7)", -3.0),
        ("INT(-2)", -2.0),
        ("ROUND(2.5)", 3.0),
        ("ROUND(-2.5)", -3.0),
        ("ROUND(2.4)", 2.0),
        ("7 MOD 3", 1.0),
        ("-7 MOD 3", 2.0),  # a sign is tighter than MOD
        ("(-7) MOD 3", 2.0),
        ("7 MOD (-3)", -2.0),
        ("(-7) MOD (-3)", -1.0),
        ("MOD(7.5, 2)", 1.5),
        ("LOG10(100)", 2.0),
        ("LN(EXP(2))", 2.0),
        ("SQRT(16)", 4.0),
        ("SIN(PI / 2)", 1.0),
        ("COS(PI())", -1.0),
        ("ARCTAN(TAN(0.5))", 0.5),
        ("ARCSIN(1) + ARCCOS(1)", math.pi / 2),
        ("MIN(3, 2)", 2.0),
        ("MAX(1, 5, 3, 4)", 5.0),
        ("MIN(4, INF)", 4.0),
        ("SAFEDIV(1, 0)", 0.0),
        ("SAFEDIV(1, 0, 9)", 9.0),
        ("SAFEDIV(1, 1e-9, 9)", 1e9),  # only zero is zero
        ("STARTTIME + STOPTIME + DT + TIME", 5.0),
        ("LOOKUP(table, 2)", 15.0),
        ("table(2)", 15.0),
        ("table(9)", 20.0),
        ("LOOKUPINV(table, 15)", 2.0),
        ("EXPRND(0)", 0.0),
        ("RANDOM(2, 2)", 2.0),
        ("NORMAL(3, 0)", 3.0),
    ],
)
def test_number(equation: str, wanted: float) -> None:
    assert value(equation, TABLE) == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("equation", "wanted"),
    [
        ("STEP(3, 2)", [0, 0, 3, 3, 3]),
        ("RAMP(2, 1)", [0, 0, 2, 4, 6]),
        ("RAMP(2)", [0, 2, 4, 6, 8]),
        ("RAMP(2, 1, 3)", [0, 0, 2, 4, 4]),
        ("PULSE(6, 1)", [0, 6, 0, 0, 0]),
        ("PULSE(6, 1, 0)", [0, 6, 0, 0, 0]),
        ("PULSE(6, 0, 2)", [6, 0, 6, 0, 6]),
        ("DELAY(Time, 2)", [0, 0, 0, 1, 2]),
        ("DELAY(Time, 2, 9)", [9, 9, 0, 1, 2]),
        ("1 + DELAY(Time, 1, 9)", [10, 1, 2, 3, 4]),
        ("INIT(Time + 5)", [5, 5, 5, 5, 5]),
        ("Time - INIT(Time - 1)", [1, 2, 3, 4, 5]),
        ("PREVIOUS(Time, -1)", [-1, 0, 1, 2, 3]),
        ("IF Time = 2 THEN 7 ELSE PREVIOUS(SELF, 1)", [1, 1, 7, 7, 7]),
        # Constant inputs stay what they are, whatever the delay.
        ("DELAY1(4, 2)", [4, 4, 4, 4, 4]),
        ("DELAY3(4, 3)", [4, 4, 4, 4, 4]),
        ("SMTHN(4, 2, 2)", [4, 4, 4, 4, 4]),
        # level' = (4 - level) / 2 from 0.
        ("SMTH1(4, 2, 0)", [0, 2, 3, 3.5, 3.75]),
        ("SMTHN(4, 2, 1, 0)", [0, 2, 3, 3.5, 3.75]),
        # Two stages of time 1 each: the first is 4 after one step, the second after two.
        ("SMTHN(4, 2, 2, 0)", [0, 0, 4, 4, 4]),
        ("DELAYN(4, 2, 2, 0)", [0, 0, 4, 4, 4]),
        # level' = 4 - level / 2 from 0; the output is level / 2.
        ("DELAY1(4, 2, 0)", [0, 2, 3, 3.5, 3.75]),
        ("DELAYN(4, 2, 1, 0)", [0, 2, 3, 3.5, 3.75]),
        # Three stages of time 1 each.
        ("DELAY3(4, 3, 0)", [0, 0, 0, 4, 4]),
        ("SMTH3(4, 3, 0)", [0, 0, 0, 4, 4]),
        # average' = (x - average) / 2 from x = 4: 4, 4, 4; trend (x - average) / (average * 2).
        ("TREND(4, 2)", [0, 0, 0, 0, 0]),
        ("FORCST(4, 2, 3)", [4, 4, 4, 4, 4]),
        # From average 4 / (1 + 0.5 * 2) = 2: the trend is (4 - 2) / (2 * 2) = 0.5 at first, then
        # the average is 3, 3.5, …: 4 * (1 + 1 * (4 - 3) / (2 * 3)).
        ("FORCST(4, 2, 1, 0.5)", [6, 4 * 7 / 6, 4 * (1 + 0.5 / 7), None, None]),
        ("TREND(4, 2, 0.5)", [0.5, 1 / 6, 0.5 / 7, None, None]),
    ],
)
def test_series(equation: str, wanted: list[float | None]) -> None:
    found = run(xmile(aux("x", equation)))["x"]
    for number, each in zip(found, wanted, strict=True):
        assert each is None or number == pytest.approx(each, rel=1e-9)


def test_pulse_gives_its_volume_whatever_the_step() -> None:
    specs = '<start>0</start><stop>4</stop><dt reciprocal="true">8</dt>'
    stock = '<stock name="s"><eqn>0</eqn><inflow>f</inflow></stock>'
    flow = '<flow name="f"><eqn>PULSE(6, 1, 2)</eqn></flow>'
    run_ = run(xmile(stock + flow, specs=specs))
    assert run_["TIME STEP"][0] == 0.125
    assert run_["s"][-1] == 12


def test_a_drawn_argument_is_drawn_once() -> None:
    found = run(xmile(aux("x", "INT(RANDOM(0, 1000)) - INT(RANDOM(0, 1000) * 0)")))["x"]
    assert (found == np.round(found)).all()
    assert len(set(found)) > 1
    drawn = aux("d", "RANDOM(-5, 5) MOD 3") + aux("e", "ABS(RANDOM(-5, 5)) // 1")
    more = run(xmile(drawn, specs="<start>0</start><stop>200</stop><dt>1</dt>"))
    assert ((more["d"] >= 0) & (more["d"] < 3)).all()


def test_a_guard_keeps_what_it_guards_from_being_computed() -> None:
    assert value("IF Time > 9 THEN INT(LN(Time - 9)) ELSE 1") == 1
    assert value("IF Time > 9 THEN 5 MOD (0 * Time) ELSE 1") == 1


@pytest.mark.parametrize(
    ("equation", "wanted"),
    [
        # Vensim's own functions, which its exports keep; of 1, 1, … at a rate of 1.
        ("NPV(1, 1, 0, 1)", [1, 1.5, 1.75, 1.875, 1.9375]),
        ("NPVE(1, 1, 0, 1)", [0.5, 0.75, 0.875, 0.9375, 0.96875]),
        ("TIME_BASE(1970, 2)", [1970, 1972, 1974, 1976, 1978]),
        ("REINITIAL(Time + 1)", [1, 1, 1, 1, 1]),
        ("GET_TIME_VALUE(0, 3, 0)", [3, 4, 5, 6, 7]),
    ],
)
def test_vensims_own(equation: str, wanted: list[float]) -> None:
    assert run(xmile(aux("x", equation)))["x"].tolist() == wanted


@pytest.mark.parametrize(
    "equation",
    ["NPV(1, 0.1)", "MESSAGE(1, 2)", "CUMULATE(x)", "TABBED_ARRAY(1)", "GET_XLS_DATA(1, 2, 3, 4)",
     "GET_DATA_LAST_TIME(x)", "A_FUNCTION_OF(x)"],
)  # fmt: skip
def test_what_vensim_alone_can_say_is_refused(equation: str) -> None:
    assert errors(xmile(aux("x", equation))) == ["S3C153"]


@pytest.mark.parametrize(
    "equation",
    ["POISSON(3)", "LOGNORMAL(1, 2)", "RANK(1, 2)", "nothing(3)", "EXPBND(1)", "HISTORY(x, 1)",
     "a[i + 1]", "a[1:2]"],
)  # fmt: skip
def test_what_cannot_be_expressed_is_refused(equation: str) -> None:
    found = [each for each in diagnostics(xmile(aux("x", equation))) if each.is_error]
    assert [each.code for each in found] == ["S3C153"]
    assert found[0].hint


@pytest.mark.parametrize("equation", ["SIN()", "STEP(1)", "PULSE(3)", "DELAY(1)", "PI(3)"])
def test_wrong_number_of_arguments(equation: str) -> None:
    assert errors(xmile(aux("x", equation))) == ["S3C203"]


def test_a_delay_time_that_changes_is_refused() -> None:
    assert errors(xmile(aux("x", "DELAY(Time, y)") + aux("y", "1 + Time"))) == ["S3C153"]
    assert errors(xmile(aux("x", "DELAY(Time, y)") + aux("y", "1 + z") + aux("z", "DT"))) == []
    assert errors(xmile(aux("x", "DELAY(Time, INIT(y))") + aux("y", "1 + Time"))) == []
    assert errors(xmile(aux("x", "DELAY(Time, y)") + aux("y", "y"))) != []


def test_a_lookup_needs_a_table() -> None:
    assert errors(xmile(aux("x", "LOOKUP(y, 1)") + aux("y", "2"))) == ["S3C206"]
    assert errors(xmile(aux("x", "LOOKUP(3, 1)"))) == ["S3C206"]
