"""Data equations, and the functions of series: numbers that were worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from evidence import by_function
from hypothesis import given
from hypothesis import strategies as st
from model_texts import TIMES, compiled, errors
from numpy.testing import assert_allclose, assert_array_equal

from s3c.runtime import NA, RunError, Series, SimulationError, compare

EAST = ([0, 2, 4], [1, 2, 3])
WEST = ([0, 1, 4], [10, 20, 30])
REGIONS = "Region: East, West ~~|\nsales[Region] ~~|\n"
SALES = {"sales[East]": EAST, "sales[West]": WEST}


def run(text: str, data: Any = None, **options: Any) -> Any:
    return compiled(text).run(data=SALES if data is None else data, final_time=6, **options)


def values(text: str, name: str = "x", data: Any = None) -> list[float]:
    found: list[float] = run(text, data)[name].tolist()
    return found


def test_it_has_points_where_all_that_it_reads_has() -> None:
    """Both regions have points at 0 and 4 alone: 11 and 33, a straight line between."""
    text = f"{REGIONS}x := SUM(sales[Region!]) ~~|"
    assert values(text) == [11, 16.5, 22, 27.5, 33, 33, 33]


@pytest.mark.checks("X IF MISSING", against="closed form")
def test_x_if_missing_has_points_where_anything_that_it_reads_has() -> None:
    """At 1 only West has a point (20), at 2 only East (2)."""
    text = f"{REGIONS}x := X IF MISSING(SUM(sales[Region!]), 0) ~~|"
    assert values(text) == [11, 20, 2, 17.5, 33, 33, 33]
    text = f"{REGIONS}x := X IF MISSING(sales[East] * sales[West], 2) ~~|"
    assert values(text) == [10, 40, 4, 47, 90, 90, 90]


def test_x_if_missing_of_one_series_is_that_series() -> None:
    text = f"{REGIONS}x[Region] := X IF MISSING(sales[Region], 99) ~~|\ny = x[East] ~~|"
    assert values(text, "y") == [1, 1.5, 2, 2.5, 3, 3, 3]


def test_each_element_has_its_own_points() -> None:
    text = f"{REGIONS}x[Region] :HOLD BACKWARD: := sales[Region] * 2 ~~|"
    assert_array_equal(run(text)["x"].T, [[2, 2, 4, 4, 6, 6, 6], [20, 40, 40, 40, 60, 60, 60]])


# East has 1, 2 and 3 at 0, 2 and 4; West 10, 20 and 30 at 0, 1 and 4.


@pytest.mark.checks("CUMULATE", against="closed form")
def test_cumulate_sums_points_up_whatever_the_time_between_them() -> None:
    text = f"{REGIONS}x[Region] :HOLD BACKWARD: := CUMULATE(sales[Region]) ~~|"
    assert_array_equal(run(text)["x"].T, [[1, 1, 3, 3, 6, 6, 6], [10, 30, 30, 30, 60, 60, 60]])
    text = f"{REGIONS}x :RAW: := CUMULATE(sales[East] * sales[West] - y) ~~|\ny = 2 ~~|"
    assert values(text) == [8, NA, NA, NA, 96, NA, NA]


@pytest.mark.checks("CUMULATEF", against="closed form")
def test_cumulatef_is_the_last_sum_alone() -> None:
    text = f"{REGIONS}x[Region] :RAW: := CUMULATEF(sales[Region]) ~~|"
    assert_array_equal(run(text)["x"].T, [[NA] * 4 + [each, NA, NA] for each in (6, 60)])
    assert values(f"{REGIONS}x := CUMULATEF(sales[West]) ~~|") == [60] * 7


@given(st.lists(st.tuples(st.integers(0, 6), st.floats(-1e9, 1e9)), unique_by=lambda p: p[0]))
def test_sums_are_those_of_numpy(points: list[tuple[int, float]]) -> None:
    points.sort()
    data = {"d": ([t for t, _ in points], [v for _, v in points])} if points else None
    found = run("d ~~|\nx :RAW: := CUMULATE(d) ~~|\ny :RAW: := CUMULATEF(d) ~~|", data or {})
    sums = np.cumsum([v for _, v in points])
    wanted = np.full(7, NA)
    wanted[[t for t, _ in points]] = sums
    assert_array_equal(found["x"], wanted)
    if points:
        assert found["y"][points[-1][0]] == sums[-1]
    assert np.count_nonzero(found["y"] != NA) == bool(points)


def test_sums_that_are_too_large_have_no_value() -> None:
    text, data = "d ~~|\nx := CUMULATE(d) ~~|", {"d": ([0, 1, 2], [1e308, 1e308, 1])}
    with pytest.raises(SimulationError, match="time 1"):
        run(text, data)
    assert run(text, data, on_error="nan")["x"].tolist() == [1e308] * 7


def test_a_number_has_no_points_to_sum_up() -> None:
    assert values("x := CUMULATE(2 * y) ~~|\ny = 3 ~~|") == [NA] * 7


@pytest.mark.checks("INTERPOLATE", against="closed form")
def test_interpolate_has_values_between_its_points_for_others_to_meet() -> None:
    """East is 1.5 at 1, where West has 20, and West is 20 + 10 / 3 at 2, where East has 2."""
    text = f"{REGIONS}x :RAW: := INTERPOLATE(sales[East]) + sales[West] ~~|"
    assert values(text) == [11, 21.5, NA, NA, 33, NA, NA]
    text = f"{REGIONS}x :RAW: := INTERPOLATE(sales[East]) + INTERPOLATE(sales[West]) ~~|"
    assert_allclose(values(text), [11, 21.5, 2 + 20 + 10 / 3, NA, 33, NA, NA])
    text = f"{REGIONS}x :RAW: := SUM(INTERPOLATE(sales[Region!])) ~~|"
    assert_allclose(values(text), [11, 21.5, 2 + 20 + 10 / 3, NA, 33, NA, NA])


def test_interpolate_has_none_outside_of_its_points() -> None:
    data = {"d": ([1, 3], [1, 5]), "e": ([0, 2, 4], [10, 20, 30])}
    text = "d ~~|\ne ~~|\nx :RAW: := INTERPOLATE(d) + e ~~|"
    assert values(text, data=data) == [NA, NA, 23, NA, NA, NA, NA]
    filled = "d ~~|\ne ~~|\nx :RAW: := X IF MISSING(INTERPOLATE(d) + e, 100) ~~|"
    assert values(filled, data=data) == [110, 101, 23, 105, 130, NA, NA]


@pytest.mark.parametrize(
    ("equation", "code"),
    [
        ("x = INTERPOLATE(d)", "S3C230"),
        ("x := INTERPOLATE(d + 1)", "S3C230"),
        ("x := INTERPOLATE(d, 1)", "S3C203"),
        ("x := 1 + CUMULATE(d)", "S3C230"),
        ("x = CUMULATEF(d)", "S3C230"),
        ("x := CUMULATE(d, 1)", "S3C203"),
    ],
)
def test_where_they_cannot_stand(equation: str, code: str) -> None:
    assert [each for each, _ in errors(f"d ~~|\n{equation} ~~|")] == [code]


def test_it_may_read_others_in_any_order_and_constants() -> None:
    text = (
        f"{REGIONS}x := y + 1 ~~|\ny := sales[East] * double ~~|\ndouble = 2 * one ~~|\none = 1 ~~|"
    )
    assert values(text) == [3, 4, 5, 6, 7, 7, 7]


def test_a_constant_that_is_set_is_read() -> None:
    text = f"{REGIONS}x := sales[East] * factor ~~|\nfactor = 2 ~~|"
    assert compiled(text).run({"factor": 10}, data=SALES, final_time=1)["x"].tolist() == [10, 15]


def test_of_numbers_alone_it_is_a_number_at_all_times() -> None:
    assert values("x := 2 * factor ~~|\nfactor = 4 ~~|\ny := x + 1 ~~|", "y") == [9] * 7
    text = f"{REGIONS}x := part + sales[East] ~~|\npart := 2 * factor ~~|\nfactor = 4 ~~|"
    assert values(text) == [9, 9.5, 10, 10.5, 11, 11, 11]


def test_constants_among_data_are_data() -> None:
    text = "Region: East, West ~~|\nsales[East] ~~|\nsales[West] = 7 ~~|\n"
    text += "x := SUM(sales[Region!]) ~~|\ny = GET DATA AT TIME(sales[West], 99) ~~|"
    assert values(text, data={"sales[East]": EAST}) == [8, 8.5, 9, 9.5, 10, 10, 10]
    assert values(text, "y", data={"sales[East]": EAST}) == [7] * 7


def test_elements_may_be_computed_from_others_of_the_variable() -> None:
    text = "Region: East, West, North ~~|\nsales[East] ~~|\nsales[North] := sales[West] * 2 ~~|\n"
    text += "sales[West] := sales[East] + 1 ~~|\nx = sales[North] ~~|"
    assert values(text, data={"sales[East]": EAST}) == [4, 5, 6, 7, 8, 8, 8]


@pytest.mark.checks("TIME SHIFT", against="closed form")
@pytest.mark.parametrize(("by", "expected"), [
    ("2", [2, 2.5, 3, 3, 3, 3, 3]),
    ("-2", [1, 1, 1, 1.5, 2, 2.5, 3]),
    ("lag / 4", [1.25, 1.75, 2.25, 2.75, 3, 3, 3]),
])  # fmt: skip
def test_time_shift(by: str, expected: list[float]) -> None:
    """The value at t is that at t + by: of East at 2, 4 and beyond, held."""
    text = f"{REGIONS}x := TIME SHIFT(sales[East], {by}) ~~|\nlag = 2 ~~|"
    assert values(text) == expected


def test_time_shift_by_element() -> None:
    text = (
        f"{REGIONS}x[Region] := TIME SHIFT(sales[Region], lag[Region]) ~~|\nlag[Region] = 1, -1 ~~|"
    )
    found = run(f"{text}\nlast[Region] = GET DATA LAST TIME(x[Region]) ~~|")
    west = [10, 10, 20, 20 + 10 / 3, 20 + 20 / 3, 30, 30]
    assert_allclose(found["x"].T, [[1.5, 2, 2.5, 3, 3, 3, 3], west], rtol=1e-14)
    assert_array_equal(found["last"][0], [3, 5])


def test_a_branch_that_is_not_taken_may_lack_a_value() -> None:
    text = f"{REGIONS}x := IF THEN ELSE(sales[East] > 2, 1 / (sales[East] - 3), 0) ~~|"
    with pytest.raises(SimulationError, match=r"“x” has no finite value at time 4: division"):
        run(text)
    text = f"{REGIONS}x := IF THEN ELSE(sales[East] < 3, 1 / (sales[East] - 3), 7) ~~|"
    assert values(text) == [-0.5, -0.75, -1, 3, 7, 7, 7]


def test_where_it_has_no_value_the_run_can_go_on_without_the_point() -> None:
    found = run(f"{REGIONS}x := 1 / (sales[East] - 2) ~~|", on_error="nan")
    assert found["x"].tolist() == [-1, -0.5, 0, 0.5, 1, 1, 1]
    assert [(each.name, each.time) for each in found.failures] == [("x", 2.0)]


def test_a_value_that_is_too_large_is_told() -> None:
    text = f"{REGIONS}x[Region] := sales[Region] * 1e308 * 10 ~~|"
    with pytest.raises(SimulationError, match="“x” has no finite value at time 0"):
        run(text)
    assert len(run(text, on_error="nan").failures) == 4


def test_without_data_it_is_missing() -> None:
    found = run(f"{REGIONS}x := sales[East] + 1 ~~|", {})
    assert found["x"].tolist() == [NA] * 7
    assert found.without_data == ("sales[East]", "sales[West]")  # x needs no data of its own


@given(st.lists(st.integers(0, 12), unique=True), st.lists(st.integers(0, 12), unique=True))
def test_points_are_those_that_both_have(one: list[int], other: list[int]) -> None:
    one, other = sorted(one), sorted(other)
    text = "a ~~|\nb ~~|\nx := a + 2 * b ~~|\ny := X IF MISSING(a + 2 * b, 0.5) ~~|\n"
    text += "\n".join(
        f"{name} {what} = GET DATA {what}({name}) ~~|"
        for name in "xy" for what in ("TOTAL POINTS", "FIRST TIME", "LAST TIME")
    )  # fmt: skip
    found = run(text, {"a": (one, one), "b": (other, other)})
    for name, times in (("x", set(one) & set(other)), ("y", set(one) | set(other))):
        assert found[f"{name} total points"][0] == len(times)
        assert found[f"{name} first time"][0] == min(times, default=NA)
        assert found[f"{name} last time"][0] == max(times, default=NA)


# --- Functions of series -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "expected"),
    by_function(
        "closed form",
        [
            ("GET DATA AT TIME(sales[East], Time)", [1, 1.5, 2, 2.5, 3, NA, NA]),
            ("GET DATA AT TIME(sales[East], 1)", [1.5] * 7),
            ("GET DATA AT TIME(step sales, Time)", [1, 1, 2, 2, 3, NA, NA]),
            ("GET DATA AT TIME(raw sales, Time)", [1, NA, 2, NA, 3, NA, NA]),
            ("GET DATA BETWEEN TIMES(step sales, Time, 0)", [1, 1.5, 2, 2.5, 3, NA, NA]),
            ("GET DATA BETWEEN TIMES(step sales, Time, 1)", [1, 2, 2, 3, 3, NA, NA]),
            ("GET DATA BETWEEN TIMES(step sales, Time, -1)", [1, 1, 1, 2, 2, NA, NA]),
            ("GET DATA BETWEEN TIMES(step sales, Time + 0.5, 1)", [1, 2, 2, 3, NA, NA, NA]),
            ("GET DATA FIRST TIME(sales[West])", [0] * 7),
            ("GET DATA LAST TIME(sales[West])", [4] * 7),
            ("GET DATA TOTAL POINTS(sales[West])", [3] * 7),
            ("GET DATA MAX(sales[West], 0, Time)", [10, 20, 20, 20, 30, 30, 30]),
            ("GET DATA MAXIMUM(sales[West], 0, Time)", [10, 20, 20, 20, 30, 30, 30]),
            ("GET DATA MIN(sales[West], Time, 4)", [10, 20, 30, 30, 30, NA, NA]),
            ("GET DATA MINIMUM(sales[West], Time, 4)", [10, 20, 30, 30, 30, NA, NA]),
            ("GET DATA MEAN(sales[West], 0, Time)", [10, 15, 15, 15, 20, 20, 20]),
            ("GET DATA MEDIAN(sales[West], 1, Time)", [NA, 20, 20, 20, 25, 25, 25]),
            ("GET DATA STDV(sales[West], 0, Time)", [0, 50**0.5, 50**0.5, 50**0.5, 10, 10, 10]),
        ],
    ),
)
def test_functions_of_series(call: str, expected: list[float]) -> None:
    text = f"{REGIONS}step sales :HOLD BACKWARD: := sales[East] ~~|\n"
    text += f"raw sales :RAW: := sales[East] ~~|\nx = {call} ~~|"
    assert_allclose(values(text), expected, rtol=1e-14)


def test_functions_of_series_by_element_and_at_the_start() -> None:
    text = f"{REGIONS}x[Region] = INITIAL(GET DATA LAST TIME(sales[Region])) ~~|\n"
    text += "y[Region] = GET DATA MEAN(sales[Region], 0, Time) ~~|\n"
    times = TIMES.replace("INITIAL TIME = 0", "INITIAL TIME = GET DATA FIRST TIME(sales[West]) + 1")
    found = compiled(text, times).run(data=SALES)
    assert found.time[0] == 1
    assert_array_equal(found["x"][0], [4, 4])
    assert_array_equal(found["y"][:2], [[1, 15], [1.5, 15]])


def test_a_series_of_a_file_that_a_run_replaces_is_read_anew() -> None:
    model = compiled(f"{REGIONS}x := sales[East] + 1 ~~|")
    first = model.run(data=SALES, final_time=0)["x"][0]
    second = model.run(data={"sales[East]": ([0], [5])}, final_time=0)["x"][0]
    again = model.run(data=SALES, final_time=0)["x"][0]
    assert (first, second, again) == (2, 6, 2)


def test_rk4_holds_data_over_a_step() -> None:
    """Within a step of 2 from 0 the data stay as they are at its beginning."""
    text = f"{REGIONS}x := sales[East] * 1 ~~|\nstock = INTEG(x, 0) ~~|"
    found = run(text, method="rk4", time_step=2)
    assert found["stock"].tolist() == [0, 2, 6, 12]


def test_data_for_what_is_computed_is_no_error() -> None:
    """As a run's output has it, which may be another's data; the equation stays in force."""
    found = run(f"{REGIONS}x := sales[East] * 2 ~~|", {**SALES, "x": ([0], [99])})
    assert np.all(found["x"][:1] == 2)


def test_points_cannot_be_set() -> None:
    with pytest.raises(RunError, match="S3C602"):
        compiled(f"{REGIONS}x := sales[East] ~~|").run({"#x>points#": 1}, data=SALES)


def test_an_export_of_data_is_compared_at_its_own_points() -> None:
    """Vensim writes a data variable only where it has points; the run has a value at all times."""
    found = run(REGIONS + "other = TIME ~~|\n")
    own = {
        f"sales[{name}]": Series(*map(np.array, points))
        for name, points in (("East", EAST), ("West", WEST))
    }
    times = np.arange(7.0)
    assert compare(found, own | {"other": Series(times, times)}).equal
    wrong = own | {"sales[East]": Series(np.array([0.0, 2, 4]), np.array([1.0, 2.5, 3]))}
    (difference,) = compare(found, wrong).differences
    assert (difference.name, difference.time, difference.second) == ("sales[East]", 2, 2.5)
    gone = Series(np.array([0.0, 2, 4]), np.array([0.0, 2, 4]))
    assert {each.name for each in compare(found, own | {"other": gone}).differences} == {"other"}


def test_the_least_value_of_a_run_is_never_na() -> None:
    found = run("x:RAW: ~~|\ny = 2 ~~|\n", {"x": ([3, 5], [7.0, 4.0])})
    assert found["x"][0] == NA
    (summary,) = found.summary(["x"])
    assert summary[-2:] == (4, 7)
