"""Many runs in one call: `run_ensemble`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict, cast

import numpy as np

from ..beginning import RunOptions, asked_of, prepared
from ..contract import CompiledModel, Method
from ..engines import Engine, engine_of, no_native_code, pays
from ..errors import cannot_set
from ..names import fold
from ..random import MOST_RUNS
from .making import Makes, make_by_python, make_runs
from .over_runs import EveryRun, OverRuns, Sink, Statistics, over_runs_of
from .over_time import OverTime, Times, over_time_of
from .python_runs import PythonRuns
from .results import Ensemble, width_of, without_holes
from .variation import Variation, impossible, variation_of

if TYPE_CHECKING:
    from datetime import datetime
    from os import PathLike
    from typing import Unpack

    from ..contract import Array
    from ..setting import Change

__all__ = ["EnsembleOptions", "run_ensemble"]

_Paths: TypeAlias = "str | PathLike[str] | Iterable[str | PathLike[str]]"


class EnsembleOptions(TypedDict, total=False):
    """The options of an ensemble; `run_ensemble` explains each."""

    save: Iterable[str] | str
    times: str | float | Iterable[float] | None
    over_time: str | Sequence[str] | None
    over_runs: str | float | Sequence[str | float] | None
    also: Mapping[str, Change] | None
    n_runs: int | None
    first_run: int
    streams: Literal["shared", "own"]
    seed: float | None
    data: Any
    data_root: _Paths
    method: Method | str | None
    final_time: float | None
    time_step: float | None
    saveper: float | None
    initial_time: float | None
    clock: datetime | None
    on_error: Literal["stop", "nan"]
    engine: Engine | str | None
    threads: int | None
    block: int | None
    only_needed: bool
    memory: float
    progress: Callable[[float], None] | None


def run_ensemble(
    model: CompiledModel, changes: Mapping[str, Any], **options: Unpack[EnsembleOptions]
) -> Ensemble:
    """Run a model many times, each time with other values.

    What is given back takes a memory in proportion to what is kept: `save`, `times`, `over_time`
    and `over_runs` choose that, and nothing else grows with the number of runs.

    Args:
        model: a compiled model.
        changes: by name of a variable or an element, in its units, the value in each run: (n_runs,)
            numbers, or for an array (n_runs, *shape) of them. All can vary that a run can set, but
            for lookups and texts.
        save: names of the variables, or of elements, to keep.
        times: “last”, the last time of each run; “all”, every save time; a save time, or several.
            “last” if not given; with `over_time`, “all”.
        over_time: `mean`, `minimum` or `maximum` of each run over those times, or several of them,
            instead of values at times.
        over_runs: instead of each run, over all of them at each time: `mean`, `minimum`,
            `maximum`, or the share of a quantile (0.05, say), which is exact: that of
            `numpy.quantile`. Or several of these.
        also: changes that are the same in all runs, as those of `simulate`; what varies goes on
            top of them.
        n_runs: how many runs there are, where nothing varies but random numbers.
        first_run: the number of the first run. Blocks of runs equal the whole when each begins
            with its own.
        streams: “shared”, all runs draw the same random numbers; “own”, each draws its own, those
            of `model.run(run_number=…)` with its number.
        seed: as in `simulate`, and so are the next eight.
        data: see `simulate`.
        data_root: see `simulate`.
        method: see `simulate`.
        final_time: see `simulate`.
        time_step: see `simulate`.
        saveper: see `simulate`.
        initial_time: see `simulate`.
        clock: see `simulate`.
        on_error: when an equation has no finite value in a run, `stop` raises the error of the
            first such run; `nan` goes on with NaN, and notes it in `failures`.
        engine: as in `simulate`: the engines agree to the last bit. Runs that fail are always
            Python's.
        threads: how many runs native code makes at the same time; as many as there are
            processors if not given.
        block: how many runs a thread makes together; a good number if not given.
        only_needed: whether native code leaves out the equations that nothing needs which is kept.
            What fails in one of them goes unnoticed then, while Python tells; `False` looks at all.
        memory: the bytes that quantiles may take; 2^30 if not given. All numbers must be there at
            once to be put in order: where n_runs numbers for each column and time are too many,
            some columns and times are taken at a time, and all runs are made again for the next.
        progress: is called now and then with the share done, from 0 to 1.

    Raises:
        UnknownNameError: S3C604, a name is not in the model.
        RunError: S3C602, something cannot be set so; S3C615, the ensemble cannot give what is
            asked for; and what `simulate` raises, with the number of the run.
        SimulationError: S3C601, an equation has no finite value; `run_of_many` tells in which run.
    """
    unknown = options.keys() - EnsembleOptions.__annotations__.keys()
    if unknown or "save" not in options:
        what = f"has no option {', '.join(sorted(unknown))}" if unknown else "needs `save`"
        msg = f"an ensemble {what}"
        raise TypeError(msg)
    over_time = over_time_of(options.get("times"), options.get("over_time"))
    over_runs = over_runs_of(options.get("over_runs"))
    python = _python_runs(model, changes, options)
    makes, times, note = _engine(python, over_time, options)
    kept = python.begun.recording.kept
    values = _made(makes, python, times, over_runs, options)
    begun = python.begun
    return Ensemble(
        model=model,
        changes={each.name: each.values for each in python.variation.varied},
        n_runs=python.variation.n_runs,
        first_run=python.first_run,
        time=_time(times),
        over_time=over_time,
        over_runs=over_runs,
        failures=tuple(failure for _, failure in sorted(python.failures.items())),
        method=begun.method,
        streams="own" if python.own_streams else "shared",
        engine="python" if makes is None else "native",
        notes=(*begun.outside.notes, *([note] if note else [])),
        without_data=begun.outside.missing,
        kept=kept,
        values=without_holes(kept, values),
    )


def _python_runs(
    model: CompiledModel, changes: Mapping[str, Any], options: EnsembleOptions
) -> PythonRuns:
    """The runs, none of which is made yet."""
    streams = options.get("streams", "shared")
    if streams not in ("shared", "own"):
        raise impossible(f"streams are “shared” or “own”, not {streams!r}")
    variation = variation_of(model, changes, options.get("n_runs"))
    first = _whole("first_run", options.get("first_run", 0), 0)
    if first + variation.n_runs > MOST_RUNS:
        raise impossible(f"runs are numbered up to {MOST_RUNS - 1}", "begin with an earlier one")
    asked = {
        name: value
        for name, value in options.items()
        if name in RunOptions.__annotations__ and name != "progress"
    }
    also = _also(model, variation, options.get("also") or {})
    run_options = cast("RunOptions", asked)
    run_options["run_number"] = first if streams == "own" else 0
    given = (options.get("data"), options.get("data_root", ()))
    begun = prepared(model, asked_of(model, {**also, **variation.changes(0)}, run_options), given)
    return PythonRuns(begun, variation, first, streams == "own")


def _also(
    model: CompiledModel, variation: Variation, also: Mapping[str, Change]
) -> Mapping[str, Change]:
    """What all runs set; what is varied, too, would be given twice."""
    varied = {each.selection.name for each in variation.varied}
    texts = {fold(each) for each in model.texts}
    for name in also:
        if fold(name) not in texts and model.select(name).name in varied:
            raise cannot_set(name, "it is varied, too", "leave out one of the two")
    return also


def _engine(
    python: PythonRuns, over_time: OverTime, options: EnsembleOptions
) -> tuple[Makes | None, Times, str]:
    """What makes the runs, None being Python; their times; and why it is not what was asked for."""
    engine, begun = engine_of(options.get("engine")), python.begun
    n_runs = python.variation.n_runs
    if engine is Engine.NATIVE or (engine is Engine.AUTO and pays(begun, n_runs)):
        reason = no_native_code(begun.model)
        if reason is None:
            from ..native.ensemble import native_runs

            only_needed = options.get("only_needed", True)
            found = native_runs(python, over_time, only_needed=bool(only_needed))
            if not isinstance(found, str):
                return found, found.times, ""
            reason = found
        note = f"Python has made these runs: {reason}" if engine is Engine.NATIVE else ""
    else:
        note = ""
    return None, Times.of(over_time, python.run(0).time), note


def _made(
    makes: Makes | None,
    python: PythonRuns,
    times: Times,
    over_runs: OverRuns | None,
    options: EnsembleOptions,
) -> Array:
    """(n_columns, n_rows, n_runs or n_statistics)."""
    n_columns = sum(map(width_of, python.begun.recording.kept))
    n_runs = python.variation.n_runs
    threads = _whole("threads", options.get("threads") or _processors(), 1)
    block = options.get("block")
    progress, n_passes, done = options.get("progress"), 1, 0

    def report(runs: int) -> None:
        nonlocal done
        done += runs
        if progress is not None:
            progress(done / (n_runs * n_passes))

    def make(sink: Sink) -> None:
        if makes is None:
            make_by_python(python, times, sink, report)
            return
        size = makes.block(threads) if block is None else _whole("block", block, 1)
        make_runs(makes, python, times, sink, report, block=size, threads=threads)

    if over_runs is None:
        every = EveryRun(_room(n_columns, times.n_rows, n_runs))
        make(every)
        return every.values
    memory = options.get("memory", 2.0**30)
    statistics = Statistics.of(over_runs, (n_columns, times.n_rows), n_runs, memory)
    n_passes = statistics.n_passes
    for _ in statistics.passes():
        make(statistics)
    return statistics.values


def _processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _room(n_columns: int, n_rows: int, n_runs: int) -> Array:
    """Memory for all results."""
    try:
        return np.empty((n_columns, n_rows, n_runs))
    except (MemoryError, ValueError):
        numbers = n_columns * n_rows * n_runs
        message = f"{numbers:.3g} numbers are more than there is memory for"
        raise impossible(message, "keep fewer variables or times, or statistics of them") from None


def _time(times: Times) -> Array:
    """The times that results are of."""
    found = np.full(len(times.first), np.nan) if times.differ else times.first.copy()
    found.setflags(write=False)
    return found


def _whole(name: str, value: Any, least: int) -> int:
    """A whole number that an option is."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise impossible(f"`{name}` is not {value!r}", f"say a whole number, from {least}")
    return int(value)
