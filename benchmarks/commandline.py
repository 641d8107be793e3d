"""From the command line to the first result: whole processes of s3c and PySD."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median

from .cold_start import PYSD, seconds
from .report import Finding, Part, at_least
from .s3_texts import MODEL, random_text
from .setup import Setup, comparison
from .turns import Contender, Timing, in_turns

__all__ = ["commandline"]

WARM = "s3c run models/s3.mdl, compiled before"
FIRST = "s3c run models/s3.mdl, first time"
PYTHON = "  python starts"
NUMPY = "  python imports numpy"
PYSD_COMMAND = "python -m pysd s3.mdl, translates"
PYSD_SCRIPT = "PySD from a script, translates"
PYSD_TRANSLATED = "python -m pysd s3.py, translated before"


def commandline(setup: Setup) -> Part:
    """Time whole processes; PySD's model has its numbers written in, as it reads no text files."""
    notes: list[str] = []
    caches = count()

    def environment(cache: str) -> dict[str, str]:
        return {**os.environ, "S3C_CACHE": str(setup.folder / cache)}

    run = [sys.executable, "-m", "s3c", "run", str(MODEL)]
    contenders = [
        _process(WARM, lambda: seconds(run, environment("warm cache"))),
        _process(FIRST, lambda: seconds(run, environment(f"cache {next(caches)}"))),
        _process(PYTHON, lambda: seconds([sys.executable, "-c", "pass"], dict(os.environ))),
        _process(NUMPY, lambda: seconds([sys.executable, "-c", "import numpy"], dict(os.environ))),
    ]
    if setup.python is None:
        notes.append(f"PySD takes no part: {setup.without_peers}")
    else:
        contenders += _pysd(setup.folder, str(setup.python))
    timings = in_turns(contenders, setup.repeats)
    title = "From the command line to the first result of the S3 model: whole processes"
    return Part("commandline", title, timings, tuple(_findings(timings)), notes=tuple(notes))


def _process(name: str, once: Callable[[], float]) -> Contender:
    return Contender(name, lambda times: sum(once() for _ in range(times)))


def _pysd(folder: Path, python: str) -> list[Contender]:
    """PySD's own command, and a script; what it translates stands in a folder for each."""
    paths = [folder / name / "s3.mdl" for name in ("command", "script")]
    for path in paths:
        path.parent.mkdir()
        path.write_text(random_text(), encoding="utf-8", newline="")
    command, script = paths
    output = ["-o", str(folder / "pysd.csv")]
    calls = {
        PYSD_COMMAND: [python, "-m", "pysd", *output, str(command)],
        PYSD_TRANSLATED: [python, "-m", "pysd", *output, str(command.with_suffix(".py"))],
        PYSD_SCRIPT: [python, "-c", PYSD, str(script)],
    }
    return [
        _process(name, partial(seconds, call, dict(os.environ))) for name, call in calls.items()
    ]


def _findings(timings: Sequence[Timing]) -> list[Finding]:
    # The faster of the ways in which PySD translates and runs a model.
    ways = [each for each in timings if each.name in {PYSD_COMMAND, PYSD_SCRIPT}]
    pysd = min(ways, key=lambda each: median(each.rounds)).name if ways else PYSD_COMMAND
    return [
        *comparison("PySD over s3c, compiled before", timings, pysd, WARM, at_least(10)),
        *comparison("PySD over s3c's first time", timings, pysd, FIRST, at_least(4)),
        *comparison("PySD translated, over s3c compiled", timings, PYSD_TRANSLATED, WARM),
        *comparison("s3c, compiled before, over Python's start", timings, WARM, PYTHON),
    ]
