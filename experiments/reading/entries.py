"""Values of an experiment file with their places, and what is found wrong with them."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from s3c.compiler import Diagnostic, Note, Severity, Source, Span
from s3c.runtime import did_you_mean, printable, read_whole

from ..errors import ExperimentError
from .places import KeyPath, Places, find_places

__all__ = ["Entry", "Page", "read_page", "read_source", "read_text"]

_LARGEST = 1_000_000  # bytes of an experiment file
_LARGEST_TABLE = 5_000_000  # bytes of a table
_MOST_PARTS = 30  # of keys with dots, in one line
_BETWEEN_DOTS = re.compile(r"""\.[ \t]*(?:"[^"\n]*"|'[^'\n]*'|[\w-]+)[ \t]*(?=\.)""")
_AT = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_MOST_FOUND = 50
_SHOWN = 60  # letters of a value, in a message
_LONGEST_NAME = 200  # of what is looked for among others

_Read = TypeVar("_Read")


@dataclass(eq=False)
class Page:
    """An experiment file while it is read: its text, and the mistakes that were found in it."""

    source: Source
    places: Places
    found: list[Diagnostic] = field(default_factory=list)
    doubts: list[Diagnostic] = field(default_factory=list)
    """Warnings and remarks, which do not stop an experiment."""

    def doubtful(self, code: str, message: str, span: Span | None, hint: str = "") -> None:
        """Take down what is read otherwise than it may be meant; of very many, the first."""
        if len(self.doubts) < _MOST_FOUND:
            warning = Severity.WARNING
            self.doubts.append(Diagnostic(code, message, span, hint, severity=warning))

    def remark(self, code: str, message: str, span: Span | None, hint: str = "") -> None:
        """Take down what is as it should be, and worth knowing."""
        self.doubts.append(Diagnostic(code, message, span, hint, severity=Severity.INFO))

    def wrong(
        self, code: str, message: str, span: Span | None, hint: str = "", notes: Iterable[Note] = ()
    ) -> None:
        """Take down a mistake; the file is not read further when there are very many."""
        self.found.append(Diagnostic(code, message, span, hint, tuple(notes)))
        if len(self.found) >= _MOST_FOUND:
            self.stop()

    def stop(self) -> None:
        """Raise what was found, in the order of the file, if there is anything.

        Raises:
            ExperimentError: there is.
        """
        if not self.found:
            return
        mine = [each for each in self.found if each.span and each.span.source is self.source]
        others = [each for each in self.found if each not in mine]
        raise ExperimentError([*sorted(mine, key=_start), *others])


def _start(found: Diagnostic) -> int:
    return found.span.start if found.span else 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of an experiment file, and the keys that lead to it."""

    page: Page
    path: KeyPath
    value: Any

    @property
    def key(self) -> str:
        """Its key."""
        return str(self.path[-1]) if self.path else ""

    @property
    def span(self) -> Span:
        """Where its value stands."""
        return self.page.source.span(*self.page.places.value(self.path))

    @property
    def key_span(self) -> Span:
        """Where its key stands."""
        return self.page.source.span(*self.page.places.key(self.path))

    def wrong(self, code: str, message: str, hint: str = "") -> None:
        """Take down a mistake in the value."""
        self.page.wrong(code, message, self.span, hint)

    def wrong_key(self, code: str, message: str, hint: str = "") -> None:
        """Take down a mistake in the key."""
        self.page.wrong(code, message, self.key_span, hint)

    def doubtful(self, code: str, message: str, hint: str = "") -> None:
        """Take down a warning of the value."""
        self.page.doubtful(code, message, self.span, hint)

    def below(self, key: str | int, value: Any) -> Entry:
        """An entry of the table or array that this is."""
        return Entry(self.page, (*self.path, key), value)

    # --- what it is; a mistake, and nothing, if it is something else ---

    def text(self) -> str | None:
        """A text."""
        if isinstance(self.value, str):
            return self.value
        self._is_no("a text", 'write it in quotes: "…"')
        return None

    def number(self) -> float | None:
        """A finite number."""
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            try:
                number = float(self.value)
            except OverflowError:
                number = math.inf
            if math.isfinite(number):
                return number
            self.wrong("S3C703", f"“{self.key}” must be finite", "give a number of usual size")
            return None
        self._is_no("a number", "write it without quotes, as 0.25 or 2.5e-1")
        return None

    def whole(self, least: int) -> int | None:
        """A whole number that is not too small, nor larger than 32 bits."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            if least <= self.value < 2**32:
                return self.value
            message = f"“{self.key}” must be at least {least}, and less than 2^32"
            self.wrong("S3C703", message, "give a number of usual size")
            return None
        self._is_no("a whole number", "write it as 20")
        return None

    def choice(self, known: Iterable[str]) -> str | None:
        """One of some words."""
        words = list(known)
        text = self.text()
        if text is None or text in words:
            return text
        every = ", ".join(f"“{word}”" for word in words)
        hint = did_you_mean(text[:_LONGEST_NAME], words) or f"say one of {every}"
        self.wrong("S3C703", f"“{self.key}” is none of {every}", hint)
        return None

    def table(self) -> dict[str, Entry]:
        """The entries of a table, by key."""
        if isinstance(self.value, dict):
            return {key: self.below(key, value) for key, value in self.value.items()}
        self._is_no("a table", "write { key = value, … }, or a heading in brackets")
        return {}

    def items(self, read: Callable[[Entry], _Read | None]) -> list[_Read]:
        """The items of an array, read one by one; those that are wrong are left out."""
        if not isinstance(self.value, list):
            self._is_no("an array", "write it in brackets: [ …, … ]")
            return []
        found = [read(self.below(number, value)) for number, value in enumerate(self.value)]
        return [each for each in found if each is not None]

    def one_or_more(self, read: Callable[[Entry], _Read | None]) -> list[_Read]:
        """The items of an array, or the one value that stands without brackets."""
        if isinstance(self.value, list):
            return self.items(read)
        found = read(self)
        return [] if found is None else [found]

    def fields(
        self, known: Iterable[str], needed: Iterable[str] = (), what: str = ""
    ) -> dict[str, Entry]:
        """The entries of a table whose keys are known; other keys, or missing ones, are wrong."""
        names = list(known)
        entries = self.table()
        for key, entry in entries.items():
            if key not in names:
                hint = did_you_mean(key[:_LONGEST_NAME], names)
                hint = hint or f"known are {', '.join(f'“{name}”' for name in names)}"
                entry.wrong_key("S3C702", f"there is no key “{_short(key)}” {what}".rstrip(), hint)
        if isinstance(self.value, dict):
            for key in needed:
                if key not in entries:
                    self.wrong("S3C704", f"“{key}” is missing {what}".rstrip(), f"add {key} = …")
        return {key: entry for key, entry in entries.items() if key in names}

    def _is_no(self, what: str, hint: str = "") -> None:
        shown = _short(repr(self.value) if isinstance(self.value, str) else _kind(self.value))
        self.wrong("S3C703", f"“{_short(self.key)}” must be {what}, and is {shown}", hint)


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return "a table"
        case list():
            return "an array"
        case _:
            return str(value)


