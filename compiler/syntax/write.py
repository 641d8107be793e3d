"""A document as Vensim's text, from its tree alone: whatever file the tree was read from.

What the tree does not hold, the comments `{ … }` between words, is not written. A diagram is
written if the document has one of Vensim's own; else an empty one stands for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, assert_never

from lark import UnexpectedCharacters

from ..source import Source
from .format import format_document
from .grammar import words
from .parse import parse
from .print import print_expression
from .spelling import LINE_END
from .tree import (
    Binary,
    Blank,
    Call,
    Constraint,
    Data,
    DataKeyword,
    Definition,
    Document,
    Empty,
    Equation,
    Equivalence,
    Expression,
    Formula,
    Group,
    Lookup,
    Macro,
    Mapping,
    NumericRange,
    Reference,
    Settings,
    Sketch,
    StringVariable,
    Subscript,
    SubscriptRange,
    Target,
    TestInput,
    Unary,
    Units,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["write_mdl"]

_HEADER = "{UTF-8}"
_CONTROL = "control"
_STARS = "*" * 56
_SKETCH = re.compile(r"\s*\\\\\\?---///")
_NO_SKETCH = r"""\\\---/// Sketch information - do not modify anything except names
V300  Do not put anything below this section - it will be ignored
*View 1
$192-192-192,0,Times New Roman|12||0-0-0|0-0-0|0-0-255|-1--1--1|-1--1--1|96,96,100,0
///---\\\
"""
_SETTINGS_MARK = ":L\x7f<%^E!@"
# Euler's method, and the unit synonyms that Vensim gives every new model (reference A.10, F).
_USUAL_SETTINGS = (
    ("15", "0,0,0,0,0,0"),
    ("22", "$,Dollar,Dollars,$s"),
    ("22", "Day,Days"),
    ("22", "Hour,Hours"),
    ("22", "Month,Months"),
    ("22", "Person,People,Persons"),
    ("22", "Unit,Units"),
    ("22", "Week,Weeks"),
    ("22", "Year,Years"),
)
# The signs that end a field cannot stand in a comment (reference A.3): others that look like them.
_LOOK_ALIKES = str.maketrans({"|": "¦", "~": "˜"})
_NO_UNIT = re.compile(r"[|~\[\]{}\"\\\s]+")
_NO_GROUP_NAME = re.compile(r"[*|~\s]+")
_BROKEN_LINE = re.compile(r"[\\ \t]+$")

_Inside: TypeAlias = Equation | Macro


@dataclass(slots=True)
class _Section:
    """A group with what stands in it; the first has no name."""

    name: str = ""
    comment: str = ""
    parts: list[_Inside] = field(default_factory=list)


def write_mdl(document: Document) -> str:
    """The text of a model in Vensim's language, in the layout of `s3c format`.

    Reading it gives the same definitions, units, comments, groups, macros and settings. The
    group of the control variables comes last.
    """
    sections = _sections(document)
    last = [each for each in sections if each.name.lower() == _CONTROL]
    first = [each for each in sections if each.name.lower() != _CONTROL]
    text = "\n\n".join(
        [_HEADER, *map(_section, (*first, *last)), _sketch(document) + _settings(document)]
    )
    return format_document(parse(Source("model.mdl", text))[0])


# --- Sections ------------------------------------------------------------------------------------


def _sections(document: Document) -> list[_Section]:
    """The document's groups, in order, with the equations that say that they are theirs.

    A document that was not read from Vensim's text may have no markers.
    """
    sections = [_Section()]
    for part in document.parts:
        match part:
            case Group(name=name, comment=comment):
                sections.append(_Section(name, comment))
            case Equation(group=group):
                _section_of(group, sections).parts.append(part)
            case Macro():
                sections[-1].parts.append(part)
            case Sketch() | Settings() | Blank():
                pass
            case _:
                assert_never(part)
    return sections


def _section_of(group: str, sections: list[_Section]) -> _Section:
    found = next((each for each in reversed(sections) if each.name == group), None)
    if found is None:
        found = _Section(group)
        sections.append(found)
    return found


def _section(section: _Section) -> str:
    head = [_group(section.name, section.comment)] if section.name else []
    return "\n\n".join([*head, *map(_part, section.parts)])


def _group(name: str, comment: str) -> str:
    plain = _NO_GROUP_NAME.sub(" ", name).strip()
    return f"{_STARS}\n\t.{plain}\n{_STARS}~\n\t\t{_prose(comment)}\n\t|"


def _part(part: Equation | Macro | Group) -> str:
    match part:
        case Equation():
            return _equation(part)
        case Group(name=name, comment=comment):
            return _group(name, comment)
        case Macro():
            return _macro(part)


def _macro(macro: Macro) -> str:
    outputs = f" : {_names(macro.outputs)}" if macro.outputs else ""
    head = f":MACRO: {_name(macro.name)}({_names(macro.inputs)}{outputs})"
    return "\n".join([head, *map(_part, macro.body), ":END OF MACRO:"])


def _sketch(document: Document) -> str:
    """The diagram as it stands, if it is one of Vensim's."""
    for part in document.parts:
        if isinstance(part, Sketch) and _SKETCH.match(part.span.text):
            return LINE_END.sub("\n", part.span.text).strip("\n") + "\n"
    return _NO_SKETCH


