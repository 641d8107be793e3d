"""The native engine, as far as this s3c has it: the one place that knows how it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from s3c.runtime import CompiledModel, Run

__all__ = ["NotThereError", "ensemble", "missing", "native", "plain", "prepared"]

Floats: TypeAlias = NDArray[np.float64]


class NotThereError(Exception):
    """Native code was asked for, and Python has made the run."""


def missing(name: str = "run") -> str | None:
    """Why there is no such native call of a model: `run`, `prepare` or `ensemble`."""
    if find_spec("numba") is None:
        return f"native {name} takes no part: numba is not installed (pip install s3c[fast])"
    if not hasattr(CompiledModel, name):
        return f"native {name} takes no part: this s3c has no model.{name}"
    return None


def plain(model: CompiledModel) -> Callable[..., Run]:
    """`model.run`, by the Python engine."""
    return partial(model.run, engine="python")


def native(model: CompiledModel) -> Callable[..., Run]:
    """`model.run`, by the native engine; the first call compiles.

    Raises:
        NotThereError: when called first, if Python makes the run instead.
    """
    run = partial(model.run, engine="native")
    first = run()
    if first.engine != "native":
        raise NotThereError("; ".join(first.notes) or "Python has made the run")
    return run


def prepared(
    model: CompiledModel, vary: Sequence[str], save: Sequence[str], values: Floats
) -> tuple[Callable[[], Floats], Callable[[], Floats]]:
    """A call that runs with values, (n_varied,), and gives (n_times, n_moving) of prepared memory.

    The second gives all that is saved, (n_times, n_columns), in the order of `save`. The first call
    may compile.
    """
    ready = model.prepare(vary=list(vary), save=list(save), engine="native")
    if ready.engine != "native":
        raise NotThereError("Python has prepared the run")

    def table() -> Floats:
        constants, places = ready.constants, {name: k for k, name in enumerate(ready.columns)}
        columns = [
            ready.output[:, places[name]]
            if name in places
            else np.full(len(ready.time), constants[name][0])
            for name in save
        ]
        return np.stack(columns, axis=1)

    return lambda: ready.run(values), table


def ensemble(
    model: CompiledModel,
    values: Mapping[str, Floats],
    save: Sequence[str],
    *,
    threads: int,
    streams: Literal["shared", "own"],
) -> Callable[[], Any]:
    """A call that runs all of the values, each (n_runs,), and keeps the last of what is saved.

    What it gives has (n_runs,) by name. With `own` streams, each run draws its own numbers.
    """
    made: Any = model
    return partial(
        made.ensemble,
        values,
        save=list(save),
        times="last",
        streams=streams,
        threads=threads,
        engine="native",
    )
