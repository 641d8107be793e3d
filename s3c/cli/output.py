"""How commands talk: diagnostics in colour, errors as exit codes, files whole or not at all."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from s3c.runtime import RunError

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

__all__ = [
    "FAILED",
    "UNUSABLE",
    "progress",
    "say",
    "show_diagnostic",
    "stop_on_errors",
    "write_whole",
]

FAILED = 1
UNUSABLE = 2
_PATIENCE = 1.0  # seconds before a person is shown how far it is
_PARTS = 1000
# What s3c was not able to open, write or understand, as against what is wrong in a model.
_UNUSABLE_CODES = frozenset({"S3C602", "S3C604", "S3C605", "S3C606"})

_HEAD = re.compile(r"(error|warning)(\[S3C\d+\])?")
_COLOURS = {"error": "red", "warning": "yellow"}


def say(text: str, *, quiet: bool = False) -> None:
    """A word on how it went, for people: on standard error, so that output stays clean."""
    if not quiet:
        click.echo(text, err=True)


def show_diagnostic(rendered: str) -> None:
    """A rendered diagnostic on standard error, coloured where the terminal has colours."""
    head, newline, rest = rendered.partition("\n")
    severity = _HEAD.match(head)
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
    except ExceptionGroup:
        raise
    except Exception as error:
        # The compiler is imported only where a model was compiled: so is its error.
        diagnostics = getattr(error, "diagnostics", None)
        if diagnostics is None:
            raise
        for diagnostic in diagnostics:
            show_diagnostic(str(diagnostic))
        count = sum(each.is_error for each in diagnostics)
        say(f"{count} error{'s' if count != 1 else ''}")
        raise click.exceptions.Exit(FAILED) from None


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside and rename it: whole or not at all.

    Raises:
        RunError: it cannot be written (S3C606).
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            # What a new file would have had; a file that is there keeps its rights.
            mode = path.stat().st_mode & 0o7777 if path.exists() else 0o666 & ~_umask()
            Path(temporary).chmod(mode)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunError(
            "S3C606", f"{path} cannot be written: {reason}", "choose another place with -o"
        ) from None


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
            if bar is not None:
                bar.update(int(share * _PARTS) - bar.pos)

        yield report


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
