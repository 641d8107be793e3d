"""XMILE's functions, each with the Vensim expression that has exactly its meaning.

The list is that of XMILE 1.0, section 3.5, with the few that most programs add (reference G).
A function that is not here, and no macro or table of the file, is refused.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

from ..syntax import (
    BinaryOperator,
    Expression,
    Number,
    Reference,
    Unary,
    UnaryOperator,
)
from . import messages, templates
from .names import key
from .outline import Dimension
from .steady import is_steady
from .table_calls import inverse_lookup, lookup
from .use import Use

__all__ = ["CONTROLS", "FUNCTIONS", "NUMBERS", "REFUSED", "Function"]

_ZERO = Number(0.0)
CONTROLS = {
    "time": "Time",
    "dt": "TIME STEP",
    "starttime": "INITIAL TIME",
    "stoptime": "FINAL TIME",
}
NUMBERS = {"pi": math.pi, "inf": sys.float_info.max}


_Meaning: TypeAlias = Callable[[Use], Expression]


@dataclass(frozen=True, slots=True)
class Function:
    """How many arguments a function takes, and what it means."""

    least: int
    most: int
    meaning: _Meaning


# --- Arrays --------------------------------------------------------------------------------------


def _size_of(dimensions: tuple[Dimension, ...]) -> float:
    return float(math.prod(len(each.elements) for each in dimensions))


def _over(name: str) -> _Meaning:
    """A function of Vensim over all elements of an array."""
    return lambda use: use.apply(name, use.to.array(use.arguments[0])[0])


def _mean(use: Use) -> Expression:
    inside, dimensions = use.to.array(use.arguments[0])
    total = use.apply("SUM", inside)
    return use.binary(total, BinaryOperator.OVER, Number(_size_of(dimensions)))


def _size(use: Use) -> Expression:
    argument = use.arguments[0]
    if isinstance(argument, Reference) and not argument.subscripts:
        named = use.to.reading.outline.dimensions.get(key(argument.name))
        if named is not None and use.to.entity(argument.name) is None:
            return Number(float(len(named.elements)), extent=use.extent)
    return Number(_size_of(use.to.array(argument)[1]), extent=use.extent)


def _extreme(one: str, many: str) -> _Meaning:
    """MIN and MAX: of an array, if they have one argument; of all arguments, if they have more."""

    def meaning(use: Use) -> Expression:
        if len(use.arguments) == 1:
            return use.apply(many, use.to.array(use.arguments[0])[0])
        return reduce(lambda left, right: use.apply(one, left, right), use.values())

    return meaning


# --- Numbers -------------------------------------------------------------------------------------


def _same(name: str) -> _Meaning:
    """A function of Vensim with the same arguments and meaning."""
    return lambda use: use.apply(name, *use.values())


def _template(name: str, *defaults: float) -> _Meaning:
    """An equation of functions.mdl; the arguments that are missing are numbers."""

    def meaning(use: Use) -> Expression:
        wanted = len(templates.library()[name].inputs) - len(use.arguments)
        missing = defaults[len(defaults) - wanted :] if wanted else ()
        return use.template(name, *use.values(), *(Number(each) for each in missing))

    return meaning


def _number(value: float) -> _Meaning:
    return lambda use: Number(value, extent=use.extent)


def _control(name: str) -> _Meaning:
    return lambda use: Reference(name, extent=use.extent)


def _log10(use: Use) -> Expression:
    return use.apply("LOG", use.value(0), Number(10.0))


def _modulo(use: Use) -> Expression:
    a, b = use.values()
    if isinstance(b, Number) and b.value > 0:
        return use.template("XMILE MOD POSITIVE", a, b)
    return use.template("XMILE MOD", a, b)


# --- Inputs over time, and memories --------------------------------------------------------------


def _ramp(use: Use) -> Expression:
    slope, *rest = use.values()
    start = rest[0] if rest else Reference("INITIAL TIME", extent=use.extent)
    end = rest[1] if len(rest) > 1 else Number(sys.float_info.max)
    return use.apply("RAMP", slope, start, end)


def _pulse(use: Use) -> Expression:
    values = use.values()
    return use.template("XMILE PULSE ONCE" if len(values) == 2 else "XMILE PULSE", *values)


def _with_initial(without: str, given: str) -> _Meaning:
    """A delay or smooth, whose initial value may be given."""
    return lambda use: use.apply(given if len(use.arguments) == 3 else without, *use.values())


def _delay(use: Use) -> Expression:
    _refuse_changing(use, 1)
    values = use.values()
    return use.template(_from_input("XMILE DELAY", len(values) == 2), *values)


def _from_input(name: str, without_initial: bool) -> str:
    """The equation that starts at the initial value, or the one that starts at the input."""
    return f"{name} FROM INPUT" if without_initial else name


def _order(use: Use, one: str, three: str, given: str, name: str) -> Expression:
    """DELAYN and SMTHN: of the orders one and three by the stocks that these are made of."""
    order = use.arguments[2]
    values = use.values()
    x, time, _, *initial = values
    if isinstance(order, Number) and order.value in (1.0, 3.0):
        plain = one if order.value == 1.0 else three
        return use.apply(plain + given if initial else plain, x, time, *initial)
    if name == "XMILE DELAYN":
        _refuse_changing(use, 1)
    _refuse_changing(use, 2)
    return use.template(_from_input(name, not initial), *values)


def _refuse_changing(use: Use, number: int) -> None:
    """Refuse a delay time, or an order, that may change during the run."""
    argument = use.arguments[number]
    if not is_steady(use.to, argument):
        span = use.to.passage.span(argument.extent.start, argument.extent.end)
        use.to.refuse(messages.delay_varies(span, use.name))


def _forecast(use: Use) -> Expression:
    if len(use.arguments) == 3:
        return use.apply("FORECAST", *use.values())
    return use.template("XMILE FORCST", *use.values())


def _npv(use: Use) -> Expression:
    """NPV with four arguments is Vensim's, which its exports keep."""
    if len(use.arguments) == 4:
        return use.apply("NPV", *use.values())
    return use.refuse_this("write it as a stock of discounted flows, or with Vensim's arguments")


