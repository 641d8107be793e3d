"""Prepared runs by native code (see `runtime.prepared`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..contract import Method
from ..rewrite import Patch
from ..subscripts import columns_of
from .machine import Lanes, Shared
from .modules import Obstacle
from .single import Runner, flat, inputs_of, runner_of, values_of

if TYPE_CHECKING:
    from ..beginning import Begun
    from ..contract import Array, CompiledModel, VariableInfo
    from ..prepared import Prepared
    from .machine import Inputs

__all__ = ["native_prepared"]


def native_prepared(
    begun: Begun, varied: Sequence[VariableInfo], by_python: Callable[[], Prepared]
) -> Prepared | None:
    """Runs that differ in some variables, by native code; None if Python must make them.

    Args:
        begun: what all runs are given.
        varied: what each is given.
        by_python: prepares the same for Python, which tells what is wrong with a run.

    Raises:
        RunError, SimulationError: as `simulate`.
    """
    numbers = begun.setting.numbers
    if any(isinstance(each, Patch) for each in numbers.values()):
        return None
    if begun.method is Method.DIFFERENCE:  # whose results are late
        return None
    vary = [each.python_name for each in varied]
    given = tuple(sorted(numbers.keys() - set(vary)))
    try:
        runner = runner_of(begun.model, begun.method, given, begun.asked.save, vary, pruned=True)
    except Obstacle:
        return None
    if not runner.module.plan.steady or _has_holes(begun.model, runner):
        return None
    return _ByNative(begun, runner, by_python)


class _ByNative:
    """Runs that native code makes in the same memory."""

    engine = "native"

    def __init__(self, begun: Begun, runner: Runner, by_python: Callable[[], Prepared]) -> None:
        self.model = begun.model
        self._by_python = by_python
        self._inputs: Inputs = inputs_of(begun, runner)
        values, plan = values_of(begun), runner.module.plan
        self._plan = plan
        self._shared: Shared = runner.shared(flat(plan.shared.parameters, values), self._inputs)
        self._lanes: Lanes | None = runner.lanes
        self._n_values = sum(each.size for each in plan.varied.parameters)
        self.time = self._inputs.grid.saved
        width = sum(each.size for each in plan.shared.columns)
        self.output = np.empty((len(self.time), runner.stride + width))
        self.output[:, runner.stride :] = self._shared.out
        self._out, self._failed = self.output.reshape(-1), np.zeros(1, dtype=np.bool_)
        known = {each.python_name: each for each in self.model.variables}
        self.columns = tuple(
            name
            for each in (*plan.varied.columns, *plan.shared.columns)
            for name in columns_of(known[each.variable])
        )

    @property
    def constants(self) -> Mapping[str, Array]:
        """See `Prepared`."""
        known = {each.python_name: each.name for each in self.model.variables}
        own = np.empty(0) if self._lanes is None else self._lanes.w
        return {
            known[each.variable]: w[each.first : each.first + each.size].copy()
            for w, plan in ((self._shared.w, self._plan.shared), (own, self._plan.varied))
            for each in plan.fixed
        }

    def run(self, values: Sequence[float] | Array = ()) -> Array:
        """See `Prepared`."""
        own = np.ascontiguousarray(values, dtype=np.float64).reshape(-1)
        if len(own) != self._n_values:
            msg = f"{self._n_values} values vary, and {len(own)} are given"
            raise ValueError(msg)
        shared, failed = self._shared, not self._shared.is_finite
        if self._lanes is not None:
            self._lanes.compute(
                own, range(1), 1, (shared.w, shared.g), self._inputs, self._out, self._failed,
                self.output.shape[1],
            )  # fmt: skip
            failed = failed or bool(self._failed[0])
        if failed:
            slow = self._by_python()
            slow.run(own)
            for place, name in enumerate(self.columns):  # what Python does not mind after all
                self.output[:, place] = slow.output[:, slow.columns.index(name)]
        return self.output


def _has_holes(model: CompiledModel, runner: Runner) -> bool:
    """Whether what is saved has elements that no equation gives a value."""
    plan = runner.module.plan
    saved = {each.variable for each in (*plan.varied.columns, *plan.shared.columns)}
    return any(each.holes for each in model.variables if each.python_name in saved)
