"""Data equations in order: the points of series, which are computed before a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from ..diagnostics import Diagnostic
from ..source import Span
from ..system import TIME, At, Index, Part, Points, Read, Series, System, Variable, VarId, reads
from . import messages
from .digraph import Digraph, some_circle, strongly_connected, topological

__all__ = ["data_equations"]


@dataclass(frozen=True, slots=True)
class _Equation:
    """A data equation: its points, and which elements of which series they give."""

    points: Variable
    holder: VarId
    part: Part  # of the holder

    @property
    def reads(self) -> Iterator[Read]:
        """What it reads, in the order of the text."""
        for part in self.points.parts:
            assert isinstance(part.meaning, Points)
            yield from reads(part.meaning.expression)
            if part.meaning.shift is not None:
                yield part.meaning.shift

    @property
    def name(self) -> str:
        """The data variable's."""
        return messages.owner_of(self.points.name)

    def gives(self, read: Read) -> bool:
        """Whether a reading reads an element that it gives points."""
        return read.variable == self.holder and all(map(_overlap, read.indices, self.part.indices))


def data_equations(
    system: System, known: AbstractSet[VarId]
) -> tuple[tuple[VarId, ...], tuple[Diagnostic, ...]]:
    """The points of all series, each after those that it reads.

    They may read what is `known` before a run, series among it, and nothing else.
    """
    equations = list(_equations(system))
    wrong = [each for equation in equations for each in _moving(equation, known, system)]
    by_holder: dict[VarId, list[int]] = {}
    for number, equation in enumerate(equations):
        by_holder.setdefault(equation.holder, []).append(number)
    dependencies = Digraph(range(len(equations)))
    spans: dict[tuple[int, int], Span] = {}
    for reader, equation in enumerate(equations):
        for read in equation.reads:
            for number in by_holder.get(read.variable, ()):
                if equations[number].gives(read):
                    dependencies.add(number, reader)
                    spans[number, reader] = read.span
    for nodes in strongly_connected(dependencies):
        first = min(nodes)
        if len(nodes) > 1 or dependencies.has_edge(first, first):
            wrong.append(_circle(dependencies.among(nodes), equations, spans))
    if wrong:
        return (), tuple(wrong)
    order = topological(dependencies, int)
    return tuple(equations[number].points.id for number in order), ()


def _equations(system: System) -> Iterator[_Equation]:
    for variable in system.variables.values():
        for part in variable.parts:
            if isinstance(part.meaning, Series) and isinstance(part.meaning.origin, Read):
                points = system.variables[part.meaning.origin.variable]
                yield _Equation(points, variable.id, part)


def _overlap(one: Index, other: Index) -> bool:
    """Whether two indices come to the same place along an axis."""
    return not _places(one).isdisjoint(_places(other))


def _places(index: Index) -> frozenset[int]:
    return frozenset((index.place,) if isinstance(index, At) else index.places)


def _moving(equation: _Equation, known: AbstractSet[VarId], system: System) -> Iterator[Diagnostic]:
    """What a data equation reads that is known only during a run."""
    moving: Mapping[VarId, Read] = {
        read.variable: read
        for read in equation.reads
        if read.variable not in known and read.variable != TIME
    }
    for read in moving.values():
        variable = system.variables[read.variable]
        shown = "this" if variable.hidden else f"“{variable.name}”"
        yield messages.reads_what_moves(equation.name, shown, read.span)


def _circle(
    circle: Digraph[int], equations: list[_Equation], spans: Mapping[tuple[int, int], Span]
) -> Diagnostic:
    """Data equations that need one another."""
    readings = [
        messages.Reading(equations[reader].name, equations[read].name, spans[read, reader])
        for read, reader in reversed(some_circle(circle))
    ]
    hint = "let one of these data equations read something else"
    return messages.circle(readings, "S3C401", hint)
