"""Payoff definitions, `.vpd` (reference E.5)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from s3c.compiler import Diagnostic
from s3c.runtime import CompiledModel, UnknownNameError, display_name, elements_named, printable

from ..fitting.goals import SCALED, PayoffElement, PayoffForm, PayoffKind, PayoffTime
from ..reading.names import Names
from .lines import ControlFile, Piece, number_in, read_control_file

__all__ = ["read_payoff_definition"]

_MOST_ELEMENTS = 100_000
_SPELLED_OUT = ("calibration", "policy")
_SHORTEST = 4  # letters of these words, which modifiers cannot be
_KINDS = {"C": PayoffKind.CALIBRATION, "P": PayoffKind.POLICY, "R": PayoffKind.PRIOR}
_TIMES = {"F": PayoffTime.END, "I": PayoffTime.START}
_FORMS = {
    "G": PayoffForm.GAUSSIAN,
    "K": PayoffForm.VARIANCE,
    "R": PayoffForm.ROBUST,
    "P": PayoffForm.POISSON,
}
_TAKEN_AS = {
    PayoffForm.VARIANCE: "−((m − d)²/w + ln w)/2, with w a variance",
    PayoffForm.ROBUST: "−|m − d|/w − ln w, with w a scale",
    PayoffForm.POISSON: "w (d ln m − m − ln d!), of counts",
}
_UNPUBLISHED = "OYB"
_TYPE = re.compile(r"\*[ \t]*([A-Za-z]*)")
_HINT = "write a type line, as *P or *C, and below it “variable|data/weight”"


def read_payoff_definition(
    path: Path, model: CompiledModel
) -> tuple[tuple[PayoffElement, ...], tuple[Diagnostic, ...]]:
    """The elements of a payoff definition, and what may be otherwise in Vensim.

    Each element of an array is one of the payoff.

    Raises:
        RunError: S3C606, the file cannot be read.
        ExperimentError: S3C7xx, it has mistakes; all of them are in it.
    """
    file = read_control_file(path, "S3C726")
    elements: list[PayoffElement] = []
    kind: PayoffElement | None = None
    for line in file.lines():
        if line.text.startswith("*"):
            kind = _type(file, line)
            continue
        if kind is None:
            if not file.page.found:
                file.wrong(line, f"“{line.shown}” stands below no type", _HINT)
            continue
        elements += _elements(file, line, kind, Names(model, {}))
        if len(elements) > _MOST_ELEMENTS:
            file.wrong(line, f"the payoff has more than {_MOST_ELEMENTS} elements", "take fewer")
            break
    if not elements and not file.page.found:
        file.wrong(Piece(file.text[:1], 0), "the payoff has no elements", _HINT, "S3C710")
    file.page.stop()
    return tuple(elements), tuple(file.doubts)


def _type(file: ControlFile, line: Piece) -> PayoffElement | None:
    """What a type line says of the elements below it; None if it is wrong."""
    found = _TYPE.fullmatch(line.text)
    word = found[1] if found else ""
    if not word or word[0].upper() not in _KINDS:
        file.wrong(line, f"“{line.shown}” is no type of payoff", "write *P, *C or *R")
        return None
    element = PayoffElement(_KINDS[word[0].upper()], "")
    if len(word) >= _SHORTEST and any(each.startswith(word.lower()) for each in _SPELLED_OUT):
        return element
    seen: set[str] = set()
    for letter in word[1:].upper():
        modified = _modified(element, letter)
        what = "time" if letter in _TIMES else "log" if letter == "L" else "distribution"
        if modified is None or what in seen:
            _wrong_modifier(file, line, element.kind, letter, known=modified is not None)
            return None
        seen.add(what)
        element = modified
    if element.log and element.form is PayoffForm.POISSON:
        file.wrong(line, "counts have no logarithm here", "leave out L")
        return None
    if element.form in _TAKEN_AS:
        message = f"what Vensim computes for “{line.shown}” is not fully known"
        file.doubt(line, message, f"it is taken as {_TAKEN_AS[element.form]}")
    return element


def _modified(element: PayoffElement, letter: str) -> PayoffElement | None:
    """A type with one letter more; None if that means nothing there."""
    is_calibration = element.kind is PayoffKind.CALIBRATION
    if letter == "L":
        return replace(element, log=True)
    if is_calibration and letter in _FORMS:
        return replace(element, form=_FORMS[letter])
    if not is_calibration and letter in _TIMES:
        return replace(element, at=_TIMES[letter])
    return None


def _wrong_modifier(
    file: ControlFile, line: Piece, kind: PayoffKind, letter: str, *, known: bool
) -> None:
    if known:
        message, hint = f"“{line.shown}” says two things of one kind", "leave out one of them"
    elif kind is PayoffKind.CALIBRATION and letter in _UNPUBLISHED:
        message = f"the formula of the distribution {letter} is not published"
        hint = "take G (a standard deviation), R (a scale), or none (weighted squares)"
    else:
        message = f"“{letter}” means nothing in “{line.shown}”"
        letters = "L, G, K, R or P" if kind is PayoffKind.CALIBRATION else "L, F or I"
        hint = f"what may follow here is {letters}"
    file.wrong(line, message, hint)


# --- elements ---


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of an element as they are written."""

    variable: Piece
    data: Piece | None
    weight: Piece | None


