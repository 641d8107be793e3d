"""An equation over arrays, looked at element by element: which failed by itself, on what values.

A generated statement computes many elements at once. Its right side is cut into what it reads,
which are its leaves, and what it does with them, number by number. So it can be told which
element had only finite values to read and is not finite, and it can be computed for that one
alone, as a scalar equation is.
"""

from __future__ import annotations

import ast
import copy
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .arrays import elementwise
from .sources import Equation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Truths: TypeAlias = NDArray[np.bool_]
    Indices: TypeAlias = NDArray[np.intp]

__all__ = ["Look", "Outcome", "Read", "targets_of", "turns"]

_FILE = "<one element>"
_LEAF = "__leaf_"
_ARITHMETIC = (ArithmeticError, ValueError)
_UNKNOWN = (NameError, LookupError, TypeError, AttributeError, *_ARITHMETIC)
# What gives the same numbers in another shape: which element is which can still be told.
_VIEWS = frozenset({"transpose", "swapaxes", "moveaxis", "expand_dims", "broadcast_to", "reshape"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """Something that a right side reads: an array, a part of one, a number, or a function's."""

    node: ast.expr
    value: Any
    base: str
    """The name it is taken from; nothing of what is computed from many elements at once."""
    numbers: Indices | None
    """Which elements of an array they are, counted with the last axis fastest."""
    fine: Truths | bool
    """Where it is no sign of an earlier failure."""


@dataclass(frozen=True, slots=True)
class Read:
    """One number that was read."""

    base: str
    number: int | None
    """Which element of an array it is."""
    value: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of one element when it is computed by itself."""

    value: float
    error: Exception | None = None
    line: int = 0
    """Of the generated text, from 1, where the error was raised."""
    column: int | None = None
    """In bytes."""


class Look:
    """One statement, and what its names stand for.

    Args:
        equation: the statement.
        known: the values of names, those of its loops with them.
        shape: of the variable that it assigns.

    Attributes:
        targets: which elements of the variable it assigns, in the shape in which it does.
    """

    def __init__(
        self, equation: Equation, known: Mapping[str, Any], shape: tuple[int, ...]
    ) -> None:
        self._known = dict(known)
        self._equation = equation
        self.targets: Indices = targets_of(equation, known, shape)
        cutter = _Cutter(self._known)
        self._value: ast.expr = cutter.visit(copy.deepcopy(equation.value))
        self._leaves = cutter.leaves

    def not_finite(self, actual: Any = None) -> Truths:
        """(*targets.shape,), where it is not finite though all that it reads there is.

        Args:
            actual: the variable's values; what the statement computes, if not given.

        Raises:
            ArithmeticError, ValueError: it has no value even where single elements may fail.
        """
        if actual is None:
            with np.errstate(all="ignore"):
                value = _evaluate(self._equation.value, self._known)
        else:
            value = np.asarray(actual).ravel()[self.targets]
        failed = ~np.isfinite(np.asarray(value, dtype=np.float64))
        found: Truths = np.array(np.broadcast_to(failed, self.targets.shape))
        for leaf in self._leaves:
            try:
                found &= leaf.fine
            except ValueError:  # of another shape: it is no element of this one
                found &= bool(np.all(leaf.fine))
        return found

    def reads(self, place: tuple[int, ...]) -> list[Read]:
        """The numbers that are read for the element at that place of the targets."""
        loops = {name.id for loop in self._equation.loops for name in _names(loop.target)}
        found: list[Read] = []
        for leaf in sorted(self._leaves, key=lambda each: (each.node.lineno, each.node.col_offset)):
            value = self._at(leaf.value, place)
            if not leaf.base or leaf.base in loops or not _is_number(value):
                continue
            number = None if leaf.numbers is None else self._at(leaf.numbers, place)
            whole = None if number is None else int(number)
            found.append(Read(leaf.base, whole, float(value)))
        return list(dict.fromkeys(found))

    def outcome(self, place: tuple[int, ...]) -> Outcome:
        """What the element at that place of the targets is when it is computed by itself."""
        values = {f"{_LEAF}{k}": self._at(leaf.value, place) for k, leaf in enumerate(self._leaves)}
        try:
            with np.errstate(divide="raise", invalid="raise", over="ignore", under="ignore"):
                value = _evaluate(self._value, {**self._known, **values})
        except _ARITHMETIC as error:
            return Outcome(math.nan, error, *_position(error))
        return Outcome(float(value) if np.ndim(value) == 0 else math.nan)

    def _at(self, value: Any, place: tuple[int, ...]) -> Any:
        """The value at one place of the targets, as a number of Python's if it is one."""
        try:
            one = np.broadcast_to(np.asarray(value), self.targets.shape)[place]
        except ValueError:
            return value
        return one.item() if isinstance(one, np.generic) else one


def targets_of(equation: Equation, known: Mapping[str, Any], shape: tuple[int, ...]) -> Indices:
    """Which elements of a variable of that shape a statement assigns, in the shape it does."""
    every = np.arange(math.prod(shape)).reshape(shape)
    if not isinstance(equation.target, ast.Subscript):
        return every
    found: Indices = np.asarray(every[_evaluate(equation.target.slice, dict(known))])
    return found


def turns(loops: tuple[ast.For, ...], known: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What names stand for at each turn of some loops, the outermost first."""
    if not loops:
        yield dict(known)
        return
    first, *rest = loops
    for item in _evaluate(first.iter, dict(known)):
        yield from turns(tuple(rest), {**known, **_bound(first.target, item)})


class _Cutter(ast.NodeTransformer):
    """Puts numbered names in the place of what an expression reads."""

    def __init__(self, known: dict[str, Any]) -> None:
        self._known = known
        self.leaves: list[Leaf] = []

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._leaf(node, node.id)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        return self._leaf(node, _base(node))

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return self._leaf(node, _base(node))

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """Only the chosen side is read."""
        chosen = _try(node.test, self._known)
        node.test = self.visit(node.test)
        if chosen is None:
            return node
        if chosen:
            node.body = self.visit(node.body)
        else:
            node.orelse = self.visit(node.orelse)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if called in _VIEWS:
            return self._leaf(node, _base(node))
        given = [*node.args, *(each.value for each in node.keywords)]
        if not self._is_elementwise(node.func) and any(self._is_array(each) for each in given):
            return self._of_many(node)
        node.args = [self.visit(each) for each in node.args]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        return node

    def _is_elementwise(self, called: ast.expr) -> bool:
        function = _try(called, self._known)
        return isinstance(function, np.ufunc) or function in (elementwise, np.where, abs)

    def _is_array(self, node: ast.expr) -> bool:
        return np.ndim(_try(node, self._known)) > 0

    def _of_many(self, node: ast.expr) -> ast.expr:
        """What is computed from whole arrays: a failure of its own if all of them are finite."""
        value = _try(node, self._known)
        if value is None:
            return node
        read = [self._known.get(each.id) for each in _names(node)]
        fine = all(np.all(_finite(each)) for each in read) or _finite(value)
        return self._numbered(Leaf(node, value, "", None, fine))

    def _leaf(self, node: ast.expr, base: str) -> ast.expr:
        value = _try(node, self._known)
        if value is None or not (_is_number(value) or isinstance(value, np.ndarray)):
            return node  # a function, a module, a lookup
        numbers = None
        source = self._known.get(base)
        if not isinstance(source, np.ndarray) and not _is_number(source):
            return self._of_many(node)
        if isinstance(source, np.ndarray):
            every = np.arange(source.size).reshape(source.shape)
            found = _try(node, {**self._known, base: every})
            numbers = None if found is None else np.asarray(found)
        return self._numbered(Leaf(node, value, base, numbers, _finite(value)))

    def _numbered(self, leaf: Leaf) -> ast.expr:
        self.leaves.append(leaf)
        return ast.copy_location(ast.Name(f"{_LEAF}{len(self.leaves) - 1}", ast.Load()), leaf.node)


def _evaluate(node: ast.expr, known: dict[str, Any]) -> Any:
    """The value of an expression of a generated module."""
    code = compile(ast.fix_missing_locations(ast.Expression(node)), _FILE, "eval")
    return eval(code, known)  # noqa: S307  (the model's own functions, computed again)


def _try(node: ast.expr, known: dict[str, Any]) -> Any:
    """The value of an expression; None if it has none."""
    try:
        with np.errstate(all="ignore"):
            return _evaluate(node, dict(known))
    except _UNKNOWN:
        return None


def _finite(value: Any) -> Truths | bool:
    """Where a value is a finite number; what is no number is as good."""
    try:
        found: Truths = np.isfinite(np.asarray(value))
    except TypeError:
        return True
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number)


def _base(node: ast.expr) -> str:
    """The name at the bottom of `a[…]`, `a.T`, `np.transpose(a, …)`; nothing of others."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np")), args=[first, *_]):
            return _base(first)
        case ast.Call(func=ast.Attribute(value=inner)):
            return _base(inner)
        case ast.Subscript(value=inner) | ast.Attribute(value=inner):
            return _base(inner)
        case _:
            return ""


def _names(target: ast.expr) -> list[ast.Name]:
    return [node for node in ast.walk(target) if isinstance(node, ast.Name)]


def _bound(target: ast.expr, item: Any) -> dict[str, Any]:
    """What the names of a loop stand for at one of its items."""
    match target:
        case ast.Name(id=name):
            return {name: item}
        case ast.Tuple(elts=parts):
            found: dict[str, Any] = {}
            for part, one in zip(parts, item, strict=True):
                found |= _bound(part, one)
            return found
        case _:
            return {}


def _position(error: Exception) -> tuple[int, int | None]:
    """The line, from 1, and the column, in bytes, at which evaluating went wrong."""
    line, column = 0, None
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename == _FILE:
            found, _, column, _ = list(code.co_positions())[traceback.tb_lasti // 2]
            line = found or traceback.tb_lineno
        traceback = traceback.tb_next
    return line, column
