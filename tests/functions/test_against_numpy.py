"""Functions against those of numpy and scipy, which share no code with them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from model_texts import compiled
from numpy.testing import assert_allclose
from scipy import integrate, interpolate, special

from s3c.runtime import REGISTRY, DataSeries, Draws, Lookup, fold

NUMPY = "independent implementation"
numbers = st.floats(-1e3, 1e3)


def body(name: str) -> Callable[..., Any]:
    function = REGISTRY[fold(name)].function
    assert function is not None
    return function


def independent(*names: str) -> list[pytest.MarkDecorator]:
    return [pytest.mark.checks(each, against=NUMPY) for each in names]


# --- Arithmetic ---


@pytest.mark.parametrize(
    ("name", "other", "least", "most"),
    [
        pytest.param(name, *others, marks=independent(name), id=name)
        for name, *others in [
            ("ABS", np.abs, -1e9, 1e9),
            ("SQRT", np.sqrt, 0, 1e9),
            ("EXP", np.exp, -700, 700),
            ("LN", np.log, 1e-300, 1e300),
            ("INTEGER", np.trunc, -1e9, 1e9),
            ("SIN", np.sin, -1e4, 1e4),
            ("COS", np.cos, -1e4, 1e4),
            ("TAN", np.tan, -1e4, 1e4),
            ("ARCSIN", np.arcsin, -1, 1),
            ("ARCCOS", np.arccos, -1, 1),
            ("ARCTAN", np.arctan, -1e9, 1e9),
            ("SINH", np.sinh, -700, 700),
            ("COSH", np.cosh, -700, 700),
            ("TANH", np.tanh, -30, 30),
            ("GAMMA LN", special.gammaln, 1e-6, 1e6),
        ]
    ],
)
def test_functions_of_one_number(
    name: str, other: Callable[[Any], Any], least: float, most: float
) -> None:
    function = body(name)

    @given(st.floats(least, most))
    def agree(x: float) -> None:
        assert function(x) == pytest.approx(float(other(x)), rel=1e-12, abs=1e-12)

    agree()


@pytest.mark.parametrize(
    ("name", "other"),
    [
        pytest.param(name, other, marks=independent(name), id=name)
        for name, other in [
            ("MIN", np.minimum),
            ("MAX", np.maximum),
            ("MODULO", np.fmod),
            ("QUANTUM", lambda a, b: b * np.trunc(a / b)),
            ("POWER", lambda a, b: np.power(abs(a), b / 100)),
            ("LOG", lambda a, b: np.emath.logn(b, abs(a))),
        ]
    ],
)
def test_functions_of_two_numbers(name: str, other: Callable[[Any, Any], Any]) -> None:
    function = body(name)

    @given(numbers, st.floats(1.1, 1e3))
    def agree(a: float, b: float) -> None:
        first, second = a, b
        if name in ("POWER", "LOG"):  # of a base that is positive
            assume(abs(a) > 1e-3)
            first, second = abs(a), b / 100 if name == "POWER" else b
        expected = float(other(a, b))
        assert function(first, second) == pytest.approx(expected, rel=1e-12, abs=1e-12)

    agree()


# --- Lookups ---


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[float], list[float]]:
    gaps = draw(st.lists(st.floats(0.1, 10), min_size=1, max_size=8))
    xs = np.cumsum([draw(numbers), *gaps]).tolist()
    return xs, draw(st.lists(numbers, min_size=len(xs), max_size=len(xs)))


@pytest.mark.parametrize(
    ("name", "kind", "outside"),
    [
        pytest.param(*each, marks=independent(each[0]), id=each[0])
        for each in [
            ("LOOKUP EXTRAPOLATE", "linear", "extrapolate"),
            ("LOOKUP FORWARD", "next", "ends"),
            ("LOOKUP BACKWARD", "previous", "ends"),
        ]
    ],
)
def test_reading_a_lookup(name: str, kind: Any, outside: str) -> None:
    function = body(name)

    @given(tables(), st.floats(-0.5, 1.5))
    def agree(table: tuple[list[float], list[float]], place: float) -> None:
        xs, ys = table
        x = xs[0] + place * (xs[-1] - xs[0])
        fill: Any = (ys[0], ys[-1]) if outside == "ends" else outside
        other = interpolate.interp1d(xs, ys, kind=kind, bounds_error=False, fill_value=fill)
        found = function(Lookup(zip(xs, ys, strict=True)), x)
        assert found == pytest.approx(float(other(x)), rel=1e-9, abs=1e-9)

    agree()


@pytest.mark.checks("LOOKUP INVERT", against=NUMPY)
@given(tables(), st.floats(-0.5, 1.5))
def test_inverting_a_lookup_is_swapping_its_axes(
    table: tuple[list[float], list[float]], place: float
) -> None:
    ys, xs = table  # these ys rise
    y = ys[0] + place * (ys[-1] - ys[0])
    xs = np.cumsum(np.abs(xs) + 1).tolist()
    found = body("LOOKUP INVERT")(Lookup(zip(xs, ys, strict=True)), y)
    assert found == pytest.approx(float(np.interp(y, ys, xs)), rel=1e-9, abs=1e-9)


@pytest.mark.checks("LOOKUP AREA", against=NUMPY)
@given(tables(), st.floats(-0.5, 1.5), st.floats(-0.5, 1.5))
def test_the_area_of_a_lookup(
    table: tuple[list[float], list[float]], first: float, second: float
) -> None:
    xs, ys = table
    start, end = sorted(xs[0] + place * (xs[-1] - xs[0]) for place in (first, second))
    corners = np.array([start, *(x for x in xs if start < x < end), end])
    expected = integrate.trapezoid(np.interp(corners, xs, ys), corners)
    found = body("LOOKUP AREA")(Lookup(zip(xs, ys, strict=True)), start, end)
    assert found == pytest.approx(float(expected), rel=1e-9, abs=1e-7)


@pytest.mark.checks("WITH LOOKUP", against=NUMPY)
def test_a_lookup_in_place() -> None:
    run = compiled("x = WITH LOOKUP(Time, ([(0,0)-(9,9)],(1,2),(3,8),(6,5),(7,-1))) ~~|").run()
    assert_allclose(run["x"], np.interp(run["Time"], [1, 3, 6, 7], [2, 8, 5, -1]), rtol=1e-14)


# --- Series ---


@pytest.mark.parametrize(
    ("name", "other"),
    [
        pytest.param(name, other, marks=independent(name), id=name)
        for name, other in [
            ("GET DATA MAX", np.max),
            ("GET DATA MAXIMUM", np.max),
            ("GET DATA MIN", np.min),
            ("GET DATA MINIMUM", np.min),
            ("GET DATA MEAN", np.mean),
            ("GET DATA MEDIAN", np.median),
            ("GET DATA STDV", lambda values: np.std(values, ddof=1)),
        ]
    ],
)
def test_functions_of_a_series(name: str, other: Callable[[Any], Any]) -> None:
    function = body(name)

    @given(tables())
    def agree(table: tuple[list[float], list[float]]) -> None:
        times, values = table
        found = function(DataSeries("interpolate", times, values), times[0], times[-1])
        assert found == pytest.approx(float(other(values)), rel=1e-9, abs=1e-9)
        # Without the first point.
        assume(len(times) > 2)
        found = function(DataSeries("interpolate", times, values), times[1], times[-1] + 1)
        assert found == pytest.approx(float(other(values[1:])), rel=1e-9, abs=1e-9)

    agree()


# --- Random numbers ---


@pytest.mark.checks("RANDOM 0 1", against="closed form")
def test_random_0_1_has_the_moments_of_a_uniform_number() -> None:
    draws, function = Draws(1), body("RANDOM 0 1")
    values = [function(draws.at(k), 7) for k in range(20_000)]
    assert 0 <= min(values) < max(values) < 1
    assert statistics.fmean(values) == pytest.approx(1 / 2, abs=5 * math.sqrt(1 / 12 / 20_000))
    assert statistics.pvariance(values) == pytest.approx(1 / 12, rel=0.03)
