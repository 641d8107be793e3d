"""Changes files (`.cin`): other constants and lookups for one run (reference E.1)."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .companions import Companion, Names, Part, on_top, read_companion
from .contract import NA, Kind, Space
from .errors import RunError, cannot_set, unknown_name
from .lookups import Lookup
from .names import display_name, fold
from .setting import Change
from .subscripts import Selection, ranges_of

if TYPE_CHECKING:
    from .contract import CompiledModel

__all__ = ["read_changes"]

_LONG = 100  # letters of a name that an error shows

# Each letter fits in one way only, and a number is never left in its middle: text that fits nowhere
# is left in linear time. (Possessive groups would do; some builds of Python 3.11 have them wrong.)
_BLANK = r"(?:\s|\\\n)*"
_UNSIGNED = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?(?![0-9.eE])"
_NUMBER = rf"(?:[-+]?{_BLANK}{_UNSIGNED}|:NA:)"
_QUOTED = r'"(?:\\.|[^"\\\n])*"'
_WORD = r'[^\s=()\[\],;{}"<|~:\\]+'
_LEFT = (
    rf"(?:{_QUOTED}|{_WORD}(?:(?:[ \t]|\\\n)+{_WORD})*)"
    rf'(?:{_BLANK}\[(?:{_QUOTED}|\\\n|[^\]"\n])*\])?'
)
_POINT = rf"\({_BLANK}({_NUMBER}){_BLANK},{_BLANK}({_NUMBER}){_BLANK}\)"

_SPACE = re.compile(_BLANK)
_OPTION = re.compile(r":[A-Za-z][^\n]*")  # of a file that an optimisation wrote
_BOUND = re.compile(rf"(?:{_NUMBER}|{_LEFT}){_BLANK}<={_BLANK}", re.IGNORECASE)
_UPPER_BOUND = re.compile(rf"{_BLANK}<=[^\n]*")
_NAME = re.compile(_LEFT)
_EQUALS = re.compile(rf"{_BLANK}={_BLANK}")
_STRING = re.compile(rf"{_BLANK}:IS:{_BLANK}(?:'(?P<text>[^'\n]*)')?", re.IGNORECASE)
# A number that another bound follows begins the next entry.
_LIST = re.compile(
    rf"{_NUMBER}(?:{_BLANK}[,;]{_BLANK}{_NUMBER}(?!{_BLANK}<=))*(?:{_BLANK};)?", re.IGNORECASE
)
_OPERATOR = re.compile(r"[ \t]*[-+*/^]")
_ONE_NUMBER = re.compile(_NUMBER, re.IGNORECASE)
_POINTS_FOLLOW = re.compile(rf"{_BLANK}\(")
_BODY = re.compile(r"((?:[^()]|\([^()]*\))*)\)")
_FRAME = re.compile(rf"{_BLANK}\[[^\]]*\]{_BLANK},?")
_PAIRS = re.compile(rf"{_BLANK}{_POINT}(?:{_BLANK},{_BLANK}{_POINT})*{_BLANK}", re.IGNORECASE)
_ONE_PAIR = re.compile(_POINT, re.IGNORECASE)
_PACKED = re.compile(rf"{_BLANK}{_NUMBER}(?:{_BLANK},{_BLANK}{_NUMBER})*{_BLANK}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line, or some, of a changes file, as written."""

    offset: int
    left: str
    rows: tuple[tuple[float, ...], ...] = ()
    """Numbers, as semicolons part them; none for a lookup."""
    points: tuple[tuple[float, float], ...] = ()
    text: str | None = None
    """For a string variable."""


def read_changes(path: str | os.PathLike[str], model: CompiledModel) -> dict[str, Change]:
    """The changes in a changes file (`.cin`), as `run(changes)` takes them.

    Entries are `name = number`; `name[element or range] = number` or `= 1,2,3`, a number for each
    element, the last range fastest, rows ended by semicolons; `name((x,y),(x,y))` for a lookup,
    with or without the frame `[(…)-(…)]` before the points, or `name(x,x,y,y)`; and
    `name :IS: 'text'` for a string variable. Bounds, as in
    `0 <= name = 1 <= 2`, and options, as an optimisation writes them, mean nothing here.
    Source: reference E.1.

    Returns:
        By the name of a variable or an element, in the file's order; what comes later goes on
        top. Numbers are in the variable's units; lookups are `Lookup`s.

    Raises:
        RunError: S3C606, the file cannot be read; S3C602, it is malformed, or something in it
            cannot be set: a changes file sets constants and lookups only.
        UnknownNameError: S3C604, a name is not in the model.
    """
    companion, names = read_companion(path), Names(model)
    changes: list[dict[str, Change]] = []
    for entry in _entries(companion):
        try:
            if entry.text is not None:
                changes.append(_text(model, entry.left, entry.text))
            else:
                changes.append(_changes(names.find(entry.left), entry))
        except RunError as error:
            raise companion.placed(error, entry.offset) from None
    return on_top(*changes)


