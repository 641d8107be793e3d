"""Derivatives of runs by finite differences, and where these can be believed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from s3c.runtime import CompiledModel, Run, RunError, SimulationError

__all__ = ["Compared", "compared", "directional", "numbers"]

Floats: TypeAlias = npt.NDArray[np.float64]
_STEP = 5e-4  # of the constant's size, the widest
_SURE = 2e-8  # the agreement of two estimates that makes them certain
_LEVELS = 3


def directional(
    model: CompiledModel, constant: str, value: float, names: list[str], **options: Any
) -> tuple[Floats, Floats]:
    """Central differences of all numbers of some variables, end to end, and how far to trust them.

    Richardson's extrapolation of three steps, made twice, with steps ten times apart. Where a kink
    or a jump lies between, or rounding counts, the two disagree. A kink at the value itself shows
    in the slopes of both sides: they differ as much for a shorter step.
    """
    step = _STEP * max(abs(value), 0.1)
    middle = _numbers(model, {constant: value}, names, options)
    estimates, bends = [], []
    for widest in (step, step / 10):
        found = []
        for halved in range(_LEVELS):
            h = widest / 2**halved
            above, below = (
                _numbers(model, {constant: value + each}, names, options) for each in (h, -h)
            )
            found.append((above - below) / (2 * h))
            bends.append(np.abs(above - 2 * middle + below) / h)
        for order in range(1, _LEVELS):
            found = [
                (4**order * after - before) / (4**order - 1) for before, after in pairwise(found)
            ]
        estimates.append(found[0])
    first, second = estimates
    is_kink = (bends[-1] > 0.4 * bends[-_LEVELS]) & (bends[-1] > 1e-6 * np.abs(first))
    return first, np.where(is_kink, np.inf, np.abs(first - second))


def _numbers(
    model: CompiledModel, changes: dict[str, float], names: list[str], options: Any
) -> Floats:
    run = model.run(changes, **options)
    return numbers(run, names)


def numbers(run: Run, names: list[str]) -> Floats:
    """All numbers of some variables, end to end; holes are 0."""
    return np.concatenate([np.nan_to_num(np.asarray(run[each], float).ravel()) for each in names])


def _spread(doubt: Floats, sizes: list[int], n_times: int) -> None:
    """After a kink anywhere, nothing is certain: a kink of a kink may look smooth."""
    parts = np.split(doubt, np.cumsum(sizes)[:-1])
    by_time = [part.reshape(n_times, -1) for part in parts]
    kinked = np.any([np.isinf(each).any(axis=1) for each in by_time], axis=0)
    for each in by_time:
        each[np.logical_or.accumulate(kinked)] = np.inf


@dataclass(frozen=True)
class Compared:
    """Derivatives of a run beside finite differences."""

    n: int
    n_sure: int
    wrong: tuple[str, ...]


def compared(
    plain: CompiledModel, with_derivatives: CompiledModel, constant: str, **options: Any
) -> Compared:
    """Compare all derivatives with respect to a constant, wherever differences are certain.

    Relative to the largest derivative of a variable in the run, or to what rounding leaves of one.
    """
    wanted = [each for each in with_derivatives.variables if each.derivative and not each.hidden]
    of = [each.derivative[0] for each in wanted]
    if not wanted:
        return Compared(0, 0, ())
    base = plain.run(**options)
    value = float(np.asarray(base[constant]).flat[0])
    run = with_derivatives.run(**options)
    assert np.array_equal(numbers(run, of), numbers(base, of))
    try:
        expected, doubt = directional(plain, constant, value, of, **options)
    except (RunError, SimulationError):  # beside the value, the model has none
        return Compared(0, 0, ())
    _spread(doubt, [np.asarray(run[each]).size for each in of], len(run.time))
    found = numbers(run, [each.name for each in wanted])
    start, wrong, n_sure = 0, [], 0
    for each, name in zip(wanted, of, strict=True):
        size = np.asarray(run[each.name]).size
        part = slice(start, start + size)
        start += size
        rounding = 1e-3 * np.max(np.abs(np.asarray(run[name], float)), initial=0.0)
        scale = np.max(np.abs(found[part]), initial=0.0) + rounding / max(abs(value), 0.1)
        sure = (doubt[part] <= _SURE * scale) & np.isfinite(doubt[part])
        far = sure & ~(np.abs(found[part] - expected[part]) <= 1e-7 * scale)
        n_sure += int(sure.sum())
        if far.any():
            at = int(np.argmax(far))
            wrong.append(f"{each.name}: {found[part][at]!r}, not {expected[part][at]!r}")
    return Compared(len(found), n_sure, tuple(wrong))
