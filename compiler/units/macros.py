"""The model's own macros: a rule of each, derived from its equations, as of a function.

What is wrong within a macro is told once, where it stands; what is wrong with a call, at the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from s3c.runtime import display_name, fold

from ..syntax import Macro
from ..system.symbols import Symbols, calls, collect
from .declared import declared_units
from .equations import Own, read_equation
from .library import KnownFunction
from .measure import UNKNOWN, Measure
from .reading import Reader, Scope
from .rules import Rule, pattern_of

__all__ = ["read_macros"]


def read_macros(reader: Reader, macros: Mapping[str, Macro]) -> dict[str, KnownFunction]:
    """The macros of a model as functions; of one that calls itself nothing is known.

    `reader` knows each as soon as it is read.
    """
    found: dict[str, KnownFunction] = {}
    bodies = {key: collect(macro.body)[0] for key, macro in macros.items()}
    nothing = {
        key: KnownFunction(display_name(macro.name), macro.inputs, None)
        for key, macro in macros.items()
    }
    reader.functions = {**reader.functions, **nothing}
    for key in _in_order(bodies):
        rule = _rule(reader, macros[key], bodies[key])
        found[key] = KnownFunction(nothing[key].name, macros[key].inputs, rule)
        reader.functions = {**reader.functions, **found}
    return found


def _in_order(bodies: Mapping[str, Symbols]) -> Iterator[str]:
    """The macros, those that another calls before it. A circle is taken as it comes."""
    needed = {
        key: [
            name
            for definitions in body.variables.values()
            for _, named in definitions
            for call in calls(named)
            if (name := fold(call.function.name)) in bodies
        ]
        for key, body in bodies.items()
    }
    done: set[str] = set()
    seen: set[str] = set()
    for first in bodies:
        waiting = [first]
        while waiting:
            key = waiting[-1]
            missing = [each for each in needed[key] if each not in seen]
            seen.add(key)
            if missing:
                waiting.append(missing[0])
                continue
            waiting.pop()
            if key not in done:
                done.add(key)
                yield key


def _rule(reader: Reader, macro: Macro, body: Symbols) -> Rule:
    """What a macro asks and gives: its parameters are in units of which nothing is known."""
    relations = reader.relations
    local: dict[str, Measure] = {
        fold(each): relations.new(display_name(each)) for each in macro.inputs
    }

    def unit(name: str) -> Measure:
        return local.get(fold(name)) or reader.names.unit(name)

    declared, found = declared_units(body.variables, reader.names, unit)
    reader.found.extend(found)
    inside = dict(local)
    for output in (*macro.outputs, *body.outputs):
        inside.setdefault(fold(output), relations.new(display_name(output)))
    for key, each in declared.items():
        inside[key] = each.measure if each.where else relations.new(each.name)
    for key, definitions in body.variables.items():
        if key not in declared:
            continue
        own = Own(declared[key].name, inside[key], declared[key].where)
        for definition in definitions:
            read_equation(reader, definition, own, Scope(definition[0], inside))

    def told(name: str) -> Measure:
        return relations.reduced(inside.get(fold(name), UNKNOWN))

    return Rule(
        tuple(pattern_of(told(each)) for each in macro.inputs),
        tuple(pattern_of(told(each)) for each in macro.outputs),
        pattern_of(told(macro.name)),
    )
