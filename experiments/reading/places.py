"""Where the keys and values of a TOML text stand: `tomllib` reads them without their places."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Extent", "KeyPath", "Places", "find_places"]

KeyPath: TypeAlias = tuple[str | int, ...]
"""The keys that lead to a value; of an array, the number of the item, from 0."""

Extent: TypeAlias = tuple[int, int]
"""The first character, and the one after the last."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
# The longest quotes first. Each alternative begins with another letter: no text makes it slow.
_TEXT = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]*")


@dataclass(frozen=True, slots=True)
class Places:
    """The extents of keys and of values, by the path to them."""

    keys: Mapping[KeyPath, Extent]
    values: Mapping[KeyPath, Extent]

    def key(self, path: KeyPath) -> Extent:
        """Of the last key of a path; of an item of an array, the item."""
        return self._nearest(path, self.keys, self.values)

    def value(self, path: KeyPath) -> Extent:
        """Of a value; of a table under a heading, the heading."""
        return self._nearest(path, self.values, self.keys)

    @staticmethod
    def _nearest(path: KeyPath, *known: Mapping[KeyPath, Extent]) -> Extent:
        while True:
            for extents in known:
                if path in extents:
                    return extents[path]
            if not path:
                return 0, 1
            path = path[:-1]


def find_places(text: str) -> Places:
    """The places in a text that `tomllib` has read without complaint, and so is TOML."""
    scan = _Scan(text)
    scan.document()
    return Places(scan.keys, scan.values)


class _Scan:
    """One reading of a text, from its beginning to its end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.keys: dict[KeyPath, Extent] = {}
        self.values: dict[KeyPath, Extent] = {}
        self._at = 0
        self._counts: dict[KeyPath, int] = {}  # of the tables in an array of them

    def document(self) -> None:
        """Headings, and lines of keys and values below them."""
        table: KeyPath = ()
        self._skip(_BLANK)
        while self._at < len(self.text):
            if self.text[self._at] == "[":
                table = self._heading()
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self._at)
        self._at = found.end() if found else self._at

    def _heading(self) -> KeyPath:
        """`[table]` or `[[array of tables]]`."""
        start = self._at
        is_array = self.text.startswith("[[", start)
        self._at += 2 if is_array else 1
        path: KeyPath = ()
        parts = self._key()
        for number, (part, extent) in enumerate(parts):
            path = (*path, part)
            self.keys.setdefault(path, extent)
            if is_array and number == len(parts) - 1:
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
                self.keys.setdefault(path, extent)
        self._at += 2 if is_array else 1
        self.values[path] = start, self._at
        return path

    def _key(self) -> list[tuple[str, Extent]]:
        """The parts of a dotted key, and where each stands."""
        parts: list[tuple[str, Extent]] = []
        while True:
            self._skip(_SPACE)
            found = _TEXT.match(self.text, self._at) or _BARE_KEY.match(self.text, self._at)
            assert found, "the text is TOML"
            parts.append((_unquoted(found[0]), found.span()))
            self._at = found.end()
            self._skip(_SPACE)
            if not self.text.startswith(".", self._at):
                return parts
            self._at += 1

    def _pair(self, table: KeyPath) -> None:
        """`key = value`."""
        path = table
        for part, extent in self._key():
            path = (*path, part)
            self.keys.setdefault(path, extent)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        start = self._at
        match self.text[start]:
            case "[":
                self._array(path)
            case "{":
                self._inline_table(path)
            case '"' | "'":
                self._skip(_TEXT)
            case _:
                self._skip(_SCALAR)
        self.values[path] = start, start + len(self.text[start : self._at].rstrip())

    def _array(self, path: KeyPath) -> None:
        self._at += 1
        number = 0
        while True:
            self._skip(_BLANK)
            if self.text[self._at] == "]":
                break
            if self.text[self._at] == ",":
                self._at += 1
                continue
            self._value((*path, number))
            number += 1
        self._at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self._at += 1
        while True:
            self._skip(_BLANK)
            if self.text[self._at] == "}":
                break
            if self.text[self._at] == ",":
                self._at += 1
                continue
            self._pair(path)
        self._at += 1


def _unquoted(written: str) -> str:
    """A part of a key without its quotes."""
    if written[0] == "'" or (written[0] == '"' and "\\" not in written):
        return written[1:-1]
    if written[0] == '"':
        return str(tomllib.loads(f"key = {written}")["key"])
    return written
