"""Many runs in one call, by Python: what is asked, what is kept, what is told."""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_texts import compiled

from s3c.runtime import RunError, SimulationError, UnknownNameError

over_runs: Any = import_module("s3c.runtime.ensembles.over_runs")
over_time: Any = import_module("s3c.runtime.ensembles.over_time")

MODEL = compiled(
    "R: a, b, c ~~|\n"
    "level = INTEG(rate * level - leak[b], start) ~ tons ~|\n"
    "start = 2 * base ~~|\n"
    "base = 1 ~~|\n"
    "rate = 0.1 ~ 1/Year ~|\n"
    "leak[R] = share[R] * SQRT(room) ~~|\n"
    "S: x, y ~~|\n"
    "some[a, x] = rate ~~|\n"
    "some[c, y] = 2 * rate ~~|\n"
    "share[R] = 0.1, 0.2, 0.3 ~~|\n"
    "room = 4 ~~|\n"
    "noise = RANDOM NORMAL(-9, 9, 0, 1, 3) ~~|\n"
    "curve((0,0),(10,10)) ~~|\n"
    "curved = curve(Time) ~~|\n"
)
RATES = np.array([0.1, 0.0, -0.2, 0.3])


def test_each_run_is_that_with_its_values() -> None:
    found = MODEL.ensemble(
        {"rate": RATES, "share[b]": [1, 2, 3, 4]},
        save=["level", "leak", "share[b]"],
        times="all",
        also={"room": 9, "curve": [(0, 1), (10, 1)]},
        final_time=5,
    )
    assert found.n_runs == 4
    assert list(found) == ["level", "leak", "share[b]"]
    assert found["level"].shape == (4, 6)
    assert found["leak"].shape == (4, 6, 3)
    for number, rate in enumerate(RATES):
        changes = {"room": 9, "rate": rate, "share[b]": number + 1.0}
        run = MODEL.run(changes, final_time=5)
        for name in found:
            np.testing.assert_array_equal(found[name][number], run[name])
        np.testing.assert_array_equal(found["leak[c]"][number], run["leak[c]"])
    np.testing.assert_array_equal(found.time, np.arange(6.0))
    np.testing.assert_array_equal(found["time"], found.time)


def test_arrays_vary_whole() -> None:
    shares = np.arange(6.0).reshape(2, 3)
    found = MODEL.ensemble({"share": shares}, save="leak")
    np.testing.assert_array_equal(found["leak"], 2 * shares)
    same = MODEL.ensemble({"share": [5.0, 7.0]}, save="leak")
    np.testing.assert_array_equal(same["leak"], [[10] * 3, [14] * 3])


def test_equations_are_replaced() -> None:
    found = MODEL.ensemble({"start": [5.0, 7.0], "leak": [0.0, 1.0]}, save="level", final_time=1)
    np.testing.assert_array_equal(found["level"], [5 * 0.1 + 5, 7 * 0.1 - 1 + 7])


def test_what_has_no_value_is_not_a_number() -> None:
    found = MODEL.ensemble({"rate": RATES}, save="some")
    expected = [[[rate, math.nan], [math.nan, 2 * rate]] for rate in RATES]
    np.testing.assert_array_equal(found["some"], expected)
    np.testing.assert_array_equal(found["some[c,y]"], 2 * RATES)
    mean = MODEL.ensemble({"rate": RATES}, save="some", over_runs=["mean"])["some"][0]
    np.testing.assert_array_equal(np.isnan(mean), [[False, True], [True, False]])


def test_axes() -> None:
    def shape(**options: Any) -> tuple[int, ...]:
        return MODEL.ensemble({"rate": RATES}, save="leak", **options)["leak"].shape

    assert shape() == shape(times="last") == shape(times=3) == shape(over_time="mean") == (4, 3)
    assert shape(times=[3]) == shape(over_time=["mean"]) == (4, 1, 3)
    assert shape(over_runs="mean") == shape(over_runs=0.5, times=3) == (3,)
    assert shape(over_runs=["mean", 0.5]) == (2, 3)
    assert shape(over_runs=["mean", 0.5], times="all") == (2, 11, 3)
    assert shape(over_runs=["mean"], over_time=["maximum", "minimum"]) == (1, 2, 3)


