"""Where a node stands, how large it is, and where links meet it. Inches, y upwards."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from .labels import Label
from .tree import Node

__all__ = [
    "BOX_MARGIN",
    "CLOUD",
    "NAME_BELOW",
    "TEXT_MARGIN",
    "VALVE",
    "Point",
    "Rectangle",
    "Side",
    "Spot",
]

Point: TypeAlias = tuple[float, float]

VALVE = 0.11  # half of a valve's width and height
NAME_BELOW = 0.05  # between a valve and its name
CLOUD = 0.16  # half of a cloud's width
BOX_MARGIN = 0.09  # around a stock's name
TEXT_MARGIN = 0.05  # around any other name

Rectangle: TypeAlias = tuple[float, float, float, float]
"""Left, right, bottom and top."""


class Side(Enum):
    """A side of a node; its value is the way outwards."""

    LEFT = (-1.0, 0.0)
    RIGHT = (1.0, 0.0)
    TOP = (0.0, 1.0)
    BOTTOM = (0.0, -1.0)

    @property
    def is_upright(self) -> bool:
        """Whether links meet it from the left or right."""
        return self in (Side.LEFT, Side.RIGHT)


@dataclass(frozen=True, slots=True)
class Spot:
    """A node in its place: the middle of its box or name; of a flow, the middle of its valve."""

    node: Node
    label: Label | None
    """None for a cloud."""
    x: float
    y: float
    is_boxed: bool = False
    """Whether pipes end at it, as at a stock: then it is drawn as a box."""
    is_valve: bool = False
    """Whether a pipe runs through it: its name stands under it."""
    piped: frozenset[Side] = frozenset()
    """The sides where pipes end."""

    @property
    def margin(self) -> float:
        """Around its name."""
        return BOX_MARGIN if self.is_boxed else TEXT_MARGIN

    @property
    def half_width(self) -> float:
        """From the middle to the left and right."""
        if self.label is None:
            return CLOUD
        if self.is_valve:
            return max(self.label.width / 2, VALVE)
        return self.label.width / 2 + self.margin

    @property
    def top(self) -> float:
        """Its highest place."""
        if self.label is None:
            return self.y + CLOUD
        return self.y + (VALVE if self.is_valve else self.label.height / 2 + self.margin)

    @property
    def bottom(self) -> float:
        """Its lowest place."""
        if self.label is None:
            return self.y - CLOUD
        if self.is_valve:
            return self.y - VALVE - (NAME_BELOW + self.label.height if self.label.lines else 0.0)
        return self.y - self.label.height / 2 - self.margin

    @property
    def left(self) -> float:
        """Its place furthest left."""
        return self.x - self.half_width

    @property
    def right(self) -> float:
        """Its place furthest right."""
        return self.x + self.half_width

    @property
    def name_at(self) -> Point:
        """The middle of its name."""
        if self.is_valve and self.label is not None:
            return self.x, self.y - VALVE - NAME_BELOW - self.label.height / 2
        return self.x, self.y

    @property
    def rectangles(self) -> tuple[Rectangle, ...]:
        """What it covers: its box or name; of a flow, the valve and the name under it."""
        if not self.is_valve or self.label is None:
            return ((self.left, self.right, self.bottom, self.top),)
        valve = (self.x - VALVE, self.x + VALVE, self.y - VALVE, self.y + VALVE)
        (x, y), wide, high = self.name_at, self.label.width / 2, self.label.height / 2
        return valve, (x - wide, x + wide, y - high, y + high)

    def edge(self, side: Side, shift: float = 0.0) -> Point:
        """A place on a side, shifted along it from its middle, to the right or upwards."""
        match side:
            case Side.LEFT:
                return self.left, self.y + shift
            case Side.RIGHT:
                return self.right, self.y + shift
            case Side.TOP:
                return self.x + shift, self.top
            case Side.BOTTOM:
                return self.x + shift, self.bottom

    def length(self, side: Side) -> float:
        """How long a side is; of a valve, as much as links may spread over."""
        if side.is_upright:
            return self.top - self.bottom
        return VALVE if self.is_valve and side is Side.TOP else 2 * self.half_width
