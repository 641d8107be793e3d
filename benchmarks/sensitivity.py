"""Very many runs of the S3 model: here and on worker processes, and a million of them in a store.

    python -m benchmarks.sensitivity [--runs 20000] [--many 1000000]

Each way of making the runs is timed by itself, in a process of its own; that results are equal is
shown by a hash of all of them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from s3c.experiments import read_experiment, run_sensitivity

from .s3_texts import MODEL, VARIED

LEVEL = "Industry smart specialization level"
_TOGETHER = 16  # times that are read at once
_WAYS: dict[str, dict[str, object]] = {
    "serial": {"threads": 1},
    "2 threads": {"threads": 2},
    "1 worker process": {"cluster": "local:1"},
    "2 worker processes": {"cluster": "local:2"},
}


def experiment_text(runs: int, time_step: float) -> str:
    """Six indicators vary; each run has random numbers of its own; every year is saved."""
    varied = "\n".join(
        f'"{name}" = {{ distribution = "uniform", min = 0.005, max = 0.1 }}' for name in VARIED
    )
    return f"""model = "{MODEL.as_posix()}"
save = ["{LEVEL}"]
[run]
time_step = {time_step}
saveper = {1 if time_step < 0.125 else 0.125}
[sensitivity]
runs = {runs}
streams = "own"
[sensitivity.parameters]
{varied}
"""


def measure(file: Path, store: Path, way: str, engine: str) -> dict[str, object]:
    """Make the runs one way, in this process."""
    experiment = read_experiment(file)
    began = time.perf_counter()
    runs = run_sensitivity(experiment, store=store, engine=engine, **_WAYS[way])  # type: ignore[arg-type]
    whole = time.perf_counter() - began
    found = hashlib.sha256()
    for first in range(0, len(runs.time), _TOGETHER):
        found.update(runs.values(LEVEL, slice(first, first + _TOGETHER)).tobytes())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = sum(each.stat().st_size for each in store.rglob("*") if each.is_file())
    return {
        "seconds": runs.effort.seconds, "with start": whole, "busy": runs.effort.efficiency,
        "peak MB": peak, "store MB": size / 1e6, "hash": found.hexdigest()[:16],
    }  # fmt: skip


def apart(file: Path, store: Path, way: str, engine: str) -> dict[str, float | str]:
    """The same in a process of its own."""
    arguments = [sys.executable, "-m", "benchmarks.sensitivity", "--one", file, store, way, engine]
    shown = subprocess.run(
        [str(each) for each in arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, float | str] = json.loads(shown.stdout)
    return found


def compare(folder: Path, runs: int, time_step: float, engine: str) -> None:
    """Make the same runs in each way, and print a line for each."""
    file = folder / f"{engine}.toml"
    file.write_text(experiment_text(runs, time_step), encoding="utf-8")
    print(f"\n{runs:,} runs by {engine}, TIME STEP {time_step:g}")
    serial = 0.0
    for way in _WAYS:
        found = apart(file, folder / f"{engine}, {way}.zarr", way, engine)
        seconds = float(found["seconds"])
        serial = serial or seconds
        workers = 2 if way.startswith("2") else 1
        print(
            f"  {way:20} {seconds:7.1f} s {runs / seconds:9,.0f} runs/s"
            f"  {serial / seconds / workers:4.0%} of serial a worker"
            f"  with start {float(found['with start']):6.1f} s  hash {found['hash']}",
            flush=True,
        )


def many(folder: Path, runs: int) -> None:
    """Make very many runs natively, and print what they take."""
    file = folder / "many.toml"
    file.write_text(experiment_text(runs, 0.125), encoding="utf-8")
    found = apart(file, folder / "many.zarr", "2 threads", "native")
    print(f"\n{runs:,} runs natively, 2 threads, {LEVEL} at 401 times")
    print(
        f"  {float(found['seconds']):.1f} s, {runs / float(found['seconds']):,.0f} runs/s,"
        f" at most {float(found['peak MB']):,.0f} MB of memory, reading all again included;"
        f" the store is {float(found['store MB']):,.0f} MB"
    )


def main() -> None:
    """Print all of it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=20_000)
    arguments.add_argument("--many", type=int, default=1_000_000)
    arguments.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.one:
        file, store, way, engine = asked.one
        print(json.dumps(measure(Path(file), Path(store), way, engine)))
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), asked.runs, 0.125 / 64, "native")
        # Which takes milliseconds where native code takes microseconds.
        compare(Path(folder), asked.runs // 20, 0.125, "python")
        many(Path(folder), asked.many)


if __name__ == "__main__":
    main()
