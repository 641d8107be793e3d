"""What a macro defines besides numbers: data, lookups, and samples that read themselves."""

from __future__ import annotations

from typing import Any

import pytest
from model_texts import compiled, errors
from numpy.testing import assert_array_equal

from s3c.runtime import NA

DATA = {"obs": ([0, 2, 4], [1, 3, 5])}
D = "D: p, q ~~|\n"


def macro(head: str, *body: str) -> str:
    return f":MACRO: {head}\n" + "".join(f"{each} ~~|\n" for each in body) + ":END OF MACRO:\n"


def run(text: str, **options: Any) -> Any:
    return compiled(text).run(data=DATA, final_time=4, **options)


def test_a_data_equation_of_a_macro_reads_the_data_it_is_given() -> None:
    text = macro("M(d)", "M = IF THEN ELSE(x = :NA:, 0, x)", "x :RAW: := d * 2")
    found = run(f"{text}{D}obs ~~|\nf = M(obs) ~~|\ng[D] = M(obs) + D ~~|\nh = 1 + M(obs) ~~|")
    assert_array_equal(found["f"], [2, 0, 6, 0, 10])
    assert_array_equal(found["g"].T, [[3, 1, 7, 1, 11], [4, 2, 8, 2, 12]])
    assert_array_equal(found["h"], [3, 1, 7, 1, 11])


def test_the_result_of_a_macro_may_be_a_data_equation() -> None:
    text = macro("M(d)", "M := d * 2") + "obs ~~|\nf = M(obs) ~~|\ng = f + 1 ~~|"
    assert_array_equal(run(text)["g"], [3, 5, 7, 9, 11])
    assert errors(text + "\nh := f + 1 ~~|") == [("S3C230", "f")]


def test_a_number_in_the_place_of_data_is_one_at_all_times() -> None:
    text = macro("M(d)", "M = x + 1", "x := d") + "f = M(3) ~~|"
    assert_array_equal(run(text)["f"], [4] * 5)


def test_what_changes_is_no_data() -> None:
    text = macro("M(d)", "M = x", "x := d") + "s = INTEG(1, 0) ~~|\nf = M(s) ~~|\ng = M(s * 2) ~~|"
    assert [code for code, _ in errors(text)] == ["S3C230", "S3C230"]


def test_data_of_a_macro_that_nothing_supplies_are_missing() -> None:
    found = run(macro("M(d)", "M = x", "x") + "f = M(3) ~~|")
    assert found["f"][0] == NA
    assert found.without_data == ("f>M>x",)


def test_functions_of_series_in_a_macro() -> None:
    text = macro("M(d)", "M = GET DATA LAST TIME(d) + GET DATA MEAN(x, 0, 9)", "x := d * 2")
    assert_array_equal(run(f"{text}obs ~~|\nf = M(obs) ~~|")["f"], [10] * 5)


def test_a_lookup_of_a_macro() -> None:
    text = macro("USE(v)", "USE = inner(v) + LOOKUP INVERT(inner, 50)", "inner((0,0),(10,100))")
    found = run(f"{text}{D}s = USE(Time) ~~|\ny[D] = USE(Time + D) ~~|")
    assert_array_equal(found["s"], [5, 15, 25, 35, 45])
    assert_array_equal(found["y"].T, [[15, 25, 35, 45, 55], [25, 35, 45, 55, 65]])


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_a_sample_that_reads_itself_reads_what_it_held(method: str) -> None:
    """The largest so far, and how many times something held: the times after 2 are two."""
    text = macro("PEAK(z)", "PEAK = SAMPLE IF TRUE(z > PEAK, z, z)")
    found = run(
        f"{text}{D}x = IF THEN ELSE(Time = 2, 9, Time) ~~|\n"
        "highest = SAMPLE IF TRUE(x > highest, x, 1) ~~|\n"
        "count = SAMPLE IF TRUE(Time > 2, count + 1, 0) ~~|\n"
        "each[D] = SAMPLE IF TRUE(Time > 2, each[D] + D, 0) ~~|\n"
        "peak x = PEAK(x) ~~|\n",
        method=method,
    )
    assert_array_equal(found["highest"], [1, 1, 9, 9, 9])
    assert_array_equal(found["count"], [0, 0, 0, 1, 2])
    assert_array_equal(found["each"].T, [[0, 0, 0, 1, 2], [0, 0, 0, 2, 4]])
    assert_array_equal(found["peak x"], [0, 1, 9, 9, 9])


def test_an_equation_that_is_yet_to_be_written() -> None:
    assert errors("x = A FUNCTION OF(Time) ~~|") == [("S3C207", "x = A FUNCTION OF(Time)")]
