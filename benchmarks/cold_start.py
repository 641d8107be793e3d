"""How long from the command line to the first result? s3c beside PySD, whole processes in turn.

    python benchmarks/cold_start.py [--pysd PYTHON] [--model FILE] [--runs N]

PySD stands in an environment of its own, since it wants other versions of the same packages:

    python3.11 -m venv pysd-venv && pysd-venv/bin/pip install pysd
    python benchmarks/cold_start.py --pysd pysd-venv/bin/python

PySD reads no numbers from text files, so all are given the model with its numbers written in; s3c
is timed with the table beside the model, too.

The commands run in turn, A B C A B C, so that a machine that slows down slows all of them; what is
printed is the median of each, and the median of the ratios round by round.
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
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent

# PySD as its users run it: translate the model, run it, look at the last values.
PYSD = """
import sys, warnings
warnings.simplefilter("ignore")
import pysd
print(pysd.read_vensim(sys.argv[1]).run().iloc[-1])
"""


_CONSTANT = re.compile(
    r"GET DIRECT CONSTANTS\('(?P<file>[^']*)', ',', '(?P<column>[A-Z])(?P<row>\d+)'\)"
)


def seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    """The wall time of one process, from start to end."""
    began = time.perf_counter()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)  # fmt: skip
    return time.perf_counter() - began


def with_numbers(model: Path) -> str:
    """A model's text with each number that it reads from a table beside it in its place."""

    def number(call: re.Match[str]) -> str:
        with (model.parent / call["file"]).open(newline="", encoding="utf-8") as table:
            rows = list(csv.reader(table))
        return rows[int(call["row"]) - 1][ord(call["column"]) - ord("A")]

    text = model.read_bytes().decode("utf-8")
    return _CONSTANT.sub(number, text)


def main() -> None:
    """Time the commands and print a line for each."""
    parser = argparse.ArgumentParser(description="Cold start of s3c and PySD.")
    parser.add_argument("--pysd", help="the Python of an environment that has PySD")
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "s3.mdl")
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        # PySD writes its translation beside the model, and s3c keeps its own in a cache.
        model = Path(folder, options.model.name)
        model.write_text(with_numbers(options.model), encoding="utf-8", newline="")
        environment = {**os.environ, "S3C_CACHE": str(Path(folder, "cache"))}
        s3c = [sys.executable, "-m", "s3c", "run", str(model)]
        commands = {
            "s3c run, warm cache": s3c,
            "s3c run, first compile": [*s3c, "--no-cache"],
            "s3c run, table beside it": [*s3c[:-1], str(options.model)],
            "  python starts": [sys.executable, "-c", "pass"],
            "  python imports numpy": [sys.executable, "-c", "import numpy"],
        }
        if options.pysd:
            commands["PySD translates and runs"] = [options.pysd, "-c", PYSD, str(model)]
        times: dict[str, list[float]] = {name: [] for name in commands}
        for command in commands.values():
            seconds(command, environment)  # warm up: bytecode, the cache, the file system
        for _ in range(options.runs):
            for name, command in commands.items():
                times[name].append(seconds(command, environment))

    ours = times["s3c run, warm cache"]
    print(f"{options.model.name}, median of {options.runs} rounds")
    for name, values in times.items():
        ratio = statistics.median(a / b for a, b in zip(values, ours, strict=True))
        print(f"  {name:26} {1000 * statistics.median(values):8.0f} ms  {ratio:6.2f} x")
    python, numpy = (
        statistics.median(times[name]) for name in ("  python starts", "  python imports numpy")
    )
    print(f"  python's start is {python / statistics.median(ours):.0%} of s3c's warm run;")
    print(
        f"  numpy's import, {1000 * (numpy - python):.0f} ms, is no part of it: a run keeps plain"
    )
    print("  numbers, and numpy is imported for who asks for arrays or a chart")


if __name__ == "__main__":
    main()
