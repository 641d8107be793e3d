"""The order of a system's equations, or the circles in them."""

from __future__ import annotations

from .dependencies import Graph, graph, reads_at_start, reads_now, reads_to_advance
from .kinds import Classified, classify
from .schedule import Schedule, is_held, order

__all__ = [
    "Classified",
    "Graph",
    "Schedule",
    "classify",
    "graph",
    "is_held",
    "order",
    "reads_at_start",
    "reads_now",
    "reads_to_advance",
]