def _short(text: str) -> str:
    shown = printable(text[:_SHOWN])
    return f"{shown}…" if len(text) > _SHOWN else shown


# --- files ---


def read_page(path: Path) -> Entry:
    """The whole of an experiment file as a table.

    Raises:
        RunError: S3C606, it cannot be read.
        ExperimentError: S3C701, it is not TOML.
    """
    source = read_text(path, _LARGEST)
    values, places = _parsed(source)
    return Entry(Page(source, places), (), values)


def read_source(path: Path, largest: int = _LARGEST) -> Source:
    """A file's text, in UTF-8 or else in Windows-1252.

    Raises:
        RunError: S3C606, it cannot be read, or is larger than is sensible.
    """
    return Source.decode(read_whole(path, largest), printable(str(path)))


def read_text(path: Path, largest: int = _LARGEST_TABLE) -> Source:
    """A file's text, which is in UTF-8.

    Raises:
        RunError: S3C606, it cannot be read, or is larger than is sensible.
        ExperimentError: S3C701, it is no text in UTF-8.
    """
    source = read_source(path, largest)
    try:
        source.text.encode("utf-8")
        is_utf8 = source.encoding == "utf-8"
    except UnicodeEncodeError:
        is_utf8 = False
    if not is_utf8:
        place = next((at for at, each in enumerate(source.text) if ord(each) > 127), 0)
        raise ExperimentError([
            Diagnostic(
                *("S3C701", "the file is not in UTF-8", source.span(place, place + 1)),
                "save it in the encoding UTF-8",
            )
        ])  # fmt: skip
    return source


def _parsed(source: Source) -> tuple[Mapping[str, Any], Places]:
    """What a text says, and where."""
    for number, text in enumerate(source.text.split("\n")):
        if len(_BETWEEN_DOTS.findall(text)) > _MOST_PARTS:
            raise ExperimentError([_not_toml(source, "a key has too many parts", number + 1, 1)])
    try:
        return tomllib.loads(source.text), find_places(source.text)
    except RecursionError:
        found = Diagnostic(
            *("S3C701", "the file nests too deeply", source.span(0, 1), "close its brackets")
        )
        raise ExperimentError([found]) from None
    except ValueError as error:  # what tomllib raises, and Python of a number without end
        where = _AT.fullmatch(str(error))
        reason = where[1] if where else str(error).partition(";")[0]
        line = int(where[2]) if where and where[2] else source.text.count("\n") + 1
        column = int(where[3]) if where and where[3] else 1
        found = _not_toml(source, reason[:1].lower() + reason[1:], line, column)
        raise ExperimentError([found]) from None


def _not_toml(source: Source, reason: str, line: int, column: int) -> Diagnostic:
    start = 0
    for _ in range(line - 1):
        start = source.text.find("\n", start) + 1
    place = min(start + column - 1, max(len(source.text) - 1, 0))
    hint = "names with blanks, and texts, stand in double quotes; a heading in brackets"
    message = f"the file is not TOML: {printable(reason)}"
    return Diagnostic("S3C701", message, source.span(place, place + 1), hint)
