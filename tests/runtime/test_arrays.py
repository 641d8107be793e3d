"""Runs of models with arrays: what they compute, and what they give."""

from __future__ import annotations

import csv
import math
import subprocess
import sys
from array import array
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from s3c.runtime import (
    ABI,
    Axis,
    CompiledModel,
    Equations,
    Kind,
    Run,
    Selection,
    Space,
    UnknownNameError,
    VariableInfo,
    columns_of,
    elementwise,
    load_text,
)

MakeModel = Callable[..., CompiledModel]
AGES = ("young", "middle", "old")


@pytest.fixture(scope="module")
def run(regions: CompiledModel) -> Run:
    return regions.run()


# --- What is computed ---


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_stocks_grow_as_their_closed_form(regions: CompiledModel, method: str) -> None:
    """All ages start alike and grow by half of the one before: by half of themselves."""
    run = regions.run(method=method)
    growth = 1.5 if method == "euler" else 1 + 0.5 + 0.5**2 / 2 + 0.5**3 / 6 + 0.5**4 / 24
    expected = np.array([1.0, 2.0])[:, None] * np.ones(3) * growth ** run.time[:, None, None]
    np.testing.assert_allclose(run["Population"], expected, rtol=1e-14)


def test_whole_arrays_over_time(run: Run) -> None:
    assert run["Population"].shape == (5, 2, 3)
    assert run["births"].shape == (5, 2)
    np.testing.assert_array_equal(run["births"], 0.5 * run["Population"][:, :, 0])
    np.testing.assert_array_equal(run["total"], [9 * 1.5**t for t in range(5)])
    np.testing.assert_array_equal(run["chain"], run["chain"][:, :1] * [1, 2, 4])
    np.testing.assert_array_equal(run["lagged"], [[7, 7], [7, 7], [0.5, 1], [0.75, 1.5],
                                                  [1.125, 2.25]])  # fmt: skip


def test_what_does_not_change_is_shown_at_every_time(run: Run) -> None:
    np.testing.assert_array_equal(run["first"], [[1, 2]] * 5)
    np.testing.assert_array_equal(run["rate"], np.full((5, 2), 0.5))
    np.testing.assert_array_equal(run["double"], np.ones((5, 2)))


def array_model(method: str, rates: list[float], starts: list[float]) -> CompiledModel:
    """A stock over the elements of one range, with a function that numpy would round elsewhere."""
    names = tuple(f"e{k}" for k in range(len(rates)))
    text = f"""
import math
import numpy as np
from s3c.runtime import *
ABI = {ABI}
EACH = Axis("Each", {names!r})
def constants(parameters):
    return ()
def start_time(fixed):
    return 0.0
def initial(time, fixed, draws):
    x = fixed[3]
    return (), (x,), ()
def step(time, fixed, stocks, memory, draws):
    rate = fixed[2]
    x = stocks[0]
    gain = elementwise(math.exp, -x) * rate - elementwise(math.sin, x + time) / 3.0
    x_change = gain - rate * x
    return (gain,), (x_change,), ()
def stage(time, fixed, stocks, auxiliaries):
    rate = fixed[2]
    x = stocks[0]
    gain = elementwise(math.exp, -x) * rate - elementwise(math.sin, x + time) / 3.0
    x_change = gain - rate * x
    return (x_change,)
model = CompiledModel("each", "each.mdl", (
    VariableInfo("FINAL TIME", "final_time", Kind.CONSTANT, Space.PARAMETER, 0, value=2.0),
    VariableInfo("TIME STEP", "time_step", Kind.CONSTANT, Space.PARAMETER, 1, value=0.25),
    VariableInfo("rate", "rate", Kind.CONSTANT, Space.PARAMETER, 2, value={tuple(rates)!r},
        axes=(EACH,)),
    VariableInfo("start", "start", Kind.CONSTANT, Space.PARAMETER, 3, value={tuple(starts)!r},
        axes=(EACH,)),
    VariableInfo("x", "x", Kind.STOCK, Space.STOCK, 0, axes=(EACH,)),
    VariableInfo("gain", "gain", Kind.AUXILIARY, Space.AUXILIARY, 0, axes=(EACH,)),
), Equations(constants, start_time, initial, step, stage), Method.{method})
"""
    return load_text(text, "each")


