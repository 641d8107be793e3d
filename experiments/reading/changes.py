"""What every run, or a scenario, sets: numbers, lookups and texts, here and in changes files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, TypeVar

from s3c.runtime import CompiledModel, Lookup, RunError, Selection, printable, read_changes

from ..tree import Pairs, Points, Tables, Texts
from .entries import Entry
from .names import Names
from .spreads import points_in

__all__ = ["Changes", "changes_of", "read_changes_in"]

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Changes:
    """Numbers, points and texts, by the names of what they are set to; later ones on top."""

    set: Pairs = ()
    lookups: Tables = ()
    texts: Texts = ()


def read_changes_in(
    fields: Mapping[str, Entry], folder: Path, names: Names, constants: str = "constants"
) -> Changes:
    """What `changes`, `lookups`, `texts` and the numbers of a table say; mistakes are taken down.

    What the table says itself goes on top of what stands in changes files.

    Args:
        fields: of the table.
        folder: of the experiment file.
        names: of the model.
        constants: the key of the numbers.
    """
    files = fields["changes"].one_or_more(lambda item: item) if "changes" in fields else []
    read = [_in_file(each, folder, names.model) for each in files]
    if constants in fields:
        read.append(Changes(tuple(_numbers(fields[constants], names))))
    if "lookups" in fields:
        read.append(Changes(lookups=tuple(_lookups(fields["lookups"], names))))
    if "texts" in fields:
        read.append(Changes(texts=tuple(_texts(fields["texts"], names))))
    return _together(read)


def _together(changes: Iterable[Changes]) -> Changes:
    """Changes on top of each other."""
    every = list(changes)
    return Changes(
        _last(pair for each in every for pair in each.set),
        _last(pair for each in every for pair in each.lookups),
        _last(pair for each in every for pair in each.texts),
    )


def _last(pairs: Iterable[tuple[str, _Value]]) -> tuple[tuple[str, _Value], ...]:
    """Of each name the last, in the order in which they came."""
    found: dict[str, _Value] = {}
    for name, value in pairs:
        found.pop(name, None)
        found[name] = value
    return tuple(found.items())


def _in_file(entry: Entry, folder: Path, model: CompiledModel) -> Changes:
    """What a changes file sets."""
    name = entry.text()
    if name is None:
        return Changes()
    try:
        return changes_of(folder / name, model)
    except RunError as error:
        entry.wrong(error.code, error.message, error.hint)
        return Changes()


def changes_of(path: Path, model: CompiledModel) -> Changes:
    """What a changes file (`.cin`) sets, arrays element by element (reference E.1).

    Raises:
        RunError: S3C606, S3C602 or S3C604, it cannot be read, is malformed, or sets what it cannot.
    """
    numbers: list[tuple[str, float]] = []
    points: list[tuple[str, Points]] = []
    texts: list[tuple[str, str]] = []
    for name, value in read_changes(path, model).items():
        match value:
            case str():
                texts.append((name, value))
            case Lookup():
                points.append((name, value.points))
            case list():
                numbers += _elements(model.select(name), value)
            case _:
                numbers.append((name, float(value)))  # type: ignore[arg-type]
    return Changes(_last(numbers), _last(points), _last(texts))


def _elements(selection: Selection, nested: Any) -> Iterator[tuple[str, float]]:
    """The numbers of an array by its elements, but for those without an equation."""
    variable = selection.variable
    for place in product(*map(range, variable.shape)):
        if place not in variable.holes:
            value = nested
            for number in place:
                value = value[number]
            yield Selection(variable, place).name, float(value)


def _numbers(entry: Entry, names: Names) -> Iterator[tuple[str, float]]:
    """Names of variables or elements, with what they are set to."""
    seen: set[str] = set()
    for name, each in entry.table().items():
        found, number = names.settable(each, name), each.number()
        if found is not None and number is not None and _is_first(each, found, seen):
            yield found, number


def _lookups(entry: Entry, names: Names) -> Iterator[tuple[str, Points]]:
    """Names of lookups, with the points that they are given."""
    seen: set[str] = set()
    for name, each in entry.table().items():
        found, points = names.lookup(each, name), points_in(each)
        if found is not None and points and _is_first(each, found, seen):
            yield found, points


def _texts(entry: Entry, names: Names) -> Iterator[tuple[str, str]]:
    """Names of string variables, with the texts that they are given."""
    seen: set[str] = set()
    for name, each in entry.table().items():
        found, text = names.string(each, name), each.text()
        if found is not None and text is not None and _is_first(each, found, seen):
            yield found, text


def _is_first(entry: Entry, name: str, seen: set[str]) -> bool:
    """Whether a name stands there for the first time; else it is taken down."""
    if name in seen:
        entry.wrong_key("S3C707", f"“{printable(name)}” is set twice", "leave out one of the two")
    seen.add(name)
    return True
