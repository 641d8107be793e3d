"""What the names of an experiment file mean: variables, elements and groups of the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from s3c.runtime import (
    CompiledModel,
    Kind,
    Selection,
    Space,
    UnknownNameError,
    did_you_mean,
    fold,
    printable,
)

from .entries import Entry

__all__ = ["Names"]

_LONGEST = 500  # of a name that is looked for in a model
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Names:
    """The names that an experiment knows. `groups` goes by folded names."""

    model: CompiledModel
    groups: Mapping[str, tuple[str, ...]]

    def variable(self, entry: Entry, name: str, *, on_key: bool = False) -> Selection | None:
        """A variable or element that has numbers; or it is taken down why not."""
        found = self._select(entry, name, on_key=on_key)
        if found is not None and found.variable.space in (Space.TABLE, Space.POINTS):
            why = f"“{found.name}” is a lookup or a series, and has no value over time"
            _wrong(entry, "S3C706", why, "name a variable that reads it", on_key=on_key)
            return None
        return found

    def settable(self, entry: Entry, name: str, *, on_key: bool = True) -> str | None:
        """The name of what a run can set to a number; or it is taken down why not."""
        found = self.variable(entry, name, on_key=on_key)
        if found is None:
            return None
        variable = found.variable
        if variable.space is Space.STOCK:
            why, hint = "is a stock, and accumulates", "set what gives its initial value"
        elif self._is_fixed(found):
            why, hint = "is an unchangeable constant", "write “=” instead of “==” in its equation"
        elif found.place in variable.holes:
            why, hint = "has no equation", "name an element that has one"
        else:
            return found.name
        _wrong(entry, "S3C706", f"“{found.name}” {why}: it cannot be set", hint, on_key=on_key)
        return None

    def constants(self, entry: Entry, name: str, *, on_key: bool = True) -> tuple[str, ...]:
        """The constants of a group, or the one of that name; or it is taken down why there is none.

        What is scaled or fitted has a value that the model says, and not one that it computes.
        """
        if fold(name[:_LONGEST]) in self.groups:
            return self.groups[fold(name)]
        found = self._select(entry, name, on_key=on_key)
        if found is None:
            return ()
        if found.variable.space is not Space.PARAMETER:
            why = f"“{found.name}” is no constant: the model computes it"
            hint = "name the constants that it is computed from"
            if found.variable.space is not Space.STOCK:
                hint += ", or put it into “set”"
            _wrong(entry, "S3C706", why, hint, on_key=on_key)
            return ()
        settable = self.settable(entry, name, on_key=on_key)
        return () if settable is None else (settable,)

    def lookup(self, entry: Entry, name: str, *, on_key: bool = True) -> str | None:
        """The name of a lookup that a run can give other points; or it is taken down why not."""
        found = self._select(entry, name, on_key=on_key)
        if found is None:
            return None
        if found.variable.space is Space.TABLE and found.variable.kind is Kind.LOOKUP:
            if found.place not in found.variable.holes:
                return found.name
            why, hint = "has no points", "name an element that has some"
        else:
            why, hint = "is no lookup: it takes no points", "put it into “set”"
        _wrong(entry, "S3C706", f"“{found.name}” {why}", hint, on_key=on_key)
        return None

    def string(self, entry: Entry, name: str, *, on_key: bool = True) -> str | None:
        """The name of a string variable; or it is taken down that there is none."""
        known = {fold(each): each for each in self.model.texts}
        if len(name) <= _LONGEST and fold(name) in known:
            return known[fold(name)]
        hint = did_you_mean(name[:_LONGEST], self.model.texts) or "name one of “:IS:”"
        message = f"there is no string variable “{_shown(name)}”"
        _wrong(entry, "S3C705", message, hint, on_key=on_key)
        return None

    def _is_fixed(self, found: Selection) -> bool:
        """Whether it is a constant that no run may change."""
        variable = found.variable
        if variable.space is Space.CONSTANT:
            return variable.kind is Kind.CONSTANT
        fixed = {each.variable for each in self.model.readings if not each.changeable}
        return variable.python_name in fixed

    def _select(self, entry: Entry, name: str, *, on_key: bool) -> Selection | None:
        """A variable, or an element of one; or it is taken down that there is none."""
        message, hint = f"there is no variable “{_shown(name)}”", ""
        if fold(name[:_LONGEST]) in self.groups and self.model.find(name) is None:
            message = f"“{_shown(name)}” is a group, and a variable must stand here"
            hint = "name its constants one by one"
        elif len(name) <= _LONGEST:
            try:
                return self.model.select(name)
            except UnknownNameError as error:
                message = printable(error.message)
                hint = error.hint or did_you_mean(fold(name), self.groups)
        hint = hint or "`s3c show` lists the model's variables"
        _wrong(entry, "S3C705", message, hint, on_key=on_key)
        return None


def _wrong(entry: Entry, code: str, message: str, hint: str, *, on_key: bool) -> None:
    (entry.wrong_key if on_key else entry.wrong)(code, message, hint)


def _shown(name: str) -> str:
    return printable(name[:_SHOWN]) + ("…" if len(name) > _SHOWN else "")
