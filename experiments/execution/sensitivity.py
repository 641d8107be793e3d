"""Running a sensitivity: all its blocks, here or on a cluster, into memory or a store."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from os import cpu_count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from s3c.runtime import (
    VERSION,
    CompiledModel,
    Engine,
    RunError,
    engine_for,
    engine_of,
    seconds_a_step,
)

from ..running.simulations import Simulations
from ..tree import Experiment, Sensitivity
from .blocks import block_size, blocks_of
from .cluster import Cluster, cluster_at
from .locking import locked
from .runs import Effort, Kept, KeptInMemory, KeptInStore, SensitivityRuns
from .store import NOT_MADE, Contents, Saved, Store, saved_of
from .work import Made, Work, parameters_in_benchmark, work_of

if TYPE_CHECKING:
    from ..sampling.designs import Design

__all__ = ["run_sensitivity"]

_MOST_NUMBERS = 100_000_000  # that are kept in memory
_WAITING = 2  # blocks that are made, and wait to be written
_FASTER = 200  # times, that native code makes runs side by side


def run_sensitivity(  # noqa: PLR0913  (what is run, where, and what is done with results)
    experiment: Experiment,
    *,
    store: Path | None = None,
    threads: int | None = None,
    cluster: str | None = None,
    engine: Engine | str | None = None,
    block: int | None = None,
    overwrite: bool = False,
    progress: Callable[[float], None] | None = None,
    started: Callable[[int, int], None] | None = None,
) -> SensitivityRuns:
    """Make all runs of an experiment's sensitivity.

    They are made in blocks. What they give is the same to the last bit whatever the number of
    threads or workers, the size of blocks, and how often it was interrupted. Of the seeds of an
    experiment, the first is taken.

    Args:
        experiment: what to run; it has a sensitivity.
        store: the folder of a Zarr store. One of the same experiment that is not complete is gone
            on with, and a complete one is only read. If not given, results stay in memory.
        threads: how many runs native code makes at the same time; as many as there are processors
            if not given. Python makes one at a time: use a cluster.
        cluster: `tcp://host:port`, of a Dask scheduler whose workers make the runs; or `local:N`,
            N worker processes on this machine. The model reaches workers as text; other files that
            it reads must be there for them under the same names.
        engine: what makes runs; of a store that is there, what began it.
        block: how many runs are made together; a good number if not given.
        overwrite: whether a store of another experiment is removed. Nothing else ever is.
        progress: is called with the share done of what is left, from 0 to 1.
        started: is called once with how many runs are there already, and how many there will be.

    Raises:
        SimulationError: S3C601, an equation has no finite value in the benchmark.
        RunError: a run cannot be made; S3C704, nothing is to be varied; S3C715, there is too much
            to keep in memory; S3C606, the store cannot be read or written; S3C790, it is of another
            experiment; S3C791, in use; S3C792, a cluster cannot be reached, or was lost.
        KeyboardInterrupt: the user has stopped it; what was done is in the store.
    """
    sensitivity = experiment.sensitivity
    if sensitivity is None:
        message = f"the experiment “{experiment.path}” varies nothing"
        raise RunError("S3C704", message, "add a section [sensitivity]")
    threads = threads or cpu_count() or 1
    with ExitStack() as stack:
        asked = _Asked(experiment, sensitivity, engine_of(engine), block, started, progress)
        there = stack.enter_context(cluster_at(cluster)) if cluster else None
        task = _task(asked, in_text=there is not None)
        source = _Source(task, threads, there)
        if store is None:
            return _in_memory(task, source)
        return _in_store(task, source, store, stack, overwrite=overwrite)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the caller wants."""

    experiment: Experiment
    sensitivity: Sensitivity
    engine: Engine
    block: int | None
    started: Callable[[int, int], None] | None
    progress: Callable[[float], None] | None


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """All runs, none of which is made yet but the first, which shows what runs give.

    Attributes:
        asked: what the caller wants.
        design: what the runs are given.
        work: makes them.
        model: that of the work, compiled.
        first: the first run.
        saved: what is kept.
        block: how many runs are made together.
    """

    asked: _Asked
    design: Design
    work: Work
    model: CompiledModel
    first: Made
    saved: tuple[Saved, ...]
    block: int

    @property
    def n_runs(self) -> int:
        """How many there are."""
        return len(self.design.values)

    def runs(self, kept: Kept, effort: Effort) -> SensitivityRuns:
        """What is given back when all are made."""

        def reason(run: int) -> str:
            return self.work.reason(self.model, run, self.design.values[run : run + 1])

        return SensitivityRuns(
            self.asked.experiment, self.design, self.first.time, self.work.engine,
            self.first.notes, effort, self.saved, kept, reason,
        )  # fmt: skip


