"""The text of a file, block after block: each is let go once it is taken."""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from ..errors import RunError
from .points import bad_data

__all__ = ["Text"]

_BLOCK = 1 << 18  # bytes: few against a large file, many against what a block costs
_UNDEFINED = b"\x81\x8d\x8f\x90\x9d"  # in Windows' Western letters


class Text:
    r"""A file in UTF-8, with or without its mark, or else in Windows' Western letters.

    The file is read once, and whole, since its last letter may say what its first ones are. Lines
    end in `\n`, whatever ended them in the file.

    Args:
        source: a file, at its start.
        file: its path, for messages.

    Raises:
        RunError: S3C607, the text is neither.
        OSError: the file cannot be read.
    """

    def __init__(self, source: BinaryIO, file: str) -> None:
        self._blocks = deque(iter(lambda: source.read(_BLOCK), b""))
        while len(self._blocks) > 1 and len(self._blocks[0]) < len(codecs.BOM_UTF8):
            self._blocks.appendleft(self._blocks.popleft() + self._blocks.popleft())
        self._has_mark = bool(self._blocks) and self._blocks[0].startswith(codecs.BOM_UTF8)
        self.file = file
        self.encoding = "utf-8" if self._is_utf8() else "cp1252"
        never = b"\0" if self.encoding == "utf-8" else b"\0" + _UNDEFINED
        if any(len(block.translate(None, never)) < len(block) for block in self._blocks):
            raise self._no_text()

    def blocks(self) -> Iterator[tuple[bytes, bool]]:
        """What there is, in order, and whether it is the last; there is always one."""
        held = b""  # the first half of a line's end
        while self._blocks:
            block = held + self._blocks.popleft()
            if self._has_mark:
                self._has_mark = False
                block = block[3:] if self.encoding == "utf-8" else block
            held = b"\r" if self._blocks and block.endswith(b"\r") else b""
            yield _with_plain_ends(block[: len(block) - len(held)]), not self._blocks
            if not self._blocks:
                return
        yield b"", True

    def _is_utf8(self) -> bool:
        decode = codecs.getincrementaldecoder("utf-8")().decode
        began = replaced = False
        try:
            for block in self._blocks:
                if began or not block.isascii():
                    began = True  # a letter may go on in the next block
                    replaced |= "\N{REPLACEMENT CHARACTER}" in decode(block)
            decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        if replaced:
            raise self._no_text()
        return True

    def _no_text(self) -> RunError:
        return bad_data(self.file, "", "is not text in UTF-8", "save it as text in UTF-8")


def _with_plain_ends(block: bytes) -> bytes:
    return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in block else block
