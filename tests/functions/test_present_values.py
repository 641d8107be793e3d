"""Present values against sums of geometric series, and what DELAYP has under way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_texts import TIMES, compiled, meanings

CALL = "x = {}(stream, rate, start, factor) ~~|\nfactor = 3 ~~|\nstart = 20 ~~|\n"


def value(function: str, stream: str, rate: float, step: float) -> np.ndarray:
    text = f"{CALL.format(function)}stream = {stream} ~~|\nrate = {rate!r} ~~|\n"
    found: np.ndarray = compiled(text).run(time_step=step)["x"]
    return found


RATES = st.floats(0.01, 2)
STEPS = st.sampled_from([0.125, 0.25, 0.5, 1.0])


@pytest.mark.checks("NPV", against="closed form")
@pytest.mark.checks("NPVE", against="closed form")
@given(rate=RATES, step=STEPS)
def test_a_constant_stream_is_a_geometric_series(rate: float, step: float) -> None:
    """The n-th step is worth 1 / (1 + r * TIME STEP) ^ n at its beginning."""
    factor = 1 / (1 + rate * step)
    count = np.arange(1, round(10 / step) + 2)
    every = 7 * step * (1 - factor**count) / (1 - factor)
    for function, series in (("NPV", every), ("NPVE", factor * every)):
        found = value(function, "7", rate, step)[:: round(1 / step)]
        wanted = 3 * (20 + series)[:: round(1 / step)]
        assert np.allclose(found, wanted[: len(found)], rtol=1e-12)


@pytest.mark.checks("NPVE", against="closed form")
def test_npve_is_what_a_spreadsheet_gives() -> None:
    """NPV(10 %; -1000; 300; 420; 680), each at the end of its year, is 118.844341233522."""
    stream = "WITH LOOKUP(Time, ((0,-1000),(1,300),(2,420),(3,680))) "
    found = value("NPVE", stream, 0.1, 1.0)
    # The sum of -1000/1.1 + 300/1.1^2 + 420/1.1^3 + 680/1.1^4, by hand.
    by_hand = (-1000 * 1.331 + 300 * 1.21 + 420 * 1.1 + 680) / 1.4641
    assert found[3] == pytest.approx(3 * (20 + by_hand))


def test_without_discount_it_is_the_sum() -> None:
    assert value("NPV", "Time", 0.0, 1.0).tolist() == [
        3 * (20 + n * (n + 1) / 2) for n in range(11)
    ]


def test_npv_within_an_expression_and_of_an_array() -> None:
    text = (
        "R: a, b ~~|\ns[R] = 1, 2 ~~|\nx[R] = 1 + NPV(s[R], 1, 0, 1) ~~|\ntotal = SUM(x[R!]) ~~|\n"
    )
    run = compiled(text).run(final_time=2)
    assert run["x"].tolist() == [[2, 3], [2.5, 4], [2.75, 4.5]]


# --- DELAYP ---

DELAYED = (
    "out = DELAYP(in, delay : under way) ~~|\nsame = DELAY3(in, delay) ~~|\n"
    "in = 2 + STEP(3, 2) + RAMP(0.5, 4, 7) ~~|\ndelay = 3 + STEP(2, 5) ~~|\n"
    "balance = INTEG(in - out, in * delay) ~~|\ntwice = 2 * under way ~~|\n"
)


@pytest.mark.checks("DELAYP", against="closed form")
@pytest.mark.checks("DELAYP", against="independent implementation")
@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_delayp_is_delay3_and_what_went_in_and_did_not_come_out(method: str) -> None:
    run = compiled(DELAYED).run(method=method, time_step=0.25)
    assert np.array_equal(run["out"], run["same"])
    assert np.allclose(run["under way"], run["balance"], rtol=1e-12)
    assert np.array_equal(run["twice"], 2 * run["under way"])
    assert run["under way"][0] == 6  # in balance: two for three units of time


def test_delayp_without_its_output_and_of_an_array() -> None:
    text = (
        "R: a, b ~~|\nin[R] = 1, 2 ~~|\nout[R] = DELAYP(in[R], 3 : way[R]) ~~|\n"
        "plain = DELAYP(5, 2) ~~|\n"
    )
    run = compiled(text).run(final_time=1)
    assert run["way"].tolist() == [[3, 6]] * 2
    assert run["plain"].tolist() == [5, 5]


# --- Other names ---


@pytest.mark.checks("TABXL", against="closed form")
def test_tabxl_goes_on_with_the_end_slopes() -> None:
    text = "t((0,0),(1,2),(2,6)) ~~|\nx = TABXL(t, Time - 2) ~~|\n"
    assert compiled(text).run(final_time=5)["x"].tolist() == [-4, -2, 0, 2, 6, 10]


@pytest.mark.checks("REINITIAL", against="closed form")
def test_reinitial_is_initial() -> None:
    text = "x = REINITIAL(Time + y) ~~|\ny = 2 * z ~~|\nz = INTEG(1, 4) ~~|\n"
    assert set(compiled(text).run(initial_time=3)["x"]) == {11}
    assert meanings(text)["x"] == "Initial: INITIAL(Time + y)"


def test_times_are_those_of_the_run() -> None:
    """A macro reads the model's own TIME STEP, whatever it is set to."""
    model = compiled("x = NPV(1, 0.5, 0, 1) ~~|\n", TIMES.replace("STEP = 1", "STEP = 2"))
    assert model.run()["x"][:2].tolist() == [2, 3]
