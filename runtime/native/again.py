"""The same run once more, perhaps with other numbers: what need not be worked out again is kept.

A modeller who runs a model a thousand times changes a few constants each time. What its files hold,
when it saves and what is saved are then as before; only the numbers are computed anew.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from ..contract import CompiledModel, Method
from .single import Native, arrays_in, native_run, numbers_in

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from ..beginning import Begun, RunOptions
    from ..data.external import Stamp
    from ..results import Run
    from ..setting import Change

__all__ = ["once_more", "run_once"]

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


_KEPT: WeakKeyDictionary[CompiledModel, dict[Hashable, _Before]] = WeakKeyDictionary()


def once_more(
    model: CompiledModel, changes: Mapping[str, Change] | None, options: RunOptions
) -> Run | None:
    """The run that is asked for, if it is like one before; else None."""
    kept = _KEPT.get(model)
    if kept is None:
        return None
    before = kept.get(_key(changes, options))
    if before is None or not all(stamp.holds for stamp in before.stamps):
        return None
    native = before.native
    own = native.own
    if changes:
        own = own.copy()
        for place, value in zip(before.places, changes.values(), strict=True):
            if not isinstance(value, float | int) or not math.isfinite(value):
                return None
            own[place] = value
    out = np.empty((len(native.inputs.grid.saved), native.runner.stride))
    results = native.runner.compute(own, native.shared, native.inputs, out)
    if results is None:
        return None
    numbers, arrays = numbers_in(results), arrays_in(results, native.chosen)
    return before.run.with_other(changes or {}, numbers, arrays)


def run_once(
    begun: Begun, changes: Mapping[str, Change] | None, options: RunOptions
) -> Run | str | None:
    """A run natively, as `native_run`; what it was made with is kept for the next one."""
    made = native_run(begun)
    if not isinstance(made, tuple):
        return made
    run, native = made
    key, places = _key(changes, options), _places(begun, changes or {}, native)
    if key is not None and places is not None:
        kept = _KEPT.setdefault(begun.model, {})
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[key] = _Before(native, places, begun.outside.stamps, run)
    return run


def _key(changes: Mapping[str, Change] | None, options: RunOptions) -> Hashable:
    """What runs have in common that differ in numbers only; None if that is not sure."""
    given = options.get
    if (
        given("data") is not None
        or given("data_root", ()) != ()
        or given("clock") is not None
        or given("progress") is not None
    ):
        return None
    save = given("save")
    if save is not None and not isinstance(save, str):
        if not isinstance(save, list | tuple):
            return None
        save = tuple(save)
    times = (given("final_time"), given("time_step"), given("saveper"), given("initial_time"))
    draws = (given("seed"), given("run_number"))
    return (
        tuple(changes) if changes else (), save, times, draws, given("method"), given("on_error")
    )  # fmt: skip


def _places(begun: Begun, changes: Mapping[str, Change], native: Native) -> tuple[int, ...] | None:
    """Where each change stands among the numbers that a run is given; None if one does not."""
    plan = native.runner.module.plan
    if begun.method is Method.DIFFERENCE or begun.asked.texts or (changes and not plan.steady):
        return None
    singles = {each.variable: each.first for each in plan.varied.parameters if each.size == 1}
    selected = [begun.model.select(name) for name in changes]
    names = [each.variable.python_name for each in selected if each.place is None]
    if len(set(names)) < len(selected) or not set(names) <= singles.keys():
        return None
    return tuple(singles[name] for name in names)
