"""Allocation and market prices against numbers that Vensim prints, and against closed forms."""

from __future__ import annotations

import math
import subprocess
import sys
from importlib import import_module

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from s3c.runtime import NA, REGISTRY, Array, ArrayKind, fold

# Generated modules import functions from here; to type checkers, packages have but a face.
allocation = import_module("s3c.runtime.allocation")

PRINTED = 1e-5  # Vensim prints six digits
SEARCHED = 3e-5  # it stops its search a little before the price
NORMAL = 1e-4  # and approximates the normal curve


def row(*elements: float) -> Array:
    found = np.array(elements, dtype=np.float64)
    found.setflags(write=False)  # a function never changes what it is given
    return found


def profiles(*each: tuple[float, float, float]) -> Array:
    """A profile a line: type, priority, width; the extra is not used."""
    return np.array([[*three, 0.0] for three in each], dtype=np.float64)


# Numbers that Vensim prints for the community's models.

DEMAND = row(500, 300, 750)


@pytest.mark.checks("ALLOCATE AVAILABLE", against="Vensim")
@pytest.mark.parametrize(
    ("kind", "widths", "expected", "tolerance"),
    [
        (1, (2, 4, 4), (301.429, 300, 38.5714), PRINTED),
        (2, (2, 4, 4), (336.564, 300, 3.43642), SEARCHED),
        (3, (1, 2, 2), (261.34, 254.44, 124.22), NORMAL),
        (4, (1, 2, 2), (255.195, 245.394, 139.411), SEARCHED),
    ],
)
def test_allocation_as_vensim_prints_it(
    kind: int, widths: tuple[int, ...], expected: tuple[float, ...], tolerance: float
) -> None:
    asked = profiles(*((kind, p, w) for p, w in zip((5, 7, 3), widths, strict=True)))
    found = allocation.allocate_available(DEMAND, asked, 640.0)
    assert found == pytest.approx(row(*expected), rel=tolerance)
    assert found.sum() == pytest.approx(640, rel=1e-15)


@pytest.mark.checks("ALLOCATE AVAILABLE", against="Vensim")
def test_allocation_to_profiles_of_several_types_as_vensim_prints_it() -> None:
    asked = profiles((1, 3, 3), (2, 5, 2), (3, 2, 1), (4, 6, 2))
    request = row(500, 300, 750, 200)
    found = allocation.allocate_available(request, asked, 640.0)
    assert found == pytest.approx(row(136.55, 300, 34.8082, 168.64), rel=NORMAL)
    found = allocation.allocate_available(request, asked, 1280.0)
    assert found == pytest.approx(row(417.325, 300, 376.182, 186.493), rel=NORMAL)


def test_who_asks_for_nothing_gets_nothing_as_vensim_prints_it() -> None:
    asked = profiles((1, 5, 2), (1, 5, 50), (1, 23, 4))
    found = allocation.allocate_available(row(500, 0, 750), asked, 640.0)
    assert found.tolist() == [0, 0, 640]
    found = allocation.allocate_available(row(500, 0, 750), asked, 1280.0)
    assert found.tolist() == [500, 0, 750]


@pytest.mark.checks("ALLOCATE BY PRIORITY", against="Vensim")
@pytest.mark.parametrize(
    ("supply", "expected"),
    [(5, (0, 4, 1)), (12, (3.84615, 6, 2.15385))],
)
def test_allocation_by_priority_as_vensim_prints_it(
    supply: float, expected: tuple[float, ...]
) -> None:
    found = allocation.allocate_by_priority(row(10, 6, 3), row(2, 4, 3), 3.0, 3.0, supply)
    assert found == pytest.approx(row(*expected), rel=PRINTED, abs=1e-12)


def test_allocation_by_priority_to_five_as_vensim_prints_it() -> None:
    found = allocation.allocate_by_priority(
        row(8, 1, 3, 4, 0), row(5, 3, 0, 1.5, 4), 5.0, 3.0, 12.0
    )
    assert found == pytest.approx(row(8, 1, 0.428571, 2.57143, 0), rel=PRINTED, abs=1e-12)


# Where demand falls by a step, or is level.


