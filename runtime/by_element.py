"""Going on after an error in a model with arrays: only the elements that failed are NaN."""

from __future__ import annotations

import ast
import copy
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .array_failures import by_themselves, overflows
from .contract import CompiledModel, Equations, Fixed, Memory, Vector
from .errors import ARITHMETIC, Failure
from .failures import Trace, memory_failures, trace
from .going_on import held_names
from .guards import are_finite
from .rewrite import Wrap, memory_input, rewrite
from .setting import Setting

if TYPE_CHECKING:
    from .random import Draws

__all__ = ["GoOnByElement"]

_Result = TypeVar("_Result")

# Names that no generated module gives.
_FINITE, _ENDED, _ARITHMETIC, _FULL = "__finite", "__ended", "__arithmetic", "__full"


class GoOnByElement:
    """The run goes on; an element that has no finite value is NaN at that time.

    The functions of the model are changed: infinity becomes NaN in every equation, so does what
    fails inside a loop, and numpy and `elementwise` give NaN instead of errors. Which elements
    failed by themselves is found afterwards, from what all names stood for in the end. Where a
    statement raises all the same, it is computed again with NaN for all that it assigns.

    Attributes:
        failures: by name and element, when each failed first.
    """

    def __init__(self, model: CompiledModel, setting: Setting) -> None:
        self.failures: dict[tuple[str, str], Failure] = {}
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
        self._held = held_names(model)
        self._ended: dict[str, Any] = {}
        self._noted: dict[str, dict[str, Any]] = {}
        self._rewritten: dict[frozenset[int | str], Equations] = {}

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
        for found in overflows(self._model, values(), time, nan_too=False):
            self._note(found)

    def memory_failed(self, place: int, inputs: Vector, time: float, error: Exception) -> None:
        """Take notice; the memory takes in NaN."""
        for failure in memory_failures(self._model, place, inputs, time, error):
            self._note(Trace(memory_input(place), failure))

    def _constants(self, parameters: Vector) -> Vector:
        return self._without_failing(
            "constants", None, lambda equations: equations.constants(parameters)
        )

    def _initial(
        self, time: float, fixed: Fixed, draws: Draws
    ) -> tuple[Vector, Vector, tuple[Memory, ...]]:
        return self._without_failing(
            "initial", time, lambda equations: equations.initial(time, fixed, draws)
        )

    def _step(
        self, time: float, fixed: Fixed, stocks: Vector, memory: Vector, draws: Draws
    ) -> tuple[Vector, Vector, tuple[Vector, ...]]:
        finite = _without_infinity(stocks)
        auxiliaries, changes, inputs = self._without_failing(
            "step",
            time,
            lambda equations: equations.step(time, fixed, finite, memory, draws),
            lambda result: [each for given in result[2] for each in given],
        )
        return auxiliaries, changes, tuple([_without_infinity(given) for given in inputs])

    def _stage(self, time: float, fixed: Fixed, stocks: Vector, auxiliaries: Vector) -> Vector:
        finite = _without_infinity(stocks)
        return self._without_failing(
            "stage", time, lambda equations: equations.stage(time, fixed, finite, auxiliaries)
        )

    def _without_failing(
        self,
        stage: str,
        time: float | None,
        compute: Callable[[Equations], _Result],
        unnamed: Callable[[_Result], Vector] = lambda _: (),
    ) -> _Result:
        """Compute with ever more statements replaced by NaN, until none raises.

        `unnamed` are those of the results that no name stands for.
        """
        replaced: frozenset[int | str] = frozenset()
        while True:
            equations = self._equations_without(replaced)
            try:
                result = compute(equations)
            except ARITHMETIC as error:
                found = trace(self._model, error)
                failing = (found.line or found.name) if found is not None else ""
                if found is None or not failing or failing in replaced or found.name in self._held:
                    raise
                self._note(found)
                replaced |= {failing}
            else:
                self._note_elements(stage, time, replaced, unnamed(result))
                return result

    def _note_elements(
        self, stage: str, time: float | None, replaced: frozenset[int | str], unnamed: Vector
    ) -> None:
        """Take notice of the elements that failed by themselves."""
        ended, self._ended = self._ended, {}
        numbers = [value for value in ended.values() if _is_numeric(value)]
        if are_finite(numbers, unnamed):
            return
        known = {**self._equations_without(replaced).step.__globals__, **ended}
        function = getattr(self._model.equations, stage).__name__
        noted = self._noted.setdefault(function, {})
        for found in by_themselves(self._model, function, known, time, noted, replaced):
            self._note(found)

    def _equations_without(self, replaced: frozenset[int | str]) -> Equations:
        """The run's equations, made lenient, with NaN in the place of some."""
        if replaced not in self._rewritten:
            lines = frozenset(each for each in replaced if isinstance(each, int))
            inputs = dict.fromkeys([each for each in replaced if isinstance(each, str)], math.nan)
            numbers = {**self._setting.numbers, **inputs}
            wrap = _Lenient(self._model, lines, self._end)
            self._rewritten[replaced] = rewrite(self._model, numbers, self._setting.tables, wrap)
        return self._rewritten[replaced]

    def _end(self, known: dict[str, Any]) -> None:
        self._ended = known

    def _note(self, found: Trace) -> None:
        self.failures.setdefault((found.name, found.failure.element), found.failure)


