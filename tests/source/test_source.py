"""Texts, their places, and their way from bytes and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3c.compiler import Location, Source

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (b"{UTF-8}\nx", "utf-8", "{UTF-8}\nx"),
        ("{UTF8}\né".encode(), "utf-8", "{UTF8}\né"),
        ("é".encode(), "utf-8", "é"),
        (b"\xef\xbb\xbf{UTF-8}\nx", "utf-8", "{UTF-8}\nx"),
        (b"caf\xe9 \x80", "cp1252", "café €"),
        (b"{UTF-8}\ncaf\xe9", "utf-8", "{UTF-8}\ncaf\udce9"),
        (b"\x81\xe9", "cp1252", "\udc81é"),
        (b"", "utf-8", ""),
    ],
)
def test_decoding(data: bytes, encoding: str, text: str) -> None:
    source = Source.decode(data, "m.mdl")
    assert (source.encoding, source.text) == (encoding, text)
    assert source.encode() == data


@given(st.binary(max_size=80))
def test_any_bytes_come_back(data: bytes) -> None:
    assert Source.decode(data, "m.mdl").encode() == data


def test_reading_a_file_names_it(tmp_path: Path) -> None:
    path = tmp_path / "m.mdl"
    path.write_bytes(b"x = 1\r\n")
    source = Source.read(path)
    assert (source.name, source.text) == (str(path), "x = 1\r\n")
    with pytest.raises(OSError, match="absent"):
        Source.read(tmp_path / "absent.mdl")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_locations_count_every_kind_of_line_end(line_end: str) -> None:
    source = Source("m.mdl", line_end.join(["one", "", "thrée", "four"]))
    assert source.location(0) == Location(1, 1)
    assert source.location(source.text.index("thrée") + 3) == Location(3, 4)
    assert [source.line(number) for number in (1, 2, 3, 4)] == ["one", "", "thrée", "four"]


def test_a_span_knows_its_text_and_place() -> None:
    source = Source("m.mdl", "x = 1\ny = 22\n")
    span = source.span(10, 12)
    assert (span.text, span.location, str(span)) == ("22", Location(2, 5), "m.mdl:2")
    assert span == source.span(10, 12)
    assert span != Source("m.mdl", source.text).span(10, 12), "another file is another place"


def test_new_text_is_encoded_as_the_file_was() -> None:
    assert Source.decode(b"\xef\xbb\xbfx", "m").encode("é") == b"\xef\xbb\xbf\xc3\xa9"
    assert Source.decode(b"\xe9", "m").encode("€") == b"\x80"