@pytest.mark.checks("ALLOCATE BY PRIORITY", against="closed form")
@pytest.mark.parametrize(
    ("supply", "expected"),
    [(4, (0, 4, 0)), (6, (0, 6, 0)), (8, (0, 6, 2)), (9, (0, 6, 3)), (12, (3, 6, 3))],
)
def test_without_a_width_one_priority_follows_the_other(
    supply: float, expected: tuple[float, ...]
) -> None:
    found = allocation.allocate_by_priority(row(10, 6, 3), row(2, 4, 3), 3.0, 0.0, supply)
    assert found.tolist() == list(expected)


def test_without_a_width_equal_priorities_share_in_proportion() -> None:
    found = allocation.allocate_by_priority(row(10, 30, 8), row(1, 1, 2), 3.0, 0.0, 28.0)
    assert found.tolist() == [5, 15, 8]


@pytest.mark.parametrize("kind", [1, 2, 3, 4])
def test_a_step_of_any_type_within_the_slope_of_another(kind: int) -> None:
    # Just above 10 the rectangle asks for 50 and the step for nothing, just below it for 40 more.
    asked = profiles((1, 10, 4), (kind, 10, 0))
    request = row(100, 40)
    assert allocation.allocate_available(request, asked, 60.0).tolist() == [50, 10]
    assert allocation.allocate_available(request, asked, 90.0).tolist() == [50, 40]
    assert allocation.allocate_available(request, asked, 40.0).tolist() == pytest.approx([40, 0])
    assert allocation.allocate_available(request, asked, 100.0).tolist() == pytest.approx([60, 40])


@pytest.mark.checks("ALLOCATE AVAILABLE", against="closed form")
def test_where_demand_is_level_everything_is_handed_out() -> None:
    asked = profiles((1, 20, 2), (1, 7, 4), (1, 2, 4))
    found = allocation.allocate_available(DEMAND, asked, 500.0)
    assert found.tolist() == pytest.approx([500, 0, 0], rel=1e-15)
    found = allocation.allocate_available(DEMAND, asked, 640.0)
    assert found.tolist() == pytest.approx([500, 140, 0], rel=1e-14)


@pytest.mark.parametrize("width", [1e-9, 1e-12, 1.5e-13, 1e-13, 1e-15, 1e-30])
def test_demand_too_steep_for_a_price(width: float) -> None:
    # A float64 near 1000 has steps of 1e-13.
    asked = profiles((1, 1000, width), (2, 1000, width), (3, 1000, width), (4, 999, width))
    request = row(10, 5, 15, 5)
    for available in (1.0, 17.0, 29.5):
        found = allocation.allocate_available(request, asked, available)
        assert found.sum() == pytest.approx(available, rel=1e-14)
        assert (found >= 0).all()
        assert (found <= request).all()
        assert found[3] == 0


def test_the_ends_of_what_is_available() -> None:
    asked = profiles((1, 5, 2), (3, 7, 4), (0, 0, 0))
    request = row(5, 6, 7)
    for available in (0.0, -3.0, -math.inf):
        assert allocation.allocate_available(request, asked, available).tolist() == [0, 0, 0]
    for available in (18.0, 19.0, math.inf):
        found = allocation.allocate_available(request, asked, available)
        assert found.tolist() == [5, 6, 7]
        assert found is not request
    assert allocation.allocate_available(row(0, 0, 0), asked, 9.0).tolist() == [0, 0, 0]
    assert allocation.allocate_available(row(0, 0, 0), asked, 0.0).tolist() == [0, 0, 0]
    tiny = allocation.allocate_available(request, asked[:2].repeat([1, 2], axis=0), 1e-300)
    assert tiny.sum() == pytest.approx(1e-300)


