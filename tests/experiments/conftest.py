"""Small models and experiment files beside them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

# Linear in x, y and the elements of w, so that the best fit is known.
LINEAR = """\
{UTF-8}
x = 2 ~~|
y = 3 ~~|
twice x = 2 * x ~~|
fixed == 1 ~~|
Region: East, West ~~|
w[Region] = 1, 2 ~~|
level = INTEG(x + 10 * y + w[East] - w[West] * 2, 5) ~ people ~|
hump = x - (Time - 1)^2 ~~|
noise = RANDOM UNIFORM(0, 1, 7) ~~|
wave = noise + x ~~|
table((0, 0), (1, 1)) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 2 ~~|
TIME STEP = 0.5 ~~|
SAVEPER = TIME STEP ~~|
"""

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
