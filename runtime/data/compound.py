"""Compound files, in which old Excel keeps a workbook as one of several streams ([MS-CFB])."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from struct import unpack_from

__all__ = ["SIGNATURE", "streams"]

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER, _ENTRY = 512, 128
_IS_STREAM, _IS_ROOT = 2, 5
_BROKEN = "a chain of sectors does not end"


@dataclass(frozen=True, slots=True)
class _Stream:
    """Where a stream is: its first sector, and its size in bytes."""

    first: int
    size: int


def streams(data: bytes, wanted: Sequence[str]) -> dict[str, bytes]:
    """The streams of a compound file that have these names, in lower case; the first of each.

    No chain is followed further than the file is long.

    Raises:
        ValueError: a chain leads nowhere.
        struct.error: the file ends too soon.
    """
    power, small_power = unpack_from("<HH", data, 30)
    if not (7 <= power <= 20 and small_power <= power):
        raise ValueError("sectors have no such size")
    size, small_size = 1 << power, 1 << small_power
    directory, _, least, small_table = unpack_from("<iIIi", data, 48)
    table = _table(data, size)
    found: dict[str, _Stream] = {}
    root = _Stream(-1, 0)
    entries = _chained(data, _HEADER, size, table, directory)
    for at in range(0, len(entries) - _ENTRY + 1, _ENTRY):
        length, kind = unpack_from("<HB", entries, at + 64)
        first, stream_size = unpack_from("<iI", entries, at + 116)
        name = entries[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace").lower()
        if kind == _IS_ROOT and root.first < 0:
            root = _Stream(first, stream_size)
        elif kind == _IS_STREAM and name in wanted:
            found.setdefault(name, _Stream(first, stream_size))
    small = array("i")
    small_data = b""
    if any(stream.size < least for stream in found.values()):
        small = _numbers(_chained(data, _HEADER, size, table, small_table))
        small_data = _chained(data, _HEADER, size, table, root.first)
    return {
        name: (
            _chained(small_data, 0, small_size, small, stream.first)
            if stream.size < least
            else _chained(data, _HEADER, size, table, stream.first)
        )[: stream.size]
        for name, stream in found.items()
    }


def _table(data: bytes, size: int) -> array[int]:
    """Of each sector the one that follows it."""
    sectors = list(unpack_from("<109i", data, 76))
    more = unpack_from("<i", data, 68)[0]
    for _ in range(len(data) // size + 1):
        if more < 0:
            break
        extra = unpack_from(f"<{size // 4}i", data, _HEADER + more * size)
        sectors += extra[:-1]
        more = extra[-1]
    else:
        raise ValueError(_BROKEN)
    most = len(data) // size + 1
    starts = [_HEADER + each * size for each in sectors if each >= 0]
    if len(starts) > most:
        raise ValueError(_BROKEN)
    return _numbers(b"".join(data[at : at + size] for at in starts))


def _numbers(data: bytes) -> array[int]:
    return array("i", unpack_from(f"<{len(data) // 4}i", data))


def _chained(data: bytes, start: int, size: int, table: Sequence[int], first: int) -> bytes:
    """The bytes of a chain of sectors."""
    parts: list[bytes] = []
    sector = first
    while sector >= 0:
        if len(parts) * size > len(data) or sector >= len(table):
            raise ValueError(_BROKEN)
        parts.append(data[start + sector * size : start + (sector + 1) * size])
        sector = table[sector]
    return b"".join(parts)
