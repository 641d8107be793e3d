"""Does compiling take time in proportion to the model, and what does one more edit cost?

    python -m benchmarks.compile_speed [--equations 100 1000 10000] [--elements 10 1000 100000]
        [--rounds 5] [--json FILE]

Synthetic models of several sizes are compiled, each in a process of its own; then one equation in
the middle is edited, by which all that follows moves down a line, and the model is compiled again
in the same process. Printed are medians over the rounds, of the processor's time, so that what
else the machine does counts little; and the exponents: the slopes of the logarithm of time over
that of size, where 1 is linear.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.synthetic import array_model, scalar_model
from s3c.compiler import Source, check

_EDITS = 5
# A long stretch of a few numbers has a slope of its own: the start of a process, say.
_LINEAR_FROM = 1000


def measured(kind: str, size: int) -> dict[str, float]:
    """Seconds to compile a model, and to compile it after an edit; the memory of the process."""
    text = scalar_model(size) if kind == "equations" else array_model(size)
    check(Source("first.mdl", scalar_model(40, seed=1)))  # what is imported and built only once
    whole = seconds(text)
    edits: list[float] = []
    for number in range(_EDITS if kind == "equations" else 0):
        text = edited(text, number)
        edits.append(seconds(text))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "size": size,
        "compile": whole,
        "edit": statistics.median(edits) if edits else 0.0,
        "megabytes": peak,
    }


def seconds(text: str) -> float:
    """The time to compile a text, which must be possible."""
    began = time.process_time()
    compilation = check(Source("model.mdl", text))
    taken = time.process_time() - began
    assert compilation.ok, compilation.diagnostics[0]
    return taken


def edited(text: str, number: int) -> str:
    """A text with another number in an equation in its middle, on a line of its own."""
    places = [match.start() for match in re.finditer(r"\* 0\.01", text)]
    place = places[len(places) // 2]
    return f"{text[:place]}*\n\t\t0.0{number + 1}1{text[place:].removeprefix('* 0.01')}"


def in_a_process(kind: str, size: int) -> dict[str, float]:
    """The same, measured where nothing has been compiled yet."""
    command = [sys.executable, "-m", "benchmarks.compile_speed", "--measure", kind, str(size)]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(shown)
    return found


def medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    """The medians of several measurements."""
    return {key: statistics.median(each[key] for each in rounds) for key in rounds[0]}


def exponent(rows: list[dict[str, float]], key: str) -> float:
    """The slope of the logarithm of a cost over that of the size, by least squares."""
    points = [(math.log(row["size"]), math.log(row[key])) for row in rows]
    x_mean = statistics.mean(x for x, _ in points)
    y_mean = statistics.mean(y for _, y in points)
    spread = sum((x - x_mean) ** 2 for x, _ in points)
    return sum((x - x_mean) * (y - y_mean) for x, y in points) / spread


def main() -> None:
    """Measure, and print a table for each kind of model."""
    parser = argparse.ArgumentParser(description="Compile times of synthetic models.")
    parser.add_argument("--equations", type=int, nargs="*", default=[100, 1000, 10_000, 50_000])
    parser.add_argument("--elements", type=int, nargs="*", default=[10, 1000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measured(options.measure[0], int(options.measure[1]))))
        return
    results: dict[str, list[dict[str, float]]] = {}
    for kind in ("equations", "elements"):
        sizes = getattr(options, kind)
        rounds = [[in_a_process(kind, size) for size in sizes] for _ in range(options.rounds)]
        rows = [medians([each[place] for each in rounds]) for place in range(len(sizes))]
        results[kind] = rows
        show(kind, rows)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def show(kind: str, rows: list[dict[str, float]]) -> None:
    """Print what was measured of one kind of model."""
    print(f"{kind:>10}  {'compile':>9}  {'of each':>9}  {'after edit':>10}  {'ratio':>7}  memory")
    for row in rows:
        edit = row["edit"]
        again = f"{edit:8.3f} s  {edit / row['compile']:7.1%}" if edit else f"{'':19}"
        print(
            f"{row['size']:10,.0f}  {row['compile']:7.3f} s"
            f"  {row['compile'] / row['size'] * 1e6:6.0f} µs  {again}  {row['megabytes']:5.0f} MB"
        )
    large = [row for row in rows if row["size"] >= _LINEAR_FROM]
    for name, some in (("all sizes", rows), (f"from {_LINEAR_FROM:,}", large)):
        if len(some) > 1:
            again = f", after an edit {exponent(some, 'edit'):.2f}" if some[0]["edit"] else ""
            print(f"  exponent over {name}: {exponent(some, 'compile'):.2f}{again}")
    print()


if __name__ == "__main__":
    main()
