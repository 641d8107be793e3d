"""What the settings of a model ask for: how stocks are integrated, and files (reference A.10)."""

from __future__ import annotations

from collections.abc import Iterator

from s3c.runtime import Method

from .. import syntax
from ..diagnostics import Diagnostic
from ..source import Span
from ..syntax import Document
from . import doubt_messages, messages

__all__ = ["aliases", "changes_not_made", "line_span", "method"]

_TECHNIQUE = "15"
_CHANGES = "10"
_ALIAS = "30"
_ENDS = "\r\n"

# Integration technique: the fourth number of its line.
_METHODS = {
    "": Method.EULER,
    "0": Method.EULER,
    "1": Method.RK4_AUTO,
    "2": Method.DIFFERENCE,
    "3": Method.RK2,
    "4": Method.RK2_AUTO,
    "5": Method.RK4,
}


def method(document: Document) -> tuple[Method, tuple[Diagnostic, ...]]:
    """The integration technique that the settings ask for; Euler's method if they are silent."""
    found: list[Diagnostic] = []
    for part, value in _lines(document, _TECHNIQUE):
        numbers = value.split(",")
        if len(numbers) < 4:
            continue
        technique = numbers[3].strip()
        asked = _METHODS.get(technique)
        if asked is None:
            what = f"integration technique {technique} of the settings"
            found.append(messages.not_compiled(what, part.span))
            continue
        # XMILE names its methods: there the line is not the file's own.
        span = line_span(part, _TECHNIQUE, value)
        doubt = doubt_messages.another_technique(asked, span) if span else None
        found += [doubt] if doubt else []
        return asked, tuple(found)
    return Method.EULER, tuple(found)


def changes_not_made(document: Document) -> tuple[Diagnostic, ...]:
    """Tell of the changes files that the settings name: Vensim applies them, s3c does not."""
    named = ((part, value) for part, value in _lines(document, _CHANGES) if value.strip())
    part, value = next(named, (None, ""))
    span = line_span(part, _CHANGES, value) if part else None
    return (doubt_messages.changes_not_made(value.strip(), span),) if span else ()


def aliases(document: Document) -> dict[str, str]:
    """The files that the settings give `?names`: lines `30:?name=file` (reference C.11)."""
    pairs = (value.partition("=") for _, value in _lines(document, _ALIAS))
    return {
        alias.strip().removeprefix("?"): file.strip()
        for alias, equals, file in pairs
        if equals and alias.strip().startswith("?")
    }


def line_span(part: syntax.Settings, code: str, value: str) -> Span | None:
    """Where a line of the settings stands in the file; None if it does not, but was made."""
    text, line = part.span.text, f"{code}:{value}"
    start = text.find(line, 1)
    while start > 0:
        end = start + len(line)
        if text[start - 1] in _ENDS and (end == len(text) or text[end] in _ENDS):
            return part.span.source.span(part.span.start + start, part.span.start + end)
        start = text.find(line, start + 1)
    return None


def _lines(document: Document, code: str) -> Iterator[tuple[syntax.Settings, str]]:
    """The lines of one code, each with the section that it stands in."""
    for part in document.parts:
        if isinstance(part, syntax.Settings):
            yield from ((part, value) for each, value in part.lines if each == code)