def test_statistics_over_time() -> None:
    names = ["mean", "minimum", "maximum"]
    whole = MODEL.ensemble({"rate": RATES}, save="level", times="all")["level"]
    found = MODEL.ensemble({"rate": RATES}, save="level", over_time=names)["level"]
    np.testing.assert_allclose(found[:, 0], whole.mean(axis=1), rtol=1e-14)
    np.testing.assert_array_equal(found[:, 1], whole.min(axis=1))
    np.testing.assert_array_equal(found[:, 2], whole.max(axis=1))
    some = MODEL.ensemble({"rate": RATES}, save="level", over_time="maximum", times=[2, 4])
    np.testing.assert_array_equal(some["level"], whole[:, [2, 4]].max(axis=1))


NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32)


@settings(max_examples=50)
@given(
    data=st.data(),
    n_runs=st.one_of(st.integers(1, 40), st.integers(250, 600)),
    memory=st.sampled_from([1.0, 10_000.0, 2.0**30]),
)
def test_statistics_over_runs(data: st.DataObject, n_runs: int, memory: float) -> None:
    """They are numpy's, and those of one block, however runs come in blocks."""
    seed = data.draw(st.integers(0, 2**32 - 1))
    values = np.random.default_rng(seed).normal(size=(2, 3, n_runs))
    wanted = over_runs.over_runs_of(["mean", 0.05, "minimum", 1.0, 0.5, "maximum"])

    def over(cuts: list[int]) -> Any:
        found = over_runs.Statistics.of(wanted, (2, 3), n_runs, memory)
        for _ in found.passes():
            for start, stop in zip([0, *cuts], [*cuts, n_runs], strict=True):
                if stop > start:
                    found.take(range(start, stop), np.array(values[:, :, start:stop]))
        return found.values

    found = over(sorted(data.draw(st.lists(st.integers(0, n_runs), max_size=5))))
    assert found.tobytes() == over([]).tobytes()
    np.testing.assert_allclose(found[..., 0], values.mean(axis=-1), rtol=1e-12, atol=1e-15)
    quantiles = np.quantile(values, [0.05, 1.0, 0.5], axis=-1)
    np.testing.assert_array_equal(found[..., [1, 3, 4]], np.moveaxis(quantiles, 0, -1))
    np.testing.assert_array_equal(found[..., 2], values.min(axis=-1))
    np.testing.assert_array_equal(found[..., 5], values.max(axis=-1))


