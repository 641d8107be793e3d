"""`s3c lint`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .data import data_root
from .listing import Listing, formatted
from .output import stop_on_errors

if TYPE_CHECKING:
    from s3c.compiler import Diagnostic, Source


def _codes(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> frozenset[str]:
    """Codes, parted by commas; the beginning of some stands for all of them."""
    from s3c.compiler import CODES

    words = [each.upper() for text in given for each in re.split(r"[,\s]+", text) if each]
    for word in words:
        if not any(code.startswith(word) for code in CODES):
            raise click.BadParameter(f"there is no diagnostic “{word}”", ctx, param)
    return frozenset(code for code in CODES if code.startswith(tuple(words)))


@click.command("lint")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--select", multiple=True, metavar="CODES", callback=_codes,
    help="Say only what has these codes, such as S3C801,S3C803; the errors of a model stay.",
)  # fmt: skip
@click.option(
    "--ignore",
    multiple=True,
    metavar="CODES",
    callback=_codes,
    help="Say nothing of what has these codes; the errors of a model stay.",
)
@click.option(
    "--run", "running", is_flag=True,
    help="Run each model, too, and look whether anything leaves its range (S3C810), or a"
    " lookup is read beyond its points (S3C812).",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Exit with 1 if anything is found, not only errors.")
@data_root
@formatted
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but what is found.")
def command(
    files: tuple[Path, ...],
    select: frozenset[str],
    ignore: frozenset[str],
    running: bool,
    strict: bool,
    data_root: tuple[Path, ...],
    form: str,
    quiet: bool,
) -> None:
    """Look for what is allowed in the models FILES, but often a slip, or hard for readers.

    `s3c explain CODE` tells what a code means, with examples. A comment in the third field of an
    equation, which Vensim keeps, says that something is meant: {s3c: ignore S3C802}.
    """
    listing = Listing(form, quiet)
    with stop_on_errors():
        for file in files:
            source = listing.source(file)
            if source is None:
                continue
            for each in _found(source, file, data_root, running=running):
                wanted = (not select or each.code in select) and each.code not in ignore
                if wanted or each.is_error:
                    listing.add(file, each)
        listing.finish(lambda each: strict or each.is_error)


def _found(
    source: Source, file: Path, data_root: tuple[Path, ...], *, running: bool
) -> Iterator[Diagnostic]:
    """All that the rules say; of a model that does not compile, its errors."""
    from s3c.compiler import check, lint

    from ..linting import told_by_a_run

    compilation = check(source, data_root)
    if compilation.generated is None or compilation.schedule is None:
        yield from compilation.diagnostics
        return
    model = lint.Model.of(compilation.document, compilation.schedule)
    found = [*lint.lint_model(model)]
    if running:
        found += told_by_a_run(model, found, compilation.generated.text, file, data_root)
    yield from lint.unsuppressed(found, compilation.document, ran=running)
