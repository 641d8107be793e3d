"""Getting a compiled model from its Python text or file.

The text is executed: load only what the compiler made.
"""

from __future__ import annotations

import hashlib
import linecache
import re
from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path
from types import CodeType, ModuleType

from .contract import ABI, CompiledModel
from .errors import bad_module
from .files import read_whole

__all__ = ["code_of", "load_module", "load_text"]

# Looked for in the text, before anything of it is executed.
_DECLARED = re.compile(r"^ABI = (\d{1,9})$", re.MULTILINE)


def load_module(path: str | PathLike[str]) -> CompiledModel:
    """The model of a generated `.py` file.

    Raises:
        RunError: S3C606, the file cannot be read; S3C605, it is no compiled model, or one for
            another runtime.
    """
    file = Path(path)
    try:
        text = read_whole(file).decode("utf-8")
    except UnicodeDecodeError as error:
        raise bad_module(fspath(path), "is not a text in UTF-8") from error
    return _execute(_code(text, file.stem, str(file.resolve())), text, file.stem)


def load_text(
    text: str, name: str, folder: str | None = None, code: CodeType | None = None
) -> CompiledModel:
    """The model of a generated module that is in memory.

    Args:
        text: the module's Python text.
        name: what to call the module, in tracebacks too.
        folder: where the files stand that the model reads, if it reads any.
        code: what `code_of` gives for this text and name, if that is known already.

    Raises:
        RunError: S3C605, it is no compiled model, or one for another runtime.
    """
    model = _execute(code_of(text, name) if code is None else code, text, name)
    return replace(model, folder=folder) if model.readings else model


def code_of(text: str, name: str) -> CodeType:
    """The text of a generated module as Python compiles it, to be kept and loaded again.

    Raises:
        RunError: S3C605, it is not Python.
    """
    # The same text has the same file name, so that loading it again takes no more memory.
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return _code(text, name, f"<compiled {name} {digest}>")


def _code(text: str, name: str, filename: str) -> CodeType:
    try:
        return compile(text, filename, "exec")
    except (SyntaxError, ValueError, RecursionError) as error:
        raise bad_module(name, f"is not Python: {error}") from error


def _execute(code: CodeType, text: str, name: str) -> CompiledModel:
    """Run the module, after a look at which contract it was made for."""
    declared, filename = _DECLARED.search(text), code.co_filename
    if declared is None:
        raise bad_module(name, "is not a compiled model: it declares no ABI")
    if int(declared[1]) != ABI:
        raise bad_module(name, f"was made for version {declared[1]} of the runtime, not {ABI}")
    # So tracebacks and `inspect` find the text of a module that was made in memory.
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    module = ModuleType(name)
    module.__file__ = filename
    try:
        exec(code, module.__dict__)  # noqa: S102  (a module that the compiler made)
    except ImportError as error:
        raise bad_module(name, f"was made for another runtime: {error}") from error
    model = getattr(module, "model", None)
    if not isinstance(model, CompiledModel):
        raise bad_module(name, "is not a compiled model: it has no `model`")
    return model
