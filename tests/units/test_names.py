"""Unit expressions and names of units."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3c.compiler import units

NAMES = units.UnitNames([("Widget", "Widgets"), ("Dmnl", "fraction"), ("Head", "Person")])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Person/Year", "people / years"),
        ("A/B/C", "A/(B*C)"),
        ("1/Year", "Year^-1"),
        ("Meter*Meter", "meter^2"),
        ("Meter^(1/2)*Meter^0.5", "METER"),
        ("$/Person", "Dollars/Persons"),
        ("Degrees  Fahrenheit", "degrees_fahrenheit"),
        ("Dmnl", "1"),
        ("Dimensionless", "Person/People"),
        ("fraction/Month", "1/Months"),
        ("Head", "People"),
        ("((Widgets))", "Widget"),
        ("Person*1", "Person"),
    ],
)
def test_the_same_unit(first: str, second: str) -> None:
    assert units.read_unit(first, NAMES.unit) == units.read_unit(second, NAMES.unit)


@pytest.mark.parametrize(
    ("first", "second"), [("Foxes", "Fox"), ("A/B*C", "A/(B*C)"), ("%", "1"), ("Year", "1/Year")]
)
def test_not_the_same_unit(first: str, second: str) -> None:
    assert units.read_unit(first, NAMES.unit) != units.read_unit(second, NAMES.unit)


def test_groups_that_share_a_name_are_one() -> None:
    names = units.UnitNames(
        [("a", "b"), ("c", "d"), (), ("d", "b"), ("e", "c"), ("f",), ("x", "1"), ("x", "y")]
    )
    found = [units.read_unit(each, names.unit) for each in "abcde"]
    assert len(set(found)) == 1
    assert units.read_unit("f", names.unit) not in found
    assert units.read_unit("y", names.unit) == units.NO_DIMENSION


def test_very_many_synonyms_are_read_at_once() -> None:
    names = units.UnitNames((f"u{n}", f"u{n + 1}") for n in range(50_000))
    assert units.read_unit("u0", names.unit) == units.read_unit("u50000", names.unit)


@pytest.mark.parametrize(
    "text",
    ["*", "a*", "a//b", "(a", "a)", "a^b", "a^", "2*a", "()", "a^(1/0)", "(" * 99 + "a" + ")" * 99,
     "a" * 20_000, "^2", "a**b"],
)  # fmt: skip
def test_unreadable(text: str) -> None:
    with pytest.raises(units.UnreadableUnitError) as raised:
        units.read_unit(text, NAMES.unit)
    assert 0 <= raised.value.start <= raised.value.end <= len(text)


def test_what_nobody_means_is_not_known() -> None:
    assert units.read_unit("*".join(f"u{n}" for n in range(1000)), NAMES.unit) is units.UNKNOWN
    assert units.read_unit("a^1e49", NAMES.unit) is units.UNKNOWN


@given(st.text(alphabet="ab1 $*/()^-.e", max_size=30))
def test_any_text_is_a_unit_or_unreadable(text: str) -> None:
    try:
        found = units.read_unit(text, NAMES.unit)
    except units.UnreadableUnitError:
        return
    if found is not units.UNKNOWN:
        assert units.product_of(found, found) == units.power_of(found, Fraction(2))


POWERS = st.dictionaries(
    st.sampled_from(["Person", "Year", "$", "Widget", "Meter"]), st.integers(-3, 3), max_size=4
).map(lambda powers: "*".join(f"{name}^{power}" for name, power in powers.items()) or "1")


@given(POWERS, POWERS)
def test_products_and_quotients(first: str, second: str) -> None:
    one, two = units.read_unit(first, NAMES.unit), units.read_unit(second, NAMES.unit)
    assert units.product_of(one, two) == units.read_unit(f"({first})*({second})", NAMES.unit)
    assert units.ratio_of(units.product_of(one, two), two) == one
    assert units.ratio_of(one, one) == units.NO_DIMENSION


@given(POWERS)
def test_what_is_shown_is_read_back(text: str) -> None:
    unit = units.read_unit(text, NAMES.unit)
    assert isinstance(unit, units.Unit)
    assert units.read_unit(NAMES.shown(unit), NAMES.unit) == unit
