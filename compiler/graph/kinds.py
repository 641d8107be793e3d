"""What each variable is to a modeller, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from s3c.runtime import Kind

from ..syntax import BinaryOperator, UnaryOperator
from ..system import (
    TIME_STEP,
    ActiveInitial,
    Apply,
    Auxiliary,
    Binary,
    Constant,
    ConstantList,
    ConstantsInFile,
    Expression,
    FileCall,
    Initial,
    Interpolate,
    LookupInFile,
    LookupTable,
    Meaning,
    Points,
    Read,
    Remembered,
    SampleIfTrue,
    Series,
    Shift,
    Sought,
    Stock,
    System,
    Unary,
    Variable,
    VarId,
)

__all__ = ["Classified", "classified_alone", "classify", "flows"]


@dataclass(frozen=True, slots=True)
class Classified:
    """A kind, and the reason for it: a phrase."""

    kind: Kind
    reason: str


def classify(system: System) -> Mapping[VarId, Classified]:
    """The kind of every variable.

    A flow is what a stock's rate adds or subtracts by name; it may be a constant, too, but then
    it stays one, since that is how it is set.
    """
    result = {variable.id: classified_alone(variable) for variable in system.variables.values()}
    for stock in system.variables.values():
        for flow, sign in flows(stock):
            if flow in result and result[flow].kind is Kind.AUXILIARY:
                way = "into" if sign > 0 else "out of"
                result[flow] = Classified(Kind.FLOW, f"flows {way} {stock.name}")
    for variable in system.variables.values():
        holders = (_series_of(part.meaning, system) for part in variable.parts)
        holder = next(filter(None, holders), None)
        if holder is not None:
            result[variable.id] = _of_series(holder)
    return result


def _series_of(meaning: Meaning, system: System) -> Variable | None:
    """What holds the series that a value is read from at the present time."""
    match meaning:
        case Auxiliary(Interpolate(table=table)):
            holder = system.variables[table.variable]
            return holder if isinstance(holder.meaning, Series) else None
        case _:
            return None


def _of_series(holder: Variable) -> Classified:
    """Data, and where they come from."""
    origins = {
        type(part.meaning.origin) for part in holder.parts if isinstance(part.meaning, Series)
    }
    if origins == {FileCall}:
        reason = "given in a file, over time"
    elif origins == {Read}:
        reason = "computed from data: a data equation (:=)"
    else:
        reason = "given from outside the model, over time"
    return Classified(Kind.DATA, reason)


def flows(stock: Variable) -> Iterator[tuple[VarId, int]]:
    """What a stock's rates add (+1) or subtract (-1) by name; what is no stock has none.

    What fills a delay is not a flow of the model: its stock is hidden.
    """
    for rate in () if stock.hidden else _rates(stock):
        yield from _terms(_unlimited(rate, stock.id))


def classified_alone(variable: Variable) -> Classified:
    """What a variable is by itself."""
    several = bool(variable.axes)
    match variable.meaning:
        case Constant(changeable=changeable) | ConstantList(changeable=changeable):
            what = "numbers" if several else "a number"
            way = ", which a run may change" if changeable else " that runs may not change (==)"
            return Classified(Kind.CONSTANT, what + way)
        case ConstantsInFile(changeable=changeable):
            what = "numbers in a file" if several else "a number in a file"
            way = ", which a run may change" if changeable else " that runs may not change (==)"
            return Classified(Kind.CONSTANT, what + way)
        case LookupInFile():
            return Classified(Kind.LOOKUP, "points in a file")
        case Points():
            return Classified(Kind.DATA, "points that are computed from data")
        case LookupTable():
            return Classified(Kind.LOOKUP, "tables of points" if several else "a table of points")
        case Series():
            return Classified(Kind.DATA, "given from outside the model")
        case Stock():
            return Classified(Kind.STOCK, "accumulates its rate: INTEG")
        case Initial():
            return Classified(Kind.INITIAL, "keeps the value of the first time: INITIAL")
        case Remembered(memory) | Auxiliary(Apply(function=memory)) if memory.remembers:
            return Classified(Kind.STOCK, f"remembers its input over whole steps: {memory.name}")
        case SampleIfTrue():
            return Classified(Kind.STOCK, "remembers its input: SAMPLE IF TRUE")
        case Shift():
            return Classified(Kind.AUXILIARY, "what leaves a stock: SHIFT IF TRUE")
        case Sought(search):
            return Classified(Kind.AUXILIARY, f"settles with what needs it: {search.name}")
        case Auxiliary() | ActiveInitial() | Remembered():
            return Classified(Kind.AUXILIARY, "computed from other variables at every time")


def _rates(variable: Variable) -> Iterator[Expression]:
    return (part.meaning.rate for part in variable.parts if isinstance(part.meaning, Stock))


def _unlimited(rate: Expression, stock: VarId) -> Expression:
    """A stock's rate without the limit that keeps it from falling below zero.

    That is MAX(rate, -stock / TIME STEP): what a non-negative stock of XMILE is read as.
    """
    match rate:
        case Apply(
            function,
            (
                inside,
                Unary(
                    UnaryOperator.MINUS,
                    Binary(BinaryOperator.OVER, Read(variable=held), Read(variable=step)),
                ),
            ),
        ) if function.name == "MAX" and held == stock and step == TIME_STEP:
            return inside
        case _:
            return rate


def _terms(rate: Expression) -> Iterator[tuple[VarId, int]]:
    """The names that a rate adds (+1) or subtracts (-1)."""
    stack = [(rate, 1)]
    while stack:
        expression, sign = stack.pop()
        match expression:
            case Read(variable=variable):
                yield variable, sign
            case Binary(BinaryOperator.PLUS, left, right):
                stack += [(right, sign), (left, sign)]
            case Binary(BinaryOperator.MINUS, left, right):
                stack += [(right, -sign), (left, sign)]
            case Unary(UnaryOperator.MINUS, operand):
                stack.append((operand, -sign))
            case _:
                pass
