"""What stands in a worker process of a cluster: the work, and the model compiled from its text.

This module is imported where Dask's distributed is there, by workers and by who sends them blocks.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any

from distributed import WorkerPlugin

from s3c.compiler import CompileError
from s3c.runtime import ABI, VERSION, CompiledModel, RunError

from .work import Made, Work

if TYPE_CHECKING:
    from .work import Floats

__all__ = ["Bring", "dask_setup", "make_block"]

_WORK: dict[str, Work] = {}
_MODELS: dict[str, CompiledModel] = {}


class Bring(WorkerPlugin):
    """Brings work to every worker, also to one that joins later or comes again.

    Args:
        name: what the work is found by.
        work: what is to be done.
    """

    def __init__(self, name: str, work: Work) -> None:
        self.name, self._work = name, work

    def setup(self, worker: Any) -> None:
        """See distributed."""
        del worker
        _WORK[self.name] = self._work

    def teardown(self, worker: Any) -> None:
        """See distributed."""
        del worker
        _WORK.pop(self.name, None)
        _MODELS.pop(self.name, None)


def dask_setup(worker: Any) -> None:
    """Leave Ctrl-C to the command that has started this process; distributed calls it there."""
    del worker
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def make_block(
    name: str, version: tuple[str, int], first: int, design: Floats
) -> Made | tuple[str, str, str]:
    """A block of the runs of some work; of an error its code, message and hint."""
    if version != (VERSION, ABI):
        message = f"a worker has s3c {VERSION}, and this is s3c {version[0]}"
        return "S3C792", message, "give all workers the same version"
    try:
        work = _WORK[name]
        if name not in _MODELS:
            _MODELS[name] = work.model.load()
        return work.make(_MODELS[name], first, design)
    except RunError as error:
        return error.code, f"on a worker, {error.message}", error.hint
    except CompileError as error:
        message = f"a worker cannot compile the model: {error.diagnostics[0].message}"
        return "S3C792", message, "files that the model reads must be there for the workers, too"
