"""Diagnostic codes explained: what s3c says of their examples, as text and as a page."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from s3c.runtime import RunError, load_text, simulate

from .findings import diagnostic_of, doubtful
from .linting import told_by_a_run
from .reference import escaped

if TYPE_CHECKING:
    from s3c.compiler import Diagnostic, Explanation, Source

__all__ = ["page", "said", "said_of"]

_CONTROLS = """
INITIAL TIME = 0 ~ Year ~|
FINAL TIME = 10 ~ Year ~|
TIME STEP = 1 ~ Year ~|
SAVEPER = TIME STEP ~ Year ~|
"""
_XMILE = (
    '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">'
    "<sim_specs><start>0</start><stop>10</stop><dt>1</dt></sim_specs>\n%s\n</xmile>"
)
_MODEL = "level = INTEG(growth, 1) ~~| growth = rate * level ~~| rate = 0.1 ~~|" + _CONTROLS
_DERIVED = "rate"  # with respect to what derivatives are asked for


def said(explanation: Explanation) -> str:
    """What s3c says of a code's bad example, as a person reads it: of that code alone."""
    from s3c.compiler import render

    found = said_of(explanation.bad, explanation.made)
    return "\n\n".join(render(each) for each in found if each.code == explanation.code)


def said_of(text: str, made: str) -> tuple[Diagnostic, ...]:
    """All that s3c says of an example, made in one of the ways of `Made`.

    Raises nothing that an example can cause: what stops a run is a diagnostic, too.
    """
    from s3c.compiler import CompileError, Source

    source = Source("model.xmile" if made == "xmile" else "model.mdl", _whole(text, made))
    try:
        match made:
            case "shown":
                return ()
            case "convert":
                from s3c.compiler import convert_source

                return convert_source(source, "model.xmile")[1]
            case "format":
                from s3c.compiler import format_source

                return format_source(Source(text, ""))[1]
            case "test":
                from s3c.compiler import compile_checks

                compiled = compile_checks(source)
                of_tests = (each for test in compiled.tests for each in test.diagnostics)
                return (*compiled.diagnostics, *of_tests)
            case "derive":
                from s3c.compiler import compile_derivatives

                return compile_derivatives(source, [_DERIVED]).diagnostics
            case "experiment":
                return _experiment(text)
            case _:
                return _checked(source, made)
    except CompileError as error:
        return error.diagnostics


def _checked(source: Source, made: str) -> tuple[Diagnostic, ...]:
    """What check says of a model, and if it compiles lint or a run."""
    from s3c.compiler import check, check_units, lint

    compilation = check(source)
    if compilation.generated is None or compilation.schedule is None:
        return compilation.diagnostics
    if made == "units" and compilation.system:
        checked = check_units(compilation.document, compilation.system)
        return (*compilation.diagnostics, *checked.diagnostics)
    if made == "lint":
        model = lint.Model.of(compilation.document, compilation.schedule)
        found = [*lint.lint_model(model)]
        found += told_by_a_run(model, found, compilation.generated.text, Path(source.name))
        return tuple(lint.unsuppressed(found, compilation.document, ran=True))
    if made == "run":
        try:
            run = simulate(load_text(compilation.generated.text, source.name))
            return (*compilation.diagnostics, *map(doubtful, run.doubts))
        except RunError as error:
            return (*compilation.diagnostics, diagnostic_of(error))
    return compilation.diagnostics


def _experiment(text: str) -> tuple[Diagnostic, ...]:
    """What is said of an experiment file beside a small model, in a folder for as long."""
    from dataclasses import replace

    from s3c.compiler import Source
    from s3c.experiments import ExperimentError, read_experiment

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "model.mdl").write_text(_MODEL, encoding="utf-8")
        file = Path(folder) / "experiment.toml"
        file.write_text(f'model = "model.mdl"\n{text}\n', encoding="utf-8")
        try:
            read_experiment(file)
        except ExperimentError as error:
            named = Source(file.name, file.read_text(encoding="utf-8"))
            return tuple(
                replace(
                    each, span=each.span and named.span(each.span.start, each.span.end), notes=()
                )
                for each in error.diagnostics
            )
    return ()


