"""The tables of a report."""

from __future__ import annotations

import math
import re

from s3c.experiments import Residual

from .numbers import decimals_for, exact, shown, typeset
from .pieces import Column, TablePiece
from .published import Compared, compared
from .running import Ran, checked_at
from .tree import Published, Table, Values

__all__ = ["published_table", "text_table", "values_table"]

_NUMBER = re.compile(r"[-+−]?\d[\d,]*\.?\d*(?:[eE][-+]?\d+)?(?: ?%)?|–?")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


# --- published numbers ---


def published_table(block: Published, ran: Ran, number: int) -> TablePiece:
    """Published, simulated, and their difference; what was fitted and what was not."""
    found = compared(block, ran.of(block.experiment))
    targets = [each.target for each in found.residuals]
    with_variable = len({each.variable for each in targets}) > 1
    with_time = len({each.at for each in targets}) > 1
    columns = (
        Column("Scenario"),
        *((Column("Variable"),) if with_variable else ()),
        *((Column("At"),) if with_time else ()),
        *(Column("Published", True), Column("Simulated", True), Column("Difference", True)),
        Column("Use"),
    )
    decimals = decimals_for([value for each in found.residuals for value in _numbers(each)])
    rows: list[tuple[str, ...]] = []
    raw: list[tuple[str, ...]] = []
    for each in found.residuals:
        target = each.target
        at = target.at if isinstance(target.at, str) else f"{target.at:g}"
        head = (
            target.scenario + (f", less {target.minus}" if target.minus else ""),
            *((target.variable,) if with_variable else ()),
            *((at,) if with_time else ()),
        )
        use = "held out" if target.held_out else "fitted"
        signed = target.minus is not None
        first, second, third = _numbers(each)
        cells = shown(first, decimals, signed=signed), shown(second, decimals, signed=signed)
        difference = shown(third, decimals, signed=True)
        rows.append((*map(typeset, head), *cells, difference, use.replace(" ", "\u00a0")))
        raw.append((*head, exact(first), exact(second), exact(third), use))
    notes = tuple(dict.fromkeys(each for each in found.notes if each))[: len(_LETTERS)]
    marks = tuple(_LETTERS[notes.index(each)] if each in notes else "" for each in found.notes)
    return TablePiece(
        *(number, block.caption or "Published and simulated", columns, tuple(rows), tuple(raw)),
        *(notes, marks, _foot(found, decimals)),
    )


def _numbers(each: Residual) -> tuple[float, float, float]:
    return each.target.value, each.simulated, each.difference


def _foot(found: Compared, decimals: int) -> str:
    """How far off they are."""
    held_out = sum(each.target.held_out for each in found.residuals)
    sizes = (
        (found.rmse_fit, len(found.residuals) - held_out, "fitted"),
        (found.rmse_held_out, held_out, "held out"),
    )
    parts = [
        f"{shown(size, decimals + 1)} over {count} {what}"
        for size, count, what in sizes
        if not math.isnan(size)
    ]
    return f"Root mean squared difference: {'; '.join(parts)}." if parts else ""


# --- values ---


def values_table(block: Values, ran: Ran, number: int) -> TablePiece:
    """Variables at one moment: columns, if all have the same elements; or else rows.

    Raises:
        RunError: S3C732, the moment is outside the run.
    """
    outcomes = ran.of(block.experiment)
    outcome = outcomes.outcome(block.scenarios[0])
    values = {
        name: checked_at(outcome, column, block.at) for column, name in enumerate(outcomes.columns)
    }
    named = [_elements(name, block, values) for name in block.variables]
    caption = block.caption or "Values"
    first = list(named[0])
    if len(first) > 1 and all(list(each) == first for each in named):
        columns = (Column(_axes(block)), *(Column(name, True) for name in block.variables))
        decimals = [decimals_for(each.values()) for each in named]
        rows = tuple(
            (key, *(shown(each[key], d) for each, d in zip(named, decimals, strict=True)))
            for key in first
        )
        raw = tuple((key, *(exact(each[key]) for each in named)) for key in first)
        return TablePiece(number, caption, columns, rows, raw)
    columns = Column("Variable"), Column("Value", True)
    pairs = [
        (f"{name}[{key}]" if key else name, value)
        for name, each in zip(block.variables, named, strict=True)
        for key, value in each.items()
    ]
    rows = tuple((name, shown(value, decimals_for([value]))) for name, value in pairs)
    raw = tuple((name, exact(value)) for name, value in pairs)
    return TablePiece(number, caption, columns, rows, raw)


def _axes(block: Values) -> str:
    """The names of the ranges that the elements are of."""
    axes = block.experiment.model.select(block.variables[0]).variable.axes
    return ", ".join(each.name for each in axes)


def _elements(name: str, block: Values, values: dict[str, float]) -> dict[str, float]:
    """A variable's values by element; by an empty name, if it is a single number."""
    if name in values:
        return {"": values[name]}
    variable = block.experiment.model.select(name).variable
    start = f"{variable.name}["
    return {
        column.removeprefix(start).removesuffix("]"): value
        for column, value in values.items()
        if column.startswith(start)
    }


# --- text ---


def text_table(block: Table, number: int) -> TablePiece:
    """A table as its file has it; columns that hold only numbers stand to the right."""
    titles, *rows = block.rows
    columns = tuple(
        Column(title, bool(rows) and all(_NUMBER.fullmatch(row[k]) for row in rows))
        for k, title in enumerate(titles)
    )
    return TablePiece(number, block.caption, columns, tuple(rows))
