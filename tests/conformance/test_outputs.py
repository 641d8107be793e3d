"""The community's test models against the outputs that real Vensim made of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conformance import CONFORMANCE, model_files
from vensim_outputs import differences, output_beside

import s3c

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
# Their outputs begin at the second time of the run, though they give INITIAL TIME as 0.
LACKS_FIRST_TIME = ("get_constants_incomplete_subscript",)
# What a folder's output is not of, and the output that is.
OWN_OUTPUTS = {"model_to_generate_data": "data.tab"}
# A model whose folder has only the output of its neighbour.
NO_OUTPUT = ("test_get_time_value",)
# The data that a model is run with.
DATA = {"test_data_from_other_model": "data.tab"}


def named(model: Path) -> str:
    """The folder's name, and the file's where a folder has several."""
    alone = sum(each.parent == model.parent for each in MODELS) == 1
    return model.parent.name if alone else f"{model.parent.name}/{model.stem}"


def output_of(model: Path) -> Path | None:
    own = OWN_OUTPUTS.get(model.stem)
    return output_beside(model, own) if own else output_beside(model)


def equations_of(model: Path) -> str:
    text = model.read_bytes().decode("utf-8", "replace")
    return re.split(r"^\s*\\\\+---///", text, maxsplit=1, flags=re.MULTILINE)[0]


def heading_of(model: Path) -> str:
    """What kind of model it is, for the report."""
    equations = equations_of(model)
    left_sides = [each.split("~")[0] for each in equations.split("|")]
    if any(map(SUBSCRIPTED.match, left_sides)):
        return "with subscripts agree with Vensim's output"
    what = "with macros" if ":MACRO:" in equations else "without subscripts"
    return f"{what} agree with Vensim's output"


def differences_of(model: Path) -> list[str]:
    """Where a model's run differs from its output, a line a variable."""
    path = output_of(model)
    assert path
    singular = model.parent.name in SINGULAR
    data = model.parent / DATA[model.stem] if model.stem in DATA else None
    run = s3c.load(model, cache=False).run(data=data, on_error="nan" if singular else "stop")
    looser = LOOSER.get(model.parent.name, 0.0)
    rows = slice(1, None) if model.parent.name in LACKS_FIRST_TIME else slice(None)
    return differences(run, path, looser=looser, nan_is_zero=singular, rows=rows)


MODELS = [each for each in model_files() if output_of(each) and each.stem not in NO_OUTPUT]
COMPARED = [each for each in MODELS if each.parent.name not in DRAWS]


def test_models_are_there() -> None:
    if not CONFORMANCE.is_dir():
        pytest.skip(f"no conformance models at {CONFORMANCE}: set S3C_CONFORMANCE")
    assert len(COMPARED) >= 146
    assert sum(heading_of(each).startswith("with subscripts") for each in COMPARED) >= 77


@pytest.mark.checks("GET TIME VALUE", against="Vensim")
@pytest.mark.checks("TABBED ARRAY", against="Vensim")
@pytest.mark.checks("GET XLS DATA", against="Vensim")
@pytest.mark.checks("GET XLS LOOKUPS", against="Vensim")
@pytest.mark.checks("GET DIRECT CONSTANTS", against="Vensim")
@pytest.mark.checks("GET DIRECT DATA", against="Vensim")
@pytest.mark.checks("GET DIRECT LOOKUPS", against="Vensim")
@pytest.mark.checks("GET DIRECT SUBSCRIPT", against="Vensim")
@pytest.mark.parametrize("model", COMPARED, ids=named)
def test_output(model: Path, note: Callable[[str, str], None]) -> None:
    assert differences_of(model) == []
    note(heading_of(model), named(model))


@pytest.mark.parametrize("model", [each for each in MODELS if each.parent.name in DRAWS], ids=named)
def test_what_is_not_compared(model: Path, note: Callable[[str, str], None]) -> None:
    """It runs all the same."""
    assert len(s3c.load(model, cache=False).run().time) > 1
    note("not compared", f"{named(model)} ({DRAWS[model.parent.name]})")


# --- Models without an output ---


@pytest.mark.skipif(not CONFORMANCE.is_dir(), reason="no conformance models")
def test_get_data(note: Callable[[str, str], None]) -> None:
    """The first column and the first row of its tables, read off by hand."""
    run = s3c.load(CONFORMANCE / "tests/get_data/test_get_data.mdl", cache=False).run()
    for source in ("xls", "direct"):
        assert run[f"{source} data down"].tolist() == [1, 1, 4, 7]
        assert run[f"{source} data across"].tolist() == [1, 1, 2, 3]
    note("without an output agree with what stands in their files", "get_data")


@pytest.mark.skipif(not CONFORMANCE.is_dir(), reason="no conformance models")
def test_get_time_value(note: Callable[[str, str], None]) -> None:
    """Months from January 2000 on, of thirty days each: all measures, by counting them."""
    model = s3c.load(CONFORMANCE / "tests/get_time_value/test_get_time_value.mdl", cache=False)
    run = model.run()
    after = np.arange(101) + 1.0 - 20
    for name, start in (("0", run.time[:, np.newaxis]), ("1", np.full((len(run.time), 1), 50.0))):
        months = start + after
        day = 720_000 + 30 * months
        measures = (
            *(months, 2000 + months // 12, months % 12 // 3 + 1, months % 12 + 1),
            *(np.ones_like(months), (day + 6) % 7, day),
            *[np.zeros_like(months)] * 3,
            day * 86_400 % 500_000,
        )
        for number, wanted in enumerate(measures):
            found = run[f"get time {name} dim {number}"]
            assert np.array_equal(np.broadcast_to(found, wanted.shape), wanted), (name, number)
    note("without an output agree with a count of months", "get_time_value/test_get_time_value")


@pytest.mark.skipif(not CONFORMANCE.is_dir(), reason="no conformance models")
def test_get_constants(note: Callable[[str, str], None]) -> None:
    """Of its two files one is not there, which a run says."""
    model = s3c.load(CONFORMANCE / "tests/get_constants/test_get_constants.mdl", cache=False)
    with pytest.raises(s3c.RunError, match=r"“data\.csv”, which is not there"):
        model.run()
    run = model.run({"direct constants": 4})
    assert run["xls constants"].tolist() == [1] * len(run.time)
    note("read a file that is not in their folder, and say so", "get_constants")


WITHOUT_OUTPUT = [each for each in model_files() if not output_of(each) and "samples" in each.parts]


@pytest.mark.parametrize("model", WITHOUT_OUTPUT, ids=named)
def test_samples_without_an_output_run_to_their_end(
    model: Path, note: Callable[[str, str], None]
) -> None:
    """Their numbers are compared elsewhere: tests/backends/test_agreement, tests/numbers."""
    run = s3c.load(model, cache=False).run()
    assert run.time[-1] == run["FINAL TIME"][-1]
    assert all(np.isfinite(run[name]).all() for name in run.names)
    note("without an output run to their end", model.parent.name)
