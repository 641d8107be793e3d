"""A model as a modeller asks about it: what a variable is, what causes it, what uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from s3c.runtime import Kind, fold, unknown_name

from .graph import Schedule, reads_at_start, reads_now, reads_to_advance
from .source import Span
from .system import TIME, VarId

__all__ = ["Description", "Entry", "describe"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One variable. `causes` are what its equation reads, `uses` whose equations read it."""

    name: str
    kind: Kind
    reason: str
    equation: str
    units: str
    documentation: str
    group: str
    span: Span
    hidden: bool
    causes: tuple[str, ...]
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """All variables of a model, in the order of its file."""

    entries: Mapping[VarId, Entry]

    def variable(self, name: str) -> Entry:
        """The variable of that name, spelled as Vensim would accept it.

        Raises:
            UnknownNameError: there is none.
        """
        entry = self.entries.get(VarId(fold(name)))
        if entry is None:
            shown = (each.name for each in self.entries.values() if not each.hidden)
            raise unknown_name(name, shown)
        return entry


def describe(schedule: Schedule) -> Description:
    """What there is to say of each variable."""
    variables = schedule.system.variables
    causes: dict[VarId, dict[VarId, None]] = {each: {} for each in variables}
    uses: dict[VarId, dict[VarId, None]] = {each: {} for each in variables}
    for variable in variables.values():
        for readings in (reads_now, reads_to_advance, reads_at_start):
            for read in readings(variable):
                causes[variable.id][read.variable] = None
                uses.setdefault(read.variable, {})[variable.id] = None
    shown = {each.id: each.name for each in variables.values() if not each.hidden}
    shown[TIME] = "Time"
    return Description(
        {
            each: _entry(schedule, each, _reached(each, causes, shown), _reached(each, uses, shown))
            for each in variables
        }
    )


def _reached(
    start: VarId, arcs: Mapping[VarId, Mapping[VarId, None]], shown: Mapping[VarId, str]
) -> tuple[str, ...]:
    """What a variable leads to: a delay's hidden stocks are passed through, not named."""
    found: dict[str, None] = {}
    seen: set[VarId] = set()
    waiting = list(arcs[start])[::-1]
    while waiting:
        variable = waiting.pop()
        if variable in shown:
            found[shown[variable]] = None
        elif variable not in seen:
            seen.add(variable)
            waiting += list(arcs[variable])[::-1]
    return tuple(found)


def _entry(schedule: Schedule, id_: VarId, causes: tuple[str, ...], uses: tuple[str, ...]) -> Entry:
    classified, variable = schedule.kinds[id_], schedule.system.variables[id_]
    return Entry(
        variable.name, classified.kind, classified.reason, variable.span.one_line,
        variable.units.text, variable.documentation, variable.group, variable.span,
        variable.hidden, causes, uses,
    )  # fmt: skip
