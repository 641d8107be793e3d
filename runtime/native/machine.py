"""Native modules at work: what runs share is computed once, then each run, or many at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..errors import RunError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..contract import Array
    from .grid import Grid
    from .modules import Module
    from .plan import KernelPlan
    from .tables import Tables

__all__ = ["Inputs", "Lanes", "Shared", "share"]

_MOST_ROOM = 1 << 29  # numbers that the memories of all runs side by side hold


class Inputs(NamedTuple):
    """What all runs are given.

    Attributes:
        grid: the times.
        lookups, series: the model's tables.
        seed, noise_seed: of random numbers; the second that of stream 0.
        run: the number that random numbers count runs from.
    """

    grid: Grid
    lookups: Tables
    series: Tables
    seed: float
    noise_seed: float
    run: int = 0


@dataclass(slots=True)
class Lanes:
    """Memory in which one thread computes runs, a block of them at a time."""

    kernel: Callable[..., int]
    plan: KernelPlan
    w: Array
    m: Array
    mat: np.ndarray[tuple[int], np.dtype[np.int64]]
    h: Array

    @classmethod
    def of(cls, kernel: Callable[..., int], plan: KernelPlan, scratch: int) -> Lanes:
        """Memory for a function of a module."""
        return cls(
            kernel,
            plan,
            w=np.zeros(plan.width * plan.lanes),
            m=np.zeros(0),
            mat=np.zeros(2 * plan.memories, dtype=np.int64),
            h=np.zeros(scratch),
        )

    def compute(
        self,
        values: Array,
        runs: range,
        n_runs: int,
        shared: tuple[Array, Array],
        inputs: Inputs,
        out: Array,
        failed: np.ndarray[tuple[int], np.dtype[np.bool_]],
        stride: int = 0,
    ) -> None:
        """Compute some runs, end to end from their first to their last time.

        Args:
            values: (n_parameters, n_runs), what each run is given.
            runs: which of them.
            n_runs: how many there are in all.
            shared: (n_fixed,) and (n_evaluations, n_given), flat: what is computed already.
            inputs: what all runs are given.
            out: results, flat; they are written to their places.
            failed: (n_runs,), set where a run had a value that is not finite.
            stride: how many numbers a row of results has, if they are those of one run.
        """
        grid, lookups, series = inputs.grid, inputs.lookups, inputs.series
        while True:
            room = self.kernel(
                values, n_runs, runs.start, runs.stop, inputs.run, self.w, *shared,
                lookups.xs, lookups.ys, lookups.at,
                series.xs, series.ys, series.at, series.ways,
                self.m, self.mat, self.h,
                grid.times, grid.saves, len(grid.saved), grid.time_step,
                inputs.seed, inputs.noise_seed, out, failed, stride,
            )  # fmt: skip
            if not room:
                return
            if room > _MOST_ROOM:
                message = f"the delays of the model take more than {_MOST_ROOM:,} numbers"
                raise RunError("S3C501", message, "use shorter delays, or a longer TIME STEP")
            self.m = np.zeros(room)  # memories need more room than there was


@dataclass(frozen=True, slots=True)
class Shared:
    """What no run differs in.

    Attributes:
        w: the numbers that hold for a whole run, among others.
        g: what runs are given at each time.
        out: (n_saves, n_columns), what is saved of it.
        is_finite: whether all values were.
    """

    w: Array
    g: Array
    out: Array
    is_finite: bool


def share(module: Module, values: Array, inputs: Inputs) -> Shared:
    """Compute what no run differs in, from what it is given: (n_parameters,)."""
    plan, rows = module.plan, len(inputs.grid.saved)
    lanes = Lanes.of(module.shared, plan.shared, plan.scratch)
    g = np.zeros(plan.room(len(inputs.grid.times)))
    width = sum(each.size for each in plan.shared.columns)
    out = np.zeros(rows * width)
    failed = np.zeros(1, dtype=np.bool_)
    nothing = np.zeros(0)
    lanes.compute(values, range(1), 1, (nothing, g), inputs, out, failed, width)
    return Shared(lanes.w, g, out.reshape(rows, width), not failed[0])
