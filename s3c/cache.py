"""Compiled forms of models, kept from one run to the next.

A form is found by what it was made from: the model's bytes and name, the compiler, the runtime's
ABI. It holds the module's text, and what Python compiles that to, so that only the first run waits
for it. It is used only if it is whole (it carries its own checksum) and if nobody but its user can
have written it. Whatever goes wrong with the folder, the model is just compiled again. When it was
last used stands in a file's time of access, so that the folder can be swept (`sweeping.py`).
"""

from __future__ import annotations

import hashlib
import json
import marshal
import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType

from s3c.runtime import ABI, VERSION, RunError, open_file, write_whole

__all__ = ["Cache", "Kept", "digest_of", "note_use", "stamps_of"]

_MARK = b"# s3c compiled form "
_NO_REFERENCES = 2  # a format of `marshal` in which the same code is always the same bytes
_A_SWEEP_EACH = 64  # of what is newly kept
_SELDOM = 3600 * 10**9  # nanoseconds between two notes that the same is used
_OTHERS_MAY_WRITE = 0o022
_OTHERS_MAY_ENTER = 0o077


@dataclass(frozen=True, slots=True)
class Kept:
    """A compiled form: the module's text and code, and the warnings that came with it.

    `files` are those beside the model that it was made from, too, with their digests.
    """

    text: str
    code: CodeType
    warnings: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of compiled forms."""

    folder: Path

    @classmethod
    def default(cls) -> Cache:
        """The user's own: `S3C_CACHE` if that is set, else where the system keeps caches."""
        chosen = os.environ.get("S3C_CACHE")
        if chosen:
            return cls(Path(chosen))
        if sys.platform == "win32":
            base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        else:
            base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return cls(Path(base) / "s3c")

    def find(self, data: bytes, name: str) -> Kept | None:
        """The compiled form of a model, if there is a whole one that can be trusted."""
        file = self._file(data, name)
        try:
            if not _is_private(self.folder):
                return None
            with open_file(file) as opened:
                # Asked of what was opened, in whose place nobody can put another file.
                status = os.fstat(opened.fileno())
                if not _is_ours(status):
                    return None
                head, _, body = opened.read().partition(b"\n")
            if head != _MARK + _digest(body):
                return None
            told, _, code = body.partition(b"\0")  # which no Python text holds
            said, text = told.decode("utf-8", "surrogateescape").split("\n", 1)
            warnings, files = json.loads(said.removeprefix("# "))
            if not isinstance(files, dict) or any(
                digest_of(Path(each)) != digest for each, digest in files.items()
            ):
                return None
            note_use(file, status)
            return Kept(text, marshal.loads(code), tuple(warnings), files)  # noqa: S302 -- our own
        except (OSError, ValueError, EOFError, TypeError):
            return None

    def keep(self, data: bytes, name: str, kept: Kept) -> None:
        """Keep a compiled form, whole or not at all. It is no error if it cannot be."""
        told = f"# {json.dumps([kept.warnings, kept.files])}\n{kept.text}"
        with suppress(OSError, RunError, ValueError):  # as of code that is nested too deep
            code = marshal.dumps(kept.code, _NO_REFERENCES)
            body = told.encode("utf-8", "surrogateescape") + b"\0" + code
            whole = _MARK + _digest(body) + b"\n" + body
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = self._file(data, name)
            write_whole(file, whole, permissions=0o600)
            self.sweep_now_and_then(file.stem)

    def sweep_now_and_then(self, kept: str) -> None:
        """Sweep the folder after some of the things that are newly kept: the name says which."""
        # Chosen by the name, which is a digest: so processes need not agree on when it was done.
        if int(kept[-8:], 16) % _A_SWEEP_EACH == 0:
            from .sweeping import sweep

            with suppress(OSError):
                if _is_private(self.folder):
                    sweep(self.folder)

    def private_folder(self, name: str) -> Path | None:
        """A folder in this one that nobody but its user can enter; None if there can be none."""
        folder = self.folder / name
        try:
            for each in (self.folder, folder):
                each.mkdir(mode=0o700, parents=True, exist_ok=True)
                if not _is_private(each):
                    return None
            if sys.platform != "win32" and folder.stat().st_mode & _OTHERS_MAY_ENTER:
                # numba writes there as the umask has it: others may have changed what they reach.
                inside = (*folder.glob("*"), *folder.glob("__pycache__/*"))
                if not all(map(_is_private, inside)):
                    return None
                folder.chmod(0o700)
        except OSError:
            return None
        return folder

    def _file(self, data: bytes, name: str) -> Path:
        return self.folder / f"{self.digest(data, name)}.py"

    @staticmethod
    def digest(data: bytes, name: str) -> str:
        """What stands for what is made of a model's bytes by this compiler."""
        made_from = hashlib.sha256()
        for part in (data, name.encode("utf-8", "surrogateescape"), *_maker()):
            made_from.update(len(part).to_bytes(8, "big") + part)
        return made_from.hexdigest()


def _maker() -> list[bytes]:
    """What stands for the compiler: its version, and its files."""
    return [f"{VERSION} {ABI} {sys.version}".encode(), stamps_of("compiler")]


def stamps_of(part: str) -> bytes:
    """What stands for the files of a part of s3c, since they may be edited."""
    root = Path(__file__).parent
    folders = [root / part, root.parent / part]
    home = next((each for each in folders if each.is_dir()), root)
    stamps = []
    for folder, _, names in os.walk(home):
        for name in names:
            if name.endswith((".py", ".lark", ".mdl")):
                status = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 -- every start
                stamps.append(f"{name} {status.st_mtime_ns} {status.st_size}")
    return "\n".join(sorted(stamps)).encode()


def note_use(file: Path, status: os.stat_result) -> None:
    """Note that a file that is kept is used now, if that was not noted lately.

    Only its time of access says so: numba knows a module by when it was changed.
    """
    now = time.time_ns()
    if now - max(status.st_atime_ns, status.st_mtime_ns) > _SELDOM:
        with suppress(OSError):
            os.utime(file, ns=(now, status.st_mtime_ns))


def digest_of(file: Path) -> str:
    """What stands for a file's content. Raises OSError if it cannot be read, or is no file."""
    with open_file(file) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()


def _is_private(path: Path) -> bool:
    """Whether only this user can have written a file or folder."""
    return _is_ours(path.stat())


def _is_ours(status: os.stat_result) -> bool:
    if sys.platform == "win32":
        return True
    return status.st_uid == os.getuid() and not status.st_mode & _OTHERS_MAY_WRITE
