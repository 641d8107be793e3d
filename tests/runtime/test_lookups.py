"""Tables of points read as functions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3c.runtime import NA, Lookup

values = st.floats(-1e6, 1e6)
gaps = st.floats(1e-3, 1e3)


@st.composite
def lookups(draw: st.DrawFn, *, increasing: bool = False) -> Lookup:
    """Lookups without vertical steps; if increasing, with y that grows too."""
    size = draw(st.integers(1, 12))
    xs, ys = [draw(values)], [draw(values)]
    for _ in range(size - 1):
        xs.append(xs[-1] + draw(gaps))
        ys.append(ys[-1] + draw(gaps) if increasing else draw(values))
    return Lookup(zip(xs, ys, strict=True))


TRIANGLE = Lookup(((0.0, 1.0), (1.0, 1.0), (2.0, 2.0)))
STAIR = Lookup(((0.0, 0.0), (1.0, 0.0), (1.0, 5.0), (1.0, 9.0), (2.0, 10.0)))


@given(lookups(), values)
def test_stays_among_its_values(table: Lookup, x: float) -> None:
    ys = [y for _, y in table.points]
    slack = 1e-9 * (1 + max(map(abs, ys)))
    assert min(ys) - slack <= table(x) <= max(ys) + slack


@given(lookups(increasing=True), values, values)
def test_grows_where_its_points_do(table: Lookup, a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert table(low) <= table(high) + 1e-6


@given(lookups())
def test_meets_its_points(table: Lookup) -> None:
    for x, y in table.points:
        assert table(x) == table.extrapolate(x) == table.forward(x) == table.backward(x) == y


@given(lookups(increasing=True), st.floats(0, 1))
def test_invert_is_the_inverse(table: Lookup, share: float) -> None:
    (first, _), (last, _) = table.points[0], table.points[-1]
    x = first + share * (last - first)
    assert table(table.invert(table(x))) == pytest.approx(table(x), rel=1e-6, abs=1e-6)


@given(lookups(), values, values, values)
def test_areas_add_up(table: Lookup, a: float, b: float, c: float) -> None:
    whole = table.area(a, c)
    size = max(abs(y) for _, y in table.points) * (abs(a) + abs(b) + abs(c))
    assert table.area(a, b) + table.area(b, c) == pytest.approx(whole, rel=1e-9, abs=1e-9 * size)


@pytest.mark.parametrize(
    ("start", "end", "area"),
    [(0, 1, 1), (2, 4, 4), (0.5, 2.5, 3), (-2, 0, 2), (1, 0, -1), (1, 1, 0)],
)
def test_area(start: float, end: float, area: float) -> None:
    assert TRIANGLE.area(start, end) == pytest.approx(area)


def test_area_of_a_vertical_step() -> None:
    assert STAIR.area(0.0, 2.0) == pytest.approx(9.5)
    assert STAIR.area(0.5, 1.0) == 0.0


def test_outside_the_end_values_hold() -> None:
    assert (TRIANGLE(-5.0), TRIANGLE(5.0)) == (1.0, 2.0)
    assert (TRIANGLE.forward(-5.0), TRIANGLE.forward(5.0)) == (1.0, 2.0)
    assert (TRIANGLE.backward(-5.0), TRIANGLE.backward(5.0)) == (1.0, 2.0)
    assert (TRIANGLE.extrapolate(-5.0), TRIANGLE.extrapolate(5.0)) == (1.0, 5.0)


def test_vertical_step() -> None:
    assert STAIR(1.0) == 0.0  # the first point holds at the step
    assert STAIR(math.nextafter(1.0, 2.0)) == pytest.approx(9.0)
    assert STAIR(1.5) == 9.5
    assert STAIR.forward(1.0) == 0.0
    assert STAIR.backward(1.0) == 9.0
    assert STAIR.invert(5.0) == STAIR.invert(7.0) == 1.0


def test_vertical_end_is_held() -> None:
    table = Lookup(((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 3.0)))
    assert table.extrapolate(5.0) == 3.0
    assert table.extrapolate(-5.0) == 0.0


def test_invert_beyond_the_values() -> None:
    assert (TRIANGLE.invert(0.0), TRIANGLE.invert(9.0)) == (0.0, 2.0)
    falling = Lookup(((0.0, 3.0), (1.0, 1.0)))
    assert (falling.invert(9.0), falling.invert(0.0), falling.invert(2.0)) == (0.0, 1.0, 0.5)


@pytest.mark.parametrize(
    ("x", "mode", "slope"),
    [
        (0.5, 0, 0),
        (1.0, 0, 0.5),
        (1.5, 0, 1),
        (2.0, 0, 1),
        (3.0, 0, 0),
        (3.0, 1, 1),
        (3.0, -1, NA),
        (-1.0, 1, 0),
        (-1.0, -1, NA),
    ],
)
def test_slope(x: float, mode: float, slope: float) -> None:
    assert TRIANGLE.slope(x, mode) == slope


def test_slope_of_a_vertical_step() -> None:
    assert STAIR.slope(1.0, 0) == NA


def test_one_point_is_a_constant() -> None:
    table = Lookup([(3.0, 7.0)])
    assert table(0.0) == table(9.0) == table.extrapolate(9.0) == 7.0
    assert table.slope(3.0, 0) == table.slope(9.0, 1) == 0.0
    assert table.area(0.0, 2.0) == 14.0
    assert table.invert(1.0) == 3.0


def test_nan_goes_through() -> None:
    for read in (TRIANGLE, TRIANGLE.extrapolate, TRIANGLE.forward, TRIANGLE.backward):
        assert math.isnan(read(math.nan))
    assert math.isnan(TRIANGLE.invert(math.nan))
    assert math.isnan(TRIANGLE.slope(math.nan, 0))


@pytest.mark.parametrize(
    "points", [[], [(1.0, 1.0), (0.0, 1.0)], [(math.nan, 1.0)], [(0.0, math.inf)]]
)
def test_bad_points_are_refused(points: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match="lookup"):
        Lookup(points)


def test_is_a_value() -> None:
    again = Lookup(TRIANGLE.points)
    assert again == TRIANGLE
    assert hash(again) == hash(TRIANGLE)
    assert again != STAIR
    assert again != 3
    assert eval(repr(again), {"Lookup": Lookup}) == again  # noqa: S307
