"""The native engine, if this s3c has one: the one place that knows how it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from s3c.runtime import CompiledModel, Run

__all__ = ["MISSING", "ensemble", "is_there", "plain", "prepared"]

Floats: TypeAlias = NDArray[np.float64]

MISSING = "native engine not there: s3c's native rows are left out"


def is_there() -> bool:
    """Whether compiled models can be prepared for native runs."""
    return hasattr(CompiledModel, "prepare")


def plain(model: CompiledModel) -> Callable[..., Run]:
    """`model.run`, by the Python engine."""
    run: Any = model.run
    return partial(run, engine="python") if is_there() else model.run


def prepared(
    model: CompiledModel, vary: Sequence[str], save: Sequence[str], values: Floats
) -> Callable[[], Floats]:
    """A call that runs with values, (n_varied,), and gives (n_times, n_columns) of prepared memory.

    The first call may compile.
    """
    made: Any = model
    ready = made.prepare(vary=list(vary), save=list(save))
    return lambda: ready.run(values)


def ensemble(
    model: CompiledModel, values: Mapping[str, Floats], save: Sequence[str], threads: int
) -> Callable[[], Any]:
    """A call that runs all of the values, each (n_runs,), and keeps the last of what is saved."""
    made: Any = model
    return lambda: made.ensemble(values, save=list(save), times="last", threads=threads)
