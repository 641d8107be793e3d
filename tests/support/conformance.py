"""Where the community's test models are."""

from __future__ import annotations

import os
from pathlib import Path

CONFORMANCE = Path(
    os.environ.get("S3C_CONFORMANCE") or Path(__file__).parents[2].parent / "shared" / "conformance"
)


def model_files() -> list[Path]:
    """Every model of theirs, in order."""
    found = [*CONFORMANCE.glob("tests/*/*"), *CONFORMANCE.glob("samples/*/*")]
    return sorted(each for each in found if each.suffix.lower() == ".mdl")
