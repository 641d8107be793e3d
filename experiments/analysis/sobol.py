"""Sobol' indices: how much of a variable's variance each parameter makes, through SALib.

The first-order index of a parameter is the share of the variance that would go if it were known;
the total index, the share that would stay if all others were known: with all its interactions. An
index of second order is what two parameters do together. Saltelli's design is needed, `sampling =
"sobol indices"`: blocks of runs A, AB_1 … AB_k[, BA_1 … BA_k], B, one for each base sample.

Source: A. Saltelli et al., Computer Physics Communications 181 (2010) 259-270, Table 2 (b) and
(f), as SALib.analyze.sobol computes them; of second order, A. Saltelli, ibid. 145 (2002) 280-297.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeAlias

from s3c.runtime import RunError

from ..tree import Moment, Sampling
from .measures import Measure, measures_frame, save_measures
from .runs import ManyRuns, at_each, cannot_tell, column_of, sensitivity_of, time_blocks

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["SobolIndices", "salib", "sobol_indices", "sobol_over_time"]

_RESAMPLES = 200
_MOST_RESAMPLED = 4_000_000  # numbers at once
_ROUNDING = 1e-12  # of the largest value: what varies no more does not vary
_FEWEST = 2  # base samples, of which a bootstrap can draw
_MOST_TIMES = 50


@dataclass(frozen=True, slots=True, eq=False)
class SobolIndices:
    """Sobol' indices of a variable at a moment.

    An interval is the index plus and minus its half-width: the bootstrap's standard error, over
    base samples drawn again, times the normal quantile of the confidence. So it may reach below 0
    or above 1, as the estimates themselves may. All is NaN where the variable does not vary.

    Attributes:
        column: the variable or element.
        at: the moment.
        parameters: the names of what varies.
        first: (n_parameters,), the first-order indices.
        first_half: (n_parameters,), half the width of their intervals.
        total: (n_parameters,), the total indices.
        total_half: (n_parameters,), half the width of their intervals.
        second: (n_parameters, n_parameters), the second-order indices above the diagonal, NaN
            elsewhere; None if the design does not tell them.
        second_half: half the width of their intervals.
        confidence: of the intervals.
        n_samples: the base samples that were counted.
        left_out: the base samples that were not: one of their runs failed. What is told is then of
            the part of the parameters' space where the model runs.
    """

    column: str
    at: float | Moment
    parameters: tuple[str, ...]
    first: Floats
    first_half: Floats
    total: Floats
    total_half: Floats
    second: Floats | None
    second_half: Floats | None
    confidence: float
    n_samples: int
    left_out: int

    def measures(self) -> tuple[Measure, ...]:
        """Each number with its interval."""
        return tuple(self._measures())

    def _measures(self) -> Iterator[Measure]:
        for name, values, halves in (
            ("first order", self.first, self.first_half),
            ("total", self.total, self.total_half),
        ):
            for place, parameter in enumerate(self.parameters):
                yield self._measure(name, parameter, values[place], halves[place])
        if self.second is None or self.second_half is None:
            return
        for j, one in enumerate(self.parameters):
            for k, other in enumerate(self.parameters[j + 1 :], j + 1):
                yield self._measure(
                    "second order", one, self.second[j, k], self.second_half[j, k], other
                )

    def _measure(
        self, measure: str, parameter: str, value: float, half: float, other: str = ""
    ) -> Measure:
        value, half = float(value), float(half)
        interval = (value - half, value + half)
        return Measure(self.column, self.at, measure, parameter, value, *interval, other)

    def save(self, path: str | PathLike[str]) -> None:
        """Write a table, a row for each index; see `save_measures`."""
        save_measures([self], path)

    def to_pandas(self) -> pd.DataFrame:
        """The same as a frame; see `measures_frame`."""
        return measures_frame([self])


def sobol_indices(runs: ManyRuns, column: str, at: float | Moment = Moment.END) -> SobolIndices:
    """The Sobol' indices of a variable at a moment.

    A base sample one of whose runs failed is left out whole, and counted.

    Args:
        runs: made by Saltelli's design.
        column: a variable or element.
        at: a time, or `Moment.END` or `Moment.PEAK`.

    Raises:
        UnknownNameError: S3C604, there is no such column.
        RunError: S3C750, the runs are of another design, nothing was saved at that time, or fewer
            than two base samples are whole; S3C606, SALib is not installed.
    """
    _check(runs)
    column = column_of(runs, column)
    return _indices(runs, column, at, at_each(runs, column, at))


def sobol_over_time(
    runs: ManyRuns, column: str, times: Iterable[float] | None = None
) -> tuple[SobolIndices, ...]:
    """The Sobol' indices of a variable at several save times.

    Args:
        runs: made by Saltelli's design.
        column: a variable or element.
        times: save times; up to 50 of them, spread evenly, if not given.

    Raises:
        UnknownNameError: S3C604, there is no such column.
        RunError: S3C750, as `sobol_indices`; S3C606, SALib is not installed.
    """
    import numpy as np

    _check(runs)
    column = column_of(runs, column)
    if times is not None:
        return tuple(sobol_indices(runs, column, float(each)) for each in times)
    last = len(runs.time) - 1
    places = set(np.linspace(0, last, min(_MOST_TIMES, last + 1)).round().astype(int).tolist())
    found: list[SobolIndices] = []
    for block in time_blocks(runs):
        wanted = [place for place in range(block.start, block.stop) if place in places]
        values = runs.values(column, block) if wanted else None
        for place in wanted:
            assert values is not None
            here = values[:, place - block.start]
            found.append(_indices(runs, column, float(runs.time[place]), here))
    return tuple(found)


def _check(runs: ManyRuns) -> None:
    """Saltelli's design, or an error."""
    if sensitivity_of(runs).sampling is not Sampling.SOBOL_INDICES:
        message = "Sobol' indices need runs of Saltelli's design"
        raise cannot_tell(message, 'say sampling = "sobol indices", and run it')
    if _block(runs) is None:
        raise cannot_tell("the runs are not whole blocks of Saltelli's design")


