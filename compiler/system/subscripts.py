"""All that a model says of its subscripts, put together: lists, families, mappings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from ..diagnostics import Diagnostic
from .mappings import Mapper
from .range_lists import ElementReader, Reader
from .ranges import ElementId, Family, RangeDefinition, RangeId, Ranges

__all__ = ["ranges"]


def ranges(
    definitions: Iterable[RangeDefinition],
    unread: AbstractSet[str] = frozenset(),
    read: ElementReader | None = None,
) -> tuple[Ranges, tuple[Diagnostic, ...]]:
    """What a model's range definitions, in the order of the file, mean together.

    `unread` are folded names whose definition is there but could not be read; `read` reads
    elements from files. Takes time and
    room in proportion to the text and to the elements, of which there are at most a million.
    """
    reader = Reader(definitions, unread, read)
    reader.expand_all()
    families = _families(
        {key: found for key, found in reader.elements.items() if reader.shares[key] == key}
    )
    found = Ranges(
        ranges={key: reader.range(key) for key in reader.definitions},
        names=reader.names,
        places=reader.places,
        families={key: families[shared] for key, shared in reader.shares.items()},
        positions=_positions(families.values()),
        originals=reader.originals,
        mappings=Mapper(reader).all(),
    )
    return found, tuple(reader.diagnostics)


def _families(lists: Mapping[RangeId, tuple[ElementId, ...]]) -> dict[RangeId, Family]:
    """Each range's family (reference B.6), for ranges in the order of the file."""
    joined = {key: key for key in lists}  # towards the one that stands for its family

    def leader(key: RangeId) -> RangeId:
        while joined[key] != key:
            joined[key] = joined[joined[key]]
            key = joined[key]
        return key

    first: dict[ElementId, RangeId] = {}
    for key, elements in lists.items():
        for other in {first.setdefault(element, key) for element in elements}:
            joined[leader(key)] = leader(other)
    members: dict[RangeId, list[RangeId]] = {}
    for key in lists:
        members.setdefault(leader(key), []).append(key)
    found: dict[RangeId, Family] = {}
    for family in members.values():
        found.update(dict.fromkeys(family, _family({key: lists[key] for key in family})))
    return found


def _positions(families: Iterable[Family]) -> dict[ElementId, int]:
    """The number of each element (reference B.8)."""
    once = {id(family): family for family in families}.values()
    return {
        element: number
        for family in once
        for number, element in enumerate(family.elements, start=1)
    }


def _family(lists: Mapping[RangeId, tuple[ElementId, ...]]) -> Family:
    everything = dict.fromkeys(element for elements in lists.values() for element in elements)
    for key, elements in lists.items():
        if len(elements) == len(everything):
            return Family(key, elements)
    return Family(None, tuple(everything))
