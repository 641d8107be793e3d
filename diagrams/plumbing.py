"""Stocks and their pipes as blocks: what pipes join is placed together, in rows from left to right.

A row is a chain of stocks with a straight pipe from each to the next. A pipe that is not of a row
runs on a track of its own beneath it, and joins its stocks from below or above.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import networkx as nx

from .labels import Label
from .spots import BOX_MARGIN, CLOUD, NAME_BELOW, VALVE, Point
from .tree import Pipe

if TYPE_CHECKING:
    _Graph: TypeAlias = nx.DiGraph[str]
else:
    _Graph: TypeAlias = nx.DiGraph

__all__ = ["Block", "blocks"]

_GAP = 0.22  # inches between what stands on one pipe
_ELBOW = 0.16  # between pipes that join a stock from the same side
_ROOM_BELOW = 0.18  # for links that pass
_ROOM_ABOVE = 0.32  # for links between stocks and valves of one row


@dataclass(frozen=True, slots=True)
class Block:
    """What pipes join; places in inches, y upwards, from the middle of the block."""

    places: Mapping[str, Point]
    """The middle of each stock and cloud, and of each valve, under which its name stands."""
    pipes: tuple[tuple[Pipe, tuple[Point, ...]], ...]
    """Each pipe's corners, from its source's middle, or edge, to its target's."""
    width: float
    height: float


def blocks(pipes: Sequence[Pipe], labels: Mapping[str, Label]) -> tuple[Block, ...]:
    """The blocks of a diagram. `labels` are those of stocks and valves; clouds have none."""
    joined: _Graph = nx.DiGraph()
    joined.add_edges_from((pipe.source, pipe.target) for pipe in pipes)
    parts = nx.weakly_connected_components(joined)
    number = {key: place for place, part in enumerate(parts) for key in part}
    apart: dict[int, list[Pipe]] = {}
    for pipe in pipes:
        apart.setdefault(number[pipe.source], []).append(pipe)
    return tuple(_block(part, labels) for part in apart.values())


def _block(pipes: Sequence[Pipe], labels: Mapping[str, Label]) -> Block:
    """One block: row by row, each with the tracks of its pipes beneath it."""
    chain = _chain(pipes, labels)
    rows = _rows(chain)
    draft = _Draft(labels, _columns(chain), _pitch(pipes, labels, chain))
    waiting, y = list(pipes), 0.0
    for number, row in enumerate(rows):
        if number:
            y += max(map(draft.height, row)) / 2 + _ROOM_ABOVE
        waiting = draft.put_row(row, waiting, y)
        y += draft.below(row)
        own = [pipe for pipe in waiting if pipe.source in row or pipe.target in row]
        waiting = [pipe for pipe in waiting if pipe not in own]
        y = draft.put_tracks(own, y)
    return draft.finished(pipes)


# --- Rows ----------------------------------------------------------------------------------------


def _chain(pipes: Sequence[Pipe], labels: Mapping[str, Label]) -> _Graph:
    """Stocks, and the pipes between them without those that would close a circle."""
    chain: _Graph = nx.DiGraph()
    ends = [key for pipe in pipes for key in (pipe.source, pipe.target)]
    chain.add_nodes_from(key for key in ends if key in labels)
    for pipe in pipes:
        between = pipe.source in chain and pipe.target in chain
        if between and not nx.has_path(chain, pipe.target, pipe.source):
            chain.add_edge(pipe.source, pipe.target)
    return chain


def _rows(chain: _Graph) -> list[list[str]]:
    """The longest chain first, then the longest of what remains."""
    left: _Graph = chain.copy()
    rows: list[list[str]] = []
    while left:
        rows.append(nx.dag_longest_path(left))
        left.remove_nodes_from(rows[-1])
    return rows


def _columns(chain: _Graph) -> Mapping[str, int]:
    column = dict.fromkeys(chain, 0)
    for stock in nx.topological_sort(chain):
        for target in chain.successors(stock):
            column[target] = max(column[target], column[stock] + 1)
    return column


def _pitch(pipes: Sequence[Pipe], labels: Mapping[str, Label], chain: _Graph) -> float:
    """How far columns are apart: a stock, a valve with its name, and room."""
    boxes = max(labels[stock].width for stock in chain) + 2 * BOX_MARGIN
    valves = max(max(labels[pipe.flow].width, 3 * VALVE) for pipe in pipes)
    return boxes + valves + 2 * _GAP


# --- Places --------------------------------------------------------------------------------------


