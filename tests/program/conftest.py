"""What the tests of programs share."""

from __future__ import annotations

from pathlib import Path

import pytest

from s3c.compiler import Source, check
from s3c.compiler import program as p

MODELS = Path(__file__).parents[2] / "models"


@pytest.fixture(scope="session")
def s3() -> p.Program:
    """The program of the paper's system."""
    program = check(Source.read(MODELS / "s3.mdl")).program
    assert program
    return program
