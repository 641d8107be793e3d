"""How long from the command line to the first result, and how long a run? s3c beside PySD.

    python benchmarks/cold_start.py [--pysd PYTHON] [--model FILE] [--runs N]

PySD stands in an environment of its own, since it wants other versions of the same packages; one
is made in a temporary folder, unless `--pysd` names the Python of one that is there:

    python3.11 -m venv pysd-venv && pysd-venv/bin/pip install pysd
    python benchmarks/cold_start.py --pysd pysd-venv/bin/python

PySD reads no numbers from text files, so all are given the model with its numbers written in; s3c
is timed with the table beside the model, too. PySD is timed in both of its ways: it translates the
model and runs it, or it runs what it translated before. For a run by itself, in a process that has
loaded the model, random numbers are replaced by a sine, which costs both next to nothing.

All take turns, A B C A B C, so that a machine that slows down slows all of them; what is printed is
the median of each, and the median of the ratios round by round. Python may keep its compiled files,
as it does for users, whatever this process was told.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PINNED = "pysd==3.14.3"

# PySD as its users run it: translate the model, run it, look at the last values.
PYSD = """
import sys, warnings
warnings.simplefilter("ignore")
import pysd
print(pysd.read_vensim(sys.argv[1]).run().iloc[-1])
"""
PYSD_TRANSLATED = PYSD.replace("read_vensim", "load")

# One run after another of a loaded model, each with the results of all variables: the median.
RUNS = """
import statistics, sys, time, warnings
warnings.simplefilter("ignore")
{load}
def seconds():
    began = time.perf_counter()
    model.run()
    return time.perf_counter() - began
seconds()
print(statistics.median(seconds() for _ in range(int(sys.argv[2]))))
"""
S3C_RUNS = RUNS.format(load="import s3c; model = s3c.load(sys.argv[1])")
PYSD_RUNS = RUNS.format(load="import pysd; model = pysd.read_vensim(sys.argv[1])")

WARM, FIRST, TABLE = "s3c run, warm cache", "s3c run, first compile", "s3c run, table beside it"
PYTHON, NUMPY = "  python starts", "  python imports numpy"
TRANSLATES, TRANSLATED = "PySD translates and runs", "PySD runs its translation"
RUN, PYSD_RUN = "model.run() of s3c", "model.run() of PySD"

_CONSTANT = re.compile(
    r"GET DIRECT CONSTANTS\('(?P<file>[^']*)', ',', '(?P<column>[A-Z])(?P<row>\d+)'\)"
)
_RANDOM = re.compile(r"RANDOM UNIFORM\([^()]*\)")


class Target(NamedTuple):
    """A ratio of two medians, and how large it is to be."""

    name: str
    above: str
    below: str
    least: float


TARGETS = (
    Target("PySD / s3c, warm cache", TRANSLATES, WARM, 10),
    Target("PySD / s3c, first compile", TRANSLATES, FIRST, 4),
    Target("PySD's run / s3c's run in plain Python", PYSD_RUN, RUN, 20),
)


def users(environment: dict[str, str]) -> dict[str, str]:
    """The environment of a user, whose Python keeps its compiled files."""
    return {key: value for key, value in environment.items() if key != "PYTHONDONTWRITEBYTECODE"}


def seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    """The wall time of one process, from start to end."""
    began = time.perf_counter()
    subprocess.run(command, check=True, env=users(environment), stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)  # fmt: skip
    return time.perf_counter() - began


def told(command: Sequence[str], environment: dict[str, str]) -> float:
    """The seconds that a process prints."""
    run = subprocess.run(
        command, check=True, env=users(environment), capture_output=True, text=True
    )
    return float(run.stdout)


def with_numbers(model: Path) -> str:
    """A model's text with each number that it reads from a table beside it in its place."""

    def number(call: re.Match[str]) -> str:
        with (model.parent / call["file"]).open(newline="", encoding="utf-8") as table:
            rows = list(csv.reader(table))
        return rows[int(call["row"]) - 1][ord(call["column"]) - ord("A")]

    text = model.read_bytes().decode("utf-8")
    return _CONSTANT.sub(number, text)


