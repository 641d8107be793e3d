"""What only a run tells lint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from s3c.runtime import RunError, load_text, simulate, watch_lookups

from .findings import diagnostic_of

if TYPE_CHECKING:
    from s3c.compiler import Diagnostic, lint

__all__ = ["told_by_a_run"]


def told_by_a_run(
    model: lint.Model,
    known: Iterable[Diagnostic],
    text: str,
    file: Path,
    data_root: tuple[Path, ...] = (),
) -> Iterator[Diagnostic]:
    """What leaves its range, and which lookups are read beyond their points; or why it stops.

    Args:
        model: as the rules of lint see it.
        known: what these have found: what is outside of its range at all times is told.
        text: of the module that it was compiled to.
        file: where the model stands.
        data_root: folders where it may read files, besides its own.
    """
    from s3c.compiler import lint

    compiled = load_text(text, str(file), str(file.parent))
    watched = watch_lookups(compiled)
    try:
        run = simulate(compiled, data_root=data_root)
    except RunError as error:
        yield diagnostic_of(error)
        return
    told = {each.span for each in known if each.code == "S3C810"}
    yield from (each for each in lint.leaves_range(model, run) if each.span not in told)
    yield from lint.reads_beyond(model, watched)
