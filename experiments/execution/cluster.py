"""Blocks of runs made by the workers of a Dask cluster."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from s3c.runtime import ABI, VERSION, RunError, printable

from .work import Made, Work

if TYPE_CHECKING:
    from .work import Floats

__all__ = ["Cluster", "cluster_at"]

_LOCAL = re.compile(r"local:([0-9]{1,4})")
_ADDRESS = re.compile(r"(tcp|tls)://[^\s/]+:[0-9]{1,5}")
_PATIENCE = 15  # seconds in which a scheduler must answer
_WAITING = 2  # blocks for each thread of the workers that are begun: they bound the memory
_TRIES = 3  # of a block whose workers have died
_AGAIN = "give the same command again: what is done is kept"


class Cluster:
    """Workers that make blocks.

    Attributes:
        address: of the scheduler.
        n_workers: how many threads they have, in all.
    """

    def __init__(self, address: str, client: Any) -> None:
        self.address, self._client = address, client
        self.n_workers = max(1, sum(client.nthreads().values()))

    def made(self, work: Work, blocks: list[range], design: Floats) -> Iterator[Made]:
        """Make blocks of runs; they come in any order, and each once.

        A block whose worker dies is made by another.

        Args:
            work: what makes them.
            blocks: the numbers of the runs.
            design: (n_runs, n_parameters), of all runs.

        Raises:
            RunError: S3C792, the scheduler or all workers were lost; or what a run raises.
        """
        from .workers import Bring

        name = f"s3c-{secrets.token_hex(8)}"
        with self._lost(), _shielded(self._client, name):
            self._client.register_plugin(Bring(name, work))
            yield from self._blocks(name, blocks, design)

    def _blocks(self, name: str, blocks: list[range], design: Floats) -> Iterator[Made]:
        from .workers import make_block

        left = iter(blocks)

        def submit(runs: range) -> Any:
            return self._client.submit(
                make_block, name, (VERSION, ABI), runs.start, design[runs.start : runs.stop],
                key=f"{name}-{runs.start}", pure=False, retries=0,
            )  # fmt: skip

        def some(count: int) -> list[Any]:
            return [submit(runs) for _, runs in zip(range(count), left, strict=False)]

        going = _distributed().as_completed(some(_WAITING * self.n_workers), loop=self._client.loop)
        for future in going:
            found = future.result()
            future.release()
            if isinstance(found, tuple):
                raise RunError(*found)
            going.update(some(1))
            yield found

    @contextmanager
    def _lost(self) -> Iterator[None]:
        """Say what it means that distributed has given up."""
        distributed = _distributed()
        lost = (distributed.CancelledError, distributed.comm.CommClosedError, OSError)
        try:
            yield
        except distributed.KilledWorker:
            message = f"a block of runs has killed {_TRIES} workers, one after another"
            hint = f"see why they die, of too little memory perhaps; then {_AGAIN}"
            raise RunError("S3C792", message, hint) from None
        except lost:
            message = f"the scheduler at {self.address} was lost"
            raise RunError("S3C792", message, f"start it; then {_AGAIN}") from None


@contextmanager
def _shielded(client: Any, name: str) -> Iterator[None]:
    """Leave nothing of the work with the workers, if they are still there."""
    try:
        yield
    finally:
        with suppress(Exception):
            if client.status == "running":
                client.unregister_worker_plugin(name)


@contextmanager
def cluster_at(address: str) -> Iterator[Cluster]:
    """The cluster whose scheduler is at `tcp://host:port`; `local:N` starts N workers here.

    Raises:
        RunError: S3C792, it is no address, or nobody answers there; S3C606, distributed is missing.
    """
    local = _LOCAL.fullmatch(address)
    if not (_ADDRESS.fullmatch(address) or (local and int(local[1]) > 0)):
        hint = "say tcp://host:port, where a Dask scheduler is; or local:2, for two workers here"
        raise RunError("S3C792", f"“{printable(address[:80])}” is no cluster", hint)
    distributed = _distributed()
    settings: dict[str, Any] = {
        "distributed.comm.timeouts.connect": f"{_PATIENCE}s",
        "distributed.scheduler.allowed-failures": _TRIES - 1,
        # Blocks are sent whole, and bounded: nothing is to be kept on disk or moved about.
        "distributed.worker.memory.spill": False,
        "distributed.worker.memory.target": False,
        "distributed.admin.large-graph-warning-threshold": "1 GiB",
    }
    if local:
        settings["distributed.worker.preload"] = [f"{__package__}.workers"]
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        stack.enter_context(_settings(settings))
        if local:
            address = stack.enter_context(_workers_here(int(local[1])))
        try:
            client = stack.enter_context(
                distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
            )
        except (OSError, TimeoutError):
            message = f"nobody answers at {address}"
            raise RunError("S3C792", message, "start a Dask scheduler there, and workers") from None
        if not client.nthreads():
            with suppress(TimeoutError):
                client.wait_for_workers(1, timeout=_PATIENCE)
        if not client.nthreads():
            message = f"the scheduler at {address} has no workers"
            raise RunError("S3C792", message, f"start some: dask worker {address}")
        yield Cluster(address, client)


@contextmanager
def _workers_here(count: int) -> Iterator[str]:
    """Worker processes on this machine, of one thread each; the address of their scheduler."""
    with _distributed().LocalCluster(
        n_workers=count, threads_per_worker=1, processes=True, memory_limit=None,
        host="127.0.0.1", dashboard_address=None, silence_logs=logging.CRITICAL,
    ) as cluster:  # fmt: skip
        yield str(cluster.scheduler_address)


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        message = "a cluster cannot be used without Dask's distributed"
        raise RunError("S3C606", message, "pip install 's3c[cluster]'") from None
    return distributed


def _settings(settings: dict[str, Any]) -> Any:
    """Settings of distributed that hold for a while."""
    from dask.config import set as setting

    return setting(settings)


@contextmanager
def _quiet() -> Iterator[None]:
    """Say nothing of what distributed tells its log: what matters is told as an error."""
    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)
