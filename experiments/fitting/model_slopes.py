"""What a fit's runs change by with what is free, told by the model itself.

The model is compiled again so that it also computes its derivatives with respect to the free
constants. What is free and what scenarios scale or set is linear in it, so that the chain rule
takes the same matrix at every point.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from s3c import ModelText
from s3c.compiler import CompileError
from s3c.runtime import CompiledModel, RunError, columns_of, derivative_name

from ..running.scenarios import seeds_together
from ..running.simulations import Simulations
from ..running.together import RunsTogether
from ..tree import Experiment, Free, Scenario
from .free_numbers import constants_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Series: TypeAlias = tuple[Floats, Floats]

__all__ = ["ModelSlopes", "NoSlopesError", "RunSlopes"]


class NoSlopesError(Exception):
    """The model does not tell its slopes; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class RunSlopes:
    """What the runs of a scenario give for a variable, and how that changes.

    Attributes:
        time: (n_times,), in the model's time unit.
        runs: (n_seeds, n_times), in the variable's units.
        slopes: (n_free, n_seeds, n_times), d(run)/d(free number).
    """

    time: Floats
    runs: Floats
    slopes: Floats


@dataclass(eq=False)
class ModelSlopes:
    """A model with derivatives, and how these hang together with what is free.

    Attributes:
        frees: what is free.
        constants: the names of the numbers that the derivatives are with respect to.
    """

    experiment: Experiment
    frees: tuple[Free, ...]
    constants: tuple[str, ...]
    simulations: Simulations
    together: RunsTogether
    _chains: dict[str, Floats] = field(default_factory=dict)  # of scenarios

    @staticmethod
    def of(experiment: Experiment, frees: Sequence[Free], variables: Iterable[str]) -> ModelSlopes:
        """The slopes of some variables, or elements, with respect to what is free.

        Raises:
            NoSlopesError: the model cannot be differentiated so, or what the experiment sets
                takes the place of an equation that is differentiated.
        """
        model, variables = experiment.model, tuple(dict.fromkeys(variables))
        constants = [constant for free in frees for constant in free.constants]
        names = tuple(dict.fromkeys(name for each in constants for name in _elements(model, each)))
        try:
            text = ModelText.of(model).with_derivatives(names, variables)
            again = replace(experiment, model=text.load())
            wanted = [derivative_name(each, name) for each in variables for name in names]
            simulations = Simulations(again, [*variables, *wanted])
        except (CompileError, RunError) as error:
            raise NoSlopesError(_reason(error)) from None
        together = RunsTogether(simulations)
        return ModelSlopes(again, tuple(frees), names, simulations, together)

    def at(
        self, point: Sequence[float], scenarios: Sequence[Scenario]
    ) -> Mapping[tuple[str, str], RunSlopes] | None:
        """Runs and slopes at a point, by the names of a scenario and of a variable.

        None if a derivative has no finite value there.

        Raises:
            NoSlopesError: a scenario takes the place of an equation that is differentiated.
        """
        model, simulations = self.experiment.model, self.simulations
        fitted = constants_of(self.frees, point, model, simulations.benchmark)
        changes = [simulations.changes(each, fitted) for each in scenarios]
        try:
            seeds = self.experiment.settings.seeds
            by_seed = [self.together.runs(changes, seed) for seed in seeds]
        except RunError as error:
            raise NoSlopesError(_reason(error)) from None
        found: dict[tuple[str, str], RunSlopes] = {}
        for scenario, of_seeds in zip(scenarios, zip(*by_seed, strict=True), strict=True):
            finite = [each for each in of_seeds if each is not None]
            if len(finite) < len(of_seeds):
                return None
            chain = self._chain(scenario)
            for variable, slopes in self._by_variable(*seeds_together(finite), chain):
                found[scenario.name, variable] = slopes
        return found

    def _by_variable(
        self, time: Floats, values: Floats, chain: Floats
    ) -> Iterable[tuple[str, RunSlopes]]:
        """The variables of runs (n_seeds, n_columns, n_times), with their slopes."""
        import numpy as np

        # The variables are the first columns, and then come the derivatives of each.
        n_variables = values.shape[1] // (1 + len(self.constants))
        shape = (len(values), n_variables, len(self.constants), len(time))
        derivatives = values[:, n_variables:].reshape(shape)
        for number, name in enumerate(self.simulations.columns[:n_variables]):
            slopes = np.einsum("fc,sct->fst", chain, derivatives[:, number])
            yield name, RunSlopes(time, values[:, number], slopes)

    def _chain(self, scenario: Scenario) -> Floats:
        """(n_free, n_constants), d(constant in a scenario)/d(free number).

        What a constant is there is linear in each free number, so that the slope is what it is at 1
        less what it is at 0; 0 where the scenario sets it.
        """
        import numpy as np

        if scenario.name not in self._chains:
            origin = self._constants(scenario, np.zeros(len(self.frees)))
            units = [self._constants(scenario, each) for each in np.eye(len(self.frees))]
            self._chains[scenario.name] = np.array(units) - origin
        return self._chains[scenario.name]

    def _constants(self, scenario: Scenario, point: Floats) -> Floats:
        """(n_constants,), what the constants are in a scenario."""
        import numpy as np

        model, simulations = self.experiment.model, self.simulations
        fitted = constants_of(self.frees, point.tolist(), model, simulations.benchmark)
        changes = simulations.changes(scenario, fitted)
        selections = [model.select(name) for name in self.constants]
        wholes = [np.asarray(changes[each.variable.name]) for each in selections]
        pairs = zip(selections, wholes, strict=True)
        return np.array([whole[each.place or ()] for each, whole in pairs], np.float64)


def _elements(model: CompiledModel, constant: str) -> tuple[str, ...]:
    """The numbers of a constant: those of an array, one by one."""
    selection = model.select(constant)
    return columns_of(selection.variable) if selection.place is None else (selection.name,)


def _reason(error: CompileError | RunError) -> str:
    """Why a model does not tell its slopes, a sentence without its full stop."""
    if isinstance(error, CompileError):
        first, *others = [each.message for each in error.diagnostics if each.is_error]
        return first + (f", and {len(others)} more" if others else "")
    return error.message
