"""What `check` and `lint` found: shown to people, or printed for programs, and counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from s3c.runtime import RunError

from .output import FAILED, UNUSABLE, say, show_diagnostic

if TYPE_CHECKING:
    from s3c.compiler import Diagnostic, Source
    from s3c.runtime import ReadingError

__all__ = ["Listing", "formatted"]

formatted = click.option(
    "--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text",
    help="As text for people, or on standard output as JSON or SARIF 2.1.0 for programs.",
)  # fmt: skip
"""Of every command that lists findings."""


@dataclass(slots=True)
class Listing:
    """Findings of several files, in order; as text each is shown as soon as it is found."""

    form: str
    quiet: bool
    found: list[tuple[str, Diagnostic]] = field(default_factory=list)
    files: int = 0
    unread: int = 0

    def source(self, file: Path) -> Source | None:
        """A model file's text; None, and a finding, if it cannot be read."""
        from s3c.compiler import Source

        from ..findings import diagnostic_of
        from ..loading import read_model

        self.files += 1
        try:
            return Source.decode(read_model(file), str(file))
        except RunError as error:
            self.add(file, diagnostic_of(error))
            self.unread += 1
            return None

    def add(self, file: Path, *diagnostics: Diagnostic) -> None:
        """Take findings in, and show them to people."""
        for each in diagnostics:
            self.found.append((str(file), each))
            if self.form == "text":
                show_diagnostic(str(each), remarks=True)

    def add_missing(self, file: Path, missing: ReadingError | None) -> None:
        """Take in what a run would not find in files: people are told all of it together."""
        from ..findings import diagnostic_of

        if missing:
            self.found += ((str(file), diagnostic_of(each.error)) for each in missing.found)
            if self.form == "text":
                show_diagnostic(str(missing))

    def finish(self, fails: Callable[[Diagnostic], bool]) -> None:
        """Print for programs, say how many there are, and leave: 1 if any finding fails."""
        from ..findings import as_json, as_sarif

        if self.form != "text":
            click.echo(as_json(self.found) if self.form == "json" else as_sarif(self.found))
        levels = [str(each.severity) for _, each in self.found]
        words = ", ".join(
            _count(levels.count(level), noun)
            for level, noun in (("error", "error"), ("warning", "warning"), ("info", "remark"))
            if level != "info" or "info" in levels
        )
        say(f"{_count(self.files - self.unread, 'file')} checked: {words}", quiet=self.quiet)
        if self.unread:
            show_diagnostic(f"error[S3C606]: {_count(self.unread, 'file')} could not be read")
            raise click.exceptions.Exit(UNUSABLE)
        if any(fails(each) for _, each in self.found):
            raise click.exceptions.Exit(FAILED)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
