"""Many runs of the S3 model that vary six indicators and keep the last value of the four levels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import s3c
from s3c.runtime import CompiledModel

from . import native
from .c_loop import FLAGS, SHARING_FLAGS, CLoop, build, check, indicators_of, key_of
from .report import Finding, Part, at_least
from .s3_texts import LEVELS, VARIED, random_text, sine_text
from .setup import Setup, comparison
from .turns import Contender, Timing, calling, in_turns

__all__ = ["ensemble"]

_SITE = re.compile(r"random_uniform\(draws, (\d+)")
_KINDS = ("sine", "random streams")


def c_loop(kind: str) -> str:
    """The name of the C loop's row."""
    return f"C loop, {kind}"


def c_sharing(kind: str) -> str:
    """The name of its row with the flag that shares calls of exp."""
    return f"C loop, {kind}, -fno-math-errno"


def own(kind: str, threads: int) -> str:
    """The name of the row of `model.ensemble`."""
    return f"s3c model.ensemble, {kind}, threads={threads}"


def ensemble(setup: Setup) -> Part:
    """Time the ensembles; all times are of one run of them."""
    n_runs = 1_000 if setup.quick else 100_000
    draw = np.random.default_rng(1)
    values = draw.uniform(0.005, 0.1, (n_runs, len(VARIED)))
    models = {"sine": _model(setup, "sine", sine_text())}
    models["random streams"] = _model(setup, "random", random_text())
    notes: list[str] = []
    contenders = [
        *_c_loops(setup, models, values, notes),
        *_own(setup, models, values, notes),
    ]
    timings = tuple(
        Timing(each.name, tuple(seconds / n_runs for seconds in each.rounds))
        for each in in_turns(contenders, setup.repeats)
    )
    title = f"{n_runs:,} runs of the S3 model, six indicators varied, last values: time of one run"
    return Part("ensemble", title, timings, tuple(_findings(timings)), notes=tuple(notes))


def _model(setup: Setup, name: str, text: str) -> CompiledModel:
    path = setup.folder / f"ensemble_{name}.mdl"
    path.write_text(text, encoding="utf-8", newline="")
    return s3c.load(path, cache=False)


def _c_loops(
    setup: Setup, models: dict[str, CompiledModel], values: native.Floats, notes: list[str]
) -> list[Contender]:
    indicators = indicators_of(models["sine"])
    key = key_of(0.5)
    site = _site(setup.folder / "ensemble_random.mdl")
    last = np.empty((len(values), len(LEVELS)))
    contenders = []
    for named, flags in ((c_loop, FLAGS), (c_sharing, SHARING_FLAGS)):
        loop = build(setup.folder, flags)
        if loop is None:
            notes.append("the C loop takes no part: there is no C compiler (cc)")
            return []
        check(loop, models["sine"])

        def sine(_: int, loop: CLoop = loop) -> float:
            return loop.ensemble(indicators, values, last)

        def random(_: int, loop: CLoop = loop) -> float:
            return loop.random_ensemble(indicators, values, last, key, site)

        contenders += [Contender(named("sine"), sine), Contender(named("random streams"), random)]
    return contenders


def _site(path: Path) -> int:
    """Where the model draws its number, as the counter of the random numbers says it."""
    found = _SITE.search(s3c.compile_file(path).text)
    assert found is not None
    return int(found[1])


def _own(
    setup: Setup, models: dict[str, CompiledModel], values: native.Floats, notes: list[str]
) -> list[Contender]:
    if reason := setup.native_missing("ensemble"):
        notes.append(reason)
        return []
    given = {name: np.ascontiguousarray(values[:, k]) for k, name in enumerate(VARIED)}
    calls: list[tuple[str, Any]] = [
        (own(kind, threads), native.ensemble(models[kind], given, LEVELS, threads))
        for kind in _KINDS
        for threads in (1, 2)
    ]
    return [calling(name, call) for name, call in calls]


def _findings(timings: Sequence[Timing]) -> list[Finding]:
    found: list[Finding] = []
    for kind, least in (("sine", 4.0), ("random streams", 1.0)):
        one, two = own(kind, 1), own(kind, 2)
        what = f"{kind}: C loop over s3c"
        found += [
            *comparison(f"{what}, one thread each", timings, c_loop(kind), one, at_least(least)),
            *comparison(f"{what}, C with -fno-math-errno", timings, c_sharing(kind), one),
            *comparison(f"{kind}: one thread over two", timings, one, two, at_least(1.8)),
        ]
    return found
