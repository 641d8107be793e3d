"""Random numbers in native code are those of Python, bit for bit."""

import math
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from native_calls import NativeCalls, same, value_or_none

from s3c.runtime import REGISTRY, Draws, Lookup, philox

numba = pytest.importorskip("numba", reason="numba, which native code needs, is not installed")

NAMES = [each.name for each in REGISTRY.values() if each.random]
DENSITY = [(0.0, 0.0), (1.0, 2.0), (1.0, 1.0), (3.0, 0.5), (4.0, 0.0), (5.0, 0.0), (7.0, 2.0)]

# What each function is drawn with, but for the stream, which comes last.
PARAMETERS: dict[str, list[tuple[float, ...]]] = {
    "RANDOM 0 1": [()],
    "RANDOM UNIFORM": [(-1.0, 1.0), (0.25, 1e300), (-1e308, 1.5e308), (2.0, 2.0), (3.0, -1.0)],
    "RANDOM NORMAL": [(-9.0, 9.0, 0.0, 1.0), (0.0, 1.0, 5.0, 2.0), (0.0, 1.0, -99.0, 1.0)],
    "RANDOM EXPONENTIAL": [(0.0, 99.0, 0.0, 1.0), (2.0, 3.0, 0.0, 2.0), (1.0, 0.0, 0.0, 1.0)],
    "RANDOM GAMMA": [
        (0.0, 99.0, shape, 0.0, 1.0) for shape in (0.5, 1.0, 1.5, 2.5, 30.0, 1e15, math.inf)
    ],
    "RANDOM BETA": [
        (0.0, 1.0, a, b, 0.0, 1.0)
        for a, b in ((2.0, 3.0), (0.1, 0.2), (1e-3, 5.0), (50.0, 0.5), (0.0, 1.0), (1e9, 2e9))
    ],
    "RANDOM BINOMIAL": [
        (0.0, 1e99, p, n, 0.0, 1.0)
        for p, n in (
            (0.3, 10.4), (0.01, 30.0), (0.4, 100.0), (0.7, 1000.0), (0.5, 1e6), (0.2, 1e17),
            (1e-12, 1e17), (0.0, 5.0), (1.0, 5.0), (1.5, 5.0), (0.5, -1.0), (0.9, 1e12),
        )
    ],
    "RANDOM NEGATIVE BINOMIAL": [
        (0.0, 1e99, p, n, 0.0, 1.0)
        for p, n in ((0.3, 1.0), (0.01, 3.0), (0.4, 100.0), (1.0, 4.0), (0.5, 0.0), (0.0, 1.0))
    ],
    "RANDOM POISSON": [
        (0.0, 1e99, mean, 1.0, 2.0) for mean in (0.0, 0.5, 9.9, 10.0, 33.3, 1e4, 1e9, 1e16, -1.0)
    ],
    "RANDOM TRIANGULAR": [
        (-9.0, 9.0, 0.0, 1.0, 3.0), (0.5, 2.0, 0.0, 3.0, 3.0), (0.0, 9.0, 1.0, 1.0, 1.0),
        (0.0, 9.0, 2.0, 1.0, 3.0), (-9.0, 9.0, -1e308, 0.0, 1.7e308),
    ],
    "RANDOM WEIBULL": [
        (0.0, 1e99, shape, 0.0, 1.0) for shape in (0.01, 0.5, 1.0, 2.0, 50.0, 0.0, 1e-305, 1e308)
    ],
    "RANDOM LOOKUP": [(-1.0, 9.0, 0.0, 1.0), (1.5, 6.0, 0.5, 2.0), (8.0, 9.0, 0.0, 1.0)],
}  # fmt: skip


@pytest.fixture(scope="module")
def native() -> NativeCalls:
    return NativeCalls(NAMES, is_compiled=False)


def test_all_random_functions_are_native() -> None:
    assert set(NAMES) == set(PARAMETERS)
    assert all(each.native for each in REGISTRY.values() if each.random)


