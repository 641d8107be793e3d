"""The units rule of a macro, derived from its equations.

The units of a macro's parameters are unknown, and its equations relate them: what is added has the
same units, a stock's rate has those of the stock per unit of time, a local's unit field may name
parameters. These are linear equations of exponents; what they leave open is any unit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import count
from typing import TypeAlias

from s3c.runtime import fold

from ..diagnostics import CompileError
from ..syntax import (
    Binary,
    BinaryOperator,
    Call,
    Equation,
    Expression,
    Formula,
    Macro,
    Number,
    Reference,
    Unary,
    UnaryOperator,
    parse_expression,
)

__all__ = ["rule_of"]

Unit: TypeAlias = dict[str, Fraction]
"""Symbols and their exponents; an empty one has no dimension."""

_TIME = "t"
_CLOCK = ("time", "time step", "initial time", "final time")
_NO_DIMENSION = ("1", "dmnl", "dimensionless")
_FACTOR = re.compile(r"([*/]?)(1|[a-z]\w*)(?:\^(\w+(?:\.\w+)?))?")
_ADDING = (BinaryOperator.PLUS, BinaryOperator.MINUS)
_LOGICAL = (BinaryOperator.AND, BinaryOperator.OR)


def rule_of(macro: Macro, rules: Mapping[str, str]) -> str:
    """The rule of a macro, as `Builtin.units` has it; its outputs stand after a colon.

    `rules` are those of the functions that it calls, by folded name.
    """
    relations = _Relations(macro, rules)
    inputs = [relations.solved(each) for each in macro.inputs]
    outputs = [relations.solved(each) for each in macro.outputs]
    result = relations.solved(macro.name)
    free = dict.fromkeys(
        symbol for unit in (*inputs, *outputs, result) for symbol in unit if symbol != _TIME
    )
    named = {
        symbol: "u" if len(free) == 1 else f"u{number}" for number, symbol in enumerate(free, 1)
    }
    named[_TIME] = _TIME
    given = ", ".join(_text(each, named) for each in inputs)
    defined = f" : {', '.join(_text(each, named) for each in outputs)}" if outputs else ""
    return f"({given}{defined}) -> {_text(result, named)}"


class _Relations:
    """What is known of the units in a macro: each relation solved for one symbol."""

    def __init__(self, macro: Macro, rules: Mapping[str, str]) -> None:
        self.rules = rules
        self.numbers = count()
        # Of two symbols the one that stands later here is expressed by the other.
        self.order = {fold(each): place for place, each in enumerate(macro.inputs)}
        self.known: dict[str, Unit] = {}
        for equation in macro.body:
            if isinstance(equation, Equation) and isinstance(equation.definition, Formula):
                self._read(equation, equation.definition)

    def solved(self, name: str) -> Unit:
        """The units of a name, in symbols that nothing is known of."""
        return self._reduced({fold(name): Fraction(1)})

    def _read(self, equation: Equation, formula: Formula) -> None:
        own = {fold(formula.target.name): Fraction(1)}
        self._equal(own, self._of(formula.expression))
        written = equation.units.text
        if fold(written) in _NO_DIMENSION:
            self._equal(own, {})
        elif written:
            try:
                self._equal(own, self._of(parse_expression(written)))
            except CompileError:  # a unit such as “$/person”: it names no parameter
                return

    # --- The units of expressions ---

    def _of(self, expression: Expression) -> Unit | None:
        """The units of an expression; None where any will do, as for a number alone."""
        match expression:
            case Reference(name=name):
                key = fold(name).removesuffix("$")
                return {_TIME: Fraction(1)} if key in _CLOCK else {key: Fraction(1)}
            case Unary(UnaryOperator.NOT, operand):
                self._equal(self._of(operand), {})
                return {}
            case Unary(operand=operand):
                return self._of(operand)
            case Binary(operator, left, right):
                return self._of_binary(operator, left, right)
            case Call(function=function, arguments=arguments):
                return self._of_call(fold(function.name), arguments)
            case _:
                return None

    def _of_binary(
        self, operator: BinaryOperator, left: Expression, right: Expression
    ) -> Unit | None:
        first, second = self._of(left), self._of(right)
        match operator:
            case BinaryOperator.TIMES:
                return _product(first or {}, second or {})
            case BinaryOperator.OVER:
                return _product(first or {}, second or {}, Fraction(-1))
            case BinaryOperator.POWER if isinstance(right, Number):
                return _product({}, first or {}, Fraction(right.value).limit_denominator(1000))
            case _ if operator in _ADDING:
                return self._equal(_added(left, first), _added(right, second))
            case _ if operator in _LOGICAL or operator is BinaryOperator.POWER:
                self._equal(first, {})
                self._equal(second, {})
                return {}
            case _:  # a comparison
                self._equal(first, second)
                return {}

    def _of_call(self, key: str, arguments: tuple[Expression, ...]) -> Unit:
        given = [self._of(each) for each in arguments]
        head, arrow, result = self.rules.get(key, "").rpartition(") -> ")
        symbols: dict[str, Unit] = {}
        told: Unit = {}
        if arrow:
            wanted = head.removeprefix("(").partition(" : ")[0].split(", ")
            for unit, rule in zip(given, wanted, strict=False):
                asked = self._read_rule(rule, symbols)
                self._equal(unit, asked)
                told |= {} if unit is None else asked
        for unit in symbols.values():
            if unit.keys().isdisjoint(told):  # of numbers alone, as RANDOM NORMAL(-6, 6, 0, 1, s)
                self._equal(unit, {})
        return self._read_rule(result, symbols)

    def _read_rule(self, text: str, symbols: dict[str, Unit]) -> Unit:
        """The units that a part of a rule says; new symbols for what it does not tell."""
        found: Unit = {}
        place = 0
        while place < len(text):
            factor = _FACTOR.match(text, place)
            power = factor[3] or "1" if factor else ""
            if not (factor and re.fullmatch(r"\d+(?:\.\d+)?", power)):
                return self._new()
            sign = Fraction(-1 if factor[1] == "/" else 1)
            if factor[2] != "1":
                symbol = {_TIME: Fraction(1)} if factor[2] == _TIME else None
                unit = symbol or symbols.setdefault(factor[2], self._new())
                found = _product(found, unit, sign * Fraction(power))
            place = factor.end()
        return found if text else self._new()

    def _new(self) -> Unit:
        return {f"?{next(self.numbers)}": Fraction(1)}

    # --- Relations ---

    def _equal(self, first: Unit | None, second: Unit | None) -> Unit | None:
        """Note that two units are the same, and give it. A contradiction teaches nothing."""
        if first is None or second is None:
            return first if second is None else second
        rest = self._reduced(_product(first, second, Fraction(-1)))
        symbols = [each for each in rest if each != _TIME]
        if symbols:
            pivot = max(symbols, key=lambda each: self.order.get(each, len(self.order)))
            share = rest.pop(pivot)
            self.known[pivot] = _product({}, rest, -1 / share)
            self.known = {each: self._reduced(unit) for each, unit in self.known.items()}
        return first

    def _reduced(self, unit: Unit) -> Unit:
        """A unit in symbols that nothing is known of."""
        found: Unit = {}
        for symbol, power in unit.items():
            found = _product(found, self.known.get(symbol, {symbol: Fraction(1)}), power)
        return found


def _added(node: Expression, unit: Unit | None) -> Unit | None:
    """The units of a term: a number has none, but zero fits any."""
    return {} if isinstance(node, Number) and node.value else unit


def _product(first: Unit, second: Unit, power: Fraction = Fraction(1)) -> Unit:
    """`first * second ^ power`."""
    found = dict(first)
    for symbol, exponent in second.items():
        found[symbol] = found.get(symbol, Fraction(0)) + exponent * power
    return {symbol: exponent for symbol, exponent in found.items() if exponent}


def _text(unit: Unit, named: Mapping[str, str]) -> str:
    """A unit as a rule writes it."""
    above = "*".join(_factor(named[each], power) for each, power in unit.items() if power > 0)
    below = "".join(f"/{_factor(named[each], -power)}" for each, power in unit.items() if power < 0)
    return (above or "1") + below


def _factor(name: str, power: Fraction) -> str:
    return name if power == 1 else f"{name}^{float(power):g}"
