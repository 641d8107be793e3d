"""What one synthetic model costs, measured in a process of its own so that nothing is known yet.

    python -m benchmarks.one_size scalar|arrays SIZE SEED [native]

Prints a line of JSON for each, its name and seconds, as soon as it is known. A small model is
compiled before, so that imports and the tables of the grammar are no part of it. The native engine
is measured where it is asked for.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import s3c
from s3c.compiler import Source, compile_source
from s3c.runtime import load_text

from . import native
from .synthetic import array_model, scalar_model

__all__ = ["COMPILE", "EDIT", "NATIVE_COMPILE", "NATIVE_STEP", "PYTHON_STEP"]

COMPILE = "s3c compiles"
EDIT = "s3c compiles again, one equation edited"
PYTHON_STEP = "Python engine, a step"
NATIVE_COMPILE = "native engine compiles"
NATIVE_STEP = "native engine, a step"

_TIME_STEP = 0.25  # of the synthetic models


def timed(call: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def compiled(text: str) -> tuple[str, float]:
    """A model's Python text, and the seconds that it took to get it."""
    began = time.perf_counter()
    generated = compile_source(Source("synthetic.mdl", text)).generated
    seconds = time.perf_counter() - began
    assert generated is not None
    return generated.text, seconds


def edited(text: str) -> str:
    """The same model with another number in one of the equations in its middle."""
    middle = text.index("* 0.01", text.index(".Control") // 2 if ".Control" in text else 0)
    return text[:middle] + "* 0.02" + text[middle + len("* 0.01") :]


def a_step(call: Callable[[], object], steps: int) -> float:
    """Seconds of one step: the best of three runs, each of so many steps and one time more."""
    return min(timed(call) for _ in range(3)) / (steps + 1)


def measure(kind: str, size: int, seed: int, *, natively: bool) -> Iterator[tuple[str, float]]:
    """All that is measured of a model of one size: what, and seconds."""
    small = scalar_model(40, seed=seed + 1) if kind == "scalar" else array_model(7)
    load_text(compiled(small)[0], "small").run()
    text = scalar_model(size, seed=seed) if kind == "scalar" else array_model(size)
    module, seconds = compiled(text)
    yield COMPILE, seconds
    if kind == "scalar":
        yield EDIT, compiled(edited(text))[1]
    model = load_text(module, "synthetic")
    steps = max(16, min(400, 100_000 // size))
    # What is kept takes memory: one column is enough here.
    saved = [next(each.name for each in model.variables if each.varies and not each.axes)]
    run = native.plain(model)
    final_time = steps * _TIME_STEP
    yield PYTHON_STEP, a_step(lambda: run(final_time=final_time, save=saved), steps)
    if natively:
        yield from measure_native(text, size, saved)


def measure_native(text: str, size: int, saved: Sequence[str]) -> Iterator[tuple[str, float]]:
    """The same for the native engine, whose code is made only of a model that has a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "synthetic.mdl")
        path.write_text(text, encoding="utf-8", newline="")
        run = partial(s3c.load(path).run, engine="native", save=saved)
        yield NATIVE_COMPILE, timed(run)
        if (again := run()).engine != "native":
            raise native.NotThereError("; ".join(again.notes))
        steps = max(16, min(4000, 10_000_000 // size))
        yield NATIVE_STEP, a_step(lambda: run(final_time=steps * _TIME_STEP), steps)


def main() -> None:
    """Measure, and print."""
    kind, size, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    for name, seconds in measure(kind, size, seed, natively="native" in sys.argv[4:]):
        print(json.dumps([name, seconds]), flush=True)


if __name__ == "__main__":
    main()
