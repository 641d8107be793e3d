"""An optimisation that Vensim's control files describe, as an experiment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from s3c.compiler import Diagnostic

from ..errors import ExperimentError
from ..running.simulations import Simulations
from ..tree import Experiment, RunSettings
from .experiment import read_vensim_experiment
from .optimization_control import read_optimization_control
from .payoff_definition import read_payoff_definition

__all__ = ["read_vensim_optimization"]

_Path = str | PathLike[str]
_Read = TypeVar("_Read")


def read_vensim_optimization(
    control: _Path,
    *,
    model: _Path,
    payoff: _Path,
    changes: Iterable[_Path] = (),
    save: _Path | None = None,
    data: Iterable[_Path] = (),
    data_root: Iterable[_Path] = (),
) -> Experiment:
    """Read the files of an optimisation in Vensim as an experiment.

    Args:
        control: the optimisation control, `.voc`.
        model: the model.
        payoff: the payoff definition, `.vpd`.
        changes: changes files, `.cin`; later ones go on top.
        save: a save list, `.lst`; the stocks are looked at if there is none.
        data: files with series.
        data_root: folders where the model may read files, besides its own.

    Raises:
        RunError: S3C606, a file cannot be read; and what changes files and save lists raise.
        ExperimentError: S3C7xx, a file has mistakes; all that were found are in it.
        CompileError: the model has errors; all of them are in it.
    """
    settings = RunSettings(
        data=tuple(map(Path, data)),
        data_root=tuple(map(Path, data_root)),
    )
    experiment = read_vensim_experiment(model, changes=changes, save=save, settings=settings)
    experiment = replace(experiment, path=Path(control))
    compiled = experiment.model

    @cache
    def benchmark() -> dict[str, Any]:
        return dict(Simulations(experiment, experiment.save).benchmark)

    wrong: list[Diagnostic] = []
    definition = _read(wrong, lambda: read_payoff_definition(Path(payoff), compiled))
    found = _read(wrong, lambda: read_optimization_control(Path(control), compiled, benchmark))
    if definition is None or found is None:
        raise ExperimentError(wrong)
    elements, doubts = definition
    sought, others_doubts = found
    sought = replace(sought, payoff=elements, doubts=(*doubts, *others_doubts))
    return replace(experiment, optimization=sought)


def _read(wrong: list[Diagnostic], read: Callable[[], _Read]) -> _Read | None:
    """What a file says; nothing if it has mistakes, which are taken down."""
    try:
        return read()
    except ExperimentError as error:
        wrong += error.diagnostics
        return None
