"""Stock-flow diagrams: stocks, the flows that fill and drain them, and what these depend on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest

from s3c.compiler import Compilation, system

from .rates import Rate, rates
from .selection import Selection, node_of, selected
from .tree import Diagram, DiagramKind, Link, Node, Pipe, Shape

__all__ = ["stock_flow"]

_MOST_READERS = 4  # of a constant; one with more stands beside each of them, as a shadow


def stock_flow(
    compilation: Compilation,
    *,
    group: str | None = None,
    around: str | None = None,
    steps: int = 2,
) -> Diagram:
    """The stock-flow diagram of a model, or of a part of it.

    A flow is what a stock's rate adds or subtracts by name. Whatever else stands in a rate is one
    more flow, which has no name, with links from what it reads.

    Args:
        compilation: a model without errors.
        group: the group to draw alone. What it reads of other groups is drawn as shadows, but for
            constants, which are drawn as they are.
        around: a variable: what is within `steps` links of it is drawn alone.
        steps: how far that reaches.

    Raises:
        UnknownNameError: S3C604, there is no such group or variable.
        RunError: S3C720, there is nothing to draw; S3C721, there is too much; S3C722, nothing can
            be drawn around that variable.
    """
    part = selected(compilation, group, around, steps)
    plumbing = _plumbing(part, rates(compilation))
    valves = {pipe.flow for pipe in plumbing.pipes}
    keys = dict.fromkeys((*part.shown, *plumbing.variables))
    members = frozenset(part.members)
    nodes = (
        *(_as_drawn(node_of(compilation, key), members, valves) for key in keys),
        *plumbing.nodes,
    )
    drawn = {node.key for node in nodes}
    inside = (link for link in _links(part, plumbing) if {link.source, link.target} <= drawn)
    nodes, found = _with_shadows(nodes, tuple(inside))
    return Diagram(
        DiagramKind.STOCKS,
        part.title,
        nodes,
        found,
        pipes=plumbing.pipes,
        left_out=part.left_out,
    )


def _as_drawn(node: Node, members: frozenset[str], valves: set[str]) -> Node:
    """A variable's node: a flow has a valve, and what is defined elsewhere is a shadow."""
    if node.key in valves:
        return replace(node, shape=Shape.FLOW)
    if node.key not in members and node.shape is not Shape.CONSTANT:
        return replace(node, shape=Shape.SHADOW)
    return replace(node, shape=Shape.AUXILIARY) if node.shape is Shape.FLOW else node


# --- Pipes ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plumbing:
    """Pipes, and what they need beside the variables that are drawn anyway."""

    pipes: tuple[Pipe, ...]
    nodes: tuple[Node, ...]
    """Clouds, and valves without a name."""
    links: tuple[Link, ...]
    """From a flow to the second valve of one that fills, or drains, several stocks."""
    variables: tuple[system.VarId, ...]
    """Flows and stocks at the ends of pipes."""
    unnamed: Mapping[system.VarId, str]
    """The valve for what a stock's rate computes itself."""
    flows: Mapping[system.VarId, frozenset[system.VarId]]
    """Those of each stock."""


def _plumbing(part: Selection, all_rates: tuple[Rate, ...]) -> _Plumbing:
    """The pipes of the flows and stocks among the members."""
    members = frozenset(part.members)
    into: dict[system.VarId, list[system.VarId]] = {}
    out_of: dict[system.VarId, list[system.VarId]] = {}
    for rate in all_rates:
        for ways, flows in ((into, rate.inflows), (out_of, rate.outflows)):
            for flow in flows:
                if flow in members or rate.stock in members:
                    ways.setdefault(flow, []).append(rate.stock)
    pipes: list[Pipe] = []
    nodes: list[Node] = []
    joins: list[Link] = []
    for flow in dict.fromkeys((*into, *out_of)):
        ends = zip_longest(out_of.get(flow, ()), into.get(flow, ()))
        for number, (source, target) in enumerate(ends):
            valve = flow if number == 0 else f"{flow}\nvalve {number}"
            if number:
                nodes.append(Node(valve, "", Shape.FLOW))
                joins.append(Link(flow, valve))
            pipes.append(_pipe(valve, source, target, nodes))
    unnamed = {}
    for rate in all_rates:
        if rate.has_rest and rate.stock in members:
            valve = unnamed[rate.stock] = f"{rate.stock}\nchange"
            nodes.append(Node(valve, "", Shape.FLOW))
            pipes.append(_pipe(valve, None, rate.stock, nodes))
    ends_of_pipes = (key for ways in (into, out_of) for flow in ways for key in (flow, *ways[flow]))
    return _Plumbing(
        tuple(pipes), tuple(nodes), tuple(joins), tuple(dict.fromkeys(ends_of_pipes)), unnamed,
        {rate.stock: frozenset((*rate.inflows, *rate.outflows)) for rate in all_rates},
    )  # fmt: skip


def _pipe(valve: str, source: str | None, target: str | None, nodes: list[Node]) -> Pipe:
    """A pipe, with a cloud at each end where no stock is."""
    if source is None:
        source = f"{valve}\nfrom"
        nodes.append(Node(source, "", Shape.CLOUD))
    if target is None:
        target = f"{valve}\nto"
        nodes.append(Node(target, "", Shape.CLOUD))
    return Pipe(valve, source, target)


# --- Links ---------------------------------------------------------------------------------------


def _links(part: Selection, plumbing: _Plumbing) -> Iterator[Link]:
    """The links of information: what a stock reads of its flows is in the pipes."""
    for link in part.links:
        stock = system.VarId(link.target)
        if link.initial or stock not in plumbing.flows:
            if link.source != link.target:
                yield link
        elif link.source not in plumbing.flows[stock] and stock in plumbing.unnamed:
            yield replace(link, target=plumbing.unnamed[stock])
    yield from plumbing.links


def _with_shadows(
    nodes: tuple[Node, ...], found: tuple[Link, ...]
) -> tuple[tuple[Node, ...], tuple[Link, ...]]:
    """Constants and shadows with many readers, repeated as a shadow beside each of them."""
    readers = Counter(link.source for link in found)
    repeated = {
        node.key: node
        for node in nodes
        if node.shape in (Shape.CONSTANT, Shape.SHADOW) and readers[node.key] > _MOST_READERS
    }
    shadows = [
        replace(repeated[link.source], key=_beside(link), shape=Shape.SHADOW)
        for link in found
        if link.source in repeated
    ]
    kept = (node for node in nodes if node.key not in repeated or node.shape is not Shape.SHADOW)
    return (*kept, *shadows), tuple(
        replace(link, source=_beside(link)) if link.source in repeated else link for link in found
    )


def _beside(link: Link) -> str:
    return f"{link.source}\nat {link.target}"
