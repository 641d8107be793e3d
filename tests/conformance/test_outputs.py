"""The community's test models against the outputs that real Vensim made of them.

A value agrees within 1e-5 of itself, or within the rounding of six printed digits of the largest
value of its series: small differences of large numbers are printed no better.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from conformance import CONFORMANCE, model_files

import s3c
from s3c.runtime import fold

RELATIVE = 1e-5
PRINTED = 1e-6  # six digits
# What is written in these models, and only in these, later versions will compile: what they read
# from files themselves, and the calendar.
LATER = re.compile(r"GET[ _](XLS|DIRECT|123|VDF)|GET TIME VALUE")
SUBSCRIPTED = re.compile(r'\s*(?:"[^"]*"|[^=(\["]*)\[')
# No two programs draw the same numbers: what cannot agree, and why.
DRAWS = {"Query_file": "its output depends on RANDOM draws, which no tool can replicate"}
# Chaos makes much of little: Vensim's single precision differs from double in the seventh digit
# at first, and in the fourth by the end (a run in single precision gives its output exactly).
# Vensim's search for a clearing price stops early, and its normal curve has six digits; a trend
# is a small difference of large numbers.
LOOSER = {"Roessler_Chaos": 1e-3, "allocate_available": 1e-3, "subscripted_trend": 1e-5}
# They divide by (c - Time) at the very time c. In Vensim's single precision the two differ in the
# last digit, and 1 / (a + b / (c - Time)) is nearly 0; here the quotient has no value.
SINGULAR = ("arithmetics", "arithmetics_exp")
# What a folder's output is not of, and the output that is.
OWN_OUTPUTS = {"model_to_generate_data": "data.tab"}
# The data that a model is run with.
DATA = {"test_data_from_other_model": "data.tab"}


@dataclass(frozen=True)
class Expected:
    """One column of an output: None where nothing is printed, and the digits that are."""

    values: np.ndarray[tuple[int], np.dtype[np.float64]]
    rounding: float


def named(model: Path) -> str:
    """The folder's name, and the file's where a folder has several."""
    alone = sum(each.parent == model.parent for each in MODELS) == 1
    return model.parent.name if alone else f"{model.parent.name}/{model.stem}"


def output_of(model: Path) -> Path | None:
    own = OWN_OUTPUTS.get(model.stem)
    names = [own] if own else ["output.tab", "output.csv"]
    return next((each for name in names if (each := model.parent / name).is_file()), None)


def equations_of(model: Path) -> str:
    text = model.read_bytes().decode("utf-8", "replace")
    return re.split(r"^\s*\\\\+---///", text, maxsplit=1, flags=re.MULTILINE)[0]


def is_later(model: Path) -> bool:
    """Whether a model needs what only a later version has."""
    return bool(LATER.search(equations_of(model)))


def heading_of(model: Path) -> str:
    """What kind of model it is, for the report."""
    equations = equations_of(model)
    left_sides = [each.split("~")[0] for each in equations.split("|")]
    if any(map(SUBSCRIPTED.match, left_sides)):
        return "with subscripts agree with Vensim's output"
    what = "with macros" if ":MACRO:" in equations else "without subscripts"
    return f"{what} agree with Vensim's output"


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
    values = np.array([float(each) if each else math.nan for each in cells])
    # A fixed number of decimals, as some exports have, rounds more than six digits do.
    decimals = max((len(each.partition(".")[2]) for each in cells if "e" not in each.lower()),
                   default=0)  # fmt: skip
    rounding = PRINTED * np.nanmax(np.abs(values), initial=0.0)
    return Expected(values, max(rounding, 0.5 * 10.0**-decimals if decimals >= 4 else 0.0))


def differences(model: Path) -> list[str]:
    """Where a model's run differs from its output, a line a variable."""
    path = output_of(model)
    assert path
    (_, time), *expected = read(path).items()
    singular = model.parent.name in SINGULAR
    data = model.parent / DATA[model.stem] if model.stem in DATA else None
    run = s3c.load(model, cache=False).run(data=data, on_error="nan" if singular else "stop")
    assert np.allclose(run.time, time.values, rtol=RELATIVE, atol=time.rounding)
    names = {fold(name) for name in run.columns}
    wrong = []
    looser = LOOSER.get(model.parent.name, 0.0)
    for name, column in expected:
        if fold(name) not in names:
            wrong.append(f"{name} is not in the run")
            continue
        given = ~np.isnan(column.values)
        values, wanted = run[name][given], column.values[given]
        floor = max(column.rounding, looser * np.max(np.abs(wanted), initial=0.0))
        if singular:
            values = np.where(np.isnan(values), 0.0, values)
        close = np.isclose(values, wanted, rtol=RELATIVE, atol=floor)
        if not close.all():
            at = int(np.argmin(close))
            place = run.time[given][at]
            wrong.append(f"{name} at {place:g}: {values[at]:.8g}, not {wanted[at]:.8g}")
    return wrong


MODELS = [each for each in model_files() if output_of(each)]
COMPARED = [each for each in MODELS if each.parent.name not in DRAWS and not is_later(each)]
LATER_ONES = [each for each in MODELS if each.parent.name not in DRAWS and is_later(each)]


def test_models_are_there() -> None:
    if not CONFORMANCE.is_dir():
        pytest.skip(f"no conformance models at {CONFORMANCE}: set S3C_CONFORMANCE")
    assert len(COMPARED) >= 132
    assert sum(heading_of(each).startswith("with subscripts") for each in COMPARED) >= 63


@pytest.mark.parametrize("model", COMPARED, ids=named)
def test_output(model: Path, note: Callable[[str, str], None]) -> None:
    assert differences(model) == []
    note(heading_of(model), named(model))


@pytest.mark.parametrize("model", LATER_ONES, ids=named)
def test_what_later_versions_compile_is_refused(
    model: Path, note: Callable[[str, str], None]
) -> None:
    """A model that cannot be compiled yet says so; none runs and gives other numbers."""
    with pytest.raises(s3c.CompileError) as caught:
        s3c.load(model, cache=False)
    assert "S3C210" in {each.code for each in caught.value.diagnostics}
    note("that read files, or a calendar, are refused (S3C210)", named(model))


@pytest.mark.parametrize("model", [each for each in MODELS if each.parent.name in DRAWS], ids=named)
def test_what_is_not_compared(model: Path, note: Callable[[str, str], None]) -> None:
    """It runs all the same."""
    assert len(s3c.load(model, cache=False).run().time) > 1
    note("not compared", f"{named(model)} ({DRAWS[model.parent.name]})")
