"""Every test orders its models as if nothing had been ordered before."""

from __future__ import annotations

import pytest

from s3c.compiler import syntax
from s3c.compiler.graph import schedule
from s3c.compiler.kept import Latest


@pytest.fixture(autouse=True)
def _nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept of an earlier test would stand in for what this one is to try."""
    syntax.forget()
    monkeypatch.setattr(schedule, "_BEFORE", Latest())
