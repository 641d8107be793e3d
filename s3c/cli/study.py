"""`s3c study`."""

from __future__ import annotations

from pathlib import Path

import click

from .output import progress, say, stop_on_errors

_READING = 0.2  # of the time


@click.command("study")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FOLDER",
    help="Where to write. The study's name and _report, if not given.",
)  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Say nothing.")
def command(file: Path, output: Path | None, quiet: bool) -> None:
    """Run the study FILE, which is TOML, and write its report.

    The report is one page, report.html, that needs no other file; beside it stand its tables
    (.csv) and its figures (.svg).
    """
    with stop_on_errors():
        from s3c.reports import make_report, read_study

        with progress(f"running {file.stem}", quiet=quiet) as report:
            study = read_study(
                file, progress=None if report is None else lambda share: report(_READING * share)
            )
            made = make_report(
                study,
                progress=None
                if report is None
                else lambda share: report(_READING + (1 - _READING) * share),
            )
        page = made.save(output or Path(f"{file.stem}_report"))
        if made.verdicts:
            holding = sum(each.holds for each in made.verdicts)
            say(f"{holding} of {len(made.verdicts)} claims hold", quiet=quiet)
        say(f"wrote {page}", quiet=quiet)
