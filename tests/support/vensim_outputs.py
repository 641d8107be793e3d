"""Outputs of other programs, and how a run is compared with one.

A value agrees within 1e-5 of itself, or within the rounding of six printed digits of the largest
value of its series: small differences of large numbers are printed no better.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from s3c import Run
from s3c.runtime import fold

RELATIVE = 1e-5
PRINTED = 1e-6  # six digits


@dataclass(frozen=True)
class Expected:
    """One column of an output: NaN where nothing is printed, and the rounding of its digits."""

    values: np.ndarray[tuple[int], np.dtype[np.float64]]
    rounding: float


def output_beside(model: Path, *names: str) -> Path | None:
    """The output in a model's folder: the first of these names that is there."""
    found = (model.parent / name for name in names or ("output.tab", "output.csv"))
    return next((each for each in found if each.is_file()), None)


def read(path: Path) -> dict[str, Expected]:
    """The columns of an output, by name."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    lines = re.split(r"\r\n|\r|\n", text)
    rows = list(csv.reader(lines, delimiter="\t" if path.suffix == ".tab" else ","))
    heading, *body = [row for row in rows if row]
    return {
        name: column([row[place].strip() if place < len(row) else "" for row in body])
        for place, name in enumerate(heading)
    }


def column(cells: list[str]) -> Expected:
    """One column's cells as numbers."""
    values = np.array([float(each) if each else math.nan for each in cells])
    # A fixed number of decimals, as some exports have, rounds more than six digits do.
    decimals = max((len(each.partition(".")[2]) for each in cells if "e" not in each.lower()),
                   default=0)  # fmt: skip
    rounding = PRINTED * np.nanmax(np.abs(values), initial=0.0)
    return Expected(values, max(rounding, 0.5 * 10.0**-decimals if decimals >= 4 else 0.0))


def differences(
    run: Run,
    output: Path,
    *,
    looser: float = 0.0,
    nan_is_zero: bool = False,
    without: Collection[str] = (),
    rows: slice = slice(None),
) -> list[str]:
    """Where a run differs from an output, a line a variable.

    `looser` is a tolerance of the largest value of a series; columns `without` are not compared;
    `rows` of the run are those that the output has.
    """
    (_, time), *expected = read(output).items()
    assert np.allclose(run.time[rows], time.values, rtol=RELATIVE, atol=time.rounding)
    names = {fold(name) for name in run.columns}
    wrong = []
    for name, wanted_column in expected:
        if name in without:
            continue
        if fold(name) not in names:
            wrong.append(f"{name} is not in the run")
            continue
        given = ~np.isnan(wanted_column.values)
        values, wanted = run[name][rows][given], wanted_column.values[given]
        floor = max(wanted_column.rounding, looser * np.max(np.abs(wanted), initial=0.0))
        if nan_is_zero:
            values = np.where(np.isnan(values), 0.0, values)
        close = np.isclose(values, wanted, rtol=RELATIVE, atol=floor)
        if not close.all():
            at = int(np.argmin(close))
            place = run.time[rows][given][at]
            wrong.append(f"{name} at {place:g}: {values[at]:.8g}, not {wanted[at]:.8g}")
    return wrong
