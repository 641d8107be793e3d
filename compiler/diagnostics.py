"""Errors as values: what is wrong, where, and the way out."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from s3c.runtime import did_you_mean, printable

from .codes import CODES
from .source import Source, Span

__all__ = [
    "CODES",
    "CompileError",
    "Diagnostic",
    "Hints",
    "Note",
    "Severity",
    "did_you_mean",
    "placed",
    "render",
    "without_warnings",
]

_WIDEST = 200  # letters of a line that are shown
_BEFORE = 60  # and of these before the place, if the line is longer


_MOST_HINTS = 100  # of names that are like unknown ones, by one stage
_MOST_COMPARED = 200_000  # names, for all of these hints: a second is for some 50,000


class Severity(StrEnum):
    """How bad it is: an error stops the compiler, a warning does not; lint has words of advice."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(slots=True)
class Hints:
    """How many hints at like names are left: each takes time as there are names to compare."""

    left: int = _MOST_HINTS
    compared: int = 0

    def among(self, known: Iterable[str]) -> tuple[str, ...]:
        """The names among which the like of one more unknown name is sought; none in the end."""
        if not self.left or self.compared >= _MOST_COMPARED:
            return ()
        names = tuple(known)
        self.left -= 1
        self.compared += len(names)
        return names


@dataclass(frozen=True, slots=True)
class Note:
    """A second place, or a second sentence, that explains the first."""

    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `code` is a key of `CODES`; `hint` is the way out, a sentence."""

    code: str
    message: str
    span: Span | None
    hint: str = ""
    notes: tuple[Note, ...] = ()
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        if self.code not in CODES:
            msg = f"no such diagnostic code: {self.code}"
            raise ValueError(msg)

    @property
    def is_error(self) -> bool:
        """Whether it stops the compiler."""
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        return render(self)


def placed(diagnostic: Diagnostic, passages: Mapping[Source, Span]) -> Diagnostic:
    """A diagnostic about passages of a file, by what stands where, as one about the file."""
    spans = (diagnostic.span, *(note.span for note in diagnostic.notes))
    if all(span is None or span.source not in passages for span in spans):
        return diagnostic
    notes = tuple(
        replace(note, span=note.span and note.span.within(passages)) for note in diagnostic.notes
    )
    return replace(
        diagnostic, span=diagnostic.span and diagnostic.span.within(passages), notes=notes
    )


class CompileError(Exception):
    """A model could not be compiled; `diagnostics` says why, all that was found."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("\n\n".join(render(each) for each in diagnostics))
        self.diagnostics = tuple(diagnostics)


def without_warnings(
    diagnostics: Iterable[Diagnostic], codes: Container[str]
) -> tuple[Diagnostic, ...]:
    """The diagnostics but for the warnings of some codes; an error stays, whatever its code."""
    return tuple(each for each in diagnostics if each.is_error or each.code not in codes)


def render(diagnostic: Diagnostic) -> str:
    """A diagnostic as a person reads it: file, line, column, the text underlined, notes, hint."""
    head = f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}"
    lines = [head, *_excerpt(diagnostic.span)]
    for note in diagnostic.notes:
        lines += [f"  note: {note.message}", *_excerpt(note.span)]
    if diagnostic.hint:
        lines.append(f"  help: {diagnostic.hint}")
    return "\n".join(lines)


def _excerpt(span: Span | None) -> list[str]:
    """The place and its first line of text, underlined."""
    if span is None:
        return []
    where = span.location
    text, start = _around(span.source.line(where.line), where.column - 1)
    # A tab keeps its width in the underline, so that the marks stand below what they mark.
    margin = "".join("\t" if letter == "\t" else " " for letter in text[:start])
    length = max(1, min(span.end - span.start, len(text.rstrip()) - start))
    number = str(where.line)
    shown = "\t".join(map(printable, text.split("\t")))
    return [
        f"  --> {printable(span.source.name)}:{where.line}:{where.column}",
        f"  {' ' * len(number)} |",
        f"  {number} | {shown}",
        f"  {' ' * len(number)} | {margin}{'^' * length}",
    ]


def _around(line: str, place: int) -> tuple[str, int]:
    """A line, or of a long one the part around a place; and where in that the place is."""
    if len(line) <= _WIDEST:
        return line, place
    first = max(0, place - _BEFORE)
    before = "…" if first else ""
    after = "…" if first + _WIDEST < len(line) else ""
    return f"{before}{line[first : first + _WIDEST]}{after}", place - first + len(before)
