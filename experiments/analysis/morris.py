"""Morris' elementary effects: which parameters matter at all, by few runs, through SALib.

The effect of a parameter is what the variable changes by, when the parameter is moved from where a
trajectory stands, over the step in probability: so it is the change over the parameter's whole
range, if the variable is linear in its quantiles. Its mean over trajectories is `mu`, the mean of
its size `mu star`; its standard deviation `sigma` is large where the effect depends on the other
parameters, or on where the parameter itself stands.

Source: M. D. Morris, Technometrics 33 (1991) 161-174; `mu star`: F. Campolongo, J. Cariboni, A.
Saltelli, Environmental Modelling & Software 22 (2007) 1509-1518; as SALib.analyze.morris has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, TypeAlias

from ..tree import Moment, Sampling
from .measures import Measure, measures_frame, save_measures
from .runs import ManyRuns, at_each, cannot_tell, column_of, sensitivity_of
from .sobol import salib

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["MorrisEffects", "morris_effects"]

_RESAMPLES = 1000
_FEWEST = 2  # trajectories, that have a deviation


@dataclass(frozen=True, slots=True, eq=False)
class MorrisEffects:
    """Morris' elementary effects on a variable at a moment, in its units.

    Attributes:
        column: the variable or element.
        at: the moment.
        parameters: the names of what varies.
        mu: (n_parameters,), the mean effect.
        mu_star: (n_parameters,), the mean size of the effect.
        mu_star_half: (n_parameters,), half the width of its interval: the bootstrap's standard
            error, over trajectories drawn again, times the normal quantile of the confidence.
        sigma: (n_parameters,), the standard deviation of the effect.
        confidence: of the interval.
        n_trajectories: those that were counted.
        left_out: those that were not: one of their runs failed.
    """

    column: str
    at: float | Moment
    parameters: tuple[str, ...]
    mu: Floats
    mu_star: Floats
    mu_star_half: Floats
    sigma: Floats
    confidence: float
    n_trajectories: int
    left_out: int

    def measures(self) -> tuple[Measure, ...]:
        """Each number, `mu star` with its interval."""
        return tuple(self._measures())

    def _measures(self) -> Iterator[Measure]:
        for place, parameter in enumerate(self.parameters):
            star, half = float(self.mu_star[place]), float(self.mu_star_half[place])
            head = (self.column, self.at)
            yield Measure(*head, "mu", parameter, float(self.mu[place]))
            yield Measure(*head, "mu star", parameter, star, star - half, star + half)
            yield Measure(*head, "sigma", parameter, float(self.sigma[place]))

    def save(self, path: str | PathLike[str]) -> None:
        """Write a table, a row for each number; see `save_measures`."""
        save_measures([self], path)

    def to_pandas(self) -> pd.DataFrame:
        """The same as a frame; see `measures_frame`."""
        return measures_frame([self])


def morris_effects(runs: ManyRuns, column: str, at: float | Moment = Moment.END) -> MorrisEffects:
    """The elementary effects on a variable at a moment.

    A trajectory one of whose runs failed is left out whole, and counted.

    Args:
        runs: made along trajectories.
        column: a variable or element.
        at: a time, or `Moment.END` or `Moment.PEAK`.

    Raises:
        UnknownNameError: S3C604, there is no such column.
        RunError: S3C750, the runs are of another design, nothing was saved at that time, or fewer
            than two trajectories are whole; S3C606, SALib is not installed.
    """
    import numpy as np

    settings = sensitivity_of(runs)
    names = tuple(each.name for each in runs.design.parameters)
    size = len(names) + 1
    shares = runs.design.shares
    if settings.sampling is not Sampling.MORRIS or shares is None or runs.n_runs % size:
        message = "elementary effects need runs along Morris' trajectories"
        raise cannot_tell(message, 'say sampling = "morris", and run it')
    column = column_of(runs, column)
    values = at_each(runs, column, at).reshape(-1, size)
    whole = np.isfinite(values).all(axis=1)
    count = int(whole.sum())
    if count < _FEWEST:
        message = f"“{column}” has values in all runs of {count} trajectories only"
        raise cannot_tell(message, "narrow the distributions to where the model runs")
    steps = shares.reshape(-1, size, len(names))[whole]
    found = salib("SALib.analyze.morris").analyze(
        {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)},
        np.array(steps.reshape(-1, len(names)), dtype=np.float64),
        np.array(values[whole].ravel(), dtype=np.float64),
        num_resamples=_RESAMPLES, conf_level=settings.confidence, num_levels=settings.levels,
        seed=settings.seed,
    )  # fmt: skip
    mu, star, half, sigma = (
        np.asarray(found[key], dtype=np.float64)
        for key in ("mu", "mu_star", "mu_star_conf", "sigma")
    )
    left_out = len(values) - count
    return MorrisEffects(
        column, at, names, mu, star, half, sigma, settings.confidence, count, left_out
    )
