"""What differs from run to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..contract import CompiledModel, Space
from ..errors import RunError, cannot_set
from ..given import still
from ..names import fold
from ..override import refuse_differentiated
from ..subscripts import Selection, element_name, ranges_of

if TYPE_CHECKING:
    from ..contract import Array

__all__ = ["Variation", "Varied", "impossible", "variation_of"]


def impossible(message: str, hint: str = "") -> RunError:
    """An ensemble was asked for what it cannot give."""
    return RunError("S3C615", message, hint)


@dataclass(frozen=True, slots=True, eq=False)
class Varied:
    """A variable, or an element of one, that each run sets to something else.

    Attributes:
        name: as it was given.
        selection: what that names.
        values: (n_runs,), or of a whole array also (n_runs, *shape); nobody can write to it.
    """

    name: str
    selection: Selection
    values: Array

    def of(self, run: int) -> Any:
        """What a run sets it to."""
        value = self.values[run]
        return float(value) if value.ndim == 0 else value


@dataclass(frozen=True, slots=True, eq=False)
class Variation:
    """All that differs from run to run, in the order in which it is set."""

    varied: tuple[Varied, ...]
    n_runs: int

    def changes(self, run: int) -> dict[str, Any]:
        """What a run sets, by name."""
        return {each.name: each.of(run) for each in self.varied}


def variation_of(model: CompiledModel, changes: Mapping[str, Any], n_runs: int | None) -> Variation:
    """What the changes of an ensemble make different.

    Args:
        model: a compiled model.
        changes: by name, a value for each run.
        n_runs: how many there are, if it is known otherwise.

    Raises:
        UnknownNameError: S3C604, there is no such variable.
        RunError: S3C602, it cannot be set, or not to that; S3C615, the values are not as many.
    """
    texts = {fold(each) for each in model.texts}
    varied: list[Varied] = []
    for name, given in changes.items():
        if fold(name) in texts:
            raise cannot_set(name, "it is a text, and the same in all runs", "set it in `also`")
        varied.append(_varied(model, model.select(name), name, given))
    selected = [each.selection.name for each in varied]
    for name in selected:
        if selected.count(name) > 1:
            raise cannot_set(name, "it is given twice", "leave out one of the two")
    return Variation(tuple(varied), _n_runs(varied, n_runs))


def _n_runs(varied: list[Varied], n_runs: int | None) -> int:
    """How many runs there are."""
    if n_runs is not None and (
        isinstance(n_runs, bool) or not isinstance(n_runs, int | np.integer)
    ):
        raise impossible(f"{n_runs!r} is no number of runs", "say a whole number, from 1")
    counts = {each.name: len(each.values) for each in varied}
    found = n_runs if n_runs is not None else next(iter(counts.values()), None)
    if found is None:
        hint = "vary something, or say `n_runs`"
        raise impossible("nothing is varied, and nobody says how many runs there are", hint)
    for name, count in counts.items():
        if count != found:
            others = "`n_runs` says" if n_runs is not None else f"of “{next(iter(counts))}” are"
            message = f"there are {count} values of “{name}”, and {others} {found}"
            raise impossible(message, "give as many values of each, one for each run")
    if found < 1:
        raise impossible("an ensemble has at least one run", "give a value for each run")
    return int(found)


def _varied(model: CompiledModel, selection: Selection, name: str, given: Any) -> Varied:
    variable, place = selection.variable, selection.place
    if variable.space is Space.TABLE:
        raise cannot_set(name, "it is a function, and the same in all runs", "set it in `also`")
    if variable.space is not Space.PARAMETER:
        refuse_differentiated(model, name)
    try:
        values = np.array(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        why = f"{type(given).__name__} is no array of numbers"
        raise cannot_set(name, why, "give a number for each run") from None
    if values.ndim == 0:
        hint = "what is the same in all runs stands in `also`"
        raise cannot_set(name, "there is one value, not one for each run", hint)
    if values.ndim > 1 and (place is not None or values.shape[1:] != variable.shape):
        takes = "a number for each run"
        if variable.axes and place is None:
            takes += f", or {variable.shape} of them for each, by {ranges_of(variable)}"
        why = f"values of shape {values.shape} are not one for each run"
        raise cannot_set(name, why, f"give {takes}")
    _refuse_infinite(selection, values)
    return Varied(name, selection, still(values))


def _refuse_infinite(selection: Selection, values: Array) -> None:
    """Refuse what is no finite number, but where no equation gives a value."""
    if np.isfinite(values).all():
        return
    variable = selection.variable
    bad = ~np.isfinite(values)
    if values.ndim > 1:
        for hole in variable.holes:
            element: tuple[Any, ...] = (slice(None), *hole)
            bad[element] = False
    if not bad.any():
        return
    where: list[int] = np.argwhere(bad)[0].tolist()
    run, place = where[0], tuple(where[1:])
    name = f"{variable.name}[{element_name(variable, place)}]" if place else selection.name
    raise cannot_set(name, f"its value {run}, {values[(run, *place)]}, is not a finite number")
