"""From a model's file to its reality checks, ready to be tested."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from s3c.runtime import CompiledCheck, ModelChecks, RunError, load_text

from .loading import PathLike, read_model

if TYPE_CHECKING:
    from s3c.compiler import TestCompilation

__all__ = ["LoadedChecks", "load_checks", "load_checks_with_warnings"]


@dataclass(frozen=True, slots=True)
class LoadedChecks:
    """A model's checks, and what the compiler warned of, already rendered."""

    checks: ModelChecks
    warnings: tuple[str, ...] = ()


def load_checks(path: PathLike, *, data_root: Iterable[PathLike] = ()) -> ModelChecks:
    """The reality checks of a model file: `load_checks("m.mdl").test()` tests them all.

    Raises:
        CompileError: the model, or a check, has errors; all of them are in it.
        RunError: the file cannot be read, or is a compiled module (S3C606).
    """
    return load_checks_with_warnings(path, data_root=data_root).checks


def load_checks_with_warnings(
    path: PathLike, *, data_root: Iterable[PathLike] = ()
) -> LoadedChecks:
    """As `load_checks`, with the compiler's warnings."""
    from s3c.compiler import CompileError, Source, compile_checks, render

    file = Path(path)
    if file.suffix.lower() == ".py":
        message = f"{file} is a compiled module, which holds no reality checks"
        raise RunError("S3C606", message, "give the model file that it was compiled from")
    source = Source.decode(read_model(file), str(file))
    compilation = compile_checks(source, tuple(Path(each) for each in data_root))
    if compilation.watched is None:
        raise CompileError(compilation.diagnostics)
    watched = load_text(compilation.watched.text, str(file), str(file.parent))
    checks = tuple(_check(each, file) for each in compilation.tests)
    compared = dict.fromkeys(each for test in compilation.tests for each in test.check.compared)
    warnings = tuple(map(render, compilation.diagnostics))
    return LoadedChecks(ModelChecks(watched, checks, tuple(compared)), warnings)


def _check(test: TestCompilation, file: Path) -> CompiledCheck:
    from s3c.compiler import render

    check = test.check
    texts = {each.number: each.text for each in check.inputs}
    model = None
    if test.generated is not None:
        model = load_text(test.generated.text, str(file), str(file.parent))
    return CompiledCheck(
        check.name,
        check.stem,
        check.span.location.line,
        " ".join(check.span.text.split()),
        ways=tuple(tuple(texts[number] for number in way) for way in check.alternatives),
        shown=tuple(each.text for each in check.shown),
        ranges=tuple(each.name for each in check.subscripts),
        model=model,
        problem="\n\n".join(render(each) for each in test.diagnostics if each.is_error),
    )
