"""Names of units: which are synonyms, and how each is shown."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from s3c.runtime import display_name, fold, printable

from ..syntax import Document, Settings
from .measure import NO_DIMENSION, Unit, single

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
        self._base: dict[str, str] = {}
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
        known = {self._base[fold(name)] for name in group if fold(name) in self._base}
        none = self._base.get(_NONE)
        base = none if none in known else next(iter(sorted(known)), None)
        if base is None:
            base = fold(group[0]) if group else ""
        self._base |= {name: base for name, old in self._base.items() if old in known}
        self._base |= {fold(name): base for name in group}
        for name in group[:1]:
            self._shown.setdefault(base, display_name(name))

    def unit(self, name: str) -> Unit:
        """The unit of a name as it is written; a new one is a base of its own."""
        key = fold(name)
        base = self._base.setdefault(key, key)
        self._shown.setdefault(base, display_name(name))
        return NO_DIMENSION if base == self._base[_NONE] else single(base)

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
        shown = printable(self._shown.get(base, base))
        if power == 1:
            return shown
        return f"{shown}^{power}" if power.denominator == 1 else f"{shown}^({power})"