class _Lenient(Wrap):
    """Makes the equations of a model give NaN, and tell in the end what all names stood for."""

    def __init__(
        self,
        model: CompiledModel,
        failing: frozenset[int],
        end: Callable[[dict[str, Any]], None],
    ) -> None:
        self._held = held_names(model)
        self._shapes = {each.python_name: each.shape for each in model.variables if each.axes}
        self._failing = failing
        self.names = {_FINITE: _finite, _ENDED: end, _ARITHMETIC: ARITHMETIC, _FULL: np.full}

    def equation(self, node: ast.Assign, in_loop: bool) -> ast.stmt:
        """NaN for infinity, for what fails in a loop, and for what is to be replaced."""
        if _assigned(node.targets[0]) in self._held:
            return node
        if node.lineno in self._failing:
            node.value = ast.copy_location(self._nan(node.targets[0]), node.value)
            return node
        failing = ast.copy_location(
            ast.Assign(copy.deepcopy(node.targets), ast.Constant(math.nan)), node
        )
        node.value = ast.copy_location(_call(_FINITE, node.value), node.value)
        if not in_loop:
            return node
        handler = ast.ExceptHandler(ast.Name(_ARITHMETIC, ast.Load()), None, [failing])
        return ast.copy_location(ast.Try([node], [handler], [], []), node)

    def returned(self, node: ast.Return) -> list[ast.stmt]:
        """Before the end, what all names stand for."""
        told = ast.Expr(_call(_ENDED, _call("locals")))
        return [ast.copy_location(told, node), node]

    def _nan(self, target: ast.expr) -> ast.expr:
        """NaN for all that is assigned."""
        if isinstance(target, ast.Name) and target.id in self._shapes:
            sizes: list[ast.expr] = [ast.Constant(size) for size in self._shapes[target.id]]
            return _call(_FULL, ast.Tuple(sizes, ast.Load()), ast.Constant(math.nan))
        return ast.Constant(math.nan)


def _assigned(target: ast.expr) -> str:
    """The name of the variable that is assigned, or of which an element is."""
    while isinstance(target, ast.Subscript):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def _call(name: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def _is_numeric(value: Any) -> bool:
    """Whether it is a number, or an array of them."""
    return isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype != np.object_)


def _finite(value: Any) -> Any:
    """NaN for infinity; a memory, or another thing that is no number, stays what it is."""
    if isinstance(value, float):
        return math.nan if math.isinf(value) else value
    if not isinstance(value, np.ndarray) or value.dtype != np.float64:
        return value
    return np.where(np.isinf(value), math.nan, value) if np.isinf(value).any() else value


def _without_infinity(stocks: Vector) -> Vector:
    """Stocks that have overflowed are NaN, so that what reads them is NaN too."""
    return tuple([_finite(stock) for stock in stocks])
