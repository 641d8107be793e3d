"""Compiled models to be drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from command_line import MODELS

from s3c.compiler import Compilation, Source, compile_source

Compile: TypeAlias = Callable[[str], Compilation]

CONTROLS = """
INITIAL TIME = 0 ~~|
FINAL TIME = 10 ~~|
TIME STEP = 0.5 ~~|
SAVEPER = TIME STEP ~~|
"""


@pytest.fixture
def compiled() -> Compile:
    """From equations without control variables."""
    return lambda text: compile_source(Source("model.mdl", text + CONTROLS))


@pytest.fixture(scope="session")
def s3() -> Compilation:
    return from_file(MODELS / "s3.mdl")


def from_file(path: Path) -> Compilation:
    return compile_source(Source.decode(path.read_bytes(), str(path)))
