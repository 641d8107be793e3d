"""The times of a run whose clock does not change on the way."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..clock import Clock, Times

if TYPE_CHECKING:
    from ..contract import Array, CompiledModel, Vector

__all__ = ["Grid", "grid_of"]


class Grid(NamedTuple):
    """When a run computes, and when it saves.

    Attributes:
        times: (n_steps + 1,), from INITIAL TIME to FINAL TIME.
        saves: (n_steps + 1,), whether each is saved.
        saved: (n_saves,), those that are.
        time_step: TIME STEP.
    """

    times: Array
    saves: np.ndarray[tuple[int], np.dtype[np.bool_]]
    saved: Array
    time_step: float


def grid_of(model: CompiledModel, fixed: Vector, start: float) -> Grid:
    """The times of a run.

    Args:
        model: says where TIME STEP, SAVEPER and FINAL TIME are.
        fixed: parameters and constants.
        start: INITIAL TIME.

    Raises:
        RunError: S3C603, the times do not fit together.
    """
    times = Times(model, fixed)
    return _grid(times.time_step, times.saveper, times.final_time, start)


@lru_cache(maxsize=16)
def _grid(time_step: float, saveper: float, final_time: float, start: float) -> Grid:
    clock = Clock(Times.of(time_step, saveper, final_time), start)
    times, saves = [], []
    while True:
        clock.read((), (), ())
        times.append(clock.time)
        saves.append(clock.must_save)
        if clock.must_save:
            clock.saved()
        if clock.is_last:
            break
        clock.advance()
    at, save = np.array(times), np.array(saves)
    saved = at[save]
    for each in (at, save, saved):
        each.flags.writeable = False
    return Grid(at, save, saved, time_step)
