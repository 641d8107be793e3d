"""What makes a run: Python, or native code where there is any and it pays."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from math import prod
from typing import TYPE_CHECKING

from .contract import CompiledModel, Space
from .errors import cannot_set

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .beginning import Begun, RunOptions
    from .results import Run
    from .setting import Change

__all__ = [
    "Engine",
    "engine_for",
    "engine_of",
    "made_before",
    "made_natively",
    "no_native_code",
    "pays",
    "seconds_a_step",
]

_SECONDS_A_NUMBER = 2e-7
"""What Python takes to compute one number at one time, at the least."""

_SECONDS_TO_MAKE = 3.0
_SECONDS_A_VARIABLE = 0.04
"""What it takes to make native code, at the most."""


class Engine(StrEnum):
    """What makes a run."""

    AUTO = "auto"  # native code where Python would take long
    PYTHON = "python"
    NATIVE = "native"


def engine_of(name: Engine | str | None) -> Engine:
    """The engine that a run asks for.

    Raises:
        RunError: S3C602, there is none of that name.
    """
    try:
        return Engine.AUTO if name is None else Engine(str(name).strip().lower())
    except ValueError:
        hint = "say “auto”, “python” or “native”"
        raise cannot_set("engine", f"there is none called {name!r}", hint) from None


def made_before(
    model: CompiledModel, changes: Mapping[str, Change] | None, options: RunOptions
) -> Run | None:
    """A whole run by native code, if one like it was made before; else None."""
    if options.get("engine") != Engine.NATIVE or no_native_code(model) is not None:
        return None
    from .native.again import once_more

    return once_more(model, changes, options)


def made_natively(
    begun: Begun, changes: Mapping[str, Change] | None, options: RunOptions
) -> Run | None:
    """A whole run by native code; None where Python must make it, or had better.

    Raises:
        RunError, SimulationError: as `simulate`.
    """
    model, engine = begun.model, begun.asked.engine
    if engine is Engine.PYTHON or (engine is Engine.AUTO and not pays(begun)):
        return None
    reason = no_native_code(model)
    if reason is None:
        from .native.again import run_once

        made = run_once(begun, changes, options)
        if not isinstance(made, str):
            return made
        reason = made
    if engine is Engine.NATIVE or not _has_numba():
        begun.engine_note = f"Python has made this run: {reason}"
    return None


def no_native_code(model: CompiledModel) -> str | None:
    """Why there is no native code at all, as a phrase."""
    if model.native is None:
        return "all there is of the model is a module; load the model file for native code"
    if not _has_numba():
        return "numba is not installed; `pip install s3c[fast]` brings it"
    return None


@cache
def _has_numba() -> bool:
    return find_spec("numba") is not None


def pays(begun: Begun, n_runs: int = 1) -> bool:
    """Whether Python would take so long for so many runs that native code is worth making."""
    return begun.model.native is not None and _takes_long(begun.model, n_runs * _steps(begun))


def engine_for(model: CompiledModel, n_steps: float) -> Engine:
    """Python, or native code, for runs of so many steps in all.

    Where very many runs are made in parts, it is asked once for all of them.
    """
    if no_native_code(model) is None and _takes_long(model, n_steps):
        return Engine.NATIVE
    return Engine.PYTHON


def seconds_a_step(model: CompiledModel) -> float:
    """About what Python takes for one step, at the least."""
    moving = [*model.in_space(Space.STOCK), *model.in_space(Space.AUXILIARY)]
    return sum(prod(each.shape) for each in moving) * _SECONDS_A_NUMBER


def _takes_long(model: CompiledModel, n_steps: float) -> bool:
    moving = [*model.in_space(Space.STOCK), *model.in_space(Space.AUXILIARY)]
    takes = n_steps * seconds_a_step(model)
    return takes > 2 * (_SECONDS_TO_MAKE + len(moving) * _SECONDS_A_VARIABLE)


def _steps(begun: Begun) -> float:
    """How many steps there are, where the clock's settings are parameters; else 0."""
    found = [begun.model.find(name) for name in ("INITIAL TIME", "FINAL TIME", "TIME STEP")]
    first, last, step = (
        begun.setting.parameters[each.index] if each and each.space is Space.PARAMETER else 0.0
        for each in found
    )
    return abs(float(last) - float(first)) / float(step) if step else 0.0