def _block(runs: ManyRuns) -> tuple[int, bool] | None:
    """How many runs a base sample has, and whether they tell the second order."""
    many = len(runs.design.parameters)
    base = sensitivity_of(runs).runs
    for size, second in ((many + 2, False), (2 * many + 2, True)):
        if runs.n_runs == size * base:
            return size, second
    return None


def _indices(runs: ManyRuns, column: str, at: float | Moment, values: Floats) -> SobolIndices:
    """Of the values of all runs at a moment."""
    import numpy as np

    settings, block = sensitivity_of(runs), _block(runs)
    assert block is not None
    size, second = block
    samples = values.reshape(-1, size)
    whole = samples[np.isfinite(samples).all(axis=1)]
    if len(whole) < _FEWEST:
        message = f"“{column}” has values in all runs of {len(whole)} base samples only"
        raise cannot_tell(message, "narrow the distributions to where the model runs")
    names = tuple(each.name for each in runs.design.parameters)
    told = settings.confidence, len(whole), len(samples) - len(whole)
    largest = float(np.abs(whole).max())
    if np.ptp(whole / (largest or 1.0)) <= _ROUNDING:
        none = np.full(len(names), np.nan)
        pairs = np.full((len(names),) * 2, np.nan) if second else None
        return SobolIndices(column, at, names, none, none, none, none, pairs, pairs, *told)
    found = _by_salib(whole / largest, names, settings.seed, settings.confidence)
    return SobolIndices(
        column, at, names, found["S1"], found["S1_conf"], found["ST"], found["ST_conf"],
        found.get("S2"), found.get("S2_conf"), *told,
    )  # fmt: skip


def _by_salib(
    samples: Floats, names: tuple[str, ...], seed: int, confidence: float
) -> dict[str, Floats]:
    """SALib's result; of very many samples the bootstrap is cut in parts, to bound its memory.

    The parts' variances are averaged.
    """
    import warnings

    import numpy as np

    analyze = salib("SALib.analyze.sobol").analyze
    many = len(names)
    problem = {"num_vars": many, "names": list(names), "bounds": [[0.0, 1.0]] * many}
    at_once = min(_RESAMPLES, max(10, _MOST_RESAMPLED // len(samples)))
    parts = -(-_RESAMPLES // at_once)
    rng = np.random.default_rng(seed)
    found: list[dict[str, Floats]] = []
    for _ in range(parts):
        with warnings.catch_warnings():
            # A part of the samples that is all the same: its indices are 0, which is right.
            warnings.filterwarnings("ignore", message="Constant values", category=UserWarning)
            found.append(
                analyze(
                    problem, samples.ravel(), num_resamples=at_once, conf_level=confidence,
                    calc_second_order=samples.shape[1] == 2 * many + 2,
                    seed=int(rng.integers(1, 2**31)),  # 0 would be no seed
                )
            )  # fmt: skip
    return {
        name: np.sqrt(np.mean([each[name] ** 2 for each in found], axis=0))
        if name.endswith("_conf") else np.asarray(found[0][name])
        for name in found[0]
    }  # fmt: skip


def salib(module: str) -> Any:
    """A module of SALib.

    Raises:
        RunError: S3C606, it is not installed.
    """
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError:
        message, hint = "indices need SALib", "pip install 's3c[experiments]'"
        raise RunError("S3C606", message, hint) from None
