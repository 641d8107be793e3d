"""TIME STEP: whether it is short enough for the model's delays, and exact in binary."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ..diagnostics import Diagnostic, Note, Severity
from ..graph import flows
from ..names import fold
from ..source import Span
from ..syntax import Binary, BinaryOperator, Call, Equation, Expression, Formula, Reference, Unary
from ..system import TIME_STEP, Stock, walk_syntax
from .model import Model, target_span

__all__ = ["inexact_step", "long_step"]

_SHARE = 4  # a time step is to be at most this part of a delay, or is no picture of it
_DELAY_TIME = 1  # which argument of a delay
# How many stocks stand one after another in each delay: the time of one is that part of the whole.
_ORDERS = {
    **dict.fromkeys(("delay1", "delay1i", "smooth", "smoothi", "trend", "forecast"), 1),
    **dict.fromkeys(("delay3", "delay3i", "smooth3", "smooth3i", "delayp"), 3),
}
_ORDER_ARGUMENT = {"delay n": 3, "smooth n": 3}
_CHOICES = {"min", "max", "if then else"}


@dataclass(frozen=True, slots=True)
class _Delay:
    """A time within which something changes: how short TIME STEP must be, and where it stands."""

    longest_step: float
    what: str
    span: Span


def long_step(model: Model) -> Iterator[Diagnostic]:
    """S3C806: TIME STEP is more than a quarter of the shortest delay's time."""
    step, equation = _step(model)
    if equation is None or step is None:
        return
    short = sorted(
        (each for each in (*_delays(model), *_drains(model)) if step > each.longest_step),
        key=lambda each: each.longest_step,
    )
    if not short:
        return
    notes = [Note(each.what, each.span) for each in short[:3]]
    if len(short) > len(notes):
        notes.append(Note(f"and {len(short) - len(notes)} more that are too short"))
    yield Diagnostic(
        "S3C806",
        f"TIME STEP = {step:g} is too long for the shortest delay",
        target_span(equation),
        f"write TIME STEP = {_half_power(short[0].longest_step):g} or less;"
        " s3c run --check-step tells what that changes",
        tuple(notes),
        Severity.WARNING,
    )


def inexact_step(model: Model) -> Iterator[Diagnostic]:
    """S3C807: TIME STEP is no power of one half, so that times are rounded; 1, 2, 3 … will do."""
    step, equation = _step(model)
    if equation is None or step is None:
        return
    if step.is_integer() or math.frexp(step)[0] == 0.5:
        return
    yield Diagnostic(
        "S3C807",
        f"TIME STEP = {step:g} is no power of one half: times are sums of rounded steps",
        target_span(equation),
        f"write TIME STEP = {_half_power(step):g}, so that every time is exact",
        severity=Severity.WARNING,
    )


def _step(model: Model) -> tuple[float | None, Equation | None]:
    for equation in model.equations.get(TIME_STEP, ()):
        match equation.definition:
            case Formula(expression=expression):
                step = model.number(expression)
                return (step if step is not None and step > 0 else None), equation
            case _:
                pass
    return None, None


def _half_power(most: float) -> float:
    """The greatest power of one half, or of two, that is at most this."""
    mantissa, exponent = math.frexp(most)
    return math.ldexp(0.5, exponent) if mantissa else most


def _delays(model: Model) -> Iterator[_Delay]:
    """Every delay and smooth whose time is a constant."""
    for equations in model.equations.values():
        for equation in equations:
            if isinstance(equation.definition, Formula):
                for node in walk_syntax(equation.definition.expression):
                    if isinstance(node, Call) and len(node.arguments) > _DELAY_TIME:
                        yield from _delay(node, equation, model)


def _delay(call: Call, equation: Equation, model: Model) -> Iterator[_Delay]:
    name = fold(call.function.name)
    time = model.number(call.arguments[_DELAY_TIME])
    if time is None or time <= 0:
        return
    shown, span = name.upper(), equation.span_of(call.extent)
    if name == "delay fixed":
        yield _Delay(time, f"{shown} of {time:g} would take a whole step", span)
        return
    order = float(_ORDERS.get(name, 0))
    place = _ORDER_ARGUMENT.get(name)
    if place is not None and len(call.arguments) > place:
        order = model.number(call.arguments[place]) or 0.0
    if order >= 1:
        each = time / order
        stages = f" in {order:g} stages" if order > 1 else ""
        yield _Delay(each / _SHARE, f"{shown} of {time:g}{stages}", span)


def _drains(model: Model) -> Iterator[_Delay]:
    """Every outflow that is a stock over a constant time: `stock / time` or `stock * rate`."""
    for stock in model.system.variables.values():
        if not isinstance(stock.meaning, Stock):
            continue
        for flow, sign in flows(stock):
            for equation in model.equations.get(flow, ()) if sign < 0 else ():
                if isinstance(equation.definition, Formula):
                    yield from _drain(equation.definition.expression, stock.id, equation, model)


def _drain(rate: Expression, stock: str, equation: Equation, model: Model) -> Iterator[_Delay]:
    stack = [rate]
    while stack:
        time: float | None = None
        node = stack.pop()
        match node:
            case Binary(BinaryOperator.OVER, Reference(name=name), by) if fold(name) == stock:
                time = model.number(by)
            case Binary(BinaryOperator.TIMES, Reference(name=name), by) if fold(name) == stock:
                time = _inverse(model.number(by))
            case Binary(BinaryOperator.TIMES, by, Reference(name=name)) if fold(name) == stock:
                time = _inverse(model.number(by))
            case Binary(BinaryOperator.PLUS, left, right):
                stack += (right, left)
            case Unary(operand=operand):
                stack.append(operand)
            case Call(Reference(name=name), arguments) if fold(name) in _CHOICES:
                stack += reversed(arguments)
            case _:
                pass
        if time is not None and time > 0 and not isinstance(node, Reference):
            yield _Delay(
                time / _SHARE,
                f"what drains a stock within {time:g}",
                equation.span_of(node.extent),
            )


def _inverse(rate: float | None) -> float | None:
    return 1 / rate if rate else None
