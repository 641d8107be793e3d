"""The other runs that RC COMPARE reads: their series, by the names of a model that is checked."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeAlias

from .contract import CompiledModel
from .errors import RunError
from .names import did_you_mean, fold
from .subscripts import columns_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Points: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]

__all__ = ["compared_series"]


def compared_series(
    model: CompiledModel, compared: tuple[tuple[str, str], ...], runs: Mapping[str, Any]
) -> dict[str, Points]:
    """The series of other runs, by the names that data of the model have.

    Those of a variable x in a run are called `run>x`.

    Args:
        model: one that checks are watched in.
        compared: the name of a run and that of a variable, for each series that is needed.
        runs: a file's name, or a mapping from names to (times, values), for each run.

    Raises:
        RunError: S3C613, a run is not given, is not needed, or lacks a variable; or as
            `read_dataset`.
    """
    given = {fold(name): source for name, source in runs.items()}
    needed = {fold(run): run for run, _ in compared}
    for name in runs:
        if fold(name) not in needed:
            hint = did_you_mean(name, needed.values())
            raise RunError("S3C613", f"no check compares with a run called “{name}”", hint)
    series: dict[str, Points] = {}
    for run, variable in compared:
        if fold(run) not in given:
            raise RunError(
                "S3C613",
                f"a check compares “{variable}” with the run “{run}”, which is not given",
                f"give its results: --run {run}=FILE, a table such as s3c run -o writes",
            )
        names = columns_of(model.variable(variable))
        found = _series(given[fold(run)], names)
        for name in names:
            if fold(name) not in found:
                message = f"the run “{run}” has no series “{name}”, which a check compares with"
                raise RunError("S3C613", message, "let that run save it")
            series[f"{run}>{name}"] = found[fold(name)]
    return series


def _series(source: Any, names: tuple[str, ...]) -> dict[str, Points]:
    """The series of a run by folded name."""
    if isinstance(source, str | PathLike):
        from .data.datasets import read_dataset

        read = read_dataset(source, names)
        return {fold(name): (series.times, series.values) for name, series in read.items()}
    return {fold(str(name)): points for name, points in source.items()}
