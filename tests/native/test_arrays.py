"""Functions of arrays in native code give what their Python bodies give."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from native_calls import native_names, same

from s3c.runtime import REGISTRY, ArrayKind, Builtin

pytest.importorskip("numba", reason="numba, which native code needs, is not installed")

FUNCTIONS = [
    each for each in REGISTRY.values() if each.native and each.arrays and not each.is_memory
]
# Not the same operations in the same order: the inverse, and what scipy's `brentq` looks for.
ROUNDED = {"INVERT MATRIX", "FIND MARKET PRICE"}

Call = Callable[[Builtin, Sequence[Any]], Any]


@pytest.fixture(scope="module")
def call() -> Call:
    """Calls a native function with numbers and arrays, which stand in one vector."""
    names = native_names()
    codes = {each.name: compile(_written(each), each.name, "eval") for each in FUNCTIONS}

    def of(function: Builtin, operands: Sequence[Any]) -> Any:
        arrays = [np.asarray(each, dtype=np.float64) for each in operands if np.ndim(each)]
        numbers = np.array([each for each in operands if not np.ndim(each)], dtype=np.float64)
        starts = np.cumsum([3, *(each.size for each in arrays)])
        h = np.concatenate([np.full(3, 777.0), *map(np.ravel, arrays), [777.0]])
        shapes = np.array([(*each.shape, 1)[:2] for each in arrays])
        size = arrays[0].size
        out = np.full(size + 2, 777.0)
        given = {"h": h, "starts": starts, "shapes": shapes, "numbers": numbers, "out": out}
        value = eval(codes[function.name], names, given)  # noqa: S307  (text made here)
        assert out[0] == out[size + 1] == 777.0
        return out[1:-1].reshape(arrays[0].shape) if function.along else value

    return of


def _written(function: Builtin) -> str:
    operands: list[str] = []
    array = number = 0
    for each in function.parameters:
        kind = function.arrays.get(each)
        if kind is None:
            operands.append(f"numbers[{number}]")
            number += 1
            continue
        size = f"shapes[{array}, 0], shapes[{array}, 1]"
        if kind is not ArrayKind.MATRIX:
            size = f"shapes[{array}, 0] * shapes[{array}, 1]"
        operands.append(f"h, starts[{array}], {size}")
        array += 1
        if kind is ArrayKind.STORAGE:  # the place in it follows
            operands.append(f"numbers[{number}]")
            number += 1
    assert function.native is not None
    return function.native.format(*operands, out="out, 1")


def check(call: Call, name: str, *operands: Any) -> None:
    function = REGISTRY[name.lower()]
    assert function.function is not None
    given_arrays = [np.array(each) if np.ndim(each) else each for each in operands]
    keywords = {"axes": 1} if function.by_axes else {}
    try:
        with np.errstate(all="ignore"):
            expected = function.function(*given_arrays, **keywords)
    except (ArithmeticError, ValueError):
        expected = np.full(np.shape(operands[0]), math.nan) if function.along else math.nan
    found = call(function, operands)
    for native, python in zip(np.ravel(found), np.ravel(expected), strict=True):
        is_near = name in ROUNDED and math.isclose(native, python, rel_tol=1e-9, abs_tol=1e-12)
        # Of zeros with different signs numpy may take either for the smallest.
        is_zero = name == "VECTOR SELECT" and native == python == 0.0
        assert is_near or is_zero or same(float(native), float(python)), (operands, found, expected)


ordinary = st.integers(-3, 3).map(float)
numbers = ordinary | st.floats(-100, 100) | st.sampled_from((math.nan, math.inf, 1e308))
rows = st.lists(ordinary | st.floats(-100, 100), min_size=1, max_size=12)
any_rows = st.lists(numbers, min_size=1, max_size=8)
options = st.integers(-1, 11).map(float) | st.sampled_from((0.5, math.nan))


def test_which_are_native() -> None:
    assert {each.name for each in REGISTRY.values() if each.arrays and not each.native} == {
        "SUM", "PROD", "VMIN", "VMAX", "SHIFT IF TRUE", "DEPRECIATE BY SCHEDULE",
    }  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.data(), any_rows, numbers, options, st.integers(0, 4).map(float))
def test_vector_select(
    call: Call,
    data: st.DataObject,
    values: list[float],
    missing: float,
    action: float,
    error: float,
) -> None:
    weights = data.draw(st.lists(numbers, min_size=len(values), max_size=len(values)))
    check(call, "VECTOR SELECT", weights, values, missing, action, error)


@settings(deadline=None, max_examples=200)
@given(rows | any_rows, numbers, st.data())
def test_along_a_row(call: Call, row: list[float], number: float, data: st.DataObject) -> None:
    check(call, "VECTOR SORT ORDER", row, number)
    check(call, "VECTOR RANK", row, number)
    check(call, "VECTOR ELM MAP", row, 1.0, number)
    places = st.integers(-1, len(row)).map(float) | st.just(math.nan)
    order = data.draw(st.permutations([float(each) for each in range(len(row))]))
    check(call, "VECTOR REORDER", row, order)
    order = data.draw(st.lists(places, min_size=len(row), max_size=len(row)))
    check(call, "VECTOR REORDER", row, order)


def test_a_long_row_with_many_equal_elements(call: Call) -> None:
    row = np.random.default_rng(2).integers(0, 9, 500).astype(float).tolist()
    for direction in (1.0, -1.0):
        check(call, "VECTOR SORT ORDER", row, direction)
        check(call, "VECTOR RANK", row, direction)


@settings(deadline=None, max_examples=300)
@given(rows | any_rows, numbers, ordinary, numbers, options)
def test_vector_lookup(
    call: Call, row: list[float], x: float, low: float, high: float, mode: float
) -> None:
    check(call, "VECTOR LOOKUP", row, x, low, high, mode)


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 6), st.integers(0, 6).map(float), st.integers(0, 2**32))
def test_invert_matrix(call: Call, size: int, part: float, seed: int) -> None:
    matrix = np.random.default_rng(seed).uniform(-1, 1, (size, size)) + np.eye(size)
    check(call, "INVERT MATRIX", matrix, part)


def test_matrices_without_an_inverse(call: Call) -> None:
    for matrix in (
        [[1.0, 2.0], [2.0, 4.0]],
        [[0.0, 0.0], [0.0, 0.0]],
        [[math.nan, 1.0], [1.0, 2.0]],
    ):
        check(call, "INVERT MATRIX", matrix, 2.0)
    check(call, "INVERT MATRIX", [[0.0, 1.0], [1.0, 0.0]], 2.0)
    check(call, "INVERT MATRIX", [[2.0, 1.0, 5.0], [1.0, 3.0, 6.0]], 2.0)
    check(call, "INVERT MATRIX", [[2.0, 1.0]], 1.5)


kinds = st.sampled_from((0.0, 1.0, 2.0, 3.0, 4.0, 10.0, 11.0, 12.0, 13.0, 14.0))
bad_kinds = st.sampled_from((5.0, 0.5, -1.0, 15.0, math.nan))
priorities = st.integers(-3, 3).map(float) | st.floats(-5, 5)
widths = st.sampled_from((0.0, 1.0, 0.5, 4.0, 1e-20, -1.0))
quantities = st.integers(-1, 9).map(float) | st.floats(0, 20) | st.just(1e-12)


def profiles(count: int) -> st.SearchStrategy[list[tuple[float, float, float, float]]]:
    one = st.tuples(kinds, priorities, widths, st.just(0.0))
    rarely_bad = st.tuples(bad_kinds, priorities, widths, st.just(0.0))
    good = st.lists(one, min_size=count, max_size=count)
    return good | st.lists(one | rarely_bad, min_size=count, max_size=count)


@settings(deadline=None, max_examples=300)
@given(st.data(), st.integers(1, 6), quantities | st.floats(0, 60) | st.just(math.nan))
def test_allocate_available(call: Call, data: st.DataObject, count: int, available: float) -> None:
    requests = data.draw(st.lists(quantities, min_size=count, max_size=count))
    check(call, "ALLOCATE AVAILABLE", requests, data.draw(profiles(count)), available)


@settings(deadline=None, max_examples=300)
@given(st.data(), st.integers(1, 6), quantities | st.floats(0, 60), widths)
def test_priorities(
    call: Call, data: st.DataObject, count: int, supply: float, width: float
) -> None:
    requests = data.draw(st.lists(quantities, min_size=count, max_size=count))
    ranks = data.draw(st.lists(priorities, min_size=count, max_size=count))
    for size in (float(count), count - 1.0, 1.0, 1.5):
        check(call, "ALLOCATE BY PRIORITY", requests, ranks, size, width, supply)
        check(call, "MARKETP", requests, ranks, size, width, supply)


@settings(deadline=None, max_examples=200)
@given(st.data(), st.integers(1, 4), st.integers(1, 4))
def test_market_prices(call: Call, data: st.DataObject, buyers: int, sellers: int) -> None:
    demand = data.draw(st.lists(quantities, min_size=buyers, max_size=buyers))
    supply = data.draw(st.lists(quantities, min_size=sellers, max_size=sellers))
    asked, offered = data.draw(profiles(buyers)), data.draw(profiles(sellers))
    check(call, "FIND MARKET PRICE", demand, asked, supply, offered)
    price, quantity = data.draw(priorities | st.just(math.nan)), data.draw(quantities)
    check(call, "DEMAND AT PRICE", quantity, asked[0], price)
    check(call, "SUPPLY AT PRICE", quantity, asked[0], price)
