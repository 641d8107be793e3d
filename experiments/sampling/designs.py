"""Designs: which values the parameters of a sensitivity have in each of its runs.

A design is a function of what the experiment says alone, its seed included. It is drawn in shares:
numbers from 0 to 1, spread as the sampling asks; each parameter's quantile function makes values
of them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from s3c.runtime import RunError

from ..tree import Parameter, Sampling, Sensitivity
from .distributions import Vector
from .quantiles import points_along, quantiles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Wholes: TypeAlias = NDArray[np.int64]

__all__ = ["MOST_NUMBERS", "Design", "count_runs", "draw", "too_many_runs"]

MOST_NUMBERS = 50_000_000  # of a design: runs times parameters
_MOST_PARAMETERS = 10_000
_UNCOUNTED = 10**15


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The values of all runs.

    Attributes:
        parameters: what varies.
        values: (n_runs, n_parameters), each in its parameter's units; of a factor, the factor.
        shares: (n_runs, n_parameters), from 0 to 1, what the values were made of: the unit space in
            which Morris' steps and Saltelli's samples are taken. None of a table's rows; NaN where
            a parameter stands at its benchmark.
        varied: (n_runs,), of univariate runs, the number of the parameter that is not at its
            benchmark; else None.
        notes: what a user should know of it, if anything.
    """

    parameters: tuple[Parameter, ...]
    values: Floats
    shares: Floats | None = None
    varied: Wholes | None = None
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Of the parameters."""
        return tuple(each.name for each in self.parameters)

    @property
    def n_runs(self) -> int:
        """How many runs it has."""
        return len(self.values)


def count_runs(sensitivity: Sensitivity) -> int:
    """How many runs it takes; nothing is drawn."""
    n, parameters = sensitivity.runs, sensitivity.parameters
    match sensitivity.sampling:
        case Sampling.RANDOM | Sampling.LATIN_HYPERCUBE | Sampling.SOBOL:
            return n
        case Sampling.GRID:
            return math.prod(_levels(each, n) for each in parameters)
        case Sampling.UNIVARIATE:
            return sum(_levels(each, n) for each in parameters)
        case Sampling.FILE:
            return len(sensitivity.rows)
        case Sampling.SOBOL_INDICES:
            return n * (len(parameters) * (2 if sensitivity.second_order else 1) + 2)
        case Sampling.MORRIS:
            return n * (len(parameters) + 1)
        case _:
            assert_never(sensitivity.sampling)


def too_many_runs(sensitivity: Sensitivity) -> str:
    """What to say if a design is larger than can be kept; else nothing."""
    count, parameters = count_runs(sensitivity), len(sensitivity.parameters)
    if count * parameters <= MOST_NUMBERS and parameters <= _MOST_PARAMETERS:
        return ""
    shown = str(count) if count < _UNCOUNTED else "more than 10^15"
    return f"{shown} runs with {parameters} parameters are too many"


def draw(sensitivity: Sensitivity, benchmark: Mapping[str, float]) -> Design:
    """The values of the parameters in all runs: the same for the same experiment.

    Args:
        sensitivity: what varies, and how.
        benchmark: each parameter's value in the benchmark, by name; 1 of a factor. Only univariate
            runs, and tables whose first cells are empty, need it.

    Raises:
        RunError: S3C711, there are too many runs; S3C606, SALib is needed and missing.
    """
    if message := too_many_runs(sensitivity):
        raise RunError("S3C711", message, "take fewer runs, or another sampling")
    match sensitivity.sampling:
        case Sampling.UNIVARIATE:
            return _univariate(sensitivity, benchmark)
        case Sampling.FILE:
            return _from_rows(sensitivity, benchmark)
        case Sampling.GRID:
            shares = _grid(sensitivity)
        case Sampling.RANDOM | Sampling.LATIN_HYPERCUBE | Sampling.SOBOL:
            shares = _sampled(sensitivity)
        case Sampling.SOBOL_INDICES:
            shares = _saltelli(sensitivity)
        case Sampling.MORRIS:
            shares = _trajectories(sensitivity)
        case _:
            assert_never(sensitivity.sampling)
    return Design(
        sensitivity.parameters, _values(sensitivity, shares), shares, notes=_notes(sensitivity)
    )


def _values(sensitivity: Sensitivity, shares: Floats) -> Floats:
    import numpy as np

    columns = [
        quantiles(each.distribution, column)
        for each, column in zip(sensitivity.parameters, shares.T, strict=True)
    ]
    return np.ascontiguousarray(np.stack(columns, axis=1))


def _notes(sensitivity: Sensitivity) -> tuple[str, ...]:
    runs = sensitivity.runs
    power = runs & (runs - 1) == 0
    if sensitivity.sampling in (Sampling.SOBOL, Sampling.SOBOL_INDICES) and not power:
        below = 1 << (runs.bit_length() - 1)
        why = "a Sobol' sequence is spread evenly where the number of its points is a power of 2"
        return (f"{why}: {below} or {2 * below}, not {runs}",)
    return ()


# --- shares ---


def _middles(count: int) -> Floats:
    """(count,), the middles of so many equal parts of [0, 1]."""
    import numpy as np

    return (np.arange(count) + 0.5) / count


def _sampled(sensitivity: Sensitivity) -> Floats:
    """Samples of the whole space; vectors are gone along run by run, from their start again."""
    import numpy as np
    from scipy.stats import qmc

    count, width = sensitivity.runs, len(sensitivity.parameters)
    match sensitivity.sampling:
        case Sampling.LATIN_HYPERCUBE:
            shares = qmc.LatinHypercube(width, rng=sensitivity.seed).random(count)
        case Sampling.SOBOL:
            shares = _sobol(width, count, sensitivity.seed)
        case _:
            generator = np.random.Generator(np.random.PCG64(sensitivity.seed))
            shares = generator.random((count, width))
    for number, each in enumerate(sensitivity.parameters):
        if isinstance(each.distribution, Vector):
            middles = _middles(_levels(each, count))
            shares[:, number] = middles[np.arange(count) % len(middles)]
    return shares


def _sobol(width: int, count: int, seed: int) -> Floats:
    """(count, width), the first points of a scrambled Sobol' sequence."""
    from scipy.stats import qmc

    exponent = max(count - 1, 0).bit_length()
    found: Floats = qmc.Sobol(width, rng=seed).random_base2(exponent)[:count]
    return found


