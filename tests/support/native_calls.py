"""Functions of the language as native code calls them, beside their Python bodies."""

import math
import struct
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import count
from typing import Any

import numpy as np

from s3c.runtime import REGISTRY, Builtin

_ARITIES = 9


def native_names() -> dict[str, Any]:
    """What native code has names for."""
    functions = import_module("s3c.runtime.native.functions")
    names = {name: getattr(functions, name) for name in functions.__all__}
    return {"math": math, "np": np, **names}


class NativeCalls:
    """Some functions, called in one loop over rows of operands.

    Operands that are numbers are the columns of a row, in order; a table or a series is the same
    for all rows. A random number is that of the run, step, element and site of its row. The loop
    is compiled, too, or is Python's, which calls what numba has compiled.
    """

    def __init__(self, names: Sequence[str], *, is_compiled: bool) -> None:
        self.builtins = [each for each in REGISTRY.values() if each.name in names and each.native]
        assert len(self.builtins) == len(names)
        lines = [
            "def loop(rows, time, time_step, xs, ys, way, streams, places, out):",
            "    first, end = 0, xs.size",
            "    for i in range(rows.shape[0]):",
            "        run, step, element, site = places[i]",
            "        k0, k1 = stream_key(7.0, 8.0, streams[i], run)",
            "        k0, k1 = np.uint64(k0), np.uint64(k1)",
            *(f"        out[i, {j}] = {_call(each)}" for j, each in enumerate(self.builtins)),
        ]
        namespace = native_names()
        exec("\n".join(lines), namespace)  # noqa: S102  (text made here)
        self._loop = namespace["loop"]
        if is_compiled:
            self._loop = import_module("numba").njit(error_model="numpy")(self._loop)

    def __call__(
        self,
        rows: Any,
        *,
        time: float = 0.0,
        time_step: float = 1.0,
        table: Sequence[tuple[float, float]] = ((0.0, 0.0),),
        way: int = 0,
        streams: Any = None,
        places: Any = None,
    ) -> dict[str, list[float]]:
        """The values of each function, by its name."""
        n = len(rows)
        given = np.zeros((n, _ARITIES))
        given[:, : len(rows[0])] = rows
        points = np.array(table, dtype=np.float64).reshape(-1, 2)
        out = np.empty((n, len(self.builtins)))
        self._loop(
            given,
            time,
            time_step,
            points[:, 0].copy(),
            points[:, 1].copy(),
            way,
            np.zeros(n) if streams is None else np.array(streams, dtype=np.float64),
            np.zeros((n, 4), dtype=np.int64) if places is None else np.array(places, np.int64),
            out,
        )
        return {each.name: out[:, j].tolist() for j, each in enumerate(self.builtins)}


def _call(function: Builtin) -> str:
    column = count()
    operands = [
        "xs, ys, first, end, way"
        if each in function.series
        else "xs, ys, first, end"
        if each in function.tables
        else f"rows[i, {next(column)}]"
        for each in function.parameters
    ]
    assert function.native is not None
    return function.native.format(
        *operands,
        time="time",
        time_step="time_step",
        key="k0, k1",
        counter="run, step, element, site",
    )


def value_or_none(body: Callable[..., float], *operands: Any, **keywords: float) -> float:
    """What a Python body gives; NaN where it raises."""
    try:
        return float(body(*operands, **keywords))
    except (ArithmeticError, ValueError):
        return math.nan


def same(native: float, python: float) -> bool:
    """Whether both are the same bits, or both no finite number."""
    if not math.isfinite(python):
        return not math.isfinite(native)
    return struct.pack("d", native) == struct.pack("d", python)
