"""How XMILE spells a model's names: identifiers in equations, names in attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from s3c.runtime import display_name, fold

__all__ = ["RESERVED", "Names", "as_attribute", "as_identifier", "as_subscript"]

_IDENTIFIER = re.compile(r"[^\W\d_][\w]*")
_BLANKS = re.compile(r"[\s_]+")
# Of a break in a name, “\n”, both languages think alike; any other backslash is one.
_BACKSLASH = re.compile(r"\\(?!n)")

_RESERVED = """
and or not mod if then else time dt starttime stoptime self pi inf nan
abs arccos arcsin arctan cos exp int ln log10 max min sin sqrt tan mean rank size stddev sum prod
delay delay1 delay3 delayn forcst smth1 smth3 smthn trend exprnd lognormal normal poisson random
uniform pulse ramp step history init previous lookup lookupinv safediv
"""

RESERVED = frozenset(_RESERVED.split())
"""What means something else in XMILE: its operators, its constants and its functions."""


def as_identifier(name: str) -> str:
    """A name as an equation writes it: blanks as underscores, in quotes if it is no identifier.

    >>> as_identifier("birth rate"), as_identifier("1995 R&D")
    ('birth_rate', '"1995_R&D"')
    """
    joined = _BLANKS.sub("_", name).strip("_")
    if _IDENTIFIER.fullmatch(joined) and joined.casefold() not in RESERVED:
        return joined
    return '"' + _BACKSLASH.sub(r"\\\\", joined).replace('"', r"\"") + '"'


def as_attribute(name: str) -> str:
    """A name where it is declared: blanks stay, backslashes mean what they mean in equations."""
    return _BACKSLASH.sub(r"\\\\", name)


def as_subscript(name: str) -> str:
    """The name of an element or a dimension where it is declared: with blanks.

    Readers differ in whether they take an underscore for a blank here; with blanks all agree.
    """
    return _BLANKS.sub(" ", name).strip()


@dataclass(slots=True)
class Names:
    """The names of one model, or of a macro's body: each means one thing."""

    outer: Names | None = None
    _given: dict[str, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def declare(self, written: str) -> tuple[str, bool]:
        """The name that XMILE gives to what is `written` so here, and whether it is another one."""
        name = " ".join(display_name(written).split())
        key = fold(written)
        if key in self._given:
            return self._given[key], False
        chosen = self.fresh(name)
        self._given[key] = chosen
        return chosen, chosen != name

    def rename(self, written: str, stem: str) -> str:
        """Give what is `written` so a name like `stem` instead of its own."""
        chosen = self._given[fold(written)] = self.fresh(stem)
        return chosen

    def fresh(self, stem: str) -> str:
        """A name like `stem` that nothing else has."""
        candidate, count = stem, 1
        while self._is_taken(candidate):
            count += 1
            candidate = f"{stem} {count}"
        self._taken.add(_key(candidate))
        return candidate

    def identifier(self, written: str) -> str:
        """What an equation writes for a declared name."""
        key = fold(written)
        if key in self._given:
            return as_identifier(self._given[key])
        return (
            self.outer.identifier(written) if self.outer else as_identifier(display_name(written))
        )

    def _is_taken(self, name: str) -> bool:
        key = _key(name)
        return not key or key in RESERVED or key in self._taken


def _key(name: str) -> str:
    """A name as XMILE compares it."""
    return _BLANKS.sub("_", name).strip("_").casefold()
