"""One name, many spellings: how Vensim compares names (reference A.6)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["did_you_mean", "display_name", "fold", "printable", "printable_lines"]

_BLANKS = re.compile(r"[\s_]+")
_NAMES = 2**16  # that are remembered: a model writes each many times
_LONGEST_COMPARED = 200  # letters of a name whose like is sought, which takes their square
_CONTINUATION = re.compile(r"\\(?:\r\n|\r|\n)[ \t]*")


@lru_cache(maxsize=_NAMES)
def display_name(written: str) -> str:
    """A name as a person reads it: without its quotes, blanks made single.

    >>> display_name('"Hyphenated-Stock"'), display_name("birth   rate ")
    ('Hyphenated-Stock', 'birth rate')
    """
    name = _CONTINUATION.sub("", written).strip()
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = name[1:-1].replace('\\"', '"')
    return " ".join(name.split())


@lru_cache(maxsize=_NAMES)
def fold(written: str) -> str:
    """A name as Vensim compares it (reference A.6): case, quotes and kinds of blank are ignored.

    >>> fold('"Birth_Rate"') == fold(" birth  RATE ")
    True
    """
    name = display_name(written).replace(r"\_", "\0")
    return _BLANKS.sub(" ", name).strip().casefold().replace("\0", "_")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint that names the nearest spellings among `known`, or nothing."""
    import difflib

    if len(name) > _LONGEST_COMPARED:
        return ""
    folded = {each.casefold(): each for each in known if len(each) <= _LONGEST_COMPARED}
    near = difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)
    if not near:
        return ""
    *most, last = (f"“{folded[each]}”" for each in near)
    return f"did you mean {', '.join(most) + ' or ' if most else ''}{last}?"


def printable(text: str) -> str:
    """Text that cannot steer a terminal: control characters and lone surrogates become dots."""
    return "".join(letter if letter.isprintable() else "·" for letter in text)


def printable_lines(text: str) -> str:
    """As `printable`, of a text whose tabs and line ends are its own."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else "·" for letter in text)
