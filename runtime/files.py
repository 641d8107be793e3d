"""Files of text as they come, and files written whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from .errors import bad_file

__all__ = ["decoded", "write_whole"]

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would otherwise write other line ends


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, with or without its mark, or else in Windows' Western letters.

    A byte that is neither becomes a replacement character.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def write_whole(path: Path, data: bytes, permissions: int = 0o666) -> None:
    """Write a file beside and rename it, so that what stands under its name is never half of it.

    A file that is replaced keeps its permissions; a new one has those given, less the umask.

    Raises:
        RunError: S3C606, it cannot be written; what stood there before still does.
    """
    # A name of its own for each writer: the last to rename wins, and every one is whole.
    beside = path.with_name(f".{path.name[:100]}.{os.urandom(6).hex()}.part")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, permissions)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        with suppress(FileNotFoundError):
            beside.chmod(path.stat().st_mode & 0o7777)
        beside.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise bad_file(str(path), f"cannot be written: {reason}", "choose another place") from None
    finally:
        with suppress(OSError):
            beside.unlink()
