"""Native code makes the same ensembles as Python, bit for bit, however it goes about it."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_texts import TIMES

import s3c
from s3c.runtime import CompiledModel, RunError, SimulationError

pytest.importorskip("numba", reason="numba, which native code needs, is not installed")

ROOT = Path(__file__).parent.parent.parent
NUMBERS = (
    "level = INTEG(inflow - level / stay, start) ~~|\n"
    "inflow = SMOOTH3(push + curve(level), 2) ~~|\n"
    "push = RANDOM NORMAL(-9, 9, mean, 1, 0) + RANDOM UNIFORM(0, 1, 4) ~~|\n"
    "mean = gain / 2 ~~|\n"
    "start = INITIAL(gain + 1) ~~|\n"
    "gain = 1 ~~|\n"
    "stay = 3 ~~|\n"
    "beside = SIN(Time) * SQRT(stay) + RANDOM 0 1() ~~|\n"
    "apart = EXP(-Time / 3) ~~|\n"
    "NOISE SEED = 7 ~~|\n"
    "curve((0,0),(5,3),(9,4)) ~~|\n"
)
ARRAYS = (
    "R: a, b, c ~~|\nS: x, y ~~|\n"
    "level[R] = INTEG(inflow[R] - level[R] / stay[R], weight[R]) ~~|\n"
    "inflow[R] = weight[R] * total ~~|\n"
    "total = 10 / (1 + SUM(level[R!])) ~~|\n"
    "weight[R] = 1, 2, 3 ~~|\n"
    "stay[R] = 2, 4, 8 ~~|\n"
    "some[a, x] = total ~~|\nsome[b, y] = 2 ~~|\n"
)
MEMORIES = (
    "level = INTEG(late - level / stay, 1) ~~|\n"
    "late = DELAY FIXED(push, lag, gain) ~~|\n"
    "push = gain * Time + RANDOM EXPONENTIAL(0, 9, 0, 1, 3) ~~|\n"
    "held = SAMPLE IF TRUE(MODULO(Time, 3) < 1, level, gain) ~~|\n"
    "gain = 1 ~~|\nlag = 2 ~~|\nstay = 3 ~~|\n"
)
VARIED = {
    "numbers": {"gain": (-2.0, 2.0), "stay": (1.5, 9.0)},
    "arrays": {"weight": (0.5, 2.0), "stay[b]": (2.0, 5.0)},
    "memories": {"gain": (-1.0, 1.0), "lag": (0.0, 5.0)},
}
SAVED = {
    "numbers": ["level", "inflow", "beside", "apart", "gain", "start", "stay", "NOISE SEED"],
    "arrays": ["level", "inflow[b]", "some", "stay", "weight[c]"],
    "memories": ["level", "late", "held"],
}
TEXTS = {"numbers": NUMBERS, "arrays": ARRAYS, "memories": MEMORIES}
FOLDER = TemporaryDirectory(prefix="s3c-test-ensemble-")
_RANDOM = np.random.default_rng(3)
S3_VARIED = {
    name: _RANDOM.random(70)
    for name in (
        "Fixed asset investment", "Number of patent applications", "Market share of new products",
        "Similarity coefficient of industrial structure",
        "Degree of industrial spatial aggregation", "Total profit",
    )
}  # fmt: skip
S3_SAVED = [
    "Industry smart level", "Industry specialization level", "Coupling level",
    "Industry smart specialization level",
]  # fmt: skip


@cache
def model_of(name: str) -> CompiledModel:
    file = Path(FOLDER.name) / f"{name}.mdl"
    file.write_text(TEXTS[name] + TIMES)
    return s3c.load(file, cache=False)


@cache
def s3() -> CompiledModel:
    return s3c.load(ROOT / "models" / "s3.mdl", cache=False)


def values_of(name: str, n_runs: int, seed: int) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    model, found = model_of(name), {}
    for each, (low, high) in VARIED[name].items():
        shape = () if "[" in each else model.variable(each).shape
        found[each] = random.uniform(low, high, (n_runs, *shape))
    return found


def same(one: Any, other: Any) -> None:
    assert one.names == other.names
    for name in one.names:
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)
    np.testing.assert_array_equal(one.time, other.time)


WAYS: list[Mapping[str, Any]] = [
    {},
    {"times": "all"},
    {"times": [0, 3, 7]},
    {"over_time": ["mean", "minimum", "maximum"]},
    {"times": "all", "over_runs": ["mean", 0.25, "maximum"], "memory": 500.0},
    {"over_time": "mean", "over_runs": "minimum"},
]


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(sorted(TEXTS)),
    n_runs=st.integers(1, 20),
    seed=st.integers(0, 2**32 - 1),
    first_run=st.sampled_from([0, 5, 2**16 - 3, 2**40 + 2**16 - 7]),
    way=st.sampled_from(WAYS),
    threads=st.integers(1, 3),
    block=st.integers(1, 25),
    saveper=st.sampled_from([0.5, 2.0]),
)
def test_both_engines_make_the_same_runs(
    name: str,
    n_runs: int,
    seed: int,
    first_run: int,
    way: Mapping[str, Any],
    threads: int,
    block: int,
    saveper: float,
) -> None:
    changes = values_of(name, n_runs, seed)
    options: Any = {"save": SAVED[name], "first_run": first_run, "streams": "own", **way}
    options |= {"time_step": 0.5, "saveper": saveper} if "times" not in way else {}
    native = model_of(name).ensemble(
        changes, engine="native", threads=threads, block=block, **options
    )
    assert native.engine == "native", native.notes
    same(native, model_of(name).ensemble(changes, engine="python", **options))


def test_each_run_is_the_run() -> None:
    changes = values_of("numbers", 5, 11)
    found = model_of("numbers").ensemble(
        changes, save=SAVED["numbers"], times="all", engine="native", streams="own", first_run=3
    )
    for number in range(5):
        run = model_of("numbers").run(
            {name: values[number] for name, values in changes.items()}, run_number=3 + number
        )
        for name in found:
            np.testing.assert_array_equal(found[name][number], run[name])


def test_shared_streams_are_those_of_one_run() -> None:
    changes = values_of("numbers", 5, 11)
    options: Any = {"save": SAVED["numbers"], "times": "all"}
    native = model_of("numbers").ensemble(changes, engine="native", first_run=9, **options)
    same(native, model_of("numbers").ensemble(changes, engine="python", **options))
    assert native["beside"][:, 3].std() > 0  # `stay` differs


def test_nothing_varies_but_random_numbers() -> None:
    options: Any = {"save": ["level", "apart"], "streams": "own", "n_runs": 9, "first_run": 2}
    native = model_of("numbers").ensemble({}, engine="native", **options)
    assert native.engine == "native"
    same(native, model_of("numbers").ensemble({}, engine="python", **options))
    assert len(set(native["level"].tolist())) == 9


def test_seeds_and_times_may_vary() -> None:
    changes = {
        "NOISE SEED": [1.0, 2.0, 3.0, 1.0, 2.0, 1.0],
        "TIME STEP": [1.0, 0.5, 1.0, 0.5, 1.0, 1.0],
        "FINAL TIME": [9.0, 9.0, 4.0, 4.0, 4.0, 9.0],
    }
    options: Any = {"save": ["level", "beside", "TIME STEP"], "saveper": 2}
    model = model_of("numbers")
    for more in ({}, {"times": 4}, {"over_time": "mean"}):
        native = model.ensemble(changes, engine="native", **more, **options)
        assert native.engine == "native", native.notes
        same(native, model.ensemble(changes, engine="python", **more, **options))
    assert native["level"][0] == native["level"][5]
    with pytest.raises(RunError, match="different times"):
        model.ensemble(changes, engine="native", times="all", **options)
    with pytest.raises(RunError, match="in run 1 of the ensemble") as caught:
        model.ensemble({"TIME STEP": [1.0, -1.0]}, engine="native", **options)
    assert caught.value.code == "S3C603"


def test_where_a_stock_begins_may_vary_alone() -> None:
    """What moves it is the same in all runs, and moves it in each."""
    file = Path(FOLDER.name) / "way.mdl"
    file.write_text(
        "begin = 3 ~~| speed = 2 + Time ~~| way = INTEG(speed, begin) ~~| INITIAL TIME = 0 ~~|"
        " FINAL TIME = 2 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|"
    )
    model = s3c.load(file, cache=False)
    for method in ("euler", "rk4"):
        found = model.ensemble(
            {"begin": [1.0, 5.0]}, save="way", times="all", engine="native", method=method
        )
        expected = model.run(engine="python", method=method)["way"]
        assert found.engine == "native"
        assert found["way"].tolist() == [(expected - 2).tolist(), (expected + 2).tolist()]


def test_equations_are_replaced() -> None:
    changes = {"mean": [0.5, 1.0, -1.0], "inflow": [1.0, 2.0, 3.0]}
    options: Any = {"save": ["level", "push", "start"], "also": {"start": 3.0}}
    native = model_of("numbers").ensemble(changes, engine="native", **options)
    assert native.engine == "native", native.notes
    same(native, model_of("numbers").ensemble(changes, engine="python", **options))


def test_python_takes_what_native_code_cannot() -> None:
    found = model_of("arrays").ensemble({"inflow[b]": [1.0, 2.0]}, save="level", engine="native")
    assert found.engine == "python"
    assert "some elements of an array" in found.notes[-1]


ROOTS = "x = INTEG(SQRT(room - Time), 1) ~~|\nroom = 99 ~~|\nbeside = 1 / room ~~|\n"


@cache
def failing() -> CompiledModel:
    file = Path(FOLDER.name) / "roots.mdl"
    file.write_text(ROOTS + TIMES)
    return s3c.load(file, cache=False)


def test_the_first_run_that_fails_is_told() -> None:
    room = np.full(1000, 99.0)
    room[[333, 450, 999]] = 4.5, 3.5, 2.5
    for threads in (1, 3):
        with pytest.raises(SimulationError) as caught:
            failing().ensemble(
                {"room": room}, save="x", engine="native", threads=threads, block=50, first_run=1
            )
        assert caught.value.run_of_many is not None
        assert caught.value.run_of_many.number == 334
        assert caught.value.run_of_many.changes == {"room": 4.5}
        assert caught.value.time == 5.0
    assert no_threads_are_left()


def test_runs_that_fail_are_pythons() -> None:
    room = [99.0, 4.5, 20.0, 0.0, 3.0]
    options: Any = {"save": ["x", "beside"], "on_error": "nan", "times": "all"}
    native = failing().ensemble({"room": room}, engine="native", **options)
    python = failing().ensemble({"room": room}, engine="python", **options)
    assert native.engine == "native"
    same(native, python)
    assert native.failures == python.failures
    assert [each.run for each in native.failures] == [1, 3, 4]


def test_what_nobody_needs_may_fail() -> None:
    options: Any = {"save": "beside", "engine": "native"}
    found = failing().ensemble({"room": [4.0, 99.0]}, **options)
    np.testing.assert_array_equal(found["beside"], [1 / 4, 1 / 99])
    with pytest.raises(SimulationError) as caught:
        failing().ensemble({"room": [99.0, 4.0]}, only_needed=False, **options)
    assert caught.value.run_of_many is not None
    assert caught.value.run_of_many.number == 1


@pytest.mark.parametrize("method", ["rk4", "rk2_auto"])
def test_methods_that_compute_inside_a_step(method: str) -> None:
    room = np.linspace(11.0, 99.0, 9)
    options: Any = {"save": "x", "method": method, "times": "all"}
    native = failing().ensemble({"room": room}, engine="native", **options)
    assert native.engine == "native", native.notes
    same(native, failing().ensemble({"room": room}, engine="python", **options))


def no_threads_are_left() -> bool:
    return not any(each.name.startswith("s3c-ensemble") for each in threading.enumerate())


def test_who_stops_it_leaves_no_thread() -> None:
    def stop(share: float) -> None:
        assert 0 < share < 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        failing().ensemble(
            {"room": np.full(2000, 99.0)},
            save="x", engine="native", threads=3, block=10, progress=stop,
        )  # fmt: skip
    assert no_threads_are_left()


def test_nothing_grows_with_the_runs_but_what_is_kept() -> None:
    room = np.full(60_000, 99.0)
    options: Any = {"save": "x", "times": "all", "saveper": 0.125, "time_step": 0.125}
    failing().ensemble({"room": room[:10]}, engine="native", over_runs="mean", **options)
    tracemalloc.start()
    failing().ensemble({"room": room}, engine="native", over_runs="mean", threads=2, **options)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000 * 81 * 8 / 2


def test_s3_in_blocks_of_its_runs() -> None:
    """Six indicators and the stream differ; run 65536 has another key than those before."""
    options: Any = {"save": S3_SAVED, "streams": "own", "engine": "native"}
    whole = s3().ensemble(S3_VARIED, first_run=65_500, **options)
    for start, stop in ((0, 1), (1, 40), (40, 70)):
        part = s3().ensemble(
            {name: values[start:stop] for name, values in S3_VARIED.items()},
            first_run=65_500 + start,
            **options,
        )
        for name in S3_SAVED:
            np.testing.assert_array_equal(part[name], whole[name][start:stop])
    for place in (0, 35, 36, 69):
        changes = {name: values[place] for name, values in S3_VARIED.items()}
        run = s3().run(changes, run_number=65_500 + place, engine="python")
        for name in S3_SAVED:
            assert whole[name][place] == run[name][-1]
