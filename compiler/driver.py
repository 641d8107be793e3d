"""The whole pipeline on one screen: read it downwards to follow one equation to Python."""

from __future__ import annotations

import gc
import math
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

from s3c.runtime import Files

from .backends import Generated, print_python
from .diagnostics import CompileError, Diagnostic
from .graph import Schedule, doubts, order
from .program import Program, lower
from .source import Source
from .syntax import Document, format_document, parse
from .system import Check, System, Tested, aliases, resolve, resolve_checks

__all__ = [
    "ChecksCompilation",
    "Compilation",
    "TestCompilation",
    "check",
    "check_syntax",
    "compile_checks",
    "compile_source",
    "format_source",
    "module_for",
]

XMILE_ENDINGS = (".xmile", ".stmx", ".itmx")
"""How the names of XMILE files end: the standard's own, and those of STELLA and iThink."""


@dataclass(frozen=True, slots=True)
class Compilation:
    """Every stage of one compilation. After the first stage with an error there are no more."""

    source: Source
    diagnostics: tuple[Diagnostic, ...]
    document: Document
    system: System | None = None
    schedule: Schedule | None = None
    program: Program | None = None
    generated: Generated | None = None
    files: tuple[Path, ...] = ()
    """The files that the model's subscript ranges were read from."""

    @property
    def ok(self) -> bool:
        """Whether the model was compiled."""
        return self.generated is not None


def check(source: Source, data_root: Sequence[Path] = ()) -> Compilation:
    """Compile as far as it goes. All errors of a stage are found before it gives up.

    A model may list the elements of subscript ranges in files, in its own folder or in those of
    `data_root`. Names are resolved even where some equations could not be parsed, so that one run
    tells as much as it can.
    """
    with _no_collections():
        return _checked(source, data_root)


@contextmanager
def _no_collections() -> Iterator[None]:
    """Let Python look for no circles meanwhile: trees have none, and each time it looks at all.

    What was made then counts as old, so that Python does not look through all of it at once.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():  # else somebody wants what is frozen to stay so
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def _checked(source: Source, data_root: Sequence[Path]) -> Compilation:
    document, found = read_document(source)
    files = Files(Path(source.name).parent, data_root, aliases(document))
    system, of_names = resolve(document, files)
    found = tuple(sorted((*found, *of_names), key=_place))
    if _stops(found):
        return Compilation(source, found, document)
    schedule, of_order = order(system)
    found += of_order
    if _stops(found):
        return Compilation(source, found, document, system)
    found = tuple(sorted((*found, *doubts(schedule)), key=_place))
    program = lower(schedule, PurePath(source.name).stem)
    generated = print_python(program)
    return Compilation(
        source, found, document, system, schedule, program, generated, files.read
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TestCompilation:
    """One reality check, compiled into a model in which a test makes its condition true.

    Without a condition that can be made true there are neither generated text nor diagnostics.
    """

    __test__ = False
    check: Check
    generated: Generated | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class ChecksCompilation:
    """A model with its reality checks; `watched` is the model as it is, with what they read."""

    source: Source
    diagnostics: tuple[Diagnostic, ...]
    watched: Generated | None = None
    tests: tuple[TestCompilation, ...] = ()


def compile_checks(source: Source, data_root: Sequence[Path] = ()) -> ChecksCompilation:
    """Compile a model's reality checks: a model that watches all of them, and one to test each.

    What is wrong with a single test, such as a circle that only it makes, is told with that test.
    """
    plain = check(source, data_root)
    if not plain.ok:
        return ChecksCompilation(source, plain.diagnostics)
    files = Files(Path(source.name).parent, data_root, aliases(plain.document))
    checked, found = resolve_checks(plain.document, files)
    found = tuple(dict.fromkeys((*plain.diagnostics, *found)))
    if _stops(found):
        return ChecksCompilation(source, tuple(sorted(found, key=_place)))
    watched, of_order = _printed(checked.watched, source)
    found = tuple(sorted(dict.fromkeys((*found, *of_order)), key=_place))
    tested = {each.check.stem: each for each in checked.tested}
    tests = tuple(
        _tested(tested[each.stem], source) if each.stem in tested else TestCompilation(each)
        for each in checked.checks
    )
    return ChecksCompilation(source, found, watched, tests)


def _tested(tested: Tested, source: Source) -> TestCompilation:
    if _stops(tested.diagnostics):
        return TestCompilation(tested.check, None, tested.diagnostics)
    generated, of_order = _printed(tested.system, source)
    return TestCompilation(tested.check, generated, of_order if generated is None else ())


def _printed(system: System, source: Source) -> tuple[Generated | None, tuple[Diagnostic, ...]]:
    """A system as a module, if its equations can be put in order."""
    schedule, found = order(system)
    if _stops(found):
        return None, found
    return print_python(lower(schedule, PurePath(source.name).stem)), found


def compile_source(source: Source, data_root: Sequence[Path] = ()) -> Compilation:
    """Compile a model, or raise; see `check`.

    Raises:
        CompileError: the model has errors; it carries them all, and the warnings.
    """
    compilation = check(source, data_root)
    if not compilation.ok:
        raise CompileError(compilation.diagnostics)
    return compilation


def module_for(compilation: Compilation, target: Path) -> Generated:
    """A compiled model as the module that will be written to a file.

    What the model reads from files, the module looks for beside the model, seen from `target`.
    """
    assert compilation.generated is not None
    assert compilation.program is not None
    if not compilation.program.readings:
        return compilation.generated
    beside, own = Path(compilation.source.name).parent.resolve(), target.parent.resolve()
    try:
        folder = os.path.relpath(beside, own)
    except ValueError:  # on another drive
        folder = str(beside)
    return print_python(compilation.program, "" if folder == os.curdir else folder)


def check_syntax(source: Source) -> tuple[Diagnostic, ...]:
    """What is wrong with a file's syntax, whatever it means."""
    return read_document(source)[1]


def format_source(source: Source) -> tuple[str, tuple[Diagnostic, ...]]:
    """A file's text in the canonical layout, and what is wrong with its syntax.

    An XMILE file is refused: its text stays as it is.
    """
    if is_xmile(source):
        from .xmile import no_format

        return source.text, (no_format(source.span(0, 0)),)
    document, diagnostics = parse(source)
    return format_document(document), diagnostics


def read_document(source: Source) -> tuple[Document, tuple[Diagnostic, ...]]:
    """What a model file says, by the ending of its name: XMILE, or else Vensim's own language."""
    if not is_xmile(source):
        return parse(source)
    from .xmile import parse_xmile

    return parse_xmile(source)


def is_xmile(source: Source) -> bool:
    """Whether the name of a model file says that it is XMILE."""
    return PurePath(source.name).suffix.lower() in XMILE_ENDINGS


def _place(diagnostic: Diagnostic) -> float:
    """In the order of the file; what has no place comes last."""
    return diagnostic.span.start if diagnostic.span else math.inf


def _stops(diagnostics: tuple[Diagnostic, ...]) -> bool:
    return any(each.is_error for each in diagnostics)
