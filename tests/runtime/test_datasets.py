"""Data from files: written by hand, by other programs, and by runs."""

from __future__ import annotations

import datetime as dt
import math
import sys
from array import array
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from conformance import CONFORMANCE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbooks import xlsx

from s3c.runtime import NA, CompiledModel, Run, RunError, Series, read_dataset

names: Any = import_module("s3c.runtime.data.points")
openpyxl: Any = import_module("openpyxl")  # has no types
results: Any = import_module("s3c.runtime.results")
MakeModel = Callable[..., CompiledModel]
Points = dict[str, dict[float, float]]

ENDINGS = ["csv", "tab", "tsv", "dat", "xlsx", "parquet", "nc"]


def points(series: Mapping[str, Series]) -> Points:
    return {
        name: dict(zip(each.times.tolist(), each.values.tolist(), strict=True))
        for name, each in series.items()
    }


def read(folder: Path, ending: str, data: str | bytes) -> Points:
    path = folder / f"data.{ending}"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return points(read_dataset(path))


TABLE = [
    ["Time", "a", "Pop[East,old]", "k"],
    ["0", "1", "", "7"],
    ["0.5", "-2.5e-3", "3", ""],
    ["1", "", "4", ""],
]
KNOWN = {"a": {0: 1, 0.5: -0.0025}, "Pop[East,old]": {0.5: 3, 1: 4}, "k": {0: 7}}


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize(("ending", "separator"), [("csv", ","), ("tab", "\t"), ("TSV", "\t")])
def test_tables(tmp_path: Path, ending: str, separator: str, across: bool, line_end: str) -> None:
    rows = [list(row) for row in zip(*TABLE, strict=True)] if across else TABLE
    quoted = [[f'"{cell}"' if "," in cell else cell for cell in row] for row in rows]
    text = line_end.join(separator.join(row) for row in quoted)
    assert read(tmp_path, ending, text) == KNOWN
    assert read(tmp_path, ending, "\ufeff" + text + line_end * 2) == KNOWN


def test_a_series_is_two_arrays_that_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("Year,x\n2001,1\n1999,3\n2000,\n", encoding="utf-8")
    series = read_dataset(tmp_path / "data.csv")["x"]
    assert series.times.dtype == series.values.dtype == np.float64
    assert series.times.tolist() == [1999, 2001]
    assert series.values.tolist() == [3, 1]
    for numbers in (series.times, series.values):
        with pytest.raises(ValueError, match="read-only"):
            numbers[0] = 0


def test_names_as_they_are_shown(tmp_path: Path) -> None:
    text = 'Time,"Pop[ East , old ]","""Birth-rate""[x]",birth  rate\n1,2,3,4\n'
    assert set(read(tmp_path, "csv", text)) == {"Pop[East,old]", "Birth-rate[x]", "birth rate"}
    assert names.shown_name('"a[b]"') == "a[b]"
    assert names.shown_name('p["x,y",z]') == 'p["x,y",z]'


def test_letters(tmp_path: Path) -> None:
    assert read(tmp_path, "csv", "Time,Größe\n0,1\n".encode()) == {"Größe": {0: 1}}
    assert read(tmp_path, "csv", "Time,Größe\n0,1\n".encode("cp1252")) == {"Größe": {0: 1}}


def test_the_first_of_two_columns_of_one_name_counts(tmp_path: Path) -> None:
    assert read(tmp_path, "csv", "Time,birth rate,Birth_Rate\n0,1,2\n") == {"birth rate": {0: 1}}


def test_missing_values_in_any_spelling(tmp_path: Path) -> None:
    text = f"Time,x\n0,:NA:\n1,{NA!r}\n2,{-(2.0**109)!r}\n3,-1e30\n"
    assert read(tmp_path, "csv", text) == {"x": {3: -1e30}}
    assert read(tmp_path, "csv", "Time,x,y\n0,,1\n") == {"x": {}, "y": {0: 1}}


