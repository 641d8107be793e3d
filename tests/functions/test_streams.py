"""Random functions in models: when they draw, and what their numbers depend on."""

from __future__ import annotations

from hashlib import sha256
from itertools import combinations
from zlib import crc32

import numpy as np
import pytest
from interpreter import Interpreter
from model_texts import TIMES, compiled, errors
from scipy import stats

from s3c.compiler import Source, check
from s3c.runtime import Run, SimulationError

EVERY_CALL = """
density((0, 1), (1, 3), (2, 0)) ~~|
uniform = RANDOM UNIFORM(0, 1, 3) ~~|
normal = RANDOM NORMAL(-9, 9, 0, 1, 3) ~~|
exponential = RANDOM EXPONENTIAL(0, 99, 0, 1, 3) ~~|
gamma = RANDOM GAMMA(0, 99, 2, 0, 1, 3) ~~|
beta = RANDOM BETA(0, 1, 2, 3, 0, 1, 3) ~~|
binomial = RANDOM BINOMIAL(0, 99999, 0.4, 99999, 0, 1, 3) ~~|
negative binomial = RANDOM NEGATIVE BINOMIAL(0, 1e9, 0.001, 9, 0, 1, 3) ~~|
poisson = RANDOM POISSON(0, 1e9, 99999, 0, 1, 3) ~~|
triangular = RANDOM TRIANGULAR(0, 9, 0, 3, 5, 3) ~~|
weibull = RANDOM WEIBULL(0, 99, 2, 0, 1, 3) ~~|
lookup = RANDOM LOOKUP(density, 0, 9, 0, 1, 3) ~~|
default = RANDOM 0 1() ~~|
"""
NAMES = tuple(
    line.partition(" =")[0] for line in EVERY_CALL.splitlines() if line and "density((" not in line
)


def differs(first: Run, second: Run, name: str) -> bool:
    """Whether no number of a variable is the same; fails where only some are."""
    same = first[name] == second[name]
    assert same.all() or not same.any()
    return not same.all()


@pytest.mark.parametrize("name", NAMES)
def test_one_draw_a_time_step(name: str) -> None:
    model = compiled(EVERY_CALL)
    run = model.run()
    assert len(set(run[name])) == 11
    assert not differs(run, model.run(), name)
    # Saved less often, the same draws are made.
    assert model.run(saveper=2)[name].tolist() == run[name][::2].tolist()


@pytest.mark.parametrize("name", NAMES)
def test_draws_are_held_inside_a_runge_kutta_step(name: str) -> None:
    model = compiled(EVERY_CALL + f"sum = INTEG({name}, 0) ~~|\n")
    euler, other = (model.run(method=method, time_step=0.5) for method in ("euler", "rk4"))
    assert not differs(euler, other, name)
    assert other["sum"] == pytest.approx(euler["sum"], rel=1e-12)


def test_calls_of_one_stream_draw_numbers_of_their_own() -> None:
    call = "RANDOM UNIFORM(0, 1, 7)"
    run = compiled(
        f"a = {call} ~~|\nb = {call} ~~|\nc = {call} - {call} ~~|\nd = RANDOM 0 1() ~~|\n"
    ).run()
    for first, second in combinations((run[name] for name in "abcd"), 2):
        assert not set(first) & set(second)
    assert 0 not in run["c"]


def test_elements_draw_numbers_of_their_own() -> None:
    run = compiled(
        "R: a, b, c ~~|\nS: d, e ~~|\nx[R, S] = RANDOM GAMMA(0, 99, 2, 0, 1, 0) ~~|\n"
        "y[a] = RANDOM UNIFORM(0, 1, 1) ~~|\ny[b] = RANDOM UNIFORM(0, 1, 1) ~~|\ny[c] = 2 ~~|\n"
    ).run()
    assert np.unique(run["x"]).size == 11 * 6
    assert np.unique(run["y"]).size == 2 * 11 + 1


