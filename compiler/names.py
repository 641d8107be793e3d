"""How Python may write a model's names."""

from __future__ import annotations

import builtins
import keyword
import unicodedata
from collections.abc import Set as AbstractSet
from functools import lru_cache

from s3c.runtime import display_name, fold

__all__ = ["display_name", "fold", "mangle"]

# Python words that a generated module needs under their own meaning.
_RESERVED = frozenset(keyword.kwlist) | frozenset(keyword.softkwlist) | frozenset(dir(builtins))


def mangle(name: str, taken: AbstractSet[str] = frozenset()) -> str:
    """A Python identifier for a model name: readable, legal, and none of `taken`.

    >>> mangle("R&D personnel density"), mangle("import"), mangle("1995€/$")
    ('r_d_personnel_density', 'import_', 'v1995')
    """
    candidate = stem = _identifier(name)
    count = 2
    while candidate in taken:
        candidate, count = f"{stem}_{count}", count + 1
    return candidate


@lru_cache(maxsize=2**16)
def _identifier(name: str) -> str:
    normal = unicodedata.normalize("NFKC", fold(name))
    # Any letter or mark that Python takes inside a name stays; all else parts words.
    spelled = "".join(letter if f"v{letter}".isidentifier() else " " for letter in normal)
    stem = "_".join(spelled.split()) or "v"
    if not stem.isidentifier():
        stem = f"v{stem}"
    return f"{stem}_" if stem in _RESERVED else stem
