"""Whether TIME STEP is short enough: a run again with half of it, compared with the first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .contract import NA, CompiledModel, Kind
from .errors import bad_times
from .names import fold
from .simulation import start
from .subscripts import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Unpack

    from .beginning import RunOptions
    from .contract import Array
    from .results import Run
    from .setting import Change

__all__ = ["StepChange", "StepCheck", "check_step"]

_TIME_STEP, _SAVEPER = "TIME STEP", "SAVEPER"
_CONTROLS = {fold(name) for name in (_TIME_STEP, _SAVEPER, "FINAL TIME", "INITIAL TIME")}
_TOLERANCE = 1e-6  # in time steps: two times this near to one another are the same


@dataclass(frozen=True, slots=True)
class StepChange:
    """How much a variable changes when TIME STEP is halved."""

    name: str
    """Of the variable; of an array, of the element that changes most."""
    units: str
    change: float
    """The largest difference at any save time, in the variable's units."""
    share: float
    """The same in parts of the variable's range during the run; of what does not move, of its
    largest magnitude."""
    time: float
    """When it is largest, in the model's time unit."""


@dataclass(frozen=True, slots=True)
class StepCheck:
    """A run beside one with half its TIME STEP."""

    run: Run
    half: Run
    time_step: float
    """Of the first run, in the model's time unit."""
    changes: tuple[StepChange, ...]
    """Of all variables that change at all, the largest share first."""
    draws: bool
    """Whether the model draws random numbers: each was held over two of the short steps."""
    tolerance: float
    """The share that is small enough."""

    @property
    def is_short_enough(self) -> bool:
        """Whether no variable changes by more than the tolerance."""
        return not self.changes or self.changes[0].share <= self.tolerance

    @property
    def verdict(self) -> str:
        """In one line."""
        step, most = f"TIME STEP {self.time_step:.12g}", f"{100 * self.tolerance:g} %"
        if self.is_short_enough:
            return f"{step} is short enough: half of it changes no variable by more than {most}"
        worst = self.changes[0]
        return (
            f"{step} is too long: half of it changes “{worst.name}” by {100 * worst.share:.3g} % of"
            f" its range, at time {worst.time:.12g}"
        )


def check_step(
    model: CompiledModel,
    changes: Mapping[str, Change] | None = None,
    *,
    tolerance: float = 0.01,
    **options: Unpack[RunOptions],
) -> StepCheck:
    """Run a model twice, the second time with half its TIME STEP, and compare.

    Both save at the same times. Random numbers are drawn once a TIME STEP: the second run holds
    each over two of its steps, so that both have the same noise. That is a fair comparison where
    noise is meant to last for a TIME STEP; an equation that scales its noise with TIME STEP is
    shown to change all the same.

    Args:
        model: a compiled model.
        changes: as those of `simulate`, and so are the options.
        tolerance: the change that is small enough, in parts of a variable's range.
        **options: see `simulate`.

    Raises:
        RunError: S3C603, TIME STEP changes during the run; and what `simulate` raises.
        SimulationError: S3C601, as `simulate`; of either run.
    """
    whole = start(model, changes, **options)
    run = whole.finish()
    time_step, saveper = _always(run, _TIME_STEP), _always(run, _SAVEPER)
    if time_step is None:
        message = "TIME STEP changes during the run, so that half of it is no number"
        raise bad_times(message, "give it one number, by --time-step or time_step=")
    controls = {_TIME_STEP: time_step / 2} | ({} if saveper is None else {_SAVEPER: saveper})
    set_anew = {fold(name) for name in controls}
    kept = {name: value for name, value in (changes or {}).items() if fold(name) not in set_anew}
    without: Any = {**options, "time_step": None, "saveper": None}
    half = start(model, {**kept, **controls}, draws_for=2, **without).finish()
    found = _compared(run, half, time_step)
    return StepCheck(run, half, time_step, found, whole.has_drawn, tolerance)


def _always(run: Run, name: str) -> float | None:
    """The number that a control variable is all the time; None if it is not one number."""
    if run.model.find(name) is None or name not in run:
        return None
    values = set(run.series(name))
    return values.pop() if len(values) == 1 else None


def _compared(run: Run, half: Run, time_step: float) -> tuple[StepChange, ...]:
    """How much each variable changes, the largest share first."""
    import numpy as np

    # The first run saves at times of the second, if both save equally often.
    near = np.searchsorted(half.time, run.time - _TOLERANCE * time_step)
    near = np.minimum(near, len(half.time) - 1)
    rows = np.flatnonzero(np.abs(half.time[near] - run.time) <= _TOLERANCE * time_step)
    found: list[StepChange] = []
    for variable in run.variables:
        if not variable.varies or variable.kind is Kind.DATA or fold(variable.name) in _CONTROLS:
            continue
        columns = run.columns_of(variable.name)
        is_whole = len(columns) == len(columns_of(variable))
        names = (variable.name,) if is_whole else columns
        one = np.column_stack([_table(run[name][rows]) for name in names])
        two = np.column_stack([_table(half[name][near[rows]]) for name in names])
        place, change, share, row = _largest(one, two)
        if change > 0:
            time = float(run.time[rows[row]])
            found.append(StepChange(columns[place], variable.units, change, share, time))
    return tuple(sorted(found, key=lambda each: -each.share))


def _table(values: Array) -> Array:
    """(n_times, n_elements) of (n_times, *shape)."""
    return values.reshape(len(values), -1)


def _largest(one: Array, two: Array) -> tuple[int, float, float, int]:
    """The element that changes most: its place, its change, that in parts of its range, the row.

    Both are (n_times, n_elements).
    """
    import numpy as np

    missing = ~np.isfinite(one) | (one == NA)
    with np.errstate(all="ignore"):
        change = np.where((one == two) | (np.isnan(one) & np.isnan(two)), 0.0, np.abs(one - two))
        change = np.where(np.isnan(change), math.inf, change)
        least = np.where(missing, math.inf, one).min(axis=0)
        most = np.where(missing, -math.inf, one).max(axis=0)
        extent = np.where(most > least, most - least, np.maximum(np.abs(most), np.abs(least)))
        largest = change.max(axis=0)
        share = np.where(largest == 0.0, 0.0, largest / extent)
    share = np.where(np.isnan(share), math.inf, share)
    place = int(share.argmax())
    row = int(change[:, place].argmax())
    return place, float(largest[place]), float(share[place]), row
