"""Many runs natively: side by side in memory, what none of them differs in computed once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..beginning import prepared_again
from ..ensembles.over_time import OverTime, Times
from ..ensembles.results import width_of
from ..errors import RunError
from ..rewrite import Patch
from .machine import Inputs, Lanes, Shared, share
from .modules import Module, Obstacle, module_of
from .plan import Plan, Request
from .single import Runner, flat, inputs_of, values_of

if TYPE_CHECKING:
    from ..contract import Array
    from ..ensembles.python_runs import PythonRuns
    from ..ensembles.variation import Varied
    from ..results import Kept

    Bools: TypeAlias = np.ndarray[tuple[int], np.dtype[np.bool_]]

__all__ = ["NativeRuns", "native_runs"]

_CACHE = 1 << 17
"""The bytes that runs side by side may take: so many stay near the processor."""

_MOST_LANES, _LEAST_LANES = 64, 8
_NEXT_KEY = 1 << 16
"""Runs whose random numbers have the same keys, beginning with every so many-th."""

_BLOCK_BYTES = 1 << 21
_BLOCK_WORK = 1 << 26
"""The most that a block takes: bytes of results, and numbers computed."""

_LEAST_WORK = 1 << 23
"""Numbers computed in a block for which a thread is worth its while: some half a millisecond."""

_BLOCKS_A_THREAD = 8


def native_runs(python: PythonRuns, over_time: OverTime, *, only_needed: bool) -> NativeRuns | str:
    """What makes the runs natively; a phrase if there is no native code for them.

    Raises:
        RunError, SimulationError: as `run_ensemble`.
    """
    begun, varied = python.begun, python.variation.varied
    if any(isinstance(each, Patch) for each in begun.setting.numbers.values()):
        return "some elements of an array are set in the place of its equation"
    if begun.model.data_equations:
        return "its data equations are computed again for each run"
    vary = tuple(dict.fromkeys(each.selection.variable.python_name for each in varied))
    try:
        module = _module(python, vary, only_needed=only_needed)
    except Obstacle as obstacle:
        return str(obstacle)
    with python.told(0):
        inputs = inputs_of(begun, Runner(module, None))
        times = Times.of(over_time, inputs.grid.saved)
    values = values_of(begun)
    ground = None
    if module.plan.same_times:
        ground = _ground(module, values, _at_times(inputs, times))
    columns = tuple(_columns(module.plan, begun.recording.kept))
    return NativeRuns(python, module, times, values, columns, ground)


def _module(python: PythonRuns, vary: tuple[str, ...], *, only_needed: bool) -> Module:
    """Native code for the runs, as many of them side by side as the processor's caches hold."""
    begun = python.begun
    rest = tuple(sorted(begun.setting.numbers.keys() - set(vary)))
    save = tuple(sorted(each.variable.python_name for each in begun.recording.kept))

    def of(lanes: int) -> Module:
        request = Request(
            begun.method.value,
            vary=vary,
            given=rest,
            save=save,
            pruned=only_needed,
            own_streams=python.own_streams,
            lanes=lanes,
            single=False,
        )
        return module_of(begun.model, request)

    module = of(_MOST_LANES)
    lanes = _MOST_LANES
    while lanes > _LEAST_LANES and 8 * module.plan.varied.width * lanes > _CACHE:
        lanes //= 2
    return module if module.plan.varied.lanes in (1, lanes) else of(lanes)


def _at_times(inputs: Inputs, times: Times) -> Inputs:
    """Inputs of runs that save only at the times that count."""
    grid = inputs.grid
    places = times.places(grid.saved)
    saves = np.zeros_like(grid.saves)
    saves[np.flatnonzero(grid.saves)[places]] = True
    return inputs._replace(grid=grid._replace(saves=saves, saved=grid.saved[places]))


def _ground(module: Module, values: Mapping[str, Any], inputs: Inputs) -> _Ground:
    return _Ground(inputs, share(module, flat(module.plan.shared.parameters, values), inputs))


def _columns(plan: Plan, kept: tuple[Kept, ...]) -> Iterator[_Column]:
    """Where each variable that is kept comes from."""
    parts = (
        ("fixed", plan.shared.fixed),
        ("shared", plan.shared.columns),
        ("varied", plan.varied.columns),
    )
    found = {each.variable: (part, each.first) for part, some in parts for each in some}
    first = 0
    for each in kept:
        variable, width = each.variable, width_of(each)
        source, start = found.get(variable.python_name, (variable.python_name, 0))
        places: Any = slice(start, start + width)
        if each.places is not None:
            there = tuple(np.array(each.places).T)
            places = start + np.ravel_multi_index(there, variable.shape)
        yield _Column(slice(first, first + width), source, places)
        first += width


@dataclass(frozen=True, slots=True)
class _Ground:
    """What some runs have in common: their inputs, and what is computed once for all of them."""

    inputs: Inputs
    shared: Shared


@dataclass(frozen=True, slots=True)
class _Column:
    """Where the numbers of a variable are written to, and where they come from.

    `source` is a part of a native module's results, or the variable's name if it is given.
    """

    to: slice
    source: str
    places: Any


