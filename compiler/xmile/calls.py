"""What a call means: of a macro, a function, or a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from s3c.runtime import REGISTRY

from ..syntax import Call, Expression, Extent, Number, Reference
from . import messages
from .elements import Element
from .functions import CONTROLS, FUNCTIONS, NUMBERS, REFUSED
from .names import key, shown, spelled
from .table_calls import has_table, table_call
from .use import Use

if TYPE_CHECKING:
    from .translate import Marks, Translator

__all__ = ["call", "constant", "is_function"]

# Vensim's own names for delays and smooths, which its exports keep.
_STANDARD = frozenset(
    {"smooth", "smoothi", "smooth3", "smooth3i", "delay1i", "delay3i", "forecast", "npve"}
)

# What of Vensim's forms is made of numbers alone, and is no stock.
_FORMS = frozenset(
    {
        *("if then else", "initial", "reinitial", "active initial", "sample if true", "game"),
        *("delay fixed", "delay n", "smooth n", "with lookup", "time base"),
    }
)


def call(to: Translator, node: Call, marks: Marks | None, whole: bool) -> Expression:
    """The meaning of a call: of a macro, a function, or a table."""
    written = node.function.name
    name = key(written)
    use = Use(to, node, shown(written).upper(), marks, whole, to.at(node.extent))
    if name in to.reading.outline.macros:
        return _macro(use, to.reading.outline.macros[name])
    function = FUNCTIONS.get(name)
    if function is not None:
        if function.least <= len(node.arguments) <= function.most:
            return function.meaning(use)
        span = to.passage.span(node.extent.start, node.extent.end)
        return to.refuse(
            messages.argument_count(
                span, use.name, function.least, function.most, len(node.arguments)
            )
        )
    if name in REFUSED:
        return use.refuse_this(REFUSED[name])
    entity = to.entity(written)
    if entity is not None and has_table(entity):
        return table_call(use, entity, node.function, node.arguments)
    if _is_vensims(name):
        return use.apply(REGISTRY[name].name if name in REGISTRY else use.name, *use.values())
    span = to.passage.span(node.function.extent.start, node.function.extent.end)
    known = to.reading.hints.among(_known(to))
    return to.refuse(messages.no_function(span, shown(written), known))


def constant(name: str, extent: Extent) -> Expression | None:
    """What a reserved name means that is no call: TIME, DT, PI …; None for any other."""
    if name in CONTROLS:
        return Reference(CONTROLS[name], extent=extent)
    if name in NUMBERS:
        return Number(NUMBERS[name], extent=extent)
    return None


def is_function(name: str) -> bool:
    """Whether a folded name is a function's, here or in Vensim's language."""
    return name in FUNCTIONS or name in REGISTRY or name in _STANDARD


def _is_vensims(name: str) -> bool:
    """Whether it is a function of Vensim that takes numbers: its exports keep such names."""
    builtin = REGISTRY.get(name)
    if builtin is None:
        return name in _STANDARD
    if builtin.arrays or builtin.along or builtin.series:
        return False
    return not builtin.form or name in _FORMS


def _known(to: Translator) -> Iterator[str]:
    entities = to.reading.outline.entities.values()
    yield from (each.upper() for each in FUNCTIONS)
    yield from (shown(each.attributes["name"]) for each in to.reading.outline.macros.values())
    yield from (".".join(each.names) for each in entities if has_table(each))


def _macro(use: Use, element: Element) -> Expression:
    """A macro's call, with what its missing arguments are by default."""
    parameters = list(element.all("parm"))
    defaults = [each.attributes.get("default") for each in parameters]
    least = next((n for n, each in enumerate(defaults) if each is not None), len(parameters))
    got = len(use.arguments)
    if not least <= got <= len(parameters):
        span = use.to.passage.span(use.node.extent.start, use.node.extent.end)
        return use.to.refuse(messages.argument_count(span, use.name, least, len(parameters), got))
    missing: list[Expression] = []
    for parameter, default in zip(parameters[got:], defaults[got:], strict=True):
        try:
            missing.append(Number(float(default or ""), extent=use.extent))
        except ValueError:
            place = parameter.attribute("default")
            use.to.refuse(messages.not_a_number(place, "the default of this parameter"))
    name = spelled((shown(element.attributes["name"]),))
    return use.apply(name, *use.values(), *missing)
