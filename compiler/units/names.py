"""Names of units: which are synonyms, and how each is shown."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from s3c.runtime import display_name, fold, printable

from ..syntax import Document, Settings
from .measure import NO_DIMENSION, Unit, single
from .relations import is_symbol, label_of

__all__ = ["UnitNames"]

_NONE = "1"
_GROUPS = (
    ("Dmnl", "Dimensionless", _NONE),
    ("$", "Dollar", "Dollars", "$s"),
    ("Day", "Days"),
    ("Hour", "Hours"),
    ("Month", "Months"),
    ("Person", "People", "Persons"),
    ("Unit", "Units"),
    ("Week", "Weeks"),
    ("Year", "Years"),
)
"""What is one unit in every model (reference F)."""
_SYNONYMS = "22"  # the code of the settings' lines that say so


class UnitNames:
    """The units of one model: synonyms are one base, shown by the first name of their group.

    Groups that share a name are one group. Names are compared as those of variables are: case and
    kinds of blank are ignored.
    """

    def __init__(self, groups: Iterable[tuple[str, ...]] = ()) -> None:
        self._same: dict[str, str] = {}  # each name's way to the base of its group
        self._shown: dict[str, str] = {}
        for group in (*_GROUPS, *groups):
            self._join(group)

    @classmethod
    def of(cls, document: Document) -> UnitNames:
        """With the synonyms that the settings list: lines `22:first,second,…`."""
        lines = (
            line for part in document.parts if isinstance(part, Settings) for line in part.lines
        )
        return cls(
            tuple(name.strip() for name in value.split(",") if name.strip())
            for code, value in lines
            if code.strip() == _SYNONYMS
        )

    def _join(self, group: tuple[str, ...]) -> None:
        if not group:
            return
        known = [self._base(fold(name)) for name in group if fold(name) in self._same]
        none = self._base(_NONE) if _NONE in self._same else None
        base = none if none in known else next(iter(known), fold(group[0]))
        assert base is not None
        self._shown.setdefault(base, display_name(group[0]))
        for name in (*known, *map(fold, group)):
            self._same[self._base(name)] = base

    def _base(self, key: str) -> str:
        """The base of a folded name, its own if it is new."""
        passed = []
        while (beyond := self._same.setdefault(key, key)) != key:
            passed.append(key)
            key = beyond
        self._same.update(dict.fromkeys(passed, key))
        return key

    def unit(self, name: str) -> Unit:
        """The unit of a name as it is written; a new one is a base of its own."""
        base = self._base(fold(name))
        self._shown.setdefault(base, display_name(name))
        return NO_DIMENSION if base == self._base(_NONE) else single(base)

    def shown(self, unit: Unit) -> str:
        """A unit as a modeller writes it, such as `Person/Year`."""
        above = "*".join(self._factor(base, power) for base, power in unit.factors if power > 0)
        below = "".join(
            f"/{self._factor(base, -power)}" for base, power in unit.factors if power < 0
        )
        if not above and not below:
            return "Dmnl"
        return (above or "1") + below

    def _factor(self, base: str, power: Fraction) -> str:
        shown = label_of(base) if is_symbol(base) else self._shown.get(base, base)
        shown = printable(shown)
        if power == 1:
            return shown
        return f"{shown}^{power}" if power.denominator == 1 else f"{shown}^({power})"
