"""Vensim's data format `.dat` (reference E.8): a name on a line, then a time and a value on each.

What does not change has one pair; a point without a value is left out.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from ..columns import Column, sorted_columns, written
from .points import MISSING, Names, Series, bad_data, number_in
from .text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from ..results import Run

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["dat_series", "dat_text"]

_NUMBER = rb"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
# Lines of a time and a value each, and no more; so many that the matcher's memory stays small.
_PAIRS = re.compile(rb"(?:[ \t]*%b[ \t]+%b[ \t]*\n){1,4096}" % (_NUMBER, _NUMBER))
_LONGEST = 131_072  # bytes in a line
# A quoted part of a name, a quote that is not closed, or the start of a comment.
_MARK = re.compile(r'"(?:\\.|[^"\\])*"|"|(?<=\s)/')
# A name that would not be read as one, or not as a whole one.
_NEEDS_QUOTES = re.compile(r'[-+.0-9]|.*(?:"|\s[</])')


def dat_text(run: Run) -> str:
    """All that a run names, in alphabetical order."""
    times = run.series("Time")
    return "".join(line for column in sorted_columns(run) for line in _lines_of(column, times))


def _lines_of(column: Column, times: Sequence[float]) -> Iterator[str]:
    yield f"{_quoted(column.name)}\n"
    for row, time in enumerate(times):
        value = column.at(row)
        if value is not None:
            yield f"{written(time)}\t{written(value)}\n"


def _quoted(name: str) -> str:
    """The name, in quotes where a reader would take it for something else."""
    return '"' + name.replace('"', '\\"') + '"' if _NEEDS_QUOTES.match(name) else name


def dat_series(text: Text, names: Names) -> dict[str, Series]:
    """Read the text of a data file; a series that is repeated is merged, and later points win.

    Raises:
        RunError: S3C607, a line is neither a name nor a time and a value, or there are no points.
    """
    reading = _Reading(text, names)
    rest = b""
    for block, is_last in text.blocks():
        data = rest + block
        cut = len(data) if is_last else data.rfind(b"\n") + 1
        rest = data[cut:]
        if len(rest) > _LONGEST:
            hint = "write a name, or a time and a value, on each line"
            raise bad_data(text.file, f"line {reading.line}", "the line has no end", hint)
        reading.take(data[:cut])
    return reading.series()


class _Reading:
    """What was read so far: of each name the runs of its points, as they stood in the file."""

    def __init__(self, text: Text, names: Names) -> None:
        self.line = 1
        self._file = text.file
        self._encoding = text.encoding
        self._names = names
        self._runs: dict[str, list[tuple[Floats, Floats]]] = {}
        self._into: str | None = None  # the series to which points go, if it is wanted
        self._has_name = self._has_points = False
        self._times, self._values = array("d"), array("d")  # of the run that goes on
        self._before: Floats | None = None  # the times of the run before

    def take(self, data: bytes) -> None:
        """Read whole lines."""
        at = 0
        while at < len(data):
            pairs = _PAIRS.match(data, at)
            if pairs is not None and self._has_name:
                at = pairs.end()
                self._take_pairs(pairs[0])
                continue
            end = data.find(b"\n", at)
            end = len(data) if end < 0 else end
            self._take_line(data[at:end].decode(self._encoding))
            self.line += 1
            at = end + 1

    def _take_pairs(self, data: bytes) -> None:
        """Read lines of which each is a time and a value, and no more."""
        import numpy as np

        count = data.count(b"\n")
        numbers = np.fromiter(map(float, data.split()), np.float64, 2 * count)
        if not np.isfinite(numbers).all() or not (numbers[0::2] > MISSING).all():
            for line in data.decode().split("\n")[:-1]:
                self._take_line(line)
                self.line += 1
            return
        numbers[1::2][numbers[1::2] <= MISSING] = np.nan
        known = ~np.isnan(numbers[1::2])
        self._has_points = True
        self._times.frombytes(numbers[0::2][known].tobytes())
        self._values.frombytes(numbers[1::2][known].tobytes())
        self.line += count

    def _take_line(self, text: str) -> None:
        words = text.split(None, 2)
        if not words:
            return
        if _number(words[0]) is None:
            self._end_run()
            written = _name_on(text, self._file, self.line)
            self._into, self._has_name = self._names.shown(written), True
            if self._into is not None:
                self._runs.setdefault(self._into, [])
            return
        time, value = _pair(words, self._file, self.line)
        if not self._has_name:
            hint = "write the name of the series on the line before its first point"
            raise bad_data(self._file, f"line {self.line}", "a point stands before any name", hint)
        self._has_points = True
        if value is not None:
            self._times.append(time)
            self._values.append(value)

    def _end_run(self) -> None:
        """Keep the points of a run; its times are those of the run before, if they are equal."""
        import numpy as np

        if self._into is not None and self._times:
            times, values = np.frombuffer(self._times), np.frombuffer(self._values)
            if self._before is not None and np.array_equal(times, self._before):
                times = self._before
            self._before = times
            self._runs[self._into].append((times, values))
        if self._times:
            self._times, self._values = array("d"), array("d")

    def series(self) -> dict[str, Series]:
        """All that was wanted."""
        self._end_run()
        if not self._has_points:
            hint = "write a name on a line, then a time and a value on each line"
            raise bad_data(self._file, "", "holds no points", hint)
        return {name: _merged(runs) for name, runs in self._runs.items()}


def _merged(runs: list[tuple[Floats, Floats]]) -> Series:
    """The points of all runs by time; of several at one time the last."""
    import numpy as np

    if len(runs) == 1:
        times, values = runs[0]
    else:
        times = np.concatenate([np.empty(0), *(each for each, _ in runs)])
        values = np.concatenate([np.empty(0), *(each for _, each in runs)])
    if not (times[1:] > times[:-1]).all():
        order = np.argsort(times, kind="stable")
        times, values = times[order], values[order]
        last = np.append(times[1:] != times[:-1], True)
        times, values = times[last], values[last]
    for each in (times, values):
        each.setflags(write=False)
    return Series(times, values)


def _pair(words: list[str], file: str, line: int) -> tuple[float, float | None]:
    """The time and the value on a line that starts with a number; what follows is a comment."""
    time = _number(words[0])
    assert time is not None
    if len(words) < 2:
        why = f"time {words[0]} has no value"
        raise bad_data(file, f"line {line}", why, "write the value after it, or drop the line")
    try:
        return time, number_in(words[1])
    except ValueError:
        why = f"“{words[1]}” is no finite number"
        hint = "write a time and a value; a name that starts with a digit needs quotes"
        raise bad_data(file, f"line {line}", why, hint) from None


def _number(word: str) -> float | None:
    """The number that a word is, or None."""
    try:
        return number_in(word)
    except ValueError:
        return None


def _name_on(written: str, file: str, line: int) -> str:
    """The name on a line, as it is written, without its time base `<…>` and a comment `/…`."""
    end = len(written)
    for mark in _MARK.finditer(written):
        if mark[0] == '"':
            hint = 'close it, and write a quote in a name as \\"'
            raise bad_data(file, f"line {line}", "a quote is not closed", hint)
        if mark[0] == "/":
            end = mark.start()
            break
    name = written[:end].strip()
    base = name.rfind("<")
    if base > 0 and name.endswith(">") and name[base - 1].isspace() and '"' not in name[base:]:
        name = name[:base]
    return name
