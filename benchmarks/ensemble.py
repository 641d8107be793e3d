"""Many runs of the S3 model that vary six indicators and keep the last value of the four levels."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

import s3c
from s3c.runtime import CompiledModel

from . import native
from .c_loop import FLAGS, SHARING_FLAGS, CLoop, build, check, compare, indicators_of, key_of
from .report import Finding, Part, at_least
from .s3_texts import LEVELS, VARIED, random_text, sine_text
from .setup import Setup, comparison
from .turns import Contender, Timing, calling, in_turns

__all__ = ["ensemble"]

_SITE = re.compile(r"random_uniform\(draws, (\d+)")
_SINE, _RANDOM = "sine", "random streams"
_COUNTED_RUNS = 1 << 16
"""As many runs draw the same numbers in C and in s3c, which takes another key for others."""


def c_loop(kind: str) -> str:
    """The name of the C loop's row."""
    return f"C loop, {kind}"


def c_sharing(kind: str) -> str:
    """The name of its row with the flag that shares calls of exp."""
    return f"C loop, {kind}, -fno-math-errno"


def own(kind: str, threads: int) -> str:
    """The name of the row of `model.ensemble`."""
    return f"s3c model.ensemble, {kind}, threads={threads}"


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be computed: values is (n_runs, 6)."""

    models: Mapping[str, CompiledModel]
    values: native.Floats
    indicators: native.Floats
    site: int

    def by_c(self, loop: CLoop, kind: str, last: native.Floats) -> float:
        """Seconds of all runs; last, (n_runs, 4), is filled."""
        if kind == _SINE:
            return loop.ensemble(self.indicators, self.values, last)
        key = key_of(0.5)
        return loop.random_ensemble(self.indicators, self.values, last, key, self.site)


def ensemble(setup: Setup) -> Part:
    """Time the ensembles; all times are of one run of them."""
    n_runs = 1_000 if setup.quick else 100_000
    draw = np.random.default_rng(1)
    texts = {_SINE: sine_text(), _RANDOM: random_text()}
    models = {kind: _model(setup, kind, text) for kind, text in texts.items()}
    task = _Task(
        models,
        draw.uniform(0.005, 0.1, (n_runs, len(VARIED))),
        indicators_of(models[_SINE]),
        _site(setup.folder / f"{_RANDOM}.mdl"),
    )
    notes: list[str] = []
    loops = _loops(setup, task, notes)
    contenders = [
        Contender(named(kind), partial(_seconds, task, loop, kind, np.empty((n_runs, 4))))
        for named, loop in loops
        for kind in texts
    ]
    contenders += _own(setup, task, loops[0][1] if loops else None, notes)
    timings = tuple(
        Timing(each.name, tuple(seconds / n_runs for seconds in each.rounds))
        for each in in_turns(contenders, setup.repeats)
    )
    title = f"{n_runs:,} runs of the S3 model, six indicators varied, last values: time of one run"
    return Part("ensemble", title, timings, tuple(_findings(timings)), notes=tuple(notes))


def _model(setup: Setup, name: str, text: str) -> CompiledModel:
    path = setup.folder / f"{name}.mdl"
    path.write_text(text, encoding="utf-8", newline="")
    return s3c.load(path, cache=False)


def _site(path: Path) -> int:
    """Where the model draws its number, as the counter of the random numbers says it."""
    found = _SITE.search(s3c.compile_file(path).text)
    assert found is not None
    return int(found[1])


def _loops(setup: Setup, task: _Task, notes: list[str]) -> list[tuple[Callable[[str], str], CLoop]]:
    """The C loops, checked, each with how its rows are named."""
    found: list[tuple[Callable[[str], str], CLoop]] = []
    for named, flags in ((c_loop, FLAGS), (c_sharing, SHARING_FLAGS)):
        loop = build(setup.folder, flags)
        if loop is None:
            notes.append("the C loop takes no part: there is no C compiler (cc)")
            return []
        check(loop, task.models[_SINE])
        found.append((named, loop))
    return found


def _seconds(task: _Task, loop: CLoop, kind: str, last: native.Floats, times: int) -> float:
    return sum(task.by_c(loop, kind, last) for _ in range(times))


def _own(setup: Setup, task: _Task, loop: CLoop | None, notes: list[str]) -> list[Contender]:
    """`model.ensemble` on one thread and two, whose values are held against the C loop's."""
    if reason := setup.native_missing("ensemble"):
        notes.append(reason)
        return []
    given = {name: np.ascontiguousarray(task.values[:, k]) for k, name in enumerate(VARIED)}
    contenders = []
    for kind, model in task.models.items():
        streams: Literal["shared", "own"] = "shared" if kind == _SINE else "own"
        for threads in (1, 2):
            call = native.ensemble(model, given, LEVELS, threads=threads, streams=streams)
            if loop is not None:
                expected = np.empty((len(task.values), len(LEVELS)))
                task.by_c(loop, kind, expected)
                found = call()
                last = np.stack([found[name] for name in LEVELS], axis=1)
                compare(own(kind, threads), last[:_COUNTED_RUNS], expected[:_COUNTED_RUNS])
            contenders.append(calling(own(kind, threads), call))
    return contenders


def _findings(timings: Sequence[Timing]) -> list[Finding]:
    found: list[Finding] = []
    for kind, least in ((_SINE, 4.0), (_RANDOM, 1.0)):
        one, two = own(kind, 1), own(kind, 2)
        what = f"{kind}: C loop over s3c"
        found += [
            *comparison(f"{what}, one thread each", timings, c_loop(kind), one, at_least(least)),
            *comparison(f"{what}, C with -fno-math-errno", timings, c_sharing(kind), one),
            *comparison(f"{kind}: one thread over two", timings, one, two, at_least(1.8)),
        ]
    return found