def _settings(document: Document) -> str:
    found = [part.lines for part in document.parts if isinstance(part, Settings)]
    lines = found[0] if found else _USUAL_SETTINGS
    return "\n".join([_SETTINGS_MARK, *(f"{code}:{value}" for code, value in lines), ""])


# --- Equations -----------------------------------------------------------------------------------


def _equation(equation: Equation) -> str:
    definition = equation.definition
    body = equation.body.text if definition is None else _definition(definition)
    supplementary = "\n\t~\t:SUPPLEMENTARY" if equation.supplementary else ""
    units, comment = _units(equation.units), _prose(equation.comment)
    return f"{body}\n\t~\t{units}\n\t~\t{comment}{supplementary}\n\t|"


def _units(units: Units) -> str:
    text = _NO_UNIT.sub(" ", units.text) if _NO_UNIT.search(units.text) else units.text
    bounds = [units.minimum, units.maximum, units.increment]
    if units.increment is None:
        bounds.pop()
    inside = ",".join("?" if each is None else _number(each) for each in bounds)
    return text.strip() if {*bounds} == {None} else f"{text.strip()} [{inside}]"


def _prose(comment: str) -> str:
    """A comment's lines. No line may end in a backslash: it would go on in the next."""
    lines = LINE_END.split(comment.translate(_LOOK_ALIKES))
    return "\n\t\t".join(_BROKEN_LINE.sub("", line) for line in lines)


def _definition(definition: Definition) -> str:
    match definition:
        case Formula(target, assignment, expression, keyword):
            return f"{_target(target)}{_keyword(keyword)} {assignment} {_printed(expression)}"
        case Values(target, assignment, rows, tabbed):
            return f"{_target(target)} {assignment} {_rows(rows, tabbed)}"
        case Lookup(target, Call() as source):
            return f"{_target(target)}({_printed(source)})"
        case Lookup(target, table):
            return f"{_target(target)}{_printed(table)}"
        case Data(target, keyword):
            return f"{_target(target)}{_keyword(keyword)}"
        case Empty(target, assignment):
            return f"{_target(target)} {assignment}"
        case StringVariable(target, value):
            return f"{_target(target)} :IS: {_printed(value)}"
        case SubscriptRange():
            return _range(definition)
        case Equivalence(alias, original):
            return f"{_name(alias)} <-> {_name(original)}"
        case TestInput(name, target, expression):
            return f"{_target(name)} :TEST INPUT: {_target(target)} = {_printed(expression)}"
        case Constraint(name, condition, consequence):
            told = f"{_printed(condition)} :IMPLIES: {_printed(consequence)}"
            return f"{_target(name)} :THE CONDITION: {told}"
        case _:
            assert_never(definition)


