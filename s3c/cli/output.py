"""How commands talk: diagnostics in colour, errors as exit codes, files whole or not at all."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from s3c.runtime import RunError, printable_lines

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

__all__ = [
    "BROKEN",
    "FAILED",
    "UNUSABLE",
    "ignore",
    "ignored",
    "is_ignored",
    "progress",
    "say",
    "show_diagnostic",
    "stop_on_errors",
    "strictly",
]

FAILED = 1
UNUSABLE = 2
BROKEN = 3
_PATIENCE = 1.0  # seconds before a person is shown how far it is
_PARTS = 1000
# What s3c was not able to open, write or understand, as against what is wrong in a model.
_UNUSABLE_CODES = frozenset(
    {
        *("S3C602", "S3C604", "S3C605", "S3C606", "S3C607", "S3C611", "S3C612", "S3C613"),
        *("S3C790", "S3C791", "S3C792"),
    }
)

_IGNORED = "s3c.ignored"  # where a command's context has the codes
_HEAD = re.compile(r"(error|warning|info)(\[(S3C\d+)\])?")
_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


def _remember_ignored(ctx: click.Context, param: click.Parameter, codes: tuple[str, ...]) -> None:
    from s3c.compiler import CODES

    for code in codes:
        if code.upper() not in CODES:
            raise click.BadParameter(f"there is no diagnostic “{code}”", ctx, param)
    ctx.meta[_IGNORED] = frozenset(code.upper() for code in codes)


ignore = click.option(
    "--ignore", multiple=True, metavar="CODE", expose_value=False,
    callback=lambda ctx, param, codes: _remember_ignored(ctx, param, codes) if codes else None,
    help="Say nothing of the warnings with this code, such as S3C240. May be repeated.",
)  # fmt: skip
"""Of every command that warns; `show_diagnostic` heeds it."""


def ignored() -> frozenset[str]:
    """The codes of those warnings that nobody wants to see."""
    context = click.get_current_context(silent=True)
    return context.meta.get(_IGNORED, frozenset()) if context else frozenset()


def say(text: str, *, quiet: bool = False) -> None:
    """A word on how it went, for people: on standard error, so that output stays clean."""
    if not quiet:
        click.echo(printable_lines(text), err=True)


def is_ignored(rendered: str) -> bool:
    """Whether a rendered diagnostic is no error, and `--ignore` names its code."""
    severity = _HEAD.match(rendered)
    return bool(severity and severity[1] != "error" and severity[3] in ignored())


def strictly(rendered: str) -> str:
    """A rendered diagnostic as an error, whatever it is."""
    return _HEAD.sub(r"error\2", rendered, count=1)


def show_diagnostic(rendered: str, *, remarks: bool = False) -> None:
    """A rendered diagnostic on standard error, coloured where the terminal has colours.

    A warning that `--ignore` names is not shown; a remark only where a command lists `remarks`.
    """
    # Names of files and whatever else a stranger chose: none of it may steer the terminal.
    head, newline, rest = printable_lines(rendered).partition("\n")
    severity = _HEAD.match(head)
    if is_ignored(head) or (severity and severity[1] == "info" and not remarks):
        return
    if severity:
        colour = _COLOURS[severity[1]]
        head = click.style(severity[0], fg=colour, bold=True) + head[severity.end() :]
        rest = re.sub(
            r"\^+$", lambda marks: click.style(marks[0], fg=colour), rest, flags=re.MULTILINE
        )
    click.echo(head + newline + rest + "\n", err=True)


@contextmanager
def stop_on_errors() -> Iterator[None]:
    """Turn errors into diagnostics and an exit code: never a traceback."""
    try:
        yield
    except RunError as error:
        show_diagnostic(str(error))
        raise click.exceptions.Exit(UNUSABLE if error.code in _UNUSABLE_CODES else FAILED) from None
    except MemoryError:
        show_diagnostic(
            "error[S3C501]: the model is too large: it needs more memory than there is\n"
            "  help: use fewer or smaller subscript ranges, shorter delays, or a longer SAVEPER"
        )
        raise click.exceptions.Exit(FAILED) from None
    except (click.exceptions.Exit, BrokenPipeError):  # click leaves quietly if nobody reads on
        raise
    except Exception as error:  # noqa: BLE001 -- the last place before a person's eyes
        # The compiler is imported only where a model was compiled: so is its error.
        diagnostics = getattr(error, "diagnostics", None)
        if diagnostics is None:
            _show_own_error(error)
            raise click.exceptions.Exit(BROKEN) from None
        for diagnostic in diagnostics:
            show_diagnostic(str(diagnostic))
        count = sum(each.is_error for each in diagnostics)
        say(f"{count} error{'s' if count != 1 else ''}")
        raise click.exceptions.Exit(FAILED) from None


def _show_own_error(error: Exception) -> None:
    """What nobody foresaw: said as what it is, with the trace for who sets S3C_DEBUG."""
    if os.environ.get("S3C_DEBUG"):
        import traceback

        traceback.print_exception(error)
    show_diagnostic(
        f"error[S3C901]: s3c itself failed: {type(error).__name__}: {error}\n"
        "  help: this is a defect of s3c, not of the model; please report it, with the model and"
        " what S3C_DEBUG=1 prints"
    )


@contextmanager
def progress(label: str, *, quiet: bool) -> Iterator[Callable[[float], None] | None]:
    """A bar for what takes longer than a second, fed with the share done; none if quiet.

    It goes to standard error, and only to a person's terminal.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    began = time.monotonic()
    with ExitStack() as stack:
        bar: ProgressBar[int] | None = None

        def report(share: float) -> None:
            nonlocal bar
            if bar is None and time.monotonic() - began > _PATIENCE:
                bar = stack.enter_context(
                    click.progressbar(length=_PARTS, label=label, file=sys.stderr)
                )
                bar.start -= time.monotonic() - began  # which the time left is reckoned from
            if bar is not None:
                bar.update(int(share * _PARTS) - bar.pos)

        yield report
