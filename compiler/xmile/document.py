"""A file's `Document`: ranges, controls, macros and variables, in Vensim's terms."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from ..diagnostics import Diagnostic, Note
from ..source import Source
from ..syntax import (
    Assignment,
    Document,
    Equation,
    Extent,
    Formula,
    Macro,
    Part,
    Settings,
    Subscript,
    SubscriptRange,
    Target,
    Units,
)
from . import messages
from .build import Numbers
from .calls import is_function
from .controls import control_equations, is_said_twice, method_code
from .elements import Element, read_elements
from .equations import equations_of, parsed
from .names import key, shown, spelled
from .outline import Dimension, Entity, outline
from .templates import library
from .translate import Reading, Site, Translator

__all__ = ["parse_xmile"]


def parse_xmile(source: Source) -> tuple[Document, tuple[Diagnostic, ...]]:
    """The document of an XMILE file, and everything in it that cannot be understood or expressed.

    It is such a document as an .mdl file gives, but for two things: the parts' spans do not lie
    end to end, since XML stands between them, and the file cannot be printed from it.
    Source: XMILE 1.0, OASIS Standard, 2015.
    """
    root, found = read_elements(source)
    if root is None:
        return Document(source, ()), found
    if root.tag != "xmile":
        return Document(source, ()), (messages.not_xmile(root.head, root.tag),)
    whole, of_outline = outline(root)
    reading = Reading(whole, [*found, *of_outline])
    parts: list[Part] = [*_ranges(whole.dimensions.values()), *control_equations(reading)]
    parts += (_macro(reading, name, element) for name, element in whole.macros.items())
    for entity in whole.definitions:
        if not is_said_twice(reading, entity):
            parts += equations_of(reading, entity)
    parts += (library()[name] for name in sorted(reading.used))
    parts.append(_settings(reading, root))
    _warn_of_emptied_stocks(reading)
    diagnostics = tuple(dict.fromkeys(reading.diagnostics))
    return Document(source, tuple(parts)), tuple(sorted(diagnostics, key=_place))


def _place(diagnostic: Diagnostic) -> float:
    return diagnostic.span.start if diagnostic.span else math.inf


def _ranges(dimensions: Iterable[Dimension]) -> Iterator[Equation]:
    """The dimensions, as subscript ranges."""
    for dimension in dimensions:
        body = dimension.element.attribute("name")
        extent = Extent(0, body.end - body.start)
        named = [
            each.attribute("name")
            for each in dimension.element.all("elem")
            if shown(each.attributes.get("name", ""))
        ]
        places = [Extent(each.start - body.start, each.end - body.start) for each in named]
        items = tuple(
            Subscript(name, extent=places[number] if places else extent)
            for number, name in enumerate(dimension.elements)
        )
        definition = SubscriptRange(dimension.name, items, extent=extent)
        yield Equation(dimension.element.span, body, definition, Units(""), "")


# --- Macros --------------------------------------------------------------------------------------


def _macro(reading: Reading, name: str, element: Element) -> Macro:
    """A macro: its parameters, its equation, and the variables of its own."""
    head = element.attribute("name")
    written = shown(element.attributes["name"])
    if is_function(name):
        reading.refuse(messages.reserved(head, written))
    for child in element.all("sim_specs", "namespace"):
        hint = "remove it: the macro is then simulated with its model"
        what = "a macro with simulation settings of its own"
        reading.refuse(messages.not_expressible(child.head, what, hint))
    parameters = tuple(spelled((shown(each.text),)) for each in element.all("parm"))
    holder = element.first("variables") or element
    variables = [each for each in holder.children if each.tag in ("stock", "flow", "aux", "gf")]
    own = {key(each): each for each in (*parameters, spelled((written,)))}
    own |= {
        key(each.attributes.get("name", "")): spelled((shown(each.attributes.get("name", "")),))
        for each in variables
    }
    body = list(_macro_equation(reading, element, own, spelled((written,))))
    for each in variables:
        entity = Entity(each.tag, each, (), (shown(each.attributes.get("name", "")),))
        body += equations_of(reading, entity, own)
    return Macro(element.span, spelled((written,)), parameters, (), tuple(body), head)


def _macro_equation(
    reading: Reading, element: Element, own: dict[str, str], name: str
) -> Iterator[Equation]:
    eqn = element.first("eqn")
    found = parsed(reading, eqn.passage) if eqn else None
    if eqn is None or found is None:
        return
    body = eqn.passage.whole
    to = Translator(reading, Site(names=own), eqn.passage, body.start)
    if isinstance(found, Numbers):
        reading.refuse(messages.not_a_number(body, "this list"))
        return
    extent = to.at(found.extent)
    definition = Formula(
        Target(name, extent=extent), Assignment.EQUALS, to.whole(found), extent=extent
    )
    yield Equation(eqn.span, body, definition, Units(""), "")


# --- Settings ------------------------------------------------------------------------------------


def _settings(reading: Reading, root: Element) -> Settings:
    """The method, and the units' other names, as Vensim's settings have them."""
    lines = [("15", method_code(reading))]
    for block in root.all("model_units"):
        for unit in block.all("unit"):
            names = [unit.attributes.get("name", ""), *(each.text for each in unit.all("alias"))]
            spellings = [" ".join(each.split()).replace(",", " ") for each in names]
            lines.append(("22", ",".join(each for each in spellings if each)))
    place = reading.outline.specs or root
    return Settings(place.span, tuple(lines))


def _warn_of_emptied_stocks(reading: Reading) -> None:
    """Say once that outflows of stocks that are held at zero stay what they are."""
    held = [
        (entity, flow)
        for entity in reading.outline.definitions
        if entity.kind == "stock" and not entity.may_be_negative and entity.source is None
        for flow in list(entity.element.all("outflow"))[:1]
    ]
    if not held:
        return
    (stock, flow), *others = held
    warning = messages.outflow_stays(
        flow.passage.whole, ".".join(stock.names), shown(flow.text),
        tuple(Note(f"the same holds for “{'.'.join(each.names)}”", out.passage.whole)
              for each, out in others[:3]),
    )  # fmt: skip
    reading.refuse(warning)
