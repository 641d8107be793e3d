"""Pictures of a model's structure: stock-flow diagrams and causal loop diagrams."""

from __future__ import annotations

from .causal import causal_loops
from .drawing import draw
from .loops import feedback_loops
from .picture import Picture, arranged
from .structure import stock_flow
from .tree import Diagram, DiagramKind, Link, Loop, Node, Pipe, Shape, Sign

__all__ = [
    "Diagram",
    "DiagramKind",
    "Link",
    "Loop",
    "Node",
    "Picture",
    "Pipe",
    "Shape",
    "Sign",
    "arranged",
    "causal_loops",
    "draw",
    "feedback_loops",
    "stock_flow",
]
