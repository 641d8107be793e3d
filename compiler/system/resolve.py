"""From what is written to what is meant: `resolve(document) -> System`."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

from s3c.runtime import NA, REGISTRY, Builtin, Method, display_name, fold

from .. import syntax
from ..diagnostics import Diagnostic
from ..source import Source, Span
from ..syntax import Assignment, Document, Equation, UnaryOperator, Units
from . import macros, messages
from .not_yet import NOT_YET
from .scope import Scope
from .symbols import Named, Symbols, collect
from .tree import (
    FINAL_TIME,
    INITIAL_TIME,
    SAVEPER,
    TIME,
    TIME_STEP,
    ActiveInitial,
    Apply,
    Auxiliary,
    Binary,
    Choice,
    Constant,
    DelayFixed,
    DelayN,
    Draw,
    Expression,
    Initial,
    Interpolate,
    LookupTable,
    Meaning,
    Number,
    Read,
    SampleIfTrue,
    SmoothN,
    Stock,
    System,
    Unary,
    Variable,
    VarId,
)

__all__ = ["Resolver", "resolve"]

# Integration technique: the fourth number of the settings' line 15 (reference A.10).
_METHODS = {"1": Method.RK4, "5": Method.RK4}
# What a run does where the model is silent (reference D.9).
_DEFAULTS = {INITIAL_TIME: ("INITIAL TIME", 0.0), FINAL_TIME: ("FINAL TIME", 100.0),
             TIME_STEP: ("TIME STEP", 1.0)}  # fmt: skip


def resolve(document: Document) -> tuple[System, tuple[Diagnostic, ...]]:
    """Give every name of a document its meaning. All problems are found, not the first."""
    symbols, diagnostics = collect(document)
    resolver = Resolver(symbols, document.source)
    resolver.diagnostics.extend(diagnostics)
    for key, (equation, named) in symbols.variables.items():
        resolver.define(key, equation, named)
    resolver.supply_controls()
    method = _method(document, resolver.diagnostics)
    system = System(document.source, resolver.variables, method, symbols.checks)
    return system, tuple(resolver.diagnostics)


@cache
def standard_library() -> Symbols:
    """The macros that delays and smooths stand for."""
    data = Path(__file__).with_name("stdlib.mdl").read_bytes()
    document, diagnostics = syntax.parse(Source.decode(data, "stdlib.mdl"))
    assert not diagnostics, diagnostics
    return collect(document)[0]


def _method(document: Document, diagnostics: list[Diagnostic]) -> Method:
    for part in document.parts:
        if isinstance(part, syntax.Settings):
            for code, value in part.lines:
                numbers = value.split(",")
                if code == "15" and len(numbers) > 3:
                    technique = numbers[3].strip()
                    if technique in _METHODS or technique in ("0", ""):
                        return _METHODS.get(technique, Method.EULER)
                    diagnostics.append(messages.not_compiled(
                        f"the integration technique {technique} of the settings (Diff or RK2)",
                        part.span))  # fmt: skip
    return Method.EULER


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
        self._reported: set[str] = set()
        self._counts: dict[str, int] = {}

    # --- Definitions ---

    def define(self, key: str, equation: Equation, named: Named) -> None:
        """Give a variable of the model its meaning."""
        name = display_name(named.target.name)
        scope = Scope(VarId(key), name, equation)
        meaning = self.meaning(named, scope)
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
            form = self._form(expression, scope)
            if form is not None:
                return form
            macro = self._macro(fold(expression.function.name))
            if macro is not None:
                return macros.expand_whole(self, *macro, expression, scope)
            builtin = self._builtin(expression, scope)
            if builtin and (builtin.random or builtin.held):
                return Auxiliary(self._apply(builtin, expression, scope), held=True)
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

    def supply_controls(self) -> None:
        """What every run needs and this model does not say."""
        for variable, (name, default) in _DEFAULTS.items():
            if variable not in self.variables and not self._excused(variable):
                self.variables[variable] = self._control(variable, name, Constant(default))
                self.diagnostics.append(messages.control_missing(name, f"{default:g}", None))
        if SAVEPER not in self.variables and not self._excused(SAVEPER):
            # Vensim's own habit; too usual to be worth a word.
            here = self.source.span(0, 0)
            meaning = Auxiliary(Read(TIME_STEP, here))
            self.variables[SAVEPER] = self._control(SAVEPER, "SAVEPER", meaning)

    def _control(self, variable: VarId, name: str, meaning: Meaning) -> Variable:
        return Variable(variable, name, meaning, self.source.span(0, 0), Units(""))

    def hidden(self, scope: Scope, label: str, meaning: Meaning, extent: syntax.Extent) -> Read:
        """A new variable that an equation needs besides its own, and the reading of it."""
        return self.hide(self.hidden_name(scope, label), scope, meaning, extent)

    def hidden_name(self, scope: Scope, label: str) -> str:
        """A name for a hidden variable of this scope, used by no other."""
        stem = f"{scope.owner_name.strip('#')}>{label}"
        count = self._counts[stem] = self._counts.get(stem, 0) + 1
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
                return self._call(node, scope)
            case syntax.Text():
                self.refuse(messages.not_compiled("a string", scope.span(node.extent)))
            case syntax.Table():
                self.refuse(messages.misplaced_table(scope.span(node.extent)))
        return Number(math.nan)

    def _reference(self, node: syntax.Reference, scope: Scope) -> Expression:
        meaning = self.named(node, scope)
        if isinstance(meaning, Read) and self._is_lookup(meaning.variable):
            definition = self._definition_span(meaning.variable)
            self.refuse(messages.used_as_number(display_name(node.name), meaning.span, definition))
        return meaning

    def named(self, node: syntax.Reference, scope: Scope) -> Expression:
        """What a name means in its scope: a macro's argument, or a variable."""
        key = fold(node.name)
        span = scope.span(node.extent)
        if node.subscripts:
            self._refuse_once(key, messages.not_compiled("a subscripted variable", span))
            return Number(math.nan)
        if scope.in_macro:
            if key in scope.names:
                return scope.names[key]
            # `name$` reaches out of a macro to the model (reference B.12).
            key = fold(key.removesuffix("$")) if key.endswith("$") else key
        if key != TIME and not self._is_known(key):
            if key in self.symbols.ranges:
                self._refuse_once(key, messages.not_compiled("a subscript used as a number", span))
            else:
                known = [*self.symbols.display_names, *map(display_name, scope.names)]
                self.refuse(messages.unknown_name(display_name(node.name), span, known))
            return Number(math.nan)
        return Read(VarId(key), span)

    def _call(self, node: syntax.Call, scope: Scope) -> Expression:
        name = display_name(node.function.name)
        form = self._form(node, scope)
        if form is not None:
            if _is_whole_only(name):
                self.refuse(messages.not_whole(name.upper(), scope.span(node.extent)))
            return self.hidden(scope, name.upper(), form, node.extent)
        key = fold(node.function.name)
        local = scope.names.get(key)
        if isinstance(local, Read) and self._is_lookup(local.variable):
            return self._interpolate(local, node, scope)
        macro = self._macro(key)
        if macro is not None:
            return macros.expand(self, *macro, node, scope)
        builtin = self._builtin(node, scope)
        if builtin is not None:
            return self._builtin_call(builtin, node, scope)
        if self._is_lookup(key):
            return self._interpolate(Read(VarId(key), scope.span(node.extent)), node, scope)
        self._refuse_call(key, name, node, scope)
        return Number(math.nan)

    def _builtin_call(self, builtin: Builtin, node: syntax.Call, scope: Scope) -> Expression:
        if builtin.name == "IF THEN ELSE":
            return self._choice(builtin, node, scope)
        if builtin.name == "WITH LOOKUP":
            return self._with_lookup(builtin, node, scope)
        if builtin.name == "GAME":  # in a simulation that is no game, the expression itself
            arguments = self._arguments(node, builtin.name, builtin.parameters, scope)
            return arguments[0] if arguments else Number(math.nan)
        value = self._apply(builtin, node, scope)
        if not (builtin.random or builtin.held):
            return value
        # What is held over a Runge-Kutta step is a variable of its own. Within a branch that may
        # guard it from an error, it keeps the guard.
        if _can_fail(value):
            for guard in reversed(scope.guards):
                value = Choice(guard, value, Number(0.0))
        return self.hidden(scope, builtin.name, Auxiliary(value, held=True), node.extent)

    def _apply(self, builtin: Builtin, node: syntax.Call, scope: Scope) -> Expression:
        arguments = self._arguments(node, builtin.name, builtin.parameters, scope, builtin.tables)
        if arguments is None:
            return Number(math.nan)
        if builtin.random:
            site = self._counts[scope.owner] = self._counts.get(scope.owner, 0) + 1
            return Draw(builtin, crc32(f"{scope.owner} {site}".encode()), arguments)
        span = scope.span(node.extent)
        implicit = {"time": TIME, "time_step": TIME_STEP}
        return Apply(
            builtin, arguments, tuple(Read(implicit[name], span) for name in builtin.implicit)
        )

    def _arguments(
        self,
        node: syntax.Call,
        name: str,
        parameters: tuple[str, ...],
        scope: Scope,
        tables: frozenset[str] = frozenset(),
    ) -> tuple[Expression, ...] | None:
        """A call's arguments, or None, with a diagnostic, if their number is wrong."""
        if not self.count_is_right(node, name, parameters, scope):
            return None
        return tuple(
            self._table(argument, scope)
            if parameter in tables
            else self.expression(argument, scope)
            for parameter, argument in zip(parameters, node.arguments, strict=True)
        )

    def count_is_right(
        self, node: syntax.Call, name: str, parameters: tuple[str, ...], scope: Scope
    ) -> bool:
        """Whether a call has as many arguments as it should; if not, a diagnostic says so."""
        if len(node.arguments) != len(parameters):
            span = scope.span(node.extent)
            spelled = tuple(each.replace("_", " ") for each in parameters)
            self.refuse(messages.wrong_count(name, spelled, len(node.arguments), span))
            return False
        return True

    def _choice(self, builtin: Builtin, node: syntax.Call, scope: Scope) -> Expression:
        if not self.count_is_right(node, builtin.name, builtin.parameters, scope):
            return Number(math.nan)
        condition = self.expression(node.arguments[0], scope)
        yes = self.expression(node.arguments[1], scope.under(condition))
        no = self.expression(node.arguments[2], scope.under(Unary(UnaryOperator.NOT, condition)))
        return Choice(condition, yes, no)

    def _with_lookup(self, builtin: Builtin, node: syntax.Call, scope: Scope) -> Expression:
        if not self.count_is_right(node, builtin.name, builtin.parameters, scope):
            return Number(math.nan)
        argument = self.expression(node.arguments[0], scope)
        return Interpolate(self._table(node.arguments[1], scope), argument)

    def _table(self, node: syntax.Expression, scope: Scope) -> Read:
        """An argument that must be a lookup: its name, or its points."""
        span = scope.span(node.extent)
        if isinstance(node, syntax.Table):
            table = self.lookup_table(node.points, scope, span) or LookupTable(((0.0, 0.0),))
            return self.hidden(scope, "lookup", table, node.extent)
        if isinstance(node, syntax.Reference):
            meaning = self.named(node, scope)
            if isinstance(meaning, Read):
                if self._is_lookup(meaning.variable):
                    return meaning
                name = display_name(node.name)
                definition = self._definition_span(meaning.variable)
                self.refuse(messages.not_a_lookup(name, span, definition))
        else:
            self.refuse(messages.not_compiled("an expression in place of a lookup", span))
        return Read(scope.owner, span)

    def _interpolate(self, table: Read, node: syntax.Call, scope: Scope) -> Expression:
        arguments = self._arguments(node, display_name(node.function.name), ("input",), scope)
        return Interpolate(table, arguments[0]) if arguments else Number(math.nan)

    # --- Forms: calls that say what a variable is ---

    def _form(self, node: syntax.Call, scope: Scope) -> Meaning | None:
        """The meaning that a call gives its variable, or None for an ordinary function."""
        key = fold(node.function.name)
        make = _FORMS.get(key)
        if make is None or key in self.symbols.macros:
            return None
        builtin = REGISTRY[key]
        arguments = self._arguments(node, builtin.name, builtin.parameters, scope)
        return make(*arguments) if arguments else Constant(math.nan)

    # --- Names ---

    def _macro(self, key: str) -> tuple[syntax.Macro, bool] | None:
        """A macro of the model, or else one of the standard library (and then True)."""
        if key in self.symbols.macros:
            return self.symbols.macros[key], False
        if key in standard_library().macros:
            return standard_library().macros[key], True
        return None

    def _builtin(self, node: syntax.Call, scope: Scope) -> Builtin | None:
        key = fold(node.function.name)
        shadowed = key in self.symbols.macros or key in scope.names
        return None if shadowed else REGISTRY.get(key)

    def _is_known(self, key: str) -> bool:
        return (
            key in self.symbols.variables
            or key in self.symbols.outputs
            or key in _DEFAULTS
            or key == SAVEPER
            or self._excused(key)
        )

    def _excused(self, key: str) -> bool:
        """Whether a name's equation is there but could not be read: enough has been said."""
        return key in self.symbols.broken

    def _is_lookup(self, key: str) -> bool:
        if key in self.symbols.variables:
            return isinstance(self.symbols.variables[key][1], syntax.Lookup)
        variable = self.variables.get(VarId(key))
        return variable is not None and isinstance(variable.meaning, LookupTable)

    def _definition_span(self, key: str) -> Span:
        if key in self.symbols.variables:
            equation, named = self.symbols.variables[key]
            return equation.span_of(named.target.extent)
        variable = self.variables.get(VarId(key))
        return variable.span if variable else self.source.span(0, 0)

    # --- Diagnostics ---

    def refuse(self, diagnostic: Diagnostic) -> None:
        """Note a problem, and go on."""
        self.diagnostics.append(diagnostic)

    def _refuse_once(self, key: str, diagnostic: Diagnostic) -> None:
        if key not in self._reported:
            self._reported.add(key)
            self.refuse(diagnostic)

    def _refuse_call(self, key: str, name: str, node: syntax.Call, scope: Scope) -> None:
        span = scope.span(node.function.extent)
        if node.function.subscripts:
            self._refuse_once(key, messages.not_compiled("a subscripted lookup", span))
        elif key in self.symbols.variables:
            self.refuse(messages.not_a_lookup(name, span, self._definition_span(key)))
        elif key in NOT_YET:
            self.refuse(messages.not_compiled(f"the function {name.upper()}", span))
        elif not self._excused(key):
            known = [
                *(builtin.name for builtin in REGISTRY.values()),
                *(macro.name for macro in standard_library().macros.values()),
                *(display_name(macro.name) for macro in self.symbols.macros.values()),
                *self.symbols.display_names,
            ]
            self.refuse(messages.unknown_function(name, span, known))


_FORMS: dict[str, Callable[..., Meaning]] = {
    "integ": Stock,
    "initial": Initial,
    "active initial": ActiveInitial,
    "sample if true": SampleIfTrue,
    "delay fixed": DelayFixed,
    "delay n": DelayN,
    "smooth n": SmoothN,
}


def _is_whole_only(name: str) -> bool:
    builtin = REGISTRY.get(fold(name))
    return builtin is not None and builtin.whole


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


def _can_fail(expression: Expression) -> bool:
    """Whether an expression may have no value: it divides, takes a power, or calls a function."""
    match expression:
        case Number() | Read():
            return False
        case Unary(operand=operand):
            return _can_fail(operand)
        case Binary(operator, left, right):
            risky = operator in (syntax.BinaryOperator.OVER, syntax.BinaryOperator.POWER)
            return risky or _can_fail(left) or _can_fail(right)
        case Apply(function=function, arguments=arguments):
            total = function.held or function.name in ("MIN", "MAX", "ABS", "INTEGER")
            return not total or any(map(_can_fail, arguments))
        case Draw(arguments=arguments):
            return any(map(_can_fail, arguments))
        case Choice() | Interpolate():
            return True