@dataclass
class _Draft:
    """A block that is being laid out; y grows downwards until it is finished."""

    labels: Mapping[str, Label]
    columns: Mapping[str, int]
    pitch: float
    places: dict[str, Point] = field(default_factory=dict)
    straight: set[str] = field(default_factory=set)
    elbows: Counter[tuple[str, bool, bool]] = field(default_factory=Counter)

    def height(self, stock: str) -> float:
        """Of a stock's box."""
        return self.labels[stock].height + 2 * BOX_MARGIN

    def below(self, row: Sequence[str]) -> float:
        """How far a row reaches beneath its middle, with the names of its valves."""
        names = [self.labels[flow].height for flow in self.straight if self._in_row(flow, row)]
        boxes = max(map(self.height, row)) / 2
        return max(boxes, VALVE + NAME_BELOW + max(names, default=0.0)) + _GAP

    def _in_row(self, flow: str, row: Sequence[str]) -> bool:
        return self.places[flow][1] == self.places[row[0]][1]

    def put_row(self, row: Sequence[str], waiting: Sequence[Pipe], y: float) -> list[Pipe]:
        """Place a row's stocks and its straight pipes; what waits on."""
        taken: list[Pipe] = []
        for stock in row:
            self.places[stock] = (self.columns[stock] * self.pitch, y)
        for source, target in pairwise(row):
            pipe = next(each for each in waiting if (each.source, each.target) == (source, target))
            middle = (self.places[source][0] + self.places[target][0]) / 2
            self.places[pipe.flow] = (middle, y)
            taken.append(pipe)
        for pipe in waiting:
            if pipe.target == row[0] and pipe.source not in self.labels:
                self._put_open(pipe, pipe.source, -1, y)
                taken.append(pipe)
                break
        for pipe in waiting:
            if pipe.source == row[-1] and pipe.target not in self.labels:
                self._put_open(pipe, pipe.target, 1, y)
                taken.append(pipe)
                break
        self.straight.update(pipe.flow for pipe in taken)
        return [pipe for pipe in waiting if pipe not in taken]

    def _put_open(self, pipe: Pipe, cloud: str, way: int, y: float) -> None:
        """The valve and the cloud of a pipe, on one side (-1 left, 1 right) of its stock."""
        stock = pipe.target if cloud == pipe.source else pipe.source
        x = self.columns[stock] * self.pitch + way * self.pitch / 2
        half = max(self.labels[pipe.flow].width / 2, VALVE)
        self.places[pipe.flow] = (x, y)
        self.places[cloud] = (x + way * (max(half - 0.1, VALVE + _GAP) + CLOUD), y)

    def put_tracks(self, pipes: Sequence[Pipe], y: float) -> float:
        """Place pipes on tracks beneath a row, as few as they need; where these end."""
        tracks: list[list[Pipe]] = []
        for pipe in pipes:
            free = (
                track for track in tracks if not any(self._meet(pipe, other) for other in track)
            )
            track = next(free, None)
            if track is None:
                tracks.append([pipe])
            else:
                track.append(pipe)
        for track in tracks:
            y += VALVE
            for pipe in track:
                self._put_on_track(pipe, y)
            names = max(self.labels[pipe.flow].height for pipe in track)
            y += VALVE + NAME_BELOW + names + _GAP
        return y

    def _span(self, pipe: Pipe) -> Point:
        """From where to where a track is taken."""
        ends = [self.columns[key] for key in (pipe.source, pipe.target) if key in self.columns]
        if len(ends) == 1:
            ends.append(ends[0] + (1 if pipe.source in self.columns else -1))
        elif ends[0] == ends[1]:
            ends[1] += 1
        return min(ends), max(ends)

    def _meet(self, one: Pipe, other: Pipe) -> bool:
        first, second = sorted((self._span(one), self._span(other)))
        return second[0] < first[1] or first == second

    def _put_on_track(self, pipe: Pipe, y: float) -> None:
        if pipe.source not in self.labels:
            self._put_open(pipe, pipe.source, -1, y)
        elif pipe.target not in self.labels:
            self._put_open(pipe, pipe.target, 1, y)
        else:
            left, right = self._span(pipe)
            self.places[pipe.flow] = ((left + right) / 2 * self.pitch, y)

    # --- Pipes ---

    def finished(self, pipes: Sequence[Pipe]) -> Block:
        """The block, with the corners of its pipes, around its middle and y upwards."""
        corners = [(pipe, self._corners(pipe)) for pipe in pipes]
        left, right, top, bottom = self._reach()
        x, y = (left + right) / 2, (top + bottom) / 2

        def turned(point: Point) -> Point:
            return point[0] - x, y - point[1]

        return Block(
            {key: turned(point) for key, point in self.places.items()},
            tuple((pipe, tuple(map(turned, points))) for pipe, points in corners),
            right - left,
            bottom - top,
        )

    def _corners(self, pipe: Pipe) -> tuple[Point, ...]:
        valve = self.places[pipe.flow]
        source, target = self.places[pipe.source], self.places[pipe.target]
        if pipe.flow in self.straight:
            return source, target
        start: tuple[Point, ...] = (source,)
        end: tuple[Point, ...] = (target,)
        if pipe.source in self.labels:
            x = self._elbow(pipe.source, valve)
            start = ((x, source[1]), (x, valve[1]))
        if pipe.target in self.labels:
            x = self._elbow(pipe.target, valve)
            end = ((x, valve[1]), (x, target[1]))
        return (*start, *end)

    def _elbow(self, stock: str, valve: Point) -> float:
        """Where a pipe meets a stock from above or below: beside those that do already."""
        x, y = self.places[stock]
        side = (stock, valve[0] > x, valve[1] > y)
        number = self.elbows[side]
        self.elbows[side] += 1
        way = 1 if valve[0] > x else -1
        most = self.labels[stock].width / 2
        return x + way * min(_ELBOW * (number + 0.6), most)

    def _reach(self) -> tuple[float, float, float, float]:
        """Left, right, top and bottom."""
        boxes: list[tuple[float, float, float, float]] = []
        for key, (x, y) in self.places.items():
            label = self.labels.get(key)
            if label is None:
                boxes.append((x - CLOUD, x + CLOUD, y - CLOUD, y + CLOUD))
            elif key in self.columns:
                wide, high = label.width / 2 + BOX_MARGIN, self.height(key) / 2
                boxes.append((x - wide, x + wide, y - high - _ROOM_ABOVE, y + high))
            else:
                wide = max(label.width / 2, VALVE)
                boxes.append((x - wide, x + wide, y - VALVE, y + VALVE + NAME_BELOW + label.height))
        lefts, rights, tops, bottoms = zip(*boxes, strict=True)
        return min(lefts), max(rights), min(tops), max(bottoms) + _ROOM_BELOW
