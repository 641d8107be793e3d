"""Dates and other cells of old workbooks, as text, against another reader's rule."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

xlrd: Any = pytest.importorskip("xlrd")
dated: Any = import_module("s3c.runtime.data.dates").dated
xls: Any = import_module("s3c.runtime.data.xls")
from_excel: Any = import_module("openpyxl.utils.datetime").from_excel
LAST = 2_958_465  # the last day of 9999


@given(st.integers(1, LAST).filter(lambda day: day != 60))
def test_days_are_those_of_openpyxl(day: int) -> None:
    assert dated(float(day), from_1904=False) == str(from_excel(day).date())


@given(st.integers(61, LAST - 1), st.integers(1, 86_399))
def test_so_are_times_of_a_day(day: int, second: int) -> None:
    moment = datetime.combine(from_excel(day).date(), datetime.min.time())
    expected = moment.replace(hour=second // 3600, minute=second // 60 % 60, second=second % 60)
    assert dated(day + second / 86_400, from_1904=False) == str(expected)


def test_dates_that_count_from_1904() -> None:
    assert dated(1.0, from_1904=True) == "1904-01-02"
    assert dated(0.75, from_1904=True) == dated(0.75, from_1904=False) == "18:00:00"


@pytest.mark.parametrize("number", [-1.0, 1e300, float("inf"), LAST + 1.0])
def test_what_is_no_date_stays_a_number(number: float) -> None:
    assert dated(number, from_1904=False) == number
    late = float(LAST)  # with 1904 it would be after 9999
    assert dated(late, from_1904=True) == late


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (xlrd.XL_CELL_EMPTY, "", None),
        (xlrd.XL_CELL_BLANK, "", None),
        (xlrd.XL_CELL_NUMBER, 2.5, 2.5),
        (xlrd.XL_CELL_DATE, 43_831.0, "2020-01-01"),
        (xlrd.XL_CELL_BOOLEAN, 1, "TRUE"),
        (xlrd.XL_CELL_BOOLEAN, 0, "FALSE"),
        (xlrd.XL_CELL_ERROR, 0x07, "#DIV/0!"),
        (xlrd.XL_CELL_ERROR, 0x99, "#ERROR"),
        (xlrd.XL_CELL_TEXT, "a", "a"),
    ],
)
def test_cells_of_xls(kind: int, written: object, value: object) -> None:
    assert xls._value(xlrd, SimpleNamespace(datemode=0), kind, written) == value


@pytest.mark.parametrize(
    ("coordinates", "area"),
    [
        ((0, 1, 2, 5, 1, 3), ("one", range(2, 5), range(1, 3))),
        ((1, 2, 0, 1, 0, 1), ("two", range(1), range(1))),
        ((0, 2, 2, 5, 1, 3), None),  # over two sheets
        ((0, 1, 5, 5, 1, 3), None),
        ((7, 8, 2, 5, 1, 3), None),
        (None, None),
    ],
)
def test_names_of_xls(coordinates: object, area: tuple[object, ...] | None) -> None:
    book = SimpleNamespace(sheet_names=lambda: ["one", "two"])
    result = SimpleNamespace(value=[SimpleNamespace(coords=coordinates)])
    found = xls._name(SimpleNamespace(name="n", scope=1, result=result), book)
    assert (found.name, found.scope) == ("n", "two")
    assert (found.area and (found.area.sheet, found.area.rows, found.area.columns)) == area
    for nothing in (None, SimpleNamespace(value=3.0), SimpleNamespace(value=[])):
        named = SimpleNamespace(name="n", scope=-1, result=nothing)
        found = xls._name(named, book)
        assert (found.scope, found.area) == (None, None)
