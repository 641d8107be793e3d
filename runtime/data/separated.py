"""The cells of text in which separators stand between them, as in `.csv` (RFC 4180)."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import RunError
from .points import bad_data
from .text import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Cells", "Jumps", "SeparatedText"]

_LONGEST = 131_072  # bytes in a cell, as the csv module has it: a quote that is not closed


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Some cells of a table, which go on where those before ended, be it inside a row."""

    contents: list[object]
    """(n_cells,): text as bytes or not, numbers, or nothing."""
    ends: NDArray[np.bool_]
    """(n_cells,), whether the row ends there."""


class Jumps:
    """Rising whole numbers by their place from 0 on, kept where one is not the next after another.

    So the lines on which the rows of a table start take no room if each row is a line.
    """

    __slots__ = ("_first", "_places", "count")

    def __init__(self) -> None:
        self._places = array("q")
        self._first = array("q")
        self.count = 0

    def extend(self, numbers: NDArray[np.int64]) -> None:
        """Add numbers, (n,), which rise, and from the last one there is."""
        import numpy as np

        if not numbers.size:
            return
        expected = numbers - np.arange(self.count, self.count + numbers.size)
        before = self._first[-1] - self._places[-1] if self._places else None
        new = np.flatnonzero(np.diff(expected, prepend=expected[0])).tolist()
        if before is None or before != int(expected[0]):
            new = [0, *new]
        for each in new:
            self._places.append(self.count + each)
            self._first.append(int(numbers[each]))
        self.count += int(numbers.size)

    def __getitem__(self, place: int) -> int:
        """The number at that place."""
        jump = bisect_right(self._places, place) - 1
        return self._first[jump] + place - self._places[jump]


class SeparatedText:
    """A table in a file of text; its cells can be taken once.

    Cells in quotes may hold separators and line ends, and quotes if they are doubled.
    """

    def __init__(self, text: Text, separator: str) -> None:
        self.file = text.file
        self.encoding = text.encoding
        self._text = text
        self._separator = separator.encode()
        mark = re.escape(self._separator)
        self._cell = re.compile(
            rb'(?:"([^"]*(?:""[^"]*)*)"(?!")([^%b\n]*)|(?!")([^%b\n]*))([%b\n])'
            % (mark, mark, mark)
        )
        self._lines = Jumps()  # on which each row starts
        self._line = 1

    def place(self, row: int, column: int) -> str:
        """How a person finds a cell, by its row and column from 0."""
        line = self._lines[row] if row < self._lines.count else self._line
        return f"line {line}, column {column + 1}"

    def __iter__(self) -> Iterator[Cells]:
        import numpy as np

        self._lines.extend(np.array([1]))
        rest = b""
        for block, is_last in self._text.blocks():
            data = rest + block
            is_open = is_last and bool(data) and not data.endswith(b"\n")
            data += b"\n" * is_open
            cells, rest = self._quoted(data) if b'"' in data else self._plain(data)
            if cells.contents:
                if len(max(cells.contents, key=len)) > _LONGEST:  # type: ignore[arg-type]
                    raise self._too_long()
                yield cells
            if len(rest) > _LONGEST:
                raise self._too_long()
            if is_last and rest:  # a quote that is not closed goes on to the end
                content = rest[1:-1] if is_open else rest[1:]
                yield Cells([content.replace(b'""', b'"')], np.array([True]))

    def _plain(self, data: bytes) -> tuple[Cells, bytes]:
        """The cells that end in there, and what is left."""
        import numpy as np

        cut = max(data.rfind(b"\n"), data.rfind(self._separator)) + 1
        if not cut:
            return Cells([], np.empty(0, np.bool_)), data
        letters = np.frombuffer(data, np.uint8, cut)
        is_end = letters == ord("\n")
        ends = is_end[is_end | (letters == ord(self._separator))]
        texts = data[: cut - 1].replace(b"\n", self._separator).split(self._separator)
        rows = int(np.count_nonzero(ends))
        self._lines.extend(np.arange(self._line + 1, self._line + rows + 1))
        self._line += rows
        return Cells([*texts], ends), data[cut:]

    def _quoted(self, data: bytes) -> tuple[Cells, bytes]:
        """As `_plain`, where there are quotes."""
        import numpy as np

        contents: list[object] = []
        ends: list[bool] = []
        lines: list[int] = []
        at = 0
        for found in self._cell.finditer(data):
            if found.start() != at:
                break
            at = found.end()
            quoted, after, plain, end = found.groups()
            if quoted is None:
                contents.append(plain)
            else:
                contents.append(quoted.replace(b'""', b'"') + after)
                self._line += quoted.count(b"\n")
            ends.append(end == b"\n")
            if end == b"\n":
                self._line += 1
                lines.append(self._line)
        self._lines.extend(np.array(lines, np.int64))
        return Cells(contents, np.array(ends, np.bool_)), data[at:]

    def _too_long(self) -> RunError:
        why = f"field larger than {_LONGEST} bytes"
        hint = "close the quote, and check that the ending says what separates the cells"
        return bad_data(self.file, f"line {self._line}", why, hint)
