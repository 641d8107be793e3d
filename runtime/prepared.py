"""A run that is prepared once, and then made as often as one likes in the same memory.

For who calls a model from a loop of his own, as an optimiser does: nothing is worked out again but
the numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from .beginning import Asked, Begun, Given, asked_of, prepared
from .contract import Kind, Space
from .engines import Engine, no_native_code, pays
from .errors import cannot_set
from .names import fold

if TYPE_CHECKING:
    from .contract import Array, CompiledModel, VariableInfo

__all__ = ["Prepared", "check_vary", "prepare"]

_CLOCK = frozenset({"time", "initial time", "final time", "time step", "saveper"})
_MANY = 1000
"""Runs for which native code is made: who prepares a run makes many."""


class Prepared(Protocol):
    """A run that is ready to be made.

    Attributes:
        model: what is run.
        engine: what makes it: `python`, or `native`.
        time: (n_times,), the save times, in the model's time unit.
        columns: the names of what is saved, one for each column: variables that change, and
            elements of such.
        output: (n_times, n_columns), the last run's results, in the variables' units.
        constants: what is saved besides, since it does not change during a run: (n_elements,) of
            the last run, by the name of the variable.
    """

    model: CompiledModel
    engine: str
    time: Array
    columns: tuple[str, ...]
    output: Array

    @property
    def constants(self) -> Mapping[str, Array]:
        """See above."""
        ...

    def run(self, values: Sequence[float] | Array = ()) -> Array:
        """Make the run with these values of what varies, end to end, the last axis fastest.

        What it returns is `output` itself, which the next run overwrites.

        Raises:
            ValueError: there are not as many values.
            SimulationError: S3C601, an equation has no finite value.
        """
        ...


def prepare(
    model: CompiledModel,
    vary: Sequence[str] = (),
    save: Sequence[str] | None = None,
    changes: Mapping[str, Any] | None = None,
    **options: Any,
) -> Prepared:
    """Prepare runs that differ in some variables.

    Args:
        model: a compiled model.
        vary: the names of what each run is given a value of: constants, or other variables but
            stocks, whose equations are then set aside.
        save: names of the variables or elements to save; all that change if not given. What is
            neither saved nor needed is not computed, so that its errors are not met.
        changes: what else is set, for all runs, as in `simulate`, and so are the options.
        **options: see `simulate`.

    Raises:
        UnknownNameError: S3C604, a name is not in the model.
        RunError: as `simulate`; S3C602, something cannot be varied.
    """
    names = (vary,) if isinstance(vary, str) else tuple(vary)
    known = {**(changes or {})}
    options["save"] = save
    asked = asked_of(model, known, options)  # type: ignore[arg-type]
    given: Given = (options.get("data"), options.get("data_root", ()))
    begun = prepared(model, asked, given)
    varied = [check_vary(model, name) for name in names]

    def by_python() -> Prepared:
        return _ByPython(model, varied, known, options)

    if _is_native(begun, asked):
        from .native.prepared import native_prepared

        made = native_prepared(begun, varied, by_python)
        if made is not None:
            return made
    return by_python()


def _is_native(begun: Begun, asked: Asked) -> bool:
    if asked.engine is Engine.PYTHON or no_native_code(begun.model) is not None:
        return False
    return asked.engine is Engine.NATIVE or pays(begun, _MANY)


def check_vary(model: CompiledModel, name: str) -> VariableInfo:
    """The variable of a name, if a run can be given its values.

    Raises:
        UnknownNameError: S3C604, there is none.
        RunError: S3C602, it cannot be varied.
    """
    selection = model.select(name)
    variable = selection.variable
    if selection.place is not None:
        hint = f"vary all of “{variable.name}”"
        raise cannot_set(name, "it is one element, and whole variables are varied", hint)
    if fold(name) in _CLOCK:
        raise cannot_set(name, "it says when a run saves", "prepare a run for each of its values")
    if variable.space in (Space.STOCK, Space.TABLE, Space.POINTS, Space.CONTENTS):
        what = "a stock" if variable.space is Space.STOCK else "no number"
        raise cannot_set(name, f"it is {what}", "vary a constant that it depends on")
    if variable.kind is Kind.CONSTANT and variable.space is Space.CONSTANT:
        hint = "write “=” instead of “==” in its equation"
        raise cannot_set(name, "it is an unchangeable constant", hint)
    if variable.space is not Space.PARAMETER:
        from .override import refuse_differentiated

        refuse_differentiated(model, name)
    return variable


class _ByPython:
    """Runs that Python makes, one after another."""

    engine = "python"

    def __init__(
        self,
        model: CompiledModel,
        varied: Sequence[VariableInfo],
        changes: Mapping[str, Any],
        options: Mapping[str, Any],
    ) -> None:
        self.model = model
        self._varied, self._changes = varied, changes
        self._options = {**options, "engine": "python"}
        # Whatever has no value yet in the model itself is given one before the first run.
        first = self._run = model.run(changes, **self._options)
        self.time = first.time
        moving = frozenset(each.name for each in first.variables if each.varies)
        self.columns = tuple(
            name for name in first.columns if model.select(name).variable.name in moving
        )
        self.output = np.empty((len(self.time), len(self.columns)))

    @property
    def constants(self) -> Mapping[str, Array]:
        """See `Prepared`."""
        unmoving = (each for each in self._run.variables if not each.varies)
        return {each.name: self._run[each.name][0].reshape(-1) for each in unmoving}

    def run(self, values: Sequence[float] | Array = ()) -> Array:
        """See `Prepared`."""
        given = np.asarray(values, dtype=np.float64).ravel()
        sizes = [int(np.prod(each.shape)) for each in self._varied]
        if len(given) != sum(sizes):
            msg = f"{sum(sizes)} values vary, and {len(given)} are given"
            raise ValueError(msg)
        parts = np.split(given, np.cumsum(sizes)[:-1]) if sizes else []
        set_to = {
            each.name: part.reshape(each.shape) if each.axes else float(part[0])
            for each, part in zip(self._varied, parts, strict=True)
        }
        run = self._run = self.model.run({**self._changes, **set_to}, **self._options)
        for place, name in enumerate(self.columns):
            self.output[:, place] = run[name]
        return self.output
