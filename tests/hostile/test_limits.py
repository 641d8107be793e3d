"""`docs/limits.md` says what the code holds: each number is the constant that it is of."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from s3c.compiler import CODES

PAGE = (Path(__file__).parents[2] / "docs" / "limits.md").read_text("utf-8")
ROWS = {
    row[0]: row[1:]
    for line in PAGE.splitlines()
    if line.startswith("| ") and len(row := [part.strip() for part in line.split("|")[1:-1]]) == 3
}
CONSTANTS = {
    # How the row begins: the module and the constant.
    "letters of one equation": ("compiler.syntax.parse", "_MOST_LETTERS"),
    "equations of a file": ("compiler.syntax.frame", "_MOST_EQUATIONS"),
    "elements of all subscript ranges": ("compiler.system.range_lists", "_MOST"),
    "subscripts of one variable": ("compiler.system.shapes", "_MOST_AXES"),
    "elements of one variable": ("compiler.system.shapes", "_MOST_ELEMENTS"),
    "values that a function": ("compiler.system.array_calls", "_MOST_TURNS"),
    "ranges that a function": ("compiler.system.array_calls", "_MOST_LOOPS"),
    "pieces that exceptions": ("compiler.system.shapes", "_MOST_BOXES"),
    "macros, written out": ("compiler.system.macros", "_MOST_EXPANSIONS"),
    "levels of nesting": ("compiler.syntax.depth", "MAX_DEPTH"),
    "variables of an XMILE file": ("compiler.xmile.outline", "_MOST_VARIABLES"),
    "steps of a run": ("runtime.clock", "MOST_STEPS"),
    "numbers that a run keeps": ("runtime.recording", "MOST_SAVED"),
    "steps of one fixed delay": ("runtime.delays", "_MOST_SLOTS"),
    "stages of all": ("runtime.memory", "_MOST_HELD"),
    "numbers in all delays": ("runtime.native.machine", "_MOST_ROOM"),
    "pieces on a conveyor": ("runtime.conveyors", "_MOST_PIECES"),
    "packets in a queue": ("runtime.queues", "_MOST_PACKETS"),
    "values in a discrete delay": ("runtime.discrete_delays", "_MOST_WAITING"),
    "rounds of a circle": ("runtime.searches", "_MOST_TURNS"),
    "bytes of a model": ("runtime.files", "MOST_TEXT"),
    "bytes of a changes file": ("runtime.companions", "_MOST_BYTES"),
    "bytes of the state": ("runtime.state", "MOST_BYTES"),
    "bytes of a workbook": ("runtime.data.archive", "MOST_BYTES"),
    "cells of a sheet": ("runtime.data.sheets", "MOST_CELLS"),
    "runs of an experiment": ("experiments.reading.experiment", "_MOST_RUNS"),
    "sections and blocks": ("reports.reading", "_MOST_BLOCKS"),
}


@pytest.mark.parametrize("begins", CONSTANTS)
def test_the_page_says_what_the_code_holds(begins: str) -> None:
    module, name = CONSTANTS[begins]
    (row,) = (cells for what, cells in ROWS.items() if what.startswith(begins))
    assert int(row[0].replace(",", "")) == getattr(import_module(f"s3c.{module}"), name)


def test_every_row_is_held() -> None:
    for what, (number, code) in ROWS.items():
        if re.fullmatch("[0-9,]+", number):
            assert any(what.startswith(begins) for begins in CONSTANTS), what
            assert code in CODES, what