def test_data_format(tmp_path: Path) -> None:
    text = (
        "births   <Time>  / people a year\r\n0 1.5\r\n 2\t-3e2  counted by hand 7\r\n\r\n"
        '"2020 /sales"[ East ] <Year> / a comment with a " quote\r\n'
        "1 :NA:\r\n2 .5\r\nconstant\r\n0 8\r\n"
        "Births\r\n1 2\r\n0 9\r\n"
    )
    assert read(tmp_path, "dat", text) == {
        "births": {0: 9, 1: 2, 2: -300},
        "2020 /sales[East]": {2: 0.5},
        "constant": {0: 8},
    }


def test_spreadsheets(tmp_path: Path) -> None:
    for across in (False, True):
        book = openpyxl.Workbook()
        cells = [["Year", "a", "b[x, y]"], [2000, 1, None], [2001.5, "2", 1e-3]]
        for row in zip(*cells, strict=True) if across else cells:
            book.active.append(row)
        book.create_sheet("second").append(["Time", "other"])
        book.save(tmp_path / "data.xlsx")
        found = points(read_dataset(tmp_path / "data.xlsx"))
        assert found == {"a": {2000: 1, 2001.5: 2}, "b[x,y]": {2001.5: 0.001}}


def test_parquet(tmp_path: Path) -> None:
    values = {"t": [2, 1, 3], "a": pd.array([5, None, 6], dtype="Int64"), "b": [0.1, NA, math.nan]}
    pd.DataFrame(values).to_parquet(tmp_path / "data.parquet")
    expected = {"a": {2: 5, 3: 6}, "b": {2: 0.1}}
    found = read_dataset(tmp_path / "data.parquet")
    assert points(found) == expected
    assert found["a"].times.tolist() == [2, 3]
    pd.DataFrame(values).set_index("t").to_parquet(tmp_path / "data.parquet")
    assert points(read_dataset(tmp_path / "data.parquet")) == expected


BAD_TEXT = [
    ("csv", "Time,a\n0,1\n1,2;5\n", "line 3, column 2: “2;5” is no finite number"),
    ("csv", "Time,a\n0,nan\n", "line 2, column 2: “nan”"),
    ("csv", "Time,a\n0,1e999\n", "line 2, column 2: “1e999”"),
    ("csv", "Time,a\n0,1_000\n", "line 2, column 2: “1_000”"),
    ("csv", "Time,a\nx,1\n", "line 2, column 1: “x”"),
    ("csv", "Time,a\n,1\n", "line 2, column 1: there are values without a time"),
    ("csv", "Time,a\n0,1,2\n", "line 2, column 3: a value has no name"),
    ("csv", "Time,a,\n0,1,2\n", "line 2, column 3: a value has no name"),
    ("csv", "Time,a\n0,1\n\n0.0,2\n", "line 4, column 1: time 0 stands twice.*line 2, column 1"),
    ("csv", 'Time,"a\n0,1\n', "line 1, column 2: a quote is not closed"),
    ("csv", f'Time,a\n0,"{"x" * 200_000}', "line 2: field larger"),
    ("tab", "Time,a\n0,1\n", "line 2, column 1: “0,1” is no finite number"),
    ("csv", ",0,1\na,1,2\nb,x,4\n", "line 3, column 2: “x”"),
    ("csv", ",0,1\n,1,2\n", "line 2, column 2: a value has no name"),
    ("csv", "\n\n", "data.csv” is empty"),
    ("csv", "Time,\0\n", "is not text"),
    ("csv", b"Time,a\n0,\x81\n", "is not text"),
    ("dat", "1 2\n", "line 1: a point stands before any name"),
    ("dat", "a\n1\n", "line 2: time 1 has no value"),
    ("dat", "a\n1 x\n", "line 2: “x” is no finite number"),
    ("dat", "a\n0,1\n", "data.dat” holds no points"),
    ("dat", '\na "b\n1 2\n', "line 2: a quote is not closed"),
    ("xlsx", "Time,a\n0,1\n", "is no workbook"),
    ("parquet", "Time,a\n0,1\n", "is no Parquet file"),
]


