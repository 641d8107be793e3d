"""The compiler: text to Python, in stages that each can be looked at alone."""

from __future__ import annotations

from . import backends, graph, names, program, syntax, system, xmile
from .backends import Generated
from .convert import WRITTEN_ENDINGS, convert_source
from .describe import Description, Entry, describe
from .diagnostics import (
    CODES,
    CompileError,
    Diagnostic,
    Note,
    Severity,
    did_you_mean,
    render,
)
from .driver import (
    Compilation,
    check,
    check_syntax,
    compile_source,
    format_source,
    module_for,
)
from .show import show_stage
from .source import Location, Source, Span

__all__ = [
    "CODES",
    "WRITTEN_ENDINGS",
    "Compilation",
    "CompileError",
    "Description",
    "Diagnostic",
    "Entry",
    "Generated",
    "Location",
    "Note",
    "Severity",
    "Source",
    "Span",
    "backends",
    "check",
    "check_syntax",
    "compile_source",
    "convert_source",
    "describe",
    "did_you_mean",
    "format_source",
    "graph",
    "module_for",
    "names",
    "program",
    "render",
    "show_stage",
    "syntax",
    "system",
    "xmile",
]
