"""Mistakes in experiment files, as diagnostics: all of a file in one error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3c.compiler import Diagnostic

__all__ = ["ExperimentError"]


class ExperimentError(Exception):
    """An experiment cannot be run; `diagnostics` says why, all that was found."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("\n\n".join(map(str, diagnostics)))
        self.diagnostics = tuple(diagnostics)
