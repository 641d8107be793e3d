"""Expressions of a program as Python: of numbers, or of numpy arrays.

One printer does both. The scope says which of the loops around an expression Python counts, and
which are dimensions of arrays. What depends on none of these is a number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from s3c.runtime import NA, REGISTRY, Builtin

from ..kept import Kept, Numbered
from ..program import (
    Call,
    CallAlong,
    Choice,
    Draw,
    Expression,
    Gather,
    Interpolate,
    Literal,
    Load,
    Make,
    Operation,
    Operator,
    Slot,
    Tell,
    Time,
    free,
    is_truth,
    loads,
    walk,
)
from ..system import Loop
from . import python_text
from .python_needs import Needs
from .python_page import assigned
from .python_places import Scope, Turns, element_text, read_text
from .python_text import (
    Atom,
    Binding,
    Called,
    Comprehension,
    Conditional,
    Infix,
    Prefix,
    Python,
    flat,
)
from .python_vectors import dimensions, gathers, vectorises

__all__ = ["LOOP_NAMES", "PythonExpressions", "shape_text"]

LOOP_NAMES = tuple("ijkmnpqruvw")

_BINDINGS = {
    Operator.OR: Binding.OR,
    Operator.AND: Binding.AND,
    Operator.ADD: Binding.SUM,
    Operator.SUBTRACT: Binding.SUM,
    Operator.MULTIPLY: Binding.PRODUCT,
    Operator.DIVIDE: Binding.PRODUCT,
}
_CONNECTIVES = {Operator.AND: "np.logical_and", Operator.OR: "np.logical_or"}
_POWER = REGISTRY["power"]  # printed as a call: Python's ** makes complex numbers
# A template that is one call of all its arguments in order, perhaps a method of the first.
_PLAIN_CALL = re.compile(r"([\w.]+)\((?:\{\d\}(?:, )?)+\)")
_METHOD_CALL = re.compile(r"\{0\}(\.\w+)\((?:\{\d\}(?:, )?)+\)")


@dataclass(frozen=True, slots=True)
class _Before:
    """How an expression was assigned, when what it loads had these names, and what that needs."""

    target: str
    names: tuple[str, ...]
    all_names: int  # the number of a module's names that these are among
    lines: tuple[str, ...]
    needs: Needs | None  # None if nothing


_BEFORE = Kept[Expression, _Before]()
_ALL_NAMES = Numbered[Mapping[Slot, str]]()


def number_of(names: Mapping[Slot, str]) -> int:
    """A number for all names of a module's slots, the same where every slot has the same name."""
    return _ALL_NAMES.of(names)


def _has_names(node: Expression) -> bool:
    """Whether a module may give a name to something besides the slots that a node loads."""
    match node:
        case Gather() | CallAlong():
            return True
        case Call(function=function):
            return function.calendar
        case _:
            return False


