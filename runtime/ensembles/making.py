"""Making all runs of an ensemble: in blocks, by some threads, in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from ..contract import Array
    from .over_runs import Sink
    from .over_time import Times
    from .python_runs import PythonRuns

__all__ = ["Makes", "Report", "make_by_python", "make_runs"]

Report: TypeAlias = "Callable[[int], None]"
"""Is told how many more runs are made."""

_WAITING = 2
"""Blocks for each thread that are begun and not taken in: they bound the memory."""


class Makes(Protocol):
    """Makes many runs at once; several threads may ask for some at the same time."""

    def make(self, runs: range, out: Array) -> list[int]:
        """Make some runs, counted from 0, into (n_columns, n_rows, n).

        Those are returned that had a value that is not finite: Python must make them.
        """
        ...

    def block(self, threads: int) -> int:
        """How many runs are best made together, where so many threads do."""
        ...


def make_by_python(python: PythonRuns, times: Times, sink: Sink, report: Report) -> None:
    """Make all runs by Python, one after another."""
    for place in range(python.variation.n_runs):
        runs = range(place, place + 1)
        out = sink.room(runs)
        python.make(place, times, out)
        sink.take(runs, out)
        report(1)


def make_runs(
    makes: Makes,
    python: PythonRuns,
    times: Times,
    sink: Sink,
    report: Report,
    *,
    block: int,
    threads: int,
) -> None:
    """Make all runs, some of which Python must make.

    Whatever stops it, an error or the user, no thread is left behind.

    Args:
        makes: makes them.
        python: makes those that have a value that is not finite.
        times: that count of each.
        sink: takes them in, in order.
        report: is told of the progress.
        block: how many runs are made together.
        threads: how many blocks at the same time.
    """
    n_runs = python.variation.n_runs

    def made(runs: range) -> tuple[range, Array, list[int]]:
        out = sink.room(runs)
        return runs, out, makes.make(runs, out)

    threads = min(threads, -(-n_runs // block))
    for runs, out, failed in _in_order(made, _blocks(n_runs, block), threads):
        for place in failed:
            at = place - runs.start
            python.make(place, times, out[:, :, at : at + 1])
        sink.take(runs, out)
        report(len(runs))


_Made: TypeAlias = "tuple[range, Array, list[int]]"


def _blocks(n_runs: int, block: int) -> Iterator[range]:
    for start in range(0, n_runs, block):
        yield range(start, min(n_runs, start + block))


def _in_order(
    made: Callable[[range], _Made], blocks: Iterator[range], threads: int
) -> Iterator[_Made]:
    """What is made of each block, in their order."""
    if threads == 1:
        yield from map(made, blocks)
        return
    waiting: deque[Future[_Made]] = deque()
    with ThreadPoolExecutor(threads, "s3c-ensemble") as pool:
        try:
            for runs in blocks:
                waiting.append(pool.submit(made, runs))
                if len(waiting) >= _WAITING * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
