"""What is known while a document is resolved, and what comes of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from s3c.runtime import NA, REGISTRY, Builtin, display_name, fold

from .. import syntax
from ..diagnostics import Diagnostic
from ..source import Source, Span
from ..syntax import Assignment, Equation, UnaryOperator, Units
from . import calls, macros, messages
from .scope import Scope
from .symbols import Named, Symbols, collect
from .tree import (
    CONTROLS,
    TIME,
    Auxiliary,
    Binary,
    Constant,
    Expression,
    LookupTable,
    Meaning,
    Number,
    Read,
    Unary,
    Variable,
    VarId,
)

__all__ = ["Resolver", "standard_library"]


@cache
def standard_library() -> Symbols:
    """The macros that delays and smooths stand for."""
    data = Path(__file__).with_name("stdlib.mdl").read_bytes()
    document, diagnostics = syntax.parse(Source.decode(data, "stdlib.mdl"))
    assert not diagnostics, diagnostics
    return collect(document)[0]


class Resolver:
    """Reads definitions in their scopes, and collects the variables that they make.

    Variables that an equation needs besides its own (a delay's stock, a random draw) are hidden
    ones, named as Vensim names them, and stand before the one that needs them.
    """

    def __init__(self, symbols: Symbols, source: Source) -> None:
        self.symbols = symbols
        self.source = source
        self.variables: dict[VarId, Variable] = {}
        self.diagnostics: list[Diagnostic] = []
        self.expansions = 0  # of macros
        self._reported: set[str] = set()
        self.counts: dict[str, int] = {}

    # --- Definitions ---

    def define(self, key: str, equation: Equation, named: Named) -> None:
        """Give a variable of the model its meaning."""
        name = display_name(named.target.name)
        scope = Scope(VarId(key), name, equation)
        try:
            meaning = self.meaning(named, scope)
        except RecursionError:
            self.refuse(messages.too_deep(name, equation.span_of(named.target.extent)))
            return
        if meaning is not None:
            self.variables[scope.owner] = Variable(
                scope.owner, name, meaning, equation.span_of(named.extent), equation.units,
                equation.comment, equation.group,
            )  # fmt: skip

    def meaning(self, named: Named, scope: Scope) -> Meaning | None:
        """What a definition says its variable is; None, with a diagnostic, if that is unclear."""
        span = scope.span(named.extent)
        if named.target.subscripts or named.target.exceptions:
            self.refuse(messages.not_compiled("a subscripted equation", span))
            return None
        match named:
            case syntax.Formula(assignment=Assignment.DATA):
                later = "a data equation (:=)"
            case syntax.Formula(assignment=assignment, expression=expression):
                return self._formula(expression, assignment, scope)
            case syntax.Lookup(body=syntax.Table(points=points)):
                return self.lookup_table(points, scope, span)
            case syntax.Empty():
                self.refuse(messages.no_right_side(scope.owner_name, span))
                return None
            case syntax.Lookup():
                later = "a lookup read from a file"
            case syntax.Data():
                later = "a data variable"
            case syntax.Values():
                later = "a list of numbers"
            case syntax.StringVariable():
                later = "a string variable"
        self.refuse(messages.not_compiled(later, span))
        return None

    def _formula(
        self, expression: syntax.Expression, assignment: Assignment, scope: Scope
    ) -> Meaning:
        value = _signed_number(expression)
        if value is not None:
            return Constant(value, assignment is not Assignment.UNCHANGEABLE)
        if isinstance(expression, syntax.Call):
            form = calls.form(self, expression, scope)
            if form is not None:
                return form
            macro = self.macro(fold(expression.function.name))
            if macro is not None:
                return macros.expand_whole(self, *macro, expression, scope)
            builtin = self.builtin(expression, scope)
            if builtin and (builtin.random or builtin.held):
                return Auxiliary(calls.apply(self, builtin, expression, scope), held=True)
        return Auxiliary(self.expression(expression, scope))

    def lookup_table(
        self, points: tuple[tuple[float, float], ...], scope: Scope, span: Span
    ) -> LookupTable | None:
        """A lookup, if its points are in order."""
        for (before, _), (x, _) in pairwise(points):
            if x < before:
                self.refuse(messages.table_backwards(scope.owner_name, x, before, span))
                return None
        return LookupTable(points)

    def hidden(self, scope: Scope, label: str, meaning: Meaning, extent: syntax.Extent) -> Read:
        """A new variable that an equation needs besides its own, and the reading of it."""
        return self.hide(self.hidden_name(scope, label), scope, meaning, extent)

    def hidden_name(self, scope: Scope, label: str) -> str:
        """A name for a hidden variable of this scope, used by no other."""
        stem = f"{scope.owner_name.strip('#')}>{label}"
        count = self.counts[stem] = self.counts.get(stem, 0) + 1
        return f"#{stem}#" if count == 1 else f"#{stem} {count}#"

    def hide(self, name: str, scope: Scope, meaning: Meaning, extent: syntax.Extent) -> Read:
        """A hidden variable of a name that `hidden_name` gave."""
        span = scope.span(extent)
        variable = VarId(fold(name))
        self.variables[variable] = Variable(
            variable, name, meaning, span, Units(""), group=scope.equation.group, hidden=True
        )
        return Read(variable, span)

    # --- Expressions ---

    def expression(self, node: syntax.Expression, scope: Scope) -> Expression:
        """What an expression means in its scope."""
        match node:
            case syntax.Number(value=value):
                return Number(value)
            case syntax.Missing():
                return Number(NA)
            case syntax.Reference():
                return self._reference(node, scope)
            case syntax.Unary(UnaryOperator.PLUS, operand):
                return self.expression(operand, scope)
            case syntax.Unary(operator, operand):
                return Unary(operator, self.expression(operand, scope))
            case syntax.Binary(operator, left, right):
                return Binary(operator, self.expression(left, scope), self.expression(right, scope))
            case syntax.Call():
                return calls.call(self, node, scope)
            case syntax.Text():
                self.refuse(messages.not_compiled("a string", scope.span(node.extent)))
            case syntax.Table():
                self.refuse(messages.misplaced_table(scope.span(node.extent)))
        return Number(math.nan)

    def _reference(self, node: syntax.Reference, scope: Scope) -> Expression:
        meaning = self.named(node, scope)
        if isinstance(meaning, Read) and self.is_lookup(meaning.variable):
            definition = self.definition_span(meaning.variable)
            self.refuse(messages.used_as_number(display_name(node.name), meaning.span, definition))
        return meaning

    def named(self, node: syntax.Reference, scope: Scope) -> Expression:
        """What a name means in its scope: a macro's argument, or a variable."""
        key = fold(node.name)
        span = scope.span(node.extent)
        if node.subscripts:
            self.refuse_once(key, messages.not_compiled("a subscripted variable", span))
            return Number(math.nan)
        if scope.in_macro:
            if key in scope.names:
                return scope.names[key]
            # `name$` reaches out of a macro to the model (reference B.12).
            key = fold(key.removesuffix("$")) if key.endswith("$") else key
        if key != TIME and not self._is_known(key):
            if key in self.symbols.ranges:
                self.refuse_once(key, messages.not_compiled("a subscript used as a number", span))
            else:
                known = [*self.symbols.display_names, *map(display_name, scope.names)]
                self.refuse(messages.unknown_name(display_name(node.name), span, known))
            return Number(math.nan)
        return Read(VarId(key), span)

    # --- Names ---

    def macro(self, key: str) -> tuple[syntax.Macro, bool] | None:
        """A macro of the model, or else one of the standard library (and then True)."""
        if key in self.symbols.macros:
            return self.symbols.macros[key], False
        if key in standard_library().macros:
            return standard_library().macros[key], True
        return None

    def builtin(self, node: syntax.Call, scope: Scope) -> Builtin | None:
        """The built-in function that a call means, unless the model has its own of that name."""
        key = fold(node.function.name)
        shadowed = key in self.symbols.macros or key in scope.names
        return None if shadowed else REGISTRY.get(key)

    def _is_known(self, key: str) -> bool:
        return (
            key in self.symbols.variables
            or key in self.symbols.outputs
            or key in CONTROLS
            or self.is_broken(key)
        )

    def is_broken(self, key: str) -> bool:
        """Whether a name's equation is there but could not be read: enough has been said."""
        return key in self.symbols.broken

    @property
    def callable_names(self) -> Iterator[str]:
        """Everything that can be called, as it is written, for suggestions."""
        yield from (builtin.name for builtin in REGISTRY.values())
        for macros_ in (standard_library().macros, self.symbols.macros):
            yield from (display_name(macro.name) for macro in macros_.values())
        yield from self.symbols.display_names

    def is_lookup(self, key: str) -> bool:
        """Whether a folded name is a lookup's."""
        if key in self.symbols.variables:
            return isinstance(self.symbols.variables[key][1], syntax.Lookup)
        variable = self.variables.get(VarId(key))
        return variable is not None and isinstance(variable.meaning, LookupTable)

    def definition_span(self, key: str) -> Span:
        """Where a folded name is defined."""
        if key in self.symbols.variables:
            equation, named = self.symbols.variables[key]
            return equation.span_of(named.target.extent)
        variable = self.variables.get(VarId(key))
        return variable.span if variable else self.source.span(0, 0)

    # --- Diagnostics ---

    def refuse(self, diagnostic: Diagnostic) -> None:
        """Note a problem, and go on."""
        self.diagnostics.append(diagnostic)

    def refuse_once(self, key: str, diagnostic: Diagnostic) -> None:
        """Note a problem with a name the first time only."""
        if key not in self._reported:
            self._reported.add(key)
            self.refuse(diagnostic)


def _signed_number(node: syntax.Expression) -> float | None:
    """The value of a number with signs before it (reference B.1: a constant), else None."""
    sign = 1.0
    while isinstance(node, syntax.Unary) and node.operator is not UnaryOperator.NOT:
        sign = -sign if node.operator is UnaryOperator.MINUS else sign
        node = node.operand
    match node:
        case syntax.Number(value=value):
            return sign * value
        case syntax.Missing():
            return sign * NA
        case _:
            return None
