"""Lookups and data series in native code give the bits of their Python bodies."""

import math
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from native_calls import NativeCalls, same, value_or_none

from s3c.runtime import REGISTRY, DataSeries, Lookup

numba = pytest.importorskip("numba", reason="numba, which native code needs, is not installed")

KEYWORDS: tuple[str, ...] = import_module("s3c.runtime.data.series").KEYWORDS
LOOKUPS = [
    each.name
    for each in REGISTRY.values()
    if each.native and each.tables and not (each.series or each.random or each.is_memory)
]
SERIES = [each.name for each in REGISTRY.values() if each.native and each.series]

small = st.integers(-6, 6).map(lambda n: n / 2)
anything = small | st.floats()
ordinates = small | st.floats(-1e6, 1e6)
tables = st.lists(st.tuples(small | st.floats(-1e3, 1e3), ordinates), min_size=1, max_size=9).map(
    lambda points: sorted(points, key=lambda point: point[0])
)
rising = st.lists(
    st.tuples(small | st.floats(-1e3, 1e3), ordinates), max_size=9, unique_by=lambda point: point[0]
).map(sorted)
rows = st.lists(st.tuples(anything, anything), min_size=1, max_size=20)


@pytest.fixture(scope="module")
def lookups() -> NativeCalls:
    return NativeCalls(LOOKUPS, is_compiled=False)


@pytest.fixture(scope="module")
def series() -> NativeCalls:
    return NativeCalls(SERIES, is_compiled=False)


def test_which_are_native() -> None:
    assert len(LOOKUPS) == 7
    assert len(SERIES) == 11  # all but GET DATA STDV


@settings(deadline=None, max_examples=200)
@given(tables, rows)
def test_lookup_functions(
    lookups: NativeCalls,
    table: list[tuple[float, float]],
    operands: list[tuple[float, float]],
) -> None:
    found = lookups(operands, table=table)
    lookup = Lookup(table)
    for function in lookups.builtins:
        assert function.function is not None
        for row, value in zip(operands, found[function.name], strict=True):
            numbers = row[: len(function.parameters) - 1]
            expected = value_or_none(function.function, lookup, *numbers)
            assert same(value, expected), f"{function.name}{numbers} of {table}: {value!r}"


@settings(deadline=None, max_examples=200)
@given(rising, st.integers(-1, 3), rows)
def test_series_functions(
    series: NativeCalls,
    points: list[tuple[float, float]],
    way: int,
    operands: list[tuple[float, float]],
) -> None:
    times, values = [x for x, _ in points], [y for _, y in points]
    if way < 0:
        points = [(0.0, 7.5)]
        given_series = DataSeries.constant("raw", 7.5)
    else:
        given_series = DataSeries(KEYWORDS[way], times, values)
    found = series(operands, table=points, way=way)
    for function in series.builtins:
        assert function.function is not None
        for row, value in zip(operands, found[function.name], strict=True):
            numbers = row[: len(function.parameters) - 1]
            if any(map(math.isnan, numbers)) and "MODE" not in function.name:
                continue  # a time is a number
            expected = value_or_none(function.function, given_series, *numbers)
            assert same(value, expected), f"{function.name}{numbers} of {points}: {value!r}"


@pytest.fixture(scope="module")
def look_up_all() -> Callable[..., None]:
    look_up = import_module("s3c.runtime.native.functions").look_up

    def loop(xs: Any, ys: Any, at: Any, out: Any) -> None:
        for i in range(at.size):
            out[i] = look_up(xs, ys, 1, xs.size - 1, at[i])

    made: Callable[..., None] = numba.njit(loop)
    return made


@pytest.fixture(scope="module")
def read_all() -> Callable[..., None]:
    read_series = import_module("s3c.runtime.native.functions").read_series

    def loop(xs: Any, ys: Any, way: int, at: Any, out: Any) -> None:
        for i in range(at.size):
            out[i] = read_series(xs, ys, 1, xs.size - 1, way, at[i])

    made: Callable[..., None] = numba.njit(loop)
    return made


def among_others(numbers: list[float]) -> Any:
    """The points of one table between those of others."""
    return np.array([1e9, *numbers, -1e9])


@settings(deadline=None, max_examples=200)
@given(tables, st.lists(anything, min_size=1))
def test_a_call_of_a_lookup(
    look_up_all: Callable[..., None], table: list[tuple[float, float]], at: list[float]
) -> None:
    out = np.empty(len(at))
    xs, ys = among_others([x for x, _ in table]), among_others([y for _, y in table])
    look_up_all(xs, ys, np.array(at), out)
    assert all(map(same, out.tolist(), map(Lookup(table), at)))


@settings(deadline=None, max_examples=200)
@given(
    rising,
    st.sampled_from(KEYWORDS),
    st.lists(small | st.floats(allow_nan=False, allow_infinity=False), min_size=1),
)
def test_a_reading_of_a_series(
    read_all: Callable[..., None], points: list[tuple[float, float]], keyword: str, at: list[float]
) -> None:
    times, values = [x for x, _ in points], [y for _, y in points]
    out = np.empty(len(at))
    way = KEYWORDS.index(keyword)
    read_all(among_others(times), among_others(values), way, np.array(at), out)
    assert all(map(same, out.tolist(), map(DataSeries(keyword, times, values), at)))
