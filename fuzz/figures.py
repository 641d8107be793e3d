"""What came of feeding: figures of turns, summed up for each target."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["Figures", "Turn", "as_json", "as_table", "figures_of"]

_COVERED = re.compile(rb"\b(INITED|DONE|NEW|REDUCE|pulse) +cov: (\d+)")


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a target: inputs fed, seconds that it took, processor seconds of the slowest."""

    inputs: int
    seconds: float
    slowest: float

    def write(self, path: Path) -> None:
        """Keep the figures of a turn that goes on."""
        path.write_text(json.dumps(asdict(self)), encoding="ascii")


@dataclass(frozen=True, slots=True)
class Figures:
    """All turns of a target."""

    target: str
    inputs: int
    minutes: float
    per_second: float
    covered: int
    """Places in the code that were reached at last, as atheris counts them."""
    gained: int
    """Those of them that no seed reached."""
    kept: int
    """Inputs in the corpus."""
    slowest: float
    """Seconds of processor time that one input took at most."""
    crashes: int
    """Kinds of findings: what was raised, took too long, or ended the process."""


def figures_of(name: str, folder: Path) -> Figures:
    """The figures of a target from the folder that its turns wrote to."""
    turns = [Turn(**json.loads(each.read_text("ascii"))) for each in folder.glob("turn-*.json")]
    inputs, seconds = sum(each.inputs for each in turns), sum(each.seconds for each in turns)
    log = (folder / "log").read_bytes() if (folder / "log").exists() else b""
    first, last = 0, 0
    for found in _COVERED.finditer(log):
        last = max(last, int(found[2]))
        if found[1] == b"INITED" and not first:
            first = int(found[2])
    crashes = [*folder.glob("found/*.bin"), *folder.glob("fatal-*")]
    return Figures(
        name, inputs, round(seconds / 60, 1), round(inputs / seconds, 1) if seconds else 0.0,
        last, last - first, len([*folder.glob("corpus/*")]),
        round(max((each.slowest for each in turns), default=0.0), 2), len(crashes),
    )  # fmt: skip


def as_json(figures: Sequence[Figures]) -> str:
    """The figures as a JSON array of objects, a target each."""
    return json.dumps([asdict(each) for each in figures], indent=1) + "\n"


def as_table(figures: Sequence[Figures]) -> str:
    """The figures as a table in Markdown, with the sums below."""
    head = "| target | inputs | minutes | a second | places | new | kept | slowest | crashes |"
    lines = [head, "|---|--:|--:|--:|--:|--:|--:|--:|--:|"]
    lines += [
        f"| {each.target} | {each.inputs:,} | {each.minutes} | {each.per_second:g} "
        f"| {each.covered:,} | {each.gained:,} | {each.kept} | {each.slowest:g} s "
        f"| {each.crashes} |"
        for each in figures
    ]
    inputs, minutes = sum(each.inputs for each in figures), sum(each.minutes for each in figures)
    crashes = sum(each.crashes for each in figures)
    lines.append(f"| all | {inputs:,} | {minutes:.0f} | | | | | | {crashes} |")
    return "\n".join(lines) + "\n"
