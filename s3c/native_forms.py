"""Native code of a model, kept beside its compiled form."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from s3c.runtime import write_whole

from .cache import Cache, note_use, stamps_of

if TYPE_CHECKING:
    from s3c.compiler import Compilation, Program
    from s3c.runtime import Request

__all__ = ["PLAIN", "Asked", "NativeFiles", "compilation_of"]


@dataclass(frozen=True, slots=True)
class Asked:
    """The derivatives that are asked for: with respect to what, and of what (None: of all)."""

    constants: tuple[str, ...] = ()
    of: tuple[str, ...] | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """What tells models with other derivatives apart; nothing of a model without."""
        return ("derivatives", repr((self.constants, self.of))) if self.constants else ()


PLAIN = Asked()
"""No derivatives."""


def compilation_of(
    data: bytes, file: Path, data_root: tuple[Path, ...], derivatives: Asked
) -> Compilation:
    """A model file compiled, with derivatives if any are asked for. Raises as `load` does."""
    from s3c.compiler import Source, compile_derivatives, compile_source

    source = Source.decode(data, str(file))
    if not derivatives.constants:
        return compile_source(source, data_root)
    return compile_derivatives(source, derivatives.constants, derivatives.of, data_root)


class NativeFiles:
    """Makes native modules of a model file, each once, in a folder of the user's own.

    Args:
        data: the model's bytes.
        name: what they are found by, besides.
        file: the model file.
        data_root: where else it may read the elements of subscript ranges.
        cache: where modules are kept; if not given, as long as the process lives.
        derivatives: those that the model computes.
    """

    def __init__(
        self,
        data: bytes,
        name: str,
        file: Path,
        data_root: tuple[Path, ...],
        cache: Cache | None,
        derivatives: Asked = PLAIN,
    ) -> None:
        self.data, self.file, self.data_root = data, file, data_root
        self.derivatives = derivatives
        self._name, self._cache = name, cache
        self._known: dict[Request, Path] = {}

    @cached_property
    def _program(self) -> Program:
        compilation = compilation_of(self.data, self.file, self.data_root, self.derivatives)
        assert compilation.program is not None
        return compilation.program

    @cached_property
    def _folder(self) -> Path:
        folder = self._cache.private_folder("native") if self._cache else None
        if folder is not None:
            return folder
        import shutil
        import tempfile
        import weakref

        temporary = tempfile.mkdtemp(prefix="s3c-native-")
        weakref.finalize(self, shutil.rmtree, temporary, ignore_errors=True)
        return Path(temporary)

    def module(self, request: Request, *, anew: bool = False) -> Path:
        """The file of a module for what is asked, made now if it is not there.

        Another process may remove it: `anew` looks again whether it is there.
        """
        if anew or request not in self._known:
            from importlib.metadata import version

            # numba keeps machine code by the file that it is of, and not by what that calls.
            called = hashlib.sha256(stamps_of("runtime")).hexdigest()
            name = "\0".join((self._name, repr(request), version("numba"), called))
            file = self._folder / f"m{Cache.digest(self.data, name)[:40]}.py"
            try:
                note_use(file, file.stat())
            except FileNotFoundError:
                self._make(file, request)
            self._known[request] = file
        return self._known[request]

    def _make(self, file: Path, request: Request) -> None:
        from s3c.compiler import print_native

        text = f"{print_native(self._program, request)}\nWHOLE = True\n"  # its last line, if it is
        write_whole(file, text.encode(), permissions=0o600)
        if self._cache is not None:
            self._cache.sweep_now_and_then(file.stem)
