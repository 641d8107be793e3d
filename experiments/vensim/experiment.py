"""From Vensim's control files to an `Experiment`."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

import s3c
from s3c.runtime import on_top, read_save_list

from ..reading.changes import changes_of
from ..reading.experiment import usual_save
from ..tree import BENCHMARK, Experiment, RunSettings, Scenario, Sensitivity
from .sensitivity_control import read_sensitivity_control

__all__ = ["read_vensim_experiment"]


def read_vensim_experiment(
    model: str | PathLike[str],
    *,
    vsc: str | PathLike[str] | None = None,
    changes: Iterable[str | PathLike[str]] = (),
    save: str | PathLike[str] | None = None,
    settings: RunSettings | None = None,
) -> Experiment:
    """The experiment that Vensim's control files make of a model.

    Args:
        model: the model's file.
        vsc: a sensitivity control file: what varies.
        changes: changes files (`.cin`), later ones on top; they hold in all runs.
        save: a save list (`.lst`); without one the stocks are looked at.
        settings: what all runs have in common; as in the model, if not given.

    Raises:
        RunError: S3C602, S3C604 or S3C606, a file cannot be read, or names what is not there.
        ExperimentError: the sensitivity control file has mistakes; all of them are in it.
        CompileError: the model has errors; all of them are in it.
    """
    settings = settings or RunSettings()
    loaded = s3c.load(Path(model), data_root=settings.data_root)
    every = [changes_of(Path(each), loaded) for each in changes]
    sensitivity: Sensitivity | None = None
    page = None
    if vsc is not None:
        sensitivity, page = read_sensitivity_control(Path(vsc), loaded)
    return Experiment(
        path=Path(model if vsc is None else vsc),
        model=loaded,
        save=usual_save(loaded) if save is None else tuple(read_save_list(save, loaded)),
        settings=settings,
        groups={},
        constants=on_top(*(dict(each.set) for each in every)),
        scenarios=(Scenario(BENCHMARK),),
        sensitivity=sensitivity,
        lookups=tuple(on_top(*(dict(each.lookups) for each in every)).items()),
        texts=tuple(on_top(*(dict(each.texts) for each in every)).items()),
        warnings=tuple(page.doubts) if page else (),
    )
