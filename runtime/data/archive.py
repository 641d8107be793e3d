"""Workbooks that are archives of XML parts, opened so that none takes all memory or time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Protocol
from xml.parsers import expat

from ..errors import RunError
from .points import bad_data

__all__ = ["MOST_BYTES", "Archive", "Reader", "locked"]

MOST_BYTES = 2**30
"""How large the parts of a workbook may be together, unpacked."""
_MOST_RATIO = 200  # of the unpacked to the packed size; spreadsheets have 10 to 50
_SMALL = 2**26  # below which that does not matter
_CHUNK = 2**16
_ENCRYPTED = 0x1


class Reader(Protocol):
    """What is told of the elements of an XML part, in order; names come without prefix."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element starts. The names of attributes are as written."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text, or some of it."""


class Archive:
    """The parts of a workbook, by name, whose case does not matter. Iterate to have the names.

    Args:
        data: the bytes of the file.
        file: its path.

    Raises:
        RunError: S3C607, it is protected by a password, or too large unpacked.
        ValueError: it has two parts of one name, of which two programs may see different ones.
    """

    __slots__ = ("_parts", "_zip", "data", "file")

    def __init__(self, data: bytes, file: str) -> None:
        self.data, self.file = data, file
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        infos = self._zip.infolist()
        self._parts = {info.filename.replace("\\", "/").lower(): info for info in infos}
        if len(self._parts) < len(infos):
            raise ValueError("has two parts of one name")
        if any(info.flag_bits & _ENCRYPTED for info in infos):
            raise locked(file)
        size = sum(info.file_size for info in infos)
        if size > MOST_BYTES or size > max(_SMALL, _MOST_RATIO * len(data)):
            why = f"would take {size / 2**20:,.0f} MB unpacked, which is more than a workbook does"
            raise bad_data(file, "", why, "save only the sheets that are needed, or as .csv")

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def bytes_of(self, part: str, most: int) -> bytes:
        """The first bytes of a part, which must be there."""
        with self._zip.open(self._parts[part.lower()]) as stream:
            return stream.read(most)

    def read(self, part: str, reader: Reader) -> None:
        """Tell a reader of all elements of a part, which must be there."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        starts, ends = reader.start, reader.end

        def first(name: str, found: dict[str, str]) -> None:
            """The root says whether elements have a prefix: to cut it off takes time."""
            if ":" in name:
                parser.StartElementHandler = lambda each, known: starts(_local(each), known)
                parser.EndElementHandler = lambda each: ends(_local(each))
            else:
                parser.StartElementHandler, parser.EndElementHandler = starts, ends
            starts(_local(name), found)

        parser.StartElementHandler = first
        parser.CharacterDataHandler = reader.text
        with self._zip.open(self._parts[part.lower()]) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)

    def _refuse_doctype(self, *_: object) -> None:
        """No spreadsheet has a document type: it could name text that grows without bound."""
        why = "has a document type in its XML, which no spreadsheet has"
        raise bad_data(self.file, "", why, "save it anew with a spreadsheet program")


def _local(name: str) -> str:
    """The name of an element without its prefix."""
    return name.rpartition(":")[2]


def locked(file: str) -> RunError:
    """A file that only its password opens."""
    hint = "save a copy without a password"
    return bad_data(file, "", "is protected by a password", hint)
