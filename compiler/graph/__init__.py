"""The order of a system's equations, or the circles in them."""

from __future__ import annotations

from .dependencies import (
    Graph,
    at_start,
    graph,
    now,
    reads_at_start,
    reads_now,
    reads_to_advance,
    to_advance,
)
from .digraph import Digraph, connected, some_circle, strongly_connected, topological
from .doubts import doubts
from .kinds import Classified, classify, flows
from .schedule import Schedule, is_held, order
from .sweeps import Order, Search, Sweep, Turn, variables_of

__all__ = [
    "Classified",
    "Digraph",
    "Graph",
    "Order",
    "Schedule",
    "Search",
    "Sweep",
    "Turn",
    "at_start",
    "classify",
    "connected",
    "doubts",
    "flows",
    "graph",
    "is_held",
    "now",
    "order",
    "reads_at_start",
    "reads_now",
    "reads_to_advance",
    "some_circle",
    "strongly_connected",
    "to_advance",
    "topological",
    "variables_of",
]
