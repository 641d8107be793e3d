"""Where a run's results may differ from Vensim's: what only the run itself can tell.

What Vensim makes of such times and data is not documented (reference D.3, D.7).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from .contract import CompiledModel, Space
from .names import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .results import Run

__all__ = ["Doubt", "doubts_of", "times_off_grid"]

_TIMES = ("INITIAL TIME", "FINAL TIME", "TIME STEP")
_TOLERANCE = 1e-6  # in time steps: a time this near to a step is at it
_SHOWN = 6  # data variables that are named
_CHANGING = (Space.AUXILIARY, Space.STOCK)


class Doubt(NamedTuple):
    """What may be otherwise in Vensim, and a way out; `variable` is the one that it is about."""

    code: str
    message: str
    hint: str
    variable: str


def doubts_of(run: Run) -> tuple[Doubt, ...]:
    """All that a run tells of itself."""
    times = run.series("Time")
    if not times:
        return ()

    def value(name: str) -> float | None:
        variable = run.model.find(name)
        is_known = variable is not None and variable.space not in _CHANGING and not variable.axes
        return run.series(name)[0] if is_known else None

    start, final, step, saveper = map(value, (*_TIMES, "SAVEPER"))
    found = [*_off_grid(start, final, step, saveper)]
    if run.model.data_variables and step is not None:
        found += _between_steps(run.model, run.supplied, times[0], times[-1], step)
    return tuple(found)


def times_off_grid(model: CompiledModel) -> Iterator[Doubt]:
    """FINAL TIME and SAVEPER of a model, where no whole number of time steps leads to them.

    What is not a number in the model, or read from a file, is not known before a run: nothing is
    said of it.
    """

    def value(name: str) -> float | None:
        variable = model.find(name)
        known = variable is not None and variable.space is Space.PARAMETER and not variable.axes
        return cast("float | None", variable.value) if variable and known else None

    return _off_grid(*map(value, (*_TIMES, "SAVEPER")))


def _off_grid(
    start: float | None, final: float | None, step: float | None, saveper: float | None
) -> Iterator[Doubt]:
    """S3C617, in the model's time unit; what is not known, or changes, is None."""
    if step is None or not 0 < step < math.inf:  # such a run is refused
        return
    steps = math.nan if start is None or final is None else (final - start) / step
    if start is not None and math.isfinite(steps) and not _is_whole(steps):
        last = start + math.floor(steps + 0.5 + _TOLERANCE) * step
        yield Doubt(
            "S3C617",
            f"FINAL TIME = {final:g} is not reached by whole steps of {step:g} from {start:g}: the"
            f" last step is at {last:g}",
            "choose a FINAL TIME or TIME STEP so that the steps meet it",
            "FINAL TIME",
        )
    often = math.nan if saveper is None else saveper / step
    if 0 < often < math.inf and not _is_whole(often):
        saved = "every step is saved" if often < 1 else "the steps next to it are saved"
        yield Doubt(
            "S3C617",
            f"SAVEPER = {saveper:g} is no whole number of time steps of {step:g}: {saved}",
            "make SAVEPER a multiple of TIME STEP",
            "SAVEPER",
        )


def _is_whole(steps: float) -> bool:
    """Whether a number of time steps is a whole one, but for rounding."""
    return abs(steps - round(steps)) <= _TOLERANCE and (round(steps) > 0 or steps == 0)


def _between_steps(
    model: CompiledModel, tables: Mapping[str, Any], start: float, end: float, step: float
) -> Iterator[Doubt]:
    """Data variables with points that no time step meets, where that loses them (S3C618)."""
    from .data.supply import supplied_series

    missed = [
        (name, time)
        for name, series in supplied_series(model, tables)
        if series.keyword == "raw" and (time := _missed(series.times, start, end, step)) is not None
    ]
    if not missed:
        return
    (name, time), *others = missed
    more = [f"“{printable(each)}”" for each, _ in others[: _SHOWN - 1]]
    rest = len(others) - len(more)
    more += [f"{rest} more"] if rest else []
    so_have = f"; so have {', '.join(more)}" if more else ""
    yield Doubt(
        "S3C618",
        f"“{printable(name)}” is :RAW: data with a point at {time:g}, which lies between the time"
        f" steps: no step reads it{so_have}",
        "give the points the times of steps; or leave :RAW: out, so that values are interpolated",
        name,
    )


def _missed(times: Iterable[float], start: float, end: float, step: float) -> float | None:
    """The first time within a run that is at none of its steps."""
    from .data.series import TOLERANCE

    for time in times:
        nearest = start + round((time - start) / step) * step if start < time < end else time
        if abs(time - nearest) > TOLERANCE * max(1.0, abs(time)):
            return time
    return None
