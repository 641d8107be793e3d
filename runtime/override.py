"""What one run changes in a model: parameters, lookups, and any other equation but a stock's.

A parameter is a number, or an array, that the equations take in. Any other equation is replaced
in the generated functions themselves; see `rewrite`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from .contract import CompiledModel, Equations, Kind, Space, VariableInfo, Vector
from .errors import bad_module, cannot_set
from .given import numbers_of, one_number, points_of, still, tables_of
from .lookups import Lookup
from .names import fold
from .rewrite import Patch, Replacement, rewrite
from .subscripts import Place, Selection

if TYPE_CHECKING:
    from .contract import Array

__all__ = ["Change", "Setting", "apply_changes"]

Change: TypeAlias = float | str | Lookup | Iterable[Any]
"""A number; of an array also an array, nested lists or a labelled array; of a lookup its points; of
a string variable a text."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A model as one run uses it."""

    equations: Equations
    parameters: Vector
    numbers: Mapping[str, Replacement]
    """Equations replaced by a number or an array, by Python name."""
    tables: Mapping[str, Any]
    """Lookups replaced, or arrays of them, by Python name."""


def apply_changes(
    model: CompiledModel, changes: Mapping[str, Any], supplied: Mapping[str, Any] | None = None
) -> Setting:
    """The model with changes, by the name of a variable or of an element, in any spelling.

    A later change of the same variable or element goes on top of an earlier one, and all of them
    on top of what is `supplied`: constants, lookups and series, by the names of the generated
    module.

    Raises:
        UnknownNameError: there is no such variable.
        RunError: S3C602, it cannot be set, or not to that.
    """
    supplied = supplied or {}
    parameters = [_default(each, supplied) for each in model.in_space(Space.PARAMETER)]
    numbers: dict[str, Replacement] = {}
    held = {each.python_name for each in model.in_space(Space.TABLE)}
    tables = {name: value for name, value in supplied.items() if name in held}
    unchangeable = {each.variable for each in model.readings if not each.changeable}
    for name, value in changes.items():
        if fold(name) == "time":
            raise cannot_set("Time", "it is what a run advances", "set INITIAL TIME or FINAL TIME")
        selection = model.select(name)
        variable, key = selection.variable, selection.variable.python_name
        _refuse(selection, unchangeable)
        match variable.space:
            case Space.TABLE:
                present = tables.get(key, model.equations.step.__globals__.get(key))
                tables[key] = _table(selection, value, present)
            case Space.PARAMETER:
                parameters[variable.index] = _parameter(
                    selection, value, parameters[variable.index]
                )
            case Space.CONTENTS:
                hint = f"set “{variable.owner}”"
                raise cannot_set(selection.name, "it is what a memory holds", hint)
            case Space.POINTS:
                raise cannot_set(selection.name, "it is computed from data", "supply other data")
            case Space.STOCK | Space.CONSTANT | Space.INITIAL | Space.AUXILIARY:
                numbers[key] = _replacement(selection, value, numbers.get(key))
    equations = rewrite(model, numbers, tables)
    return Setting(equations, tuple(parameters), numbers, tables)


def _refuse(selection: Selection, unchangeable: Container[str]) -> None:
    """Refuse to set what cannot be set to anything."""
    variable = selection.variable
    if variable.space is Space.TABLE and variable.kind is Kind.DATA:
        raise cannot_set(selection.name, "it holds a series", "supply the series as data")
    if variable.space is Space.STOCK:
        hint = "set the constant that gives its initial value"
        raise cannot_set(selection.name, "it is a stock, and accumulates", hint)
    by_value = variable.space is Space.CONSTANT and variable.kind is Kind.CONSTANT
    if by_value or variable.python_name in unchangeable:
        hint = "write “=” instead of “==” in its equation"
        raise cannot_set(selection.name, "it is an unchangeable constant", hint)
    if selection.place in variable.holes:
        raise cannot_set(selection.name, "no equation gives it a value")


def _default(variable: VariableInfo, supplied: Mapping[str, Any]) -> float | Array:
    """A parameter's value in the model, or in a file."""
    if variable.python_name in supplied:
        read = supplied[variable.python_name]
        return still(read) if variable.axes else float(read)
    if variable.value is None:
        raise bad_module(variable.name, "is a parameter without a value")
    if not variable.axes:
        assert not isinstance(variable.value, tuple)
        return variable.value
    import numpy as np

    value = np.array(variable.value, dtype=np.float64)
    return still(np.broadcast_to(value, variable.shape).copy())


def _parameter(selection: Selection, value: Any, present: float | Array) -> float | Array:
    """What a parameter is set to, on top of what it is."""
    if not selection.variable.axes:
        return one_number(selection.name, value)
    if selection.place is None:
        return numbers_of(selection.variable, value, present)
    return _with(present, selection.place, one_number(selection.name, value))


def _replacement(selection: Selection, value: Any, present: Replacement | None) -> Replacement:
    """What is put in the place of an equation, on top of what is put there already."""
    if not selection.variable.axes:
        return one_number(selection.name, value)
    if selection.place is None:
        return numbers_of(selection.variable, value)
    number = one_number(selection.name, value)
    if present is None:
        return Patch.of(selection.variable.shape, selection.place, number)
    if isinstance(present, Patch):
        return present.and_also(selection.place, number)
    return _with(present, selection.place, number)


def _table(selection: Selection, value: Any, present: Any) -> Any:
    """What a lookup is set to, on top of what it is."""
    variable, place = selection.variable, selection.place
    if not variable.axes:
        return points_of(selection.name, value)
    if place is None:
        return tables_of(variable, value)
    import numpy as np

    found = np.empty(variable.shape, dtype=object)
    found[...] = present
    found[place] = points_of(selection.name, value)
    return found


def _with(values: float | Array, place: Place, number: float) -> Array:
    """An array with another number at one place."""
    import numpy as np

    found = np.array(values, dtype=np.float64)
    found[place] = number
    return still(found)
