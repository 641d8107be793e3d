"""From a file's path to a model that runs; the compiled form is kept."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from s3c.runtime import CompiledModel, code_of, load_module, load_text

from .cache import Cache, Kept, digest_of
from .native_forms import PLAIN, Asked, NativeFiles, compilation_of

if TYPE_CHECKING:
    from s3c.compiler import Generated

__all__ = ["MODEL_ENDINGS", "Loaded", "ModelText", "compile_file", "load", "load_with_warnings"]

MODEL_ENDINGS = (".mdl", ".xmile", ".stmx", ".itmx")
"""How model files end: Vensim's, and XMILE's."""

PathLike = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model, and what the compiler said of it, already rendered: warnings and remarks."""

    model: CompiledModel
    warnings: tuple[str, ...] = ()


def load(
    path: PathLike,
    *,
    cache: bool = True,
    data_root: Iterable[PathLike] = (),
    derivatives: Iterable[str] = (),
    derivatives_of: Iterable[str] | None = None,
) -> CompiledModel:
    """A model that runs, from a model file (`.mdl`, or XMILE) or a module compiled from one.

    An unchanged model is not compiled again: its compiled form is kept in a cache folder, found
    by the file's content, the compiler's version and the runtime's. `cache=False` neither reads
    nor writes it. The elements of subscript ranges may stand in files, beside the model or in the
    folders of `data_root`.

    With `derivatives`, the names of constants, elements of them, or stocks for their initial
    values, the model also computes the derivatives with respect to these of `derivatives_of`, or of
    all variables that they reach: variables that are called as `derivative_name` says. They are
    those of the numbers that a run computes, exact but for rounding, in whatever engine.

    Raises:
        CompileError: the model has errors; all of them are in it. There are no such derivatives
            (S3C502, S3C503).
        UnknownNameError: S3C604, a name of a derivative is not in the model.
        RunError: the file cannot be read (S3C606), was compiled for another runtime (S3C605), or is
            a compiled module, which has no derivatives (S3C606).
    """
    asked = Asked(tuple(derivatives), None if derivatives_of is None else tuple(derivatives_of))
    return load_with_warnings(path, cache=cache, data_root=data_root, derivatives=asked).model


def load_with_warnings(
    path: PathLike,
    *,
    cache: bool = True,
    data_root: Iterable[PathLike] = (),
    derivatives: Asked = PLAIN,
) -> Loaded:
    """As `load`, with the compiler's warnings."""
    file = Path(path)
    if file.suffix.lower() == ".py":
        if derivatives.constants:
            raise _no_derivatives(file)
        return Loaded(load_module(file))
    roots = tuple(Path(each) for each in data_root)
    return _load(read_model(file), file, roots, derivatives, cache=cache)


@dataclass(frozen=True, slots=True)
class ModelText:
    """A model as text: what it takes to have the same model elsewhere, in another process say.

    Attributes:
        data: the bytes of the model file, or of the module if that is all there is.
        file: what it is called; nothing is read from there, but files beside it may be.
        data_root: where else it may read the elements of subscript ranges.
        derivatives: those that the model computes.
        is_module: whether `data` are a compiled module.
    """

    data: bytes
    file: Path
    data_root: tuple[Path, ...] = ()
    derivatives: Asked = PLAIN
    is_module: bool = False

    @classmethod
    def of(cls, model: CompiledModel) -> ModelText:
        """The text that a model was loaded from, with paths that hold in every folder."""
        native = model.native
        if isinstance(native, NativeFiles):
            roots = tuple(each.absolute() for each in native.data_root)
            return cls(native.data, native.file.absolute(), roots, native.derivatives)
        folder = Path(model.folder or "").absolute()
        name = f"{Path(model.name).stem}.py"
        return cls(model.text.encode("utf-8", "surrogatepass"), folder / name, is_module=True)

    def with_derivatives(self, constants: Iterable[str], of: Iterable[str]) -> ModelText:
        """The same model that also computes derivatives, of some variables alone; as `load` does.

        Raises:
            RunError: S3C606, it is a compiled module.
        """
        if self.is_module:
            raise _no_derivatives(self.file)
        return replace(self, derivatives=Asked(tuple(constants), tuple(of)))

    def load(self) -> CompiledModel:
        """The model; its compiled form is kept as that of a file is.

        Raises:
            CompileError: it does not compile here, since files that it needs are missing; or there
                are no such derivatives.
            RunError: S3C605, it was compiled for another runtime.
        """
        if self.is_module:
            text = self.data.decode("utf-8", "surrogatepass")
            return load_text(text, self.file.stem, str(self.file.parent))
        return _load(self.data, self.file, self.data_root, self.derivatives, cache=True).model


def _load(
    data: bytes, file: Path, roots: tuple[Path, ...], derivatives: Asked, *, cache: bool
) -> Loaded:
    """A model, from the bytes of its file."""
    store = Cache.default() if cache else None
    name = "\0".join((*map(str, (file, *roots)), *derivatives.words))
    kept = store.find(data, name) if store else None
    if kept is None:
        kept = _compiled(data, file, roots, derivatives)
        if store:
            store.keep(data, name, kept)
    native = NativeFiles(data, name, file, roots, store, derivatives)
    model = load_text(kept.text, str(file), str(file.parent), kept.code)
    return Loaded(replace(model, native=native), kept.warnings)


def _no_derivatives(file: Path) -> Exception:
    from s3c.runtime import RunError

    message = f"{file} is a compiled module, whose equations cannot be differentiated"
    return RunError("S3C606", message, "give the model file that it was compiled from")


def _compiled(data: bytes, file: Path, data_root: tuple[Path, ...], derivatives: Asked) -> Kept:
    """A model's compiled form, made anew."""
    from s3c.compiler import render

    compilation = compilation_of(data, file, data_root, derivatives)
    assert compilation.generated is not None
    warnings = tuple(map(render, compilation.diagnostics))
    files = {str(each): digest_of(each) for each in compilation.files}
    text = compilation.generated.text
    return Kept(text, code_of(text, str(file)), warnings, files)


def read_model(file: Path) -> bytes:
    """A model file's bytes.

    Raises:
        RunError: it cannot be read, is no file, or is too large (S3C606).
    """
    from s3c.runtime import read_whole

    return read_whole(file)


def compile_file(
    path: PathLike, *, to: PathLike | None = None, data_root: Iterable[PathLike] = ()
) -> Generated:
    """Compile a model file to the text of a Python module, with the place of every line.

    If the text is to be written `to` a file in another folder, what the model reads from files is
    looked for beside the model all the same.

    Raises:
        CompileError: the model has errors; all of them are in it.
        RunError: the file cannot be read (S3C606).
    """
    from s3c.compiler import Source, compile_source, module_for

    file = Path(path)
    roots = tuple(Path(each) for each in data_root)
    compilation = compile_source(Source.decode(read_model(file), str(file)), roots)
    return module_for(compilation, file if to is None else Path(to))