def _entries(companion: Companion) -> Iterator[_Entry]:
    """The entries in order; each ends where the next name starts."""
    text = companion.text
    place = _after(_SPACE, text, 0)
    while place < len(text):
        if option := _OPTION.match(text, place):
            place = option.end()
        else:
            entry, place = _entry(companion, place)
            yield entry
        place = _after(_SPACE, text, place)


def _entry(companion: Companion, start: int) -> tuple[_Entry, int]:
    """The entry that starts there, and where it ends."""
    text = companion.text
    offset = _after(_BOUND, text, start)
    if offset == len(text):
        why = "there is no name after this"
        raise companion.malformed(why, start, "write “name = number”, or “name((x,y),(x,y))”")
    name = _NAME.match(text, offset)
    if name is None:
        quotes = text[offset] == '"'
        why = "this quoted name is not closed" if quotes else f"“{text[offset]}” starts no name"
        raise companion.malformed(why, offset, "write “name = number”, or “name((x,y),(x,y))”")
    left = name[0].strip()
    if equals := _EQUALS.match(text, name.end()):
        rows, end = _numbers(companion, offset, left, equals.end())
        return _Entry(offset, left, rows), _after(_UPPER_BOUND, text, end)
    if opening := _POINTS_FOLLOW.match(text, name.end()):
        points, end = _points(companion, offset, left, opening.end())
        return _Entry(offset, left, points=points), end
    shown = _shown(left)
    if text.startswith("[", _after(_SPACE, text, name.end())):
        raise companion.malformed(f"the bracket after “{shown}” is not closed", offset)
    if found := _STRING.match(text, name.end()):
        if found["text"] is None:
            why = f"“{shown}” is set to what is no text"
            raise companion.malformed(why, offset, "write “name :IS: 'text'”")
        return _Entry(offset, left, text=found["text"]), found.end()
    why = f"“{shown}” is followed by neither “=” nor points in parentheses"
    raise companion.malformed(why, offset, "write “name = number”, or “name((x,y),(x,y))”")


def _numbers(
    companion: Companion, offset: int, left: str, start: int
) -> tuple[tuple[tuple[float, ...], ...], int]:
    """The rows of numbers that start there, and where they end."""
    found = _LIST.match(companion.text, start)
    if found is None or _OPERATOR.match(companion.text, found.end()):
        why = f"“{_shown(left)}” is set to what is not a number"
        raise companion.malformed(why, offset, "a changes file sets numbers, not expressions")
    rows = (tuple(map(_number, _ONE_NUMBER.findall(row))) for row in found[0].split(";"))
    return tuple(row for row in rows if row), found.end()


def _points(
    companion: Companion, offset: int, left: str, start: int
) -> tuple[tuple[tuple[float, float], ...], int]:
    """The points in the parentheses that open before there, and where they end."""
    body = _BODY.match(companion.text, start)
    inside = body[1] if body else ""
    inside = inside[_after(_FRAME, inside, 0) :]
    if body and _PAIRS.fullmatch(inside):
        pairs = _ONE_PAIR.findall(inside)
        return tuple((_number(x), _number(y)) for x, y in pairs), body.end()
    numbers = [_number(each) for each in _ONE_NUMBER.findall(inside)]
    if body is None or not _PACKED.fullmatch(inside) or len(numbers) % 2:
        why = f"“{_shown(left)}” is followed by what are not points"
        raise companion.malformed(why, offset, "write “name((x,y),(x,y))”")
    half = len(numbers) // 2
    return tuple(zip(numbers[:half], numbers[half:], strict=True)), body.end()


def _shown(left: str) -> str:
    """A name as it stands in an error, which it does not fill."""
    name = display_name(left[:_LONG])
    return name if len(left) <= _LONG else f"{name}…"


def _number(written: str) -> float:
    """A number as written, its sign perhaps at some distance; infinite if it is too large."""
    if written.casefold() == ":na:":
        return NA
    return float("".join(written.replace("\\\n", "").split()))


