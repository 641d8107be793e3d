"""A model in a file, for loading."""

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
