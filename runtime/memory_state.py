"""What memories hold, as parts of a JSON document, and back.

A memory is its class's name and its slots. What a slot holds is a number, a truth, nothing, a
list, a tuple, a deque, an array, a lookup, or another memory; the last six are objects with one
field that says which. Reading follows what the memory holds when a run starts: a slot must hold
the same kind of thing.
"""

from __future__ import annotations

import math
from collections import deque
from functools import cache
from typing import Any

from .checked import Part
from .errors import RunError
from .lookups import Lookup
from .memory import MemoryArray

__all__ = ["memory_part", "memory_read", "plain_number"]

_LIST, _TUPLE, _DEQUE = "list", "tuple", "deque"
_SEQUENCES: dict[str, type[Any]] = {_LIST: list, _TUPLE: tuple, _DEQUE: deque}


def plain_number(value: float) -> float | str:
    """A number as JSON can say it; Python writes as many digits as tell it from all others."""
    number = float(value)
    if math.isfinite(number):
        return number
    return "nan" if math.isnan(number) else "inf" if number > 0 else "-inf"


def memory_part(memory: Any) -> Any:
    """A memory, or what one holds, as a part of a JSON document.

    Raises:
        RunError: S3C606, it holds what cannot be written.
    """
    match memory:
        case None | bool() | int():
            return memory
        case float():
            return plain_number(memory)
        case list():
            return {_LIST: [memory_part(each) for each in memory]}
        case tuple():
            return {_TUPLE: [memory_part(each) for each in memory]}
        case deque():
            return {_DEQUE: [memory_part(each) for each in memory]}
        case Lookup():
            return {"points": [list(point) for point in memory.points]}
        case MemoryArray():
            return {"memories": [memory_part(each) for each in memory.memories]}
        case _ if _is_array(memory):
            numbers = [plain_number(each) for each in memory.ravel().tolist()]
            return {"array": numbers, "shape": list(memory.shape)}
        case _ if _is_memory(memory):
            slots = {name: memory_part(getattr(memory, name)) for name in _slots(memory)}
            return {"memory": type(memory).__name__, "slots": slots}
        case _:
            message = f"the state of a run cannot hold a “{type(memory).__name__}”"
            raise RunError("S3C606", message, "save a state of another model")


def memory_read(part: Part, like: Any) -> Any:
    """What a part of a document holds.

    Args:
        part: of the document.
        like: what stands in its place when a run starts.

    Raises:
        RunError: S3C612, it is not of the same kind.
    """
    match like:
        case None:
            return _anything(part)
        case bool():
            return part.flag()
        case int():
            return part.whole() if isinstance(part.value, int) else part.number()
        case float():
            return part.number()
        case list():
            return list(_sequence(part.fields(_LIST)[_LIST], like))
        case tuple():
            found = _sequence(part.fields(_TUPLE)[_TUPLE], like)
            make = getattr(type(like), "_make", None)  # of a tuple whose places have names
            if make is not None and len(found) == len(like):
                return make(found)
            return tuple(found)
        case deque():
            return deque(_sequence(part.fields(_DEQUE)[_DEQUE], like), like.maxlen)
        case Lookup():
            return _lookup(part)
        case MemoryArray():
            return _memory_array(part, like)
        case _ if _is_array(like):
            return _array(part)
        case _:
            return _memory(part, like)


def _sequence(part: Part, like: Any) -> list[Any]:
    """The entries of a list: each like that in its place, or like the first."""
    parts = part.items()
    kinds = list(like)
    if len(kinds) != len(parts):
        kinds = kinds[:1] * len(parts) or [None] * len(parts)
    return [memory_read(each, kind) for each, kind in zip(parts, kinds, strict=True)]


def _anything(part: Part) -> Any:
    """What stands where nothing stood when the run started."""
    match part.value:
        case None | bool():
            return part.value
        case int():
            return part.whole()
        case float() | str():
            return part.number()
        case {"points": _}:
            return _lookup(part)
        case {"array": _, "shape": _}:
            return _array(part)
        case dict() if len(part.value) == 1 and (kind := next(iter(part.value))) in _SEQUENCES:
            return _SEQUENCES[kind](_anything(each) for each in part.at(kind).items())
    return part.fail("is nothing that a memory may hold")


def _lookup(part: Part) -> Lookup:
    pairs = part.fields("points")["points"].items()
    try:
        return Lookup([tuple(each.numbers(2)) for each in pairs])  # type: ignore[misc]
    except ValueError as error:
        part.fail(f"is no lookup: {error}")


def _array(part: Part) -> Any:
    import numpy as np

    fields = part.fields("array", "shape")
    numbers = fields["array"].numbers()
    shape = [each.whole(0) for each in fields["shape"].items()]
    if len(shape) > 8 or math.prod(shape) != len(numbers):
        part.fail("has an array of another shape")
    return np.array(numbers, dtype=np.float64).reshape(shape)


def _memory_array(part: Part, like: MemoryArray) -> MemoryArray:
    import numpy as np

    kinds = like.memories
    parts = part.fields("memories")["memories"].items(len(kinds))
    found = np.empty(len(kinds), dtype=object)
    for place, (each, kind) in enumerate(zip(parts, kinds, strict=True)):
        found[place] = memory_read(each, kind)
    return MemoryArray.of(found.reshape(like.shape))


def _memory(part: Part, like: Any) -> Any:
    fields = part.fields("memory", "slots")
    class_ = type(like)
    if fields["memory"].text() != class_.__name__:
        part.fail(f"is not a {class_.__name__}")
    names = _slots(like)
    slots = fields["slots"].fields(*names)
    found = object.__new__(class_)
    for name in names:
        setattr(found, name, memory_read(slots[name], getattr(like, name)))
    return found


def _slots(memory: Any) -> tuple[str, ...]:
    """The names of all that a memory holds; a value that is computed from it is no slot."""
    return tuple(
        name
        for class_ in type(memory).__mro__
        for name in getattr(class_, "__slots__", ())
        if hasattr(memory, name)
    )


def _is_memory(value: Any) -> bool:
    """Whether it is an instance of a class that is registered as a memory."""
    return type(value) in _classes()


@cache
def _classes() -> frozenset[Any]:
    """The classes of all memories of the language."""
    from .builtins import REGISTRY

    return frozenset(entry.function for entry in REGISTRY.values() if entry.is_memory)


def _is_array(value: Any) -> bool:
    """Whether it is an array of numbers; numpy is not imported to ask."""
    return type(value).__name__ == "ndarray" and value.dtype.kind == "f"
