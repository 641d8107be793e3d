"""Marks that say what a test compares a function of the language with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

__all__ = ["by_function"]


def by_function(against: str, cases: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Cases of a test, each marked with the function that its first part names or calls.

    `against` is a kind of evidence, as a docstring's `Checked against:` names it.
    """
    return [
        pytest.param(*case, marks=pytest.mark.checks(case[0].partition("(")[0], against=against))
        for case in cases
    ]