def _parts(file: ControlFile, line: Piece) -> _Parts | None:
    """`variable|data/weight`; None if it is malformed."""
    bare = line.bare
    slash = bare.find("/")
    left = line.part(0, slash if slash >= 0 else None)
    weight = line.part(slash + 1) if slash >= 0 else None
    bar = left.bare.find("|")
    variable = left.part(0, bar if bar >= 0 else None)
    data = left.part(bar + 1) if bar >= 0 else None
    others = (each for each in (data, weight) if each is not None)
    if bare.count("/") > 1 or bare.count("|") > 1 or (weight is not None and "|" in weight.bare):
        file.wrong(line, f"“{line.shown}” has too many parts", _HINT)
    elif not variable.text or any(not each.text for each in others):
        file.wrong(line, f"“{line.shown}” lacks a part", _HINT)
    else:
        return _Parts(variable, data, weight)
    return None


def _elements(
    file: ControlFile, line: Piece, kind: PayoffElement, names: Names
) -> Iterator[PayoffElement]:
    """An element for each number that the line names; nothing if it is wrong."""
    parts = _parts(file, line)
    if parts is None:
        return
    variables = _names(file, parts.variable, names)
    count = len(variables)
    weights = _weights(file, parts.weight, kind, names, count)
    data: Sequence[str] | None = [""] * count
    if kind.kind is PayoffKind.CALIBRATION:
        data = variables if parts.data is None else _series(file, parts.data, names, count)
    elif parts.data is not None:
        file.wrong(parts.data, "data stand in calibrations only", "write *C above it")
        return
    if not variables or weights is None or data is None:
        return
    for variable, weight, each in zip(variables, weights, data, strict=True):
        yield replace(kind, variable=variable, weight=weight, data=each, span=file.span(line))


def _names(file: ControlFile, piece: Piece, names: Names) -> tuple[str, ...]:
    """The numbers over time that a name means; none if it is wrong."""
    entry = file.entry(piece)
    try:
        found = elements_named(names.model, piece.text)
    except UnknownNameError as error:
        hint = error.hint or "`s3c show` lists the model's variables"
        entry.wrong("S3C705", printable(error.message), hint)
        return ()
    if names.variable(entry, found[0]) is None:
        return ()
    return found


def _weights(
    file: ControlFile, piece: Piece | None, kind: PayoffElement, names: Names, count: int
) -> Sequence[float | str] | None:
    """A weight for each element; None if it is wrong."""
    if piece is None:
        return [1.0] * count
    number = number_in(piece.text)
    if number is None:
        return _along(file, piece, _names(file, piece, names), count)
    if not math.isfinite(number):
        file.wrong(piece, "the weight is too large", "give a finite number")
        return None
    if kind.form in SCALED and number <= 0:
        message = "the weight is the size of an error here: it must be above 0"
        file.wrong(piece, message, "give the error's usual size")
        return None
    return [number] * count


def _series(file: ControlFile, piece: Piece, names: Names, count: int) -> Sequence[str] | None:
    """A series for each element: data variables of the model, or what the data have."""
    try:
        found = elements_named(names.model, piece.text)
    except UnknownNameError:
        return [display_name(piece.text)] * count
    return _along(file, piece, found, count)


def _along(
    file: ControlFile, piece: Piece, found: Sequence[str], count: int
) -> Sequence[str] | None:
    """One for each element, or one for all; None if there are others."""
    if len(found) == 1:
        return list(found) * count
    if found and count and len(found) != count:
        message = f"“{piece.shown}” has {len(found)} elements, and the variable {count}"
        file.wrong(piece, message, "name as many elements, or one")
    return found if len(found) == count and found else None
