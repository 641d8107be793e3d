"""What commands that run experiments have in common: Vensim's files, and what is doubtful."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .output import say, show_diagnostic

if TYPE_CHECKING:
    from s3c.experiments import Experiment

__all__ = ["show_doubts", "vensim_files", "write"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def vensim_files(control: str) -> Callable[[_Command], _Command]:
    """The options for what Vensim names beside a control file, whose name ends so."""
    options = (
        click.option(
            "--model", type=click.Path(path_type=Path), metavar="FILE",
            help=f"With a {control}: the model that is run.",
        ),
        click.option(
            "--changes", type=click.Path(path_type=Path), multiple=True, metavar="FILE",
            help=f"With a {control}: a changes file (.cin), which holds in all runs. May be"
            " repeated.",
        ),
        click.option(
            "--save", type=click.Path(path_type=Path), metavar="FILE",
            help=f"With a {control}: a save list (.lst), a name on each line of what to keep.",
        ),
    )  # fmt: skip

    def with_options(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return with_options


def show_doubts(experiment: Experiment, *, converged: bool = True) -> None:
    """What is doubtful in the text of an experiment, and whether a search came to its end."""
    for each in experiment.warnings:
        show_diagnostic(str(each), remarks=True)
    if not converged:
        show_diagnostic("warning[S3C717]: the search stopped before it could not become better")


def write(
    save: Callable[[Path], object], file: Path | None, *, quiet: bool, done: str = "wrote"
) -> None:
    """Write a file, if one is asked for, and say so."""
    if file is not None:
        save(file)
        say(f"{done} {file}", quiet=quiet)
