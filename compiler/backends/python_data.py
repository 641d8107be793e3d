"""What a generated module holds besides its functions: axes, lists, lookups, variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import TypeAlias

from s3c.runtime import Axis, Reading, Sums, TextOf, VariableInfo

from ..kept import Kept
from ..program import DataBlock, List, Shown, Slot, Table, Way, places_along
from .python_page import remarked
from .python_text import WIDTH, filled

__all__ = [
    "axis_lines",
    "data_equation_lines",
    "is_long",
    "list_lines",
    "message_lines",
    "reading_lines",
    "series_lines",
    "table_lines",
    "tuples_text",
    "value_lines",
    "variable_lines",
]

# More numbers than these are written in one string, a row a line.
_MANY = 2_000
_TUPLE, _LIST = "()", "[]"

Nested: TypeAlias = "str | Sequence[Nested]"
"""Texts within brackets within brackets."""


# --- Brackets ------------------------------------------------------------------------------------


def _flat(node: Nested, brackets: str) -> str:
    if isinstance(node, str):
        return node
    comma = "," if len(node) == 1 and brackets == _TUPLE else ""
    inner = ", ".join([_flat(each, brackets) for each in node])
    return f"{brackets[0]}{inner}{comma}{brackets[1]}"


def _lines(node: Nested, brackets: str, indent: str, lead: str = "", tail: str = "") -> list[str]:
    """Nested texts on one line, or with a line for each row, or for as many as fit."""
    whole = f"{indent}{lead}{_flat(node, brackets)}{tail}"
    if isinstance(node, str) or len(whole) <= WIDTH:
        return [whole]
    deeper = f"{indent}    "
    texts = [each for each in node if isinstance(each, str)]
    inner = (
        filled(texts, deeper)
        if len(texts) == len(node)
        else [line for each in node for line in _lines(each, brackets, deeper, tail=",")]
    )
    return [f"{indent}{lead}{brackets[0]}", *inner, f"{indent}{brackets[1]}{tail}"]


def _rows(texts: Sequence[str], shape: tuple[int, ...]) -> Nested:
    """Texts within brackets of a shape, the last axis fastest."""
    if len(shape) < 2:
        return texts
    size = prod(shape[1:])
    rows = (texts[start : start + size] for start in range(0, len(texts), size))
    return [_rows(row, shape[1:]) for row in rows]


# --- Numbers -------------------------------------------------------------------------------------


def list_lines(name: str, numbers: List, remark: str) -> list[str]:
    """A list of numbers as a numpy array."""
    values, shape = numbers.numbers, numbers.shape
    counted = values == tuple(values[0] + place for place in range(len(values)))
    if len(shape) == 1 and len(values) > 2 and counted and float(values[0]).is_integer():
        call = f"np.arange({values[0]!r}, {values[0] + len(values)!r})"
        return [remarked(f"{name} = {call}", remark)]
    if len(values) > _MANY:
        return _compact(name, values, shape, remark)
    rows = _rows([repr(each) for each in values], shape)
    whole = f"{name} = np.array({_flat(rows, _LIST)})"
    if len(whole) <= WIDTH:
        return [remarked(whole, remark)]
    first = remarked(f"{name} = np.array(", remark)
    return [first, *_lines(rows, _LIST, "    "), ")"]


def _compact(name: str, numbers: Sequence[float], shape: tuple[int, ...], remark: str) -> list[str]:
    """Many numbers as text that numpy reads, a line for each run along the last axis."""
    length = shape[-1]
    rows = (numbers[start : start + length] for start in range(0, len(numbers), length))
    last = '""".split(), dtype=float)'
    if len(shape) > 1:
        last += f".reshape({', '.join(map(str, shape))})"
    texts = (f"    {' '.join(map(repr, row))}" for row in rows)
    return [f'{name} = np.array("""', *texts, remarked(last, remark)]


def is_long(info: VariableInfo) -> bool:
    """Whether a value is too long to stand among the rest of what is said of a variable."""
    return info.value is not None and len(repr(info.value)) > WIDTH // 2