def test_an_equation_more_changes_no_other_draw() -> None:
    """Where Vensim's calls of one stream take turns, and so change one another."""
    run = compiled(EVERY_CALL).run()
    more = compiled(
        "a = RANDOM POISSON(0, 99, 9, 0, 1, 3) ~~|\nb = RANDOM 0 1() ~~|\n" + EVERY_CALL
    )
    assert not any(differs(run, more.run(), name) for name in NAMES)


def test_initial_draws_at_the_first_time() -> None:
    text = "once = INITIAL(RANDOM UNIFORM(0, 1, 0)) ~~|\nlevel = INTEG(0, RANDOM 0 1()) ~~|\n"
    model = compiled(text)
    run = model.run()
    for name in ("once", "level"):
        assert len(set(run[name])) == 1
        assert 0 < run[name][0] < 1
        assert model.run(initial_time=5)[name][0] == run[name][0]
        assert model.run(seed=5)[name][0] != run[name][0]
    # Drawn once and for all: the same call, drawn at every step, has that number first.
    always = compiled("once = RANDOM UNIFORM(0, 1, 0) ~~|\n").run()["once"]
    assert len(set(always)) == 11


STREAMS = "zero = RANDOM UNIFORM(0, 1, 0) ~~|\nother = RANDOM UNIFORM(0, 1, 0.5) ~~|\n"


def test_noise_seed_is_the_seed_of_stream_0() -> None:
    without = compiled(STREAMS)
    model = compiled(STREAMS + "NOISE SEED = 11 ~~|\n")
    run, changed, base = model.run(), model.run({"NOISE SEED": 12}), without.run()
    assert differs(run, changed, "zero")
    assert not differs(run, changed, "other")
    assert differs(run, base, "zero")
    assert not differs(run, base, "other")
    assert not differs(model.run({"NOISE SEED": 4487556}), base, "zero")


@pytest.mark.parametrize(
    "more", ["", "NOISE SEED = 11 ~~|\n", "NOISE SEED = 2 * Eleven ~~|\nEleven=11~~|\n"]
)
def test_the_seed_of_a_run_is_the_seed_of_all_streams(more: str) -> None:
    model = compiled(STREAMS + more)
    first, second = model.run(seed=1), model.run(seed=2)
    for name in ("zero", "other"):
        assert differs(first, second, name)
        assert differs(first, model.run(), name)
        assert not differs(first, compiled(STREAMS).run(seed=1), name)


# --- Lookups -------------------------------------------------------------------------------------

DENSITIES = """
R: a, b ~~|
tent((0, 0), (1, 1), (2, 0)) ~~|
of[a]((10, 1), (11, 1)) ~~|
of[b]((20, 1), (21, 1)) ~~|
scalar = RANDOM LOOKUP(tent, 0, 99, 0, 1, 0) ~~|
inside = 100 + RANDOM LOOKUP(of[b], 0, 99, 0, 1, 0) ~~|
of one[R] = RANDOM LOOKUP(tent, 0, 99, 0, 1, 0) ~~|
of each[R] = RANDOM LOOKUP(of[R], 0, 99, 0, 1, 0) ~~|
"""


def test_lookups_of_scalars_and_arrays() -> None:
    model = compiled(DENSITIES)
    run = model.run()
    assert ((run["scalar"] > 0) & (run["scalar"] < 2)).all()
    assert ((run["inside"] >= 120) & (run["inside"] <= 121)).all()
    assert np.unique(run["of one"]).size == 22
    assert (np.floor(run["of each"]) == [10, 20]).all()
    other = model.run({"tent": [(5, 1), (6, 1)], "of[a]": [(30, 1), (31, 1)]})
    assert (np.floor(other["scalar"]) == 5).all()
    assert (np.floor(other["of one"]) == 5).all()
    assert (np.floor(other["of each"]) == [30, 20]).all()


