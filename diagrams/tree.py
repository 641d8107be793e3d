"""Diagrams as data: what is drawn and what it is joined to, before anything has a place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Diagram", "DiagramKind", "Link", "Loop", "Node", "Pipe", "Shape", "Sign"]


class DiagramKind(StrEnum):
    """What a diagram tells."""

    STOCKS = "stocks"  # what accumulates, and what fills and drains it
    CAUSES = "causes"  # what acts on what, which way, and in which loops


class Shape(StrEnum):
    """How a node is drawn."""

    STOCK = "stock"  # a box
    FLOW = "flow"  # a valve on a pipe
    CLOUD = "cloud"  # where a pipe comes from, or leads to, outside the model
    AUXILIARY = "auxiliary"  # a name
    CONSTANT = "constant"  # a name
    SHADOW = "shadow"  # a name in angle brackets: the variable itself stands elsewhere


class Sign(StrEnum):
    """What a link does: more of its cause makes more or less of its effect, all else equal."""

    PLUS = "+"
    MINUS = "−"
    UNKNOWN = ""

    def times(self, other: Sign) -> Sign:
        """The sign of two links, one after the other."""
        if Sign.UNKNOWN in (self, other):
            return Sign.UNKNOWN
        return Sign.PLUS if self is other else Sign.MINUS


@dataclass(frozen=True, slots=True)
class Node:
    """What a diagram joins. `key` is its own; several shadows may share a name."""

    key: str
    name: str  # as it is shown; a cloud and a flow that is written inside INTEG have none
    shape: Shape
    is_array: bool = False


@dataclass(frozen=True, slots=True)
class Pipe:
    """What runs from a stock or a cloud through the valve of a flow into a stock or a cloud."""

    flow: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Link:
    """One variable acts on another. An `initial` link acts when a run starts and not later."""

    source: str
    target: str
    sign: Sign = Sign.UNKNOWN
    initial: bool = False


@dataclass(frozen=True, slots=True)
class Loop:
    """A feedback loop: each of `members` acts on the next, and the last on the first."""

    members: tuple[str, ...]
    sign: Sign

    @property
    def letter(self) -> str:
        """R if it is reinforcing, B if it is balancing, nothing if that is not known."""
        return {Sign.PLUS: "R", Sign.MINUS: "B", Sign.UNKNOWN: ""}[self.sign]


@dataclass(frozen=True, slots=True)
class Diagram:
    """A picture of a model's structure.

    Pipes, links and loops name nodes by their keys. `left_out` are variables that the shown ones
    read and that are not drawn: the clock, and numbers that no run may change.
    """

    kind: DiagramKind
    title: str
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    pipes: tuple[Pipe, ...] = ()
    loops: tuple[Loop, ...] = ()
    left_out: tuple[str, ...] = ()

    def of_shape(self, shape: Shape) -> tuple[Node, ...]:
        """The nodes of one shape, in order."""
        return tuple(node for node in self.nodes if node.shape is shape)

    def node(self, key: str) -> Node:
        """The node with that key.

        Raises:
            KeyError: there is none.
        """
        for node in self.nodes:
            if node.key == key:
                return node
        raise KeyError(key)
