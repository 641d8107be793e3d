"""A model's functions with some equations replaced, or made to go on where one has no value.

The syntax tree of the generated functions is changed and compiled again, under the same lines, so
that errors still point to the right place. Normal runs pay nothing for that. No text of the model
is evaluated: what is put in are numbers, and names for arrays of them.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeAlias

from .contract import CompiledModel, Equations
from .errors import bad_module
from .sources import (
    MEMORY_ARGUMENT,
    base_name,
    file_of,
    in_parts,
    is_allocation,
    parsed,
    source_of,
    third_returned,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .contract import Array

__all__ = ["Patch", "Replacement", "Wrap", "memory_input", "rewrite"]

# What the changed functions know by names that no generated module gives.
_VALUES, _GIVEN, _WHERE = "__values_", "__given_", "__where"


@dataclass(frozen=True, slots=True)
class Patch:
    """Numbers for some elements of an array; the others keep what their equations give."""

    values: Array
    given: NDArray[np.bool_]

    @classmethod
    def of(cls, shape: tuple[int, ...], place: tuple[int, ...], number: float) -> Patch:
        """A number for one element."""
        import numpy as np

        return cls(np.zeros(shape), np.zeros(shape, dtype=np.bool_)).and_also(place, number)

    def and_also(self, place: tuple[int, ...], number: float) -> Patch:
        """With a number for one more element, or another number."""
        values, given = self.values.copy(), self.given.copy()
        values[place], given[place] = number, True
        return Patch(values, given)


Replacement: TypeAlias = "float | Array | Patch"
"""What is put in the place of an equation: of a whole variable, or of some elements."""


class Wrap:
    """What is done around the equations of a model besides; nothing, by itself."""

    names: Mapping[str, Any] = {}
    """What the changed functions must know for it."""

    def equation(self, node: ast.Assign, in_loop: bool) -> ast.stmt:  # noqa: ARG002
        """What stands in the place of an equation."""
        return node

    def returned(self, node: ast.Return) -> list[ast.stmt]:
        """What stands in the place of the end of a function."""
        return [node]


def memory_input(place: int) -> str:
    """What the inputs of the memory at that place are called: no name that Python assigns."""
    return f"memory {place}"


def rewrite(
    model: CompiledModel,
    numbers: Mapping[str, Replacement],
    tables: Mapping[str, Any],
    wrap: Wrap | None = None,
) -> Equations:
    """The model's equations, some of them replaced by numbers, and lookups by others.

    `numbers` and `tables` go by the names that the generated module assigns; `memory_input`
    names the inputs of a memory.
    """
    if not numbers and not tables and wrap is None:
        return model.equations
    functions_of = {each.name: getattr(model.equations, each.name) for each in fields(Equations)}
    names = {name: each.__name__ for name, each in functions_of.items() if each is not None}
    if not source_of(model).functions.keys() >= set(names.values()):
        raise bad_module(model.name, "does not have the text of its functions at hand")
    wrap = wrap or Wrap()
    tree = parsed(model)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    replace = _Replace(model, numbers, wrap)
    tree.body = [replace.in_function(function) for function in functions]
    namespace = {
        **model.equations.step.__globals__, **tables, **_arrays(numbers), **wrap.names
    }  # fmt: skip
    code = compile(ast.fix_missing_locations(tree), file_of(model), "exec")
    exec(code, namespace)  # noqa: S102  (the model's own functions, with numbers put in)
    return Equations(**{each: namespace[name] for each, name in names.items()})


def _arrays(numbers: Mapping[str, Replacement]) -> dict[str, Any]:
    """The arrays that are put in, by the names that the changed functions have for them."""
    found: dict[str, Any] = {}
    for name, each in numbers.items():
        if isinstance(each, Patch):
            import numpy as np

            found |= {_VALUES + name: each.values, _GIVEN + name: each.given, _WHERE: np.where}
        elif not isinstance(each, float):
            found[_VALUES + name] = each
    return found


class _Replace(ast.NodeTransformer):
    """Puts numbers in the place of right sides."""

    def __init__(
        self, model: CompiledModel, numbers: Mapping[str, Replacement], wrap: Wrap
    ) -> None:
        self._model = model
        self._numbers = numbers
        self._wrap = wrap
        self._kept: frozenset[str] = frozenset()
        self._vectors: frozenset[str] = frozenset()
        self._parts: frozenset[str] = frozenset()
        self._memory = ""
        self._depth = 0

    def in_function(self, function: ast.FunctionDef) -> ast.FunctionDef:
        """The function, changed."""
        equations = self._model.equations
        # A memory is made in `initial` under its variable's name. It must stay what it is, and
        # only what comes out of it, in `step`, is replaced.
        is_initial = function.name == equations.initial.__name__
        self._kept = source_of(self._model).memories if is_initial else frozenset()
        is_step = function.name == equations.step.__name__
        self._memory = function.args.args[MEMORY_ARGUMENT].arg if is_step else ""
        self._parts = in_parts(function)
        self._vectors = frozenset(each.arg for each in function.args.args)
        if is_step:
            self._in_inputs(third_returned(function))
        self.generic_visit(function)
        return function

    def _in_inputs(self, memories: list[ast.expr]) -> None:
        """Change what goes into memories."""
        for place, inputs in enumerate(memories):
            number = self._numbers.get(memory_input(place))
            if isinstance(number, float) and isinstance(inputs, ast.Tuple):
                inputs.elts = [
                    ast.copy_location(ast.Constant(number), each) for each in inputs.elts
                ]

    def visit_For(self, node: ast.For) -> ast.stmt | None:
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1
        return node if node.body else None  # all that it assigned may be given

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        return self._wrap.returned(node)

    def visit_Assign(self, node: ast.Assign) -> ast.stmt | list[ast.stmt] | None:
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Name(id=source)) if (
                source == self._memory
            ):
                again = [self._set(node, each) for each in names if isinstance(each, ast.Name)]
                return [node, *(each for each in again if each is not None)]
            case ast.Assign(targets=[target]) if base_name(target):
                return self._assign(node, target, base_name(target))
            case _:
                return node

    def _assign(self, node: ast.Assign, target: ast.expr, name: str) -> ast.stmt | None:
        """An assignment to a name or to a part of an array, changed."""
        replacement = None if name in self._kept else self._numbers.get(name)
        allocates = is_allocation(node, self._parts)
        if replacement is None or (allocates and isinstance(replacement, Patch)):
            changed = node
        elif isinstance(replacement, Patch):
            changed = self._patched(node, target, name)
        elif isinstance(target, ast.Subscript):
            return None  # the whole array was given where it would have been made
        else:
            changed = node
            changed.value = ast.copy_location(_number(name, replacement), node.value)
        if allocates or self._is_load(node.value) or name in self._kept:
            return changed
        return self._wrap.equation(changed, in_loop=self._depth > 0)

    def _is_load(self, value: ast.expr) -> bool:
        """Whether it only takes something from a vector."""
        match value:
            case ast.Subscript(value=ast.Name(id=vector)):
                return vector in self._vectors
            case _:
                return False

    def _patched(self, node: ast.Assign, target: ast.expr, name: str) -> ast.Assign:
        """The elements that are given, and the others as computed."""
        given: ast.expr = ast.Name(_GIVEN + name, ast.Load())
        values: ast.expr = ast.Name(_VALUES + name, ast.Load())
        if isinstance(target, ast.Subscript):
            given = ast.Subscript(given, copy.deepcopy(target.slice), ast.Load())
            values = ast.Subscript(values, copy.deepcopy(target.slice), ast.Load())
        value: ast.expr
        if isinstance(target, ast.Subscript) and _is_element(target.slice):
            value = ast.IfExp(given, values, node.value)
        else:
            where = ast.Name(_WHERE, ast.Load())
            value = ast.Call(where, [given, values, node.value], [])
        return ast.copy_location(ast.Assign(node.targets, ast.copy_location(value, node)), node)

    def _set(self, after: ast.Assign, target: ast.Name) -> ast.Assign | None:
        """What comes out of a memory, set on the line where it was unpacked."""
        replacement = self._numbers.get(target.id)
        if replacement is None:
            return None
        store = ast.Name(target.id, ast.Store())
        if isinstance(replacement, Patch):
            made = ast.Assign([store], ast.Name(target.id, ast.Load()))
            return self._patched(ast.copy_location(made, after), store, target.id)
        made = ast.Assign([store], _number(target.id, replacement))
        return ast.copy_location(made, after)


def _number(name: str, replacement: float | Array) -> ast.expr:
    """A number as it is, an array by its name."""
    if isinstance(replacement, float):
        return ast.Constant(replacement)
    return ast.Name(_VALUES + name, ast.Load())


def _is_element(index: ast.expr) -> bool:
    """Whether an index is one element for sure: of names and whole numbers, without a slice."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return all(
        isinstance(node, ast.Name | ast.BinOp | ast.operator | ast.expr_context)
        or (isinstance(node, ast.Constant) and isinstance(node.value, int))
        for part in parts
        for node in ast.walk(part)
    )
