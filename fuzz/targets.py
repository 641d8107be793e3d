"""What is fed: each target takes bytes, and may raise nothing but what s3c says that it raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .file_targets import FILE_TARGETS
from .model_targets import MODEL_TARGETS

__all__ = ["TARGETS", "Target"]

Target: TypeAlias = Callable[[bytes], None]

TARGETS: dict[str, Target] = {**MODEL_TARGETS, **FILE_TARGETS}
