"""From a study to its report: everything is run, drawn and decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from s3c.runtime import RunError

from .deciding import decide
from .listing import listing
from .pictures import draw_diagram
from .pieces import FigurePiece, Part, Piece, Report, TablePiece, VerdictsPiece
from .plotting import curves, points
from .running import Ran, run_all
from .tables import published_table, text_table, values_table
from .tree import Block, Claims, Curves, Equations, Picture, Published, Study, Table, Values

__all__ = ["make_report"]

Progress: TypeAlias = Callable[[float], None]
_RUNNING = 0.7  # of the time
_MOST_ROWS = 2_000  # of a table


def make_report(study: Study, *, progress: Progress | None = None) -> Report:
    """Run what a study names, and make its report; nothing is written.

    The same study gives the same report, byte for byte.

    Args:
        study: what `read_study` read.
        progress: is called now and then with an estimate of the share done, from 0 to 1.

    Raises:
        SimulationError: S3C601, an equation has no finite value in one of the runs.
        RunError: a run cannot be made; a time is outside the run (S3C732); or a package is not
            installed (S3C606).
    """
    _need_packages()
    from .page import page, prose

    ran = run_all(study, None if progress is None else lambda share: progress(_RUNNING * share))
    maker = _Maker(ran)
    parts: list[Part] = []
    for number, section in enumerate(study.sections):
        if progress is not None:
            progress(_RUNNING + (1 - _RUNNING) * number / len(study.sections))
        pieces = tuple(piece for block in section.blocks for piece in maker.pieces(block))
        parts.append(Part(section.heading, prose(section.text), pieces))
    if progress is not None:
        progress(1.0)
    return Report(page(study, tuple(parts)), tuple(parts))


def _need_packages() -> None:
    """Raise that a report cannot be made without one of the packages of the extra `report`."""
    try:
        import jinja2
        import markdown_it
        import matplotlib as mpl
    except ImportError as error:
        message = f"a report needs the package {error.name}"
        raise RunError("S3C606", message, "pip install 's3c[report]'") from None
    del jinja2, markdown_it, mpl


def _checked(table: TablePiece) -> TablePiece:
    """The table, if a page can hold it."""
    if len(table.rows) > _MOST_ROWS:
        message = f"Table {table.number} has {len(table.rows)} rows: too many"
        raise RunError("S3C739", message, f"show a part of it, at most {_MOST_ROWS} rows")
    return table


class _Maker:
    """Makes one block after another, and numbers tables and figures."""

    def __init__(self, ran: Ran) -> None:
        self._ran = ran
        self._tables = self._figures = 0

    def pieces(self, block: Block) -> list[Piece]:
        """What a block becomes."""
        match block:
            case Published():
                table = published_table(block, self._ran, self._table())
                drawn = [points(block, self._ran, self._figure())] if block.scatter else []
                return [_checked(table), *drawn]
            case Curves():
                return [curves(block, self._ran, self._figure())]
            case Values():
                return [_checked(values_table(block, self._ran, self._table()))]
            case Picture(diagram, caption):
                number = self._figure()
                svg = draw_diagram(diagram, f"figure-{number}")
                return [FigurePiece(number, caption or diagram.title, svg.text, svg.width)]
            case Table():
                return [text_table(block, self._table())]
            case Equations():
                return [listing(block)]
            case Claims(claims, caption):
                verdicts = (decide(each, self._ran.of(each.experiment)) for each in claims)
                return [VerdictsPiece(caption, tuple(verdicts))]

    def _table(self) -> int:
        self._tables += 1
        return self._tables

    def _figure(self) -> int:
        self._figures += 1
        return self._figures
