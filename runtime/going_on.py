"""Going on after an error in a model without arrays: the equation that failed is NaN."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeVar

from .contract import CompiledModel, Equations, Fixed, Memory, Space, Vector
from .errors import ARITHMETIC, Failure
from .failures import Trace, memory_failures, named, not_finite, overflowed, trace
from .guards import is_finite
from .rewrite import memory_input, rewrite
from .setting import Setting

if TYPE_CHECKING:
    from collections.abc import Callable

    from .random import Draws

__all__ = ["GoOn", "held_names"]

_Result = TypeVar("_Result")


def held_names(model: CompiledModel) -> frozenset[str]:
    """What memories that functions read are called in the generated module."""
    return frozenset(each.python_name for each in model.in_space(Space.CONTENTS))


class GoOn:
    """The run goes on; an equation that has no finite value is NaN at that time.

    This is for models without arrays; `by_element` has the other.

    The functions of a model compute many equations at once. So when one fails, they are computed
    again with NaN in the place of its right side, until none does.

    Attributes:
        failures: by the name that the generated module assigns, when each failed first.
    """

    def __init__(self, model: CompiledModel, setting: Setting) -> None:
        self.failures: dict[str, Failure] = {}
        self.equations = Equations(
            constants=self._constants,
            start_time=setting.equations.start_time,
            initial=self._initial,
            step=self._step,
            stage=self._stage,
            shift=setting.equations.shift,
        )
        self._model = model
        self._setting = setting
        self._rewritten = {frozenset[str](): setting.equations}
        # NaN cannot stand for a memory: a run ends where one cannot be made.
        self._held = held_names(model)

    @property
    def found(self) -> tuple[Failure, ...]:
        """The failures that the run went on after, in order."""
        return tuple(self.failures.values())

    def check(
        self,
        stage: str,  # noqa: ARG002  (the equations themselves are watched already)
        time: float | None,
        values: Callable[[], dict[str, Any]],
    ) -> None:
        """Take notice of stocks that have overflowed; what else fails is known already."""
        found = overflowed(self._model, values(), time, nan_too=False)
        if found is not None:
            self._note(found)

    def memory_failed(self, place: int, inputs: Vector, time: float, error: Exception) -> None:
        """Take notice; the memory takes in NaN."""
        for failure in memory_failures(self._model, place, inputs, time, error):
            self._note(Trace(memory_input(place), failure))

    def _constants(self, parameters: Vector) -> Vector:
        return self._without_failing(
            lambda equations: equations.constants(parameters),
            lambda constants: self._infinite(
                "constants", None, constants, lambda: named(self._model, (*parameters, *constants))
            ),
        )

    def _initial(
        self, time: float, fixed: Fixed, draws: Draws
    ) -> tuple[Vector, Vector, tuple[Memory, ...]]:
        return self._without_failing(
            lambda equations: equations.initial(time, fixed, draws),
            lambda result: self._infinite(
                "initial",
                time,
                (*result[0], *result[1]),
                lambda: named(self._model, (*fixed, *result[0]), result[1]),
            ),
        )

    def _step(
        self, time: float, fixed: Fixed, stocks: Vector, memory: Vector, draws: Draws
    ) -> tuple[Vector, Vector, tuple[Vector, ...]]:
        finite = _without_infinity(stocks)
        return self._without_failing(
            lambda equations: equations.step(time, fixed, finite, memory, draws),
            lambda result: self._infinite(
                "step",
                time,
                (*result[0], *result[1]),
                lambda: named(self._model, fixed, finite, result[0], result[1], memory),
            ),
        )

    def _stage(self, time: float, fixed: Fixed, stocks: Vector, auxiliaries: Vector) -> Vector:
        finite = _without_infinity(stocks)
        return self._without_failing(
            lambda equations: equations.stage(time, fixed, finite, auxiliaries),
            lambda changes: self._infinite(
                "stage",
                time,
                changes,
                lambda: named(self._model, fixed, finite, auxiliaries, changes),
            ),
        )

    def _without_failing(
        self,
        compute: Callable[[Equations], _Result],
        infinite: Callable[[_Result], Trace | None],
    ) -> _Result:
        """Compute with ever more equations replaced by NaN, until none fails."""
        replaced: frozenset[str] = frozenset()
        while True:
            try:
                result = compute(self._equations_without(replaced))
            except ARITHMETIC as error:
                found = trace(self._model, error)
                if found is None or not found.name or found.name in replaced | self._held:
                    raise
            else:
                found = infinite(result)
                if found is None or found.name in replaced:
                    return result
            self._note(found)
            replaced |= {found.name}

    def _equations_without(self, replaced: frozenset[str]) -> Equations:
        """The run's equations with NaN in the place of some."""
        if replaced not in self._rewritten:
            numbers = {**self._setting.numbers, **dict.fromkeys(replaced, math.nan)}
            self._rewritten[replaced] = rewrite(self._model, numbers, self._setting.tables)
        return self._rewritten[replaced]

    def _infinite(
        self,
        stage: str,
        time: float | None,
        results: Vector,
        values: Callable[[], dict[str, Any]],
    ) -> Trace | None:
        """The first equation that gave infinity, or NaN of its own."""
        if is_finite(results):
            return None
        return not_finite(self._model, stage, values(), time)

    def _note(self, found: Trace) -> None:
        self.failures.setdefault(found.name, found.failure)


def _without_infinity(stocks: Vector) -> Vector:
    """Stocks that have overflowed are NaN, so that what reads them is NaN too."""
    if is_finite(stocks):
        return stocks
    return tuple([math.nan if math.isinf(each) else each for each in stocks])