def _levels(parameter: Parameter, count: int) -> int:
    """How many values a parameter has in a grid: a vector has its own."""
    vector = parameter.distribution
    return len(points_along(vector)) if isinstance(vector, Vector) else count


def _grid(sensitivity: Sensitivity) -> Floats:
    """Every combination of the middles of equally probable parts, the last parameter fastest."""
    import numpy as np

    sides = [_middles(_levels(each, sensitivity.runs)) for each in sensitivity.parameters]
    return np.stack([each.ravel() for each in np.meshgrid(*sides, indexing="ij")], axis=1)


def _saltelli(sensitivity: Sensitivity) -> Floats:
    """Saltelli's design, in SALib's order: of each base sample A, each A with one of B, B.

    With indices of second order, each B with one of A stand before B, too.
    Source: Saltelli, "Making best use of model evaluations to compute sensitivity indices",
    Computer Physics Communications 145 (2002); Saltelli et al. (2010) for the shorter one.
    """
    import numpy as np

    count, width = sensitivity.runs, len(sensitivity.parameters)
    both = _sobol(2 * width, count, sensitivity.seed)
    first, second = both[:, None, :width], both[:, None, width:]
    one = np.eye(width, dtype=bool)
    mixed = [np.where(one, second, first)]
    if sensitivity.second_order:
        mixed.append(np.where(one, first, second))
    return np.concatenate([first, *mixed, second], axis=1).reshape(-1, width)


def _trajectories(sensitivity: Sensitivity) -> Floats:
    """Morris' trajectories: of each, parameters + 1 points, of which each moves one parameter."""
    import numpy as np

    try:
        from SALib.sample import morris  # type: ignore[import-untyped]
    except ImportError:
        message = "Morris' trajectories cannot be drawn without SALib"
        raise RunError("S3C606", message, "pip install 's3c[experiments]'") from None
    width = len(sensitivity.parameters)
    problem: dict[str, Any] = {
        "num_vars": width,
        "names": [f"x{number}" for number in range(width)],
        "bounds": [[0.0, 1.0]] * width,
    }
    generator = np.random.Generator(np.random.PCG64(sensitivity.seed))
    found = morris.sample(problem, sensitivity.runs, sensitivity.levels, seed=generator)
    return np.clip(np.asarray(found, dtype=np.float64), 0.0, 1.0)


# --- designs that are not of shares alone ---


def _univariate(sensitivity: Sensitivity, benchmark: Mapping[str, float]) -> Design:
    """One parameter after the other, at the middles of equally probable parts."""
    import numpy as np

    parameters = sensitivity.parameters
    counts = [_levels(each, sensitivity.runs) for each in parameters]
    varied = np.repeat(np.arange(len(parameters)), counts)
    values = np.tile([benchmark[each.name] for each in parameters], (len(varied), 1))
    shares = np.full(values.shape, np.nan)
    for number, (each, count) in enumerate(zip(parameters, counts, strict=True)):
        rows = varied == number
        shares[rows, number] = _middles(count)
        values[rows, number] = quantiles(each.distribution, shares[rows, number])
    return Design(parameters, values, shares, varied)


def _from_rows(sensitivity: Sensitivity, benchmark: Mapping[str, float]) -> Design:
    """The rows of a table; what is left empty above all numbers is as in the benchmark."""
    import numpy as np

    parameters = sensitivity.parameters
    values = np.array(sensitivity.rows, dtype=np.float64).reshape(-1, len(parameters))
    usual = np.array([benchmark.get(each.name, np.nan) for each in parameters])
    return Design(parameters, np.where(np.isnan(values), usual, values))
