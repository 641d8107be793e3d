"""A model as one run uses it: its equations, and the numbers that these take in.

Most runs change nothing, or parameters alone; what changes more is in `override`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from .contract import CompiledModel, Equations, Space, VariableInfo, Vector
from .errors import bad_module

if TYPE_CHECKING:
    from .contract import Array
    from .lookups import Lookup
    from .rewrite import Replacement

__all__ = ["Change", "Setting", "apply_changes"]

Change: TypeAlias = "float | str | Lookup | Iterable[Any]"
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
    held = {each.python_name for each in model.in_space(Space.TABLE)} if supplied else ()
    plain = Setting(
        equations=model.equations,
        parameters=tuple(parameters),
        numbers={},
        tables={name: value for name, value in supplied.items() if name in held},
    )
    if not changes and not plain.tables:
        return plain
    from .override import override

    return override(model, plain, changes)


def _default(variable: VariableInfo, supplied: Mapping[str, Any]) -> float | Array:
    """A parameter's value in the model, or in a file."""
    if variable.python_name in supplied:
        read = supplied[variable.python_name]
        return _still(read) if variable.axes else float(read)
    if variable.value is None:
        raise bad_module(variable.name, "is a parameter without a value")
    if not variable.axes:
        assert not isinstance(variable.value, tuple)
        return variable.value
    import numpy as np

    value = np.array(variable.value, dtype=np.float64)
    return _still(np.broadcast_to(value, variable.shape).copy())


def _still(values: Array) -> Array:
    """The array, which nobody can write to any more."""
    values.setflags(write=False)
    return values