@pytest.mark.parametrize("method", ["EULER", "RK4"])
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(-2, 2)), min_size=1, max_size=4))
def test_an_array_is_its_elements_bit_for_bit(
    make_model: MakeModel, method: str, values: list[tuple[float, float]]
) -> None:
    rates, starts = map(list, zip(*values, strict=True))
    together = array_model(method, rates, starts).run()
    alone = make_model(
        parameters={"rate": 0.0, "start": 0.0},
        stocks={"x": ("start", "gain - rate * x")},
        auxiliaries={"gain": "math.exp(-x) * rate - math.sin(x + time) / 3.0"},
        method=method,
    )
    for k, (rate, start) in enumerate(values):
        one = alone.run({"rate": rate, "start": start}, time_step=0.25, final_time=2, saveper=0.25)
        for name in ("x", "gain"):
            assert one[name].tobytes() == together[f"{name}[e{k}]"].tobytes()


def test_elementwise_raises_unless_told_to_ignore() -> None:
    values = np.array([4.0, -1.0])
    with pytest.raises(ValueError, match="math domain"):
        elementwise(math.sqrt, values)
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(elementwise(math.sqrt, values), [2, math.nan])
        np.testing.assert_array_equal(elementwise(math.fmod, values, 0.0), [math.nan] * 2)


def test_finite_numbers_among_arrays() -> None:
    guards = import_module("s3c.runtime.guards")
    are_finite, is_finite = guards.are_finite, guards.is_finite
    assert are_finite((1.0, np.ones((2, 3))), (np.zeros(4), 2.0))
    assert not are_finite((1.0, np.array([1.0, math.inf])))
    assert not are_finite((math.nan, np.ones(2)))
    assert are_finite((1e308, np.full(3, 1e308)))
    assert is_finite((1.0, 2.0), ())
    assert not is_finite((1.0, math.inf), (-math.inf,))


def test_only_arrays_need_numpy(population: CompiledModel, tmp_path: Path) -> None:
    path = tmp_path / "population.py"
    path.write_text(population.text, encoding="utf-8")
    code = (
        "import sys\n"
        "from s3c.runtime import load_module\n"
        f"run = load_module({str(path)!r}).run(on_error='nan')\n"
        "run.summary(), run.columns, run.to_csv(sys.argv[1])\n"
        "assert 'numpy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / "out.csv"], check=True)


# --- Names of elements ---


def test_elements_in_any_spelling(run: Run) -> None:
    for name in (
        "Population[East,old]",
        "POPULATION[ east , OLD ]",
        '"population"["East", "old"]',
        " population [East,old] ",
    ):
        np.testing.assert_array_equal(run[name], run["Population"][:, 0, 2])
        assert name in run
    assert run["Population[East,old]"].shape == (5,)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Population[East]", "“Population” has the subscripts [Region,Age], not 1 of them"),
        ("births[East,old]", "“births” has the subscripts [Region], not 2 of them"),
        ("total[East]", "“total” has no subscripts"),
        ("Populaton[East]", "did you mean “Population”?"),
        ("births[Eest]", "there is no element “Eest” in Region"),
        ("births[Easst]", "did you mean “East” or"),
        ("births[old]", "there is no element “old” in Region"),
        ("births[", "there is no variable"),
        ("[East]", "there is no variable"),
        ("bend[East]", "is a lookup"),
    ],
)
def test_what_is_no_element(run: Run, name: str, words: str) -> None:
    with pytest.raises(UnknownNameError, match="S3C604") as caught:
        run[name]
    assert words in str(caught.value)
    assert name not in run


ELEMENTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1).filter(
    lambda text: text.strip() and "\\" not in text and text == " ".join(text.split())
    and not text.startswith('"')
)  # fmt: skip


@given(
    st.lists(ELEMENTS, min_size=1, max_size=4, unique_by=str.casefold).filter(
        lambda names: len({Selection(one("x", names), (k,)).name.casefold()
                           for k in range(len(names))}) == len(names)
    )
)  # fmt: skip
def test_columns_name_the_elements_that_they_came_from(names: list[str]) -> None:
    from s3c.runtime import fold

    if len({fold(name) for name in names}) < len(names):
        return
    variable = one("a [b] c", names, names)
    model = alone(variable)
    for column, place in zip(columns_of(variable), np.ndindex(variable.shape), strict=True):
        assert model.select(column) == Selection(variable, place)