@pytest.mark.parametrize(("ending", "data", "message"), BAD_TEXT)
def test_what_cannot_be_understood(
    tmp_path: Path, ending: str, data: str | bytes, message: str
) -> None:
    with pytest.raises(RunError, match=message) as caught:
        read(tmp_path, ending, data)
    assert caught.value.code == "S3C607"
    assert f"data.{ending}" in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("cell", "shown"),
    [("five", "five"), (True, "TRUE"), (dt.date(2000, 1, 1), "2000-01-01"), ("#N/A", "#N/A")],
)
def test_a_cell_that_is_no_number(tmp_path: Path, cell: object, shown: str) -> None:
    book = openpyxl.Workbook()
    for row in (["Time", "a", "b"], [0, 1, 2], [1, 2, cell]):
        book.active.append(row)
    book.save(tmp_path / "data.xlsx")
    with pytest.raises(RunError, match=f"cell C3: “{shown}.*” is no finite number") as caught:
        read_dataset(tmp_path / "data.xlsx")
    assert caught.value.code == "S3C607"


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"t": [0, 1], "a": ["x", "y"]}, "column “a”: holds .*, not numbers"),
        ({"t": [0, 1], "a": [True, False]}, "column “a”: holds bool"),
        ({"t": [0, 1], "a": [1, math.inf]}, "column “a”, row 2: is no finite number"),
        ({"t": [0, 0], "a": [1, 2]}, "column “t”: a time is missing, or stands twice"),
        ({"t": [0, math.nan], "a": [1, 2]}, "column “t”: a time is missing, or stands twice"),
        ({}, "has no columns"),
    ],
)
def test_a_frame_that_cannot_be_understood(
    tmp_path: Path, columns: dict[str, list[float]], message: str
) -> None:
    pd.DataFrame(columns).to_parquet(tmp_path / "data.parquet")
    with pytest.raises(RunError, match=message) as caught:
        read_dataset(tmp_path / "data.parquet")
    assert caught.value.code == "S3C607"


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RunError, match="cannot be read: No such file") as caught:
        read_dataset(tmp_path / "none.csv")
    assert caught.value.code == "S3C606"
    with pytest.raises(RunError, match=r"\.csv, \.tab, \.tsv, \.dat, \.xlsx, \.parquet, \.nc"):
        read_dataset(tmp_path / "data.txt")
    with pytest.raises(RunError, match=r"not published(.|\n)*\.tab, \.csv or \.dat"):
        read_dataset(tmp_path / "data.vdf")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(RunError, match="cannot be read"):
        read_dataset(tmp_path / "folder.csv")
    needs = ("parquet", "pyarrow.parquet", ""), ("nc", "xarray", "")
    for ending, package, data in (*needs, ("xlsx", "openpyxl", xlsx({"S": []}))):
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(RunError, match=rf"{package.split('.')[0]}[^:]*\n.*s3c\[data\]"):
            read(tmp_path, ending, data)


def outputs() -> list[Path]:
    return sorted(
        each for ending in ("tab", "csv") for each in CONFORMANCE.glob(f"tests/*/output.{ending}")
    )


def test_outputs_of_other_programs_can_be_read() -> None:
    if not outputs():
        pytest.skip(f"no conformance models at {CONFORMANCE}: set S3C_CONFORMANCE")
    for path in outputs():
        found = read_dataset(path)
        assert found, path
        assert any(len(each.times) > 1 for each in found.values()), path


def test_values_in_outputs_of_other_programs() -> None:
    if not outputs():
        pytest.skip(f"no conformance models at {CONFORMANCE}: set S3C_CONFORMANCE")
    found = points(read_dataset(CONFORMANCE / "tests" / "unchangeable_constant" / "output.tab"))
    assert found["unchangeable constant"] == {0: 7}
    assert found["SAVEPER"] == dict.fromkeys(range(11), 1)
    found = points(read_dataset(CONFORMANCE / "tests" / "get_data_args_3d_xls" / "output.tab"))
    backward = found["accumulation backward[A,Row2]"]
    assert (backward[0], backward[0.5]) == (0, 2)
    assert found["FINAL TIME"] == {0: 30}


