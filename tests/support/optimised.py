"""Programs before and after passes: as text by the names of variables, and as what they give."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from model_texts import TIMES

from s3c.compiler import Source, backends, check
from s3c.compiler import program as p
from s3c.runtime import RunError, SimulationError, load_text

__all__ = ["Outcome", "equations", "lowered", "names", "outcome", "same"]

Outcome: TypeAlias = "dict[str, Any] | tuple[type[Exception], float | None]"
"""What a run gives by name; or how it fails, and when."""


def lowered(text: str, times: str = TIMES) -> p.Program:
    """The program of a text without errors."""
    compilation = check(Source("m.mdl", text + times))
    assert compilation.program, [str(each) for each in compilation.diagnostics]
    return compilation.program


def names(program: p.Program) -> dict[p.Slot, str]:
    """Slots by the names of their variables: a change is s', a term t1, t2 …, a memory m1 …"""
    found = {slot: info.python_name for slot, info in program.info.items()}
    for slot, info in program.info.items():
        if slot.bank is p.Bank.STOCK:
            found[p.Slot(p.Bank.CHANGE, slot.index)] = f"{info.python_name}'"
    for number in range(len(program.terms)):
        found[p.Slot(p.Bank.TERM, number)] = f"t{number + 1}"
    for number in range(len(program.memories)):
        found[p.Slot(p.Bank.MEMORY, number)] = f"m{number + 1}"
    for number in range(len(program.lists)):
        found[p.Slot(p.Bank.LIST, number)] = f"list{number + 1}"
    return found


def equations(program: p.Program, block: p.Block) -> list[str]:
    """A block in Python's words, a line an equation, whole arrays as they are printed."""
    named = names(program)
    python = backends.PythonExpressions(named, {slot: program.shape(slot) for slot in named})
    statements = backends.Statements(program, python, lambda _: "", "")
    page = backends.Page()
    statements.write(page, block)
    return [line.partition("  # ")[0].strip() for line in page.lines]


def outcome(program: p.Program, folder: str | Path = ".", **options: Any) -> Outcome:
    """What the printed program gives, or how it fails."""
    model = load_text(backends.print_python(program).text, "m.mdl", str(folder))
    try:
        run = model.run(**options)
    except SimulationError as error:
        return SimulationError, error.failure.time
    except RunError as error:  # it does not begin: files are missing
        return type(error), None
    return {name: np.asarray(run[name]) for name in run.names}


def same(one: Outcome, other: Outcome) -> list[str]:
    """What differs in any bit, but for those of a NaN, between two outcomes."""
    if isinstance(one, tuple) or isinstance(other, tuple):
        return [] if one == other else [f"{one!r:.60} and {other!r:.60}"]
    assert one.keys() == other.keys()
    return [name for name in one if not _same_bits(one[name], other[name])]


def _same_bits(one: Any, other: Any) -> bool:
    both_nan = np.isnan(one) & np.isnan(other)
    return one.shape == other.shape and bool(
        (both_nan | ((one == other) & (np.signbit(one) == np.signbit(other)))).all()
    )