def _target(target: Target) -> str:
    without = ", ".join(map(_subscripts, target.exceptions))
    exceptions = f" :EXCEPT: {without}" if without else ""
    inside = _subscripts(target.subscripts) if target.subscripts else ""
    return f"{_name(target.name)}{inside}{exceptions}"


def _subscripts(subscripts: Sequence[Subscript]) -> str:
    return f"[{', '.join(map(_item, subscripts))}]"


def _keyword(keyword: DataKeyword | None) -> str:
    return f" {keyword}" if keyword else ""


def _rows(rows: Sequence[Sequence[float | None]], tabbed: bool) -> str:
    cells = [[":NA:" if each is None else _number(each) for each in row] for row in rows]
    if tabbed:
        lines = ("\t".join(row) for row in cells)
        return "TABBED ARRAY(\n\t\t" + "\n\t\t".join(lines) + ")"
    ends = len(cells) > 1 or len(cells[0]) == 1
    return "\n".join(", ".join(row) + (";" if ends else "") for row in cells)


def _range(definition: SubscriptRange) -> str:
    items = definition.items
    inside = _printed(items) if isinstance(items, Call) else _items(items)
    arrow = " -> " if definition.mappings else ""
    return (
        f"{_name(definition.name)}: {inside}{arrow}{', '.join(map(_mapping, definition.mappings))}"
    )


def _mapping(mapping: Mapping) -> str:
    target = _name(mapping.target)
    return f"({target}: {_items(mapping.items)})" if mapping.items else target


def _items(items: Iterable[Subscript | NumericRange]) -> str:
    return ", ".join(map(_item, items))


def _item(item: Subscript | NumericRange) -> str:
    match item:
        case Subscript(name, marked):
            return _name(name) + ("!" if marked else "")
        case NumericRange(first, last):
            return f"({_name(first)}-{_name(last)})"


def _number(value: float) -> str:
    """The shortest digits that are this number."""
    return repr(float(value)).removesuffix(".0")


# --- Names ---------------------------------------------------------------------------------------


def _printed(expression: Expression) -> str:
    return print_expression(_spelled(expression))


def _spelled(node: Expression) -> Expression:
    """An expression whose names can be read again."""
    match node:
        case Reference():
            return _reference(node)
        case Call(function, arguments, outputs):
            return replace(
                node,
                function=_reference(function),
                arguments=tuple(map(_spelled, arguments)),
                outputs=tuple(map(_reference, outputs)),
            )
        case Unary(operand=operand):
            return replace(node, operand=_spelled(operand))
        case Binary(left=left, right=right):
            return replace(node, left=_spelled(left), right=_spelled(right))
        case _:
            return node


def _reference(node: Reference) -> Reference:
    inside = tuple(replace(each, name=_name(each.name)) for each in node.subscripts)
    return replace(node, name=_name(node.name), subscripts=inside)


def _names(names: Iterable[str]) -> str:
    return ", ".join(map(_name, names))


@lru_cache(maxsize=2**14)
def _name(name: str) -> str:
    """A name as it can be read again: quoted if it is no name by itself (reference A.6)."""
    try:
        found = words(name)
    except UnexpectedCharacters:
        found = []
    if [token.type for token in found] == ["NAME"] and found[0] == name:
        return name
    inside = name[1:-1] if len(name) > 1 and name[0] == name[-1] == '"' else name
    quoted = LINE_END.sub(r"\\n", inside).replace(r"\"", '"').replace('"', r"\"")
    # A backslash at the end would take the closing quote for its own.
    return f'"{quoted} "' if quoted.endswith("\\") else f'"{quoted}"'
