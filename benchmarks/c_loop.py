"""The C reference, `c_reference/s3.c`, built and called; its numbers are checked first."""

from __future__ import annotations

import ctypes
import struct
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from shutil import which
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from s3c.runtime import CompiledModel, Draws, philox

from .s3_texts import COLUMNS, INDICATORS, LEVELS, VARIED

__all__ = [
    "FLAGS",
    "SHARING_FLAGS",
    "CLoop",
    "WrongNumbersError",
    "build",
    "check",
    "compare",
    "indicators_of",
    "key_of",
]

Floats: TypeAlias = NDArray[np.float64]
Words: TypeAlias = NDArray[np.uint32]

SOURCE = Path(__file__).parent / "c_reference" / "s3.c"
FLAGS = ("-O3", "-march=native")
"""What the targets are measured against: they allow no inexact mathematics."""
SHARING_FLAGS = (*FLAGS, "-fno-math-errno")
"""With these gcc may see that equal calls of exp are one, too: C at its best without rewriting."""

TOLERANCE = 1e-12
_STEPS = 401


class WrongNumbersError(Exception):
    """Somebody's numbers are not the Python engine's, so that nothing should be timed."""


class CLoop:
    """The functions of the built library, on arrays that are prepared by the caller."""

    def __init__(self, library: Path) -> None:
        self._library = ctypes.CDLL(str(library))
        for name, expected in (
            ("n_indicators", len(INDICATORS)),
            ("n_columns", len(COLUMNS)),
            ("n_levels", len(LEVELS)),
            ("n_varied", len(VARIED)),
        ):
            if ctypes.c_size_t.in_dll(self._library, name).value != expected:
                msg = f"{name} of {SOURCE.name} is not {expected}"
                raise WrongNumbersError(msg)
        for function in ("run", "ensemble", "random_ensemble", "uniforms"):
            getattr(self._library, function).restype = None

    def run(self, indicators: Floats, rows: Floats, times: int) -> float:
        """Seconds that so many runs take, each of which fills rows, (401, 23)."""
        assert rows.shape == (_STEPS, len(COLUMNS))
        began = time.perf_counter()
        self._library.run(_at(indicators), _at(rows), ctypes.c_size_t(times))
        return time.perf_counter() - began

    def ensemble(self, indicators: Floats, values: Floats, last: Floats) -> float:
        """Seconds of the runs with values, (n_runs, 6), which fill last, (n_runs, 4)."""
        assert values.shape == (len(last), len(VARIED))
        began = time.perf_counter()
        self._library.ensemble(_at(indicators), _at(values), _at(last), ctypes.c_size_t(len(last)))
        return time.perf_counter() - began

    def random_ensemble(
        self, indicators: Floats, values: Floats, last: Floats, key: Words, site: int
    ) -> float:
        """The same with a random stream for each run."""
        assert values.shape == (len(last), len(VARIED))
        began = time.perf_counter()
        self._library.random_ensemble(
            *(_at(indicators), _at(values), _at(last), ctypes.c_size_t(len(last))),
            *(_at(key), ctypes.c_uint32(site)),
        )
        return time.perf_counter() - began

    def uniforms(self, key: Words, site: int, run: int) -> Floats:
        """(401,), the numbers of [0, 1) that a run draws."""
        numbers = np.empty(_STEPS)
        self._library.uniforms(
            *(_at(key), ctypes.c_uint32(site), ctypes.c_uint32(run)),
            *(_at(numbers), ctypes.c_size_t(len(numbers))),
        )
        return numbers


def _at(array: Floats | Words) -> ctypes.c_void_p:
    assert array.flags.c_contiguous
    return ctypes.c_void_p(array.ctypes.data)


def build(folder: Path, flags: Sequence[str] = FLAGS) -> CLoop | None:
    """Compile the reference into that folder; None where there is no C compiler.

    Raises:
        subprocess.CalledProcessError: the C compiler refuses the program.
    """
    if which("cc") is None:
        return None
    library = folder / f"s3{'_'.join(flags)}.so"
    command = ["cc", *flags, "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-lm"]
    subprocess.run(command, check=True)
    return CLoop(library)


def indicators_of(model: CompiledModel) -> Floats:
    """(21,), the model's own numbers."""
    run = model.run(final_time=0.0, save=INDICATORS)
    return np.array([run[name][0] for name in INDICATORS])


def key_of(stream: float) -> Words:
    """(2,), the key of a stream of random numbers with the seed that a run has by itself."""
    bits = struct.unpack("<4I", struct.pack("<2d", Draws().seed, stream))
    return np.array(philox(bits, (0, 0))[:2], dtype=np.uint32)


def check(loop: CLoop, model: CompiledModel) -> None:
    """Hold the C loop against the Python engine: the run, an ensemble, and the random numbers.

    Args:
        loop: what is to be timed.
        model: the S3 model with a sine for turbulence.

    Raises:
        WrongNumbersError: they differ by more than 1e-12 of the value, or of 1.
    """
    indicators = indicators_of(model)
    rows = np.empty((_STEPS, len(COLUMNS)))
    loop.run(indicators, rows, 1)
    run = model.run()
    compare("the C loop's run", rows, np.stack([run[name] for name in COLUMNS], axis=1))

    values = np.linspace(0.01, 0.09, 3 * len(VARIED)).reshape(3, len(VARIED))
    last = np.empty((len(values), len(LEVELS)))
    loop.ensemble(indicators, values, last)
    for row, found in zip(values, last, strict=True):
        run = model.run(dict(zip(VARIED, row.tolist(), strict=True)))
        compare("the C loop's ensemble", found, np.array([run[name][-1] for name in LEVELS]))

    key, site = key_of(0.5), 3_000_000_000
    for number in (0, 7):
        draws = Draws(run=number)
        expected = np.array([draws.at(step).uniform(site, 0.5) for step in range(_STEPS)])
        if not np.array_equal(loop.uniforms(key, site, number), expected):
            raise WrongNumbersError("the C loop draws other random numbers than the Python engine")


def compare(what: str, found: Floats, expected: Floats) -> None:
    """Hold numbers against those of the Python engine.

    Raises:
        WrongNumbersError: they differ by more than 1e-12 of the value, or of 1.
    """
    wrong = np.abs(found - expected) > TOLERANCE * np.maximum(np.abs(expected), 1.0)
    if wrong.any() or not np.isfinite(found).all():
        msg = f"the numbers of {what} are not the Python engine's"
        raise WrongNumbersError(msg)
