"""One run at a time, natively."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from ..contract import CompiledModel, Method, Space
from ..names import fold
from ..results import Run
from ..rewrite import Patch
from .grid import Grid, grid_of
from .machine import Inputs, Lanes, Shared, share
from .modules import Module, Obstacle, module_of
from .plan import Request, Stretch
from .tables import lookups_of, series_of

if TYPE_CHECKING:
    from ..beginning import Begun
    from ..contract import Array, Vector

__all__ = ["native_run"]

_CLOCK = frozenset({"initial time", "final time", "time step", "saveper"})


def native_run(begun: Begun) -> Run | str | None:
    """The whole run.

    None if a value was not finite: Python tells which. A phrase if there is no native code.

    Raises:
        RunError, SimulationError: as `simulate`.
    """
    model, setting = begun.model, begun.setting
    if any(isinstance(each, Patch) for each in setting.numbers.values()):
        return "some elements of an array are set in the place of its equation"
    with begun.telling(lambda: begun.results(begun.recording, begun.guard)):
        constants = begun.constants(setting, begun.guard)
        fixed: Vector = (*setting.parameters, *constants)
        start = float(begun.guard.equations.start_time(fixed))
    grid = grid_of(model, fixed, start)
    draws = begun.draws_of(fixed)
    try:
        runner = _runner(model, begun.method, tuple(sorted(setting.numbers)), begun.asked.save)
    except Obstacle as obstacle:
        return str(obstacle)
    values: dict[str, Any] = {
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
    moving = runner.run(values, inputs)
    if moving is None:
        return None
    return begun.told(_run(begun, grid, values, moving, draws.noise_seed))


@dataclass(slots=True)
class _Runner:
    """A native module with memory for its runs, and what was computed last that they share."""

    module: Module
    lanes: Lanes | None
    _known: tuple[bytes, Inputs] | None = None
    _shared: Shared | None = None

    def run(self, values: Mapping[str, Any], inputs: Inputs) -> dict[str, Any] | None:
        """What is computed of a run: (n_saves, n) of what moves, (n,) of what is fixed.

        None if any of it is not finite.
        """
        plan = self.module.plan
        shared = self.shared(_flat(plan.shared.parameters, values), inputs)
        if not shared.is_finite:
            return None
        found = _columns(plan.shared.columns, shared.out) | _fixed(plan.shared.fixed, shared.w)
        if self.lanes is None:
            return found
        rows, width = len(inputs.grid.saved), sum(each.size for each in plan.varied.columns)
        out, failed = np.empty(rows * width), np.zeros(1, dtype=np.bool_)
        own = _flat(plan.varied.parameters, values)
        self.lanes.compute(own, range(1), 1, 0, (shared.w, shared.g), inputs, out, failed)
        if failed[0]:
            return None
        found |= _columns(plan.varied.columns, out.reshape(rows, width))
        return found | _fixed(plan.varied.fixed, self.lanes.w)

    def shared(self, values: Array, inputs: Inputs) -> Shared:
        """What runs share, computed again only if what it is made from has changed."""
        known = self._known
        if (
            self._shared is None
            or known is None
            or known[0] != values.tobytes()
            or not _same(known[1], inputs)
        ):
            self._shared = share(self.module, values, inputs)
            self._known = values.tobytes(), inputs
        return self._shared


def _same(one: Inputs, other: Inputs) -> bool:
    """Whether two inputs are the same, for sure."""
    return (
        one.grid is other.grid
        and (one.seed, one.noise_seed) == (other.seed, other.noise_seed)
        and all(
            np.array_equal(a, b)
            for ours, theirs in ((one.lookups, other.lookups), (one.series, other.series))
            for a, b in zip(ours, theirs, strict=True)
        )
    )


_RUNNERS: WeakKeyDictionary[CompiledModel, dict[Request, _Runner]] = WeakKeyDictionary()


def _runner(
    model: CompiledModel, method: Method, given: tuple[str, ...], save: tuple[str, ...] | None
) -> _Runner:
    """The native code for runs of a kind."""
    vary = tuple(
        each.python_name
        for each in model.in_space(Space.PARAMETER)
        if fold(each.name) not in _CLOCK
    )
    kept = None
    if save is not None:
        names = (name for name in save if fold(name) != "time")
        kept = tuple(sorted({model.select(name).variable.python_name for name in names}))
    request = Request(method.value, vary=(*vary, *given), save=kept)
    known = _RUNNERS.setdefault(model, {})
    if request not in known:
        module = module_of(model, request)
        lanes = None
        if module.varied is not None:
            lanes = Lanes.of(module.varied, module.plan.varied, module.plan.scratch)
        known[request] = _Runner(module, lanes)
    return known[request]


def _flat(stretches: Iterable[Stretch], values: Mapping[str, Any]) -> Array:
    """The values of variables, end to end."""
    parts: list[float] = []
    for each in stretches:
        value = values[each.variable]
        if isinstance(value, np.ndarray):
            parts += np.broadcast_to(value.ravel(), (each.size,)).tolist()
        else:
            parts += [float(value)] * each.size
    return np.array(parts, dtype=np.float64)


def _columns(stretches: Iterable[Stretch], out: Array) -> dict[str, Any]:
    """(n_saves, n) of each variable."""
    return {each.variable: out[:, each.first : each.first + each.size] for each in stretches}


def _fixed(stretches: Iterable[Stretch], w: Array) -> dict[str, Any]:
    """(1, n) of each variable; a copy, since the memory is used again."""
    return {
        each.variable: w[each.first : each.first + each.size].copy().reshape(1, -1)
        for each in stretches
    }


def _run(
    begun: Begun, grid: Grid, values: Mapping[str, Any], found: Mapping[str, Any], seed: float
) -> Run:
    """A run from the values that it was given, and those that were computed."""
    series: dict[str, Any] = {}
    arrays: dict[str, Any] = {}
    kept = tuple(
        each
        for each in begun.recording.kept
        if each.variable.python_name in found or each.variable.python_name in values
    )
    for each in kept:
        variable = each.variable
        rows = found.get(variable.python_name)
        if rows is None:
            given = np.asarray(values[variable.python_name], dtype=np.float64)
            rows = np.broadcast_to(given, variable.shape).reshape(1, -1)
        if not variable.axes:
            series[variable.python_name] = rows[:, 0]
            continue
        if each.places is not None and variable.varies:
            numbers = np.ravel_multi_index(tuple(np.array(each.places).T), variable.shape)
            rows = rows[:, numbers]
        arrays[variable.python_name] = rows
    run = Run(
        begun.model,
        grid.saved,
        series=series,
        arrays=arrays,
        kept=kept,
        changes={**begun.asked.changes, **begun.asked.texts},
        method=begun.method,
        seed=seed,
    )
    run.engine = "native"
    return run
