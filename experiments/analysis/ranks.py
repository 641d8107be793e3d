"""Rank correlations of each parameter with a variable: what any random design tells, cheaply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, TypeAlias

from ..tree import Moment
from .measures import Measure, measures_frame, save_measures
from .runs import ManyRuns, at_each, cannot_tell, column_of, sensitivity_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["RankCorrelations", "rank_correlations"]

_FEWEST = 4  # runs, of which an interval can be told
_DEPENDENT = 1e-10  # the least eigenvalue of correlations of parameters that can be told apart


@dataclass(frozen=True, slots=True, eq=False)
class RankCorrelations:
    """Spearman's rank correlations of parameters with a variable at a moment, from -1 to 1.

    Attributes:
        column: the variable or element.
        at: the moment.
        parameters: the names of what varies.
        plain: (n_parameters,), the correlation; NaN if the parameter or the variable is constant.
        plain_lower: (n_parameters,), the lower end of its interval.
        plain_upper: (n_parameters,), the upper end of its interval.
        partial: (n_parameters,), the correlation of what the other parameters do not explain,
            linearly in ranks; NaN where they leave nothing.
        confidence: of the interval, which is Fisher's, with the standard error of D. G. Bonett and
            T. A. Wright, Psychometrika 65 (2000) 23-28.
        n_runs: the runs that were counted.
        left_out: the runs that failed.
    """

    column: str
    at: float | Moment
    parameters: tuple[str, ...]
    plain: Floats
    plain_lower: Floats
    plain_upper: Floats
    partial: Floats
    confidence: float
    n_runs: int
    left_out: int

    def measures(self) -> tuple[Measure, ...]:
        """Each correlation, the plain ones with their intervals."""
        return tuple(self._measures())

    def _measures(self) -> Iterator[Measure]:
        head = (self.column, self.at)
        for place, parameter in enumerate(self.parameters):
            interval = float(self.plain_lower[place]), float(self.plain_upper[place])
            plain, partial = float(self.plain[place]), float(self.partial[place])
            yield Measure(*head, "rank correlation", parameter, plain, *interval)
            yield Measure(*head, "partial rank correlation", parameter, partial)

    def save(self, path: str | PathLike[str]) -> None:
        """Write a table, a row for each correlation; see `save_measures`."""
        save_measures([self], path)

    def to_pandas(self) -> pd.DataFrame:
        """The same as a frame; see `measures_frame`."""
        return measures_frame([self])


def rank_correlations(
    runs: ManyRuns, column: str, at: float | Moment = Moment.END
) -> RankCorrelations:
    """Spearman's rank correlation of each parameter with a variable, plain and partial.

    Failed runs are left out, and counted.

    Raises:
        UnknownNameError: S3C604, there is no such column.
        RunError: S3C750, nothing was saved at that time, or fewer than four runs have a value.
    """
    import numpy as np
    from scipy.stats import norm, rankdata

    column = column_of(runs, column)
    values = at_each(runs, column, at)
    good = np.isfinite(values)
    count = int(good.sum())
    if count < _FEWEST:
        message = f"“{column}” has values in {count} runs only"
        raise cannot_tell(message, "narrow the distributions to where the model runs")
    names = tuple(each.name for each in runs.design.parameters)
    ranks = rankdata(np.column_stack([runs.design.values[good], values[good]]), axis=0)
    table = _correlations(ranks)
    plain = table[:-1, -1]
    confidence = sensitivity_of(runs).confidence
    width = norm.ppf(0.5 + confidence / 2) * np.sqrt((1 + plain**2 / 2) / (count - 3))
    with np.errstate(divide="ignore"):  # of 1 and -1 the interval is the number itself
        middle = np.arctanh(plain)
    lower, upper = np.tanh(middle - width), np.tanh(middle + width)
    partial = _partial(table)
    left_out = runs.n_runs - count
    return RankCorrelations(
        column, at, names, plain, lower, upper, partial, confidence, count, left_out
    )


def _correlations(ranks: Floats) -> Floats:
    """(n, n), of columns (n_runs, n); NaN where one does not vary."""
    import numpy as np

    off = ranks - ranks.mean(axis=0)
    sizes = np.sqrt((off**2).sum(axis=0))
    sizes[np.ptp(ranks, axis=0) == 0] = np.nan
    found: Floats = np.clip(off.T @ off / np.outer(sizes, sizes), -1.0, 1.0)
    return found


def _partial(table: Floats) -> Floats:
    """(n - 1,), of each parameter with the variable, which is last, the other ones held."""
    import numpy as np

    found = np.full(len(table) - 1, np.nan)
    varied = np.isfinite(table[:-1, -1])
    keep = np.flatnonzero(np.append(varied, True))
    if not varied.any():
        return found
    part = table[np.ix_(keep, keep)]
    if np.linalg.eigvalsh(part)[0] < _DEPENDENT:
        return found
    inverse = np.linalg.inv(part)
    found[varied] = (-inverse[-1] / np.sqrt(np.diag(inverse) * inverse[-1, -1]))[:-1]
    return found
