"""The command line as a test runs it: inside this process, and as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from s3c.cli import main

__all__ = ["MODELS", "POPULATION", "call", "python"]

MODELS = Path(__file__).parents[2] / "models"
POPULATION = """\
{UTF-8}
Population = INTEG(births - deaths, 100) ~ people ~ All of them. |
births = birth rate * Population * crowding(Population / 1000) ~ people/Year ~|
birth rate = 0.1 ~ 1/Year ~ A year's births for each of them. |
deaths = Population / lifetime ~ people/Year ~|
lifetime = 50 ~ Year ~|
crowding((0, 1), (1, 1), (2, 0.5)) ~ Dmnl ~|
INITIAL TIME = 0 ~ Year ~|
FINAL TIME = 10 ~ Year ~|
TIME STEP = 0.5 ~ Year ~|
SAVEPER = 1 ~ Year ~|
"""


def call(*arguments: str | Path) -> Result:
    """Run the command line here. An exit that nobody foresaw is raised: it is a defect."""
    result = CliRunner().invoke(main, [str(each) for each in arguments])
    assert "S3C901" not in result.stderr, result.stderr
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def python(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python as a process of its own, with warnings as errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, check=False, timeout=60,
        encoding="utf-8",
    )  # fmt: skip
