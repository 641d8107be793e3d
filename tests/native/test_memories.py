"""Memories in native code give the bits of their Python classes, step by step."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from native_calls import native_names, same

from s3c.runtime import REGISTRY, Builtin, Lookup

pytest.importorskip("numba", reason="numba, which native code needs, is not installed")

MEMORIES = [each for each in REGISTRY.values() if each.is_memory and each.native]
PROFILE = [(0.0, 1.0), (1.0, 2.0), (1.0, 0.5), (3.0, 0.0)]
STEPS = 30
_CLOCK = ("time", "time_step")


def driver(memory: Builtin) -> Callable[..., bool]:
    """A run of one memory in native code: rows hold its parameters, then time and TIME STEP."""
    columns = (*memory.parameters, *_CLOCK)

    def of_row(names: Sequence[str], row: str) -> str:
        return "".join(
            ", xs, ys, 0, xs.size" if each in memory.tables else f", {row}[{columns.index(each)}]"
            for each in names
        )

    name, present = memory.native, memory.present
    assert name is not None
    value = f"{name}_value(m, 1, size)"
    if present is not None:
        assert present.native is not None
        taken = [of_row([each], "rows[i]")[2:] for each in present.parameters[1:]]
        value = present.native.format("m, 1, size", *taken)
    lines = (
        "def drive(first, rows, xs, ys, out):",
        f"    size = {name}_size({of_row(memory.start, 'first')[2:]})",
        "    m = np.full(size + 2, 777.0)",
        f"    {name}_start(m, 1, size{of_row(memory.start, 'first')})",
        "    for i in range(rows.shape[0]):",
        f"        out[i] = {value}",
        f"        {name}_advance(m, 1, size{of_row(memory.inputs, 'rows[i]')})",
        "    return m[0] == 777.0 and m[size + 1] == 777.0",
    )
    namespace = native_names()
    exec("\n".join(lines), namespace)  # noqa: S102  (text made here)
    made: Callable[..., bool] = namespace["drive"]
    return made


@pytest.fixture(scope="module")
def drivers() -> dict[str, Callable[..., bool]]:
    return {}


def of_python(memory: Builtin, first: Sequence[float], rows: Any) -> list[float]:
    """The outputs of the class up to where it raises, and NaN there."""
    columns = (*memory.parameters, *_CLOCK)

    def of_row(names: Sequence[str], row: Sequence[float]) -> list[Any]:
        return [
            Lookup(PROFILE) if each in memory.tables else row[columns.index(each)] for each in names
        ]

    found: list[float] = []
    assert memory.function is not None
    try:
        made = memory.function(*of_row(memory.start, first))
        for row in rows:
            inputs = of_row(memory.present.parameters[1:] if memory.present else (), row)
            found.append(made.now(*inputs) if memory.present else made.value)
            made.advance(*of_row(memory.inputs, row))
    except (ArithmeticError, ValueError):
        return [*found, math.nan]
    return found


times = st.sampled_from((0.0, 0.1, 0.25, 1.0, 2.0, 3.5, 7.0, -1.0, 1e9, math.nan))
small = st.integers(-3, 9).map(float)
numbers = small | st.floats(-100, 100) | st.sampled_from((0.0, 1.0, -(2.0**110), 1e300, math.nan))
PARAMETERS = {
    "delay_time": times,
    "batch_time": times,
    "initial_time": times,
    "initial_delay": times,
    "lifetime": times,
    "fiscal_period": times,
    "order": st.sampled_from((1.0, 2.0, 3.0, 5.9, 0.0, -2.0, math.inf, math.nan)),
    "discount_rate": st.sampled_from((0.05, 0.5, 0.0, -0.5, -1.0)),
    "offset": st.sampled_from((0.0, 0.5, 1.0, 2.0)),
    "threshold": st.sampled_from((0.0, 0.5, 2.0, -(2.0**110))),
    "quantum": st.sampled_from((0.0, 0.25, 3.0, -(2.0**110), 1e-300)),
    "minimum": st.sampled_from((0.0, -3.0, -(2.0**110), 8.0)),
    "maximum": st.sampled_from((5.0, 0.5, -(2.0**110), math.nan)),
    "leak": st.sampled_from((0.0, 0.1, 0.5)),
}


def test_which_are_native() -> None:
    names = {each.name for each in MEMORIES}
    assert {"SAMPLE IF TRUE", "DELAY FIXED", "DELAY N", "SMOOTH N", "SINTEG"} <= names


@pytest.mark.parametrize("memory", MEMORIES, ids=lambda each: str(each.name))
@settings(deadline=None, max_examples=120)
@given(data=st.data(), time_step=st.sampled_from((1.0, 0.25, 0.1)), varies=st.booleans())
def test_steps(
    drivers: dict[str, Callable[..., bool]],
    memory: Builtin,
    data: st.DataObject,
    time_step: float,
    varies: bool,
) -> None:
    drive = drivers.get(memory.name) or drivers.setdefault(memory.name, driver(memory))
    parameters = [PARAMETERS.get(each, numbers) for each in memory.parameters]
    first = [data.draw(each) for each in parameters]
    rows = np.empty((STEPS, len(first) + 2))
    for column, each in enumerate(parameters):
        is_flow = memory.parameters[column] in ("x", "rate", "stream")
        given = [data.draw(each) for _ in range(6)] if varies or is_flow else [first[column]]
        rows[:, column] = np.resize(given, STEPS)
    rows[:, -2] = 2.0 + time_step * np.arange(STEPS)
    rows[:, -1] = time_step
    out = np.empty(STEPS)
    start = np.array([*first, 2.0, time_step])
    points = np.array(PROFILE)
    assert drive(start, rows, points[:, 0].copy(), points[:, 1].copy(), out)
    expected = of_python(memory, start.tolist(), rows.tolist())
    for step, (native, python) in enumerate(zip(out.tolist(), expected, strict=False)):
        assert same(native, python), f"{memory.name} at step {step}: {native!r}, not {python!r}"
