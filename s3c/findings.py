"""Findings for programs: diagnostics as JSON, and as SARIF 2.1.0 for editors and code reviews."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote

from s3c.runtime import VERSION, RunError

if TYPE_CHECKING:
    from s3c.compiler import Diagnostic, Span
    from s3c.runtime import Doubt

__all__ = ["as_json", "as_sarif", "diagnostic_of", "doubtful"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def diagnostic_of(error: RunError) -> Diagnostic:
    """What stops a run, as a diagnostic without a place."""
    from s3c.compiler import Diagnostic

    return Diagnostic(error.code, error.message, None, error.hint)


def doubtful(doubt: Doubt, place: Span | None = None) -> Diagnostic:
    """What may be otherwise in Vensim, as a warning."""
    from s3c.compiler import Diagnostic, Severity

    return Diagnostic(doubt.code, doubt.message, place, doubt.hint, (), Severity.WARNING)


def as_json(findings: Sequence[tuple[str, Diagnostic]]) -> str:
    """Findings, each with the name of its file, as a JSON array of objects.

    Keys: `file`, `code`, `severity`, `message`, `hint`, `notes` (each a `message` and a place), and
    of a place `line`, `column`, `end_line`, `end_column`, from 1, the last just after the text;
    null where there is none.
    """
    return json.dumps(
        [
            {
                "file": file,
                "code": each.code,
                "severity": str(each.severity),
                "message": each.message,
                "hint": each.hint,
                **_place(each.span),
                "notes": [{"message": note.message, **_place(note.span)} for note in each.notes],
            }
            for file, each in findings
        ],
        indent=2,
    )


def _place(span: Span | None) -> dict[str, int | None]:
    keys = ("line", "column", "end_line", "end_column")
    if span is None:
        return dict.fromkeys(keys)
    start, end = span.location, span.source.location(span.end)
    return dict(zip(keys, (start.line, start.column, end.line, end.column), strict=True))


def as_sarif(findings: Sequence[tuple[str, Diagnostic]]) -> str:
    """Findings, each with the name of its file, as a SARIF 2.1.0 log with one run of s3c."""
    codes = sorted({each.code for _, each in findings})
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {"name": "s3c", "version": VERSION, "rules": [*map(_rule, codes)]}
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(file, each, codes) for file, each in findings],
            }
        ],
    }
    return json.dumps(log, indent=2)


def _rule(code: str) -> dict[str, object]:
    from s3c.compiler import CODES

    return {
        "id": code,
        "shortDescription": {"text": CODES[code]},
        "help": {"text": f"s3c explain {code} tells more, with examples"},
    }


def _result(file: str, diagnostic: Diagnostic, codes: Sequence[str]) -> dict[str, object]:
    hint = f"\n{diagnostic.hint}" if diagnostic.hint else ""
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": codes.index(diagnostic.code),
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": f"{diagnostic.message}{hint}"},
        "locations": [_location(file, diagnostic.span)],
        "relatedLocations": [*_related(file, diagnostic)],
    }


def _related(file: str, diagnostic: Diagnostic) -> Iterable[dict[str, object]]:
    """The notes that have a place; without one, SARIF has no room for them."""
    for number, note in enumerate(diagnostic.notes):
        if note.span is not None:
            yield {"id": number, "message": {"text": note.message}, **_location(file, note.span)}


def _location(file: str, span: Span | None) -> dict[str, object]:
    physical: dict[str, object] = {"artifactLocation": {"uri": _uri(file)}}
    if span is not None:
        start, end = span.location, span.source.location(span.end)
        physical["region"] = {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        }
    return {"physicalLocation": physical}


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
