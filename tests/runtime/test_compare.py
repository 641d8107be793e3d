"""Two results side by side: what differs, from when on, and what comes first."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3c.runtime import (
    NA,
    Comparison,
    CompiledModel,
    Difference,
    Run,
    Series,
    causal_order,
    compare,
    read_dataset,
    series_of,
)

MakeModel = Callable[..., CompiledModel]

DOUBLED = "double", "inflow", "share", "level", "outflow"  # what `double` makes differ
LONG = 1.23456789  # more digits than an export prints


def pairs(values: Sequence[float], times: Sequence[float] | None = None) -> Series:
    """A series at 0, 1, 2 … or at other times."""
    given_times = range(len(values)) if times is None else times
    return Series(np.array(given_times, dtype=np.float64), np.array(values, dtype=np.float64))


def six(values: Sequence[float]) -> list[float]:
    """Numbers as an export prints them."""
    return [float(f"{value:.6g}") for value in values]


def names(comparison: Comparison) -> list[str]:
    return [each.name for each in comparison.differences]


# --- runs ---


@pytest.fixture
def growth(make_model: MakeModel) -> Callable[..., Run]:
    """Runs of a stock that grows by a quarter at each time, with one thing changed."""

    def run(**changed: Any) -> Run:
        parts: dict[str, Any] = {
            "parameters": {"rate": 0.5, "idle": 7.0},
            "constants": {"double": "2.0 * rate"},
            "stocks": {"level": ("100.0", "inflow - outflow")},
            "auxiliaries": {
                "inflow": "level * 0.5 * double",
                "outflow": "level * 0.25",
                "share": "outflow / inflow",
            },
        }
        return make_model(
            **{name: part | changed.get(name, {}) for name, part in parts.items()}
        ).run()

    return run


@pytest.mark.parametrize(
    ("changed", "expected", "time"),
    [
        ({"parameters": {"rate": 0.75}}, ["rate", *DOUBLED], 0),
        ({"parameters": {"idle": 8.0}}, ["idle"], 0),
        ({"constants": {"double": "3.0 * rate"}}, [*DOUBLED], 0),
        ({"stocks": {"level": ("50.0", "inflow - outflow")}}, ["level", "inflow", "outflow"], 0),
        ({"stocks": {"level": ("100.0", "inflow")}}, ["level", "inflow", "outflow"], 1),
        (
            {"auxiliaries": {"outflow": "level * (0.25 if time < 3.0 else 0.125)"}},
            ["outflow", "share", "level", "inflow"],
            3,
        ),
        ({"auxiliaries": {"share": "outflow / inflow + (time == 10.0)"}}, ["share"], 10),
    ],
    ids=["parameter", "alone", "constant", "initial value", "rate", "auxiliary", "the last time"],
)  # fmt: skip
def test_what_was_changed_stands_first(
    growth: Callable[..., Run], changed: dict[str, Any], expected: list[str], time: float
) -> None:
    found = compare(growth(), growth(**changed))
    assert names(found) == expected
    assert found.differences[0].time == time
    assert not found.equal
    assert len(found.names) == 4 + 7  # the controls', and those above
    assert names(compare(growth(**changed), growth())) == expected


def test_a_difference_says_when_and_how_much(growth: Callable[..., Run]) -> None:
    found = compare(growth(), growth(stocks={"level": ("100.0", "inflow - 2.0 * outflow")}))
    last = 100 * 1.25**10
    assert found.differences[0] == Difference(
        *("level", 1.0, 125.0, 100.0),
        absolute=last - 100, absolute_time=10.0,
        relative=(last - 100) / last, relative_time=10.0,
    )  # fmt: skip


def test_a_run_equals_itself(growth: Callable[..., Run]) -> None:
    found = compare(growth(), growth())
    assert found.equal
    assert (found.differences, found.only_first, found.only_second) == ((), (), ())
    assert found.times == tuple(range(11))


def test_what_only_one_side_has_is_listed(growth: Callable[..., Run]) -> None:
    found = compare(growth(auxiliaries={"extra": "1.0"}), growth(parameters={"more": 1.0}))
    assert found.equal
    assert (found.only_first, found.only_second) == (("extra",), ("more",))
    assert "extra" not in found.names


def test_other_save_times(population: CompiledModel) -> None:
    found = compare(population.run(saveper=1), population.run(saveper=2.5))
    assert found.times == (0, 5, 10)
    assert names(found) == ["SAVEPER"]


def test_another_order_may_be_given(growth: Callable[..., Run]) -> None:
    other = growth(parameters={"rate": 0.75})
    found = compare(growth(), other, order=["SHARE", "in_flow", "inflow"])
    assert names(found) == ["share", "inflow", "rate", "double", "level", "outflow"]


def test_the_causal_order_is_that_of_the_equations(population: CompiledModel) -> None:
    assert causal_order(population) == (
        *("FINAL TIME", "INITIAL TIME", "TIME STEP", "birth rate", "lifetime", "first"),
        *("SAVEPER", "double"),
        *("population", "population at first"),
        *("crowding", "births", "deaths", "root"),
    )


def test_arrays_differ_by_element(regions: CompiledModel) -> None:
    found = compare(regions.run(), regions.run({"first[West]": 3}))
    assert found.differences[0].name == "first[West]"
    assert (found.differences[0].first, found.differences[0].second) == (2, 3)
    assert "first[East]" in found.names
    assert not [name for name in names(found) if name.startswith(("first[East", "Population[East"))]
    west = [name for name in names(found) if name.startswith("Population[")]
    assert west == ["Population[West,young]", "Population[West,middle]", "Population[West,old]"]


# --- exports ---


def test_a_table_that_was_written_equals_its_run(regions: CompiledModel, tmp_path: Path) -> None:
    run, table = regions.run(), tmp_path / "out.csv"
    run.to_csv(table)
    for found in (compare(run, read_dataset(table)), compare(read_dataset(table), run)):
        assert found.equal
        assert len(found.names) == len(run.columns)
        assert found.only_first == found.only_second == ()


def test_names_are_matched_as_vensim_compares_them(regions: CompiledModel) -> None:
    run = regions.run(final_time=1)
    written = {'POPULATION[ west , "Old" ]': pairs([2.0, 2.0 + LONG])}
    found = compare(run, written)
    assert found.names == ("Population[West,old]",)
    times, values = series_of(written, "population[West,old]")
    assert times.tolist() == [0, 1]
    assert values.tolist() == [2.0, 2.0 + LONG]


def test_a_model_gives_the_order_on_either_side(growth: Callable[..., Run]) -> None:
    run = growth()
    wrong = {
        name: pairs([value + LONG for value in run.series(name)])
        for name in ("share", "inflow", "level", "double")
    }
    expected = ["double", "level", "inflow", "share"]
    assert names(compare(wrong, run)) == names(compare(run, wrong)) == expected


def test_without_a_model_time_and_name_give_the_order() -> None:
    a = {name: pairs([1.0, 1.0, LONG]) for name in "dbca"}
    b = {
        "d": pairs([1.0, 2.0, 2.0]), "c": pairs([2.0, 1.0, LONG]),
        "b": pairs([1.0, 2.0, LONG]), "a": pairs([1.0, 1.0, LONG]),
    }  # fmt: skip
    assert names(compare(a, b)) == ["c", "b", "d"]


@pytest.mark.parametrize(
    ("first", "second", "time"),
    [
        (math.nan, math.nan, None),
        (NA, NA, None),
        (math.inf, math.inf, None),
        (None, None, None),
        (None, math.nan, None),
        (None, NA, None),
        (NA, math.nan, 1),
        (math.nan, 1.0, 1),
        (NA, 1.0, 1),
        (None, 1.0, 1),
        (math.inf, 1.0, 1),
        (math.inf, -math.inf, 1),
    ],
)
def test_what_has_no_value(first: float | None, second: float | None, time: float | None) -> None:
    def side(value: float | None) -> dict[str, Series]:
        """Three times, and at the second one this value, or none."""
        values = [LONG, *([] if value is None else [value]), LONG]
        times = [0, 2] if value is None else [0, 1, 2]
        return {"x": pairs(values, times), "clock": pairs([0.0, LONG, 2.0])}

    for one, other in ((first, second), (second, first)):
        found = compare(side(one), side(other))
        assert [each.time for each in found.differences] == ([] if time is None else [time])
        if found.differences:
            assert found.differences[0].first == pytest.approx(one, nan_ok=True)
            assert math.isnan(found.differences[0].absolute)


def test_a_constant_goes_on() -> None:
    a = {"c": pairs([5.0]), "x": pairs([1.0, 2.0, LONG])}
    assert compare(a, {"c": pairs([5.0, 5.0, 5.0])}).equal
    found = compare(a, {"c": pairs([5.0, 5.0, 6.0])})
    assert [(each.time, each.first, each.second) for each in found.differences] == [(2, 5, 6)]


def test_one_point_may_also_be_a_variable_that_loses_its_value() -> None:
    a = {"c": pairs([5.0]), "x": pairs([1.0, 2.0, LONG])}
    assert compare(a, {"c": pairs([5.0, math.nan, NA])}).equal


def test_times_may_be_sums_of_steps() -> None:
    steps = [0.0, 0.1, 0.2, 0.1 + 0.2]
    found = compare({"x": pairs([LONG] * 4, steps)}, {"x": pairs([LONG] * 4, [0, 0.1, 0.2, 0.3])})
    assert found.equal
    assert len(found.times) == 4


def test_times_that_are_apart_are_not_compared() -> None:
    found = compare({"x": pairs([1.0, 2.0], [0, 1])}, {"x": pairs([1.0, 2.0], [0.25, 1.25])})
    assert (found.times, found.differences) == ((), ())
    assert not found.equal


def test_nothing_in_common_is_not_equal() -> None:
    assert not compare({"x": pairs([1.0])}, {"y": pairs([1.0])}).equal
    assert not compare({}, {}).equal


@pytest.mark.parametrize("tolerance", [-1.0, math.nan])
def test_tolerances_are_checked(tolerance: float) -> None:
    with pytest.raises(ValueError, match="from 0 on"):
        compare({}, {}, rtol=tolerance)
    with pytest.raises(ValueError, match="from 0 on"):
        compare({}, {}, atol=tolerance)


# --- tolerances ---


def test_runs_are_held_to_the_tolerances_alone(make_model: MakeModel) -> None:
    """Short numbers in a run are what they are, not the rounding of others."""
    a, b = (make_model(parameters={"x": x}).run() for x in (1.0, 1.000004))
    assert names(compare(a, b)) == ["x"]
    assert compare(a, b, rtol=1e-5).equal
    assert compare(a, b, atol=1e-5).equal
    assert compare(b, {"x": pairs([1.0])}).equal  # six digits of it


def test_a_small_difference_of_large_numbers_has_no_better_digits() -> None:
    full = {"net": pairs([123456.7, 0.04, LONG])}
    assert compare(full, {"net": pairs([123457.0, 0.0, 1.23457])}).equal
    assert names(compare(full, {"net": pairs([123457.0, 0.3, 1.23457])})) == ["net"]
    assert names(compare(full, {"net": pairs([123456.7, 0.0, LONG])})) == ["net"]  # is not printed


SERIES = st.lists(st.floats(-1e30, 1e30), min_size=1, max_size=8)
ANY = st.lists(st.floats() | st.just(NA), min_size=1, max_size=8)


@given(SERIES)
def test_six_printed_digits_equal_the_full_numbers(values: list[float]) -> None:
    full = {"x": pairs(values), "long": pairs([LONG] * len(values))}
    printed = {"x": pairs(six(values)), "long": pairs(six([LONG]))}
    assert compare(full, printed).equal
    assert compare(printed, full).equal


@given(SERIES)
def test_a_change_in_the_fourth_digit_is_seen_in_print(values: list[float]) -> None:
    largest = max(map(abs, values))
    if largest < 1e-3:  # what no tolerance hides
        return
    changed = [value * 1.001 for value in values]
    found = compare({"x": pairs(changed)}, {"x": pairs(six(values))})
    assert names(found) == ["x"]
    at = found.differences[0].absolute_time
    assert abs(values[int(at)]) == largest


@given(ANY, ANY)
def test_sides_may_be_exchanged(a: list[float], b: list[float]) -> None:
    one, other = {"x": pairs(a)}, {"x": pairs(b)}
    assert compare(one, one).equal
    forth, back = compare(one, other), compare(other, one)
    assert [each.time for each in forth.differences] == [each.time for each in back.differences]
    assert forth.times == back.times
