"""Runs that are saved on their way and go on: they equal those that never stopped, bit for bit."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_texts import compiled

import s3c
from s3c.runtime import REGISTRY, CompiledModel, Method, Run, RunError, Simulation

# The package's own modules, which type checkers know by the folders' names.
memory_state: Any = import_module("s3c.runtime.memory_state")
checked: Any = import_module("s3c.runtime.checked")
states: Any = import_module("s3c.runtime.state")

TIMES = (
    "INITIAL TIME = 0 ~~|\nFINAL TIME = 12 ~~|\nSAVEPER = 1 ~~|\n"
    "TIME STEP = IF THEN ELSE(Time < 5, 0.5, 0.25) ~~|\n"
)
ALL_MEMORIES = """
x = INTEG(y - x / delay, start) ~~|
start = INITIAL(10 * factor) ~~|
y = noise + 0.1 * late ~~|
noise = RANDOM NORMAL(-5, 5, 0, 1, 3) ~~|
late = DELAY FIXED(x, 2.5, 1) ~~|
through = DELAY N(x, 3 + SIN(Time), 2, 3) ~~|
smooth = SMOOTH N(y, 4, 1, 2) ~~|
held = SAMPLE IF TRUE(MODULO(Time, 3) < 0.4, noise, 0) ~~|
third = SMOOTH3(y, 2) ~~|
table((0,0),(5,3),(12,1)) ~~|
looked = table(Time) * factor ~~|
delay = 4 ~~|
factor = 0.5 ~~|
"""
ARRAYS = """
R: a, b, c ~~|
S: first, second ~~|
x[R, S] = INTEG(noise[R] - x[R, S] / 3, level[R]) ~~|
noise[R] = RANDOM UNIFORM(0, 1, 2) ~~|
late[R] = DELAY FIXED(noise[R], lag[R], 0) ~~|
held[R, S] = SAMPLE IF TRUE(x[R, S] > 1, x[R, S], -1) ~~|
through[R] = DELAY N(x[R, first], 2, 1, 2) ~~|
level[R] = 1, 2, 3 ~~|
lag[R] = 0.5, 1.5, 3 ~~|
total = SUM(x[R!, first]) ~~|
"""
DISCRETE = """
R: a, b ~~|
flat((0,1),(1,1)) ~~|
rising((0,0),(1,1)) ~~|
into[R] = RANDOM POISSON(0, 50, 5, 0, 1, 0) + weight[R] ~~|
weight[R] = 1, 2 ~~|
belt = RANDOM GAMMA(0, 100, 2, 1, 1, 7) ~~|
line[R] = QUEUE FIFO(into[R], 4, flat, 20, 3) ~~|
oldest[R] = QUEUE AGE OLDEST(line[R]) ~~|
waited[R] = QUEUE AGE AVERAGE(line[R], 5) ~~|
marked = QUEUE FIFO ATTRIB(belt, 1, Time, 0.5, rising, flat, 10, 1, 2) ~~|
quality = QUEUE ATTRIB AVERAGE(marked, 3) ~~|
fixed = DELAY FIXED(belt, 1.5, 0) ~~|
nth = DELAY N(belt, 3, 1, 3) ~~|
sample = SAMPLE IF TRUE(belt > 3, belt, 0) ~~|
material = DELAY MATERIAL(belt, 1 + MODULO(Time, 3), 2, -1) ~~|
information = DELAY INFORMATION(belt, 1 + MODULO(Time, 3), 2) ~~|
batch = DELAY BATCH(belt, 9, 2, 3, 1, 4) ~~|
conveyor = DELAY CONVEYOR(belt, 3, 0.05, rising, 12, 3) ~~|
response = DELAY PROFILE(rising, belt, 2, 1, 0.1) ~~|
written off = DEPRECIATE STRAIGHTLINE(belt, 4, 1, 3) ~~|
Y: first, second, third ~~|
part[Y] = 3, 2, 1 ~~|
scheduled[R] = DEPRECIATE BY SCHEDULE(into[R], part[first], part[first], 5, 0.2) ~~|
worth = NET PRESENT VALUE(belt, 0.1, 1, 0, 1) ~~|
rate = INTERNAL RATE OF RETURN(belt, 1, -50, 0) ~~|
tank = SINTEG(belt - 3, 4, 0, 10, 0.5, 2, 0.2) ~~|
settled = SIMULTANEOUS(COS(settled) + belt / 100, 1) ~~|
stock[R] = INTEG(into[R] - line[R] / 9, oldest[R]) ~~|
moved = SHIFT IF TRUE(stock[a], MODULO(Time, 2) < 0.2, 2, 0, belt) ~~|
noise = RANDOM PINK NOISE(0, 1, 2, 3) ~~|
NOISE SEED = 99 ~~|
"""
MODELS = {
    "memories": compiled(ALL_MEMORIES, TIMES),
    "arrays": compiled(ARRAYS, TIMES),
    "discrete": compiled(DISCRETE, TIMES),
}
METHODS = sorted(Method)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "run.state"


def bits(run: Run) -> dict[str, bytes]:
    """All that was saved, hidden variables included, as bytes."""
    assert all(run[each].dtype == np.float64 for each in run.names)
    return {"Time": run.time.tobytes()} | {
        each.name: run[each.name].tobytes() for each in run.variables
    }


def interrupted(model: CompiledModel, stops: list[float], **options: Any) -> Run:
    """A run that is saved and resumed at each of some times, in order."""
    simulation = model.start(**options)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.state"
        for stop in sorted(stops):
            simulation.run_until(max(stop, simulation.time))
            simulation.save(path)
            simulation = model.resume(path)
    return simulation.finish()


@pytest.mark.parametrize("name", MODELS)
@settings(max_examples=25, deadline=None)
@given(
    stops=st.lists(st.floats(0, 13), max_size=4),
    method=st.sampled_from(METHODS),
    seed=st.integers(0, 5),
)
def test_stopped_anywhere_any_number_of_times(
    name: str, stops: list[float], method: Method, seed: int
) -> None:
    model = MODELS[name]
    whole = model.run(method=method, seed=seed)
    found = interrupted(model, stops, method=method, seed=seed)
    assert bits(found) == bits(whole)
    assert (found.method, found.seed, found.changes) == (whole.method, whole.seed, whole.changes)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("method", METHODS)
def test_stopped_at_every_step(name: str, method: Method, state: Path) -> None:
    model = MODELS[name]
    simulation = model.start(method=method)
    while not simulation.is_over:
        simulation.step()
        simulation.save(state)
        simulation = model.resume(state)
    assert bits(simulation.finish()) == bits(model.run(method=method))


def test_what_a_run_was_asked_for_is_kept(state: Path) -> None:
    model = MODELS["arrays"]
    changes: dict[str, Any] = {
        "level": [3.0, 1.0, 0.1], "lag[b]": 2.0, "x noise": None, "noise[a]": 0.25
    }  # fmt: skip
    del changes["x noise"]
    options: Any = {"final_time": 9, "saveper": 0.5, "save": ["x[a,first]", "late", "total"]}
    simulation = model.start(changes, **options)
    simulation.run_until(4)
    simulation.save(state)
    found, whole = model.resume(state).finish(), model.run(changes, **options)
    assert bits_of_columns(found) == bits_of_columns(whole)
    assert found.names == whole.names


def test_the_number_of_a_run_is_kept(state: Path) -> None:
    model = MODELS["memories"]
    simulation = model.start(run_number=2**20 + 3)
    simulation.run_until(4)
    simulation.save(state)
    found = model.resume(state).finish()
    assert bits(found) == bits(model.run(run_number=2**20 + 3))
    assert bits(found) != bits(model.run())


def bits_of_columns(run: Run) -> dict[str, bytes]:
    return {each: run[each].tobytes() for each in run.columns} | {"Time": run.time.tobytes()}


def test_lookups_are_kept(state: Path) -> None:
    model = MODELS["memories"]
    simulation = model.start({"table": iter([(0, 1), (12, 7)])})
    simulation.step(3)
    simulation.set("table", [(0, 5), (12, 5)])
    simulation.save(state)
    found = model.resume(state).finish()
    np.testing.assert_array_equal(found["looked"][2:], np.full(11, 2.5))
    assert found["looked"][1] == 0.5 * 1.5


def test_what_is_set_on_the_way_holds_after_a_stop(state: Path) -> None:
    model = MODELS["memories"]

    def played(*, stops: bool) -> Run:
        simulation: Simulation = model.start({"factor": 0.7}, method="rk4")
        for time, name, value in [
            (2, "factor", 0.9), (4, "y", 3.0), (4, "start", 5.0), (6, "Factor", 0.2),
            (8, "late", -1.0), (9, "y", 2.0), (10, "NOISE SEED", 0.0),
        ]:  # fmt: skip
            if name == "NOISE SEED":
                continue
            simulation.run_until(time)
            simulation.set(name, value)
            if stops:
                simulation.save(state)
                simulation = model.resume(state)
        return simulation.finish()

    one, two = played(stops=False), played(stops=True)
    assert bits(one) == bits(two)
    assert one.changes == two.changes
    np.testing.assert_array_equal(one["factor"], [0.7] * 2 + [0.9] * 4 + [0.2] * 7)
    np.testing.assert_array_equal(one["y"][4:9], np.full(5, 3.0))


def test_failures_are_kept(state: Path) -> None:
    text = "x = INTEG(SQRT(3 - Time), 0) ~~|\ny = 1 / (Time - 1) ~~|\nz = LN(5 - x) ~~|"
    for model in (compiled(text), compiled("R: a, b ~~|\nu[R] = 1 / (Time - n[R]) ~~|\n"
                                           "n[R] = 2, 5 ~~|\nv = SQRT(3 - Time) ~~|")):  # fmt: skip
        whole = model.run(on_error="nan")
        simulation = model.start(on_error="nan")
        while not simulation.is_over:
            simulation.step()
            simulation.save(state)
            simulation = model.resume(state)
        found = simulation.finish()
        assert found.failures == whole.failures
        assert len(found.failures) >= 2
        assert bits(found) == bits(whole)


def test_where_steps_fell_short_is_kept(state: Path) -> None:
    model = compiled("x = INTEG(IF THEN ELSE(Time > 2.3, 1000000, 0), 1) ~~|")
    simulation = model.start(method="rk4_auto")
    simulation.step(4)
    simulation.save(state)
    found = model.resume(state).finish()
    assert found.shortfall is not None
    assert found.shortfall == model.run(method="rk4_auto").shortfall


def test_messages_and_the_clock_are_kept(state: Path) -> None:
    text = "x = IF THEN ELSE(Time > 1, MESSAGE('late', 1), 0) ~~|\ny = GET TIME VALUE(2, 0, 1) ~~|"
    model = compiled(text)
    started = datetime(1999, 12, 31, 23, 59)
    simulation = model.start(clock=started)
    simulation.step(4)
    simulation.save(state)
    found = model.resume(state).finish()
    whole = model.run(clock=started)
    assert found.messages == whole.messages
    assert whole.messages[0].times == tuple(range(2, 11))
    assert found.clock == started
    assert found["y"].tolist() == [1999.0] * 11
    changed = json.loads(state.read_text(encoding="utf-8"))
    changed["messages"][0][0] = "another"
    state.write_text(json.dumps(changed), encoding="utf-8")
    with pytest.raises(RunError, match="a text that the model does not show"):
        model.resume(state)


def test_a_finished_run_stays_finished(state: Path) -> None:
    model = MODELS["memories"]
    simulation = model.start()
    run = simulation.finish()
    simulation.save(state)
    again = model.resume(state)
    assert again.is_over
    assert bits(again.finish()) == bits(run)


def test_a_run_may_go_on_beyond_its_end(state: Path) -> None:
    text = "x = INTEG(1, 0) ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 5 ~~|\nTIME STEP = 1 ~~|\n"
    model = compiled(text, "SAVEPER = 2 ~~|\n")
    simulation = model.start()
    simulation.run_until(100)
    assert simulation.time == 5
    simulation.save(state)
    later = model.resume(state)
    later.set("FINAL TIME", 9)
    np.testing.assert_array_equal(later.finish().time, [0, 2, 4, 6, 8, 9])


def test_data_are_given_again(state: Path) -> None:
    model = compiled("d ~~|\nx = INTEG(d, 0) ~~|")
    data = {"d": ([0, 10], [0, 20])}
    simulation = model.start(data=data)
    simulation.step(5)
    simulation.save(state)
    found, whole = model.resume(state, data=data).finish(), model.run(data=data)
    assert bits(found) == bits(whole)
    assert found.notes == ()
    other = model.resume(state, data={"d": ([0, 10], [5, 5])}).finish()
    assert any("other than those" in each for each in other.notes)
    assert other["x"][-1] == whole["x"][5] + 5 * 5


# --- The file ---


def test_it_is_json_that_anybody_can_read(state: Path) -> None:
    simulation = MODELS["memories"].start(seed=7)
    simulation.run_until(3)
    simulation.save(state)
    found = json.loads(state.read_text("ascii"))
    assert found["format"] == "s3c state"
    assert found["version"] == 1
    assert found["steps"] == 6
    assert found["clock"]["time"] == 3.0
    assert found["asked"]["seed"] == 7
    assert found["saved"]["times"] == [0, 1, 2]
    assert found["stocks"][0] == simulation.value("x")
    assert {"memory": "FixedDelay"}.items() <= found["memories"][0].items()
    assert [each.name for each in state.parent.iterdir()] == ["run.state"]


def test_a_model_is_found_by_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    file = folder / "growth.mdl"
    file.write_text(
        "x = INTEG(0.1 * x, 1) ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 5 ~~|\n"
        "TIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
    )
    model = s3c.load(file, cache=False)
    simulation = model.start()
    simulation.step(2)
    simulation.save(folder / "a.state")
    assert bits(s3c.resume(folder / "a.state").finish()) == bits(model.run())
    simulation.save(tmp_path / "b.state")
    with pytest.raises(RunError, match="was not found") as caught:
        s3c.resume(tmp_path / "b.state")
    assert caught.value.code == "S3C606"
    assert bits(s3c.resume(tmp_path / "b.state", file).finish()) == bits(model.run())
    assert bits(s3c.resume(tmp_path / "b.state", model).finish()) == bits(model.run())


@pytest.mark.parametrize("name", ["../a.mdl", "a.py", "/etc/passwd", "", "a.mdl/../b.py"])
def test_a_state_names_no_file_elsewhere_and_none_that_is_executed(
    name: str, tmp_path: Path
) -> None:
    for each in ("a.py", "a.mdl"):
        (tmp_path / each).write_text("raise SystemExit(7)")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.py").write_text("raise SystemExit(7)")
    path = tmp_path / "in" / "x.state"
    MODELS["memories"].start().save(path)
    document = json.loads(path.read_text())
    document["model"]["source"] = name
    path.write_text(json.dumps(document))
    with pytest.raises(RunError, match="was not found"):
        s3c.resume(path)


def test_another_model(state: Path) -> None:
    MODELS["memories"].start().save(state)
    with pytest.raises(RunError) as caught:
        MODELS["arrays"].resume(state)
    assert caught.value.code == "S3C611"
    assert caught.value.hint


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be read") as caught:
        MODELS["arrays"].resume(tmp_path / "none.state")
    assert caught.value.code == "S3C606"
    with pytest.raises(RunError, match="cannot be written"):
        MODELS["arrays"].start().save(tmp_path / "no" / "where.state")


# --- Files that are malformed ---

Edit = Callable[[dict[str, Any]], Any]


def edits() -> Iterator[tuple[str, Edit, str]]:
    def put(value: Any, *path: str | int) -> Edit:
        def edit(document: Any) -> None:
            for key in path[:-1]:
                document = document[key]
            document[path[-1]] = value

        return edit

    yield "no such section", lambda d: d.pop("stocks"), "stocks"
    yield "one section more", put(1, "surprise"), "surprise"
    yield "another format", put("other", "format"), "format"
    yield "another version", put(2, "version"), "version"
    yield "too few stocks", lambda d: d["stocks"].pop(), "stocks"
    yield "a text for a stock", put("many", "stocks", 0), "stocks[0]"
    yield "a list for a stock", put([1.0], "stocks", 0), "stocks[0]"
    yield "a huge number", put(10**400, "stocks", 0), "stocks[0]"
    yield "no memories", put([], "memories"), "memories"
    yield "another memory", put("Held", "memories", 0, "memory"), "memories[0]"
    yield "no class of memories", put("os.system", "memories", 0, "memory"), "memories[0]"
    yield "a slot less", lambda d: d["memories"][0]["slots"].pop("value"), "value"
    yield "a slot more", put(1, "memories", 0, "slots", "__class__"), "__class__"
    yield "a text in a slot", put("x", "memories", 0, "slots", "value"), "value"
    yield "half a place", put(None, "memories", 0, "slots", "_place"), "_place"
    yield "a clock that is no number", put("nan", "clock", "time"), "clock.time"
    yield "a clock that goes backwards", put(-1.0, "clock", "time_step"), "clock"
    yield "half a step", put(1.5, "steps"), "steps"
    yield "steps below zero", put(-1, "steps"), "steps"
    yield "too many steps", put(10**9, "steps"), "steps"
    yield "too many values", lambda d: d["saved"]["values"].append(1.0), "saved.values"
    yield "too few times", lambda d: d["saved"]["times"].pop(), "saved"
    yield "no constants", put([], "saved", "fixed"), "saved.fixed"
    yield "a run before the first", put(-1, "run"), "run"
    yield "no method", put("rk9", "asked", "method"), "asked.method"
    yield "no way on", put("jump", "asked", "on_error"), "asked.on_error"
    yield "changes that are a list", put([], "asked", "changes"), "asked.changes"
    yield "a change to nothing", put(None, "asked", "set", "delay"), "asked.set.delay"
    yield "no date", put("someday", "asked", "clock"), "asked.clock"
    yield "a message of nobody", put([["x", [1.0], 1]], "messages"), "messages"
    yield "a failure", put([{}], "failures"), "failures"
    yield "half a shortfall", put({"steps": 1}, "shortfall"), "shortfall"
    yield "ended at one", put(1, "ended"), "ended"


@pytest.mark.parametrize(("edit", "words"), [
    pytest.param(edit, words, id=name) for name, edit, words in edits()
])  # fmt: skip
def test_a_malformed_file_is_told(edit: Edit, words: str, state: Path) -> None:
    model = MODELS["memories"]
    simulation = model.start()
    simulation.run_until(3)
    simulation.save(state)
    document = json.loads(state.read_text())
    edit(document)
    state.write_text(json.dumps(document))
    with pytest.raises(RunError) as caught:
        model.resume(state).finish()
    assert caught.value.code == "S3C612", str(caught.value)
    assert words in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"s3c state"', "\xff", "[" * 100_000, "1" * 10_000,
     '{"format": "s3c state", "version": 1, "run": NaN}'],
    ids=["empty", "open", "list", "null", "text", "bytes", "deep", "long", "NaN"],
)  # fmt: skip
def test_what_is_no_state_at_all(text: str, state: Path) -> None:
    state.write_bytes(text.encode("latin-1"))
    with pytest.raises(RunError) as caught:
        states.read_state(state)
    assert caught.value.code == "S3C612"


def test_a_file_that_is_too_large(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s3c.runtime.state.MOST_BYTES", 1000)
    with pytest.raises(RunError, match="larger") as caught:
        MODELS["memories"].start().save(state)
    assert caught.value.code == "S3C606"
    state.write_text("x" * 1001)
    with pytest.raises(RunError, match="larger") as caught:
        states.read_state(state)
    assert caught.value.code == "S3C612"


def places(document: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a document, but those where numbers stand by the dozen."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield (*at, key)
            yield from places(value, (*at, key))
    elif isinstance(document, list):
        for place, value in list(enumerate(document))[:3]:
            yield (*at, place)
            yield from places(value, (*at, place))


def a_state(name: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.state"
        simulation = MODELS[name].start({"FINAL TIME": 8.0})
        simulation.run_until(5)
        some = {"memories": "delay", "arrays": "lag[a]", "discrete": "weight[a]"}
        simulation.set(some[name], 3.0)
        simulation.save(path)
        found: dict[str, Any] = json.loads(path.read_text())
        return found


STATES = {name: a_state(name) for name in MODELS}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    | st.sampled_from([10**400, -1, "nan", "inf", "__class__"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["memory", "slots", "array", "x"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_file_gives_anything_but_a_diagnostic(name: str, data: st.DataObject) -> None:
    document = json.loads(json.dumps(STATES[name]))
    place = data.draw(st.sampled_from(list(places(document))))
    inner = document
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = data.draw(ANYTHING)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.state"
        path.write_text(json.dumps(document))
        with suppress(RunError):
            simulation = MODELS[name].resume(path)
            simulation.step(4)
            simulation.value("x")
            assert simulation.run.names


# --- Memories ---


def test_every_memory_of_the_language_can_be_saved() -> None:
    """What a memory holds may be numbers, sequences of them, arrays, lookups, or nothing."""
    classes: set[Any] = {entry.function for entry in REGISTRY.values() if entry.is_memory}
    assert {each.__name__ for each in classes if each} >= {"FixedDelay", "Held"}
    for each in classes:
        held = [one for base in each.__mro__ for one in vars(base).get("__slots__", ())]
        assert held, f"{each.__name__} must say what it holds in __slots__"
        assert not hasattr(object.__new__(each), "__dict__"), each.__name__


@pytest.mark.parametrize(
    "held",
    [
        1.5, math.nan, -math.inf, 3, True, None, [], [1.0, -0.0], (1.0, 2),
        [(1.0, 2.0), (3.0, 4.0)], ([], (None, 1.0)), np.array([[1.0, math.inf]]),
    ],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("like", ["same", "nothing", "empty"])
def test_what_a_memory_may_hold(held: Any, like: str) -> None:
    part = json.loads(json.dumps(memory_state.memory_part(held), allow_nan=False))
    if like == "empty" and not isinstance(held, list):
        return
    kind = {"same": held, "nothing": None, "empty": []}[like]
    found = memory_state.memory_read(checked.Part(part), kind)
    assert type(found) is type(held)
    assert repr(found) == repr(held)
