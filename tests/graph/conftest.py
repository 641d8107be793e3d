"""Every test orders its models as if nothing had been ordered before."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from s3c.compiler import syntax

kept: Any = import_module("s3c.compiler.kept")


@pytest.fixture(autouse=True)
def _nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept of an earlier test would stand in for what this one is to try."""
    syntax.forget()
    monkeypatch.setattr("s3c.compiler.graph.schedule._BEFORE", kept.Latest())
