"""Series of data variables, and how a run is supplied with them."""

from __future__ import annotations

import pickle
import subprocess
import sys
from array import array
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import example, given
from hypothesis import strategies as st
from model_texts import compiled
from numpy.testing import assert_array_equal

from s3c.runtime import NA, DataSeries, Kind, RunError

MODEL = """\
Region: East, West ~~|
sales ~ widgets ~|
price[Region]:HOLD BACKWARD: ~~|
plan:LOOK FORWARD: ~~|
spot:RAW: ~~|
part[East] = 3 ~~|
part[West]:RAW: ~~|
income[Region] = sales * price[Region] ~~|
total = INTEG(SUM(income[Region!]), 0) ~~|
"""
SALES = ([0, 2, 4], [10, 20, 0])


def run(data: Any, **options: Any) -> Any:
    return compiled(MODEL).run(data=data, final_time=4, **options)


@pytest.mark.parametrize(
    ("keyword", "expected"),
    [
        ("interpolate", [1, 1, 2, 3, 0, -3, -3]),
        ("hold backward", [1, 1, 1, 3, 3, -3, -3]),
        ("look forward", [1, 1, 3, 3, -3, -3, -3]),
        ("raw", [NA, 1, NA, 3, NA, -3, NA]),
    ],
)
def test_between_and_beside_the_points(keyword: str, expected: list[float]) -> None:
    series = DataSeries(keyword, [1, 3, 5], [1, 3, -3])
    assert [series(time) for time in (0, 1, 2, 3, 4, 5, 6)] == expected


def test_a_series_without_points_is_missing() -> None:
    assert DataSeries("interpolate")(3) == NA
    assert DataSeries("interpolate").is_empty


def test_the_rounding_of_a_time_does_not_miss_a_point() -> None:
    series = DataSeries("raw", [0.3], [7])
    assert series(0.1 + 0.2) == 7
    assert DataSeries("look forward", [0.3, 1], [7, 8])(0.1 + 0.2) == 7


@given(st.lists(st.tuples(st.integers(0, 20), st.floats(-9, 9)), min_size=1), st.floats(-1, 21))
@example([(0, 0.0), (1, 2.0)], 1e-12)
def test_interpolation_is_that_of_numpy(points: list[tuple[int, float]], time: float) -> None:
    once = sorted(dict(points).items())
    times, values = [t for t, _ in once], [x for _, x in once]
    found = DataSeries("interpolate", times, values)(time)
    if round(time) in times and abs(time - round(time)) <= 1e-9 * max(1.0, abs(time)):
        time = round(time)  # a time that misses a point by rounding is that point's
    assert found == pytest.approx(np.interp(time, times, values), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("keyword", "times", "values"),
    [("backwards", [0], [1]), ("raw", [0, 1], [1]), ("raw", [1, 0], [1, 2]),
     ("raw", [0], [float("nan")])],
)  # fmt: skip
def test_what_is_no_series(keyword: str, times: list[float], values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"data|series"):
        DataSeries(keyword, times, values)


def test_a_run_reads_its_data_over_time() -> None:
    found = run({
        "Sales": SALES, "price[East]": ([0, 1.5], [1, 2]), "PRICE[west]": ([1], [5]),
        "plan": ([0, 3], [1, 2]), "spot": ([0, 1], [7, 8]), "part[West]": ([0], [9]),
        "nobody": ([0], [1]),
    })  # fmt: skip
    assert found.without_data == ()
    assert_array_equal(found["sales"], [10, 15, 20, 10, 0])
    assert_array_equal(found["price"], [[1, 5], [1, 5], [2, 5], [2, 5], [2, 5]])
    assert_array_equal(found["plan"], [1, 2, 2, 2, 2])
    assert_array_equal(found["spot"], [7, 8, NA, NA, NA])
    assert_array_equal(found["part"], [[3, 9], [3, NA], [3, NA], [3, NA], [3, NA]])
    # 10 * 6, 15 * 6, 20 * 7, 10 * 7
    assert_array_equal(found["total"], [0, 60, 150, 290, 360])


def test_what_nothing_supplies_is_named_and_missing() -> None:
    found = run({"sales": SALES, "price[East]": ([0], [1])})
    assert found.without_data == ("price[West]", "plan", "spot", "part[West]")
    assert_array_equal(found["price[West]"], [NA] * 5)
    assert compiled("x = 1 ~~|").run().without_data == ()


def test_a_later_source_wins() -> None:
    found = run([{"sales": SALES, "plan": ([0], [1])}, {"SALES": ([0], [2])}])
    assert_array_equal(found["sales"], [2] * 5)
    assert_array_equal(found["plan"], [1] * 5)


