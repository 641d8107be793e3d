"""Files of text as they come, and files written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from io import BufferedReader
from pathlib import Path

from .errors import RunError, bad_file
from .names import printable

__all__ = ["MOST_TEXT", "decoded", "open_file", "read_whole", "write_whole"]

MOST_TEXT = 1 << 28
"""Bytes of a model or another text that is read at once: the largest models have a tenth."""

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would otherwise write other line ends
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)  # to open a pipe to which nobody writes would wait for ever
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, with or without its mark, or else in Windows' Western letters.

    A byte that is neither becomes a replacement character.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def open_file(path: str | os.PathLike[str], *, follow: bool = True) -> BufferedReader:
    """Open a file to read its bytes. A folder, a pipe or a device, which may never end, is refused.

    Without `follow` so is a link: where links were followed before, one can only have come since.

    Raises:
        OSError: it cannot be opened, or is no file. ValueError: no file can have this name.
    """
    links = 0 if follow else _NO_LINK
    handle = os.open(path, os.O_RDONLY | _BINARY | _AT_ONCE | links)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is not a file")  # noqa: TRY301
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_whole(path: str | os.PathLike[str], most: int = MOST_TEXT) -> bytes:
    """The bytes of a file.

    Raises:
        RunError: S3C606, it cannot be read, is no file, or has more bytes than `most`.
    """
    name = printable(os.fspath(path))
    try:
        with open_file(path) as file:
            if os.fstat(file.fileno()).st_size > most:
                raise OSError(errno.EFBIG, f"it is larger than {most:,} bytes")  # noqa: TRY301
            return file.read()
    except (OSError, ValueError) as error:  # a name may hold what no file system takes
        reason = getattr(error, "strerror", None) or str(error)
        hint = "check the file's name and rights"
        raise RunError("S3C606", f"{name} cannot be read: {reason}", hint) from None


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
