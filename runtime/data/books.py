"""A book: an opened file that has sheets of cells, whichever program wrote it.

A cell holds a number, a text, or nothing. Of a formula there is the value that was kept with it.
Truth values (`TRUE`), dates (`2020-01-31`), times and errors (`#N/A`) are text: none of them is
a number to compute with.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ..errors import RunError
from ..names import did_you_mean, printable
from .cells import Area
from .points import bad_data
from .sheets import Sheet, Value

__all__ = ["Book", "Name", "damaged", "worth_keeping"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a workbook defines."""

    name: str
    scope: str | None
    """The sheet that alone knows it; None if all do."""
    area: Area | None
    """None if it names something else, such as a formula."""


class Book:
    """The sheets and the names of a file. Each sheet is read when it is first asked for, and kept.

    Args:
        file: its path.
        sheet_names: in order.
        names: what it defines.
        read: reads the sheet of a name.
    """

    __slots__ = ("_names", "_read", "_sheets", "file", "sheet_names")

    def __init__(
        self,
        file: str,
        sheet_names: tuple[str, ...],
        names: tuple[Name, ...],
        read: Callable[[str], Sheet],
    ) -> None:
        self.file = file
        self.sheet_names = sheet_names
        self._names = names
        self._read = read
        self._sheets: dict[str, Sheet] = {}

    def first(self) -> Sheet:
        """The first sheet.

        Raises:
            RunError: S3C607, there is none, or it is damaged.
        """
        if not self.sheet_names:
            raise bad_data(self.file, "", "has no sheet with cells", "add one, and save it anew")
        return self._sheet(self.sheet_names[0])

    def sheet(self, name: str) -> Sheet:
        """The sheet of a name, whose case matters only between two that differ in nothing else.

        Raises:
            RunError: S3C607, there is none, or it is damaged.
        """
        found = self.sheet_name(name)
        if found is None:
            why = f"has no sheet “{printable(name)}”"
            raise bad_data(self.file, "", why, self.sheets_like(name))
        return self._sheet(found)

    def sheet_name(self, name: str) -> str | None:
        """How the sheet of a name is spelled, or None."""
        if name in self.sheet_names:
            return name
        return next((s for s in self.sheet_names if s.casefold() == name.casefold()), None)

    def sheets_like(self, name: str) -> str:
        """A hint which sheets there are, when there is none of this name."""
        known = ", ".join(f"“{printable(each)}”" for each in self.sheet_names[:9])
        return did_you_mean(name, self.sheet_names) or f"its sheets are {known or 'none'}"

    def named(self, name: str, sheet: str) -> Name | None:
        """What a name means in a sheet, or None: its own come before those of all sheets."""
        key, place = name.casefold(), sheet.casefold()
        known = [each for each in self._names if each.name.casefold() == key]
        local = [each for each in known if each.scope and each.scope.casefold() == place]
        return next(iter((*local, *(each for each in known if each.scope is None))), None)

    def names_in(self, sheet: str) -> list[str]:
        """All names that mean something in a sheet."""
        place = sheet.casefold()
        return [n.name for n in self._names if n.scope is None or n.scope.casefold() == place]

    def _sheet(self, name: str) -> Sheet:
        if name not in self._sheets:
            try:
                self._sheets[name] = self._read(name)
            except RunError:
                raise
            except Exception as error:  # noqa: BLE001 -- a broken file fails anywhere in a library
                raise damaged(self.file, f"sheet “{printable(name)}”", error) from None
        return self._sheets[name]


def worth_keeping(value: Value) -> Value:
    """What a cell holds: nothing if its text is blank, and text if its number is not finite."""
    if isinstance(value, str):
        return value if value and not value.isspace() else None
    return value if value is None or math.isfinite(value) else str(value)


def damaged(file: str, place: str, error: Exception) -> RunError:
    """A workbook is not as it should be somewhere inside."""
    known = str(error) if isinstance(error, ValueError) and str(error).startswith("has ") else ""
    hint = "open it in the program that wrote it, and save it anew"
    return bad_data(file, place, known or "is damaged, or no workbook that can be read", hint)
