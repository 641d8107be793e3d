"""The same run once more, perhaps with other numbers: what need not be worked out again is kept.

A modeller who runs a model a thousand times changes a few constants each time. What its files hold,
when it saves and what is saved are then as before; only the numbers are computed anew.
"""

from __future__ import annotations

import math
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np

from ..contract import CompiledModel, Method
from .single import Native, arrays_in, native_run, numbers_in

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ..beginning import Asked, Begun, Given
    from ..data.external import Stamp
    from ..results import Run

__all__ = ["once_more", "run_once"]

_Key: TypeAlias = "Hashable"

_MOST_KEPT = 8
"""Kinds of runs of one model that are kept."""


@dataclass(frozen=True, slots=True)
class _Before:
    """A run as it was made.

    `places` says, for each change, which of the numbers that the run was given is set to it.
    """

    native: Native
    places: tuple[int, ...]
    stamps: tuple[Stamp, ...]
    run: Run


_KEPT: WeakKeyDictionary[CompiledModel, dict[_Key, _Before]] = WeakKeyDictionary()


def once_more(model: CompiledModel, asked: Asked, given: Given) -> Run | None:
    """The run that is asked for, if it is like one before; else None."""
    kept = _KEPT.get(model)
    if kept is None:
        return None
    before = kept.get(_key(asked, given))
    if before is None or not all(stamp.holds for stamp in before.stamps):
        return None
    native = before.native
    own = native.own
    if before.places:
        own = own.copy()
        for place, value in zip(before.places, asked.changes.values(), strict=True):
            if not isinstance(value, float | int) or not math.isfinite(value):
                return None
            own[place] = value
    out = np.empty((len(native.inputs.grid.saved), native.runner.stride))
    results = native.runner.compute(own, native.shared, native.inputs, out)
    if results is None:
        return None
    run = copy(before.run)
    run.changes = dict(asked.changes)
    run.take(numbers_in(results), arrays_in(results, native.kept))
    return run


def run_once(begun: Begun, given: Given) -> Run | str | None:
    """A run natively, as `native_run`; what it was made with is kept for the next one."""
    made = native_run(begun)
    if not isinstance(made, tuple):
        return made
    run, native = made
    key, places = _key(begun.asked, given), _places(begun, native)
    if key is not None and places is not None:
        kept = _KEPT.setdefault(begun.model, {})
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[key] = _Before(native, places, begun.outside.stamps, run)
    return run


def _key(asked: Asked, given: Given) -> _Key:
    """What runs have in common that differ in numbers only; None if that is not sure."""
    data, folders = given
    if data is not None or folders != () or asked.texts or asked.clock is not None:
        return None
    if asked.method is Method.DIFFERENCE:
        return None
    numbers = asked.seed, asked.run_number
    return asked.method, numbers, asked.save, asked.on_error, tuple(asked.changes)


def _places(begun: Begun, native: Native) -> tuple[int, ...] | None:
    """Where each change stands among the numbers that a run is given; None if one does not."""
    plan = native.runner.module.plan
    if begun.asked.changes and not plan.steady:
        return None
    singles = {each.variable: each.first for each in plan.varied.parameters if each.size == 1}
    selected = [begun.model.select(name) for name in begun.asked.changes]
    names = [each.variable.python_name for each in selected if each.place is None]
    if len(set(names)) < len(selected) or not set(names) <= singles.keys():
        return None
    return tuple(singles[name] for name in names)
