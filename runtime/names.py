"""One name, many spellings: how Vensim compares names (reference A.6)."""

from __future__ import annotations

import re

__all__ = ["display_name", "fold"]

_BLANKS = re.compile(r"[\s_]+")
_CONTINUATION = re.compile(r"\\(?:\r\n|\r|\n)[ \t]*")


def display_name(written: str) -> str:
    """A name as a person reads it: without its quotes, blanks made single.

    >>> display_name('"Hyphenated-Stock"'), display_name("birth   rate ")
    ('Hyphenated-Stock', 'birth rate')
    """
    name = _CONTINUATION.sub("", written).strip()
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = name[1:-1].replace('\\"', '"')
    return " ".join(name.split())


def fold(written: str) -> str:
    """A name as Vensim compares it (reference A.6): case, quotes and kinds of blank are ignored.

    >>> fold('"Birth_Rate"') == fold(" birth  RATE ")
    True
    """
    name = display_name(written).replace(r"\_", "\0")
    return _BLANKS.sub(" ", name).strip().casefold().replace("\0", "_")
