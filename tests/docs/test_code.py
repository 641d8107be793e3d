"""What the pages tell a reader to type works, and shows what the pages show."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import failures

ROOT = Path(__file__).parents[2]
GENERATED = {"functions.md", "diagnostics.md"}  # tests/functions and tests/explanations hold them
PAGES = [
    *(ROOT.glob("*.md")),
    *(path for path in (ROOT / "docs").glob("*.md") if path.name not in GENERATED),
    *(ROOT / "docs" / "library").glob("*.md"),
    *(ROOT / folder / "README.md" for folder in ("benchmarks", "experiments", "models")),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_code(page: Path, tmp_path: Path) -> None:
    assert "\n".join(failures(page, tmp_path)) == ""
