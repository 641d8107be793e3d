"""Text with places: a `Source` is a file's text, a `Span` is a part of it."""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path

__all__ = ["Location", "Source", "Span"]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)")
_CONTINUATION = re.compile(r"\\(?=[\r\n])")  # Vensim breaks long lines with a backslash
_UTF8_BOM = b"\xef\xbb\xbf"
# The first line of a file that Vensim wrote names its encoding (reference A.2).
_UTF8_HEADER = re.compile(rb"\s*\{UTF-?8\}", re.IGNORECASE)
# Bytes that an encoding does not know survive reading and writing as lone surrogates.
_ERRORS = "surrogateescape"


@dataclass(frozen=True, slots=True)
class Location:
    """A place as an editor names it: both numbers count from 1, columns in characters."""

    line: int
    column: int


@dataclass(frozen=True, eq=False)
class Source:
    """The whole text of one file, with its own line ends, and the name to call it by."""

    name: str
    text: str = field(repr=False)
    encoding: str = "utf-8"
    bom: bytes = b""

    @classmethod
    def read(cls, path: Path) -> Source:
        """Read a model file. Raises OSError as `Path.read_bytes` does."""
        return cls.decode(path.read_bytes(), str(path))

    @classmethod
    def decode(cls, data: bytes, name: str) -> Source:
        """Decode as Vensim's files are written: a UTF-8 header, else UTF-8, else Windows-1252."""
        bom = _UTF8_BOM if data.startswith(_UTF8_BOM) else b""
        body = data[len(bom) :]
        encoding = "utf-8"
        if not bom and not _UTF8_HEADER.match(body):
            try:
                body.decode("utf-8")
            except UnicodeDecodeError:
                encoding = "cp1252"
        return cls(name, body.decode(encoding, _ERRORS), encoding, bom)

    def encode(self, text: str | None = None) -> bytes:
        """The bytes of this text, or of a new text for the same file."""
        return self.bom + (self.text if text is None else text).encode(self.encoding, _ERRORS)

    @cached_property
    def _line_starts(self) -> list[int]:
        after_ends = max(self.text.rfind("\n"), self.text.rfind("\r")) + 1
        return [0, *accumulate(map(len, _LINE.findall(self.text, 0, after_ends)))]

    def location(self, offset: int) -> Location:
        """Line and column of a character."""
        line = self.line_of(offset)
        return Location(line, offset - self._line_starts[line - 1] + 1)

    def line_of(self, offset: int) -> int:
        """The line of a character."""
        return bisect.bisect_right(self._line_starts, offset)

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its end."""
        starts = self._line_starts
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def span(self, start: int, end: int) -> Span:
        """The characters from `start` up to `end`."""
        return Span(self, start, end)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a source's characters, from `start` up to but not including `end`."""

    source: Source = field(repr=False)
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters themselves."""
        return self.source.text[self.start : self.end]

    @property
    def one_line(self) -> str:
        """The characters without line ends: for a comment, a table or a message."""
        text = self.text
        if "\\" in text:
            text = _CONTINUATION.sub(" ", text)
        return " ".join(text.split())

    @property
    def location(self) -> Location:
        """Where it begins."""
        return self.source.location(self.start)

    def within(self, passages: Mapping[Source, Span]) -> Span:
        """The same characters in the file that their source, a passage of it, was taken from."""
        place = passages.get(self.source)
        if place is None:
            return self
        return Span(place.source, place.start + self.start, place.start + self.end)

    @property
    def line(self) -> int:
        """The line on which it begins."""
        return self.source.line_of(self.start)

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}"
