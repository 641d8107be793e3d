"""Runs in files: each format as others read it, and what cannot be written."""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from s3c.runtime import NA, CompiledModel, Run, RunError, load_text, write_table

openpyxl: Any = import_module("openpyxl")  # has no types
results: Any = import_module("s3c.runtime.results")
MakeModel = Callable[..., CompiledModel]

# Two variables with names that a format could take for something else, and a constant.
AWKWARD = '''"""Compiled from awkward.mdl by hand."""

from s3c.runtime import Axis, CompiledModel, Equations, Kind, Space, VariableInfo

import numpy as np

ABI = 6
PLACE = Axis("Place/s", ("süd", "a,b"))


def constants(parameters):
    return ()


def start_time(fixed):
    return 0.0


def initial(time, fixed, draws):
    return (), (), ()


def step(time, fixed, stocks, memory, draws):
    return (np.array([time, 0.5]), time + 0.1, 2.0), (), ()


def stage(time, fixed, stocks, auxiliaries):
    return ()


def aux(name, python_name, index, **more):
    return VariableInfo(name, python_name, Kind.AUXILIARY, Space.AUXILIARY, index, **more)


model = CompiledModel(
    name="awkward",
    source="awkward.mdl",
    variables=(
        VariableInfo("FINAL TIME", "final_time", Kind.CONSTANT, Space.PARAMETER, 0, value=1.0),
        VariableInfo(
            "TIME STEP", "time_step", Kind.CONSTANT, Space.PARAMETER, 1, value=1.0, units="Year"
        ),
        aux("=a/b", "a_b", 0, axes=(PLACE,), units="€"),
        aux("2020 5", "y", 1),
        aux("_a_b", "u_a_b", 2),
    ),
    equations=Equations(constants, start_time, initial, step, stage),
)
'''


@pytest.fixture(scope="module")
def awkward() -> Run:
    return load_text(AWKWARD, "awkward").run()


@pytest.fixture(scope="module")
def gaps(make_model: MakeModel) -> Run:
    """`a` is `:NA:` at time 1, `b` has no value at time 0."""
    auxiliaries = {"a": "NA if time == 1.0 else -0.5", "b": "1.0 / time"}
    return make_model(auxiliaries=auxiliaries).run(on_error="nan", final_time=2, save=["a", "b"])


def test_data_format(gaps: Run, awkward: Run, tmp_path: Path) -> None:
    gaps.save(tmp_path / "gaps.dat")
    text = (tmp_path / "gaps.dat").read_bytes()
    assert text == b"a\n0\t-0.5\n2\t-0.5\nb\n1\t1\n2\t0.5\n"
    awkward.save(tmp_path / "awkward.DAT")
    assert (tmp_path / "awkward.DAT").read_text(encoding="utf-8").split("\n") == [
        *('"2020 5"', "0\t0.1", "1\t1.1"),
        *("=a/b[süd]", "0\t0", "1\t1"),
        *(r'"=a/b[\"a,b\"]"', "0\t0.5", "1\t0.5"),
        *("_a_b", "0\t2", "1\t2"),
        *("FINAL TIME", "0\t1"),
        *("TIME STEP", "0\t1", ""),
    ]


