"""Functions of numbers and of time in native code give the bits of their Python bodies."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from native_calls import NativeCalls, same, value_or_none

from s3c.runtime import REGISTRY

pytest.importorskip("numba", reason="numba, which native code needs, is not installed")

NAMES = [
    each.name
    for each in REGISTRY.values()
    if each.native and not (each.tables or each.random or each.arrays or each.is_memory)
]
EDGES = (
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, 3.0, -2.5, 1e-6, 9.9e-7, -1e-7, 5e-324, 1e-300, 709.9,
    1e17, 1e308, -1e308, math.inf, -math.inf, math.nan,
)  # fmt: skip


@pytest.fixture(scope="module")
def native() -> NativeCalls:
    return NativeCalls(NAMES, is_compiled=True)


def check(native: NativeCalls, rows: list[tuple[float, ...]], time: float, step: float) -> None:
    found = native(rows, time=time, time_step=step)
    clock = {"time": time, "time_step": step}
    for function in native.builtins:
        arity, body = len(function.parameters), function.function
        keywords = {each: clock[each] for each in function.implicit}
        assert body is not None
        for operands, value in zip(rows, found[function.name], strict=True):
            expected = value_or_none(body, *operands[:arity], **keywords)
            assert same(value, expected), f"{function.name}{operands[:arity]} {clock}: {value!r}"


def test_all_functions_of_numbers_are_native() -> None:
    others = {"GET TIME VALUE", "ALLOC P"}
    of_numbers = {
        each.name
        for each in REGISTRY.values()
        if each.function
        and not (each.tables or each.random or each.arrays or each.contents)
        and not (each.is_memory or each.is_search)
    }
    assert of_numbers - set(NAMES) <= others


def test_edges(native: NativeCalls) -> None:
    pairs: list[tuple[float, ...]] = [(a, b, 2.0, 3.0) for a, b in product(EDGES, EDGES)]
    check(native, pairs, 1.0, 0.125)


def test_edges_of_functions_of_three_and_four(native: NativeCalls) -> None:
    some = (0.0, -0.0, 1.0, 0.5, -3.0, 8.0, 1e308, math.inf, math.nan)
    check(native, list(product(some, some, some, (2.0, 0.0, math.nan))), 3.0, 0.5)


def test_numbers_of_all_sizes(native: NativeCalls) -> None:
    random = np.random.default_rng(5)
    sizes = 10.0 ** random.uniform(-8, 4, (3000, 4)) * random.choice((-1.0, 1.0), (3000, 4))
    check(native, [tuple(row) for row in sizes.tolist()], 2.0, 0.25)
    check(native, [tuple(row) for row in random.uniform(0, 8, (3000, 4)).tolist()], 3.0, 0.25)


numbers = st.floats() | st.integers(-20, 20).map(float) | st.integers(-99, 99).map(lambda n: n / 8)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(numbers, numbers, numbers, numbers), min_size=1, max_size=40),
    st.integers(-40, 40).map(lambda n: n / 8),
    st.sampled_from((1.0, 0.25, 0.1)),
)
def test_any_numbers(
    native: NativeCalls, rows: list[tuple[float, ...]], time: float, step: float
) -> None:
    check(native, rows, time, step)
