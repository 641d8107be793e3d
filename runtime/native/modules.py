"""Native modules, loaded once in a process."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..contract import CompiledModel
from .plan import Plan, Request

__all__ = ["Module", "module_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """The functions of a native module, and its plan."""

    plan: Plan
    shared: Callable[..., int]
    varied: Callable[..., int] | None


_LOADED: dict[Path, Module] = {}


def module_of(model: CompiledModel, request: Request) -> Module:
    """The native module of a model for what is asked."""
    assert model.native is not None
    file = model.native.module(request)
    if file not in _LOADED:
        spec = importlib.util.spec_from_file_location(f"s3c_native_{file.stem}", file)
        assert spec is not None
        assert spec.loader is not None
        module: Any = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        _LOADED[file] = Module(module.PLAN, module.shared, getattr(module, "varied", None))
    return _LOADED[file]
