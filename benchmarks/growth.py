"""How what a model costs grows with its size: synthetic models of scalars, and of arrays."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import TypeAlias

from . import one_size
from .peers import Peer, PeerError
from .report import Curve, Finding, Part, Target, at_most
from .setup import Setup
from .synthetic import scalar_model

__all__ = ["arrays", "exponent", "scaling"]

Measure: TypeAlias = tuple[str, float]

_ROOT = Path(__file__).parent.parent
_MOST_ROUNDS = 5
_EXPONENT = at_most(1.1)
_PEER_SIZES = (100, 1_000, 10_000)
_PATIENCE = 600.0  # seconds that all rounds of one size may take before others are left out
_PEER_PATIENCE = 900.0  # seconds
PYSD = "PySD translates"
SIMLIN = "simlin loads, and runs once"
# An edit has a bound of its own, and the others set themselves none.
_UNBOUNDED = {one_size.EDIT, PYSD, SIMLIN}


def scaling(setup: Setup) -> Part:
    """Scalar models: to compile, to compile again after an edit, and to run."""
    sizes = (100, 300) if setup.quick else (100, 300, 1_000, 3_000, 10_000, 50_000)
    notes = [reason] if (reason := setup.native_missing()) else []
    if not notes and max(sizes) > setup.native_most:
        notes.append(f"native code is made of at most {setup.native_most:,} (--native-most)")
    curves = [*_curves("scalar", sizes, setup, notes), *_peers(setup, notes)]
    title = "Scalar models by their number of equations (median of processes of their own)"
    findings = (*_exponents(curves), *_at_size(curves, 10_000), *_over_pysd(curves))
    return Part("scaling", title, (), findings, tuple(curves), tuple(notes))


def arrays(setup: Setup) -> Part:
    """Models over one subscript range, by its number of elements."""
    # A model has at most a million elements, and this one has smaller ranges, too.
    sizes = (10, 1_000) if setup.quick else (10, 100, 1_000, 10_000, 100_000, 999_000)
    notes = [reason] if (reason := setup.native_missing()) else []
    curves = _curves("arrays", sizes, setup, notes)
    title = "Models over one subscript range, by its number of elements"
    return Part("arrays", title, (), tuple(_exponents(curves)), tuple(curves), tuple(notes))


def _curves(kind: str, sizes: Sequence[int], setup: Setup, notes: list[str]) -> list[Curve]:
    """Each time by size: the medians of processes that take turns, size by size."""
    found: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    spent = dict.fromkeys(sizes, 0.0)
    for seed in range(min(setup.repeats, _MOST_ROUNDS)):
        for size in sizes:
            if spent[size] > _PATIENCE:
                notes.append(f"{size:,} takes so long that round {seed + 1} leaves it out")
                continue
            began = time.perf_counter()
            measured, ended = _measured([kind, str(size), str(seed)], setup)
            if ended and not seed:
                notes.append(f"{size:,}: {ended}")
            for name, seconds in measured:
                found[name][size].append(seconds)
            spent[size] += time.perf_counter() - began
    return [
        Curve(name, tuple(by_size), tuple(median(each) for each in by_size.values()))
        for name, by_size in found.items()
    ]


def _measured(model: list[str], setup: Setup) -> tuple[list[Measure], str | None]:
    """What a process found of one model, with nothing in its cache; and what ended it early."""
    command = [sys.executable, "-m", "benchmarks.one_size", *model]
    if setup.native_missing() is None and (
        model[0] != "scalar" or int(model[1]) <= setup.native_most
    ):
        command.append("native")
    environment = {**os.environ, "S3C_CACHE": str(setup.folder / " ".join(model))}
    lines, ended = setup.folder / "found", None
    with lines.open("wb") as output:
        try:
            run = subprocess.run(
                command, cwd=_ROOT, env=environment, stdout=output, stderr=subprocess.PIPE,
                text=True, timeout=2 * _PATIENCE, check=False,
            )  # fmt: skip
            if run.returncode:
                ended = _reason(run.stderr) or f"exit code {run.returncode}"
        except subprocess.TimeoutExpired:
            ended = f"was not done after {2 * _PATIENCE:.0f} s: what is missing takes longer"
    found = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    return [(name, seconds) for name, seconds in found], ended


def _reason(errors: str) -> str:
    """The line of a process's error output that names the exception."""
    lines = [line for line in errors.splitlines() if line and not line.startswith(" ")]
    return lines[-1] if lines else ""


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The slope of a straight line through the logarithms, by least squares."""
    x, y = [math.log(each) for each in sizes], [math.log(each) for each in seconds]
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    above = sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True))
    return above / sum((a - middle_x) ** 2 for a in x)


def _exponents(curves: Sequence[Curve]) -> list[Finding]:
    found = []
    for each in curves:
        if len(each.sizes) < 2:
            continue
        # Between the two largest sizes nothing is hidden by what a small model costs anyway.
        whole, last = (exponent(each.sizes[start:], each.seconds[start:]) for start in (0, -2))
        target = _EXPONENT if each.name not in _UNBOUNDED else None
        found.append(Finding(f"{each.name}: exponent", whole, target, ""))
        found.append(Finding("  … between the two largest", last, None, ""))
    return found


def _at_size(curves: Sequence[Curve], size: int) -> list[Finding]:
    targets: dict[str, Target] = {one_size.COMPILE: at_most(8.0), one_size.EDIT: at_most(1.0)}
    return [
        Finding(f"{each.name}, {size:,}", each.seconds[each.sizes.index(size)], target, "s")
        for each in curves
        if (target := targets.get(each.name)) and size in each.sizes
    ]


def _over_pysd(curves: Sequence[Curve]) -> list[Finding]:
    known = {each.name: dict(zip(each.sizes, each.seconds, strict=True)) for each in curves}
    return [
        Finding(f"PySD's translation over s3c's, {size:,}", seconds / known[one_size.COMPILE][size])
        for size, seconds in known.get(PYSD, {}).items()
        if size in known[one_size.COMPILE]
    ]


def _peers(setup: Setup, notes: list[str]) -> list[Curve]:
    """What the same models cost the others, who are asked once: PySD needs minutes."""
    sizes = (100,) if setup.quick else _PEER_SIZES
    seconds: dict[str, dict[int, float]] = {PYSD: {}, SIMLIN: {}}
    for size in sizes:
        path = setup.folder / f"synthetic_{size}.mdl"
        path.write_text(scalar_model(size), encoding="utf-8", newline="")
        if setup.python is None:
            notes.append(f"pysd and simlin take no part: {setup.without_peers}")
            break
        for name, row in (("simlin", SIMLIN), ("pysd", PYSD)):
            peer = Peer(name, setup.python)
            try:
                took = peer.load(path, _PEER_PATIENCE)
                seconds[row][size] = took + (peer.run(1) if name == "simlin" else 0.0)
            except PeerError as error:
                notes.append(f"with {size:,} equations: {error}")
            finally:
                peer.close()
    return [
        Curve(name, tuple(by_size), tuple(by_size.values()))
        for name, by_size in seconds.items()
        if by_size
    ]
