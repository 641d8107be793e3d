"""Targets that are models: as bytes, or built from choices by `grammar`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps

from s3c.compiler import (
    Compilation,
    Diagnostic,
    Source,
    check,
    check_units,
    compile_checks,
    convert_source,
    format_source,
    lint,
    render,
    syntax,
)
from s3c.runtime import RunError, load_text

from .grammar import mended, model_text

__all__ = ["MODEL_TARGETS"]

_FEW_STEPS = 3
_MENDED = 4  # times that the equations with errors are replaced


def _told(found: tuple[Diagnostic, ...]) -> bool:
    """Whether there is an error; all that is found can be shown, and none is s3c's own."""
    for each in found:
        assert "[S3C9" not in render(each)
    return any(each.is_error for each in found)


def _named(name: str) -> Callable[[Callable[[Source], None]], Callable[[bytes], None]]:
    def target(feed: Callable[[Source], None]) -> Callable[[bytes], None]:
        @wraps(feed)
        def fed(data: bytes) -> None:
            feed(Source.decode(data, name))

        return fed

    return target


def _scanner(data: bytes) -> None:
    """Text to a tree, and back to the same bytes; laid out, it is as it was, once and for all."""
    document, found = syntax.parse(Source.decode(data, "m.mdl"))
    _told(found)
    assert document.print() == data
    _format(Source.decode(data, "m.mdl"))


def _compile(source: Source) -> Compilation:
    """Compile; what compiles is run for a few steps, and compiles to the same text again."""
    compilation = check(source)
    wrong = _told(compilation.diagnostics)
    assert wrong == (compilation.generated is None)
    if compilation.generated is not None:
        syntax.forget()
        again = check(source).generated
        assert again is not None
        assert again.text == compilation.generated.text
        with suppress(RunError):
            begun = load_text(compilation.generated.text, "m").start()
            for _ in range(_FEW_STEPS):
                if not begun.is_over:
                    begun.step()
    return compilation


def _run(source: Source) -> None:
    _compile(source)


def _checks(source: Source) -> None:
    """A model with its reality checks, each compiled."""
    compilation = compile_checks(source)
    _told(compilation.diagnostics)
    for each in compilation.tests:
        _told(each.diagnostics)


def _units(source: Source) -> None:
    """A model whose units are held against its equations, as written and inferred."""
    compilation = check(source)
    if compilation.system is not None:
        for infer in (False, True):
            _told(check_units(compilation.document, compilation.system, infer=infer).diagnostics)


def _lint(source: Source) -> None:
    """A model that all rules look at."""
    compilation = check(source)
    if compilation.schedule is not None:
        model = lint.Model.of(compilation.document, compilation.schedule)
        found = tuple(lint.lint_model(model))
        _told(found)
        _told(tuple(lint.unsuppressed(found, compilation.document, ran=False)))


def _format(source: Source) -> None:
    """A model in the canonical layout: it means what it did, and laid out again it is the same."""
    laid_out, found = format_source(source)
    _told(found)
    again = Source(source.name, laid_out)
    assert format_source(again)[0] == laid_out
    assert _definitions(again) == _definitions(source)


def _definitions(source: Source) -> list[object]:
    return [each.definition for each in syntax.parse(source)[0].equations()]


def _convert(source: Source) -> None:
    """A model written as XMILE, and that compiled, and written as a model again."""
    written, found = convert_source(source, "m.xmile")
    if _told(found):
        return
    _told(check(written).diagnostics)
    back, lost = convert_source(written, "m.mdl")
    if not _told(lost):
        _told(check(back).diagnostics)


def _built(feed: Callable[[Source], None]) -> Callable[[bytes], None]:
    """The same of a model that the bytes build, and of what is left of it that compiles."""

    @wraps(feed)
    def fed(data: bytes) -> None:
        text = model_text(data)
        feed(Source("m.mdl", text))
        compiling = _compiling(text)
        if compiling != text:
            feed(Source("m.mdl", compiling))

    return fed


def _compiling(text: str) -> str:
    """The model without the equations that have errors, if it compiles then."""
    for _ in range(_MENDED):
        found = check(Source("m.mdl", text)).diagnostics
        lines = {each.span.location.line for each in found if each.is_error and each.span}
        if not lines:
            break
        text = mended(text, lines)
    return text


MODEL_TARGETS: dict[str, Callable[[bytes], None]] = {
    "scanner": _scanner,
    "compiler": _named("m.mdl")(_run),
    "checks": _named("m.mdl")(_checks),
    "units": _named("m.mdl")(_units),
    "lint": _named("m.mdl")(_lint),
    "convert": _named("m.mdl")(_convert),
    "xmile": _named("m.xmile")(_run),
    "xmile_units": _named("m.xmile")(_units),
    "built": _built(_run),
    "built_checks": _built(_checks),
    "built_units": _built(_units),
    "built_lint": _built(_lint),
    "built_format": _built(_format),
    "built_convert": _built(_convert),
}
