"""What one run changes in a model: parameters, lookups, and any other equation but a stock's.

A parameter is a number, or an array, that the equations take in. Any other equation is replaced
in the generated functions themselves; see `rewrite`.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, Any

from .contract import CompiledModel, Equations, Kind, Space
from .errors import cannot_set
from .given import numbers_of, one_number, points_of, still, tables_of
from .names import fold
from .setting import Setting
from .subscripts import Place, Selection

if TYPE_CHECKING:
    from .contract import Array
    from .rewrite import Replacement

__all__ = ["override", "refuse_differentiated"]


def override(model: CompiledModel, plain: Setting, changes: Mapping[str, Any]) -> Setting:
    """A setting of the model with changes on top of it; see `apply_changes`.

    Raises:
        UnknownNameError: there is no such variable.
        RunError: S3C602, it cannot be set, or not to that.
    """
    parameters, tables = list(plain.parameters), dict(plain.tables)
    numbers: dict[str, Replacement] = {}
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
                refuse_differentiated(model, selection.name)
                numbers[key] = _replacement(selection, value, numbers.get(key))
    return Setting(_rewritten(model, numbers, tables), tuple(parameters), numbers, tables)


def _rewritten(
    model: CompiledModel, numbers: Mapping[str, Replacement], tables: Mapping[str, Any]
) -> Equations:
    """The model's equations; where only parameters change, as they are."""
    if not numbers and not tables:
        return model.equations
    from .rewrite import rewrite

    return rewrite(model, numbers, tables)


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


def refuse_differentiated(model: CompiledModel, name: str) -> None:
    """Refuse to set an equation in a model whose equations were differentiated as they are."""
    if any(each.derivative for each in model.variables):
        why = "the model has derivatives, which are those of its equations"
        raise cannot_set(name, why, "set constants and lookups, or load the model plainly")


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
    from .rewrite import Patch

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