def _task(asked: _Asked, *, in_text: bool) -> _Task:
    """Draw the design, choose an engine once for all runs, and make the first run.

    If `in_text`, the model is compiled from what workers get, so that they find it compiled.
    """
    from ..sampling.designs import draw

    experiment, sensitivity = asked.experiment, asked.sensitivity
    simulations = Simulations(experiment, experiment.save)
    benchmark = parameters_in_benchmark(experiment.model, sensitivity.parameters, simulations)
    design = draw(sensitivity, benchmark)
    steps, n_runs = _steps(simulations), len(design.values)
    engine = asked.engine
    if engine is Engine.AUTO:
        engine = engine_for(experiment.model, steps * n_runs)
    work = work_of(experiment, sensitivity, simulations, engine)
    model = work.model.load() if in_text else experiment.model
    first = work.make(model, 0, design.values[:1])
    work = replace(work, engine=first.engine)
    seconds = steps * seconds_a_step(model) / (_FASTER if first.engine == Engine.NATIVE else 1)
    size = asked.block or block_size(n_runs, seconds, first.values.nbytes)
    saved = saved_of(model, first.names)
    return _Task(asked, design, work, model, first, saved, min(size, n_runs))


def _steps(simulations: Simulations) -> float:
    """How many steps a run has, about."""
    import numpy as np

    names = ("INITIAL TIME", "FINAL TIME", "TIME STEP")
    found = [simulations.benchmark.get(name) for name in names]
    first, last, step = (float(np.ravel(each)[0]) if each is not None else 0.0 for each in found)
    return max(1.0, abs(last - first) / abs(step)) if step else 1.0


@dataclass(slots=True)
class _Source:
    """Where blocks are made, and what it took so far.

    Attributes:
        task: what is to be done.
        threads: in this process.
        cluster: where they are made; None is this process.
        n_runs: how many it has made.
        busy: seconds that workers were at it.
    """

    task: _Task
    threads: int
    cluster: Cluster | None
    n_runs: int = 0
    busy: float = 0.0

    def made(self, blocks: list[range]) -> Iterator[Made]:
        """Make blocks, in any order."""
        task, values = self.task, self.task.design.values
        if self.cluster is not None:
            for each in self.cluster.made(task.work, blocks, values):
                self.busy += each.seconds
                self.n_runs += each.n_runs
                yield each
            return
        for runs in blocks:
            began = time.process_time()
            part = values[runs.start : runs.stop]
            yield task.work.make(task.model, runs.start, part, self.threads)
            self.busy += time.process_time() - began
            self.n_runs += len(runs)

    def into(self, take: Callable[[Made], None], blocks: list[range]) -> Effort:
        """Make blocks, and have each taken in while the next ones are made.

        Whatever stops it, blocks that are made are taken in before.
        """
        asked, n_runs = self.task.asked, sum(map(len, blocks))
        if asked.started is not None:
            asked.started(self.task.n_runs - n_runs, self.task.n_runs)
        began, done = time.monotonic(), 0
        waiting: deque[tuple[int, Future[None]]] = deque()

        def next_taken() -> None:
            nonlocal done
            runs, future = waiting.popleft()
            future.result()
            done += runs
            if asked.progress is not None:
                asked.progress(done / n_runs)

        with ThreadPoolExecutor(1, "s3c-writing") as pool:
            for made in self.made(blocks):
                waiting.append((made.n_runs, pool.submit(take, made)))
                if len(waiting) >= _WAITING:
                    next_taken()
            while waiting:
                next_taken()
        workers = self.threads if self.cluster is None else self.cluster.n_workers
        return Effort(self.n_runs, time.monotonic() - began, self.busy, workers)


