"""Functions of the language that allocate what is scarce (reference C.9), in native code.

A profile is four numbers of an array: type, priority, width and extra; `profiles` are a row of
them. The methods are those of `runtime.allocation` and `runtime.profiles`, with their bits.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..contract import NA
from . import libm
from .arrays import fill, has_nan
from .compiled import compiled
from .lookups import add_exactly, exact_sum
from .numbers import maximum, minimum

if TYPE_CHECKING:
    from ..contract import Array

__all__ = [
    "alloc_p",
    "allocate_available",
    "allocate_by_priority",
    "demand_at_price",
    "find_market_price",
    "marketp",
    "supply_at_price",
]

_FIXED, _RECTANGULAR, _TRIANGULAR, _NORMAL, _EXPONENTIAL = 0.0, 1.0, 2.0, 3.0, 4.0
_REACHES = (0.0, 0.5, 0.5, 40.0, 760.0)
_IN_INTEGERS = 10.0
_SHAPE, _PRIORITY, _WIDTH, _LOW, _HIGH, _INTEGERS, _QUANTITY = range(7)  # of one who asks
_COLUMNS = 7
_RELATIVE_TOLERANCE = 4.0 * math.ulp(1.0)
_MOST_ROUNDS = 2500
_exp, _erfc, _power = libm.exp, libm.erfc, libm.pow_


# One who asks: a row of numbers.


@compiled
def _shaped(
    asked: Array, row: int, shape: float, priority: float, width: float, quantity: float
) -> bool:
    """Set a row by a shape from 0 to 4, or 10 to 14 for integers; whether there is such a one."""
    is_known = math.isfinite(priority) and math.isfinite(width) and math.isfinite(quantity)
    integers = 1.0 if shape >= _IN_INTEGERS else 0.0
    base = shape - _IN_INTEGERS if shape >= _IN_INTEGERS else shape
    if not (is_known and 0.0 <= base <= 4.0 and base == np.floor(base)):
        return False
    reach = _REACHES[int(base)] * width
    low, high = priority - reach, priority + reach
    if base != _FIXED and (width < 0.0 or not math.isfinite(high - low)):
        return False
    if base == _FIXED or not low < priority < high:
        low = high = priority
    asked[row, _SHAPE], asked[row, _PRIORITY], asked[row, _WIDTH] = base, priority, width
    asked[row, _LOW], asked[row, _HIGH] = low, high
    asked[row, _INTEGERS] = integers
    asked[row, _QUANTITY] = maximum(quantity, 0.0)
    return True


@compiled
def _fraction(asked: Array, row: int, price: float, at_step: float) -> float:
    """The fraction that is asked for at a price; `at_step` just at a step."""
    if asked[row, _SHAPE] == _FIXED:
        return 1.0
    low, high = asked[row, _LOW], asked[row, _HIGH]
    if price == low == high:
        return at_step
    if price <= low:
        return 1.0
    if price >= high:
        return 0.0
    return _inside(asked, row, price)


@compiled
def _inside(asked: Array, row: int, price: float) -> float:
    """The fraction at a price that lies between the ends."""
    shape, priority, width = asked[row, _SHAPE], asked[row, _PRIORITY], asked[row, _WIDTH]
    low, high = asked[row, _LOW], asked[row, _HIGH]
    above = price >= priority
    if shape == _RECTANGULAR:
        return minimum((high - price) / width, 1.0)
    if shape == _TRIANGULAR:
        distance = minimum((high - price if above else price - low) / width, 0.5)
        square = _power(distance, 2.0)
        return 2.0 * square if above else 1.0 - 2.0 * square
    if shape == _NORMAL:
        return _erfc((price - priority) / width / math.sqrt(2.0)) / 2.0
    tail = _exp(-abs(price - priority) / width) / 2.0
    return tail if above else 1.0 - tail


@compiled
def _delivered(asked: Array, row: int, quantity: float) -> float:
    """A quantity, or the whole part of it for a profile in integers."""
    if asked[row, _INTEGERS] == 0.0:
        return quantity
    nearest = float(np.rint(quantity) + 0.0)
    off = abs(quantity - nearest)
    near = 1e-12 * maximum(abs(quantity), abs(nearest))
    return nearest if off <= near or off <= 1e-9 else float(np.floor(quantity) + 0.0)


# Clearing.


@compiled
def _total(asked: Array, price: float, at_step: float) -> float:
    """How much is asked for at a price."""
    partials = np.empty(64)
    count = 0
    for row in range(asked.shape[0]):
        quantity = asked[row, _QUANTITY]
        count = add_exactly(partials, count, quantity * _fraction(asked, row, price, at_step))
    return exact_sum(partials, count)


@compiled
def _sum_of(asked: Array, of_fixed_only: bool) -> float:
    partials = np.empty(64)
    count = 0
    for row in range(asked.shape[0]):
        if asked[row, _SHAPE] == _FIXED or not of_fixed_only:
            count = add_exactly(partials, count, asked[row, _QUANTITY])
    return exact_sum(partials, count)


@compiled
def _ends(asked: Array) -> tuple[float, float]:
    """The highest price at which all is asked for, and the lowest at which nothing is."""
    for of_heard in (True, False):
        low, high, found = 0.0, 0.0, False
        for row in range(asked.shape[0]):
            is_heard = asked[row, _QUANTITY] > 0.0 or not of_heard
            if asked[row, _SHAPE] != _FIXED and is_heard:
                low = minimum(low, asked[row, _LOW]) if found else asked[row, _LOW]
                high = maximum(high, asked[row, _HIGH]) if found else asked[row, _HIGH]
                found = True
        if found:
            return low, high
    return NA, NA


@compiled
def _clear(asked: Array, available: float, fractions: Array) -> float:
    """The price at which what is available is handed out, and the fraction of each quantity."""
    lowest, highest = _ends(asked)
    fixed, total = _sum_of(asked, True), _sum_of(asked, False)
    if math.isnan(total) or math.isnan(available):
        fractions[:] = math.nan
        return math.nan
    if available >= total:
        fractions[:] = 1.0
        return lowest
    if available <= fixed:
        share = maximum(available, 0.0) / fixed if fixed != 0.0 else 0.0
        for row in range(asked.shape[0]):
            fractions[row] = share if asked[row, _SHAPE] == _FIXED else 0.0
        return highest
    corners = _corners(asked, lowest, highest)
    first, count = 0, corners.size
    while count > 0:  # the first corner above which no more is asked for than there is
        half = count >> 1
        if _total(asked, corners[first + half], 0.0) > available:
            first, count = first + half + 1, count - half - 1
        else:
            count = half
    corner = corners[min(first, corners.size - 1)]
    if _total(asked, corner, 1.0) >= available or first == 0:
        return _settle(asked, available, corner, corner, fractions)
    low, high = _bracket(asked, available, corners[first - 1], corner)
    return _settle(asked, available, low, high, fractions)


@compiled
def _corners(asked: Array, lowest: float, highest: float) -> Array:
    """Prices between which demand is smooth, or nearly straight, in their order."""
    found = np.empty(5 * asked.shape[0] + 2)
    found[0], found[1], count = lowest, highest, 2
    for row in range(asked.shape[0]):
        if asked[row, _QUANTITY] > 0.0 and asked[row, _SHAPE] != _FIXED:
            low, high = asked[row, _LOW], asked[row, _HIGH]
            priority, width = asked[row, _PRIORITY], asked[row, _WIDTH]
            found[count], found[count + 1] = low, high
            count += 2
            for each in (priority - width, priority, priority + width):
                if low < each < high:
                    found[count] = each
                    count += 1
    return np.sort(found[:count])


@compiled
def _settle(asked: Array, available: float, low: float, high: float, fractions: Array) -> float:
    """Mix what is asked for just above the one price and just below the other."""
    below, above = (1.0, 0.0) if low == high else (0.0, 1.0)
    most, least = _total(asked, low, below), _total(asked, high, above)
    part = (available - least) / (most - least) if most > least else 0.0
    part = minimum(maximum(part, 0.0), 1.0)
    for row in range(asked.shape[0]):
        over, under = _fraction(asked, row, low, below), _fraction(asked, row, high, above)
        fractions[row] = under + (over - under) * part
    return low + (high - low) * (1.0 - part)


@compiled
def _excess(asked: Array, available: float, high: float, price: float) -> float:
    return _total(asked, price, 1.0 if price >= high else 0.0) - available


@compiled
def _bracket(asked: Array, available: float, low: float, high: float) -> tuple[float, float]:
    """Two prices next to each other that the clearing price lies between."""
    tolerance = maximum(1e-15 * (high - low), 1e-300)
    price = _root(asked, available, low, high, tolerance)
    off = tolerance + _RELATIVE_TOLERANCE * abs(price)
    return maximum(price - off, low), minimum(price + off, high)


@compiled
def _root(asked: Array, available: float, low: float, high: float, tolerance: float) -> float:
    """Where what is asked for is what is available; by Brent's method.

    Source: scipy/optimize/Zeros/brentq.c, of which this is a copy.
    """
    before, now = low, high
    end = high
    blocked, f_blocked, old_step, step = 0.0, 0.0, 0.0, 0.0
    f_before, f_now = _excess(asked, available, end, before), _excess(asked, available, end, now)
    if f_before == 0.0:
        return before
    if f_now == 0.0:
        return now
    if math.copysign(1.0, f_before) == math.copysign(1.0, f_now):
        return math.nan
    for _ in range(_MOST_ROUNDS):
        if f_before != 0.0 and f_now != 0.0 and (f_before < 0.0) != (f_now < 0.0):
            blocked, f_blocked = before, f_before
            old_step = step = now - before
        if abs(f_blocked) < abs(f_now):
            before, now, blocked = now, blocked, now
            f_before, f_now, f_blocked = f_now, f_blocked, f_now
        delta = (tolerance + _RELATIVE_TOLERANCE * abs(now)) / 2.0
        half = (blocked - now) / 2.0
        if f_now == 0.0 or abs(half) < delta:
            return now
        if abs(old_step) > delta and abs(f_now) < abs(f_before):
            if before == blocked:  # interpolate
                tried = -f_now * (now - before) / (f_now - f_before)
            else:  # extrapolate
                slope = (f_before - f_now) / (before - now)
                other = (f_blocked - f_now) / (blocked - now)
                tried = (
                    -f_now
                    * (f_blocked * other - f_before * slope)
                    / (other * slope * (f_blocked - f_before))
                )
            if 2.0 * abs(tried) < minimum(abs(old_step), 3.0 * abs(half) - delta):
                old_step, step = step, tried
            else:
                old_step = step = half
        else:
            old_step = step = half
        before, f_before = now, f_now
        if abs(step) > delta:
            now += step
        else:
            now += delta if half > 0.0 else -delta
        f_now = _excess(asked, available, end, now)
    return math.nan


# The functions.


@compiled
def _profiles(
    requests: Array, first: int, size: int, profiles: Array, start: int, asked: Array, row: int
) -> bool:
    """Set rows by quantities and their profiles; whether all are known."""
    for each in range(size):
        four = start + 4 * each
        is_known = _shaped(
            asked, row + each, profiles[four], profiles[four + 1], profiles[four + 2],
            requests[first + each],
        )  # fmt: skip
        if not is_known or not math.isfinite(profiles[four + 3]):
            return False
    return True


@compiled
def _priorities(
    requests: Array, first: int, priorities: Array, start: int, count: int, width: float,
) -> tuple[Array, bool]:  # fmt: skip
    """Rows of rectangular profiles of one width; whether all are known."""
    asked = np.empty((count, _COLUMNS))
    is_known = True
    for row in range(count):
        priority, request = priorities[start + row], requests[first + row]
        is_known = is_known and _shaped(asked, row, _RECTANGULAR, priority, width, request)
    return asked, is_known


@compiled
def allocate_available(
    out: Array, place: int, requests: Array, first: int, size: int,
    profiles: Array, start: int, numbers: int, available: float,
) -> None:  # fmt: skip
    """ALLOCATE AVAILABLE: what is available, shared by the profiles of priorities."""
    asked = np.empty((size, _COLUMNS))
    fractions = np.empty(size)
    if numbers != 4 * size or not _profiles(requests, first, size, profiles, start, asked, 0):
        fill(out, place, size, math.nan)
        return
    _clear(asked, available, fractions)
    for row in range(size):
        out[place + row] = _delivered(asked, row, asked[row, _QUANTITY] * fractions[row])


@compiled
def _is_part(size: float, most: int) -> bool:
    return 1.0 <= size <= most and size == np.floor(size)


@compiled
def allocate_by_priority(
    out: Array, place: int, requests: Array, first: int, size: int,
    priorities: Array, start: int, others: int, count: float, width: float, supply: float,
) -> None:  # fmt: skip
    """ALLOCATE BY PRIORITY: a supply, shared among the first `count` requests."""
    fill(out, place, size, math.nan)
    if not _is_part(count, min(size, others)) or has_nan(requests, first, size):
        return
    asked, is_known = _priorities(requests, first, priorities, start, int(count), width)
    if not is_known or not _are_finite(requests, first, size):
        return
    fractions = np.empty(int(count))
    if math.isnan(_clear(asked, supply, fractions)):
        return
    fill(out, place, size, 0.0)
    for row in range(int(count)):
        out[place + row] = asked[row, _QUANTITY] * fractions[row]


@compiled
def _are_finite(h: Array, start: int, size: int) -> bool:
    found = True
    for place in range(start, start + size):
        found = found and math.isfinite(h[place])
    return found


@compiled
def marketp(
    requests: Array, first: int, size: int, priorities: Array, start: int, others: int,
    count: float, width: float, supply: float,
) -> float:  # fmt: skip
    """MARKETP: the price at which ALLOCATE BY PRIORITY shares a supply."""
    if not _is_part(count, min(size, others)) or not _are_finite(requests, first, size):
        return math.nan
    asked, is_known = _priorities(requests, first, priorities, start, int(count), width)
    return _clear(asked, supply, np.empty(int(count))) if is_known else math.nan


@compiled
def alloc_p(request: float, priority: float, width: float, market_price: float) -> float:
    """ALLOC P: what one requester of ALLOCATE BY PRIORITY gets at a price."""
    asked = np.empty((1, _COLUMNS))
    is_known = _shaped(asked, 0, _RECTANGULAR, priority, width, request)
    if not is_known or math.isnan(market_price):
        return math.nan
    return request * _fraction(asked, 0, market_price, 1.0)


@compiled
def find_market_price(
    demand: Array, first: int, size: int, demand_profiles: Array, start: int, numbers: int,
    supply: Array, first_supply: int, suppliers: int,
    supply_profiles: Array, start_supply: int, supply_numbers: int,
) -> float:  # fmt: skip
    """FIND MARKET PRICE: the price at which demand is equal to supply."""
    if numbers != 4 * size or supply_numbers != 4 * suppliers:
        return math.nan
    asked = np.empty((size + suppliers, _COLUMNS))
    if not _profiles(demand, first, size, demand_profiles, start, asked, 0):
        return math.nan
    if not _profiles(supply, first_supply, suppliers, supply_profiles, start_supply, asked, size):
        return math.nan
    total, count = 0.0, size
    for row in range(size, size + suppliers):
        total += asked[row, _QUANTITY]
        if asked[row, _SHAPE] != _FIXED:  # what is held back is a demand of the suppliers
            asked[count] = asked[row]
            count += 1
    return _clear(asked[:count], total, np.empty(count))


@compiled
def demand_at_price(
    quantity: float, profile: Array, start: int, numbers: int, price: float
) -> float:
    """DEMAND AT PRICE: what is asked for at a price."""
    asked = np.empty((1, _COLUMNS))
    is_known = _shaped(
        asked, 0, profile[start], profile[start + 1], profile[start + 2], quantity
    ) and math.isfinite(profile[start + 3])
    if not is_known or math.isnan(price):
        return math.nan
    return _delivered(asked, 0, quantity * _fraction(asked, 0, price, 1.0))


@compiled
def supply_at_price(
    quantity: float, profile: Array, start: int, numbers: int, price: float
) -> float:
    """SUPPLY AT PRICE: what is supplied at a price."""
    asked = np.empty((1, _COLUMNS))
    is_known = _shaped(
        asked, 0, profile[start], profile[start + 1], profile[start + 2], quantity
    ) and math.isfinite(profile[start + 3])
    if not is_known or math.isnan(price):
        return math.nan
    fraction = 1.0 if asked[0, _SHAPE] == _FIXED else 1.0 - _fraction(asked, 0, price, 1.0)
    return _delivered(asked, 0, quantity * fraction)
