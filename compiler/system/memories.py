"""What remembers more than the number that is its value, such as a queue (reference C.5, C.6).

What it holds is a hidden variable of its own, `#queue>contents#`. The value is computed from it,
and so is what functions such as QUEUE AGE OLDEST read.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from s3c.runtime import NA, REGISTRY, Builtin, fold

from .. import syntax
from . import calls, messages
from .scope import Scope
from .symbols import Named
from .tree import (
    UNASKED,
    Apply,
    Auxiliary,
    Expression,
    Meaning,
    Number,
    Part,
    Read,
    Remembered,
    VarId,
)

if TYPE_CHECKING:
    from .resolver import Resolver

__all__ = ["apply", "has_contents", "holder", "read_contents", "value"]


def has_contents(meaning: Meaning) -> bool:
    """Whether a memory holds more than its value."""
    return isinstance(meaning, Remembered) and meaning.memory.present is not None


def holder(name: str) -> tuple[VarId, str]:
    """The hidden variable that is what a variable holds."""
    is_hidden = name.startswith("#") and name.endswith("#") and ">" in name  # of a macro
    shown = f"#{name.strip('#') if is_hidden else name}>contents#"
    return VarId(fold(shown)), shown


def read_contents(part: Part, name: str) -> Part:
    """A part of a variable that remembers: its value, computed from what it holds."""
    assert isinstance(part.meaning, Remembered)
    contents = Read(holder(name)[0], part.span, part.indices)
    return replace(part, meaning=value(part.meaning, contents))


def value(remembered: Remembered, contents: Read) -> Auxiliary:
    """The value at the present time of a memory, read from what it holds."""
    present = remembered.memory.present
    assert present is not None
    taken = (
        Read(UNASKED[each], contents.span) if each in UNASKED else remembered.argument(each)
        for each in present.parameters[1:]
    )
    return Auxiliary(Apply(present, (contents, *taken)), held=True)


def apply(resolver: Resolver, builtin: Builtin, node: syntax.Call, scope: Scope) -> Expression:
    """A function of what a variable holds; :NA: of a variable that holds nothing of the kind."""
    if not calls.count_is_right(resolver, node, builtin.name, builtin.parameters, scope):
        return Number(math.nan)
    argument, *others = node.arguments
    found = resolver.named(argument, scope) if isinstance(argument, syntax.Reference) else None
    numbers = tuple(resolver.expression(each, scope) for each in others)
    span = scope.span(argument.extent)
    if not isinstance(found, Read):
        if found is None:
            resolver.refuse(messages.needs_memory(builtin.name, span))
        return Number(math.nan)
    (wanted,) = builtin.contents.values()
    definitions = resolver.definitions_of(found.variable)  # none of Time, or of what is hidden
    if not definitions or not all(_holds(named, wanted) for named in definitions):
        definition = resolver.definition_span(found.variable) if definitions else None
        resolver.refuse(messages.holds_nothing(builtin.name, span, definition))
        return Number(NA)
    name = resolver.shown_name(found.variable)
    implicit = tuple(Read(UNASKED[each], span) for each in builtin.implicit)
    return Apply(builtin, (replace(found, variable=holder(name)[0]), *numbers), implicit)


def _holds(named: Named, wanted: str) -> bool:
    """Whether a definition makes a variable remember what a function reads."""
    match named:
        case syntax.Formula(expression=syntax.Call(function=function)):
            memory = REGISTRY.get(fold(function.name))
        case _:
            return False
    if memory is None or not isinstance(memory.function, type):
        return False
    return any(each.__name__ == wanted for each in memory.function.__mro__)
