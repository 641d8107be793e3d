"""What a report is made of: prose, tables, figures, equations and verdicts, ready to be written."""

from __future__ import annotations

import csv
import io
import os
import shutil
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from s3c.runtime import RunError

__all__ = [
    "Column",
    "Equation",
    "FigurePiece",
    "ListingPiece",
    "Part",
    "Piece",
    "Report",
    "TablePiece",
    "Verdict",
    "VerdictsPiece",
    "verdicts_of",
]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; numbers stand to the right."""

    title: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class TablePiece:
    """A numbered table."""

    number: int
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    """As they are shown."""
    exact: tuple[tuple[str, ...], ...] = ()
    """As they are written to a file; the same, if not given."""
    notes: tuple[str, ...] = ()
    """Below the table, marked a, b, c and so on."""
    marks: tuple[str, ...] = ()
    """Of each row, the letter of its note."""
    foot: str = ""

    @property
    def name(self) -> str:
        """Of its file."""
        return f"table-{self.number}.csv"

    def text(self) -> str:
        """As a table of text with commas."""
        text = io.StringIO()
        rows = [tuple(each.title for each in self.columns), *(self.exact or self.rows)]
        csv.writer(text, lineterminator="\n").writerows(rows)
        return text.getvalue()


@dataclass(frozen=True, slots=True)
class FigurePiece:
    """A numbered figure: an SVG element."""

    number: int
    caption: str
    svg: str
    width: float
    """In inches, as it was drawn."""

    @property
    def name(self) -> str:
        """Of its file."""
        return f"figure-{self.number}.svg"


@dataclass(frozen=True, slots=True)
class Equation:
    """One variable in the model's own words."""

    name: str
    text: str
    units: str
    documentation: str
    place: str


@dataclass(frozen=True, slots=True)
class ListingPiece:
    """Equations."""

    caption: str
    equations: tuple[Equation, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A claim, whether it holds, and the numbers that decide it."""

    says: str
    holds: bool
    numbers: str
    note: str


@dataclass(frozen=True, slots=True)
class VerdictsPiece:
    """Claims with their verdicts."""

    caption: str
    verdicts: tuple[Verdict, ...]


Piece: TypeAlias = TablePiece | FigurePiece | ListingPiece | VerdictsPiece


@dataclass(frozen=True, slots=True)
class Part:
    """A section: its text as HTML, and what follows."""

    heading: str
    html: str
    pieces: tuple[Piece, ...]


def verdicts_of(parts: tuple[Part, ...]) -> tuple[Verdict, ...]:
    """The verdicts of all claims."""
    return tuple(
        verdict
        for part in parts
        for piece in part.pieces
        if isinstance(piece, VerdictsPiece)
        for verdict in piece.verdicts
    )


@dataclass(frozen=True, slots=True)
class Report:
    """A page, and the tables and figures in it.

    Attributes:
        html: the page, which needs no other file.
        parts: its sections.
    """

    html: str
    parts: tuple[Part, ...]

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All of them."""
        return verdicts_of(self.parts)

    def files(self) -> dict[str, bytes]:
        """What is written, by name; the page last."""
        found: dict[str, str] = {}
        for part in self.parts:
            for piece in part.pieces:
                if isinstance(piece, TablePiece):
                    found[piece.name] = piece.text()
                elif isinstance(piece, FigurePiece):
                    found[piece.name] = piece.svg
        found["report.html"] = self.html
        return {name: text.encode("utf-8") for name, text in found.items()}

    def save(self, folder: str | PathLike[str]) -> Path:
        """Write `report.html`, its tables and its figures; the page's path.

        All is written beside before the first file gets its name, and the page gets it last.

        Raises:
            RunError: S3C606, it cannot be written.
        """
        target = Path(folder)
        beside = target.with_name(f".{target.name[:100]}.{os.urandom(6).hex()}.part")
        try:
            beside.mkdir(parents=True)
            files = self.files()
            for name, data in files.items():
                (beside / name).write_bytes(data)
            target.mkdir(exist_ok=True)
            for name in files:
                (beside / name).replace(target / name)
        except OSError as error:
            reason = error.strerror or str(error)
            message = f"{target} cannot be written: {reason}"
            raise RunError("S3C606", message, "choose another place") from None
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        return target / "report.html"
