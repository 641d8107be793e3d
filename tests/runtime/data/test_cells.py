"""Addresses of cells."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

cells: Any = import_module("s3c.runtime.data.cells")


@pytest.mark.parametrize("text", ["B2", "b2", "$B$2", "$b2", "B$2", " B2 ", "B02"])
def test_a_cell(text: str) -> None:
    assert cells.address(text) == cells.Cell(1, 1)


def test_columns_and_rows() -> None:
    assert cells.address("A") == cells.Column(0)
    assert cells.address("$zz") == cells.Column(701)
    assert cells.address("ZZZ1048576") == cells.Cell(1048575, cells.MOST_COLUMNS - 1)
    assert cells.address("4") == cells.address("$4") == cells.Row(3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "time",
        "time_index",
        "B0",
        "0",
        "1048577",
        "A1048577",
        "AAAA1",
        "B2*",
        "A1:B2",
        "B-2",
        "٤",
    ],
)
def test_what_is_no_address_may_be_a_name(text: str) -> None:
    assert cells.address(text) is None


def test_a_star_transposes() -> None:
    assert cells.without_star("B2*") == ("B2", True)
    assert cells.without_star(" values * ") == ("values", True)
    assert cells.without_star("B2") == ("B2", False)


@given(st.integers(0, 1048575), st.integers(0, 18277))
def test_what_is_spelled_is_read_back(row: int, column: int) -> None:
    assert cells.address(cells.spelled(row, column)) == cells.Cell(row, column)
