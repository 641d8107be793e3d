"""One run of the S3 model: a C loop, s3c's engines, PySD and simlin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

import s3c
from s3c.runtime import CompiledModel, Run

from . import native
from .c_loop import FLAGS, SHARING_FLAGS, build, check, compare, indicators_of
from .peers import Peer, PeerError
from .report import Finding, Part, at_least, at_most
from .s3_texts import COLUMNS, INDICATORS, LEVELS, sine_text
from .setup import Setup, comparison
from .turns import Contender, Timing, calling, difference, in_turns

__all__ = ["single"]

C_LOOP = "C loop"
C_SHARING = "C loop, -fno-math-errno"
PREPARED = "s3c native, prepared.run()"
NATIVE = 's3c native, model.run(engine="native")'
PYTHON = "s3c Python engine, model.run()"
PYSD = "PySD, model.run()"
SIMLIN = "simlin, model.run(analyze_loops=False)"
SIMLIN_AGAIN = "simlin, set back and run again"


def single(setup: Setup) -> Part:
    """Time one run, with all that it computes kept."""
    notes: list[str] = []
    path = setup.folder / "s3_sine.mdl"
    path.write_text(sine_text(), encoding="utf-8", newline="")
    model = s3c.load(path, cache=False)
    contenders = [*_c_loops(setup, model, notes), *_own(setup, model, notes)]
    with setup.peers("pysd", "simlin", notes=notes) as peers:
        for peer in peers.values():
            try:
                peer.load(path)
                _agrees(peer, model, notes)
                contenders += _calls(peer)
            except PeerError as error:
                notes.append(f"{peer.name} takes no part: {error}")
        timings = in_turns(contenders, setup.repeats, turn=setup.turn)
    title = "One run of the S3 model: 401 times, all stocks, flows and auxiliaries kept"
    return Part("single", title, timings, tuple(_findings(timings)), notes=tuple(notes))


def _c_loops(setup: Setup, model: CompiledModel, notes: list[str]) -> list[Contender]:
    contenders = []
    indicators = indicators_of(model)
    for name, flags in ((C_LOOP, FLAGS), (C_SHARING, SHARING_FLAGS)):
        loop = build(setup.folder, flags)
        if loop is None:
            notes.append(f"{name} takes no part: there is no C compiler (cc)")
            continue
        check(loop, model)
        rows = np.empty((401, len(COLUMNS)))
        contenders.append(Contender(name, partial(loop.run, indicators, rows)))
    return contenders


def _own(setup: Setup, model: CompiledModel, notes: list[str]) -> list[Contender]:
    contenders = []
    expected = _columns(native.plain(model)())
    if reason := setup.native_missing("prepare"):
        notes.append(reason)
    else:
        call, table = native.prepared(model, INDICATORS, COLUMNS, indicators_of(model))
        call()
        compare("a prepared run", table(), expected)
        contenders.append(calling(PREPARED, call))
    if reason := setup.native_missing("run"):
        notes.append(reason)
    else:
        run = native.native(model)
        compare("a native run", _columns(run()), expected)
        contenders.append(calling(NATIVE, run))
    return [*contenders, calling(PYTHON, native.plain(model))]


def _columns(run: Run) -> native.Floats:
    return np.stack([run[name] for name in COLUMNS], axis=1)


def _agrees(peer: Peer, model: CompiledModel, notes: list[str]) -> None:
    """Say so where a peer's levels at the end are others."""
    run = native.plain(model)()
    expected = [run[name][-1] for name in LEVELS]
    if not np.allclose(peer.last(LEVELS), expected, rtol=1e-9, atol=0.0):
        notes.append(f"{peer.name} computes other numbers: its time is no fair comparison")


def _calls(peer: Peer) -> Sequence[Contender]:
    if peer.name == "pysd":
        return (peer.contender(PYSD),)
    return (peer.contender(SIMLIN), peer.contender(SIMLIN_AGAIN, "again"))


def _findings(timings: Sequence[Timing]) -> list[Finding]:
    known: Mapping[str, Timing] = {each.name: each for each in timings}
    found = [
        *comparison("prepared.run() of the C loop's time", timings, PREPARED, C_LOOP, at_most(1)),
        *comparison("… of that of C with -fno-math-errno", timings, PREPARED, C_SHARING),
    ]
    if NATIVE in known and PREPARED in known:
        adds = difference(known[NATIVE], known[PREPARED])
        found.append(Finding("what model.run() adds to that", adds, at_most(100e-6), "s"))
    return [
        *found,
        *comparison("simlin over s3c native, model.run()", timings, SIMLIN, NATIVE, at_least(20)),
        *comparison("… both prepared", timings, SIMLIN_AGAIN, PREPARED, at_least(20)),
        *comparison("PySD over s3c native, model.run()", timings, PYSD, NATIVE, at_least(1000)),
        *comparison("PySD over s3c's Python engine", timings, PYSD, PYTHON, at_least(20)),
        *comparison("s3c's Python engine over the C loop", timings, PYTHON, C_LOOP),
        *comparison("simlin, prepared, over the C loop", timings, SIMLIN_AGAIN, C_LOOP),
    ]
