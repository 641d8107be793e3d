"""Functions of the language that this version knows by name only.

A model that calls one is told so; none of them is mistaken for a lookup or a slip of the pen.
"""

from __future__ import annotations

from s3c.runtime import fold

__all__ = ["NOT_YET", "ODBC_READERS", "UNFINISHED", "VDF_READERS"]

_NAMES = """
"""

UNFINISHED = "a function of"
"""Vensim's own mark of an equation that is yet to be written."""

NOT_YET = frozenset(fold(name) for name in _NAMES.replace("\n", " ").split(","))
"""Folded names, of the reference's section on functions."""

ODBC_READERS = frozenset({"get odbc constants", "get odbc data", "get odbc lookups"})
"""What reads databases."""

VDF_READERS = frozenset({"get vdf constants", "get vdf data", "get vdf lookups"})
"""What reads files whose format nobody has published."""