def _in_memory(task: _Task, source: _Source) -> SensitivityRuns:
    import numpy as np

    shape = *task.first.values.shape[:2], task.n_runs
    numbers = task.first.values.size * task.n_runs
    if numbers > _MOST_NUMBERS:
        message = f"{numbers} numbers are too many to keep in memory"
        raise RunError("S3C715", message, "write them to a store, or save fewer variables or times")
    kept = KeptInMemory(np.full(shape, np.nan), np.full(task.n_runs, NOT_MADE, dtype=np.int8))
    return task.runs(kept, source.into(kept.take, blocks_of(task.n_runs, task.block)))


def _in_store(
    task: _Task, source: _Source, path: Path, stack: ExitStack, *, overwrite: bool
) -> SensitivityRuns:
    made_from = _made_from(task)
    if overwrite and path.exists() and Store.is_one(path):
        with locked(path):
            Store(path).remove()
    if not path.exists():
        Store.create(path, _contents(task, made_from))
    elif not Store.is_one(path):
        raise RunError(
            "S3C606", f"“{path}” is there and is no store of runs", "choose another name"
        )
    stack.enter_context(locked(path))
    store = Store(path)
    _compare(path, store.attributes, made_from, task.asked)
    store.clear_away()
    task = replace(task, work=replace(task.work, engine=store.attributes["engine"]))
    source.task = task
    status = store.status()
    blocks = [
        runs
        for runs in blocks_of(task.n_runs, store.block)
        if (status[runs.start : runs.stop] == NOT_MADE).any()
    ]
    effort = source.into(lambda made: store.write(task.saved, made), blocks)
    return task.runs(KeptInStore(store, task.saved), effort)


def _made_from(task: _Task) -> dict[str, Any]:
    """What results depend on. The first run stands for all that is not named: data, libraries."""
    import numpy as np

    work = task.work
    scaled = {each.name: each.benchmark for each in work.varied if each.is_relative}
    constants = {**work.fixed, **scaled}
    first = np.where(np.isnan(task.first.values), np.nan, task.first.values)
    return {
        "version of s3c": VERSION,
        "model": hashlib.sha256(work.model.data).hexdigest(),
        "constants": {name: _digest(value) for name, value in sorted(constants.items())},
        "parameters": list(task.design.names),
        "design": _digest(task.design.values),
        "variables saved": list(task.first.names),
        "times": _digest(task.first.time),
        "streams": work.streams.value,
        "seed": work.seed,
        "method": work.method,
        "first run": _digest(first),
    }


def _digest(numbers: Any) -> str:
    import numpy as np

    if isinstance(numbers, str):
        return hashlib.sha256(numbers.encode("utf-8", "surrogatepass")).hexdigest()
    found = np.ascontiguousarray(numbers, dtype="<f8")
    return hashlib.sha256(repr(found.shape).encode() + found.tobytes()).hexdigest()


def _compare(
    path: Path, attributes: Mapping[str, Any], made_from: dict[str, Any], asked: _Asked
) -> None:
    """Refuse to go on with a store of something else.

    Raises:
        RunError: S3C790, it is one.
    """
    there = attributes["made_from"]
    other = [key for key, value in made_from.items() if there.get(key) != value]
    if other == ["first run"]:
        other = ["what the first run gives, as if data or libraries had changed"]
    other = [each for each in other if each != "first run"]
    if asked.engine is not Engine.AUTO and asked.engine != attributes["engine"]:
        other.append("engine")
    if other:
        message = f"the store “{path}” holds other runs: they differ in {', '.join(other)}"
        hint = "choose another name, or overwrite it"
        raise RunError("S3C790", message, hint)


def _contents(task: _Task, made_from: dict[str, Any]) -> Contents:
    experiment, design = task.asked.experiment, task.design
    step = task.model.find("TIME STEP")
    attributes = {
        "title": task.model.name,
        "experiment": _text(experiment.path),
        "model": task.work.model.data.decode("utf-8", "replace"),
        "engine": task.first.engine,
        "made_from": made_from,
    }
    parameters = dict(zip(design.names, design.values.T, strict=True))
    units = step.units if step else ""
    return Contents(
        attributes, task.saved, parameters, task.n_runs, task.block, task.first.time, units
    )


def _text(path: Path) -> str:
    """The experiment as it was written, if it stands in a file."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