def test_the_interpreter_draws_the_same() -> None:
    for model in (EVERY_CALL, DENSITIES):
        program = check(Source("m.mdl", model + TIMES)).program
        assert program
        expected, run = Interpreter(program).run(10), compiled(model).run()
        for name in run.names:
            if expected[name] and name != "Time":
                assert np.array_equal(run[name], expected[name]), name


def test_what_is_no_lookup_is_refused() -> None:
    text = "x = RANDOM LOOKUP(y, 0, 1, 0, 1, 0) ~~|\ny = Time ~~|\n"
    assert errors(text) == [("S3C206", "y")]
    assert errors("x = RANDOM NEGATIVE BINOMIAL(0, 9, 0.5, 3, 0) ~~|\n")[0][0] == "S3C203"


# --- Errors --------------------------------------------------------------------------------------


def test_a_draw_without_a_value_names_its_equation() -> None:
    with pytest.raises(SimulationError, match="mean of a Poisson distribution") as caught:
        compiled("x = RANDOM POISSON(0, 9, 5 - Time, 0, 1, 0) ~~|\n").run()
    assert caught.value.failure.time == 6
    assert caught.value.code == "S3C601"


@pytest.mark.parametrize("axes", ["", "[R]"])
def test_a_run_goes_on_without_it(axes: str) -> None:
    text = f"R: a, b ~~|\nx{axes} = RANDOM POISSON(0, 99, 5 - Time, 0, 1, 0) ~~|\n"
    run = compiled(text).run(on_error="nan")
    gone = np.isnan(run["x"])
    assert not gone[:6].any()
    assert gone[6:].all()


def test_a_branch_guards_its_draw() -> None:
    text = "x = IF THEN ELSE(Time < 5, RANDOM WEIBULL(1, 9, 5 - Time, 0, 1, 0), 0) ~~|\n"
    assert (compiled(text).run()["x"] > 0).tolist() == [True] * 5 + [False] * 6


# --- Pink noise ----------------------------------------------------------------------------------


@pytest.mark.checks("RANDOM PINK NOISE", against="closed form")
def test_pink_noise_is_as_correlated_as_it_should_be() -> None:
    """Normal at all times, and correlated by (1 - TIME STEP / correlation time) a step."""
    model = compiled("R: (e1-e3000) ~~|\nx[R] = RANDOM PINK NOISE(5, 2, 4, 0) ~~|\n")
    values = model.run(final_time=8, time_step=0.5)["x"]
    assert values.shape == (17, 3000)
    for now in values[[0, 1, 16]]:
        assert stats.kstest(now, stats.norm(5, 2).cdf).pvalue > 1e-3
    for lag in (1, 2, 8, 16):
        found = stats.pearsonr(values[0], values[lag]).statistic
        assert found == pytest.approx((1 - 0.5 / 4) ** lag, abs=0.06)


def test_pink_noise_of_a_correlation_time_that_is_too_short() -> None:
    with pytest.raises(SimulationError):
        compiled("x = RANDOM PINK NOISE(5, 2, 0.4, 0) ~~|\n").run()
    run = compiled("x = 1 + RANDOM PINK NOISE(5, 0, 4, 1) ~~|\n").run(method="rk4")
    assert run["x"].tolist() == [6] * 11


def test_calls_whose_names_have_one_checksum_draw_their_own() -> None:
    """Sites are checksums of names; among 200,000 names some have the same one."""
    seen: dict[int, str] = {}
    for number in range(200_000):
        name = f"x{sha256(str(number).encode()).hexdigest()}"  # far apart, as such names must be
        other = seen.setdefault(crc32(f"{name} 1".encode()), name)
        if other != name:
            break
    else:
        raise AssertionError("no two names have one checksum")
    draw = "RANDOM UNIFORM(0, 1, 0) ~~|\n"
    run = compiled(f"{name} = {draw}{other} = {draw}").run()
    assert not (run[name] == run[other]).any()
    alone = compiled(f"{name} = {draw}").run()
    assert (alone[name] == run[name]).all()
