"""Optimisation control files, `.voc` (reference E.4)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from s3c.compiler import Diagnostic
from s3c.runtime import CompiledModel, UnknownNameError, did_you_mean, elements_named, printable

from ..fitting.goals import Optimization, Optimizer, Spread, Surroundings, Vary
from ..reading.names import Names
from ..tree import Free
from .lines import ControlFile, Piece, number_in, read_control_file

__all__ = ["read_optimization_control"]

_LETTERS = 4  # of a keyword, that tell it
_SHOWN = 60
_RESTARTS = 10  # where a file asks for restarts without end
_MOST_FREE = 10_000
_MOST_DOUBTS = 50
_TOLERANCE = re.compile(r"[ \t]*\|?[ \t]*(?:FRAC|ABS)[A-Z_]*[ \t]*(?:=(.*))?", re.IGNORECASE)
_TAIL = re.compile(
    r"(?<=[0-9.])[ \t]*(?:FRACTIONAL|FRAC|ABSOLUTE|ABS)[ \t]*(?:=[^=]*)?$", re.IGNORECASE
)
_HINT = "write “min <= CONSTANT = start <= max”, or “:KEYWORD=value”"

_OPTIMIZERS = {"POWE": Optimizer.POWELL, "OFF": Optimizer.OFF, "MCMC": Optimizer.POWELL}
_SPREADS = {"RAND": Spread.RANDOM, "GRID": Spread.GRID, "VECT": Spread.VECTOR}
_VARY = {
    "PAYOFFVALUE": Vary.PAYOFF,
    "PAYOFFPERCENT": Vary.PAYOFF_PERCENT,
    "PARAMETERPERCENT": Vary.PARAMETER_PERCENT,
    "ALLCONSTANTS": Vary.CONSTANTS_PERCENT,
}
_KNOWN = (
    *("OPTIMIZER", "SENSITIVITY", "MULTIPLE_START", "RANDOM_NUMBER", "OUTPUT_LEVEL", "TRACE"),
    *("MAX_ITERATIONS", "RESTART_MAX", "PASS_LIMIT", "FRACTIONAL_TOLERANCE", "SEED"),
    *("TOLERANCE_MULTIPLIER", "ABSOLUTE_TOLERANCE", "SCALE_ABSOLUTE", "VECTOR_POINTS"),
    *("MCLIMIT", "MCBURNIN", "MCSAMPLE", "MCDECIMATE", "MCTEMP", "MCINITMETHOD", "MCNCHAINS"),
)


def _short(word: str) -> str:
    """The letters that tell a keyword, or a word that it may be set to."""
    return _letters(word)[:_LETTERS]


def _letters(word: str) -> str:
    return "".join(word.upper().replace("_", " ").split())


_BY_LETTERS = {_short(each): each for each in _KNOWN} | {"MAX": "MAX_ITERATIONS"}

Benchmark = Callable[[], dict[str, Any]]


def read_optimization_control(
    path: Path, model: CompiledModel, benchmark: Benchmark
) -> tuple[Optimization, tuple[Diagnostic, ...]]:
    """What an optimisation control file says, without a payoff, and what Vensim may do otherwise.

    Each element of an array that is named is free by itself. What has no bound may be infinite.

    Args:
        path: the file.
        model: whose constants it names.
        benchmark: gives the values of all constants; it is asked where bounds are constants' names.

    Raises:
        RunError: S3C606, the file cannot be read.
        ExperimentError: S3C7xx, it has mistakes; all of them are in it.
    """
    file = read_control_file(path, "S3C725")
    options: dict[str, tuple[Piece, Piece]] = {}
    free: dict[str, Free] = {}
    for line in file.lines():
        if line.text.startswith(":"):
            options |= dict(_options(file, line))
            continue
        for each in _free(file, line, model, benchmark):
            if each.name in free:
                hint = "leave out one of the two"
                file.wrong(line, f"“{each.name}” is free twice", hint, "S3C707")
                break
            free[each.name] = each
        if len(free) > _MOST_FREE:
            file.wrong(line, f"more than {_MOST_FREE} numbers are free", "free fewer")
            break
    if not free and not file.page.found:
        file.wrong(Piece(file.text[:1], 0), "nothing is free", _HINT, "S3C710")
    found = _with_options(Optimization(tuple(free.values()), ()), file, options)
    file.page.stop()
    return found, tuple(file.doubts)


# --- options ---


def _options(file: ControlFile, line: Piece) -> Iterator[tuple[str, tuple[Piece, Piece]]]:
    """The keywords of a line with their values; the last of a file wins."""
    starts = [found.start() for found in re.finditer(r"(?:^|(?<=[ \t])):", line.text)]
    for first, last in zip(starts, [*starts[1:], len(line.text)], strict=True):
        option = line.part(first, last)
        if _short(option.text[1:]).startswith("COMM"):
            return
        key, equals, _ = option.text[1:].partition("=")
        word = option.part(1, 1 + len(key))
        value = option.part(1 + len(key) + 1) if equals else Piece("", option.start)
        known = _BY_LETTERS.get(_short(word.text))
        if known is None:
            if len(file.doubts) < _MOST_DOUBTS:
                hint = did_you_mean(word.text[:_SHOWN].upper(), _KNOWN) or "it is left aside"
                file.doubt(option, f"the keyword “{word.shown}” is not known", hint)
        elif not value.text:
            file.wrong(option, f"“{word.shown}” has no value", f"write :{known}=value")
        else:
            yield known, (word, value)


def _with_options(
    found: Optimization, file: ControlFile, options: dict[str, tuple[Piece, Piece]]
) -> Optimization:
    """What is said by keywords."""
    for key, (word, value) in options.items():
        match key:
            case "OPTIMIZER":
                found = replace(found, method=_method(file, value))
            case "SENSITIVITY":
                found = replace(found, surroundings=_surroundings(file, value))
            case "MAX_ITERATIONS":
                found = replace(found, iterations=_whole(file, word, value, found.iterations))
            case "SEED":
                found = replace(found, seed=_whole(file, word, value, 0, least=0))
            case "FRACTIONAL_TOLERANCE":
                number = number_in(value.text)
                if number is not None and 0 < number < 1:
                    found = replace(found, tolerance=number)
                else:
                    file.wrong(value, "a tolerance is a number between 0 and 1", "write 0.0003")
    return _started(found, file, options)


def _started(
    found: Optimization, file: ControlFile, options: dict[str, tuple[Piece, Piece]]
) -> Optimization:
    """Where the searches start."""
    counts = {
        key: _whole(file, *options[key], usual, least=0) if key in options else usual
        for key, usual in (("RESTART_MAX", 0), ("VECTOR_POINTS", 25))
    }
    if "MULTIPLE_START" not in options:
        return found
    _, value = options["MULTIPLE_START"]
    if _short(value.text) == "OFF":
        return found
    spread = _SPREADS.get(_short(value.text))
    if spread is None:
        spread = Spread.RANDOM
        message = f"what Vensim does for “{value.shown}” is not known"
        file.doubt(value, message, "starts are spread at random: Random, Grid and Vector are known")
    if spread is not Spread.RANDOM:
        return replace(found, spread=spread, starts=max(2, counts["VECTOR_POINTS"]))
    starts = counts["RESTART_MAX"]
    if not starts:
        starts = _RESTARTS
        message = f"the restarts have no end: {_RESTARTS} are made"
        file.doubt(value, message, "say how many: :RESTART_MAX=20")
    return replace(found, spread=spread, starts=starts + 1)


def _method(file: ControlFile, value: Piece) -> Optimizer:
    """How the best is sought."""
    letters = _short(value.text)
    if letters == "MCMC":
        message = "Markov chains are not made of payoffs: Powell's method seeks the best"
        file.doubt(value, message, "write [calibrate] with intervals in an experiment file")
    if letters in _OPTIMIZERS:
        return _OPTIMIZERS[letters]
    file.wrong(value, f"“{value.shown}” is no optimiser", "write Powell, or Off")
    return Optimizer.POWELL


def _surroundings(file: ControlFile, value: Piece) -> Surroundings | None:
    """`PAYOFF_PERCENT=10`, and the like."""
    word, equals, amount = value.text.partition("=")
    letters = _letters(word)
    if letters == "OFF" and not equals:
        return None
    near = [vary for name, vary in _VARY.items() if letters and name.startswith(letters)]
    if len(near) != 1:
        hint = "write Off, PAYOFF_VALUE=4, PAYOFF_PERCENT=10, PARAMETER_PERCENT=10 or ALL_CONSTANTS"
        file.wrong(value, f"“{value.shown}” is no kind of sensitivity", hint)
        return None
    number = number_in(amount.strip()) if equals else (4.0 if near[0] is Vary.PAYOFF else 10.0)
    if number is None or not 0 < number < math.inf:
        file.wrong(value, "it must be a number above 0", f"write {word.strip()}=10")
        return None
    return Surroundings(near[0], number)


def _whole(file: ControlFile, word: Piece, value: Piece, usual: int, *, least: int = 1) -> int:
    """A whole number; the usual one if it is wrong."""
    number = number_in(value.text)
    if number is None or number != number // 1 or not least <= number <= 1e9:
        message = f"“{word.shown}” is a whole number from {least} to 1e9"
        file.wrong(value, message, f"write :{word.shown}=1000")
        return usual
    return int(number)


# --- what is free ---


@dataclass(frozen=True, slots=True)
class _Bounded:
    """The parts of `min <= CONSTANT = start <= max`, those that are there."""

    name: Piece
    lower: Piece | None = None
    start: Piece | None = None
    upper: Piece | None = None


def _free(
    file: ControlFile, line: Piece, model: CompiledModel, benchmark: Benchmark
) -> Iterator[Free]:
    """What a line frees; nothing if it is wrong."""
    parts = _parts(file, line)
    if parts is None:
        return
    entry, names = file.entry(parts.name), Names(model, {})
    try:
        elements = elements_named(model, parts.name.text)
    except UnknownNameError as error:
        hint = error.hint or "`s3c show` lists the model's variables"
        entry.wrong("S3C705", printable(error.message), hint)
        return
    if not names.constants(entry, elements[0], on_key=False):
        return
    before = len(file.page.found)
    lower = _number(file, parts.lower, -math.inf, model, benchmark)
    start = _number(file, parts.start, math.nan, model, benchmark)
    upper = _number(file, parts.upper, math.inf, model, benchmark)
    if len(file.page.found) > before:
        return
    if not lower < upper:
        message = f"the lower bound {lower:g} is not below the upper bound {upper:g}"
        file.wrong(line, message, "leave room between them", "S3C708")
    elif not (math.isnan(start) or lower <= start <= upper):
        message = f"the start {start:g} is not between the bounds {lower:g} and {upper:g}"
        file.wrong(line, message, "move the start or a bound", "S3C708")
    else:
        begin = None if math.isnan(start) else start
        for each in elements:
            yield Free(each, (each,), lower, upper, begin, span=file.span(parts.name))


def _parts(file: ControlFile, line: Piece) -> _Bounded | None:
    """The parts of a line; None if it is malformed."""
    body = _without_tolerance(file, line)
    if body is None:
        return None
    places = [found.start() for found in re.finditer("<=", body.bare)]
    pieces = [
        body.part(first, last)
        for first, last in zip([0, *(at + 2 for at in places)], [*places, None], strict=True)
    ]
    named = [number for number, each in enumerate(pieces) if "=" in each.bare]
    if len(pieces) > 3 or len(named) > 1 or not all(each.text for each in pieces):
        file.wrong(line, f"“{line.shown}” is no bounded constant", _HINT)
        return None
    middle = named[0] if named else _named(pieces)
    if len(pieces) == 3 and middle != 1:
        file.wrong(line, f"“{line.shown}” is no bounded constant", _HINT)
        return None
    found = _Bounded(
        pieces[middle],
        lower=pieces[middle - 1] if middle else None,
        upper=pieces[middle + 1] if middle + 1 < len(pieces) else None,
    )
    equals = found.name.bare.find("=")
    if equals < 0:
        return found
    whole = found.name
    found = replace(found, name=whole.part(0, equals), start=whole.part(equals + 1))
    if found.name.text and found.start is not None and "=" not in found.start.bare:
        return found
    file.wrong(line, f"“{line.shown}” is no bounded constant", _HINT)
    return None


def _named(pieces: list[Piece]) -> int:
    """Which of some pieces is the constant, where none has a start."""
    if len(pieces) == 2:  # it is not the number
        return 0 if number_in(pieces[1].text) is not None else 1
    return len(pieces) // 2


def _without_tolerance(file: ControlFile, line: Piece) -> Piece | None:
    """The line without `| FRAC = 0.01` at its end; None if that is malformed.

    What it says is left aside: searches here have one tolerance.
    """
    bar = line.bare.find("|")
    if bar < 0:
        found = _TAIL.search(line.bare)
        if found is None:
            return line
        bar = found.start()
    told = _TOLERANCE.fullmatch(line.text[bar:])
    number = None if told is None else number_in((told[1] or "1").strip())
    if number is None or not 0 < number < math.inf:
        hint = "write FRAC = 0.01, or ABS = 0.1"
        file.wrong(line.part(bar), f"“{line.part(bar).shown}” is no tolerance", hint)
        return None
    return line.part(0, bar)


def _number(
    file: ControlFile, piece: Piece | None, usual: float, model: CompiledModel, benchmark: Benchmark
) -> float:
    """A number, or that which a constant is; the usual one if nothing is said."""
    if piece is None:
        return usual
    number = number_in(piece.text)
    if number is not None:
        if math.isfinite(number):
            return number
        file.wrong(piece, "the number is too large", "leave the bound out")
        return usual
    names = Names(model, {})
    found = names.constants(file.entry(piece), piece.text, on_key=False)
    if not found:
        return usual
    selection = model.select(found[0])
    if selection.place is None and selection.variable.axes:
        file.wrong(piece, f"“{piece.shown}” has many elements", "name one of them", "S3C705")
        return usual
    value = benchmark()[selection.variable.name]
    return float(value if selection.place is None else value[selection.place])
