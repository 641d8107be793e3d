"""An optimisation that Vensim's control files describe, as an experiment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import s3c
from s3c.compiler import Diagnostic
from s3c.runtime import (
    RunError,
    Space,
    apply_changes,
    columns_of,
    on_top,
    read_changes,
    read_save_list,
)

from ..errors import ExperimentError
from ..running.simulations import Simulations
from ..tree import BENCHMARK, Experiment, RunSettings, Scenario
from .optimization_control import read_optimization_control
from .payoff_definition import read_payoff_definition

if TYPE_CHECKING:
    from s3c.runtime import CompiledModel

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
    compiled = s3c.load(Path(model), data_root=settings.data_root)
    changed = on_top(*(read_changes(each, compiled) for each in changes))
    constants, others = _by_number(compiled, changed)
    if others:
        compiled = _with_others(compiled, others)
    stocks = tuple(each.name for each in compiled.in_space(Space.STOCK) if not each.hidden)
    kept = stocks if save is None else tuple(read_save_list(save, compiled))
    experiment = Experiment(
        Path(control), compiled, kept, settings, {}, constants, (Scenario(BENCHMARK),)
    )

    @cache
    def benchmark() -> dict[str, Any]:
        return dict(Simulations(experiment, kept).benchmark)

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


def _by_number(
    model: CompiledModel, changes: dict[str, Any]
) -> tuple[dict[str, float], dict[str, Any]]:
    """What is set to numbers, elements of arrays one by one, and all other changes."""
    import numpy as np

    numbers: dict[str, float] = {}
    others: dict[str, Any] = {}
    for name, value in changes.items():
        if isinstance(value, int | float):
            numbers[name] = float(value)
        elif isinstance(value, list):
            whole = np.array(value, np.float64)
            for column in columns_of(model.select(name).variable):
                numbers[column] = float(whole[model.select(column).place])
        else:
            others[name] = value
    return numbers, others


def _with_others(model: CompiledModel, changes: dict[str, Any]) -> CompiledModel:
    """The model with other lookups.

    Raises:
        RunError: S3C602, a text is to be set, or the model reads data, which would undo it.
    """
    texts = [name for name, value in changes.items() if isinstance(value, str)]
    if texts or model.data_variables or model.readings:
        name = texts[0] if texts else next(iter(changes))
        message = f"“{name}” cannot be set in an optimisation of a model that reads data"
        if texts:
            message = f"the string variable “{name}” cannot be set in an optimisation"
        raise RunError("S3C602", message, "write it into the model")
    return replace(model, equations=apply_changes(model, changes).equations)
