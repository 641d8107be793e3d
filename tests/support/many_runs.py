"""Many runs of small models in memory, by designs that SALib and scipy make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import SALib.sample.morris  # type: ignore[import-untyped]
import SALib.sample.sobol  # type: ignore[import-untyped]
from numpy.typing import NDArray
from scipy.stats import qmc

import s3c
from s3c.experiments import (
    BENCHMARK,
    Experiment,
    Parameter,
    RunSettings,
    Sampling,
    Scenario,
    Sensitivity,
    distributions,
)

__all__ = ["MADE", "MemoryDesign", "MemoryRuns", "Ranges", "experiment_on", "given_runs", "run_all"]

Floats: TypeAlias = NDArray[np.float64]
Ranges: TypeAlias = Mapping[str, tuple[float, float]]
MADE = Path(__file__).parents[1] / "models" / "good"


@dataclass(frozen=True, slots=True, eq=False)
class MemoryDesign:
    parameters: tuple[Parameter, ...]
    values: Floats
    shares: Floats | None
    varied: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class MemoryRuns:
    """Runs whose values are given: (n_columns, n_runs, n_times)."""

    experiment: Experiment
    design: MemoryDesign
    columns: tuple[str, ...]
    time: Floats
    data: Floats

    @property
    def n_runs(self) -> int:
        return len(self.design.values)

    def values(self, column: str, times: slice = slice(None)) -> Floats:
        found: Floats = self.data[self.columns.index(column)][:, times].copy()
        return found


def experiment_on(
    model: s3c.CompiledModel,
    save: tuple[str, ...],
    ranges: Ranges,
    sampling: Sampling,
    runs: int,
    seed: int = 7,
) -> Experiment:
    parameters = tuple(
        Parameter(name, (name,), distributions.Uniform(low, high))
        for name, (low, high) in ranges.items()
    )
    return Experiment(
        Path("experiment.toml"), model, save, RunSettings(), {}, {}, (Scenario(BENCHMARK),),
        sensitivity=Sensitivity(parameters, sampling, runs, seed),
    )  # fmt: skip


def run_all(experiment: Experiment, *, second_order: bool = False) -> MemoryRuns:
    """Make all runs of a design."""
    settings = experiment.sensitivity
    assert settings is not None
    shares = _shares(settings, second_order)
    design = _design(settings, shares, experiment)
    changes = {each.name: design.values[:, k] for k, each in enumerate(settings.parameters)}
    made = experiment.model.ensemble(changes, save=experiment.save, times="all", on_error="nan")
    data = np.stack([made.whole(column) for column in made.columns])
    return MemoryRuns(experiment, design, made.columns, made.time, data)


def given_runs(experiment: Experiment, values: Floats) -> MemoryRuns:
    """Runs of one column with these values (n_runs, n_times), that no model was run for."""
    settings = experiment.sensitivity
    assert settings is not None
    shares = np.random.default_rng(1).random((len(values), len(settings.parameters)))
    design = _design(settings, shares, experiment)
    time = np.arange(float(values.shape[1]))
    return MemoryRuns(experiment, design, experiment.save, time, values[None])


def _design(settings: Sensitivity, shares: Floats, experiment: Experiment) -> MemoryDesign:
    lows, highs = np.array([_range(each) for each in settings.parameters]).T
    values = lows + shares * (highs - lows)
    if settings.sampling is not Sampling.UNIVARIATE:
        return MemoryDesign(settings.parameters, values, shares)
    usual = experiment.model.run()
    varied = np.repeat(np.arange(len(lows)), settings.runs)
    for number, each in enumerate(settings.parameters):
        values[varied != number, number] = usual[each.name][0]
    return MemoryDesign(settings.parameters, values, shares, varied)


def _range(parameter: Parameter) -> tuple[float, float]:
    assert isinstance(parameter.distribution, distributions.Uniform)
    return parameter.distribution.min, parameter.distribution.max


def _shares(settings: Sensitivity, second_order: bool) -> Floats:
    many = len(settings.parameters)
    problem = {
        "num_vars": many, "names": [str(k) for k in range(many)], "bounds": [[0.0, 1.0]] * many
    }  # fmt: skip
    found: Floats
    match settings.sampling:
        case Sampling.SOBOL_INDICES:
            found = SALib.sample.sobol.sample(
                problem, settings.runs, calc_second_order=second_order, seed=settings.seed
            )
        case Sampling.MORRIS:
            found = SALib.sample.morris.sample(
                problem, settings.runs, num_levels=settings.levels, seed=settings.seed
            )
        case Sampling.UNIVARIATE:
            found = np.tile(np.linspace(0, 1, settings.runs)[:, None], (many, many))
        case _:
            rng = np.random.default_rng(settings.seed)
            found = qmc.LatinHypercube(many, rng=rng).random(settings.runs)
    return found