@dataclass(slots=True)
class NativeRuns:
    """Makes runs; see `Makes`.

    Attributes:
        python: the same runs as Python makes them.
        module: native code for them.
        times: of each that count.
    """

    python: PythonRuns
    module: Module
    times: Times
    _values: Mapping[str, Any]
    _columns: tuple[_Column, ...]
    _ground: _Ground | None
    """Of all runs, where their times are the same."""
    _lanes: deque[Lanes] = field(default_factory=deque)

    def block(self, threads: int) -> int:
        """See `Makes`."""
        plan, n_runs = self.module.plan, self.python.variation.n_runs
        if self._ground is None:
            return plan.varied.lanes
        grid, width = self._ground.inputs.grid, sum(each.size for each in plan.varied.columns)
        work = len(grid.times) * max(1, plan.varied.width)
        most = min(
            _BLOCK_BYTES / (8 * len(grid.saved) * max(1, width)),
            _BLOCK_WORK / work,
            max(_LEAST_WORK / work, n_runs / (threads * _BLOCKS_A_THREAD)),
        )
        # As many for each thread, so that none waits for another at the end.
        blocks = threads * ceil(n_runs / (threads * max(1.0, most)))
        return ceil(n_runs / (blocks * plan.varied.lanes)) * plan.varied.lanes

    def make(self, runs: range, out: Array) -> list[int]:
        """See `Makes`."""
        failed = np.zeros(len(runs), dtype=np.bool_)
        if self._ground is not None:
            self._make(self._ground, np.arange(runs.start, runs.stop), out, failed)
        else:
            for inputs, places in self._apart(runs, failed):
                some = np.empty((*out.shape[:2], len(places)))
                bad = np.zeros(len(places), dtype=np.bool_)
                self._make(_ground(self.module, self._values, inputs), places, some, bad)
                out[:, :, places - runs.start] = some
                failed[places - runs.start] = bad
        return [runs.start + int(place) for place in np.flatnonzero(failed)]

    def _apart(self, runs: range, failed: Bools) -> Iterator[tuple[Inputs, Any]]:
        """Runs by their times; where these are none, a run has failed, and Python says why."""
        python = self.python
        found: dict[int, tuple[Inputs, list[int]]] = {}
        for run in runs:
            changes = {**python.begun.asked.changes, **python.variation.changes(run)}
            try:
                begun = prepared_again(python.begun, changes, 0)
                inputs = _at_times(inputs_of(begun, Runner(self.module, None)), self.times)
            except RunError:
                failed[run - runs.start] = True
                continue
            # Runs that draw numbers of their own are numbered end to end.
            key = run if python.own_streams else id(inputs.grid.times)
            found.setdefault(key, (inputs, []))[1].append(run)
        for inputs, places in found.values():
            yield inputs, np.array(places)

    def _make(self, ground: _Ground, places: Any, out: Array, failed: Bools) -> None:
        """Make runs that have the same times."""
        if not ground.shared.is_finite:
            failed[:] = True
            return
        rows, width = len(ground.inputs.grid.saved), out.shape[0]
        varied = sum(each.size for each in self.module.plan.varied.columns)
        results = np.empty((varied, rows, len(places)))
        if self.module.varied is not None:
            self._compute(ground, places, results, failed)
        statistics = self.times.over_time.statistics
        whole = np.empty((width, rows, len(places))) if statistics else out
        for column in self._columns:
            whole[column.to] = self._found(column, ground.shared, results)
        if statistics:
            out[...] = self.times.over_time.reduced(whole)

    def _compute(self, ground: _Ground, places: Any, results: Array, failed: Bools) -> None:
        """What differs from run to run."""
        assert self.module.varied is not None
        plan, n_runs = self.module.plan, len(places)
        number = self.python.first_run + int(places[0]) if self.python.own_streams else 0
        inputs = ground.inputs._replace(run=number)
        given, out = self._given(places).reshape(-1), results.reshape(-1)
        shared = ground.shared.w, ground.shared.g
        try:
            lanes = self._lanes.pop()
        except IndexError:
            lanes = Lanes.of(self.module.varied, plan.varied, plan.scratch)
        for runs in _with_same_keys(number, n_runs):
            lanes.compute(given, runs, n_runs, shared, inputs, out, failed)
        self._lanes.append(lanes)

    def _given(self, places: Any) -> Array:
        """(n_parameters, n_runs), what each run is given."""
        stretches = self.module.plan.varied.parameters
        found = np.empty((sum(each.size for each in stretches), len(places)))
        found[...] = flat(stretches, self._values)[:, np.newaxis]
        for stretch in stretches:
            rows = found[stretch.first : stretch.first + stretch.size]
            for each in self.python.variation.varied:
                if each.selection.variable.python_name == stretch.variable:
                    _set(rows, each, places)
        return found

    def _found(self, column: _Column, shared: Shared, results: Array) -> Array:
        """(n_columns, n_times or 1, n_runs or 1), the numbers of a variable."""
        match column.source:
            case "varied":
                varied: Array = results[column.places]
                return varied
            case "shared":
                moving: Array = shared.out.T[column.places]
                return moving[:, :, np.newaxis]
            case "fixed":
                return shared.w[column.places, np.newaxis, np.newaxis]
            case name:
                given = np.asarray(self._values[name], dtype=np.float64).reshape(-1)
                size = column.to.stop - column.to.start
                found: Array = given[column.places] if len(given) > 1 else np.repeat(given, size)
                return found[:, np.newaxis, np.newaxis]


def _with_same_keys(number: int, n_runs: int) -> Iterator[range]:
    """Runs, numbered from there on, whose random numbers have the same keys."""
    first = 0
    while first < n_runs:
        last = min(n_runs, first + _NEXT_KEY - (number + first) % _NEXT_KEY)
        yield range(first, last)
        first = last


def _set(rows: Array, varied: Varied, places: Any) -> None:
    """Put what is varied into (n_elements, n_runs), the values of its variable."""
    values, variable = varied.values[places], varied.selection.variable
    if varied.selection.place is not None:
        rows[int(np.ravel_multi_index(varied.selection.place, variable.shape))] = values
        return
    holes = [int(np.ravel_multi_index(each, variable.shape)) for each in variable.holes]
    before = rows[holes].copy()
    rows[...] = values.reshape(len(places), -1).T
    rows[holes] = before
