"""What one run changes in a model: parameters, lookups, and any other equation but a stock's.

A parameter is a number that the equations take in. Any other equation is replaced by a number in
the generated functions themselves: their syntax tree is changed and compiled again, under the
same lines, so that errors still point to the right place. No text of the model is evaluated.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from .contract import CompiledModel, Equations, Kind, Space, VariableInfo, Vector
from .errors import bad_module, cannot_set
from .lookups import Lookup
from .names import fold
from .sources import MEMORY_ARGUMENT, file_of, parsed, source_of, third_returned

__all__ = ["Change", "Setting", "apply", "memory_input", "rewrite"]

Change: TypeAlias = float | Lookup | Iterable[tuple[float, float]]
"""A number; for a lookup its points."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A model as one run uses it."""

    equations: Equations
    parameters: Vector
    numbers: Mapping[str, float]
    """Equations replaced by a number, by Python name."""
    tables: Mapping[str, Lookup]
    """Lookups replaced, by Python name."""


def apply(model: CompiledModel, changes: Mapping[str, Any]) -> Setting:
    """The model with changes, by variable name in any of its spellings.

    Raises:
        UnknownNameError: there is no such variable.
        RunError: S3C602, it cannot be set, or not to that.
    """
    parameters = [_default(variable) for variable in model.in_space(Space.PARAMETER)]
    numbers: dict[str, float] = {}
    tables: dict[str, Lookup] = {}
    for name, value in changes.items():
        if fold(name) == "time":
            raise cannot_set("Time", "it is what a run advances", "set INITIAL TIME or FINAL TIME")
        variable = model.variable(name)
        match variable.space:
            case Space.TABLE:
                tables[variable.python_name] = _points(variable, value)
            case Space.STOCK:
                hint = "set the constant that gives its initial value"
                raise cannot_set(variable.name, "it is a stock, and accumulates", hint)
            case Space.CONSTANT if variable.kind is Kind.CONSTANT:
                hint = "write “=” instead of “==” in its equation"
                raise cannot_set(variable.name, "it is an unchangeable constant", hint)
            case Space.PARAMETER:
                parameters[variable.index] = _number(variable, value)
            case Space.CONSTANT | Space.INITIAL | Space.AUXILIARY:
                numbers[variable.python_name] = _number(variable, value)
    equations = rewrite(model, numbers, tables)
    return Setting(equations, tuple(parameters), numbers, tables)


def memory_input(place: int) -> str:
    """What the inputs of the memory at that place are called: no name that Python assigns."""
    return f"memory {place}"


def rewrite(
    model: CompiledModel, numbers: Mapping[str, float], tables: Mapping[str, Lookup]
) -> Equations:
    """The model's equations, some of them replaced by a number, and lookups by others.

    `numbers` and `tables` go by the names that the generated module assigns; `memory_input`
    names the inputs of a memory.
    """
    if not numbers and not tables:
        return model.equations
    names = {each.name: getattr(model.equations, each.name).__name__ for each in fields(Equations)}
    if not source_of(model).functions.keys() >= set(names.values()):
        raise bad_module(model.name, "does not have the text of its functions at hand")
    tree = parsed(model)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    replace = _Replace(model, numbers)
    tree.body = [replace.in_function(function) for function in functions]
    namespace = {**model.equations.step.__globals__, **tables}
    code = compile(tree, file_of(model), "exec")
    exec(code, namespace)  # noqa: S102  (the model's own functions, with numbers put in)
    return Equations(**{each: namespace[name] for each, name in names.items()})


class _Replace(ast.NodeTransformer):
    """Puts numbers in the place of right sides."""

    def __init__(self, model: CompiledModel, numbers: Mapping[str, float]) -> None:
        self._model = model
        self._numbers = numbers
        self._kept: frozenset[str] = frozenset()
        self._memory = ""

    def in_function(self, function: ast.FunctionDef) -> ast.FunctionDef:
        """The function, changed."""
        equations = self._model.equations
        # A memory is made in `initial` under its variable's name. It must stay what it is, and
        # only what comes out of it, in `step`, is replaced.
        is_initial = function.name == equations.initial.__name__
        self._kept = source_of(self._model).memories if is_initial else frozenset()
        is_step = function.name == equations.step.__name__
        self._memory = function.args.args[MEMORY_ARGUMENT].arg if is_step else ""
        if is_step:
            self._in_inputs(third_returned(function))
        self.generic_visit(function)
        return function

    def _in_inputs(self, memories: list[ast.expr]) -> None:
        """Change what goes into memories."""
        for place, inputs in enumerate(memories):
            number = self._numbers.get(memory_input(place))
            if number is not None and isinstance(inputs, ast.Tuple):
                inputs.elts = [
                    ast.copy_location(ast.Constant(number), each) for each in inputs.elts
                ]

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.AST]:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]):
                if name in self._numbers and name not in self._kept:
                    node.value = ast.copy_location(ast.Constant(self._numbers[name]), node.value)
                return node
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Name(id=source)) if (
                source == self._memory
            ):
                again = [self._set(node, each) for each in names if isinstance(each, ast.Name)]
                return [node, *(each for each in again if each is not None)]
            case _:
                return node

    def _set(self, after: ast.Assign, target: ast.Name) -> ast.Assign | None:
        """`name = number`, to stand on the line where the name was unpacked."""
        if target.id not in self._numbers:
            return None
        made = ast.Assign(
            [ast.Name(target.id, ast.Store())], ast.Constant(self._numbers[target.id])
        )
        return ast.fix_missing_locations(ast.copy_location(made, after))


def _default(variable: VariableInfo) -> float:
    if variable.value is None:
        raise bad_module(variable.name, "is a parameter without a value")
    return variable.value


def _number(variable: VariableInfo, value: Any) -> float:
    """A finite number to set a variable to."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        hint = "give one number; only lookups take points"
        raise cannot_set(variable.name, f"{value!r} is not a number", hint) from None
    if not math.isfinite(number):
        raise cannot_set(variable.name, f"{number} is not a finite number")
    return number


def _points(variable: VariableInfo, value: Any) -> Lookup:
    """Points to set a lookup to."""
    if isinstance(value, Lookup):
        return value
    try:
        return Lookup(value)
    except (TypeError, ValueError) as error:
        hint = "give points, such as [(0, 1), (10, 2)]"
        raise cannot_set(variable.name, f"it is a lookup, and {error}", hint) from None
