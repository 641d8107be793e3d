"""Work that may take no more than so much memory and time: in a process of its own, forked."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from s3c.runtime import RunError

__all__ = ["begun_apart", "told_within"]


def begun_apart(work: Callable[[], object]) -> int:
    """The number of a process that does some work, in a copy of this one; it ends with 0 or 1."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException as error:  # noqa: BLE001 -- nothing may go on in the copy
        os.write(2, f"{type(error).__name__}: {error}\n".encode("utf-8", "replace"))
        os._exit(1)
    os._exit(0)


def told_within(
    work: Callable[[], str], *, seconds: int = 10, megabytes: int = 1500, file_size: int = 0
) -> str:
    """What some work tells, or the error that it raises, within limits of time and memory.

    Args:
        work: is done in a copy of this process.
        seconds: of processor time; the test fails if it takes more.
        megabytes: of memory, more than this process has now.
        file_size: bytes that a file may have, as on a full disk; 0 is any.
    """
    if sys.platform != "linux":
        pytest.skip("limits are set as Linux has them")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            _limit(seconds, megabytes, file_size)
            told = _told(work)
        except BaseException as error:  # noqa: BLE001 -- nothing may go on in the copy
            told = f"{type(error).__name__}: {error}"
        os.write(writing, told.encode("utf-8", "replace")[:60_000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    assert status == 0, f"ended by {signal.Signals(os.WTERMSIG(status)).name}: {told}"
    return told


def _limit(seconds: int, megabytes: int, file_size: int) -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + (megabytes << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, until))
    if file_size:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))


def _told(work: Callable[[], str]) -> str:
    try:
        return work()
    except RunError as error:
        return str(error)