def value_lines(name: str, info: VariableInfo) -> tuple[list[str], str, bool]:
    """A long value: its lines under a name, what gives it then, and whether it needs numpy."""
    numbers = tuple(_leaves(info.value))
    if len(numbers) <= _MANY:
        rows = _rows([repr(each) for each in numbers], info.shape)
        return _lines(rows, _TUPLE, "", lead=f"{name} = "), name, False
    return _compact(name, numbers, info.shape, ""), tuples_text(name, info), True


def tuples_text(name: str, info: VariableInfo) -> str:
    """A variable's value that stands under a name as a numpy array."""
    return _tuples(f"{name}.tolist()", len(info.shape))


def _leaves(value: object) -> Iterable[float]:
    if isinstance(value, tuple):
        for each in value:
            yield from _leaves(each)
    elif isinstance(value, int | float):
        yield value


def _tuples(lists: str, depth: int) -> str:
    """Python that makes tuples within tuples of lists within lists."""
    match depth:
        case 1:
            return f"tuple({lists})"
        case 2:
            return f"tuple(map(tuple, {lists}))"
        case _:
            return f"tuple([{_tuples('each', depth - 1)} for each in {lists}])"


# --- Lookups and axes ----------------------------------------------------------------------------


def table_lines(
    name: str, tables: tuple[Table, ...], shape: tuple[int, ...], remark: str
) -> list[str]:
    """A lookup, or an array of lookups: one for each element, or the same for all."""
    if not shape:
        return _lookup_lines(tables[0], "", f"{name} = ", "", remark)
    whole = repr(shape)
    first = f"{name} = np.full(" if len(tables) == 1 else f"{name} = np.array("
    flat = f"{first}{whole}, {_lookup(tables[0])}, dtype=object)"
    if len(tables) == 1 and len(flat) <= WIDTH:
        return [remarked(flat, remark)]
    if len(tables) == 1:
        inner = [f"    {whole},", *_lookup_lines(tables[0], "    ", "", ",")]
        return [remarked(first, remark), *inner, "    dtype=object,", ")"]
    lookups = [line for each in tables for line in _lookup_lines(each, "        ", "", ",")]
    reshape = f".reshape({', '.join(map(str, shape))})" if len(shape) > 1 else ""
    rest = ["    ],", "    dtype=object,", f"){reshape}"]
    return [remarked(first, remark), "    [", *lookups, *rest]


def series_lines(
    name: str, ways: tuple[Way, ...], shape: tuple[int, ...], remark: str
) -> list[str]:
    """A series that a run supplies, or an array of them: read alike, or each in its own way."""
    made = [_series(way) for way in ways]
    if not shape:
        return [remarked(f"{name} = {made[0]}", remark)]
    if len(made) == 1:
        return [remarked(f"{name} = np.full({shape!r}, {made[0]}, dtype=object)", remark)]
    first = remarked(f"{name} = np.array(", remark)
    return [first, *_lines(_rows(made, shape), _LIST, "    ", tail=","), "    dtype=object,", ")"]


def _series(way: Way) -> str:
    if way.constant is None:
        return f"DataSeries({way.keyword!r})"
    return f"DataSeries.constant({way.keyword!r}, {way.constant!r})"


def _lookup(points: Table) -> str:
    return f"Lookup({_flat([_point(each) for each in points], _TUPLE)})"


def _point(point: tuple[float, float]) -> str:
    return f"({point[0]!r}, {point[1]!r})"


def _lookup_lines(points: Table, indent: str, lead: str, tail: str, remark: str = "") -> list[str]:
    whole = f"{indent}{lead}{_lookup(points)}{tail}"
    if len(whole) + 4 <= WIDTH:
        return [remarked(whole, remark)]
    return [
        remarked(f"{indent}{lead}Lookup(", remark),
        f"{indent}    (",
        *filled([_point(each) for each in points], f"{indent}        "),
        f"{indent}    )",
        f"{indent}){tail}",
    ]


def axis_lines(name: str, axis: Axis) -> list[str]:
    """An axis: its name and its elements."""
    elements = [repr(each) for each in axis.elements]
    whole = f"{name} = Axis({axis.name!r}, {_flat(elements, _TUPLE)})"
    if len(whole) <= WIDTH:
        return [whole]
    numbered = _numbered(axis.elements)
    if numbered:
        return [f"{name} = Axis({axis.name!r}, {numbered})"]
    inner = _lines(elements, _TUPLE, "    ", tail=",")
    return [f"{name} = Axis(", f"    {axis.name!r},", *inner, ")"]