FINITE = st.floats(allow_nan=False, allow_infinity=False, min_value=-(2.0**109), exclude_min=True)
VALUES = st.one_of(FINITE, st.integers(-5, 5).map(float), st.sampled_from([NA, math.nan, -0.0]))


@st.composite
def columns(draw: st.DrawFn) -> tuple[list[float], list[float], list[float], float]:
    """Rising times, two series over them, and a constant."""
    times = sorted(draw(st.lists(FINITE, min_size=1, max_size=6, unique=True)))
    values = st.lists(VALUES, min_size=len(times), max_size=len(times))
    return times, draw(values), draw(values), draw(FINITE)


def run_of(
    model: CompiledModel, times: list[float], a: list[float], b: list[float], constant: float
) -> Run:
    series = {"a": a, "b": b, "time_step": [constant]}
    variables = [model.find(name) for name in ("a", "b", "TIME STEP")]
    kept = tuple(results.Kept(each, None, shown=True) for each in variables if each)
    return Run(
        *(model, array("d", times)), series=series, arrays={}, kept=kept, changes={},
        method=model.method, seed=0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def pair(make_model: MakeModel) -> CompiledModel:
    return make_model(auxiliaries={"a": "0.0", "b": "0.0"})


def bits(*numbers: float) -> bytes:
    return array("d", numbers).tobytes()


ROUND_TRIP = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("ending", ENDINGS)
@ROUND_TRIP
@given(data=columns())
def test_what_a_run_writes_reads_back_bit_for_bit(
    pair: CompiledModel,
    tmp_path: Path,
    ending: str,
    data: tuple[list[float], list[float], list[float], float],
) -> None:
    times, a, b, constant = data
    run_of(pair, *data).save(tmp_path / f"run.{ending}")
    found = read_dataset(tmp_path / f"run.{ending}")
    assert set(found) == {"a", "b", "TIME STEP"}
    for name, values in (("a", a), ("b", b)):
        known = [k for k, value in enumerate(values) if value != NA and not math.isnan(value)]
        assert bits(*found[name].times) == bits(*(times[k] for k in known))
        assert bits(*found[name].values) == bits(*(values[k] for k in known))
    count = len(times) if ending in ("parquet", "nc") else 1
    assert bits(*found["TIME STEP"].times) == bits(*times[:count])
    assert bits(*found["TIME STEP"].values) == bits(*[constant] * count)


@ROUND_TRIP
@given(data=columns())
def test_netcdf_keeps_every_bit(
    pair: CompiledModel,
    tmp_path: Path,
    data: tuple[list[float], list[float], list[float], float],
) -> None:
    times, a, b, constant = data
    run_of(pair, *data).save(tmp_path / "run.nc")
    with xr.open_dataset(tmp_path / "run.nc", engine="scipy", decode_cf=False) as found:
        assert bits(*found["time"].values) == bits(*times)
        assert bits(*found["TIME STEP"].values) == bits(*[constant] * len(times))
        for name, values in (("a", a), ("b", b)):
            expected = [math.nan if value == NA else value for value in values]
            np.testing.assert_array_equal(found[name].values, expected)
            known = [k for k, value in enumerate(expected) if not math.isnan(value)]
            assert bits(*found[name].values[known]) == bits(*(expected[k] for k in known))


@pytest.mark.parametrize("ending", ENDINGS)
def test_arrays_read_back(regions: CompiledModel, tmp_path: Path, ending: str) -> None:
    run = regions.run(on_error="nan")
    run.save(tmp_path / f"run.{ending}")
    found = read_dataset(tmp_path / f"run.{ending}")
    # An array of NetCDF has all elements: those without an equation are read without a value.
    others = set(found) - set(run.columns)
    assert all(not found[name].values.size for name in others)
    assert not others or ending == "nc"
    assert set(run.columns) <= set(found)
    for name in ("Population[West,old]", "births[East]", "total"):
        assert bits(*found[name].values) == bits(*run.series(name))