def test_spreadsheet(gaps: Run, awkward: Run, tmp_path: Path) -> None:
    write_table(gaps, tmp_path / "gaps.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "gaps.xlsx").active
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows == [["Time", "a", "b"], [0, -0.5, None], [1, None, 1], [2, -0.5, 0.5]]
    write_table(awkward, tmp_path / "awkward.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "awkward.xlsx").active
    assert [cell.value for cell in sheet[1]] == [
        *("Time", "2020 5", "=a/b[süd]", '=a/b["a,b"]', "_a_b", "FINAL TIME", "TIME STEP")
    ]
    assert {cell.data_type for cell in sheet[1]} == {"s"}  # no formula
    assert {cell.data_type for cell in sheet[2]} == {"n"}
    assert [cell.value for cell in sheet[3]] == [1, 1.1, 1, 0.5, 2, None, None]


def test_parquet(gaps: Run, regions: CompiledModel, tmp_path: Path) -> None:
    gaps.save(tmp_path / "gaps.parquet")
    frame = pd.read_parquet(tmp_path / "gaps.parquet")
    assert frame.index.name == "Time"
    assert frame.index.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(frame["a"], [-0.5, math.nan, -0.5])
    np.testing.assert_array_equal(frame["b"], [math.nan, 1, 0.5])
    run = regions.run(save=["Population", "births"], final_time=1)
    run.save(tmp_path / "regions.parquet")
    frame = pd.read_parquet(tmp_path / "regions.parquet")
    assert tuple(frame.columns) == run.columns
    assert frame["births[East]"].tolist() == [0.5, 0.75]
    units = frame.attrs["units"]
    assert units["Population[West,old]"] == "people"
    assert units["births[East]"] == "people/Year"


def test_netcdf_has_axes_and_attributes(regions: CompiledModel, tmp_path: Path) -> None:
    run = regions.run(on_error="nan")
    run.save(tmp_path / "regions.nc")
    with xr.open_dataset(tmp_path / "regions.nc", engine="scipy", decode_times=False) as data:
        assert data.attrs == {"title": "regions", "Conventions": "CF-1.8"}
        assert data["time"].attrs == {"units": "Year", "long_name": "Time", "axis": "T"}
        population = data["Population"]
        assert population.dims == ("time", "Region", "Age")
        assert population.attrs["units"] == "people"
        assert population.attrs["long_name"] == "Population"
        np.testing.assert_array_equal(population, run["Population"])
        assert population.sel(Region="West", Age="old").values[0] == 2
        assert np.isnan(data["patchy"].sel(Region="West")).all()
        # The name of a type is none of a variable.
        assert data["double_"].attrs["long_name"] == "double"


def test_netcdf_without_values(gaps: Run, tmp_path: Path) -> None:
    gaps.save(tmp_path / "gaps.nc")
    with xr.open_dataset(tmp_path / "gaps.nc", engine="scipy", decode_cf=False) as data:
        np.testing.assert_array_equal(data["a"], [-0.5, math.nan, -0.5])
        np.testing.assert_array_equal(data["b"], [math.nan, 1, 0.5])
        assert math.isnan(data["a"].attrs["_FillValue"])


def test_names_that_netcdf_does_not_allow(awkward: Run, tmp_path: Path) -> None:
    awkward.save(tmp_path / "awkward.nc")
    with xr.open_dataset(tmp_path / "awkward.nc", engine="scipy", decode_times=False) as data:
        names = {str(name): each.attrs["long_name"] for name, each in data.variables.items()}
        assert names.pop("time") == "Time"
        assert names == {
            "Place_s": "Place/s",
            "_=a_b": "=a/b",
            "2020 5": "2020 5",
            "_a_b": "_a_b",
            "FINAL TIME": "FINAL TIME",
            "TIME STEP": "TIME STEP",
        }
        assert data["Place_s"].values.tolist() == ["süd", "a,b"]
        assert data["_=a_b"].attrs["units"] == "€"
        assert data["_=a_b"].values.tolist() == [[0, 0.5], [1, 0.5]]


def test_two_names_do_not_become_one(tmp_path: Path) -> None:
    text = AWKWARD.replace('"2020 5"', '"x/y"').replace('"_a_b"', '"x_y"')
    load_text(text, "two").run().save(tmp_path / "two.nc")
    with xr.open_dataset(tmp_path / "two.nc", engine="scipy", decode_times=False) as data:
        assert data["x_y"].values.tolist() == [2, 2]
        assert data["x_y_2"].values.tolist() == [0.1, 1.1]
        assert data["x_y_2"].attrs["long_name"] == "x/y"


@pytest.mark.parametrize("ending", ["csv", "tab", "tsv", "dat", "parquet", "nc"])
def test_an_element_that_was_kept_is_written(
    regions: CompiledModel, tmp_path: Path, ending: str
) -> None:
    run = regions.run(save="Population[West,old]", final_time=1)
    assert run.columns == ("Population[West,old]",)
    run.save(tmp_path / f"run.{ending}")
    assert b"Population[West,old]" in (tmp_path / f"run.{ending}").read_bytes()


def test_an_unknown_ending(gaps: Run, tmp_path: Path) -> None:
    with pytest.raises(RunError) as caught:
        gaps.save(tmp_path / "run.doc")
    assert caught.value.code == "S3C606"
    assert ".csv, .tab, .tsv, .dat, .xlsx, .parquet, .nc" in caught.value.hint
    with pytest.raises(RunError, match=r"\.csv, \.tab, \.tsv$"):
        gaps.to_csv(tmp_path / "run.nc")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("ending", "package"),
    [("xlsx", "openpyxl"), ("parquet", "pandas"), ("parquet", "pyarrow"), ("nc", "xarray")],
)
def test_a_package_that_is_missing(
    gaps: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, package: str
) -> None:
    path = tmp_path / f"run.{ending}"
    path.write_bytes(b"before")
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(RunError, match=rf"{package}.*s3c\[data\]") as caught:
        gaps.save(path)
    assert caught.value.code == "S3C606"
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_sheet_cannot_hold(make_model: MakeModel, tmp_path: Path) -> None:
    letter = load_text(AWKWARD.replace('"2020 5"', r'"bell\a"'), "bell").run()
    with pytest.raises(RunError, match="a letter that a sheet cannot"):
        letter.save(tmp_path / "letter.xlsx")
    model = make_model(auxiliaries={"a": "0.0"})
    variable = model.find("a")
    assert variable is not None
    times = array("d", range(1_048_576))
    kept = (results.Kept(variable, None, shown=True),)
    long = Run(
        *(model, times), series={"a": times}, arrays={}, kept=kept, changes={},
        method=model.method, seed=0,
    )  # fmt: skip
    with pytest.raises(RunError, match="at most 1048576 rows"):
        long.save(tmp_path / "long.xlsx")
    assert not list(tmp_path.iterdir())


def test_has_value() -> None:
    has_value = import_module("s3c.runtime.columns").has_value
    assert has_value(0.0)
    assert not has_value(NA)
    assert not has_value(math.nan)
