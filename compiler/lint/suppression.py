"""Suppression: `{s3c: ignore S3C802}` in an equation's comment field, which Vensim keeps."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..diagnostics import CODES, Diagnostic, Severity
from ..source import Span
from ..syntax import Document

__all__ = ["prose", "unsuppressed"]

_COMMENT = re.compile(r"\{\s*s3c\s*:\s*ignore\b([^{}]{0,1000})\}", re.IGNORECASE)
_WORD = re.compile(r"[^\s,;\\]+")
_FIRST = "S3C8"  # only what lint says is suppressed

_OF_RUNS = ("S3C810", "S3C812")


def prose(comment: str) -> str:
    """What a comment field says beside suppressions."""
    return _COMMENT.sub("", comment).strip() if "{" in comment else comment.strip()


@dataclass(frozen=True, slots=True)
class _Suppression:
    """A code in a comment: `within` is the equation that it holds for."""

    code: str
    span: Span
    within: Span


def unsuppressed(
    diagnostics: Iterable[Diagnostic], document: Document, *, ran: bool
) -> Iterator[Diagnostic]:
    """The diagnostics but for those that a comment in their equation suppresses.

    They are all that lint has to say. A comment that suppresses none of them is told of, too
    (S3C811); what only a run tells counts as that once the model `ran`.
    """
    suppressions = list(_suppressions(document))
    by_equation: dict[tuple[int, str], list[int]] = {}
    for number, each in enumerate(suppressions):
        by_equation.setdefault((each.within.start, each.code), []).append(number)
    starts = sorted({start for start, _ in by_equation})
    heeded: set[int] = set()
    for diagnostic in diagnostics:
        start = _last_before(starts, diagnostic)
        near = by_equation.get((start, diagnostic.code), ())
        matching = [n for n in near if _holds(suppressions[n], diagnostic)]
        heeded.update(matching)
        if not matching:
            yield diagnostic
    for number, each in enumerate(suppressions):
        if number not in heeded and (ran or each.code not in _OF_RUNS):
            yield _idle(each)


def _last_before(starts: list[int], diagnostic: Diagnostic) -> int:
    """Where the equation with suppressions begins that a diagnostic can be in; -1 if in none."""
    place = diagnostic.span
    number = bisect_right(starts, place.start) if place else 0
    return starts[number - 1] if number else -1


def _suppressions(document: Document) -> Iterator[_Suppression]:
    for equation in document.equations():
        if "{" not in equation.comment:  # what most comments are
            continue
        span = equation.span
        for comment in _COMMENT.finditer(span.text):
            for word in _WORD.finditer(comment[1]):
                start = span.start + comment.start(1) + word.start()
                place = span.source.span(start, start + len(word[0]))
                yield _Suppression(word[0].upper(), place, span)


def _holds(suppression: _Suppression, diagnostic: Diagnostic) -> bool:
    place, within = diagnostic.span, suppression.within
    return (
        place is not None
        and diagnostic.code == suppression.code
        and place.source is within.source
        and within.start <= place.start < within.end
    )


def _idle(suppression: _Suppression) -> Diagnostic:
    code = suppression.code
    if code not in CODES:
        message = f"“{suppression.span.text}” is no diagnostic code"
    elif not code.startswith(_FIRST):
        message = f"{code} is not of lint, and cannot be suppressed by a comment"
    else:
        message = f"{code} is suppressed where nothing has it"
    return Diagnostic(
        "S3C811",
        message,
        suppression.span,
        "remove it from the comment, or name a code that s3c lint shows for this equation",
        severity=Severity.WARNING,
    )
