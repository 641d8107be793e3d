"""Which variables a diagram shows: a group, the neighbourhood of one, or all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

import networkx as nx

from s3c.compiler import Compilation, describe, system
from s3c.runtime import Kind, RunError, fold, unknown_name

from .causes import links, unsigned
from .loops import graph_of
from .tree import Link, Node, Shape

__all__ = ["Selection", "node_of", "selected"]

_LARGEST = 300  # names in a picture: more could not be read
_MOST_LINKS = 900


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of a model, to be drawn."""

    model: system.System
    title: str
    members: tuple[system.VarId, ...]
    """What was asked for, in the order of the file: their causes are drawn."""
    outside: tuple[system.VarId, ...]
    """What members read beside, whose own causes are not drawn."""
    links: tuple[Link, ...]
    """All links into members, without signs."""
    left_out: tuple[str, ...]
    """The names of what members read and diagrams leave out."""

    @property
    def shown(self) -> tuple[system.VarId, ...]:
        """All that is drawn: what is read from outside first."""
        return self.outside + self.members


def selected(
    compilation: Compilation, group: str | None, around: str | None, steps: int
) -> Selection:
    """The variables of a group, those within some links of another, or both at once; else all.

    Left out are the clock, the control variables and numbers that no run may change (`==`): these
    convert units, and would be joined to everything.

    Raises:
        UnknownNameError: S3C604, there is no such group or variable.
        RunError: S3C720, no variable is left; S3C721, there are too many; S3C722, nothing can be
            drawn around that variable.
    """
    model = compilation.system
    assert model is not None
    everything = tuple(
        key for key, each in model.variables.items() if not (each.hidden or _is_aside(each))
    )
    found = frozenset(everything)
    if group is not None:
        found &= _in_group(model, group)
    if around is not None:
        found &= _near(compilation, everything, around, steps)
    members = tuple(key for key in everything if key in found)
    if not members:
        raise _nothing(group)
    if len(members) > _LARGEST:
        raise _too_much(len(members))
    into = links(model, members, unsigned)
    sources = frozenset(link.source for link in into)
    outside = tuple(key for key in everything if key in sources - found)
    if len(members) + len(outside) > _LARGEST:
        raise _too_much(len(members) + len(outside))
    if len(into) > _MOST_LINKS:
        raise _too_much(len(into), "links", _MOST_LINKS)
    left = (key for key in dict.fromkeys(link.source for link in into) if key not in everything)
    return Selection(
        model,
        group.strip().removeprefix(".") if group else PurePath(model.source.name).stem,
        members,
        outside if around is None else (),
        into,
        tuple(_name(model, key) for key in left),
    )


def _is_aside(variable: system.Variable) -> bool:
    match variable.meaning:
        case system.Constant(changeable=False):
            return True
        case _:
            return variable.id in _CONTROLS


_CONTROLS = {system.TIME_STEP, system.INITIAL_TIME, system.FINAL_TIME, system.SAVEPER}


def _in_group(model: system.System, group: str) -> frozenset[system.VarId]:
    wanted = fold(group.strip().removeprefix("."))
    groups = {each.group: None for each in model.variables.values() if each.group}
    if wanted not in map(fold, groups):
        raise unknown_name(group, groups, "group")
    return frozenset(key for key, each in model.variables.items() if fold(each.group) == wanted)


def _near(
    compilation: Compilation, everything: tuple[system.VarId, ...], around: str, steps: int
) -> frozenset[system.VarId]:
    assert compilation.schedule is not None
    assert compilation.system is not None
    describe(compilation.schedule).variable(around)  # raises, with the names that are spelled so
    known = frozenset[str](everything)
    inside = (
        link for link in links(compilation.system, everything, unsigned) if link.source in known
    )
    joined = graph_of(everything, inside).to_undirected()
    if fold(around) not in joined:
        reason = "diagrams leave out elements, control variables and numbers that cannot change"
        raise RunError("S3C722", f"“{around}” is in no diagram: {reason}", "name another variable")
    near = nx.single_source_shortest_path_length(joined, fold(around), steps)
    return frozenset(key for key in everything if key in near)


def _nothing(group: str | None) -> RunError:
    where = f"the group “{group}”" if group is not None else "the model"
    hint = "choose another group, or draw the whole model" if group is not None else ""
    return RunError("S3C720", f"there is nothing to draw in {where}", hint)


def _too_much(count: int, what: str = "names", most: int = _LARGEST) -> RunError:
    return RunError(
        "S3C721",
        f"there are {count} {what} to draw, and a picture holds {most}",
        "draw a part: a group of the model (--group), or what is near a variable (--around)",
    )


def _name(model: system.System, key: str) -> str:
    return "Time" if key == system.TIME else model.variables[system.VarId(key)].name


_SHAPES = {
    Kind.STOCK: Shape.STOCK,
    Kind.FLOW: Shape.FLOW,
    Kind.AUXILIARY: Shape.AUXILIARY,
    Kind.INITIAL: Shape.AUXILIARY,
    Kind.CONSTANT: Shape.CONSTANT,
    Kind.LOOKUP: Shape.CONSTANT,
    Kind.DATA: Shape.CONSTANT,
}


def node_of(compilation: Compilation, key: system.VarId) -> Node:
    """A variable as a node of its kind."""
    assert compilation.schedule is not None
    variable = compilation.schedule.system.variables[key]
    shape = _SHAPES[compilation.schedule.kinds[key].kind]
    return Node(key, variable.name, shape, bool(variable.axes))