def one(name: str, *axes: list[str]) -> VariableInfo:
    """A subscripted variable."""
    ranges = tuple(Axis(f"D{k}", tuple(elements)) for k, elements in enumerate(axes))
    return VariableInfo(name, "a", Kind.AUXILIARY, Space.AUXILIARY, 0, axes=ranges)


def alone(variable: VariableInfo) -> CompiledModel:
    """A model of one variable, which is not run."""
    nothing: Any = lambda *_: ()  # noqa: E731
    return CompiledModel("m", "m.mdl", (variable,), Equations(*[nothing] * 5))


def test_names_that_need_quotes() -> None:
    variable = one("x", ["a, b", "c[d]", 'e"f'])
    assert columns_of(variable) == ('x["a, b"]', 'x["c[d]"]', 'x["e\\"f"]')
    assert alone(variable).select('X["A, b"]').place == (0,)


# --- What is kept ---


def test_columns_are_in_the_order_of_the_axes(run: Run) -> None:
    names = [name for name in run.columns if name.startswith("Population")]
    assert names == [f"Population[{r},{a}]" for r in ("East", "West") for a in AGES]
    assert "Population" in run.names
    assert run.columns_of("births") == ("births[East]", "births[West]")
    assert run.columns_of("births[west]") == ("births[West]",)
    assert set(run.columns_of("total")) == {"total"}


def test_holes_are_nan_and_have_no_columns(run: Run) -> None:
    assert np.isnan(run["patchy"][:, 1]).all()
    np.testing.assert_array_equal(run["patchy"][:, 0], run["Population"][:, 0])
    assert run.columns_of("patchy") == tuple(f"patchy[East,{age}]" for age in AGES)
    assert np.isnan(run["patchy[West,old]"]).all()


def test_arrays_cannot_be_written_to(run: Run) -> None:
    for name in ("Population", "Population[East,old]", "rate", "patchy", "first[West]"):
        with pytest.raises(ValueError, match="read-only"):
            run[name][0] = 1.0


def test_series_are_plain_numbers(run: Run) -> None:
    assert run.series("Population[West,young]") == [2.0, 3.0, 4.5, 6.75, 10.125]
    assert run.series("rate[East]") == [0.5] * 5
    with pytest.raises(UnknownNameError, match=r"name one, such as “births\[East\]”"):
        run.series("births")


def test_the_summary_has_a_row_for_each_element(run: Run) -> None:
    rows = run.summary(["births", "Population[West,old]", "total"])
    assert [row.name for row in rows] == [
        *("births[East]", "births[West]", "Population[West,old]", "total"),
    ]
    assert rows[1][1:] == ("people/Year", 1.0, 5.0625, 1.0, 5.0625)
    assert [row.name for row in run.summary()] == list(run.columns)


def test_save_keeps_an_element_alone(regions: CompiledModel, run: Run) -> None:
    some = regions.run(save=["population[West,old]", "Population[East,young]", "births"])
    assert some.columns == (
        *("Population[East,young]", "Population[West,old]", "births[East]", "births[West]"),
    )
    assert some.names == ("Population[East,young]", "Population[West,old]", "births")
    assert len(some) == 3
    for name in (*some.columns, "births", "rate", "rate[East]"):
        np.testing.assert_array_equal(some[name], run[name])
    with pytest.raises(UnknownNameError, match="was not kept whole in this run, but only"):
        some["Population"]
    with pytest.raises(UnknownNameError, match=r"“Population\[West,young\]” was not kept"):
        some["Population[West,young]"]
    with pytest.raises(UnknownNameError, match="“Flow” was not kept in this run"):
        some["Flow"]
    assert "Population" not in some
    assert some.columns_of("Population") == some.columns[:2]
    whole = regions.run(save=["births[East]", "births"])
    assert whole.names == ("births",)
    assert regions.run(save=["births[East]", "births[West]"]).names == ("births",)
    assert regions.run(save="rate[East]").columns == ("rate[East]",)
    with pytest.raises(UnknownNameError, match="did you mean “East”"):
        regions.run(save="births[Eastt]")
    with pytest.raises(UnknownNameError, match="number over time"):
        regions.run(save="bend[East]")


