"""Lookups and series as flat arrays, end to end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..data.series import KEYWORDS

if TYPE_CHECKING:
    from ..contract import Array
    from ..data.series import DataSeries
    from .plan import Stretch

__all__ = ["Tables", "lookups_of", "series_of"]


class Tables(NamedTuple):
    """Points of many tables, end to end.

    Attributes:
        xs, ys: (n,), all points.
        at: (n_tables + 1,), where each begins.
        ways: (n_tables,), how each is read: its place among `KEYWORDS`, -1 of a constant.
    """

    xs: Array
    ys: Array
    at: np.ndarray[tuple[int], np.dtype[np.int64]]
    ways: np.ndarray[tuple[int], np.dtype[np.int64]]


def lookups_of(stretches: Iterable[Stretch], values: Mapping[str, Any]) -> Tables:
    """The lookups of a plan; `values` has each by its name, or an array of them."""
    each = [lookup for stretch in stretches for lookup in _flat(stretch, values)]
    return _tables([[x for x, _ in one.points] for one in each],
                   [[y for _, y in one.points] for one in each], [0] * len(each))  # fmt: skip


def series_of(stretches: Iterable[Stretch], values: Mapping[str, Any]) -> Tables:
    """The series of a plan, likewise."""
    each: list[DataSeries] = [one for stretch in stretches for one in _flat(stretch, values)]
    constant = [one.is_constant for one in each]
    return _tables(
        [[0.0] if fixed else one.times for one, fixed in zip(each, constant, strict=True)],
        [[one.at(0.0)] if fixed else one.values for one, fixed in zip(each, constant, strict=True)],
        [-1 if one.is_constant else KEYWORDS.index(one.keyword) for one in each],
    )


def _flat(stretch: Stretch, values: Mapping[str, Any]) -> list[Any]:
    """A table for each number of a stretch."""
    value = values[stretch.variable]
    if isinstance(value, np.ndarray):
        return list(value.ravel())
    return [value] * stretch.size


def _tables(xs: list[Any], ys: list[Any], ways: list[int]) -> Tables:
    sizes = [len(each) for each in xs]
    return Tables(
        _end_to_end(xs),
        _end_to_end(ys),
        np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))).astype(np.int64),
        np.array(ways, dtype=np.int64),
    )


def _end_to_end(parts: list[Any]) -> Array:
    arrays = [np.asarray(each, dtype=np.float64) for each in parts]
    return np.concatenate(arrays) if arrays else np.empty(0)
