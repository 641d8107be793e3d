"""What one run changes in a model with arrays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from array_models import REGIONS

from s3c.runtime import (
    CompiledModel,
    Lookup,
    RunError,
    SimulationError,
    UnknownNameError,
    apply_changes,
    load_text,
)


@pytest.fixture(scope="module")
def calm() -> CompiledModel:
    """The regions, whose equations never fail."""
    text = REGIONS.replace("20.0 - population[0]", "20.0 * population[0] * population[0]")
    text = text.replace("population[:, 0] - 8.0", "population[:, 0] * population[:, 0] + 8.0")
    text = text.replace("(population[i, j] - 9.0)", "(population[i, j] + 9.0)")
    return load_text(text, "calm")


def rates(run: Any) -> list[float]:
    """The rate of each region."""
    found: list[float] = run["rate"][0].tolist()
    return found


@pytest.mark.parametrize(
    "value",
    [
        [2, 3],
        (2.0, 3.0),
        np.array([2, 3]),
        xr.DataArray([3.0, 2.0], dims="region", coords={"region": ["West", "east"]}),
        xr.DataArray([2.0, 3.0], dims="Region"),
        pd.Series({"west": 3.0, "East": 2.0}),
    ],
)
def test_a_parameter_of_an_array(calm: CompiledModel, value: object) -> None:
    run = calm.run({"Rate": value})
    assert rates(run) == [2.0, 3.0]
    np.testing.assert_array_equal(run["double"][0], [4, 6])
    np.testing.assert_array_equal(run["births"][0], [2, 6])
    assert rates(calm.run()) == [0.5, 0.5]


def test_one_number_for_all(calm: CompiledModel) -> None:
    for value in (3, np.float64(3), xr.DataArray(3.0)):
        assert rates(calm.run({"rate": value})) == [3.0, 3.0]


def test_one_element(calm: CompiledModel) -> None:
    assert rates(calm.run({"rate[west]": 3})) == [0.5, 3.0]


def test_later_changes_go_on_top(calm: CompiledModel) -> None:
    assert rates(calm.run({"rate": 2, "rate[West]": 3})) == [2.0, 3.0]
    assert rates(calm.run({"rate[West]": 3, "rate": [1, 2]})) == [1.0, 2.0]
    run = calm.run({"births": [1, 2], "births[West]": 5, "chain[old]": 1, "chain[young]": 4})
    assert run["births"].tolist() == [[1, 5]] * 5
    assert run["chain"].tolist() == [[4, 8, 1]] * 5
    run = calm.run({"births[West]": 5, "births": 1})
    assert run["births"].tolist() == [[1, 1]] * 5


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_a_computed_array(calm: CompiledModel, method: str) -> None:
    flow = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    run = calm.run({"Flow": flow}, method=method)
    np.testing.assert_array_equal(run["Flow"], [flow] * 5)
    start = np.array([1.0, 2.0])[:, None]
    np.testing.assert_array_equal(run["Population"][3], start + 3 * np.array(flow))


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_an_element_of_a_computed_array(calm: CompiledModel, method: str) -> None:
    run = calm.run({"Flow[East,old]": 10, "Flow[West,young]": -1}, method=method)
    np.testing.assert_array_equal(run["Population[East,old]"], 1 + 10 * run.time)
    np.testing.assert_array_equal(run["Population[West,young]"], 2 - run.time)
    np.testing.assert_array_equal(
        run["Population[East,young]"], calm.run(method=method)["Population[East,young]"]
    )


def test_an_array_that_is_assigned_in_loops(calm: CompiledModel) -> None:
    run = calm.run({"level": 3, "chain[middle]": 5})
    assert set(run["level"].ravel()) == {3.0}
    np.testing.assert_array_equal(run["chain"][:, 1:], [[5, 10]] * 5)  # its reader follows
    np.testing.assert_array_equal(run["chain[young]"], run["Population[East,young]"])
    some = calm.run({"level[West,old]": 3})
    assert set(some["level[West,old]"]) == {3.0}
    np.testing.assert_array_equal(some["level"][:, 0], calm.run()["level"][:, 0])


def test_an_element_that_is_given_is_not_computed(regions: CompiledModel) -> None:
    changes: dict[str, Any] = {"first": [9, 2], "root": 0}
    with pytest.raises(SimulationError, match=r"level\[East,young\]"):
        regions.run(changes)
    given = {f"level[East,{age}]": 1 for age in ("young", "middle", "old")}
    assert regions.run(changes | given)["level"][0, 0].tolist() == [1, 1, 1]


def test_a_constant_that_is_computed(calm: CompiledModel) -> None:
    assert calm.run({"double": [3, 4]})["double"][-1].tolist() == [3, 4]
    assert calm.run({"double[East]": 3})["double"][-1].tolist() == [3, 1]


def test_what_comes_out_of_memories(calm: CompiledModel) -> None:
    assert calm.run({"lagged": [1, 2]})["lagged"].tolist() == [[1, 2]] * 5
    run = calm.run({"lagged[West]": 0})
    assert run["lagged"].tolist() == [[7, 0], [7, 0], [0.5, 0], [0.75, 0], [1.125, 0]]


def test_memories_that_are_unpacked() -> None:
    text = REGIONS.replace("    lagged = memory[0]  #", "    (lagged,) = memory  #")
    model = load_text(text, "unpacked")
    assert model.run({"lagged": [1, 2]})["lagged"].tolist() == [[1, 2]] * 5
    assert model.run({"lagged[West]": 0})["lagged"][:, 1].tolist() == [0] * 5


@pytest.mark.parametrize("points", [[(0, 5)], Lookup([(0, 5)])])
def test_lookups(calm: CompiledModel, points: object) -> None:
    assert set(calm.run({"bend": points})["curve"].ravel()) == {5.0}
    run = calm.run({"bend[West]": points})
    np.testing.assert_array_equal(run["curve"], calm.run()["curve"] * [1, 5])
    each = calm.run({"bend": [points, [(0, 6), (1, 6)]], "bend[West]": [(0, 7)]})
    assert each["curve"].tolist() == [[5, 7]] * 5


def test_holes_stay_holes() -> None:
    run = load_text(REGIONS, "regions").run({"patchy": np.full((2, 3), [[1.0], [math.nan]])})
    assert set(run["patchy"][:, 0].ravel()) == {1.0}
    assert np.isnan(run["patchy"][:, 1]).all()


def test_a_frame_by_its_labels(calm: CompiledModel) -> None:
    frame = pd.DataFrame({"old": [6, 3], "young": [4, 1], "middle": [5, 2]}, ["West", "East"])
    run = calm.run({"Flow": frame})
    assert run["Flow"][0].tolist() == [[1, 2, 3], [4, 5, 6]]
    again = calm.run({"Flow": run.to_xarray()["Flow"].isel(time=0, drop=True).T})
    assert again["Flow"][0].tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rate": [1, 2, 3]}, "a value of shape (3,) does not fit its shape (2,), [Region]"),
        ({"Flow": [1, 2, 3]}, "give one number for all, or (2, 3) of them, by [Region,Age]"),
        ({"Flow": [[1, 2], [3]]}, "is not an array of numbers"),
        ({"rate": "fast"}, "is not an array of numbers"),
        ({"rate": [1, math.nan]}, "“rate[West]” cannot be set: nan is not a finite number"),
        ({"rate": math.inf}, "is not a finite number"),
        ({"rate[East]": [1, 2]}, "“rate[East]” cannot be set: [1, 2] is not a number"),
        ({"FINAL TIME": [1, 2]}, "is not a number"),
        ({"Population[East,old]": 3}, "“Population[East,old]” cannot be set: it is a stock"),
        ({"patchy[West,old]": 3}, "no equation gives it a value"),
        ({"bend": 3}, "it is a lookup"),
        ({"bend[East]": [(1, 0), (0, 0)]}, "go backwards"),
        ({"rate": pd.Series({"East": 1.0})}, "nothing is given for “West”"),
        ({"rate": pd.Series({"East": 1.0, "South": 2.0})}, "no element “South” in Region"),
        ({"rate": xr.DataArray([1.0, 2.0], dims="Age")}, "call them [Region]"),
        (
            {"rate": xr.DataArray([1.0, 2.0], {"Region": ["East", "South"]})},
            "the labels of Region are not its elements: see “South”",
        ),
    ],
)
def test_what_cannot_be_set(calm: CompiledModel, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(RunError, match="S3C602") as caught:
        calm.run(changes)
    assert words in str(caught.value)


def test_unknown_elements(calm: CompiledModel) -> None:
    with pytest.raises(UnknownNameError, match="did you mean “West”"):
        calm.run({"rate[Wst]": 3})
    with pytest.raises(UnknownNameError, match="has no subscripts"):
        calm.run({"FINAL TIME[East]": 3})


def test_parameters_cannot_be_written_to(calm: CompiledModel) -> None:
    given = np.array([1.0, 2.0])
    for changes in ({}, {"rate": given}, {"rate[East]": 1}):
        parameters = apply_changes(calm, changes).parameters
        assert isinstance(parameters[3], np.ndarray)
        assert not parameters[3].flags.writeable
    given[0] = 3.0  # stays the caller's
