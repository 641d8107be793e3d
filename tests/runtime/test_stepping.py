"""Runs that go on step by step, and are played."""

from __future__ import annotations

import math

import numpy as np
import pytest
from model_texts import compiled

from s3c.runtime import CompiledModel, RunError, SimulationError, UnknownNameError

BANK = compiled(
    "money = INTEG(interest + saving, 100) ~~|\ninterest = rate * money ~~|\n"
    "saving = GAME(5) ~~|\nrate = 0.1 ~~|\ndouble = 2 * rate ~~|\nfirst = INITIAL(money) ~~|\n"
    "share = money / (rate - 1) ~~|\ntable((0,0),(10,100)) ~~|\nlooked = table(Time) ~~|\n"
)
REGIONS = compiled(
    "R: east, west ~~|\npeople[R] = INTEG(births[R], start[R]) ~~|\n"
    "births[R] = GAME(rate[R] * people[R]) ~~|\nstart[R] = 10, 20 ~~|\nrate[R] = 0.1, 0.5 ~~|\n"
)


def test_a_step_is_a_time_step() -> None:
    simulation = BANK.start(time_step=0.5, saveper=0.5)
    assert (simulation.time, simulation.is_over) == (0, False)
    simulation.step()
    assert simulation.time == 0.5
    simulation.step(3)
    assert simulation.time == 2
    simulation.step(0)
    assert simulation.time == 2


def test_the_end_is_not_passed() -> None:
    simulation = BANK.start()
    simulation.step(1000)
    assert (simulation.time, simulation.is_over) == (10, True)
    simulation.step()
    assert simulation.time == 10
    assert simulation.finish().time[-1] == 10
    assert len(simulation.finish().time) == 11
    assert simulation.is_over


def test_a_run_in_steps_is_the_run() -> None:
    simulation = BANK.start({"rate": 0.2})
    while not simulation.is_over:
        simulation.step()
        simulation.value("interest")
    run, whole = simulation.finish(), BANK.run({"rate": 0.2})
    for name in whole.names:
        np.testing.assert_array_equal(run[name], whole[name])


def test_running_until() -> None:
    simulation = BANK.start(time_step=0.25)
    simulation.run_until(2)
    assert simulation.time == 2
    simulation.run_until(2)
    assert simulation.time == 2
    simulation.run_until(2.3)
    assert simulation.time == 2.5
    for earlier in (1, math.nan):
        with pytest.raises(RunError, match="cannot go") as caught:
            simulation.run_until(earlier)
        assert caught.value.code == "S3C603"
    with pytest.raises(RunError, match="-1 steps"):
        simulation.step(-1)


def test_values_are_those_of_the_present_time() -> None:
    simulation = BANK.start()
    simulation.step(3)
    money = 100.0
    for _ in range(3):
        money += 0.1 * money + 5
    assert simulation.value("money") == pytest.approx(money, rel=1e-15)
    assert simulation.value("Interest") == pytest.approx(0.1 * money, rel=1e-15)
    assert simulation.value("rate") == 0.1
    assert simulation.value("DOUBLE") == 0.2
    assert simulation.value("first") == 100
    assert simulation.value("Time") == 3
    for name in ("table", "nothing"):
        with pytest.raises(UnknownNameError):
            simulation.value(name)


def test_values_of_arrays() -> None:
    simulation = REGIONS.start()
    simulation.step()
    people = simulation.value("people")
    np.testing.assert_array_equal(people, [11, 30])
    assert simulation.value("people[west]") == 30
    assert simulation.value("start[east]") == 10
    assert isinstance(people, np.ndarray)
    people[0] = 7
    assert simulation.value("people[east]") == 11


def test_a_game() -> None:
    """What is set holds at once, and until it is set again; it is saved from the present on."""
    simulation = BANK.start({"rate": 0.0})
    simulation.step(2)
    assert simulation.value("saving") == 5
    simulation.set("saving", 20)
    assert simulation.value("saving") == 20
    simulation.step(2)
    simulation.set("saving", -1)
    run = simulation.finish()
    np.testing.assert_array_equal(run["saving"], [5, 5, 20, 20, *[-1] * 7])
    np.testing.assert_array_equal(run["money"][:7], [100, 105, 110, 130, 150, 149, 148])
    assert run.changes == {"rate": 0.0, "saving": -1}


def test_what_is_computed_from_a_constant_follows_it() -> None:
    simulation = BANK.start()
    simulation.step(4)
    simulation.set("rate", 0.5)
    assert simulation.value("double") == 1.0
    run = simulation.finish()
    np.testing.assert_array_equal(run["rate"], [0.1] * 4 + [0.5] * 7)
    np.testing.assert_array_equal(run["double"], [0.2] * 4 + [1.0] * 7)
    assert run.series("rate")[4] == 0.5
    np.testing.assert_array_equal(run["first"], np.full(11, 100.0))


