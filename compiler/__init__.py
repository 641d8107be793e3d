"""The compiler: text to Python, in stages that each can be looked at alone.

Names are imported when they are first used: who asks for one stage waits for no other.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import backends, functions, graph, lint, names, program, syntax, system, units, xmile
    from .backends import Generated
    from .backends.native import print_native
    from .codes import APPROXIMATIONS
    from .convert import WRITTEN_ENDINGS, convert_source
    from .description import Description, Entry, describe
    from .diagnostics import (
        CODES,
        CompileError,
        Diagnostic,
        Note,
        Severity,
        did_you_mean,
        render,
        without_warnings,
    )
    from .differentiation import compile_derivatives
    from .driver import (
        ChecksCompilation,
        Compilation,
        TestCompilation,
        check,
        check_syntax,
        compile_checks,
        compile_source,
        format_source,
        module_for,
    )
    from .functions import Function
    from .meanings import Explanation, Made, explain, explanations
    from .program import Program
    from .show import show_stage
    from .source import Location, Source, Span
    from .units import check_units

__all__ = [
    "APPROXIMATIONS",
    "CODES",
    "WRITTEN_ENDINGS",
    "ChecksCompilation",
    "Compilation",
    "CompileError",
    "Description",
    "Diagnostic",
    "Entry",
    "Explanation",
    "Function",
    "Generated",
    "Location",
    "Made",
    "Note",
    "Program",
    "Severity",
    "Source",
    "Span",
    "TestCompilation",
    "backends",
    "check",
    "check_syntax",
    "check_units",
    "compile_checks",
    "compile_derivatives",
    "compile_source",
    "convert_source",
    "describe",
    "did_you_mean",
    "explain",
    "explanations",
    "format_source",
    "functions",
    "graph",
    "lint",
    "module_for",
    "names",
    "print_native",
    "program",
    "render",
    "show_stage",
    "syntax",
    "system",
    "units",
    "without_warnings",
    "xmile",
]

_HOMES = {
    "backends": ("Generated",),
    "backends.native": ("print_native",),
    "convert": ("WRITTEN_ENDINGS", "convert_source"),
    "description": ("Description", "Entry", "describe"),
    "codes": ("APPROXIMATIONS",),
    "diagnostics": (
        *("CODES", "CompileError", "Diagnostic", "Note", "Severity", "did_you_mean", "render"),
        "without_warnings",
    ),
    "differentiation": ("compile_derivatives",),
    "driver": (
        *("ChecksCompilation", "Compilation", "TestCompilation", "check", "check_syntax"),
        *("compile_checks", "compile_source", "format_source", "module_for"),
    ),
    "meanings": ("Explanation", "Made", "explain", "explanations"),
    "functions": ("Function",),
    "program": ("Program",),
    "show": ("show_stage",),
    "source": ("Location", "Source", "Span"),
    "units": ("check_units",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562)."""
    if name not in __all__:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    if name not in _HOME:  # a stage
        return import_module(f".{name}", __name__)
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
