"""Going on with a saved run, of a model that is found by its name."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath
from typing import Any

from s3c.runtime import CompiledModel, RunError, Simulation, model_of_state

from .loading import MODEL_ENDINGS, PathLike, load

__all__ = ["resume"]


def resume(
    path: PathLike,
    model: CompiledModel | PathLike | None = None,
    *,
    data: Any = None,
    data_root: Iterable[PathLike] = (),
    progress: Callable[[float], None] | None = None,
) -> Simulation:
    """Go on with a run from the state that `Simulation.save` wrote.

    Args:
        path: of the state file.
        model: what it is of, or its file; if not given, the model file that the state names is
            looked for beside the state file, then in the present folder.
        data: the series that the run had; the state file does not hold them.
        data_root: folders where the model may read files.
        progress: is called now and then with the share done, from 0 to 1.

    Raises:
        CompileError: the model has errors.
        RunError: S3C606, a file is not there or cannot be read; S3C611, the state is of another
            model; S3C612, it is malformed; and what a run raises.
    """
    if model is None:
        model = _beside(Path(path))
    if isinstance(model, str | os.PathLike):
        model = load(model, data_root=data_root)
    return model.resume(path, data=data, data_root=data_root, progress=progress)


def _beside(state: Path) -> Path:
    """The model file that a state names; never one that would be executed, nor elsewhere."""
    name = model_of_state(state)
    if PurePath(name).name == name and PurePath(name).suffix.lower() in MODEL_ENDINGS:
        for folder in (state.parent, Path()):
            if (folder / name).is_file():
                return folder / name
    raise RunError(
        "S3C606",
        f"the model file of the state “{state}” was not found",
        "say where it is: resume(path, model)",
    )
