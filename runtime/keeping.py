"""What a run keeps: of which variables or elements, and where each number stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from struct import Struct
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from .contract import CompiledModel, Space, VariableInfo, Vector
from .errors import unknown_name
from .names import fold
from .results import Kept
from .subscripts import Place, places_of

__all__ = ["Keeping", "keeping_of"]

_TIME = "time"
_NO_NUMBERS = (Space.TABLE, Space.POINTS, Space.CONTENTS)

_Pick: TypeAlias = Callable[[Vector], Any]


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a run keeps of a model, and where it finds that."""

    kept: tuple[Kept, ...]
    """In the model's order, but for lookups and series."""
    moving: Mapping[str, int]
    """The numbers that change, by Python name: where each stands among those of a save time."""
    arrays: tuple[Kept, ...]
    """The arrays that change."""
    unmoving: tuple[VariableInfo, ...]
    """Parameters, constants and initial values, end to end, whatever is kept."""
    fixed: Mapping[str, int]
    """The numbers among them, by Python name: where each stands."""
    packed: Callable[[Vector, Vector], bytes]
    """stocks, auxiliaries -> the numbers that change, as an array of Python's holds them"""


_EVERYTHING: WeakKeyDictionary[CompiledModel, Keeping] = WeakKeyDictionary()


def keeping_of(model: CompiledModel, save: Iterable[str] | None) -> Keeping:
    """What is kept: the variables and elements of these names; all if nobody says.

    Raises:
        UnknownNameError: S3C604, there is no such variable or element, or it is no number.
    """
    if save is not None:
        return _keeping(model, _chosen(model, save))
    found = _EVERYTHING.get(model)
    if found is None:
        everything = tuple(Kept(each, None, shown=not each.hidden) for each in model.variables)
        found = _EVERYTHING[model] = _keeping(model, everything)
    return found


def _keeping(model: CompiledModel, kept: tuple[Kept, ...]) -> Keeping:
    stocks, auxiliaries = (
        [each for each in kept if each.variable.space is space]
        for space in (Space.STOCK, Space.AUXILIARY)
    )
    numbers = [
        [each.variable for each in mine if not each.variable.axes] for mine in (stocks, auxiliaries)
    ]
    unmoving = tuple(
        each
        for space in (Space.PARAMETER, Space.CONSTANT, Space.INITIAL)
        for each in model.in_space(space)
    )
    return Keeping(
        kept=tuple(each for each in kept if each.variable.space not in _NO_NUMBERS),
        moving={each.python_name: place for place, each in enumerate([*numbers[0], *numbers[1]])},
        arrays=tuple(each for each in (*stocks, *auxiliaries) if each.variable.axes),
        unmoving=unmoving,
        fixed={each.python_name: place for place, each in enumerate(unmoving) if not each.axes},
        packed=_packer(
            len(numbers[0]) + len(numbers[1]),
            _picker(numbers[0], len(model.in_space(Space.STOCK))),
            _picker(numbers[1], len(model.in_space(Space.AUXILIARY))),
        ),
    )


def _chosen(model: CompiledModel, save: Iterable[str]) -> tuple[Kept, ...]:
    """What is kept if somebody says what, in the model's order."""
    wanted = (save,) if isinstance(save, str) else tuple(save)
    places: dict[str, set[Place] | None] = {}
    for name in wanted:
        if fold(name) == _TIME:
            continue
        selection = model.select(name)
        variable = selection.variable
        if variable.space in _NO_NUMBERS:
            numbers = [each.name for each in model.variables if each.space not in _NO_NUMBERS]
            raise unknown_name(name, numbers, "number over time called")
        some = places.setdefault(variable.python_name, set())
        if selection.place is None or some is None:
            places[variable.python_name] = None
        else:
            some.add(selection.place)
    return tuple(
        Kept(each, _in_order(each, places[each.python_name]), shown=True)
        for each in model.variables
        if each.python_name in places
    )


def _in_order(variable: VariableInfo, places: set[Place] | None) -> tuple[Place, ...] | None:
    """Places in the order of the axes; None if they are all that have a value."""
    if places is None or places.issuperset(places_of(variable)):
        return None
    return tuple(sorted(places))


def _packer(
    count: int, stocks: _Pick | None, auxiliaries: _Pick | None
) -> Callable[[Vector, Vector], bytes]:
    """A function that packs so many numbers; where nothing picks some of them, all are taken.

    To pack them at once takes a third of the time of putting one after another into an array.
    """
    pack = Struct(f"{count}d").pack
    if stocks is None and auxiliaries is None:
        return lambda all_stocks, all_auxiliaries: pack(*all_stocks, *all_auxiliaries)
    first, second = stocks or tuple, auxiliaries or tuple
    return lambda all_stocks, all_auxiliaries: pack(*first(all_stocks), *second(all_auxiliaries))


def _picker(variables: list[VariableInfo], size: int) -> _Pick | None:
    """A function from the values of a space to those of some variables; None if they are all."""
    places = [each.index for each in variables]
    if places == list(range(size)):
        return None
    if not places:
        return lambda _values: ()
    if len(places) == 1:
        place = places[0]
        return lambda values: (values[place],)
    return itemgetter(*places)
