"""The lines of Vensim's control files, with places, and without their comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from s3c.compiler import Diagnostic, Severity, Source, Span
from s3c.runtime import RunError, printable, read_whole

from ..errors import ExperimentError
from ..reading.entries import Entry, Page
from ..reading.places import Places

__all__ = ["ControlFile", "Piece", "number_in", "read_control_file"]

_LARGEST = 1_000_000  # bytes
_LONGEST = 2_000  # letters of a line
_SHOWN = 60
# A quote that is not closed goes to the end of its line: so no text is gone through twice.
_COMMENT = re.compile(r'"(?:\\.|[^"\\\r\n])*"?|\{')
_NOT_BLANK = re.compile(r"[^\r\n]")
_LINE = re.compile(r"[^\r\n]+")
_HIDDEN = re.compile(r'"(?:\\.|[^"\\])*"?|\[[^\[\]]*\]')
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line, and where it starts in the file."""

    text: str
    start: int

    @property
    def bare(self) -> str:
        """The text as long as it is, with what is quoted or in brackets made nothing of."""
        return _HIDDEN.sub(lambda found: "_" * len(found[0]), self.text)

    def part(self, first: int, last: int | None = None) -> Piece:
        """What is between two of its letters, without blanks around it."""
        text = self.text[first:last]
        return Piece(text.strip(), self.start + first + len(text) - len(text.lstrip()))

    @property
    def shown(self) -> str:
        """The text for a message."""
        return printable(self.text[:_SHOWN]) + ("…" if len(self.text) > _SHOWN else "")


@dataclass(frozen=True, slots=True)
class ControlFile:
    """A control file while it is read, and the code of what is malformed in it."""

    page: Page
    code: str
    doubts: list[Diagnostic]
    text: str
    """With blanks where its comments were."""

    def lines(self) -> Iterator[Piece]:
        """The lines that say something."""
        for found in _LINE.finditer(self.text):
            line = Piece(found[0], found.start()).part(0)
            if len(line.text) > _LONGEST:
                self.wrong(Piece(line.text[:1], line.start), "the line is too long", "break it")
            elif line.text:
                yield line

    def span(self, piece: Piece) -> Span:
        """Where a part of a line stands."""
        return self.page.source.span(piece.start, piece.start + max(1, len(piece.text)))

    def entry(self, piece: Piece) -> Entry:
        """A part of a line as an entry, whose mistakes are taken down there."""
        extent = piece.start, piece.start + max(1, len(piece.text))
        page = Page(self.page.source, Places({}, {(): extent}), self.page.found)
        return Entry(page, (), piece.text)

    def wrong(self, piece: Piece, message: str, hint: str, code: str = "") -> None:
        """Take down a mistake."""
        self.page.wrong(code or self.code, message, self.span(piece), hint)

    def doubt(self, piece: Piece, message: str, hint: str) -> None:
        """Take down a warning: Vensim may do otherwise."""
        self.doubts.append(
            Diagnostic("S3C718", message, self.span(piece), hint, severity=Severity.WARNING)
        )


def read_control_file(path: Path, code: str) -> ControlFile:
    """A control file's text: UTF-8, or else Windows' Western letters.

    Raises:
        RunError: S3C606, it cannot be read, or is larger than is sensible, or no text.
        ExperimentError: a comment is not closed.
    """
    name, data = printable(str(path)), read_whole(path, _LARGEST)
    if b"\0" in data:
        raise RunError("S3C606", f"{name} cannot be read: it is no text")
    source = Source.decode(data, name)
    return ControlFile(Page(source, Places({}, {})), code, [], _without_comments(source, code))


def _without_comments(source: Source, code: str) -> str:
    """The text with a blank for each letter of a comment; in quotes, braces are letters."""
    text, pieces, start = source.text, list[str](), 0
    while found := _COMMENT.search(text, start):
        end = found.end()
        if found[0] == "{":
            end = text.find("}", end) + 1
            if not end:
                place = source.span(found.start(), found.end())
                message, hint = "this comment is not closed", "close it with “}”"
                raise ExperimentError([Diagnostic(code, message, place, hint)])
            pieces += text[start : found.start()], _NOT_BLANK.sub(" ", text[found.start() : end])
        else:
            pieces.append(text[start:end])
        start = end
    return "".join((*pieces, text[start:]))


def number_in(text: str) -> float | None:
    """The number that a text is, if it is one; infinite if it is too large."""
    return float(text) if _NUMBER.fullmatch(text) else None