def test_what_is_kept_takes_its_share_of_memory(regions: CompiledModel) -> None:
    one = regions.run(save="Population[West,old]")
    kept = one._arrays["population"]
    assert (kept.shape, kept.nbytes) == ((5, 1), 5 * array("d").itemsize)
    assert set(one._arrays) - {"rate", "first", "double"} == {"population"}


# --- What it is written to ---


def test_tables_have_a_column_for_each_element(run: Run, tmp_path: Path) -> None:
    run.to_csv(tmp_path / "run.csv")
    with (tmp_path / "run.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head[:7] == [
        *("Time", "births[East]", "births[West]", "chain[young]", "chain[middle]", "chain[old]"),
        "curve[East]",
    ]
    assert head[1:] == sorted(head[1:], key=lambda name: name.partition("[")[0].casefold())
    columns = dict(zip(head, zip(*rows, strict=True), strict=True))
    assert [float(x) for x in columns["Population[West,old]"]] == run.series("Population[West,old]")
    assert columns["first[West]"] == ("2", "", "", "", "")
    assert "patchy[West,old]" not in columns


def test_to_pandas_has_vensims_names(run: Run) -> None:
    frame = run.to_pandas()
    assert tuple(frame.columns) == run.columns
    np.testing.assert_array_equal(frame["Flow[East,old]"], run["Flow"][:, 0, 2])


def test_to_xarray_is_labelled(run: Run) -> None:
    data = run.to_xarray()
    assert isinstance(data, xr.Dataset)
    population = data["Population"]
    assert population.dims == ("time", "Region", "Age")
    assert population.attrs == {
        "units": "people", "long_name": "Population", "documentation": "Who lives there.",
    }  # fmt: skip
    assert list(data["Age"].values) == list(AGES)
    assert data["time"].attrs == {"units": "Year"}
    np.testing.assert_array_equal(
        population.sel(Region="West", Age="old"), run["Population[West,old]"]
    )
    assert data["total"].dims == ("time",)
    assert data["births"].sel(Region="East", time=2).item() == 1.125


def test_to_xarray_of_some_elements(regions: CompiledModel) -> None:
    data = regions.run(save=["births[East]", "root"]).to_xarray()
    assert set(data.data_vars) == {"births[East]", "root"}
    assert data["births[East]"].dims == ("time",)


def test_dimensions_are_told_apart() -> None:
    small, large = Axis("Region", ("East",)), Axis("Region", ("East", "West"))
    clock = Axis("time", ("day", "night"))

    def variable(name: str, *axes: Axis) -> VariableInfo:
        return VariableInfo(name, name, Kind.AUXILIARY, Space.AUXILIARY, 0, axes=axes)

    found = import_module("s3c.runtime.labelled").dimensions(
        [variable("a", large, large), variable("b", small), variable("c", clock, large)],
        reserved=("time",),
    )
    assert found == {
        "a": ("Region", "Region 2"), "b": ("Region 3",), "c": ("time 2", "Region"),
    }  # fmt: skip


def test_xarray_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(ImportError, match=r"s3c\[data\]"):
        run.to_xarray()


def test_plot_has_a_line_for_each_element(run: Run) -> None:
    axes = run.plot(["Population", "total"]).axes[0]
    labels = [str(line.get_label()) for line in axes.lines]
    assert labels == [*run.columns_of("Population"), "total"]
    styles = {(line.get_color(), line.get_linestyle()) for line in axes.lines}
    assert len(styles) == 7
    assert [str(line.get_label()) for line in run.plot("births[west]").axes[0].lines] == [
        "births[West]"
    ]


def test_plot_of_a_large_array_says_how_many_it_leaves_out() -> None:
    numbers = [k / 100 for k in range(60)]
    figure = array_model("EULER", numbers, numbers).run().plot("x")
    labels = [str(line.get_label()) for line in figure.axes[0].lines]
    assert len(labels) == 25
    assert (labels[0], labels[23], labels[24]) == ("x[e0]", "x[e59]", "… x: 36 more")
    styles = {(line.get_color(), line.get_linestyle()) for line in figure.axes[0].lines[:24]}
    assert len(styles) == 24
