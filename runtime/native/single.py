"""One run at a time, natively."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..contract import Method, Space, VariableInfo
from ..names import fold
from ..results import Kept, Run
from ..rewrite import Patch
from .grid import Grid, grid_of
from .machine import Inputs, Lanes, Shared, share
from .modules import Module, module_of
from .plan import Request, Stretch
from .tables import Tables, lookups_of, series_of

if TYPE_CHECKING:
    from ..beginning import Begun
    from ..contract import Array, CompiledModel, Vector

__all__ = ["native_run"]

_CLOCK = frozenset({"initial time", "final time", "time step", "saveper"})
_NUMBERS = (Space.PARAMETER, Space.CONSTANT, Space.INITIAL)


def native_run(begun: Begun) -> Run | None:
    """The whole run, or None if Python must make it, because a value was not finite.

    The caller has asked for obstacles.

    Raises:
        RunError, SimulationError: as `simulate`.
    """
    model, setting = begun.model, begun.setting
    if any(isinstance(each, Patch) for each in setting.numbers.values()):
        return None
    with begun.telling(lambda: begun.results(begun.recording, begun.guard)):
        constants = begun.constants(setting, begun.guard)
        fixed: Vector = (*setting.parameters, *constants)
        start = float(begun.guard.equations.start_time(fixed))
    grid = grid_of(model, fixed, start)
    draws = begun.draws_of(fixed)
    runner = _runner(model, begun.method, tuple(sorted(setting.numbers)), begun.asked.save)
    values = {
        each.python_name: value
        for each, value in zip(model.in_space(Space.PARAMETER), setting.parameters, strict=True)
    }
    values |= setting.numbers
    tables = dict(model.equations.step.__globals__) | dict(setting.tables)
    plan = runner.module.plan
    inputs = Inputs(
        grid,
        lookups_of(plan.tables, tables),
        series_of(plan.series, tables),
        draws.seed,
        draws.noise_seed,
    )
    found = runner.run(values, inputs)
    if found is None:
        return None
    series, arrays = found
    for each in model.in_space(Space.PARAMETER):
        value = values[each.python_name]
        if each.axes:
            arrays[each.python_name] = np.reshape(
                np.broadcast_to(np.asarray(value, dtype=np.float64), each.shape), (1, -1)
            )
        else:
            series[each.python_name] = (float(value),)
    kept = _kept(model, series, arrays, begun)
    return _run(begun, grid, series, arrays, kept, draws.noise_seed)