def pysd_in(folder: Path) -> str | None:
    """The Python of a new environment that has PySD; None, and why, if it cannot be made."""
    home = folder / "pysd-venv"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    print(f"installing {PINNED} …", file=sys.stderr)
    venv.create(home, with_pip=True)
    command = [str(python), "-m", "pip", "install", "--quiet", PINNED]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        print(f"PySD takes no part: {done.stderr.strip()}", file=sys.stderr)
        return None
    return str(python)


def timed(table: Path, folder: Path, pysd: str | None, runs: int) -> dict[str, list[float]]:
    """The seconds of each in every round, after one that warms up."""
    # PySD writes its translation beside the model, and s3c keeps its own in a cache.
    model, sine = folder / table.name, folder / f"sine_{table.name}"
    text = with_numbers(table)
    model.write_text(text, encoding="utf-8", newline="")
    sine.write_text(_RANDOM.sub("SIN(Time * 1.7)", text), encoding="utf-8", newline="")
    caches = count()
    environment = {**os.environ, "S3C_CACHE": str(folder / "cache")}
    s3c = [sys.executable, "-m", "s3c", "run"]
    commands = {
        WARM: [*s3c, str(model)],
        FIRST: [*s3c, str(model)],
        TABLE: [*s3c, str(table)],
        PYTHON: [sys.executable, "-c", "pass"],
        NUMPY: [sys.executable, "-c", "import numpy"],
        RUN: [sys.executable, "-c", S3C_RUNS, str(sine), "100"],
    }
    if pysd:
        commands[TRANSLATES] = [pysd, "-c", PYSD, str(model)]
        commands[TRANSLATED] = [pysd, "-c", PYSD_TRANSLATED, str(model.with_suffix(".py"))]
        commands[PYSD_RUN] = [pysd, "-c", PYSD_RUNS, str(sine), "10"]
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs + 1):
        for name, command in commands.items():
            empty = {"S3C_CACHE": str(folder / f"empty {next(caches)}")} if name == FIRST else {}
            measured = told if name in (RUN, PYSD_RUN) else seconds
            times[name].append(measured(command, {**environment, **empty}))
    return {name: values[1:] for name, values in times.items()}


def ratio(times: dict[str, list[float]], above: str, below: str) -> float:
    """The median of the ratios, round by round."""
    return statistics.median(a / b for a, b in zip(times[above], times[below], strict=True))


def main() -> None:
    """Time the commands; print a line for each, and the ratios."""
    parser = argparse.ArgumentParser(description="Cold start and plain runs of s3c and PySD.")
    parser.add_argument("--pysd", help="the Python of an environment that has PySD")
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "s3.mdl")
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pysd = options.pysd or pysd_in(Path(folder))
        times = timed(options.model, Path(folder), pysd, options.runs)

    print(f"{options.model.name}, median of {options.runs} rounds")
    for name, values in times.items():
        print(f"  {name:26} {1000 * statistics.median(values):9.2f} ms")
    print("ratios")
    for target in TARGETS if pysd else ():
        found = ratio(times, target.above, target.below)
        met = "met" if found >= target.least else "missed"
        print(f"  {target.name:40} {found:6.1f}  at least {target.least:g}: {met}")
    if pysd:
        name = "PySD's translation / s3c, warm cache"
        print(f"  {name:40} {ratio(times, TRANSLATED, WARM):6.1f}")
    print(f"  {'s3c, warm cache / python starts':40} {ratio(times, WARM, PYTHON):6.1f}")
    print("numpy's import is no part of s3c's run: it keeps plain numbers, and numpy is imported")
    print("for who asks for arrays or a chart")


if __name__ == "__main__":
    main()
