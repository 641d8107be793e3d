"""The macros that come with the compiler, written in the language itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .. import syntax
from ..source import Source
from .symbols import Symbols, collect

__all__ = ["check_library", "standard_library"]


def standard_library() -> Symbols:
    """The macros that delays and smooths stand for."""
    return _library("stdlib.mdl")


def check_library() -> Symbols:
    """The macros that the RC functions of reality checks stand for."""
    return _library("checks.mdl")


@cache
def _library(name: str) -> Symbols:
    data = Path(__file__).with_name(name).read_bytes()
    document, diagnostics = syntax.parse(Source.decode(data, name))
    assert not diagnostics, diagnostics
    return collect(document)[0]
