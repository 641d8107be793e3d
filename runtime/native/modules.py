"""Native modules, loaded once in a process."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..contract import CompiledModel
from .plan import Plan, Request

__all__ = ["Module", "Obstacle", "module_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """The functions of a native module, and its plan."""

    plan: Plan
    shared: Callable[..., int]
    varied: Callable[..., int] | None


class Obstacle(Exception):  # noqa: N818  (it is no error: Python does it)
    """There is no native code, and why: a phrase."""


_LOADED: dict[Path, Module | Obstacle] = {}


def module_of(model: CompiledModel, request: Request) -> Module:
    """The native module of a model for what is asked.

    Raises:
        Obstacle: there is none.
    """
    assert model.native is not None
    file = model.native.module(request)
    if file not in _LOADED:
        try:
            _LOADED[file] = _load(file)
        except Exception as error:  # noqa: BLE001 -- damage fails anywhere in Python or numba
            # Somebody swept the folder at this moment; or it is as a power cut leaves files. What
            # fails when it is made anew is told.
            if not isinstance(error, FileNotFoundError):
                _discard(file)
            file = model.native.module(request, anew=True)
            _LOADED[file] = _load(file)
    found = _LOADED[file]
    if isinstance(found, Obstacle):
        raise found
    return found


def _load(file: Path) -> Module | Obstacle:
    spec = importlib.util.spec_from_file_location(f"s3c_native_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where numba looks for it when it reads machine code
    spec.loader.exec_module(module)
    assert module.WHOLE  # the last line: a part of a module may be one that computes less
    if module.OBSTACLE:
        return Obstacle(module.OBSTACLE)
    varied = module.varied and _kept(module.varied, file)
    return Module(module.PLAN, _kept(module.shared, file), varied)


def _kept(compiled: Callable[..., int], file: Path) -> Callable[..., int]:
    """A function of a module, whose machine code is made anew if what numba has kept is damaged.

    numba reads what it has kept when a function is first called, and before that does anything.
    """

    def call(*arguments: Any) -> int:
        try:
            return compiled(*arguments)
        except Exception:
            if not _discard(file, machine_code_alone=True):
                raise
            return compiled(*arguments)

    return call


def _discard(file: Path, *, machine_code_alone: bool = False) -> bool:
    """Remove a module that cannot be used, and what is kept of it; whether there was anything."""
    kept = list(file.parent.glob(f"__pycache__/{file.stem}.*"))
    every = kept if machine_code_alone else [file, *kept]
    for each in every:
        with suppress(OSError):
            each.unlink()
    return bool(every)
