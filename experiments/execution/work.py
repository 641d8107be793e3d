"""What it takes to make any of very many runs, in any process: nothing in it is of one run."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from s3c import ModelText
from s3c.runtime import NA, CompiledModel, RunError, fold

from ..running.simulations import Simulations
from ..tree import BENCHMARK, Experiment, Held, Parameter, Scenario, Sensitivity, Streams

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["Made", "Work", "parameters_in_benchmark", "work_of"]

_SEED = "NOISE SEED"


@dataclass(frozen=True, slots=True)
class _Touch:
    """What a parameter does to a variable.

    Attributes:
        parameter: its number.
        place: the element that it gives a value; None is all of the variable.
        is_factor: whether it multiplies.
    """

    parameter: int
    place: tuple[int, ...] | None
    is_factor: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Varied:
    """A variable, or an element of one, that parameters touch; values first, and then factors."""

    name: str
    benchmark: Floats
    """(*shape), in its units."""
    touches: tuple[_Touch, ...]

    @property
    def is_relative(self) -> bool:
        """Whether what it is in a run depends on what it is in the benchmark."""
        return any(each.is_factor or each.place is not None for each in self.touches)

    def values(self, design: Floats) -> Floats:
        """(n_runs, *shape), what it is in runs whose parameters are (n_runs, n_parameters)."""
        import numpy as np

        found = np.empty((len(design), *self.benchmark.shape))
        found[...] = self.benchmark
        for each in self.touches:
            numbers = design[:, each.parameter]
            place: Any = (slice(None), *(each.place or ()))
            numbers = numbers.reshape(-1, *(1 for _ in found[place].shape[1:]))
            found[place] = found[place] * numbers if each.is_factor else numbers
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """Some runs, end to end.

    Attributes:
        first: the number of the first.
        values: (n_columns, n_times, n_runs), in each variable's units; NaN where there is no value.
        names: of the variables and elements that the columns are of.
        failed: the numbers of those in which an equation had no finite value.
        time: (n_times,), the times that are kept; NaN where runs have others.
        engine: what has made them.
        notes: what is worth knowing about the data, and how they were made.
        seconds: how long it took.
    """

    first: int
    values: Floats
    names: tuple[str, ...]
    failed: tuple[int, ...]
    time: Floats
    engine: str
    notes: tuple[str, ...]
    seconds: float

    @property
    def n_runs(self) -> int:
        """How many there are."""
        return int(self.values.shape[2])


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """What makes the runs of a sensitivity.

    Attributes:
        model: what is run.
        fixed: what all runs set, by name.
        varied: what differs.
        save: the names of variables and elements that are kept.
        times: the save times that are kept, or “all”.
        streams: whether each run draws random numbers of its own.
        seed: of these.
        method: how stocks are integrated; None is the model's.
        data, data_root: files of data, and folders where the model reads files.
        engine: what makes the runs.
    """

    model: ModelText
    fixed: Mapping[str, Held | Floats]
    varied: tuple[_Varied, ...]
    save: tuple[str, ...]
    times: tuple[float, ...] | str
    streams: Streams
    seed: int | None
    method: str | None
    data: tuple[Path, ...]
    data_root: tuple[Path, ...]
    engine: str

    def make(self, model: CompiledModel, first: int, design: Floats, threads: int = 1) -> Made:
        """Make the runs from one on; the same whatever else is made with them, and by whom.

        Args:
            model: that of the work, compiled.
            first: the number of the first.
            design: (n_runs, n_parameters), what they are given.
            threads: how many native code makes at the same time.

        Raises:
            RunError: they cannot be made.
        """
        import numpy as np

        began = time.perf_counter()
        ensemble = model.ensemble(
            {each.name: each.values(design) for each in self.varied},
            save=self.save, times=self.times, also=self.fixed, n_runs=len(design), first_run=first,
            streams="own" if self.streams is Streams.OWN else "shared", seed=self.seed,
            data=self.data or None, data_root=self.data_root, method=self.method, on_error="nan",
            engine=self.engine, threads=threads,
        )  # fmt: skip
        values = ensemble.values
        missing = values == NA
        if missing.any():
            values = np.where(missing, np.nan, values)
        return Made(
            first,
            values,
            ensemble.names,
            tuple(each.run for each in ensemble.failures),
            ensemble.time,
            ensemble.engine,
            ensemble.notes,
            time.perf_counter() - began,
        )

    def reason(self, model: CompiledModel, run: int, design: Floats) -> str:
        """Why a run failed, as a diagnostic: it is made again, by Python.

        `design` is (1, n_parameters), what it is given.
        """
        try:
            model.ensemble(
                {each.name: each.values(design) for each in self.varied},
                save=self.save, times=self.times, also=self.fixed, n_runs=1, first_run=run,
                streams="own" if self.streams is Streams.OWN else "shared", seed=self.seed,
                data=self.data or None, data_root=self.data_root, method=self.method,
                engine="python",
            )  # fmt: skip
        except RunError as error:
            return str(error)
        return ""


def work_of(
    experiment: Experiment, sensitivity: Sensitivity, simulations: Simulations, engine: str
) -> Work:
    """The work of an experiment's sensitivity.

    Args:
        experiment: what is run.
        sensitivity: that of the experiment.
        simulations: single runs of the experiment, which know its benchmark.
        engine: what is to make the runs.
    """
    settings = experiment.settings
    varied = tuple(_varied(experiment.model, sensitivity.parameters, simulations))
    names = {each.name for each in varied}
    fixed = {
        name: value
        for name, value in simulations.changes(Scenario(BENCHMARK)).items()
        if name not in names
    }
    has_seed = any(fold(name) == fold(_SEED) for name in (*fixed, *names))
    return Work(
        ModelText.of(experiment.model),
        fixed,
        varied,
        experiment.save,
        sensitivity.times or "all",
        sensitivity.streams,
        None if has_seed else settings.seeds[0],
        settings.method,
        tuple(each.absolute() for each in settings.data),
        tuple(each.absolute() for each in settings.data_root),
        engine,
    )


def _varied(
    model: CompiledModel, parameters: tuple[Parameter, ...], simulations: Simulations
) -> list[_Varied]:
    """What parameters touch: whole variables, or elements where these are all."""
    import numpy as np

    touched: dict[str, list[tuple[str, _Touch]]] = {}
    for number, parameter in enumerate(parameters):
        for constant in parameter.constants:
            selection = model.select(constant)
            touch = _Touch(number, selection.place, parameter.is_factor)
            touched.setdefault(selection.variable.name, []).append((selection.name, touch))
    found: list[_Varied] = []
    for variable, each in touched.items():
        each.sort(key=lambda pair: pair[1].is_factor)
        # What is no constant can be given values, and has none that a factor could multiply.
        benchmark = np.asarray(simulations.benchmark.get(variable, np.nan), dtype=np.float64)
        if any(touch.place is None for _, touch in each):
            found.append(_Varied(variable, benchmark, tuple(touch for _, touch in each)))
            continue
        for name in dict.fromkeys(name for name, _ in each):
            touches = [touch for other, touch in each if other == name]
            here = tuple(_Touch(one.parameter, None, one.is_factor) for one in touches)
            found.append(_Varied(name, np.asarray(benchmark[touches[0].place]), here))
    return found


def parameters_in_benchmark(
    model: CompiledModel, parameters: tuple[Parameter, ...], simulations: Simulations
) -> dict[str, float]:
    """What each parameter is in the benchmark, by name: 1 of a factor; the first of an array."""
    import numpy as np

    found: dict[str, float] = {}
    for each in parameters:
        selection = model.select(each.constants[0])
        value = np.asarray(simulations.benchmark.get(selection.variable.name, np.nan))
        here = value if selection.place is None else value[selection.place]
        found[each.name] = 1.0 if each.is_factor else float(np.ravel(here)[0])
    return found
