"""One command at a time on a store: a lock of the operating system, which ends with its process."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from s3c.runtime import RunError, printable

__all__ = ["LOCK", "locked"]

LOCK = ".lock"
"""The file in a store that is locked; it tells who holds it, or did."""

_FAR = 1 << 30  # where Windows locks a byte: it cannot be read, and the text before it can
_LONGEST = 200


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a store.

    Raises:
        RunError: S3C791, another command holds it; S3C606, it cannot be locked.
    """
    path = folder / LOCK
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise _cannot(path, error) from None
    try:
        _hold(file, path, folder)
        yield
    finally:
        os.close(file)


def _hold(file: int, path: Path, folder: Path) -> None:
    """Lock a file that is open, and write down who has it."""
    try:
        if not _lock(file, path):
            who = os.read(file, _LONGEST).decode("utf-8", "replace").strip() or "another command"
            message = f"“{folder}” is in use by {printable(who)}"
            raise RunError("S3C791", message, "wait until it is done, or stop it")
        os.ftruncate(file, 0)
        os.write(file, f"process {os.getpid()} on {platform.node()[:80]}\n".encode())
    except OSError as error:
        raise _cannot(path, error) from None


def _cannot(path: Path, error: OSError) -> RunError:
    message = f"“{path}” cannot be locked: {error.strerror or error}"
    return RunError("S3C606", message, "choose another place for the store")


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int, path: Path) -> bool:
        del path
        os.lseek(file, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(file, 0, os.SEEK_SET)
        return True
else:
    import fcntl

    def _lock(file: int, path: Path) -> bool:
        """Whether it is ours now; who replaced the file in the meantime has the store."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        try:
            return os.fstat(file).st_ino == path.stat().st_ino
        except FileNotFoundError:
            return False
