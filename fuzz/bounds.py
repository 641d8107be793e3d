"""What one input may take: more is a finding, as an exception is that nobody is told of."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

__all__ = ["MOST_BYTES", "MOST_SECONDS", "TooLongError", "bound_memory", "longest", "timed"]

MOST_SECONDS = 5.0
"""Of processor time, while coverage is measured: without, some three times as fast."""

MOST_BYTES = 1 << 30
"""Of address space beyond what a process has when it begins."""

_LONGEST = 4096
_LONGEST_BOOK = 20_000
_MOST_CHOICES = 400


class TooLongError(BaseException):
    """An input takes too long: no `except Exception` stops it."""


def longest(target: str) -> int:
    """Bytes of the longest input of a target."""
    if target.startswith("built") or target == "state_parts":
        return _MOST_CHOICES
    if target == "xls":
        return 3 * _LONGEST_BOOK
    return _LONGEST_BOOK if target in ("xlsx", "ods") else _LONGEST


def bound_memory() -> None:
    """Let this process take no more than `MOST_BYTES` from now on."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + MOST_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


@contextmanager
def timed(seconds: float = MOST_SECONDS) -> Iterator[None]:
    """Raise TooLongError in what is done within, when it has taken so much processor time."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise TooLongError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
