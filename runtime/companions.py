"""Files that modellers keep beside a model: their text, and the names in them (reference E).

Changes files are read in `changes_file`, save lists here.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from .contract import Axis, Kind, VariableInfo
from .errors import RunError, UnknownNameError, bad_file, unknown_name
from .files import decoded, read_whole
from .names import display_name, fold, printable
from .subscripts import Place, Selection, place_of, places_of, ranges_of, split_subscripts

if TYPE_CHECKING:
    from .contract import CompiledModel

__all__ = [
    "Companion",
    "Names",
    "Part",
    "elements_named",
    "on_top",
    "read_companion",
    "read_save_list",
]

_LINE_END = re.compile(r"\r\n?")
_OPENING = re.compile(r'"(?:\\.|[^"\\\n])*(")?|\{')
_NOT_BLANK = re.compile(r"[^\n]")
_MOST_BYTES = 1 << 23  # an entry takes some hundred times its text
_LONGEST_NAME = 2000  # of what still is looked for in a model
_SHOWN = 100  # letters of a line, and names that are not in the model, in an error


@dataclass(frozen=True, slots=True)
class Companion:
    """A companion file as text, with blanks where its comments were, so that places stay."""

    name: str
    written: str
    text: str

    def line_of(self, offset: int) -> int:
        """The line of a character, from 1."""
        return self.text.count("\n", 0, offset) + 1

    def placed(self, error: RunError, offset: int) -> RunError:
        """The same error, which also says where in the file it is, and shows the line."""
        start = self.written.rfind("\n", 0, offset) + 1
        end = self.written.find("\n", offset)
        line = self.written[start : end if end >= 0 else None].strip()
        shown = printable(line[:_SHOWN]) + ("…" if len(line) > _SHOWN else "")
        where = f"  --> {printable(self.name)}:{self.line_of(offset)}\n  {shown}"
        return type(error)(error.code, f"{printable(error.message)}\n{where}", error.hint)

    def malformed(self, why: str, offset: int, hint: str = "") -> RunError:
        """What stands there cannot be read."""
        return self.placed(RunError("S3C602", why, hint), offset)


@dataclass(frozen=True, slots=True)
class Part:
    """A variable, or the elements of it that some elements and ranges name."""

    variable: VariableInfo
    along: tuple[tuple[int, ...], ...]
    """The numbers of the elements along each axis, in the order of the range that names them."""

    @property
    def count(self) -> int:
        """How many elements there are, with those that no equation gives a value."""
        return math.prod(map(len, self.along))

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the variable, in its own order."""
        lengths = self.variable.shape
        return all(
            numbers == tuple(range(length))
            for numbers, length in zip(self.along, lengths, strict=True)
        )

    @property
    def places(self) -> Iterator[Place]:
        """The places of the elements, the last axis fastest."""
        return product(*self.along)

    @property
    def names(self) -> tuple[str, ...]:
        """The variable's name; of some of its elements theirs, those with a value."""
        if self.is_whole:
            return (self.variable.name,)
        holes = frozenset(self.variable.holes)
        return tuple(
            Selection(self.variable, place).name for place in self.places if place not in holes
        )


class Names:
    """The names of a model, as a companion file may write them."""

    def __init__(self, model: CompiledModel) -> None:
        self._model = model
        self._ranges = {fold(axis.name): axis for each in model.variables for axis in each.axes}

    def find(self, written: str) -> Part:
        """What a name means, with or without subscripts, each an element or a range.

        Raises:
            UnknownNameError: S3C604, there is no such variable, element or range, or the number
                of subscripts is another.
        """
        if len(written) > _LONGEST_NAME:
            raise UnknownNameError("S3C604", f"there is no variable “{written[:_SHOWN]}…”")
        variable = self._model.find(written)
        if variable is not None:
            return Part(variable, tuple(tuple(range(length)) for length in variable.shape))
        base = written
        for base, subscripts in split_subscripts(written):
            variable = self._model.find(base)
            if variable is not None:
                return self._part(variable, subscripts)
        raise unknown_name(display_name(base), self._model.names)

    def _part(self, variable: VariableInfo, subscripts: tuple[str, ...]) -> Part:
        try:
            return Part(variable, tuple((number,) for number in place_of(variable, subscripts)))
        except UnknownNameError:
            if len(subscripts) != len(variable.axes):
                raise
        return Part(variable, tuple(map(self._along, variable.axes, subscripts)))

    def _along(self, axis: Axis, subscript: str) -> tuple[int, ...]:
        """The numbers of the elements of an axis that a range, or one element, names."""
        name = fold(subscript)
        numbers = {fold(element): number for number, element in enumerate(axis.elements)}
        if name in numbers:
            return (numbers[name],)
        if name == fold(axis.name):
            return tuple(range(len(axis.elements)))
        named = self._ranges.get(name)
        elements = [fold(element) for element in named.elements] if named else []
        if elements and numbers.keys() >= set(elements):
            return tuple(numbers[element] for element in elements)
        known = (axis.name, *axis.elements)
        raise unknown_name(display_name(subscript), known, f"element or range of {axis.name}")