def _trend(use: Use) -> Expression:
    values = use.values()
    return use.apply("TREND", *values, *([_ZERO] if len(values) == 2 else []))


# --- Draws ---------------------------------------------------------------------------------------


def _uniform(use: Use) -> Expression:
    low, high, *seed = use.values()
    return use.apply("RANDOM UNIFORM", low, high, seed[0] if seed else _ZERO)


def _normal(use: Use) -> Expression:
    mean, deviation, *rest = use.values()
    seed = rest[0] if rest else _ZERO
    most = Number(sys.float_info.max)
    low = rest[1] if len(rest) > 1 else Unary(UnaryOperator.MINUS, most, extent=use.extent)
    high = rest[2] if len(rest) > 2 else most
    return use.apply("RANDOM NORMAL", low, high, mean, deviation, seed)


FUNCTIONS: dict[str, Function] = {
    # Numbers.
    "abs": Function(1, 1, _same("ABS")),
    "exp": Function(1, 1, _same("EXP")),
    "int": Function(1, 1, _template("XMILE INT")),
    "ln": Function(1, 1, _same("LN")),
    "log10": Function(1, 1, _log10),
    "max": Function(1, 100, _extreme("MAX", "VMAX")),
    "min": Function(1, 100, _extreme("MIN", "VMIN")),
    "mod": Function(2, 2, _modulo),
    "round": Function(1, 1, _template("XMILE ROUND")),
    "safediv": Function(2, 3, _template("XMILE SAFEDIV", 0.0)),
    "sqrt": Function(1, 1, _same("SQRT")),
    "sin": Function(1, 1, _same("SIN")),
    "cos": Function(1, 1, _same("COS")),
    "tan": Function(1, 1, _same("TAN")),
    "arcsin": Function(1, 1, _same("ARCSIN")),
    "arccos": Function(1, 1, _same("ARCCOS")),
    "arctan": Function(1, 1, _same("ARCTAN")),
    "sinh": Function(1, 1, _same("SINH")),
    "cosh": Function(1, 1, _same("COSH")),
    "tanh": Function(1, 1, _same("TANH")),
    "pi": Function(0, 0, _number(NUMBERS["pi"])),
    "inf": Function(0, 0, _number(NUMBERS["inf"])),
    "if then else": Function(3, 3, _same("IF THEN ELSE")),
    # Time.
    "time": Function(0, 0, _control(CONTROLS["time"])),
    "dt": Function(0, 0, _control(CONTROLS["dt"])),
    "starttime": Function(0, 0, _control(CONTROLS["starttime"])),
    "stoptime": Function(0, 0, _control(CONTROLS["stoptime"])),
    "step": Function(2, 2, _same("STEP")),
    "ramp": Function(1, 3, _ramp),
    "pulse": Function(2, 3, _pulse),
    # Memories.
    "init": Function(1, 1, _template("XMILE INIT")),
    "initial": Function(1, 1, _template("XMILE INIT")),
    "previous": Function(2, 2, _template("XMILE PREVIOUS")),
    "delay": Function(2, 3, _delay),
    "delay1": Function(2, 3, _with_initial("DELAY1", "DELAY1I")),
    "delay3": Function(2, 3, _with_initial("DELAY3", "DELAY3I")),
    "delayn": Function(3, 4, lambda use: _order(use, "DELAY1", "DELAY3", "I", "XMILE DELAYN")),
    "smth1": Function(2, 3, _with_initial("SMOOTH", "SMOOTHI")),
    "smth3": Function(2, 3, _with_initial("SMOOTH3", "SMOOTH3I")),
    "smthn": Function(3, 4, lambda use: _order(use, "SMOOTH", "SMOOTH3", "I", "XMILE SMTHN")),
    "trend": Function(2, 3, _trend),
    "forcst": Function(3, 4, _forecast),
    "npv": Function(2, 4, _npv),
    # Draws.
    "random": Function(2, 3, _uniform),
    "uniform": Function(2, 3, _uniform),
    "normal": Function(2, 5, _normal),
    "exprnd": Function(1, 2, _template("XMILE EXPRND", 0.0)),
    # Tables and arrays.
    "lookup": Function(2, 2, lookup),
    "lookupinv": Function(2, 2, inverse_lookup),
    "mean": Function(1, 1, _mean),
    "prod": Function(1, 1, _over("PROD")),
    "size": Function(1, 1, _size),
    "sum": Function(1, 1, _over("SUM")),
}
# Known, but without an expression that is sure to mean the same; each with a way out.
REFUSED = {
    "lognormal": "use EXP(NORMAL(…)), with the logarithm's own mean and deviation",
    "poisson": "use a continuous distribution",
    "rank": "compute the rank in equations, by comparing the elements",
    "stddev": "write SQRT(MEAN((a - MEAN(a))^2)), or the same with the number of elements less one",
    "history": "use DELAY, whose time is counted back from the present",
}
