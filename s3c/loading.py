"""From a file's path to a model that runs; the compiled form is kept."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from s3c.runtime import CompiledModel, load_module, load_text

from .cache import Cache

if TYPE_CHECKING:
    from s3c.compiler import Generated

__all__ = ["Loaded", "compile_file", "load", "load_with_warnings"]

PathLike = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model, and what the compiler warned of, already rendered."""

    model: CompiledModel
    warnings: tuple[str, ...] = ()


def load(path: PathLike, *, cache: bool = True) -> CompiledModel:
    """A model that runs, from a model file (`.mdl`) or from a module compiled from one (`.py`).

    An unchanged model is not compiled again: its compiled form is kept in a cache folder, found
    by the file's content, the compiler's version and the runtime's. `cache=False` neither reads
    nor writes it.

    Raises:
        CompileError: the model has errors; all of them are in it.
        RunError: the file cannot be read (S3C606), or was compiled for another runtime (S3C605).
    """
    return load_with_warnings(path, cache=cache).model


def load_with_warnings(path: PathLike, *, cache: bool = True) -> Loaded:
    """As `load`, with the compiler's warnings."""
    file = Path(path)
    if file.suffix.lower() == ".py":
        return Loaded(load_module(file))
    data = read_model(file)
    store = Cache.default() if cache else None
    kept = store.find(data, str(file)) if store else None
    if kept is None:
        from s3c.compiler import Source, compile_source, render

        compilation = compile_source(Source.decode(data, str(file)))
        assert compilation.generated is not None
        text = compilation.generated.text
        warnings = tuple(map(render, compilation.diagnostics))
        if store:
            store.keep(data, str(file), text, warnings)
    else:
        text, warnings = kept.text, kept.warnings
    return Loaded(load_text(text, str(file)), warnings)


def read_model(file: Path) -> bytes:
    """A model file's bytes.

    Raises:
        RunError: it cannot be read (S3C606).
    """
    from s3c.runtime import RunError

    try:
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunError(
            "S3C606", f"{file} cannot be read: {reason}", hint="check the file's name and rights"
        ) from None


def compile_file(path: PathLike) -> Generated:
    """Compile a model file to the text of a Python module, with the place of every line.

    Raises:
        CompileError: the model has errors; all of them are in it.
        RunError: the file cannot be read (S3C606).
    """
    from s3c.compiler import Source, compile_source

    file = Path(path)
    generated = compile_source(Source.decode(read_model(file), str(file))).generated
    assert generated is not None
    return generated