def test_sources_with_labels() -> None:
    frame = pd.DataFrame({"sales": [10.0, 20, 0], "price[East]": [1, np.nan, 3]}, index=[0, 2, 4])
    dataset = xr.Dataset(
        {"price": (("time", "Region"), [[1.0, 5], [2, 6]]), "spot": ("time", [7.0, 8])},
        coords={"time": [0.0, 1], "Region": ["East", "West"]},
    )
    found = run([dataset, frame, {"plan": pd.Series([4.0], index=[0])}])
    assert_array_equal(found["sales"], [10, 15, 20, 10, 0])
    assert_array_equal(found["price[East]"], [1, 1, 1, 1, 3])
    assert_array_equal(found["price[West]"], [5, 6, 6, 6, 6])
    assert_array_equal(found["plan"], [4] * 5)


def test_a_file_of_data(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_text('Time,sales,"price[East]"\n0,10,1\n2,20,\n4,0,3\n')
    found = run(file)
    assert_array_equal(found["sales"], [10, 15, 20, 10, 0])
    assert_array_equal(found["price[East]"], [1, 1, 1, 1, 3])


@pytest.mark.parametrize(
    "data", [3, {"sales": 3}, {"sales": ([0, 1], ["x", "y"])}, {"sales": ([0], [float("inf")])}]
)
def test_what_is_no_source(data: Any) -> None:
    with pytest.raises(RunError, match="S3C602"):
        run(data)


def test_a_data_variable_is_one_to_the_modeller_and_can_be_set() -> None:
    model = compiled(MODEL)
    assert model.variable("sales").kind is Kind.DATA
    assert_array_equal(model.run({"sales": 3}, data={"sales": SALES})["sales"], [3] * 11)
    with pytest.raises(RunError, match="supply the series as data"):
        model.run({"#sales>data#": 3})


def test_data_are_held_inside_a_step() -> None:
    text = "x ~~|\ny = INTEG(x, 0) ~~|"
    points = {"x": ([0, 1, 2], [0, 2, 4])}
    found = compiled(text).run(data=points, method="rk4", final_time=2)
    assert_array_equal(found["y"], [0, 0, 2])  # as Euler: what is held does not change inside


def test_arrays_are_kept_as_they_are() -> None:
    times, values = np.arange(5.0), np.arange(10.0)[::2]
    series = DataSeries("interpolate", times, values)
    assert [series(time) for time in (0.5, 2, 9)] == [1, 4, 8]
    assert type(series(2)) is type(series(0.5)) is float
    values[1] = 100  # only a test writes there
    assert series(1) == 100
    plain = array("d", [1, 2])
    assert DataSeries("raw", plain, plain)(2) == 2
    assert DataSeries("raw", np.arange(3.0), np.arange(3, dtype=">f8"))(2) == 2


@pytest.mark.parametrize(
    ("times", "values"),
    [([1, 0], [1, 2]), ([0, 0], [1, 2]), ([0, 1], [1, np.inf]), ([np.nan, 1], [0, 1])],
)
def test_arrays_are_checked(times: list[float], values: list[float]) -> None:
    with pytest.raises(ValueError, match="series"):
        DataSeries("raw", np.array(times, dtype=np.float64), np.array(values, dtype=np.float64))


def test_a_series_can_be_pickled() -> None:
    for times, values in (([0.0, 1.0], [2.0, 3.0]), (np.arange(2.0), np.array([2.0, 3.0]))):
        kept = pickle.dumps(DataSeries("interpolate", times, values))
        found = pickle.loads(kept)  # noqa: S301 -- its own
        assert (found.keyword, found(0.5)) == ("interpolate", 2.5)


def test_a_series_of_lists_needs_no_numpy() -> None:
    code = (
        "import sys; from s3c.runtime import DataSeries; DataSeries('raw', [0, 1], [2, 3])(1);"
        "assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_given_is_not_copied() -> None:
    module = import_module("s3c.runtime.data.supply")
    values = np.array([1.0, 2])
    found = module.supply(compiled(MODEL), {"sales": (np.arange(2.0), values)}).tables
    assert any(
        np.shares_memory(np.asarray(each.values), values)
        for each in found.values()
        if isinstance(each, DataSeries) and not each.is_empty
    )


def test_of_two_points_at_one_time_the_later_counts() -> None:
    assert_array_equal(
        run({"sales": ([2, 0, 2, 4, 0], [9, 1, 5, np.nan, 3])})["sales"], [3, 4, 5, 5, 5]
    )
    frame = pd.DataFrame({"sales": pd.array([1, None, 3], dtype="Int64")}, index=[0, 2, 4])
    assert_array_equal(run(frame)["sales"], [1, 1.5, 2, 2.5, 3])
    dated = pd.DataFrame({"sales": [1.0]}, index=pd.to_datetime(["2000-01-01"]))
    with pytest.raises(RunError, match="S3C602"):
        run(dated)
