"""The algorithms on graphs give what a library of them gives."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
from hypothesis import example, given
from hypothesis import strategies as st

from s3c.compiler import graph

numbers = st.integers(0, 11)
edges = st.lists(st.tuples(numbers, numbers), max_size=40)


def both(links: list[tuple[int, int]]) -> tuple[graph.Digraph[int], nx.DiGraph[int]]:
    mine = graph.Digraph(range(12))
    theirs: nx.DiGraph[int] = nx.DiGraph()
    theirs.add_nodes_from(range(12))
    theirs.add_edges_from(links)
    for read, reader in links:
        mine.add(read, reader)
    return mine, theirs


@given(edges)
def test_components(links: list[tuple[int, int]]) -> None:
    mine, theirs = both(links)
    found = [frozenset(each) for each in graph.strongly_connected(mine)]
    assert len(found) == len(set(found))
    assert set(found) == set(map(frozenset, nx.strongly_connected_components(theirs)))


@given(edges, st.permutations(range(12)))
def test_an_order(links: list[tuple[int, int]], ranks: list[int]) -> None:
    mine, theirs = both([link for link in links if link[0] < link[1]])
    expected = nx.lexicographical_topological_sort(theirs, key=ranks.__getitem__)
    assert graph.topological(mine, ranks.__getitem__) == list(expected)


@given(edges)
def test_what_is_on_a_circle_has_no_order(links: list[tuple[int, int]]) -> None:
    mine, theirs = both(links)
    circles = on(theirs)
    after = {other for node in circles for other in nx.descendants(theirs, node)} | circles
    assert set(graph.topological(mine, int)) == set(theirs) - after


def on(theirs: nx.DiGraph[int]) -> set[int]:
    """The nodes on circles."""
    components = nx.strongly_connected_components(theirs)
    return {
        node for each in components for node in each if len(each) > 1 or theirs.has_edge(node, node)
    }


@given(edges)
@example([(0, 1), (1, 2), (2, 1), (2, 0)])  # the way from 0 comes to a circle without it
def test_a_circle_goes_around(links: list[tuple[int, int]]) -> None:
    mine, theirs = both(links)
    for component in graph.strongly_connected(mine):
        if component[0] in on(theirs):
            circle = graph.some_circle(mine.among(component))
            assert all(mine.has_edge(read, reader) for read, reader in circle)
            assert all(one[1] == other[0] for one, other in pairwise([*circle, circle[0]]))


@given(edges)
def test_what_is_joined(links: list[tuple[int, int]]) -> None:
    neighbours: dict[int, list[int]] = {node: [] for node in range(12)}
    for one, other in links:
        neighbours[one].append(other)
    theirs = nx.Graph(links)
    theirs.add_nodes_from(range(12))
    found = graph.connected(neighbours)
    assert len(found) == len(set(found))
    assert set(found) == set(map(frozenset, nx.connected_components(theirs)))


def test_a_chain_may_be_longer_than_pythons_stack() -> None:
    chain = graph.Digraph(range(5000))
    for read, reader in pairwise(range(5000)):
        chain.add(read, reader)
    assert len(graph.strongly_connected(chain)) == 5000
    assert graph.topological(chain, int) == list(range(5000))
