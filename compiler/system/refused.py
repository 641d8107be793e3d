"""Functions of the language that are known, and refused: each has a reason and a way out.

None of them is mistaken for a lookup or a slip of the pen.
"""

from __future__ import annotations

__all__ = ["ODBC_READERS", "UNFINISHED", "VDF_READERS"]

UNFINISHED = "a function of"
"""Vensim's own mark of an equation that is yet to be written."""

ODBC_READERS = frozenset({"get odbc constants", "get odbc data", "get odbc lookups"})
"""What reads databases."""

VDF_READERS = frozenset({"get vdf constants", "get vdf data", "get vdf lookups"})
"""What reads files whose format nobody has published."""
