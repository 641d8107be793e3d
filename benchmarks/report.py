"""What a part of the comparison found, as tables and as JSON."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from shutil import which
from typing import Literal, TypeAlias

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .turns import Timing

__all__ = ["Curve", "Finding", "Part", "as_json", "at_least", "at_most", "busy", "duration", "show"]

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"


@dataclass(frozen=True, slots=True)
class Target:
    """A bound that was set before it was measured."""

    side: Literal["at least", "at most"]
    value: float

    def is_met(self, value: float) -> bool:
        """Whether a value keeps to it."""
        return value >= self.value if self.side == "at least" else value <= self.value


def at_least(value: float) -> Target:
    """A target that must be reached."""
    return Target("at least", value)


def at_most(value: float) -> Target:
    """A target that must not be passed."""
    return Target("at most", value)


@dataclass(frozen=True, slots=True)
class Finding:
    """A number that the timings give; without a unit it is a ratio."""

    what: str
    value: float
    target: Target | None = None
    unit: str = "x"

    @property
    def is_met(self) -> bool | None:
        """Whether its target is met; None without one."""
        return None if self.target is None else self.target.is_met(self.value)


@dataclass(frozen=True, slots=True)
class Curve:
    """How a time grows with a size; `seconds` has one for each of `sizes`."""

    name: str
    sizes: tuple[int, ...]
    seconds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """All that a part of the comparison has to say.

    Attributes:
        name: as the command line calls it.
        title: what is compared, in a line.
        timings: in the order of the tables.
        findings: what follows from them, with the targets.
        curves: times by size.
        notes: what is missing, and why, or what to know about the numbers.
    """

    name: str
    title: str
    timings: tuple[Timing, ...] = ()
    findings: tuple[Finding, ...] = ()
    curves: tuple[Curve, ...] = ()
    notes: tuple[str, ...] = ()


def duration(seconds: float) -> str:
    """A time in the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}" if seconds < 1000 else f"{seconds:.0f} s"
    return f"{seconds * 1e9:.3g} ns"


def amount(finding: Finding) -> str:
    """A finding's value, with its unit."""
    if finding.unit == "s":
        return duration(finding.value) if finding.value > 0 else "0 s"
    digits = 0 if abs(finding.value) >= 1000 else 3
    number = f"{finding.value:.0f}" if not digits else f"{finding.value:.{digits}g}"
    return f"{number} {finding.unit}".rstrip()


def show(part: Part, console: Console) -> None:
    """Print a part: the times, then what follows from them."""
    console.print()
    console.print(Text(part.title, style="bold"))
    if part.timings:
        console.print(_timings(part.timings))
    if part.curves:
        console.print(_curves(part.curves))
    if part.findings:
        console.print(_findings(part.findings))
    for note in part.notes:
        console.print(Text(f"  {note}", style="yellow"))


def _timings(timings: Sequence[Timing]) -> Table:
    table = Table("", "median", "fastest", "slowest", box=None, pad_edge=True)
    for column in table.columns[1:]:
        column.justify = "right"
    for each in timings:
        numbers = (each.median, min(each.rounds), max(each.rounds))
        table.add_row(each.name, *map(duration, numbers))
    return table


def _curves(curves: Sequence[Curve]) -> Table:
    sizes = sorted({size for each in curves for size in each.sizes})
    table = Table("", *(f"{size:,}" for size in sizes), box=None, pad_edge=True)
    for column in table.columns[1:]:
        column.justify = "right"
    for each in curves:
        known = dict(zip(each.sizes, each.seconds, strict=True))
        table.add_row(each.name, *(duration(known[n]) if n in known else "" for n in sizes))
    return table


def _findings(findings: Sequence[Finding]) -> Table:
    table = Table("", "found", "target", "", box=None, pad_edge=True, show_header=True)
    table.columns[1].justify = "right"
    for each in findings:
        target, verdict = "", Text("")
        if each.target is not None:
            bound = Finding(each.what, each.target.value, None, each.unit)
            target = f"{each.target.side} {amount(bound)}"
            verdict = Text("met", "green") if each.is_met else Text("missed", "red")
        table.add_row(each.what, amount(each), target, verdict)
    return table


def as_json(parts: Sequence[Part], repeats: int, warning: str | None = None) -> Json:
    """All parts, with the machine; times in seconds."""
    return {
        "machine": machine(),
        "warning": warning,
        "repeats": float(repeats),
        "parts": {each.name: _part(each) for each in parts},
    }


def _part(part: Part) -> Json:
    return {
        "title": part.title,
        "seconds": {
            each.name: {"median": each.median, "rounds": list(each.rounds)} for each in part.timings
        },
        "curves": {
            each.name: {"sizes": [float(n) for n in each.sizes], "seconds": list(each.seconds)}
            for each in part.curves
        },
        "findings": [_finding(each) for each in part.findings],
        "notes": list(part.notes),
    }


def _finding(finding: Finding) -> Json:
    target: Json = None
    if finding.target is not None:
        target = {"side": finding.target.side, "value": finding.target.value}
    return {
        "what": finding.what,
        "value": finding.value,
        "unit": finding.unit,
        "target": target,
        "met": finding.is_met,
    }


def machine() -> dict[str, Json]:
    """What it was measured on."""
    versions: dict[str, Json] = {
        name: _version(name) for name in ("s3c", "numpy", "scipy", "numba")
    }
    return {
        "processor": _processor(),
        "cores": float(os.cpu_count() or 0),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "cc": _compiler(),
        **versions,
    }


def busy() -> str | None:
    """A warning where others use the machine, if it tells."""
    load, cores = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0, os.cpu_count() or 1
    if load <= cores / 2:
        return None
    return f"others use this machine (load {load:.1f} on {cores} cores): do not quote these times"


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def _compiler() -> str | None:
    if which("cc") is None:
        return None
    run = subprocess.run(["cc", "--version"], check=False, capture_output=True, text=True)
    return run.stdout.partition("\n")[0] or None