@dataclass(frozen=True, slots=True)
class PythonExpressions:
    """Prints expressions with the names that slots have in a module.

    `shapes` gives the shape of each slot that holds an array. What the text needs from outside
    is noted in `needs`.
    """

    names: Mapping[Slot, str]
    shapes: Mapping[Slot, tuple[int, ...]] = field(default_factory=dict)
    needs: Needs = field(default_factory=Needs)
    scope: Scope = field(default_factory=Scope)
    loop_names: tuple[str, ...] = LOOP_NAMES
    all_names: int = 0
    """The number of the names, of `number_of`; 0 if they have none."""

    def number(self, node: Expression) -> str:
        """An expression as Python that gives a number, or an array of them."""
        return flat(self.tree(node))

    def lines(self, node: Expression, room: int) -> list[str]:
        """An expression over as many lines as it needs; all but a lone one want parentheses."""
        return python_text.lines(self.tree(node), room)

    def assigned(self, target: str, node: Expression) -> tuple[str, ...]:
        """The lines that assign a number, outside all loops: as before, if all is called the same.

        What runs through elements, or asks for the calendar, is written anew: such things have
        names of their own in each module.
        """
        before = _BEFORE.get(node)
        if before is None or before.target != target or not self.all_names == before.all_names > 0:
            before = self._assigned(target, node, before)
            if before is None:
                return assigned(target, self.tree(node), "    ")
        if before.needs is not None:
            self.needs.add(before.needs)
        return before.lines

    def _assigned(self, target: str, node: Expression, before: _Before | None) -> _Before | None:
        """What is kept of an assignment; None if it must be written anew each time."""
        names = tuple([self.names[slot] for slot in loads(node)])
        if before is not None and before.target == target and before.names == names:
            return _BEFORE.keep(node, replace(before, all_names=self.all_names))
        if any(map(_has_names, walk(node))):
            return None
        needs = Needs()
        lines = assigned(target, replace(self, needs=needs).tree(node), "    ")
        kept = None if needs == Needs() else needs
        return _BEFORE.keep(node, _Before(target, names, self.all_names, lines, kept))

    def inside(self, scope: Scope) -> PythonExpressions:
        """The same printer for expressions in another scope."""
        return replace(self, scope=scope)

    def is_vector(self, node: Expression) -> bool:
        """Whether an expression has any dimension of the layout."""
        layout = self.scope.layout
        return bool(layout) and not free(node).isdisjoint(layout)

    def _fresh_names(self) -> Iterator[str]:
        """Names for more loops that Python counts."""
        used = {turns.name for turns in self.scope.turns.values()}
        return (name for name in self.loop_names if name not in used)

    # --- Numbers and truths ---

    def tree(self, node: Expression) -> Python:
        """An expression as a tree of Python."""
        match node:
            case Literal(value):
                return self._literal(value)
            case Time():
                return Atom("time")
            case Load(slot, indices):
                shape = self.shapes.get(slot, (0,) * len(indices))
                return Atom(read_text(self.names[slot], indices, shape, self.scope, self.needs))
            case Operation() if is_truth(node):
                return self._truth_as_number(node)
            case Operation(Operator.NEGATE, (operand,)):
                return Prefix("-", self.tree(operand), Binding.SIGN)
            case Operation(Operator.POWER, operands):
                return self._call(_POWER, operands, self.is_vector(node))
            case Operation(operator, (left, right)):
                return Infix(operator.value, self.tree(left), self.tree(right), _BINDINGS[operator])
            case Choice():
                return self._choice(node)
            case Call(function, operands, ()) if not (function.arrays or function.calendar):
                return self._call(function, operands, self.is_vector(node))
            case Call() | CallAlong():
                return self._call_with_more(node)
            case Interpolate(table, operand):
                return self._interpolate(table, operand, self.is_vector(node))
            case Draw(function, site, operands, element, shape):
                draws = "draws"
                if element:
                    place = element_text(element, shape, self.scope, self.needs)
                    draws = f"draws.of({place})"
                arguments = (Atom(f"{draws}, {site}"), *map(self.tree, operands))
                return Called(self.needs.body(function), arguments)
            case Make(made, operands):
                return Called(self.needs.body(made), tuple(map(self.operand, operands)))
            case Operation() | Gather() | Tell():
                raise AssertionError(node)

    def _literal(self, value: float) -> Atom:
        if value == NA:
            return Atom(self.needs.from_runtime("NA"))
        if not math.isfinite(value):
            return Atom(f'float("{value}")')
        negative = math.copysign(1.0, value) < 0
        return Atom(repr(value), Binding.SIGN if negative else Binding.ATOM)

    def _truth_as_number(self, node: Operation) -> Python:
        truth = self.truth(node, exact=True)
        if self.is_vector(node):
            return self._numpy("np.where", (truth, Atom("1.0"), Atom("0.0")))
        return Called("float", (truth,))

    def truth(self, node: Expression, *, exact: bool = False) -> Python:
        """An expression as a condition; an exact one is no number that stands for a truth."""
        if not is_truth(node):
            number = self.tree(node)
            if exact or self.is_vector(node):
                return Infix("!=", number, Atom("0"), Binding.COMPARISON)
            return number
        assert isinstance(node, Operation)
        match node.operator, node.operands:
            case Operator.NOT, (operand,):
                truth = self.truth(operand)
                if self.is_vector(node):
                    return self._numpy("np.logical_not", (truth,))
                return Prefix("not ", truth, Binding.NOT)
            case (Operator.AND | Operator.OR) as operator, (left, right):
                if self.is_vector(node):
                    return self._numpy(
                        _CONNECTIVES[operator], (self.truth(left), self.truth(right))
                    )
                first, second = self.truth(left, exact=exact), self.truth(right, exact=exact)
                return Infix(operator.value, first, second, _BINDINGS[operator])
            case operator, (left, right):
                return Infix(operator.value, self.tree(left), self.tree(right), Binding.COMPARISON)
            case _:
                raise AssertionError(node)

    def _choice(self, node: Choice) -> Python:
        yes, test, no = self.tree(node.yes), self.truth(node.condition), self.tree(node.no)
        if self.is_vector(node.condition):
            return self._numpy("np.where", (test, yes, no))
        return Conditional(yes, test, no)

    # --- Calls ---

    def _numpy(self, name: str, arguments: tuple[Python, ...]) -> Called:
        self.needs.import_("numpy")
        return Called(name, arguments)

    def _call(self, function: Builtin, operands: tuple[Expression, ...], is_vector: bool) -> Python:
        """A function of numbers alone."""
        arguments = tuple(map(self.tree, operands))
        if not is_vector:
            if function.python is None:
                return Called(self.needs.body(function), arguments)
            return self._template(function.python, arguments)
        if function.numpy is not None:
            return self._template(function.numpy, arguments)
        called = Atom(self._function(function))
        return Called(self.needs.from_runtime("elementwise"), (called, *arguments))

    def _function(self, function: Builtin) -> str:
        """A function by its name, to be called for each element."""
        plain = _PLAIN_CALL.fullmatch(function.python or "")
        if plain is None:
            return self.needs.body(function)
        self._note_module(plain[1])
        return plain[1]

    def _template(self, template: str, arguments: tuple[Python, ...]) -> Python:
        self._note_module(template)
        plain = _PLAIN_CALL.fullmatch(template)
        if plain is not None:
            return Called(plain[1], arguments)
        method = _METHOD_CALL.fullmatch(template)
        if method is not None:
            return Called(flat(arguments[0], Binding.ATOM) + method[1], arguments[1:])
        return Atom(template.format(*map(flat, arguments)))

    def _note_module(self, text: str) -> None:
        for prefix, module in (("math.", "math"), ("np.", "numpy")):
            if prefix in text:
                self.needs.import_(module)

    def _call_with_more(self, node: Call | CallAlong) -> Python:
        """A function of arrays, or one that is told what it did not ask for."""
        by_axes = isinstance(node, Call) and node.function.by_axes
        together = gathers(node) if isinstance(node, Call) and by_axes else ()
        outer = self.scope.layout if by_axes and self.is_vector(node) else ()
        arguments = tuple(
            self._gathered(each, together or each.loops, outer)
            if isinstance(each, Gather)
            else self.tree(each)
            for each in node.operands
        )
        named = node.keywords if isinstance(node, Call) else ()
        keywords = tuple((name, self.tree(value)) for name, value in named)
        if by_axes:
            keywords = (*keywords, ("axes", Atom(str(len(together)))))
        if node.function.calendar:
            keywords = (*keywords, ("calendar", Atom(self.needs.the_calendar())))
        if node.function.arrays or not self.is_vector(node):
            return Called(self.needs.body(node.function), arguments, keywords)
        self.needs.import_("functools")
        function = Called("partial", (Atom(self.needs.body(node.function)),), keywords)
        return Called(self.needs.from_runtime("elementwise"), (function, *arguments))

    def _interpolate(self, table: Load, operand: Expression, is_vector: bool) -> Python:
        name, argument = self.tree(table), self.tree(operand)
        if not is_vector:
            return Called(flat(name), (argument,))
        elementwise = self.needs.from_runtime("elementwise")
        if not self.is_vector(table):
            return Called(elementwise, (name, argument))
        return Called(elementwise, (Atom(self.needs.from_runtime("look_up")), name, argument))

    # --- Arrays for functions ---

    def _gathered(self, node: Gather, loops: tuple[Loop, ...], outer: tuple[Loop, ...]) -> Python:
        """The values at all turns of some loops, which are the last dimensions, after `outer`."""
        scope = self.scope.within(loops, outer)
        if not vectorises(node.value, scope.layout):
            return self._counted(node.value, loops)
        value = self.inside(scope).tree(node.value)
        if dimensions(node.value, scope.layout) >= set(loops):
            return value
        whole = scope.layout if free(node) & set(outer) else loops
        shape = Atom(shape_text(tuple(map(len, whole))))
        if free(node.value).isdisjoint(whole):
            return self._numpy("np.full", (shape, value))
        return self._numpy("np.broadcast_to", (value, shape))

    def _counted(self, value: Expression, loops: tuple[Loop, ...]) -> Python:
        """An array whose elements are computed one by one."""
        names = dict(zip(loops, self._fresh_names(), strict=False))
        turns = {loop: Turns(name, range(len(loop))) for loop, name in names.items()}
        found = self.inside(Scope({**self.scope.turns, **turns})).tree(value)
        for loop in reversed(loops):
            found = Comprehension(found, names[loop], len(loop))
        return self._numpy("np.array", (found,))

    def operand(self, value: Expression) -> Python:
        """What a memory is made with: a number, a table, or an array over loops of its own."""
        if isinstance(value, Gather):
            return self._gathered(value, value.loops, ())
        return self.tree(value)

    def array(self, value: Expression, loops: tuple[Loop, ...]) -> Python:
        """A value at all turns of some loops: what broadcasts to an array over them."""
        scope = Scope(self.scope.turns, loops)
        if vectorises(value, loops):
            return self.inside(scope).tree(value)
        return self._counted(value, loops)


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape as numpy takes it: a number, or a tuple."""
    return str(shape[0]) if len(shape) == 1 else repr(shape)
