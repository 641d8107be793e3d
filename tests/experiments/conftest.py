"""Small models and experiment files beside them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from linear_model import LINEAR

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write an experiment on the linear model, and files beside it; the file's path."""

    def experiment(text: str, model: str = LINEAR, **files: str) -> Path:
        (tmp_path / "linear.mdl").write_text(model, encoding="utf-8")
        for name, content in files.items():
            (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
        path = tmp_path / "experiment.toml"
        path.write_text('model = "linear.mdl"\n' + text, encoding="utf-8")
        return path

    return experiment