@pytest.mark.parametrize("kind", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("width", [0.0, 3.0])
def test_one_requester_gets_what_there_is(kind: int, width: float) -> None:
    asked = profiles((kind, 5, width))
    for available, expected in [(-1, 0), (0, 0), (1, 1), (7, 7), (10, 10), (11, 10)]:
        found = allocation.allocate_available(row(10), asked, float(available))
        assert found.tolist() == pytest.approx([expected], rel=1e-14)


def test_requests_below_zero_are_none() -> None:
    asked = profiles((1, 5, 2), (1, 5, 2))
    assert allocation.allocate_available(row(-4, 10), asked, 6.0).tolist() == pytest.approx([0, 6])


def test_fixed_quantities_are_served_first() -> None:
    fixed = profiles((0, 1, 1), (0, 2, 2))
    assert allocation.allocate_available(row(10, 30), fixed, 20.0).tolist() == [5, 15]
    mixed = profiles((0, 1, 1), (1, 2, 2))
    assert allocation.allocate_available(row(10, 30), mixed, 25.0).tolist() == pytest.approx(
        [10, 15], rel=1e-14
    )
    assert allocation.allocate_available(row(10, 30), mixed, 5.0).tolist() == [5, 0]


def test_allocation_in_integers() -> None:
    same = profiles((11, 5, 2), (11, 5, 2), (11, 5, 2))
    assert allocation.allocate_available(row(10, 10, 10), same, 15.0).tolist() == [5, 5, 5]
    assert allocation.allocate_available(row(10, 10, 10), same, 16.0).tolist() == [5, 5, 5]
    assert allocation.allocate_available(row(2.5, 1, 1), same, 9.0).tolist() == [2, 1, 1]
    beside = profiles((10, 5, 2), (0, 5, 2))
    assert allocation.allocate_available(row(5, 5), beside, 5.0).tolist() == [2, 2.5]


def test_requesters_after_the_first_ones_get_nothing() -> None:
    found = allocation.allocate_by_priority(row(10, 6, 3), row(2, 4, 9), 2.0, 0.0, 8.0)
    assert found.tolist() == [2, 6, 0]


KINDS = st.integers(0, 4)
ASKED = st.lists(
    st.tuples(
        st.floats(0.0, 1e3), KINDS, st.floats(-10.0, 10.0), st.sampled_from([0.0, 1e-3, 0.5, 4.0])
    ),
    min_size=1,
    max_size=6,
)


@given(ASKED, st.lists(st.floats(-0.2, 1.2), min_size=2, max_size=2))
def test_everything_is_handed_out_and_more_is_no_less_to_anyone(
    asked: list[tuple[float, int, float, float]], parts: list[float]
) -> None:
    request = row(*(each[0] for each in asked))
    prices = profiles(*(each[1:] for each in asked))
    total = math.fsum(request)
    slack = 1e-9 * total
    before = np.zeros(len(asked))
    for part in sorted(parts):
        found = allocation.allocate_available(request, prices, part * total)
        handed_out = min(max(part, 0.0), 1.0) * total
        assert found.sum() == pytest.approx(handed_out, rel=1e-12, abs=1e-300)
        assert (found >= 0).all()
        assert (found <= request).all()
        assert (found >= before - slack).all()
        before = found


# Prices.


@pytest.mark.checks("DEMAND AT PRICE", against="closed form")
@pytest.mark.checks("SUPPLY AT PRICE", against="closed form")
@pytest.mark.parametrize(
    ("kind", "price", "fraction"),
    [
        (0, 1e9, 1),
        (1, 8, 1),
        (1, 9, 0.75),
        (1, 10, 0.5),
        (1, 12, 0),
        (2, 8, 1),
        (2, 9, 0.875),  # 1 - 2 * (1/4)^2
        (2, 10, 0.5),
        (2, 11, 0.125),
        (2, 12, 0),
        (3, 10, 0.5),
        (3, 14, 0.15865525393145705),  # above a standard deviation
        (3, 6, 0.8413447460685429),
        (4, 10, 0.5),
        (4, 10 + 4 * math.log(2), 0.25),
        (4, 10 - 4 * math.log(2), 0.75),
    ],
)
def test_demand_and_supply_at_a_price(kind: int, price: float, fraction: float) -> None:
    profile = row(kind, 10, 4, 0)
    demand = allocation.demand_at_price(60.0, profile, float(price))
    assert demand == pytest.approx(60 * fraction, rel=1e-14)
    supply = allocation.supply_at_price(60.0, profile, float(price))
    assert supply == pytest.approx(60 if kind == 0 else 60 * (1 - fraction), rel=1e-14)
    integers = row(kind + 10, 10, 4, 0)
    assert allocation.demand_at_price(60.0, integers, price) == math.floor(60 * fraction + 1e-9)


def test_demand_at_a_step() -> None:
    step = row(1, 10, 0, 0)
    demands = [allocation.demand_at_price(6.0, step, price) for price in (9.0, 10.0, 11.0)]
    assert demands == [6, 6, 0]
    supplies = [allocation.supply_at_price(6.0, step, price) for price in (9.0, 10.0, 11.0)]
    assert supplies == [0, 0, 6]


@pytest.mark.checks("FIND MARKET PRICE", against="closed form")
@pytest.mark.parametrize(
    ("demand", "supply", "price"),
    [
        # 100 (12 - x)/4 = 200 (x - 8)/4
        ((100, 1, 10, 4), (200, 1, 10, 4), 28 / 3),
        # 1/2 of what is asked for at most is what is supplied anyway
        ((100, 2, 10, 4), (50, 0, 0, 0), 10),
        # both curves have the same width: in the middle
        ((1, 3, 20, 2), (1, 3, 10, 2), 15),
        # 50 e^-x = 50 (1 - e^-x / 2)
        ((100, 4, 0, 1), (50, 4, 0, 1), math.log(1.5)),
        # the step of the one within the slope of the other
        ((10, 1, 5, 0), (20, 1, 5.5, 4), 5),
        ((20, 1, 5.5, 4), (30, 1, 5, 0), 5),
        # there is enough: the highest price at which all is asked for
        ((5, 1, 3, 2), (10, 0, 0, 0), 2),
        # there is too little at any price: the lowest at which all is supplied
        ((10, 0, 0, 0), (5, 1, 3, 2), 4),
        # no demand: a price at which nothing is supplied
        ((0, 1, 5, 2), (10, 1, 7, 2), 6),
        ((10, 0, 1, 1), (5, 0, 1, 1), NA),
    ],
)
def test_market_price(demand: tuple[float, ...], supply: tuple[float, ...], price: float) -> None:
    found = allocation.find_market_price(
        row(demand[0]), row(*demand[1:], 0)[None], row(supply[0]), row(*supply[1:], 0)[None]
    )
    assert found == pytest.approx(price, rel=1e-14, abs=1e-14)


def test_any_price_between_two_steps_clears() -> None:
    found = allocation.find_market_price(
        row(10, 4), profiles((1, 5, 0), (1, 1, 0)), row(10), profiles((1, 3, 0))
    )
    assert 3 <= found <= 5


@given(ASKED, ASKED)
def test_at_the_market_price_demand_is_supply(
    asked: list[tuple[float, int, float, float]], offered: list[tuple[float, int, float, float]]
) -> None:
    sides = [[each for each in side if each[1] and each[3] > 0.1] for side in (asked, offered)]
    assume(all(any(each[0] > 1 for each in side) for side in sides))
    rows = [row(*(each[0] for each in side)) for side in sides]
    prices = [profiles(*(each[1:] for each in side)) for side in sides]
    found = allocation.find_market_price(rows[0], prices[0], rows[1], prices[1])
    functions = (allocation.demand_at_price, allocation.supply_at_price)
    demand, supply = (
        sum(function(float(q), p, found) for q, p in zip(each, profile, strict=True))
        for function, each, profile in zip(functions, rows, prices, strict=True)
    )
    assert demand == pytest.approx(supply, rel=1e-9, abs=1e-8)


@pytest.mark.checks("ALLOC P", against="closed form")
@pytest.mark.parametrize("supply", [1.0, 5.0, 12.0, 17.5])
def test_a_market_price_tells_each_ones_allocation(supply: float) -> None:
    requests, priorities = row(10, 6, 3), row(2, 4, 3)
    price = allocation.marketp(requests, priorities, 3.0, 3.0, supply)
    each = [
        allocation.alloc_p(q, p, 3.0, price)
        for q, p in zip(requests.tolist(), priorities.tolist(), strict=True)
    ]
    shared = allocation.allocate_by_priority(requests, priorities, 3.0, 3.0, supply)
    assert each == pytest.approx(shared.tolist(), rel=1e-12, abs=1e-12)


@pytest.mark.checks("MARKETP", against="closed form")
def test_the_ends_of_a_market_price() -> None:
    given_ = (row(10, 6, 3), row(2, 4, 3), 3.0)
    assert allocation.marketp(*given_, 3.0, 19.0) == 0.5  # 2 - 3/2: all of them get all
    assert allocation.marketp(*given_, 3.0, 0.0) == 5.5  # 4 + 3/2: no one gets anything
    assert allocation.marketp(*given_, 0.0, 7.0) == 3  # the last to get something
    assert allocation.marketp(row(10, 6, 3), row(2, 4, 3), 1.0, 3.0, 5.0) == 2  # the first alone


# What is refused, and what is not known.


@pytest.mark.parametrize("kind", [5.0, 6.0, 15.0, 16.0])
def test_a_type_whose_formula_is_not_published(kind: float) -> None:
    for function in (allocation.demand_at_price, allocation.supply_at_price):
        with pytest.raises(ValueError, match="its formula is not published"):
            function(1.0, row(kind, 1, 1, 1), 1.0)
    with pytest.raises(ValueError, match=r"constant elasticity.*not published"):
        allocation.allocate_available(row(5), profiles((kind, 1, 1)), 1.0)


@pytest.mark.parametrize("kind", [-1.0, 7.0, 0.5, 20.0])
def test_an_unknown_type(kind: float) -> None:
    with pytest.raises(ValueError, match="type is 0 to 4, or 10 to 14"):
        allocation.demand_at_price(1.0, row(kind, 1, 1, 1), 1.0)


def test_widths_that_are_none() -> None:
    with pytest.raises(ValueError, match="width is negative: -1"):
        allocation.allocate_by_priority(row(1), row(1), 1.0, -1.0, 0.5)
    with pytest.raises(ValueError, match=r"width is too large: 1e\+307"):
        allocation.demand_at_price(1.0, row(4, 1, 1e307, 1), 1.0)
    with pytest.raises(ValueError, match="is infinite"):
        allocation.allocate_by_priority(row(math.inf), row(1), 1.0, 1.0, 0.5)


def test_counts_that_do_not_agree() -> None:
    with pytest.raises(ValueError, match="ALLOCATE AVAILABLE: 2 requests, but 1 profiles"):
        allocation.allocate_available(row(1, 2), profiles((1, 1, 1)), 1.0)
    one, two = profiles((1, 1, 1)), profiles((1, 1, 1), (1, 1, 1))
    with pytest.raises(ValueError, match="FIND MARKET PRICE: 1 quantities, but 2 profiles"):
        allocation.find_market_price(row(1), one, row(1), two)
    for size in (0.0, 1.5, 3.0, math.nan):
        with pytest.raises(ValueError, match=r"MARKETP: .* whole number from 1 to 2"):
            allocation.marketp(row(1, 2), row(1, 2), size, 1.0, 1.0)


def test_where_a_number_is_missing_so_is_the_result() -> None:
    nan, asked = math.nan, profiles((1, 1, 1), (1, 1, 1))
    assert np.isnan(allocation.allocate_available(row(1, nan), asked, 1.0)).all()
    assert np.isnan(allocation.allocate_available(row(1, 2), asked, nan)).all()
    assert np.isnan(allocation.allocate_by_priority(row(1, 2), row(1, nan), 2.0, 1.0, 1.0)).all()
    assert math.isnan(allocation.marketp(row(1, 2), row(1, 1), 2.0, nan, 1.0))
    assert math.isnan(allocation.alloc_p(1.0, 1.0, 1.0, nan))
    assert math.isnan(allocation.find_market_price(row(1, nan), asked, row(1, 1), asked))
    assert math.isnan(allocation.demand_at_price(1.0, row(nan, 1, 1, 1), 1.0))
    assert math.isnan(allocation.supply_at_price(nan, row(1, 1, 1, 1), 1.0))


# How they are registered.


def test_the_registry_tells_what_arrays_they_take() -> None:
    available = REGISTRY[fold("ALLOCATE AVAILABLE")]
    assert available.arrays == {"request": ArrayKind.ROW, "priorities": ArrayKind.PROFILES}
    assert available.along == 1
    assert available.whole
    assert available.module == "s3c.runtime.allocation"
    assert REGISTRY[fold("DEMAND AT PRICE")].arrays == {"profile": ArrayKind.PROFILE}
    assert not REGISTRY[fold("ALLOC P")].arrays
    assert not REGISTRY[fold("FIND MARKET PRICE")].along


def test_scipy_is_imported_when_a_price_is_looked_for() -> None:
    text = (
        "import sys, numpy as np\n"
        "from s3c.runtime.allocation import allocate_by_priority\n"
        "row = np.array([1.0, 2.0])\n"
        "allocate_by_priority(row, row, 2.0, 1.0, 9.0)\n"
        "assert 'scipy' not in sys.modules\n"
        "allocate_by_priority(row, row, 2.0, 1.0, 1.25)\n"
        "assert 'scipy.optimize' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", text], check=True)
