"""XMILE's names, and how Vensim's tree spells them."""

from __future__ import annotations

import re

from ..names import fold

__all__ = ["LONGEST_NAME", "key", "parts", "shown", "spelled"]

LONGEST_NAME = 1000
"""Letters of a name: what compares names takes more than twice the time for twice the letters."""

_PART = re.compile(r'\.?("(?:[^"\\]|\\[\s\S])*"|[^."]+)')
_ESCAPE = re.compile(r"\\([\s\S]?)")
_KEPT = frozenset('"_')
_PLAIN = re.compile(r"[^\W\d_][\w$ ]*")


def shown(written: str) -> str:
    r"""A name as a person reads it: without quotes, escapes and underscores.

    >>> shown('"net_\\nflow"'), shown("birth_rate")
    ('net flow', 'birth rate')
    """
    name = written.strip()
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = name[1:-1]
    name = name.replace("_", " ")
    name = _ESCAPE.sub(lambda match: match[1] if match[1] in _KEPT else " ", name)
    return " ".join(name.split())


def key(written: str) -> str:
    """A name as it is compared: case, quotes, escapes and kinds of blank are ignored."""
    return fold(shown(written))


def parts(written: str) -> tuple[str, ...]:
    """A path's names: of the modules, then of the variable.

    >>> parts('hares."net.flow"')
    ('hares', '"net.flow"')
    """
    return tuple(match[1] for match in _PART.finditer(written))


def spelled(path: tuple[str, ...]) -> str:
    r"""A variable's name in Vensim's spelling, quoted unless it is plain; `path` as shown.

    >>> spelled(("birth rate",)), spelled(("hares", "birth rate"))
    ('birth rate', '"hares.birth rate"')
    """
    name = ".".join(path)
    if _PLAIN.fullmatch(name):
        return name
    quoted = name.replace('"', '\\"')
    return f'"{quoted}"'
