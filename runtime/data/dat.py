"""Vensim's data format `.dat` (reference E.8): a name on a line, then a time and a value on each.

What does not change has one pair; a point without a value is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..columns import Column, sorted_columns, written
from .points import Points, bad_data, number_in, shown_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..results import Run

__all__ = ["dat_points", "dat_text"]

_LINE = re.compile(r"\r\n|\r|\n")
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


def dat_points(text: str, file: str) -> Points:
    """Read the text of a data file; a series that is repeated is merged, and later points win.

    Raises:
        RunError: S3C607, a line is neither a name nor a time and a value, or there are no points.
    """
    points = Points()
    series: dict[float, float] | None = None
    pairs = 0
    for line, text_of_line in enumerate(_LINE.split(text), 1):
        words = text_of_line.split(None, 2)
        if not words:
            continue
        if _number(words[0]) is None:
            series = points.of(_name_on(text_of_line, file, line))
            continue
        time, value = _pair(words, file, line)
        pairs += 1
        if series is None:
            hint = "write the name of the series on the line before its first point"
            raise bad_data(file, f"line {line}", "a point stands before any name", hint)
        if value is not None:
            series[time] = value
    if not pairs:
        hint = "write a name on a line, then a time and a value on each line"
        raise bad_data(file, "", "holds no points", hint)
    return points


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
    """The name on a line, as it is shown, without its time base `<…>` and a comment `/…`."""
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
    return shown_name(name)
