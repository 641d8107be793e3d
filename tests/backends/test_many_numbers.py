"""Many numbers in a module: large lists, long values and arrays of lookups are read back whole."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from programs import (
    AGE,
    REGION,
    Block,
    along,
    literal,
    loop,
    one,
)

from s3c.compiler import backends
from s3c.compiler import program as p
from s3c.runtime import Axis, Kind, Space, VariableInfo, load_text


def loaded(block: Block, slot: p.Slot, info: VariableInfo, **more: Any) -> tuple[str, Any]:
    """A block's module with one variable more: its text, and what that variable is there."""
    program = block.program
    program = replace(
        program,
        variables=(*program.variables, info),
        info={**program.info, slot: info},
        **more,
    )
    text = backends.print_python(program).text
    model = load_text(text, "m")
    found = model.equations.step.__globals__.get(info.python_name)
    return text, model.variable(info.name).value if found is None else found


NOTHING = one(literal(1.0), axes=())


def test_a_large_list_takes_a_line_a_row() -> None:
    side = Axis("Side", tuple(f"side {number}" for number in range(200)))
    row, column = loop(5, side), loop(6, side)
    written = p.List(tuple(math.sin(number) for number in range(200 * 200)), (200, 200))
    value = p.Load(p.Slot(p.Bank.LIST, 0), (along(row), along(column)))
    block = one(value, along(row), along(column), axes=(side, side), lists=(written,))
    text = block.generated.text
    assert 200 < text[text.index("A_NUMBERS = ") : text.index("def ")].count("\n") < 210
    assert np.array(block.computed()["a"]).tobytes() == np.array(written.numbers).tobytes()


@pytest.mark.parametrize("shape", [(3000,), (30, 100), (3, 10, 100), (2, 5), (50,)])
def test_a_long_value_is_read_back(shape: tuple[int, ...]) -> None:
    axes = tuple(Axis(f"axis {n}", ("e",) * size) for n, size in enumerate(shape))
    wanted = nested([0.1 * number for number in range(math.prod(shape))], shape)
    slot = p.Slot(p.Bank.PARAMETER, 90)
    info = VariableInfo("x", "x", Kind.CONSTANT, Space.PARAMETER, 90, value=wanted, axes=axes)
    text, found = loaded(NOTHING, slot, info)
    assert found == wanted
    assert "X_VALUES = " in text


def nested(numbers: list[float], shape: tuple[int, ...]) -> Any:
    if len(shape) == 1:
        return tuple(numbers)
    size = len(numbers) // shape[0]
    rows = (numbers[start : start + size] for start in range(0, len(numbers), size))
    return tuple(nested(row, shape[1:]) for row in rows)


@pytest.mark.parametrize("count", [1, 3, 12, 40])
def test_rows_of_numbers_are_read_back(count: int) -> None:
    town = Axis("Town", tuple(f"town {number}" for number in range(count)))
    towns = loop(5, town)
    written = p.List(tuple(number / 7 for number in range(2 * count)), (2, count))
    value = p.Load(p.Slot(p.Bank.LIST, 0), (along(loop(0, REGION)), along(towns)))
    block = one(value, along(loop(0, REGION)), along(towns), axes=(REGION, town), lists=(written,))
    assert all(len(line) <= 96 for line in block.generated.text.splitlines())
    assert np.ravel(block.computed()["a"]).tolist() == list(written.numbers)


@pytest.mark.parametrize("axes", [(), (REGION,), (REGION, AGE)])
@pytest.mark.parametrize("length", [2, 9])
@pytest.mark.parametrize("is_one", [True, False])
def test_lookups_are_read_back(axes: tuple[Axis, ...], length: int, is_one: bool) -> None:
    points = tuple((float(x), x / 3) for x in range(length))
    count = 1 if is_one else math.prod(len(axis.elements) for axis in axes)
    tables = tuple((*points, (100.0, float(number))) for number in range(count))
    slot = p.Slot(p.Bank.TABLE, 0)
    info = VariableInfo("bend", "bend", Kind.LOOKUP, Space.TABLE, 0, axes=axes)
    _, found = loaded(NOTHING, slot, info, tables={slot: tables})
    assert np.shape(found) == info.shape
    each = found.ravel().tolist() if axes else [found]
    wanted = tables * len(each) if is_one else tables
    assert [table.points for table in each] == list(wanted)