def test_what_else_can_be_set() -> None:
    simulation = BANK.start()
    simulation.step(2)
    simulation.set("first", 7)
    simulation.set("looked", 3)
    assert (simulation.value("first"), simulation.value("looked")) == (7, 3)
    other = BANK.start()
    other.set("table", iter([(0, 1), (10, 1)]))
    other.set("rate", 0.3)
    assert other.value("looked") == 1


def test_elements_are_set() -> None:
    simulation = REGIONS.start()
    simulation.set("births[west]", 1)
    simulation.step()
    simulation.set("rate[east]", 1.0)
    simulation.step()
    simulation.set("births", [0, 0])
    simulation.step()
    run = simulation.run
    np.testing.assert_array_equal(run["people"], [[10, 20], [11, 21], [22, 22], [22, 22]])
    np.testing.assert_array_equal(run["rate[east]"], [0.1, 1, 1, 1])


def test_times_may_be_set() -> None:
    simulation = BANK.start()
    simulation.step(2)
    simulation.set("TIME STEP", 0.5)
    simulation.set("FINAL TIME", 4)
    simulation.step()
    assert simulation.time == 2.5
    assert simulation.finish().time[-1] == 4


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("money", 3, "is a stock"), ("Time", 3, "what a run advances"),
        ("INITIAL TIME", 3, "has started"), ("rate", math.nan, "not a finite number"),
        ("rate", "much", "not a number"), ("table", 3, "is a lookup"),
    ],
)  # fmt: skip
def test_what_cannot_be_set(name: str, value: float | str, words: str) -> None:
    simulation = BANK.start()
    with pytest.raises(RunError, match=words) as caught:
        simulation.set(name, value)
    assert caught.value.code == "S3C602"
    np.testing.assert_array_equal(simulation.finish()["money"], BANK.run()["money"])


def test_a_finished_run_is_not_set() -> None:
    simulation = BANK.start()
    simulation.finish()
    with pytest.raises(RunError, match="finished"):
        simulation.set("rate", 1)


def test_an_error_that_is_seen_in_time_can_be_mended() -> None:
    simulation = BANK.start()
    simulation.step(2)
    simulation.set("rate", 1)
    with pytest.raises(SimulationError, match="share"):
        simulation.value("share")
    simulation.set("rate", 0.5)
    assert simulation.finish()["share"][-1] < 0


def test_an_error_stops_the_run() -> None:
    simulation = BANK.start()
    simulation.step(2)
    simulation.set("rate", 1)
    with pytest.raises(SimulationError, match="share") as caught:
        simulation.step()
    assert caught.value.run is not None
    assert list(caught.value.run.time) == [0, 1]
    for again in (simulation.step, simulation.finish):
        with pytest.raises(RunError, match="cannot go on"):
            again()
    assert list(simulation.run.time) == [0, 1]


def test_the_run_so_far() -> None:
    simulation = BANK.start(saveper=2)
    simulation.step(3)
    early = simulation.run
    np.testing.assert_array_equal(early.time, [0, 2])
    simulation.step()
    np.testing.assert_array_equal(simulation.run.time, [0, 2, 4])
    np.testing.assert_array_equal(early.time, [0, 2])
    whole = simulation.finish()
    np.testing.assert_array_equal(whole.time, [0, 2, 4, 6, 8, 10])
    np.testing.assert_array_equal(early["money"], whole["money"][:2])


@pytest.mark.parametrize("model", [BANK, REGIONS])
def test_looking_changes_nothing(model: CompiledModel) -> None:
    name = model.names[0] if model is BANK else "people"
    simulation = model.start(method="difference", time_step=0.5)
    while not simulation.is_over:
        assert simulation.run.names
        simulation.value(name)
        simulation.set("TIME STEP", 0.25)
        assert not simulation.is_over
        simulation.set("TIME STEP", 0.5)
        simulation.step()
    run, whole = simulation.finish(), model.run(method="difference", time_step=0.5)
    for each in whole.names:
        np.testing.assert_array_equal(run[each], whole[each])


def test_progress_is_told_to_the_end() -> None:
    told: list[float] = []
    simulation = BANK.start(progress=told.append)
    simulation.step(5)
    simulation.finish()
    assert told[0] == 0.0
    assert told[-1] == 1.0


@pytest.mark.parametrize("begin", ["run", "start"])
def test_an_option_that_is_none_is_refused(begin: str) -> None:
    """Rather than a slip of the pen being without effect."""
    model = compiled("x = INTEG(1, 0) ~~|")
    with pytest.raises(TypeError, match="mehtod"):
        getattr(model, begin)(mehtod="rk4")