def _numbered(elements: tuple[str, ...]) -> str:
    """Elements that are one name with a run of numbers, as they are generated; else nothing."""
    stem = elements[0].rstrip("0123456789")
    number = elements[0][len(stem) :]
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return ""
    first = int(number)
    last = first + len(elements)
    if elements != tuple(f"{stem}{each}" for each in range(first, last)):
        return ""
    return f"tuple({stem!r} + str(number) for number in range({first}, {last}))"


# --- What a run reads and computes before it starts ----------------------------------------------


def reading_lines(reading: Reading) -> list[str]:
    """What is read from a file."""
    arguments = [
        f"TextOf({each.name!r})" if isinstance(each, TextOf) else repr(each)
        for each in reading.arguments
    ]
    fields = [
        repr(reading.variable),
        repr(reading.function),
        _flat(arguments, _TUPLE),
        f"line={reading.line}",
    ]
    if reading.sizes:
        fields += [f"sizes={reading.sizes!r}", f"turns={_places(reading.turns)}"]
    if reading.places:
        fields.append(f"places={_places(reading.places)}")
    if not reading.changeable:
        fields.append("changeable=False")
    return _called("Reading", fields)


def message_lines(shown: Shown, name: str) -> list[str]:
    """What a run shows while the variable of that name is above zero."""
    text = shown.text
    words = f"TextOf({text.name!r})" if isinstance(text, TextOf) else repr(text)
    return _called("Message", [repr(name), words])


def data_equation_lines(
    block: DataBlock, function: str, names: Mapping[Slot, str], shift: int | None
) -> list[str]:
    """What is computed at the times of data."""
    fields = [
        repr(names[block.series]),
        repr(names[block.points]),
        repr(function),
        _flat([repr(names[each]) for each in block.inputs], _TUPLE),
    ]
    if block.indices:
        fields.append(f"places={_places(tuple(map(places_along, block.indices)))}")
    if shift is not None:
        fields.append(f"shift={shift}")
    if block.sums is not Sums.NONE:
        fields.append(f"sums=Sums.{block.sums.name}")
    return _called("DataEquation", fields)


def _places(places: tuple[Sequence[int], ...]) -> str:
    return _flat([repr(each) for each in places], _TUPLE)


def _called(name: str, fields: list[str]) -> list[str]:
    whole = f"        {name}({', '.join(fields)}),"
    if len(whole) <= WIDTH:
        return [whole]
    return [f"        {name}(", *filled(fields, "            "), "        ),"]


# --- Variables -----------------------------------------------------------------------------------


def variable_lines(info: VariableInfo, value: str, axes: Sequence[str]) -> list[str]:
    """What is said of a variable; `value` and `axes` as they are named in the module."""
    before = _BEFORE.get(info)
    if before is None or before[0] != (value, *axes):
        lines = _variable_lines(info, value, axes)
        before = _BEFORE.keep(info, ((value, *axes), lines))
    return before[1]


_BEFORE = Kept[VariableInfo, tuple[tuple[str, ...], list[str]]]()


def _variable_lines(info: VariableInfo, value: str, axes: Sequence[str]) -> list[str]:
    fields = [
        repr(info.name),
        repr(info.python_name),
        f"Kind.{info.kind.name}",
        f"Space.{info.space.name}",
        str(info.index),
        f"reason={info.reason!r}",
    ]
    fields += [f"units={info.units!r}"] if info.units else []
    fields += [f"line={info.line}"]
    fields += [f"value={value}"] if value else []
    fields += ["hidden=True"] if info.hidden else []
    fields += [f"derivative={info.derivative!r}"] if info.derivative else []
    fields += [f"axes={_flat(axes, _TUPLE)}"] if axes else []
    fields += [f"equation={info.equation!r}"]
    fields += [f"documentation={info.documentation!r}"] if info.documentation else []
    lines = filled(fields, "            ")
    holes = [_flat([str(place) for place in each], _TUPLE) for each in info.holes]
    equations = [f"({line}, {text!r})" for line, text in info.equations]
    for field, items in (("holes", holes), ("equations", equations)):
        if items:
            lines += _lines(items, _TUPLE, "            ", f"{field}=", ",")
    return ["        VariableInfo(", *lines, "        ),"]