@given(st.integers(1, 5), st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_the_mean_of_a_run_is_the_same_beside_others(n_runs: int, rows: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(2, rows, n_runs))
    mean = over_time.over_time_of(None, "mean").reduced(values)
    for run in range(n_runs):
        alone = over_time.over_time_of(None, "mean").reduced(values[:, :, run : run + 1].copy())
        np.testing.assert_array_equal(alone[:, :, 0], mean[:, :, run])


def test_streams() -> None:
    shared = MODEL.ensemble({}, save="noise", n_runs=3, seed=5)
    assert len(set(shared["noise"].tolist())) == 1
    own = MODEL.ensemble({}, save="noise", n_runs=3, first_run=7, streams="own", seed=5)
    expected = [MODEL.run(seed=5, run_number=number)["noise"][-1] for number in (7, 8, 9)]
    np.testing.assert_array_equal(own["noise"], expected)
    last = MODEL.ensemble({}, save="noise", n_runs=1, first_run=9, streams="own", seed=5)
    np.testing.assert_array_equal(last["noise"], own["noise"][2:])


def test_the_first_run_that_fails_is_told() -> None:
    with pytest.raises(SimulationError) as caught:
        MODEL.ensemble({"room": [4, 1, -1, -2], "rate": RATES}, save="level", first_run=10)
    error = caught.value
    assert error.run_of_many is not None
    assert error.run_of_many.number == 12
    assert error.run_of_many.changes == {"room": -1.0, "rate": -0.2}
    assert "in run 12 of the ensemble, where “room” = -1, “rate” = -0.2" in str(error)
    assert error.variable is not None
    assert error.variable.name == "leak"


def test_runs_that_fail_may_be_no_numbers() -> None:
    options: Any = {"save": ["level", "rate"], "on_error": "nan"}
    found = MODEL.ensemble({"room": [4, -1, 1, -2]}, first_run=10, **options)
    np.testing.assert_array_equal(np.isnan(found["level"]), [False, True, False, True])
    assert not np.isnan(found["rate"]).any()
    assert [each.run for each in found.failures] == [11, 13]
    assert found.failures[0].failure.name.startswith("leak")
    assert "2 of which failed" in repr(found)


def test_the_run_whose_times_do_not_fit_is_told() -> None:
    with pytest.raises(RunError) as caught:
        MODEL.ensemble({"TIME STEP": [1.0, 0.5, 0.0]}, save="level")
    assert caught.value.code == "S3C603"
    assert caught.value.message.startswith("in run 2 of the ensemble, where “TIME STEP” = 0")


def test_runs_of_other_times() -> None:
    changes = {"FINAL TIME": [3.0, 5.0], "SAVEPER": [1.0, 0.5]}
    found = MODEL.ensemble(changes, save=["level", "Time"], time_step=0.5)
    ends = [MODEL.run({"FINAL TIME": end}, time_step=0.5)["level"][-1] for end in (3, 5)]
    np.testing.assert_array_equal(found["level"], ends)
    assert np.isnan(found.time).all()
    some = MODEL.ensemble(changes, save="level", time_step=0.5, times=[1, 3])
    np.testing.assert_array_equal(some.time, [1, 3])
    assert some["level"].shape == (2, 2)
    over = MODEL.ensemble(changes, save="level", time_step=0.5, over_time="maximum")
    assert over["level"].shape == (2,)
    with pytest.raises(RunError, match="different times") as caught:
        MODEL.ensemble(changes, save="level", time_step=0.5, times="all")
    assert caught.value.code == "S3C615"
    assert caught.value.hint


@pytest.mark.parametrize(("changes", "options", "code", "words"), [
    ({"rat": [1.0]}, {}, "S3C604", "rat"),
    ({"rate": 0.1}, {}, "S3C602", "one value, not one for each run"),
    ({"rate": ["x"]}, {}, "S3C602", "no array of numbers"),
    ({"rate": [[1.0]]}, {}, "S3C602", "shape"),
    ({"share": [[1.0, 2.0]]}, {}, "S3C602", "shape"),
    ({"rate": [0.1, math.inf]}, {}, "S3C602", "its value 1, inf"),
    ({"share": [[0, 1, 2], [0, math.nan, 1]]}, {}, "S3C602", "share[b]"),
    ({"level": [1.0]}, {}, "S3C602", "stock"),
    ({"curve": [1.0]}, {}, "S3C602", "function"),
    ({"rate": [1.0], "Rate": [2.0]}, {}, "S3C602", "twice"),
    ({"rate": [1.0]}, {"also": {"RATE": 2.0}}, "S3C602", "varied, too"),
    ({"FINAL TIME": [1.0]}, {"final_time": 2}, "S3C602", "twice"),
    ({"rate": [1.0], "room": [2.0, 3.0]}, {}, "S3C615", "2 values of “room”"),
    ({"rate": [1.0, 2.0]}, {"n_runs": 3}, "S3C615", "`n_runs` says 3"),
    ({"rate": []}, {}, "S3C615", "at least one run"),
    ({}, {}, "S3C615", "how many runs"),
    ({}, {"n_runs": 2.5}, "S3C615", "2.5"),
    ({}, {"n_runs": 2, "first_run": -1}, "S3C615", "first_run"),
    ({}, {"n_runs": 2, "first_run": 2**48 - 1}, "S3C615", "numbered up to"),
    ({}, {"n_runs": 2, "streams": "both"}, "S3C615", "both"),
    ({}, {"n_runs": 2, "times": "first"}, "S3C615", "first"),
    ({}, {"n_runs": 2, "times": [3.3]}, "S3C615", "3.3 is no save time"),
    ({}, {"n_runs": 2, "times": [5, 4]}, "S3C615", "in order"),
    ({}, {"n_runs": 2, "times": []}, "S3C615", "at least one"),
    ({}, {"n_runs": 2, "times": [1e9]}, "S3C615", "no save time"),
    ({}, {"n_runs": 2, "over_time": "median"}, "S3C615", "median"),
    ({}, {"n_runs": 2, "over_time": []}, "S3C615", "named"),
    ({}, {"n_runs": 2, "over_runs": "median"}, "S3C615", "median"),
    ({}, {"n_runs": 2, "over_runs": [0.5, 1.5]}, "S3C615", "1.5"),
    ({}, {"n_runs": 2, "over_runs": []}, "S3C615", "named"),
    ({}, {"n_runs": 2, "threads": -1}, "S3C615", "threads"),
    ({}, {"n_runs": 2, "engine": "fortran"}, "S3C602", "fortran"),
    ({}, {"n_runs": 2, "save": "nothing"}, "S3C604", "nothing"),
    ({}, {"n_runs": 10**14, "times": "all"}, "S3C615", "memory"),
])  # fmt: skip
def test_what_cannot_be_asked(changes: Any, options: dict[str, Any], code: str, words: str) -> None:
    with pytest.raises(RunError) as caught:
        MODEL.ensemble(changes, **{"save": "level", **options})
    assert caught.value.code == code
    assert words in caught.value.message + caught.value.hint


def test_what_was_not_kept() -> None:
    found = MODEL.ensemble({"rate": RATES}, save=["leak[b]", "level"])
    for name in ("leak", "leak[a]", "room"):
        assert name not in found
        with pytest.raises(UnknownNameError):
            found[name]
    assert "leak[b]" in found
    assert "Time" in found


def test_nobody_writes_to_results() -> None:
    found = MODEL.ensemble({"rate": RATES}, save=["level", "leak"])
    for values in (found["level"], found["leak"], found.time, found.changes["rate"]):
        assert not values.flags.writeable
    assert RATES.flags.writeable


def test_progress_ends_at_all() -> None:
    shares: list[float] = []
    MODEL.ensemble(
        {"rate": RATES}, save="level", progress=shares.append,
        times="all", over_runs=0.5, memory=8 * 4 * 6,
    )  # fmt: skip
    assert shares == sorted(shares)
    assert shares[0] < 0.5
    assert shares[-1] == 1.0


def test_a_module_has_no_native_code() -> None:
    found = MODEL.ensemble({"rate": RATES}, save="level", engine="native")
    assert found.engine == "python"
    assert "Python has made these runs: all there is of the model is a module" in found.notes[0]


def test_pandas() -> None:
    frame = MODEL.ensemble({"rate": RATES}, save=["level", "leak"], first_run=3).to_pandas()
    assert list(frame.columns) == ["level", "leak[a]", "leak[b]", "leak[c]"]
    assert list(frame.index) == [3, 4, 5, 6]
    assert frame.index.name == "run"
    over_times = MODEL.ensemble({"rate": RATES}, save="level", times=[1, 2])
    assert over_times.to_pandas().loc[(2, 1.0), "level"] == over_times["level"][2, 0]
    quantiles = MODEL.ensemble({"rate": RATES}, save="level", over_runs=[0.25, "mean"])
    assert list(quantiles.to_pandas().index) == ["quantile 0.25", "mean"]


def test_xarray() -> None:
    changes = {"rate": RATES, "share": np.arange(12.0).reshape(4, 3), "room": [1.0, 2, 3, 4]}
    found = MODEL.ensemble(changes, save=["level", "leak", "room"], times="all", first_run=3)
    labelled = found.to_xarray()
    assert labelled["leak"].dims == ("run", "time", "R")
    assert labelled["level"].attrs["units"] == "tons"
    assert labelled["rate"].attrs["units"] == "1/Year"
    at = labelled.sel(run=5, time=4, R="b")
    assert float(at["leak"]) == found["leak"][2, 4, 1]
    assert float(at["rate"]) == RATES[2]
    assert float(at["share"]) == 7.0
    assert float(at["room"]) == 3.0
    over = MODEL.ensemble(changes, save="leak", over_runs=["mean", 0.5], over_time=["maximum"])
    assert over.to_xarray()["leak"].dims == ("statistic", "over_time", "R")
    alone = MODEL.ensemble(changes, save="leak", over_runs="mean", times=3).to_xarray()
    assert alone["leak"].dims == ("R",)
