"""The whole pipeline on one screen: read it downwards to follow one equation to Python."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import PurePath

from .backends import Generated, print_python
from .diagnostics import CompileError, Diagnostic
from .graph import Schedule, order
from .program import Program, lower
from .source import Source
from .syntax import Document, format_document, parse
from .system import System, resolve

__all__ = ["Compilation", "check", "check_syntax", "compile_source", "format_source"]


@dataclass(frozen=True, slots=True)
class Compilation:
    """Every stage of one compilation. After the first stage with an error there are no more."""

    source: Source
    diagnostics: tuple[Diagnostic, ...]
    document: Document
    system: System | None = None
    schedule: Schedule | None = None
    program: Program | None = None
    generated: Generated | None = None

    @property
    def ok(self) -> bool:
        """Whether the model was compiled."""
        return self.generated is not None


def check(source: Source) -> Compilation:
    """Compile as far as it goes. All errors of a stage are found before it gives up.

    Names are resolved even where some equations could not be parsed, so that one run tells as
    much as it can.
    """
    document, found = parse(source)
    system, of_names = resolve(document)
    found = tuple(sorted((*found, *of_names), key=_place))
    if _stops(found):
        return Compilation(source, found, document)
    schedule, of_order = order(system)
    found += of_order
    if _stops(found):
        return Compilation(source, found, document, system)
    program = lower(schedule, PurePath(source.name).stem)
    generated = print_python(program)
    return Compilation(source, found, document, system, schedule, program, generated)


def compile_source(source: Source) -> Compilation:
    """Compile a model, or raise.

    Raises:
        CompileError: the model has errors; it carries them all, and the warnings.
    """
    compilation = check(source)
    if not compilation.ok:
        raise CompileError(compilation.diagnostics)
    return compilation


def check_syntax(source: Source) -> tuple[Diagnostic, ...]:
    """What is wrong with a file's syntax, whatever it means."""
    return parse(source)[1]


def format_source(source: Source) -> tuple[str, tuple[Diagnostic, ...]]:
    """A file's text in the canonical layout, and what is wrong with its syntax."""
    document, diagnostics = parse(source)
    return format_document(document), diagnostics


def _place(diagnostic: Diagnostic) -> float:
    """In the order of the file; what has no place comes last."""
    return diagnostic.span.start if diagnostic.span else math.inf


def _stops(diagnostics: tuple[Diagnostic, ...]) -> bool:
    return any(each.is_error for each in diagnostics)