def check(
    native: NativeCalls, name: str, rows: list[tuple[float, ...]], streams: Any, places: Any
) -> None:
    found = native(rows, table=DENSITY, streams=streams, places=places)[name]
    function = REGISTRY[name.lower()]
    assert function.function is not None
    tables = [Lookup(DENSITY)] * bool(function.tables)
    for row, stream, (run, step, element, site), value in zip(
        rows, streams, places, found, strict=True
    ):
        draws = Draws(7.0, run, 8.0).at(step).of(element)
        operands = row if name == "RANDOM 0 1" else (*row, stream)
        expected = value_or_none(function.function, draws, site, *tables, *operands)
        assert same(value, expected), f"{name}{operands} at {(run, step, element, site)}: {value!r}"


@pytest.mark.parametrize("name", NAMES)
def test_numbers_of_each_function(native: NativeCalls, name: str) -> None:
    rows = [row for row in PARAMETERS[name] for _ in range(60)]
    random = np.random.default_rng(3)
    most = (2**17, 400, 5, 99)
    places = [tuple(each) for each in random.integers(0, most, (len(rows), 4)).tolist()]
    streams = [0.0 if name == "RANDOM 0 1" else float(place % 4) / 2 for place in range(len(rows))]
    check(native, name, rows, streams, places)


@settings(deadline=None, max_examples=100)
@given(
    stream=st.floats() | st.integers(-5, 5).map(float),
    run=st.integers(0, 2**48 - 1),
    step=st.integers(0, 2**33),
    element=st.integers(0, 2**30 - 1),
    site=st.integers(0, 2**32 - 1),
)
def test_any_place_and_stream(
    native: NativeCalls, stream: float, run: int, step: int, element: int, site: int
) -> None:
    place = (run, step, element, site)
    check(native, "RANDOM UNIFORM", [(-1.0, 1.0)], [stream], [place])
    check(native, "RANDOM NORMAL", [(-1.0, 1.0, 0.25, 3.0)], [stream], [place])


@pytest.mark.parametrize("name", [each for each in NAMES if each != "RANDOM 0 1"])
def test_what_is_no_number_gives_none(native: NativeCalls, name: str) -> None:
    row = PARAMETERS[name][0]
    rows = [row, *((*row[:i], math.nan, *row[i + 1 :]) for i in range(len(row)))]
    streams = [math.nan] + [1.0] * len(row)
    check(native, name, rows, streams, [(0, 0, 0, 0)] * len(rows))
    no_room = (1.0, 1.0, *row[2:])  # so nothing is drawn
    check(native, name, [no_room], [math.nan], [(0, 0, 0, 0)])


def test_philox_is_that_of_python() -> None:
    compiled = import_module("s3c.runtime.native.random").philox
    words = np.random.default_rng(1).integers(0, 2**32, (50, 6)).astype(np.uint64)
    for c0, c1, c2, c3, k0, k1 in words:
        counter = (int(c0), int(c1), int(c2), int(c3))
        found = compiled(c0, c1, c2, c3, k0, k1)
        assert tuple(map(int, found)) == philox(counter, (int(k0), int(k1)))


def test_a_loop_over_runs_is_made_of_vector_instructions() -> None:
    if not _has_vectors():
        pytest.skip("this processor has no AVX2, of which the test knows the instructions")
    random_uniform = import_module("s3c.runtime.native.functions").random_uniform

    def loop(out: Any, k0: Any, k1: Any, first: int, step: int, low: Any, high: Any) -> None:
        for i in range(out.size):
            out[i] = random_uniform(k0, k1, first + i, step, 0, 5, low[i], high[i])

    compiled = numba.njit(error_model="numpy")(loop)
    out, low, high = np.empty(256), np.full(256, -1.0), np.full(256, 1.0)
    compiled(out, np.uint64(11), np.uint64(12), 7, 3, low, high)
    (text,) = compiled.inspect_asm().values()
    assert sum("vpmuludq" in line and "ymm" in line for line in text.splitlines()) >= 10


def _has_vectors() -> bool:
    llvm = import_module("llvmlite.binding")
    return bool(llvm.get_host_cpu_features().get("avx2"))
