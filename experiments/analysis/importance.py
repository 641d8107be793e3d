"""Which parameters matter, by the measure that the design of the runs is made for."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from ..running.scenarios import TABLES
from ..tree import Moment, Sampling
from .index_charts import draw_indices, draw_morris
from .measures import save_measures
from .morris import MorrisEffects, morris_effects
from .ranks import RankCorrelations, rank_correlations
from .runs import ManyRuns, cannot_tell, sensitivity_of
from .sobol import SobolIndices, sobol_indices
from .tornado import draw_correlations

__all__ = ["Importance", "importance", "save_importance"]

Importance: TypeAlias = SobolIndices | MorrisEffects | RankCorrelations


def importance(runs: ManyRuns, column: str, at: float | Moment = Moment.END) -> Importance:
    """Sobol' indices of Saltelli's design, Morris' effects of trajectories, else correlations.

    Raises:
        UnknownNameError: S3C604, there is no such column.
        RunError: S3C750, the runs are univariate, or cannot be analysed; S3C606, SALib is needed
            and not installed.
    """
    match sensitivity_of(runs).sampling:
        case Sampling.SOBOL_INDICES:
            return sobol_indices(runs, column, at)
        case Sampling.MORRIS:
            return morris_effects(runs, column, at)
        case Sampling.UNIVARIATE:
            message = "univariate runs tell no indices"
            raise cannot_tell(message, "draw a tornado chart, or take another sampling")
        case _:
            return rank_correlations(runs, column, at)


def save_importance(
    runs: ManyRuns,
    columns: Sequence[str],
    path: str | PathLike[str],
    at: float | Moment = Moment.END,
) -> tuple[Importance, ...]:
    """Write which parameters matter for some variables, as a table or as a chart.

    Args:
        runs: what to look at.
        columns: variables or elements.
        path: a table, `.csv`, `.tab`, `.tsv`; or a picture, `.png`, `.svg`, `.pdf`.
        at: the moment.

    Returns:
        What was written.

    Raises:
        UnknownNameError: S3C604, there is no such column.
        RunError: S3C606, the file cannot be written; and as `importance`.
    """
    found = tuple(importance(runs, each, at) for each in columns)
    if Path(path).suffix.lower() in TABLES:
        save_measures(found, path)
        return found
    match sensitivity_of(runs).sampling:
        case Sampling.SOBOL_INDICES:
            draw_indices([each for each in found if isinstance(each, SobolIndices)], path)
        case Sampling.MORRIS:
            draw_morris([each for each in found if isinstance(each, MorrisEffects)], path)
        case _:
            draw_correlations([each for each in found if isinstance(each, RankCorrelations)], path)
    return found
