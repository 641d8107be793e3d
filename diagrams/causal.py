"""Causal loop diagrams: names, arrows with signs, and the loops that they close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3c.compiler import Compilation

from .causes import links, signs_by_equation
from .loops import feedback_loops
from .selection import node_of, selected
from .tree import Diagram, DiagramKind, Shape

if TYPE_CHECKING:
    from s3c.runtime import Run

__all__ = ["causal_loops"]


def causal_loops(
    compilation: Compilation,
    *,
    group: str | None = None,
    around: str | None = None,
    steps: int = 2,
    constants: bool = True,
    run: Run | None = None,
) -> Diagram:
    """The causal loop diagram of a model, or of a part of it.

    Args:
        compilation: a model without errors.
        group: the group to draw alone, with what its equations read of others.
        around: a variable: what is within `steps` links of it is drawn alone.
        steps: how far that reaches.
        constants: whether to draw constants, lookups and data, too.
        run: decides signs of links where the equations alone leave them open.

    Raises:
        UnknownNameError: S3C604, there is no such group or variable.
        RunError: S3C720, there is nothing to draw; S3C721, there is too much; S3C722, nothing can
            be drawn around that variable.
    """
    part = selected(compilation, group, around, steps)
    nodes = tuple(
        node
        for node in (node_of(compilation, key) for key in part.shown)
        if constants or node.shape is not Shape.CONSTANT
    )
    drawn = {node.key for node in nodes}
    found = links(part.model, part.members, signs_by_equation(compilation, run))
    inside = tuple(link for link in found if {link.source, link.target} <= drawn)
    return Diagram(
        DiagramKind.CAUSES,
        part.title,
        nodes,
        inside,
        loops=feedback_loops((node.key for node in nodes), inside),
        left_out=part.left_out,
    )
