"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["data_root"]

data_root = click.option(
    "--data-root", type=click.Path(path_type=Path), multiple=True, metavar="FOLDER",
    help="Where else the model may read files, besides its own folder. May be repeated.",
)  # fmt: skip
