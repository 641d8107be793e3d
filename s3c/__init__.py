"""Compile stock-and-flow equation text to Python, and run it.

>>> import s3c
>>> model = s3c.load("models/s3.mdl")  # doctest: +SKIP
>>> run = model.run({"Innovation capacity": 0.3})  # doctest: +SKIP
>>> run["Industry smart specialization level"]  # doctest: +SKIP

Everything here is imported when it is first used: `import s3c` itself costs milliseconds.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3c.compiler import CompileError, Diagnostic, Generated
    from s3c.runtime import (
        CompiledModel,
        Run,
        RunError,
        Simulation,
        SimulationError,
        VariableInfo,
        derivative_name,
    )

    from .checking import load_checks
    from .loading import ModelText, compile_file, load
    from .resuming import resume

    __version__: str

__all__ = [
    "CompileError",
    "CompiledModel",
    "Diagnostic",
    "Generated",
    "ModelText",
    "Run",
    "RunError",
    "Simulation",
    "SimulationError",
    "VariableInfo",
    "__version__",
    "compile_file",
    "derivative_name",
    "load",
    "load_checks",
    "resume",
]

_HOMES = {
    "CompileError": ("s3c.compiler", "CompileError"),
    "CompiledModel": ("s3c.runtime", "CompiledModel"),
    "Diagnostic": ("s3c.compiler", "Diagnostic"),
    "Generated": ("s3c.compiler", "Generated"),
    "ModelText": ("s3c.loading", "ModelText"),
    "Run": ("s3c.runtime", "Run"),
    "RunError": ("s3c.runtime", "RunError"),
    "Simulation": ("s3c.runtime", "Simulation"),
    "SimulationError": ("s3c.runtime", "SimulationError"),
    "VariableInfo": ("s3c.runtime", "VariableInfo"),
    "__version__": ("s3c.runtime", "VERSION"),
    "derivative_name": ("s3c.runtime", "derivative_name"),
    "compile_file": ("s3c.loading", "compile_file"),
    "load": ("s3c.loading", "load"),
    "resume": ("s3c.resuming", "resume"),
    "load_checks": ("s3c.checking", "load_checks"),
}


def __getattr__(name: str) -> object:
    try:
        module, attribute = _HOMES[name]
    except KeyError:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg) from None
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