def elements_named(model: CompiledModel, written: str) -> tuple[str, ...]:
    """The names of all numbers that a name means; its subscripts may be elements or ranges.

    Raises:
        UnknownNameError: S3C604, there is no such variable, element or range, or no equation gives
            these elements a value.
    """
    part = Names(model).find(written)
    if not part.variable.axes:
        return (part.variable.name,)
    holes = frozenset(part.variable.holes)
    found = tuple(Selection(part.variable, each).name for each in part.places if each not in holes)
    if not found:
        why = f"no equation gives these elements of “{part.variable.name}” a value"
        hint = f"its subscripts are {ranges_of(part.variable)}"
        raise UnknownNameError("S3C604", why, hint)
    return found


def on_top(*changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes on top of each other, later ones over earlier ones.

    The order counts, since `rate` sets all elements of what `rate[East]` sets one of: what is set
    again goes to the end, where a dictionary alone would leave it in its old place.
    """
    found: dict[str, Any] = {}
    for each in changes:
        for name, value in each.items():
            found.pop(name, None)
            found[name] = value
    return found


def read_companion(path: str | os.PathLike[str]) -> Companion:
    """Read a companion file: UTF-8, else Windows-1252, with any line ends.

    Raises:
        RunError: S3C606, it cannot be read, or is no text; S3C602, a comment is not closed.
    """
    name = os.fspath(path)
    data = read_whole(path, _MOST_BYTES)
    if b"\0" in data:
        hint = "save it as plain text, in UTF-8"
        raise bad_file(printable(name), "cannot be read: it is no text", hint)
    written = _LINE_END.sub("\n", decoded(data))
    return _without_comments(name, written)


def _without_comments(name: str, written: str) -> Companion:
    """The text with a blank for each letter of a comment; in quotes, braces are letters."""
    pieces: list[str] = []
    start = unclosed = 0
    while True:
        opened, unclosed = _comment(written, start, unclosed)
        if opened < 0:
            return Companion(name, written, "".join((*pieces, written[start:])))
        end = written.find("}", opened) + 1
        if not end:
            hint = "close it with “}”"
            raise Companion(name, written, written).malformed(
                "this comment is not closed", opened, hint
            )
        pieces += (written[start:opened], _NOT_BLANK.sub(" ", written[opened:end]))
        start = end


def _comment(written: str, start: int, unclosed: int) -> tuple[int, int]:
    """Where the next comment begins, or -1, and up to where quotes are known to be mere letters.

    Where one quote of a line is not closed, no later one is: none is looked at again, since that
    would take time as the square of the line.
    """
    while True:
        brace = written.find("{", start, unclosed)
        if brace >= 0:
            return brace, unclosed
        found = _OPENING.search(written, max(start, unclosed))
        if found is None:
            return -1, unclosed
        if found[0] == "{":
            return found.start(), unclosed
        start = found.end() if found[1] else found.start()
        unclosed = unclosed if found[1] else found.end()


def read_save_list(path: str | os.PathLike[str], model: CompiledModel) -> list[str]:
    """The names in a save list (`.lst`), one a line, as `run(save=…)` takes them.

    A name may have subscripts, elements or ranges; those of some elements become the names of
    these. Comments in braces and empty lines mean nothing; nor does `Time`, which is always kept.
    Source: reference E.2.

    Returns:
        Each name once, in the file's order and the model's spelling.

    Raises:
        RunError: S3C606, the file cannot be read; S3C604, names in it are not in the model, or
            are those of lookups, or there is none; S3C602, it is malformed.
    """
    companion, names = read_companion(path), Names(model)
    found: dict[str, None] = {}
    errors: list[RunError] = []
    for offset, line in _lines(companion.text):
        if fold(line) == "time":
            continue
        try:
            found |= dict.fromkeys(_kept(names.find(line)))
        except UnknownNameError as error:
            errors.append(companion.placed(error, offset))
            if len(errors) == _SHOWN:
                break
    if errors:
        raise _all_of(errors, companion)
    if not found:
        hint = "write the name of a variable on each line"
        raise UnknownNameError("S3C604", f"“{printable(companion.name)}” names no variable", hint)
    return list(found)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that say something, each with the offset of its first letter."""
    offset = 0
    for line in text.replace("\\\n", "  ").split("\n"):
        if line.strip():
            yield offset + len(line) - len(line.lstrip()), line.strip()
        offset += len(line) + 1


def _kept(part: Part) -> tuple[str, ...]:
    """The names under which a run keeps something."""
    if part.variable.kind is Kind.LOOKUP:
        name = part.variable.name
        why = f"“{name}” is a lookup: it has no values over time"
        raise UnknownNameError("S3C604", why, "save a variable that uses it")
    if not part.names:
        subscripts = f"no equation gives these elements of “{part.variable.name}” a value"
        known = next(iter(places_of(part.variable)))
        hint = f"its subscripts are {ranges_of(part.variable)}"
        hint += f"; it has “{Selection(part.variable, known).name}”, for one"
        raise UnknownNameError("S3C604", subscripts, hint)
    return part.names


def _all_of(errors: list[RunError], companion: Companion) -> RunError:
    """One error for all the names that are not to be had."""
    if len(errors) == 1:
        return errors[0]
    more = " or more" if len(errors) == _SHOWN else ""
    head = f"{len(errors)}{more} names in “{printable(companion.name)}” cannot be saved"
    each = (one.message + (f"\n  {one.hint}" if one.hint else "") for one in errors)
    return UnknownNameError("S3C604", "\n".join((head, *each)), "correct them or leave them out")
