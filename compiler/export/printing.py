"""XMILE as text: elements in an order that does not change, indented, nothing but text escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from s3c.runtime import VERSION

from ..syntax import Point, Units
from .body import Entry, Rule
from .controls import SimSpecs
from .names import Names, as_attribute, as_identifier
from .text import numbers

__all__ = ["MacroEntry", "XmileModel", "print_xmile"]

_XMILE = "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"
_ISEE = "http://iseesystems.com/XMILE"
# What no XML file may hold, whatever it is written as.
_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_END = re.compile(r"\r\n|\r")


@dataclass(frozen=True, slots=True)
class MacroEntry:
    """A macro: its value is that of its variable `result`."""

    name: str
    parameters: tuple[str, ...]
    result: str
    entries: tuple[Entry, ...]
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class XmileModel:
    """A whole file."""

    name: str
    specs: SimSpecs
    synonyms: tuple[tuple[str, ...], ...]
    dimensions: tuple[tuple[str, tuple[str, ...]], ...]
    entries: tuple[Entry, ...]
    macros: tuple[MacroEntry, ...]
    groups: Mapping[str, str]
    """The comment of each group, by its name."""
    names: Names


def print_xmile(model: XmileModel) -> str:
    """The text of a file. Two that say the same are the same."""
    root = ET.Element("xmile", {"version": "1.0", "xmlns": _XMILE, "xmlns:isee": _ISEE})
    _header(root, model)
    _sim_specs(root, model.specs)
    if model.synonyms:
        units = ET.SubElement(root, "model_units")
        for first, *others in model.synonyms:
            unit = ET.SubElement(units, "unit", name=_clean(first))
            for other in others:
                _text(unit, "alias", other)
    if model.dimensions:
        dimensions = ET.SubElement(root, "dimensions")
        for name, elements in model.dimensions:
            dimension = ET.SubElement(dimensions, "dim", name=_name(name))
            for element in elements:
                ET.SubElement(dimension, "elem", name=_name(element))
    for macro in model.macros:
        _macro(root, macro)
    variables = ET.SubElement(ET.SubElement(root, "model"), "variables")
    for entry in model.entries:
        _entry(variables, entry)
    _groups(variables, model)
    ET.indent(root, "\t")
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _header(root: ET.Element, model: XmileModel) -> None:
    header = ET.SubElement(root, "header")
    if model.dimensions or model.macros:
        options = ET.SubElement(header, "options")
        most = max((len(each.dimensions) for each in model.entries), default=0)
        if most:
            ET.SubElement(options, "uses_arrays", maximum_dimensions=str(most))
        if model.macros:
            ET.SubElement(options, "uses_macros", recursive_macros="false", option_filters="false")
    _text(header, "name", model.name)
    _text(header, "vendor", "s3c")
    product = _text(header, "product", "s3c")
    product.set("version", VERSION)
    product.set("lang", "en")


def _sim_specs(root: ET.Element, specs: SimSpecs) -> None:
    element = ET.SubElement(root, "sim_specs", method=specs.method)
    if specs.units:
        element.set("time_units", _clean(specs.units))
    if specs.save != specs.step:
        element.set("isee:save_interval", numbers(specs.save))
    _text(element, "start", numbers(specs.start))
    _text(element, "stop", numbers(specs.stop))
    _text(element, "dt", numbers(specs.step))


def _macro(root: ET.Element, macro: MacroEntry) -> None:
    element = ET.SubElement(root, "macro", name=_name(macro.name))
    for parameter in macro.parameters:
        _text(element, "parm", parameter)
    alone = macro.entries[0] if len(macro.entries) == 1 else None
    if alone is not None and alone.tag == "aux" and not alone.rules[()].table:
        _text(element, "eqn", alone.rules[()].text)
    else:
        _text(element, "eqn", as_identifier(macro.result))
    if macro.documentation:
        _text(element, "doc", macro.documentation)
    if alone is None or element.findtext("eqn") == as_identifier(macro.result):
        variables = ET.SubElement(element, "variables")
        for entry in macro.entries:
            _entry(variables, entry)


def _entry(variables: ET.Element, entry: Entry) -> None:
    element = ET.SubElement(variables, entry.tag, name=_name(entry.name))
    if entry.tag == "gf":
        element.set("type", entry.kind)
    if entry.documentation:
        _text(element, "doc", entry.documentation)
    if entry.dimensions:
        dimensions = ET.SubElement(element, "dimensions")
        for name in entry.dimensions:
            ET.SubElement(dimensions, "dim", name=_name(name))
    for subscripts, rule in entry.rules.items():
        if entry.tag == "gf":
            _points(element, rule.table, entry.scale)
        elif subscripts:
            _rule(ET.SubElement(element, "element", subscript=_clean(_element(subscripts))), rule)
        else:
            _rule(element, rule)
    for tag, flows in (("inflow", entry.inflows), ("outflow", entry.outflows)):
        for flow in flows:
            _text(element, tag, flow)
    _units(element, entry.units)


def _element(subscripts: tuple[str, ...]) -> str:
    return ",".join(
        as_attribute(each) if "," not in each else as_identifier(each) for each in subscripts
    )


def _rule(element: ET.Element, rule: Rule) -> None:
    _text(element, "eqn", rule.text)
    if rule.initial:
        _text(element, "init_eqn", rule.initial)
    if rule.table:
        _points(ET.SubElement(element, "gf", type="continuous"), rule.table)


def _points(element: ET.Element, points: tuple[Point, ...], scale: tuple[Point, ...] = ()) -> None:
    if len(scale) > 1:
        low, high = scale[0][1], scale[1][1]
        ET.SubElement(element, "yscale", min=numbers(low), max=numbers(high))
    _text(element, "xpts", ",".join(numbers(x) for x, _ in points))
    _text(element, "ypts", ",".join(numbers(y) for _, y in points))


def _units(element: ET.Element, units: Units) -> None:
    if units.text:
        _text(element, "units", units.text)
    low, high = units.minimum, units.maximum
    if low is not None and high is not None:  # XMILE knows no range that is open at one end
        ET.SubElement(element, "range", min=numbers(low), max=numbers(high))


def _groups(variables: ET.Element, model: XmileModel) -> None:
    members: dict[str, list[str]] = {}
    for entry in model.entries:
        if entry.group:
            members.setdefault(entry.group, []).append(entry.name)
    order = [*(each for each in model.groups if each in members),
             *(each for each in members if each not in model.groups)]  # fmt: skip
    for name in order:
        group = ET.SubElement(variables, "group", name=_name(model.names.fresh(name)))
        if model.groups.get(name):
            _text(group, "doc", model.groups[name])
        for member in members[name]:
            ET.SubElement(group, "entity", name=_name(member))


def _text(parent: ET.Element, tag: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, tag)
    element.text = _clean(text)
    return element


def _name(name: str) -> str:
    return _clean(as_attribute(name))


def _clean(text: str) -> str:
    """Text that XML can hold: other signs become the one that stands for what is unknown."""
    return _FORBIDDEN.sub("�", _LINE_END.sub("\n", text))
