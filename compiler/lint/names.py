"""Names: those that nothing uses, and those that are easily taken for one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..diagnostics import Diagnostic, Note, Severity
from ..names import display_name, fold
from ..syntax import Call, Constraint, Expression, Formula, Lookup, Reference, TestInput
from ..system import CONTROLS, walk_syntax
from .model import Model, quantity_of, target_span

__all__ = ["alike", "unused"]

_SHORTEST = 5  # letters of a name in which one letter more or less may be a slip
_LONGEST = 200
_SHORTEST_WORD = 4
_MOST_LETTERS = 300_000  # of all names; of more, only letters that look alike are compared
# Control variables that only the simulation itself reads.
_OF_RUNS = {*CONTROLS, "absolute tolerance", "relative tolerance", "noise seed", "time"}
_LOOKALIKES = str.maketrans("0il5", "o1" + "1s")


# --- Unused ---


def unused(model: Model) -> Iterator[Diagnostic]:
    """S3C801: a variable that no equation reads, and that is not marked as supplementary."""
    used = set(_used(model))
    for name, equation in model.places():
        if name in used or name in _OF_RUNS or equation.supplementary:
            continue
        shown = display_name(target_span(equation).text.partition("[")[0])
        yield Diagnostic(
            "S3C801",
            f"nothing uses “{shown}”",
            target_span(equation),
            "remove it, or, if it is there to be looked at, mark it: end its equation with"
            " “~ :SUPPLEMENTARY |”",
            severity=Severity.WARNING,
        )


def _used(model: Model) -> Iterator[str]:
    """The folded names that equations read, those of macros and reality checks too."""
    for equation in model.document.equations():
        match equation.definition:
            case Formula(target, _, expression):
                own = fold(target.name)
                yield from (name for name in _names(expression) if name != own)
            case Lookup(body=Call() as body):
                yield from _names(body)
            case TestInput(target=target, expression=expression):
                yield fold(target.name)
                yield from _names(expression)
            case Constraint(condition=condition, consequence=consequence):
                yield from _names(condition)
                yield from _names(consequence)
            case _:
                pass


def _names(expression: Expression) -> Iterator[str]:
    for node in walk_syntax(expression):
        match node:
            case Reference(name=name) | Call(function=Reference(name=name)):
                folded = fold(name)
                yield folded
                yield folded.removesuffix("$").rstrip()  # of the model, read inside a macro
            case _:
                pass


# --- Alike ---


def alike(model: Model) -> Iterator[Diagnostic]:
    """S3C803: a name one slip away from an earlier one.

    A slip is a letter more, less or another, two that are swapped, or letters that look alike.
    """
    seen: dict[str, str] = {}
    many = sum(map(len, model.equations)) > _MOST_LETTERS
    for name, equation in model.places():
        definition = quantity_of(equation)
        if not _SHORTEST <= len(name) <= _LONGEST or definition is None:
            continue
        keys = dict.fromkeys((name.translate(_LOOKALIKES), *(() if many else _shortened(name))))
        other = next((seen[key] for key in keys if key in seen and _slip(seen[key], name)), None)
        for key in keys:
            seen.setdefault(key, name)
        if other is None:
            continue
        first = model.equations[other][0]
        yield Diagnostic(
            "S3C803",
            f"“{display_name(definition.target.name)}” is almost the name of another variable",
            target_span(equation),
            "if both mean the same, keep one; else tell them apart by a word, not by a letter",
            (Note("the other is here", target_span(first)),),
            Severity.WARNING,
        )


def _shortened(name: str) -> Iterable[str]:
    """A name, and it without each of its letters: names one slip apart share one of these."""
    yield name
    for place in range(len(name)):
        yield name[:place] + name[place + 1 :]


def _slip(one: str, other: str) -> bool:
    """Whether two names differ as a slip of the pen does, not as `part 1` and `part 2` do."""
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        start = min(len(one), len(other))
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    here, there = one[start : len(one) - end], other[start : len(other) - end]
    if here.translate(_LOOKALIKES) == there.translate(_LOOKALIKES):
        return not (here.isdigit() and there.isdigit())
    one_letter = max(len(here), len(there)) == 1
    swapped = len(here) == 2 and here == there[::-1]
    if not (one_letter or swapped):
        return False
    if any(letter.isdigit() for letter in here + there):
        return False
    return not (here + there).isalpha() or _in_long_word(one, start) or _in_long_word(other, start)


def _in_long_word(name: str, place: int) -> bool:
    """Whether a place is in a word, or just after one, that is long enough for a slip."""
    first = name.rfind(" ", 0, place) + 1
    last = name.find(" ", place)
    return (len(name) if last < 0 else last) - first >= _SHORTEST_WORD
