"""What a cache folder has too much of is thrown away: what was not used for longest first.

Two processes may sweep at once, or use what is swept: whoever misses a file makes it again. In a
folder that is not s3c's alone, nothing is touched but what is named and placed as s3c does.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["LONGEST", "MOST_BYTES", "sweep"]

LONGEST = 60 * 86_400.0
"""Seconds for which what nobody uses is kept."""
MOST_BYTES = 1 << 29
"""Bytes of all that is kept."""

_DAY = 86_400.0  # seconds after which nobody is still writing a file
_FORM = re.compile(r"([0-9a-f]{64})\.py")
_NATIVE = re.compile(r"(m[0-9a-f]{40})\.py")
# What Python and numba make of a native module.
_MACHINE = re.compile(r"(m[0-9a-f]{40})\.[\w.<>-]+\.(?:pyc|nbi|nbc)")
_PLACES = (("", _FORM), ("native", _NATIVE), ("native/__pycache__", _MACHINE))
_UNFINISHED = re.compile(r"\.(?:[0-9a-f]{64}|m[0-9a-f]{40})\.py\.[0-9a-f]{12}\.part")


@dataclass(slots=True)
class _Item:
    """Files that are of use together only.

    Attributes:
        files: of one compiled form, or of one native module.
        last_use: of any of them, in seconds since 1970.
        size: of all, in bytes.
    """

    files: list[Path] = field(default_factory=list)
    last_use: float = 0.0
    size: int = 0

    def add(self, file: Path, status: os.stat_result) -> None:
        self.files.append(file)
        self.last_use = max(self.last_use, status.st_atime, status.st_mtime)
        self.size += status.st_size


def sweep(folder: Path, *, longest: float = LONGEST, most_bytes: int = MOST_BYTES) -> None:
    """Remove from a cache folder what was not used for so long, and what is too much in all.

    Links, folders and files that s3c did not make stay, and count for nothing. It is no error if
    something cannot be removed.

    Args:
        folder: that of a `Cache`, in which nobody else can write.
        longest: seconds.
        most_bytes: of all files together.
    """
    now = time.time()
    total = 0
    for item in sorted(_items(folder, now), key=lambda each: each.last_use, reverse=True):
        total += item.size
        if total > most_bytes or now - item.last_use > longest:
            for file in item.files:
                _remove(file)


def _items(folder: Path, now: float) -> list[_Item]:
    """What is kept in a cache folder. What a writer that was killed has left is removed."""
    found: dict[str, _Item] = {}
    for place, pattern in _PLACES:
        for file, status in _files(folder / place):
            name = pattern.fullmatch(file.name)
            if name is not None:
                found.setdefault(name[1], _Item()).add(file, status)
            elif _UNFINISHED.fullmatch(file.name) and now - status.st_mtime > _DAY:
                _remove(file)
    return list(found.values())


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The files of a folder, which is no link; none if it cannot be read."""
    with suppress(OSError):
        if folder.is_symlink():
            return
        with os.scandir(folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        yield Path(entry.path), status


def _remove(file: Path) -> None:
    with suppress(OSError):
        file.unlink()