def _after(pattern: re.Pattern[str], text: str, place: int) -> int:
    """Where the pattern ends if it starts there; else the same place."""
    found = pattern.match(text, place)
    return found.end() if found else place


def _changes(part: Part, entry: _Entry) -> dict[str, Change]:
    """What an entry sets, by name.

    Raises:
        RunError: S3C602, it cannot be set, or not to that.
    """
    _refuse(part)
    if part.variable.space is Space.TABLE:
        return dict.fromkeys(part.names, _lookup(part, entry))
    if entry.points:
        hint = "give a number: only lookups take points"
        raise cannot_set(part.variable.name, "it is no lookup", hint)
    numbers = _fitting(part, entry.rows)
    if part.is_whole:
        alike = len(set(numbers)) == 1
        whole = numbers[0] if alike else _nested(numbers, part.variable.shape)
        return {part.variable.name: whole}
    holes = frozenset(part.variable.holes)
    return {
        Selection(part.variable, place).name: number
        for place, number in zip(part.places, numbers, strict=True)
        if place not in holes
    }


def _refuse(part: Part) -> None:
    """Refuse to set what is neither a constant nor a lookup."""
    variable = part.variable
    if variable.space is Space.CONSTANT and variable.kind is Kind.CONSTANT:
        hint = "write “=” instead of “==” in its equation"
        raise cannot_set(variable.name, "it is an unchangeable constant", hint)
    if variable.kind is Kind.DATA:
        raise cannot_set(variable.name, "it holds a series", "supply the series as data")
    if variable.space not in (Space.PARAMETER, Space.TABLE):
        kind = f"{'an' if variable.kind[0] in 'aeiou' else 'a'} {variable.kind}"
        hint = "a changes file sets constants and lookups only"
        if variable.space is not Space.STOCK:
            hint += "; --set, or a run's `changes`, sets other equations, too"
        raise cannot_set(variable.name, f"it is {kind}, not a constant", hint)
    if not part.names:
        raise cannot_set(variable.name, "no equation gives these elements a value")


def _text(model: CompiledModel, left: str, text: str) -> dict[str, Change]:
    """The text for a string variable."""
    known = {fold(name): name for name in model.texts}
    if fold(left) in known:
        return {known[fold(left)]: text}
    if model.find(left) is not None:
        raise cannot_set(_shown(left), "it is no string variable", "set it to a number")
    raise unknown_name(_shown(left), model.texts, "string variable")


def _lookup(part: Part, entry: _Entry) -> Lookup:
    """The points that an entry gives a lookup, or all lookups of an array."""
    name = part.variable.name
    if not entry.points:
        hint = f"write points, as in “{name}((0,1),(10,2))”"
        raise cannot_set(name, "it is a lookup, not a number", hint)
    try:
        return Lookup(entry.points)
    except ValueError as error:
        raise cannot_set(name, str(error), "give points in the order of x") from None


def _fitting(part: Part, rows: tuple[tuple[float, ...], ...]) -> tuple[float, ...]:
    """A number for each element, the last axis fastest; one number is for all of them."""
    name, numbers = part.variable.name, tuple(number for row in rows for number in row)
    if not all(map(math.isfinite, numbers)):
        raise cannot_set(name, "a number is too large", "give finite numbers")
    if len(numbers) == 1:
        return numbers * part.count
    if len(numbers) != part.count:
        takes = "one number" if part.count == 1 else f"one number for all, or {part.count}"
        hint = "write numbers without separators of thousands"
        if part.variable.axes:
            hint = f"its subscripts are {ranges_of(part.variable)}"
        raise cannot_set(name, f"it takes {takes} here, not {len(numbers)}", hint)
    # Rows run along the last subscript; if that is one element, perhaps along the last range.
    width = next(len(each) for each in reversed(part.along) if len(each) > 1)
    lengths = {len(row) for row in rows}
    if len(rows) > 1 and lengths not in ({len(part.along[-1])}, {width}):
        raise cannot_set(name, f"a row has {width} numbers here", "end each row with “;”")
    return numbers


def _nested(numbers: tuple[float, ...], shape: tuple[int, ...]) -> Any:
    """Numbers in order as nested lists of a shape; the number itself if it has none."""
    if not shape:
        return numbers[0]
    step = len(numbers) // shape[0]
    return [
        _nested(numbers[start : start + step], shape[1:]) for start in range(0, len(numbers), step)
    ]
