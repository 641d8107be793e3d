"""One run at a time, natively."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ..contract import CompiledModel, Kind, Method, Space
from ..names import fold
from ..results import Run
from ..rewrite import Patch
from .grid import grid_of
from .machine import Inputs, Lanes, Shared, share
from .modules import Module, Obstacle, module_of
from .plan import Request, Stretch
from .tables import lookups_of, series_of

if TYPE_CHECKING:
    from ..beginning import Begun
    from ..contract import Array, Vector

__all__ = [
    "Native",
    "Results",
    "Runner",
    "arrays_in",
    "flat",
    "inputs_of",
    "native_run",
    "numbers_in",
    "runner_of",
    "values_of",
]

_CLOCK = frozenset({"initial time", "final time", "time step", "saveper"})
_MOST_SHARED = 1 << 25
"""Numbers that single runs may share: a quarter of a gibibyte."""


# --- What is computed, by name -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Results:
    """What was computed of a run.

    Attributes:
        parts: (n_saves, n) of what moves and (1, n) of what does not, shared and not.
        places: by Python name, which part a variable is in, and where its numbers stand there.
    """

    parts: tuple[Array, Array, Array, Array]
    places: Mapping[str, tuple[int, int, int]]

    def rows(self, name: str) -> Array:
        """(n_saves or 1, n_elements)."""
        part, first, size = self.places[name]
        return self.parts[part][:, first : first + size]


class _Numbers(Mapping[str, "Array"]):
    """The variables of one number each, as a run looks them up."""

    def __init__(self, results: Results) -> None:
        self._results = results

    def __getitem__(self, name: str) -> Array:
        return self._results.rows(name)[:, 0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._results.places)

    def __len__(self) -> int:
        return len(self._results.places)


class _Arrays(_Numbers):
    """The variables of several numbers; of one that was kept in part, those."""

    def __init__(self, results: Results, chosen: Mapping[str, Any]) -> None:
        super().__init__(results)
        self._chosen = chosen

    def __getitem__(self, name: str) -> Array:
        rows = self._results.rows(name)
        return rows[:, self._chosen[name]] if name in self._chosen else rows


# --- What computes it ----------------------------------------------------------------------------


@dataclass(slots=True)
class Runner:
    """A native module with memory for its runs, and what was computed last that they share."""

    module: Module
    lanes: Lanes | None
    places: Mapping[str, tuple[int, int, int]] = field(init=False)
    stride: int = field(init=False)
    _last: tuple[bytes, Inputs, Shared] | None = None
    _lock: Lock = field(default_factory=Lock)
    _failed: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(1, dtype=np.bool_))

    def __post_init__(self) -> None:
        plan = self.module.plan
        self.stride = sum(each.size for each in plan.varied.columns)
        self.places = {
            each.variable: (part, each.first, each.size)
            for part, stretches in enumerate(
                (plan.shared.columns, plan.varied.columns, plan.shared.fixed, plan.varied.fixed)
            )
            for each in stretches
        }

    def compute(self, own: Array, shared: Shared, inputs: Inputs, out: Array) -> Results | None:
        """One run, of which `out`, (n_saves, n), takes what is saved.

        None if a value is not finite.
        """
        if self.lanes is None:
            return Results((shared.out, out, shared.w[np.newaxis], _NOTHING), self.places)
        failed, lanes = self._failed, self.lanes
        with self._lock:  # threads share the memory, and kernels let them run
            width = out.shape[1]
            lanes.compute(
                own, range(1), 1, (shared.w, shared.g), inputs, out.reshape(-1), failed, width
            )
            if failed[0]:
                return None
            fixed = lanes.w.copy()
        return Results((shared.out, out, shared.w[np.newaxis], fixed[np.newaxis]), self.places)

    def shared(self, values: Array, inputs: Inputs) -> Shared:
        """What runs share, computed again only if what it is made from has changed."""
        last, given = self._last, values.tobytes()
        if last is None or last[0] != given or not _same(last[1], inputs):
            last = self._last = given, inputs, share(self.module, values, inputs)
        return last[2]


_NOTHING = np.empty((1, 0))


def _same(one: Inputs, other: Inputs) -> bool:
    """Whether two inputs are the same, for sure."""
    return one is other or (
        one.grid is other.grid
        and (one.seed, one.noise_seed, one.run) == (other.seed, other.noise_seed, other.run)
        and all(
            np.array_equal(a, b)
            for ours, theirs in ((one.lookups, other.lookups), (one.series, other.series))
            for a, b in zip(ours, theirs, strict=True)
        )
    )


_RUNNERS: WeakKeyDictionary[CompiledModel, dict[Request, Runner]] = WeakKeyDictionary()


def runner_of(
    model: CompiledModel,
    method: Method,
    given: Sequence[str] = (),
    save: Iterable[str] | None = None,
    vary: Sequence[str] | None = None,
    *,
    pruned: bool = False,
) -> Runner:
    """The native code for runs of a kind.

    Args:
        model: what is run.
        method: how stocks are integrated.
        given: the variables whose equations are set aside, by Python name.
        save: the names of what is saved; all that is not hidden if not given.
        vary: what differs from run to run, by Python name; all parameters and all that is given
            if not given, but for those that say when it saves.
        pruned: whether what is neither saved nor needed is left out.

    Raises:
        Obstacle: there is none.
    """
    if vary is None:
        vary = (
            *(
                each.python_name
                for each in model.in_space(Space.PARAMETER)
                if fold(each.name) not in _CLOCK
            ),
            *given,
        )
    kept = None
    if save is not None:
        names = (name for name in save if fold(name) != "time")
        kept = tuple(sorted({model.select(name).variable.python_name for name in names}))
    rest = tuple(each for each in given if each not in vary)
    request = Request(method.value, vary=tuple(vary), given=rest, save=kept, pruned=pruned)
    known = _RUNNERS.setdefault(model, {})
    if request not in known:
        module = module_of(model, request)
        lanes = None
        if module.varied is not None:
            lanes = Lanes.of(module.varied, module.plan.varied, module.plan.scratch)
        known[request] = Runner(module, lanes)
    return known[request]


def flat(stretches: Iterable[Stretch], values: Mapping[str, Any]) -> Array:
    """The values of variables, end to end."""
    parts: list[float] = []
    for each in stretches:
        value = values[each.variable]
        if isinstance(value, np.ndarray):
            parts += np.broadcast_to(value.ravel(), (each.size,)).tolist()
        else:
            parts += [float(value)] * each.size
    return np.array(parts, dtype=np.float64)


def inputs_of(begun: Begun, runner: Runner) -> Inputs:
    """What a run is given besides its values: its times, tables and seeds.

    Raises:
        RunError, SimulationError: as `simulate`.
    """
    model, setting = begun.model, begun.setting
    with begun.telling(lambda: begun.results(begun.recording, begun.guard)):
        constants = begun.constants(setting, begun.guard)
        fixed: Vector = (*setting.parameters, *constants)
        start = float(begun.guard.equations.start_time(fixed))
    draws, plan = begun.draws_of(fixed), runner.module.plan
    tables: Mapping[str, Any] = {}
    if plan.tables or plan.series:
        tables = {**model.equations.step.__globals__, **setting.tables}
    return Inputs(
        grid_of(model, fixed, start),
        lookups_of(plan.tables, tables),
        series_of(plan.series, tables),
        draws.seed,
        draws.noise_seed,
        begun.asked.run_number,
    )


def values_of(begun: Begun) -> dict[str, Any]:
    """What a run is given, by Python name."""
    parameters = zip(begun.model.in_space(Space.PARAMETER), begun.setting.parameters, strict=True)
    return {each.python_name: value for each, value in parameters} | dict(begun.setting.numbers)


# --- A run ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Native:
    """What a run is made with.

    `shared` is what does not depend on `own`, the numbers that only this run is given.
    """

    runner: Runner
    inputs: Inputs
    shared: Shared
    own: Array
    chosen: Mapping[str, Any]
    """Of arrays that are kept in part: which of their elements, end to end."""


def native_run(begun: Begun) -> tuple[Run, Native] | str | None:
    """The whole run, and what it was made with.

    None if a value was not finite: Python tells which. A phrase if there is no native code.

    Raises:
        RunError, SimulationError: as `simulate`.
    """
    model, asked, setting = begun.model, begun.asked, begun.setting
    if any(isinstance(each, Patch) for each in setting.numbers.values()):
        return "some elements of an array are set in the place of its equation"
    given = tuple(sorted(setting.numbers))
    try:
        runner = runner_of(model, begun.method, given, asked.save)
        inputs = inputs_of(begun, runner)
        if runner.module.plan.room(len(inputs.grid.times)) > _MOST_SHARED:
            # Then nothing is kept from run to run, and nothing handed on.
            runner = runner_of(model, begun.method, given, asked.save, vary=())
            inputs = inputs_of(begun, runner)
    except Obstacle as obstacle:
        return str(obstacle)
    values, plan = values_of(begun), runner.module.plan
    shared = runner.shared(flat(plan.shared.parameters, values), inputs)
    if not shared.is_finite:
        return None
    own = flat(plan.varied.parameters, values)
    out = np.empty((len(inputs.grid.saved), runner.stride))
    results = runner.compute(own, shared, inputs, out)
    if results is None:
        return None
    if begun.method is Method.DIFFERENCE:
        results = _late(model, results)
    kept = tuple(
        each for each in begun.recording.kept if each.variable.python_name in runner.places
    )
    chosen = {
        each.variable.python_name: np.ravel_multi_index(
            tuple(np.array(each.places).T), each.variable.shape
        )
        for each in kept
        if each.places is not None and each.variable.varies
    }
    run = Run(
        model,
        inputs.grid.saved,
        series=numbers_in(results),
        arrays=arrays_in(results, chosen),
        kept=kept,
        changes={**asked.changes, **asked.texts},
        method=begun.method,
        seed=inputs.noise_seed,
    )
    run.engine = "native"
    return begun.told(run), Native(runner, inputs, shared, own, chosen)


def _late(model: CompiledModel, results: Results) -> Results:
    """What difference equations save: auxiliaries as they were at the save time before.

    What accumulates, delays among it, and what comes from data is saved as it is.
    """
    parts = [each.copy() for each in results.parts]
    for variable in model.in_space(Space.AUXILIARY):
        place = results.places.get(variable.python_name)
        if place is not None and variable.kind in (Kind.AUXILIARY, Kind.FLOW):
            part, first, size = place
            columns = parts[part][:, first : first + size]
            columns[1:] = columns[:-1].copy()
    return Results((parts[0], parts[1], parts[2], parts[3]), results.places)


def numbers_in(results: Results) -> Mapping[str, Array]:
    """The variables of one number each: (n_saves or 1,)."""
    return _Numbers(results)


def arrays_in(results: Results, chosen: Mapping[str, Any]) -> Mapping[str, Array]:
    """The variables of several numbers: (n_saves or 1, n_elements); of one kept in part, those."""
    return _Arrays(results, chosen)
