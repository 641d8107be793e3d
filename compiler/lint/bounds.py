"""What lies outside of bounds: a range in the units field, or the points of a lookup."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from s3c.runtime import NA, Run, WatchedLookup, printable

from ..diagnostics import Diagnostic, Severity
from ..names import display_name, fold
from ..syntax import Equation, Units
from ..system import LookupInFile, LookupTable, VarId
from .model import Model, quantity_of, target_span

__all__ = ["leaves_range", "outside_range", "reads_beyond"]


def outside_range(model: Model) -> Iterator[Diagnostic]:
    """S3C810: a constant that is not within its own range."""
    for name in model.equations:
        for value, equation in model.numbers(name):
            side = _side(value, equation.units)
            if side:
                yield _outside(equation, f"is {value:g}, {side}", value)
                break


def leaves_range(model: Model, run: Run) -> Iterator[Diagnostic]:
    """S3C810: what of a run is not within the range of its variable, with the first such time.

    Looked at are the times that the run saved.
    """
    for name, equation in model.places():
        bounds = equation.units
        variable = model.system.variables.get(VarId(name))
        if variable is None or isinstance(variable.meaning, LookupTable | LookupInFile):
            continue
        if bounds.minimum is None and bounds.maximum is None:
            continue
        first = _first(run, variable.name, bounds)
        if first is not None:
            time, value = first
            yield _outside(
                equation, f"is {value:g} at time {time:g}, {_side(value, bounds)}", value
            )


def reads_beyond(model: Model, watched: Iterable[WatchedLookup]) -> Iterator[Diagnostic]:
    """S3C812: lookups that a run has read beyond their points; of an array the first element."""
    told: set[str] = set()
    for each in watched:
        if each.beyond is None or each.variable in told:
            continue
        told.add(each.variable)
        points, (least, most) = each.table.points, each.beyond
        equations = model.equations.get(VarId(fold(each.variable)), ())
        yield Diagnostic(
            "S3C812",
            f"the lookup “{printable(each.name)}” is read from x = {least:g} to x = {most:g}; its"
            f" points go from {points[0][0]:g} to {points[-1][0]:g}, and beyond it keeps its value",
            target_span(equations[0]) if equations else None,
            "add points as far as it is read; or call LOOKUP EXTRAPOLATE, which goes on as it ends",
            severity=Severity.WARNING,
        )


def _first(run: Run, name: str, bounds: Units) -> tuple[float, float] | None:
    """The first time at which a variable, or an element of it, is outside; and its value then."""
    import numpy as np

    values = np.asarray(run[name], dtype=float)
    if values.shape[:1] != (len(run.time),):
        return None
    least = -math.inf if bounds.minimum is None else bounds.minimum
    greatest = math.inf if bounds.maximum is None else bounds.maximum
    outside = ((values < least) | (values > greatest)) & (values != NA)
    flat, all_values = outside.reshape(len(values), -1), values.reshape(len(values), -1)
    rows = flat.any(axis=1)
    if not rows.any():
        return None
    row = int(rows.argmax())
    return float(run.time[row]), float(all_values[row, int(flat[row].argmax())])


def _side(value: float, bounds: Units) -> str:
    """Which of its bounds a value is beyond, in words; empty if it is within them."""
    if bounds.minimum is not None and value < bounds.minimum:
        return f"below its least value {bounds.minimum:g}"
    if bounds.maximum is not None and value > bounds.maximum:
        return f"above its greatest value {bounds.maximum:g}"
    return ""


def _outside(equation: Equation, what: str, value: float) -> Diagnostic:
    definition = quantity_of(equation)
    name = display_name(definition.target.name) if definition else ""
    return Diagnostic(
        "S3C810",
        f"“{name}” {what}",
        target_span(equation),
        "correct the equation, or the range in its units field"
        f" ([least, greatest], ? for none) so that it holds {value:g}",
        severity=Severity.WARNING,
    )
