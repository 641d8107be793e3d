"""Models for the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import POPULATION


@pytest.fixture
def population(tmp_path: Path) -> Path:
    """A small model, alone in its folder."""
    file = tmp_path / "population.mdl"
    file.write_text(POPULATION, encoding="utf-8")
    return file


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A model with one error of syntax and one of names."""
    file = tmp_path / "broken.mdl"
    file.write_text("a=(1 ~~|\nb = 2*nothing ~~|\n", encoding="utf-8")
    return file