def _whole(text: str, made: str) -> str:
    """An example with what it leaves out: the clock, or what an XMILE file begins with."""
    if made == "xmile":
        return text if text.startswith("<xmile") else _XMILE % text
    return text if "FINAL TIME" in text else f"{text}\n{_CONTROLS}"


# --- The page ---

_HEAD = """\
# Diagnostics

Every message of s3c has a code. What each means stands here, with an example that gives it, what
s3c says of that, and one that is right. `s3c explain CODE` tells the same in a terminal.

This page is made by `s3c explain --markdown`; tests compile the examples. Models are shown without
their control variables (INITIAL TIME, FINAL TIME, TIME STEP, SAVEPER).

- **Errors** stop the compiler or the run. **Warnings** do not: `--ignore CODE` silences them, and
  `s3c check --strict` takes them for errors, so that nothing that may differ from Vensim passes.
- What only `s3c lint` says begins with S3C8. `--select` and `--ignore` choose among its codes.
  A comment in the third field of an equation, which Vensim keeps, says that something is meant:
  `rate = 0.04 * people ~ people/Year ~ As in 1990. {s3c: ignore S3C802} |`.
- `s3c check` and `s3c lint` print `--format json` and `--format sarif`, too, for programs.
"""
_MAY_DIFFER = """\
## Where results may differ from Vensim's

Each has a code: what s3c computes in its own way, since nobody could find out Vensim's, and what it
leaves aside. `s3c check --strict` takes them for errors. S3C608, S3C610 and S3C618 only a run can
tell, and S3C617 where times are computed or set: `s3c run --strict` takes these for errors, too.
S3C718 and S3C763 are of control files, and told by the command that reads them. What is uncertain
of a function (S3C240) stands with it in the reference of functions.

One difference has no code: Vensim computes with seven digits unless it is told to use sixteen, and
searches for prices and shares (ALLOCATE AVAILABLE, FIND MARKET PRICE) until three are right. s3c
has sixteen everywhere.
"""
_SECTIONS = {
    "S3C1": "Syntax",
    "S3C15": "Reading XMILE",
    "S3C17": "Writing XMILE",
    "S3C2": "Names, functions, subscripts, data and reality checks",
    "S3C3": "Units",
    "S3C4": "Order",
    "S3C5": "Size and derivatives",
    "S3C6": "Running",
    "S3C7": "Experiments, pictures and studies",
    "S3C8": "Lint",
    "S3C9": "s3c's own errors",
}
_LANGUAGES = {"experiment": "toml", "format": "text", "shown": "text", "xmile": "xml"}


def page() -> str:
    """All codes as a page: docs/diagnostics.md."""
    from s3c.compiler import explanations

    blocks, section = [_HEAD, *_approximations()], ""
    for code, each in explanations().items():
        name = next(name for start, name in reversed(_SECTIONS.items()) if code.startswith(start))
        if name != section:
            blocks.append(f"## {name}\n")
            section = name
        blocks.append("\n".join(_entry(each)) + "\n")
    return "\n".join(blocks)


def _approximations() -> Iterator[str]:
    """The codes of what may be otherwise in Vensim."""
    from s3c.compiler import APPROXIMATIONS, CODES

    yield _MAY_DIFFER
    yield "\n".join(f"- {code}: {escaped(CODES[code])}" for code in APPROXIMATIONS) + "\n"


def _entry(each: Explanation) -> Iterator[str]:
    # A link to the code alone, whatever its title.
    yield from (f'<a id="{each.code.lower()}"></a>', "")
    yield from (f"### {each.code}: {escaped(each.title)}", "")
    if each.means:
        yield from (escaped(each.means), "")
    if each.without:
        yield from (f"No example: {escaped(each.without)}", "")
    for title, text in (("Bad", each.bad), ("Good", each.good)):
        if text:
            language = _LANGUAGES.get(each.made, "mdl")
            yield from (f"{title}:", "", f"```{language}", text, "```", "")
        if title == "Bad" and (answer := said(each)):
            yield from ("s3c says:", "", "```text", answer, "```", "")
