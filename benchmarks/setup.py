"""What all parts of the comparison are given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .native import missing
from .peers import Peer, opened
from .report import Finding, Target
from .turns import Timing, ratio

__all__ = ["Setup", "comparison"]


@dataclass(frozen=True, slots=True)
class Setup:
    """How to compare.

    Attributes:
        repeats: rounds that count.
        quick: whether to show only that all works, with small models and few runs.
        folder: for files that nobody needs afterwards.
        python: of the peers' environment, if there is one.
        without_peers: why there is none.
        without_native: whether to leave the native engine out.
        native_most: the equations of the largest scalar model that native code is made of.
    """

    repeats: int
    quick: bool
    folder: Path
    python: Path | None = None
    without_peers: str = ""
    without_native: bool = False
    native_most: int = 3000

    @property
    def turn(self) -> float:
        """How many seconds a turn of a fast contender lasts."""
        return 0.002 if self.quick else 0.1

    def native_missing(self, name: str = "run") -> str | None:
        """Why a native call of a model takes no part: `run`, `prepare` or `ensemble`."""
        if self.without_native:
            return f"native {name} takes no part: --no-native"
        return missing(name)

    @contextmanager
    def peers(self, *names: str, notes: list[str]) -> Iterator[dict[str, Peer]]:
        """The other programs while the block lasts; a note says so if there are none."""
        if self.python is None:
            notes.append(f"{' and '.join(names)} take no part: {self.without_peers}")
            yield {}
            return
        with opened(names, self.python) as peers:
            yield peers


def comparison(
    what: str,
    timings: Sequence[Timing],
    above: str,
    below: str,
    target: Target | None = None,
) -> tuple[Finding, ...]:
    """How many times as long the first takes as the second; nothing if one took no part."""
    known = {each.name: each for each in timings}
    if above not in known or below not in known:
        return ()
    return (Finding(what, ratio(known[above], known[below]), target),)
