"""The functions of the language that allocate what is scarce, and find its price (reference C.9).

Rows have a place for each requester. A profile is four numbers: type, priority, width and extra,
of which `profiles` tells the meaning. A request below zero is none. Where a number is missing
(NaN), so is the result. numpy and scipy are imported when they are needed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import chain

from .profiles import Clearing, PriceProfile, Shape, clear, price_profile, shaped
from .registry import Profile, Profiles, Row, builtin
from .sections import Section

__all__ = [
    "alloc_p",
    "allocate_available",
    "allocate_by_priority",
    "demand_at_price",
    "find_market_price",
    "marketp",
    "supply_at_price",
]

SECTION = Section.ALLOCATION


@builtin(
    "ALLOCATE AVAILABLE",
    units="(u, *, u) -> u",
    native="allocate_available({out}, {0}, {1}, {2})",
    whole=True,
)
def allocate_available(request: Row, priorities: Profiles, available: float) -> Row:
    """What is available, shared among requests by the profiles of their priorities.

    Each gets request * f(x), with f the demand fraction of its profile and x the price at which
    they add up to what is available; all requests, if it is enough for them, and nothing, if it is
    not positive. A fixed quantity (type 0) is served first; if these are more than there is, they
    share in proportion. Types from 10 on round down to integers, and may leave a rest.

    Formula: request * f(x), with the sum of request * f(x) equal to available.
    Errors: another number of profiles than of requests; a type from 5 on, or a negative width.
    Source: Vensim reference, ALLOCATE AVAILABLE.
    Checked against: closed form, Vensim.
    Uncertain: types from 10 on. That they allocate in integers is documented, and how is not: s3c
    rounds each share down, and hands the rest to no one.
    """
    requests, rows = request.tolist(), priorities.tolist()
    if len(rows) != len(requests):
        msg = f"ALLOCATE AVAILABLE: {len(requests)} requests, but {len(rows)} profiles"
        raise ValueError(msg)
    if _unknown(requests, *rows) or math.isnan(available):
        return _row([math.nan] * len(requests))
    profiles = [price_profile(row) for row in rows]
    wanted = [max(each, 0.0) for each in requests]
    return _row(_handed_out(wanted, profiles, clear(wanted, profiles, available)))


@builtin(
    "ALLOCATE BY PRIORITY",
    units="(u, u1, 1, u1, u) -> u",
    native="allocate_by_priority({out}, {0}, {1}, {2}, {3}, {4})",
    whole=True,
)
def allocate_by_priority(
    request: Row, priority: Row, size: float, width: float, supply: float
) -> Row:
    """A supply, shared among the first `size` requests: who has a higher priority comes first.

    As ALLOCATE AVAILABLE with rectangular profiles, all of one width; with a width of 0 strictly
    one priority after the other, and equal ones in proportion. Requests after the first `size` get
    nothing.

    Errors: `size` is not the number of a part of the requests; a negative width.
    Source: Vensim reference, ALLOCATE BY PRIORITY.
    Checked against: closed form, Vensim.
    """
    requests = request.tolist()
    wanted, priorities = _requesters("ALLOCATE BY PRIORITY", requests, priority.tolist(), size)
    if _unknown(requests, priorities, (width,)) or math.isnan(supply):
        return _row([math.nan] * len(requests))
    profiles = [shaped(Shape.RECTANGULAR, each, width) for each in priorities]
    shared = _handed_out(wanted, profiles, clear(wanted, profiles, supply))
    return _row([*shared, *[0.0] * (len(requests) - len(shared))])


@builtin("MARKETP", units="(u, u1, 1, u1, u) -> u1", native="marketp({0}, {1}, {2}, {3}, {4})")
def marketp(request: Row, priority: Row, size: float, width: float, supply: float) -> float:
    """The price at which ALLOCATE BY PRIORITY shares a supply; ALLOC P tells who then gets what.

    If everyone gets everything, it is the highest at which all is asked for, and the lowest at
    which nothing is, if no one gets anything. With a width of 0 it is the priority of the last who
    get something: ALLOC P would give them all that they ask for.

    Errors: as ALLOCATE BY PRIORITY.
    Source: Vensim reference, MARKETP.
    Checked against: closed form.
    """
    requests = request.tolist()
    wanted, priorities = _requesters("MARKETP", requests, priority.tolist(), size)
    if _unknown(requests, priorities, (width,)) or math.isnan(supply):
        return math.nan
    profiles = [shaped(Shape.RECTANGULAR, each, width) for each in priorities]
    return clear(wanted, profiles, supply).price


@builtin("ALLOC P", units="(u, u1, u1, u1) -> u", native="alloc_p({0}, {1}, {2}, {3})")
def alloc_p(request: float, priority: float, width: float, market_price: float) -> float:
    """What one requester of ALLOCATE BY PRIORITY gets at the price that MARKETP finds.

    All up to priority - width/2, nothing from priority + width/2 on, and between them in proportion
    to the way.

    Formula: request * f(market_price).
    Errors: a negative width.
    Source: Vensim reference, ALLOC P.
    Checked against: closed form.
    """
    if _unknown((request, priority, width)) or math.isnan(market_price):
        return math.nan
    return request * shaped(Shape.RECTANGULAR, priority, width).fraction(market_price)


@builtin(
    "FIND MARKET PRICE", units="(u, *, u, *) -> *", native="find_market_price({0}, {1}, {2}, {3})"
)
def find_market_price(
    demand: Row, demand_profiles: Profiles, supply: Row, supply_profiles: Profiles
) -> float:
    """The price x at which the sum of demand * f(x) is that of supply * (1 - f(x)).

    The fractions f are those of the profiles of each side. Without demand it is a price at which
    nothing is supplied. A fixed quantity (type 0) is asked for, or supplied, at any price; if all
    are fixed there is no price, and it is `:NA:`.

    Errors: as ALLOCATE AVAILABLE.
    Source: Vensim reference, FIND MARKET PRICE.
    Checked against: closed form.
    """
    sides = (demand.tolist(), supply.tolist())
    rows = (demand_profiles.tolist(), supply_profiles.tolist())
    for quantities, each in zip(sides, rows, strict=True):
        if len(quantities) != len(each):
            msg = f"FIND MARKET PRICE: {len(quantities)} quantities, but {len(each)} profiles"
            raise ValueError(msg)
    if _unknown(*sides, *rows[0], *rows[1]):
        return math.nan
    asked, offered = (
        [(max(quantity, 0.0), price_profile(row)) for quantity, row in zip(*side, strict=True)]
        for side in zip(sides, rows, strict=True)
    )
    # What is not supplied at a price is a demand of the suppliers for their own goods. So demand
    # and supply are equal where the demand of both is all that the suppliers have.
    held_back = [each for each in offered if each[1].shape is not Shape.FIXED]
    wanted = [*asked, *held_back]
    total = sum(quantity for quantity, _ in offered)
    return clear([each for each, _ in wanted], [each for _, each in wanted], total).price


@builtin("DEMAND AT PRICE", units="(u, *, *) -> u", native="demand_at_price({0}, {1}, {2})")
def demand_at_price(quantity: float, profile: Profile, price: float) -> float:
    """What is asked for at a price; all of it for a fixed quantity (type 0).

    Just at the price of a profile without width, all of it. Types from 10 on round down.

    Formula: quantity * f(price).
    Errors: as ALLOCATE AVAILABLE.
    Source: Vensim reference, DEMAND AT PRICE.
    Checked against: closed form.
    """
    numbers = profile.tolist()
    if _unknown((quantity,), numbers) or math.isnan(price):
        return math.nan
    found = price_profile(numbers)
    return found.delivered(quantity * found.fraction(price))


@builtin("SUPPLY AT PRICE", units="(u, *, *) -> u", native="supply_at_price({0}, {1}, {2})")
def supply_at_price(quantity: float, profile: Profile, price: float) -> float:
    """What is supplied at a price; all of it for a fixed quantity (type 0).

    Just at the price of a profile without width, nothing. Types from 10 on round down.

    Formula: quantity * (1 - f(price)).
    Errors: as ALLOCATE AVAILABLE.
    Source: Vensim reference, SUPPLY AT PRICE.
    Checked against: closed form.
    """
    numbers = profile.tolist()
    if _unknown((quantity,), numbers) or math.isnan(price):
        return math.nan
    found = price_profile(numbers)
    fraction = 1.0 if found.shape is Shape.FIXED else 1.0 - found.fraction(price)
    return found.delivered(quantity * fraction)


def _requesters(
    name: str, requests: list[float], priorities: list[float], size: float
) -> tuple[list[float], list[float]]:
    """The first `size` requests, none below zero, and their priorities."""
    most = min(len(requests), len(priorities))
    if not (1 <= size <= most and float(size).is_integer()):
        msg = f"{name}: the number of requesters is a whole number from 1 to {most}, not {size:g}"
        raise ValueError(msg)
    first = int(size)
    return [max(each, 0.0) for each in requests[:first]], priorities[:first]


def _handed_out(
    wanted: Sequence[float], profiles: Sequence[PriceProfile], clearing: Clearing
) -> list[float]:
    """What each requester is given at the clearing price."""
    return [
        profile.delivered(quantity * fraction)
        for quantity, profile, fraction in zip(wanted, profiles, clearing.fractions, strict=True)
    ]


def _unknown(*rows: Iterable[float]) -> bool:
    """Whether one of the numbers is NaN; ValueError if one is infinite."""
    numbers = tuple(chain(*rows))
    if any(math.isnan(each) for each in numbers):
        return True
    if any(math.isinf(each) for each in numbers):
        raise ValueError("a request, a priority or a width is infinite")
    return False


def _row(numbers: Sequence[float]) -> Row:
    """An array of float64."""
    import numpy as np

    return np.array(numbers, dtype=np.float64)
