"""What is layout within a word and what is the word: breaks, comments, keywords' blanks."""

from __future__ import annotations

import re

__all__ = ["BREAK", "COMMENT", "LINE_END", "joined", "keyword", "plain_name"]

LINE_END = re.compile(r"\r\n|\r|\n")
# Blanks of all kinds, broken lines among them.
BREAK = re.compile(r"(?:\s|\\[ \t]*(?:\r\n|\r|\n))+")
# A comment may hold comments; one that holds a lone brace ends at the first that closes.
COMMENT = re.compile(r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}|\{[^}]*\}")

_CONTINUATION = re.compile(r"\\[ \t]*(?:\r\n|\r|\n)[ \t]*")
_UNEVEN = re.compile(r"[\\{\r\n\t]|  ")
_KEYWORD_GAP = re.compile(r"[\s_\\]+")


def joined(text: str) -> str:
    """Text whose lines were broken with a backslash, in one piece again (reference A.5)."""
    return _CONTINUATION.sub("", text)


def plain_name(written: str) -> str:
    """A name in one line: broken lines, comments and runs of blanks resolved; quotes stay."""
    if not _UNEVEN.search(written):
        return str(written)  # no word of the parser's, which takes more room and time to compare
    name = joined(written)
    if name.startswith('"'):
        return name
    return " ".join(COMMENT.sub(" ", name).split())


def keyword(written: str) -> str:
    """A keyword as the reference spells it.

    >>> keyword(": hold_backward :")
    ':HOLD BACKWARD:'
    """
    return f":{_KEYWORD_GAP.sub(' ', written[1:-1]).strip().upper()}:"
