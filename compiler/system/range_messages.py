"""What can be wrong with subscript ranges, in a modeller's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..diagnostics import Diagnostic, Note, did_you_mean
from ..source import Span

__all__ = [
    "Names",
    "Step",
    "also_a_range",
    "also_a_variable",
    "contains_itself",
    "different_stems",
    "element_repeated",
    "mapped_twice",
    "mapping_repeated",
    "never_mapped",
    "no_such_range",
    "not_part_of",
    "numbers_backwards",
    "numbers_too_long",
    "range_twice",
    "ranges_too_large",
    "wrong_length",
]

_SHOWN = 6  # names of a list that are shown
_STEPS = 8  # places of a circle that are shown


@dataclass(frozen=True, slots=True)
class Names:
    """A list that may be long: its first names, and how many there are."""

    first: Sequence[str]
    count: int

    def __str__(self) -> str:
        shown = ", ".join(self.first[:_SHOWN])
        return f"{shown}, …" if self.count > _SHOWN else shown

    @property
    def are(self) -> str:
        """The verb that agrees with it."""
        return "is" if self.count == 1 else "are"

    def counted(self, what: str) -> str:
        """How many there are, as a sentence says it."""
        return f"{self.count:,} {what}{'s' if self.count != 1 else ''}"


def range_twice(name: str, span: Span, first: Span) -> Diagnostic:
    """Two definitions of one range."""
    return Diagnostic(
        "S3C202",
        f"the subscript range “{name}” has a second definition",
        span,
        "keep one of the two, or give one another name",
        (Note("the first one is here", first),),
    )


def also_a_range(name: str, span: Span, first: Span) -> Diagnostic:
    """A numeric range that makes an element of a range's name."""
    return Diagnostic(
        "S3C202",
        f"this makes an element “{name}”, but “{name}” is a subscript range",
        span,
        "give the range, or these elements, another name",
        (Note("the range is defined here", first),),
    )


def also_a_variable(name: str, variable: Span, place: Span, is_range: bool) -> Diagnostic:
    """A variable that is called as a range or an element is."""
    what = "subscript range" if is_range else "subscript element"
    return Diagnostic(
        "S3C212",
        f"“{name}” is a variable and a {what}",
        variable,
        "give one of them another name: variables, ranges and elements share their names",
        (Note(f"the {what} is defined here", place),),
    )


def element_repeated(owner: str, names: Names, span: Span, first: Span) -> Diagnostic:
    """A list that holds an element twice, by itself or within a subrange."""
    return Diagnostic(
        "S3C214",
        f"“{names}” {names.are} listed twice in the subscript range “{owner}”",
        span,
        "list each element once (names that differ only in case, blanks or underscores are the"
        " same name)",
        (Note("it is listed here already", first),),
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One arc of a circle: the range `name` lists the next one at `span`."""

    name: str
    span: Span


def contains_itself(steps: Sequence[Step]) -> Diagnostic:
    """A range that lists itself, or does so through others; `steps` go once around."""
    names = [step.name for step in steps]
    way = " → ".join((*names[:_SHOWN], "…") if len(names) > _SHOWN else names)
    return Diagnostic(
        "S3C215",
        f"the subscript range “{names[0]}” contains itself: {way} → {names[0]}",
        steps[0].span,
        "a range is in the end a list of elements: take one of these ranges out of the other",
        tuple(
            Note(f"“{step.name}” lists “{following}”", step.span)
            for step, following in zip(steps[1:_STEPS], [*names[2:], names[0]], strict=False)
        ),
    )


def different_stems(first: str, last: str, span: Span) -> Diagnostic:
    """A numeric range whose ends are not the same name with two numbers."""
    return Diagnostic(
        "S3C216",
        f"“{first}” and “{last}” are not one name with two numbers",
        span,
        "write a range of numbered elements as (A1-A10): the same letters, then a number",
    )


def numbers_backwards(first: str, last: str, span: Span) -> Diagnostic:
    """A numeric range that counts down."""
    return Diagnostic(
        "S3C216",
        f"the elements from “{first}” to “{last}” go backwards",
        span,
        f"write ({last}-{first}); for the reverse order, list the elements one by one",
    )


def numbers_too_long(most: int, span: Span) -> Diagnostic:
    """A numeric range whose numbers nobody would write."""
    return Diagnostic(
        "S3C216",
        f"these elements' numbers have more than {most} digits",
        span,
        "number the elements from 1",
    )


def ranges_too_large(most: int, what: str, span: Span) -> Diagnostic:
    """More elements, or mapped elements, than any model has."""
    return Diagnostic(
        "S3C501",
        f"the model's {what}, written out, are more than {most:,}",
        span,
        "check the numbers of numeric ranges, and how often ranges list one another",
    )


def no_such_range(name: str, span: Span, known: Iterable[str], element: Span | None) -> Diagnostic:
    """A mapping or an equivalence with a range that no definition gives; `element`: it is one."""
    notes = (Note(f"“{name}” is an element: it is listed here", element),) if element else ()
    hint = did_you_mean(name, known) or (
        "name the range that lists this element"
        if element
        else f"write “{name}: …” with its elements, or correct the name"
    )
    return Diagnostic("S3C201", f"there is no subscript range “{name}”", span, hint, notes)


def mapping_repeated(owner: str, target: str, span: Span, first: Span) -> Diagnostic:
    """Two mappings of one range to the same other."""
    return Diagnostic(
        "S3C217",
        f"“{owner}” is mapped to “{target}” a second time",
        span,
        "keep one of the two mappings",
        (Note("the first one is here", first),),
    )


def wrong_length(
    owner: str, elements: Names, target: str, items: Names, span: Span, place: Span
) -> Diagnostic:
    """A mapping between lists of different lengths."""
    return Diagnostic(
        "S3C217",
        f"“{owner}” has {elements.counted('element')}, but is mapped to {items.counted('item')}"
        f" of “{target}”",
        span,
        f"for each element of “{owner}” in turn, name an element or a subrange of “{target}”:"
        f" -> ({target}: …)",
        (
            Note(f"“{owner}” is {elements}; mapped to {items.are} {items}"),
            Note(f"“{target}” is defined here", place),
        ),
    )


def not_part_of(target: str, elements: Names, name: str, span: Span) -> Diagnostic:
    """A mapping to something outside of its target."""
    return Diagnostic(
        "S3C217",
        f"“{name}” is no element or subrange of “{target}”",
        span,
        did_you_mean(name, elements.first) or f"“{target}” is {elements}",
    )


def mapped_twice(target: str, names: Names, span: Span, first: Span) -> Diagnostic:
    """A mapping that gives an element of its target two partners."""
    return Diagnostic(
        "S3C217",
        f"“{names}” of “{target}” {names.are} mapped to twice",
        span,
        f"name each element of “{target}” once, by itself or within a subrange",
        (Note("it is mapped to here already", first),),
    )


def never_mapped(owner: str, target: str, names: Names, span: Span, place: Span) -> Diagnostic:
    """A mapping that leaves out elements of its target."""
    return Diagnostic(
        "S3C217",
        f"“{names}” of “{target}” {names.are} not mapped to from “{owner}”",
        span,
        f"name {'it' if names.count == 1 else 'them'} too, or map to a subrange of “{target}”",
        (Note(f"“{target}” is defined here", place),),
    )
