"""A model as a modeller asks about it: what a variable is, what causes it, what uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from s3c.runtime import Kind, display_name, fold, split_subscripts, unknown_name

from .elements import element, place_of
from .graph import Schedule, reads_at_start, reads_now, reads_to_advance
from .source import Span
from .system import TIME, System, VarId

__all__ = ["Description", "Entry", "describe"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One variable, or one element of it.

    `causes` are what its equations read, `uses` whose equations read it.
    """

    name: str
    kind: Kind
    reason: str
    equation: str
    """The first one's text, as it is written."""
    units: str
    documentation: str
    group: str
    span: Span
    hidden: bool
    causes: tuple[str, ...]
    uses: tuple[str, ...]
    subscripts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Each of its axes: the range's name, and its elements."""
    equations: tuple[tuple[Span, str], ...] = ()
    """All its equations, if it has several."""
    written_out: str = ""
    """Of an element: its equation with every subscript written out."""


@dataclass(frozen=True, slots=True)
class Description:
    """All variables of a model, in the order of its file."""

    system: System
    entries: Mapping[VarId, Entry]

    def variable(self, name: str) -> Entry:
        """The variable, or the element `name[el,el]`, spelled as Vensim would accept it.

        Raises:
            UnknownNameError: there is none.
        """
        entry = self.entries.get(VarId(fold(name)))
        if entry is not None:
            return entry
        base = name
        for base, subscripts in split_subscripts(name):
            key = VarId(fold(base))
            if key in self.entries:
                return self._element(key, subscripts)
        shown = (each.name for each in self.entries.values() if not each.hidden)
        raise unknown_name(display_name(base), shown)

    def _element(self, key: VarId, subscripts: tuple[str, ...]) -> Entry:
        variable = self.system.variables[key]
        found = element(variable, place_of(variable, subscripts, self.system), self.system)
        return replace(
            self.entries[key],
            name=found.name,
            equation=found.part.span.one_line,
            span=found.part.span,
            causes=found.causes,
            uses=found.uses,
            subscripts=(),
            equations=(),
            written_out=found.meaning,
        )


def describe(schedule: Schedule) -> Description:
    """What there is to say of each variable."""
    variables = schedule.system.variables
    causes: dict[VarId, dict[VarId, None]] = {each: {} for each in variables}
    uses: dict[VarId, dict[VarId, None]] = {each: {} for each in variables}
    for variable in variables.values():
        for readings in (reads_now, reads_to_advance, reads_at_start):
            for read in readings(variable):
                causes[variable.id][read] = None
                uses.setdefault(read, {})[variable.id] = None
    shown = {each.id: each.name for each in variables.values() if not each.hidden}
    shown[TIME] = "Time"
    return Description(
        schedule.system,
        {
            each: _entry(schedule, each, _reached(each, causes, shown), _reached(each, uses, shown))
            for each in variables
        },
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
    if start not in arcs[start] and start in shown:
        # What a smooth's stock reads of the smooth itself is no cause that anybody wrote.
        found.pop(shown[start], None)
    return tuple(found)


def _entry(schedule: Schedule, id_: VarId, causes: tuple[str, ...], uses: tuple[str, ...]) -> Entry:
    classified, variable = schedule.kinds[id_], schedule.system.variables[id_]
    names = schedule.system.ranges.names
    spans = tuple(dict.fromkeys(part.span for part in variable.parts))
    return Entry(
        variable.name, classified.kind, classified.reason, variable.span.one_line,
        variable.units.text, variable.documentation, variable.group, variable.span,
        variable.hidden, causes, uses,
        subscripts=tuple(
            (axis.name, tuple(names[each] for each in axis.elements)) for axis in variable.axes
        ),
        equations=tuple((span, span.one_line) for span in spans) if len(spans) > 1 else (),
    )  # fmt: skip
