"""XMILE's simulation settings: numbers, where Vensim has equations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from s3c.runtime import fold

from ..diagnostics import Diagnostic
from ..syntax import (
    Assignment,
    Binary,
    BinaryOperator,
    Document,
    Expression,
    Formula,
    Number,
    Reference,
    Settings,
    Unary,
    UnaryOperator,
)
from ..system.symbols import Definition
from . import messages as lost
from .text import numbers

__all__ = ["CONTROLS", "Constants", "SimSpecs", "method_of", "sim_specs"]

CONTROLS = {
    "time": "TIME",
    "time step": "DT",
    "initial time": "STARTTIME",
    "final time": "STOPTIME",
}
"""What XMILE calls the control variables."""

_DEFAULTS = {"initial time": 0.0, "final time": 100.0, "time step": 1.0}
# Integration technique: the fourth number of the settings' line 15 (reference A.10).
_METHODS = {"0": "euler", "1": "rk4", "3": "rk2", "4": "rk2", "5": "rk4"}
_AUTO = ("1", "4")
# What Vensim itself writes in every new model: no loss.
_USUAL = (
    "the initial time for the simulation",
    "the final time for the simulation",
    "the time step for the simulation",
    "the frequency with which output is stored",
    "the save time step for the simulation",
)


@dataclass(frozen=True, slots=True)
class SimSpecs:
    """When a run begins and ends, and by what steps."""

    start: float
    stop: float
    step: float
    save: float
    method: str
    units: str


@dataclass(slots=True)
class Constants:
    """The numbers that a model's constants have, and expressions of constants."""

    variables: Mapping[str, tuple[Definition, ...]]
    _known: dict[str, float | None] = field(default_factory=dict)

    def named(self, key: str) -> float | None:
        """The number that a variable always is; None if it is not known to be one."""
        if key not in self._known:
            self._known[key] = None  # while it is being looked for: a circle has no value
            self._known[key] = self._found(key)
        return self._known[key]

    def _found(self, key: str) -> float | None:
        definitions = self.variables.get(key, ())
        if not definitions:
            return _DEFAULTS.get(key)
        named = definitions[0][1]
        if len(definitions) > 1 or not isinstance(named, Formula) or named.target.subscripts:
            return None
        return None if named.assignment is Assignment.DATA else self.value(named.expression)

    def value(self, node: Expression) -> float | None:
        """The number that an expression always is; None if it is not known to be one."""
        try:
            return self._value(node)
        except (ArithmeticError, ValueError, RecursionError):
            return None

    def _value(self, node: Expression) -> float | None:
        match node:
            case Number(value=value):
                return value
            case Reference(name, ()):
                return self.named(fold(name))
            case Unary(UnaryOperator.MINUS, operand):
                positive = self._value(operand)
                return None if positive is None else -positive
            case Unary(UnaryOperator.PLUS, operand):
                return self._value(operand)
            case Binary(operator, left, right):
                one, two = self._value(left), self._value(right)
                return None if one is None or two is None else _computed(operator, one, two)
            case _:
                return None


def _computed(operator: BinaryOperator, left: float, right: float) -> float | None:
    match operator:
        case BinaryOperator.PLUS:
            found = left + right
        case BinaryOperator.MINUS:
            found = left - right
        case BinaryOperator.TIMES:
            found = left * right
        case BinaryOperator.OVER:
            found = left / right
        case BinaryOperator.POWER:
            found = math.pow(left, right)
        case _:
            return None
    return found if math.isfinite(found) else None


def method_of(document: Document) -> tuple[str, tuple[Diagnostic, ...]]:
    """The integration method that the settings ask for."""
    for part in document.parts:
        for code, value in part.lines if isinstance(part, Settings) else ():
            cells = value.split(",")
            if code == "15" and len(cells) > 3 and cells[3].strip():
                technique = cells[3].strip()
                if technique in _METHODS:
                    told = (lost.steps_are_fixed(part.span),) if technique in _AUTO else ()
                    return _METHODS[technique], told
                what = f"the integration technique {technique} (difference equations)"
                way_out = "choose Euler's method"
                return "euler", (lost.no_such_thing(what, part.span, way_out),)
    return "euler", ()


def sim_specs(constants: Constants, method: str) -> tuple[SimSpecs, tuple[Diagnostic, ...]]:
    """The settings of a run, and what of the control variables they cannot say."""
    found: list[Diagnostic] = []
    numbers_ = {key: _control(constants, key, default, found) for key, default in _DEFAULTS.items()}
    step = numbers_["time step"]
    save = _control(constants, "saveper", step, found)
    definitions = constants.variables.get("time step", ())
    units = definitions[0][0].units.text if definitions else ""
    specs = SimSpecs(numbers_["initial time"], numbers_["final time"], step, save, method, units)
    return specs, tuple(found)


def _control(constants: Constants, key: str, default: float, found: list[Diagnostic]) -> float:
    definitions = constants.variables.get(key, ())
    if not definitions:
        return default
    equation, named = definitions[0]
    span = equation.span_of(named.extent)
    value = constants.named(key)
    name = named.target.name
    if value is None:
        found.append(lost.control_is_not_a_number(name, span))
        return default
    if equation.comment and not equation.comment.lower().startswith(_USUAL):
        what = f"the comment of {name}"
        found.append(lost.documentation_lost(what, span, "say it where the model is described"))
    if not _is_plain(named, key):
        found.append(lost.control_is_folded(name, numbers(value), span))
    return value


def _is_plain(named: object, key: str) -> bool:
    """Whether a control variable is a number as it stands, or SAVEPER the time step."""
    match named:
        case Formula(expression=Number()) | Formula(expression=Unary(operand=Number())):
            return True
        case Formula(expression=Reference(name, ())):
            return key == "saveper" and fold(name) == "time step"
        case _:
            return False
