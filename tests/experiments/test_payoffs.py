"""What a payoff is of one run, against sums written out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from s3c.experiments import (
    PayoffElement,
    PayoffForm,
    PayoffKind,
    PayoffTime,
    element_payoff,
    steps_with_data,
)

TIME = np.array([0.0, 0.5, 1.0, 1.5])
X = np.array([1.0, 2.0, 4.0, 8.0])
POLICY, CALIBRATION = PayoffKind.POLICY, PayoffKind.CALIBRATION


def value(kind: PayoffKind, points: Any = None, x: Any = X, **what: Any) -> float:
    element = PayoffElement(kind, "x", data="y", **what)
    return element_payoff(element, TIME, {"x": x, "w": np.arange(4.0)}, points).value


def test_a_policy_is_an_area_by_euler() -> None:
    assert value(POLICY) == 0.5 * (1 + 2 + 4)
    assert value(POLICY, weight=-3.0) == -1.5 * (1 + 2 + 4)
    assert value(POLICY, weight="w") == 0.5 * (0 * 1 + 1 * 2 + 2 * 4)
    assert value(POLICY, log=True) == pytest.approx(0.5 * math.log(1 * 2 * 4))
    assert value(PayoffKind.PRIOR, weight=2.0) == 7


def test_a_policy_at_one_time_is_the_raw_value() -> None:
    assert value(POLICY, at=PayoffTime.END, weight=2.0) == 16
    assert value(POLICY, at=PayoffTime.START, weight=2.0) == 2
    assert value(POLICY, at=PayoffTime.END, weight="w") == 24
    assert value(POLICY, at=PayoffTime.END, log=True) == math.log(8)


def test_policy_with_steps_of_different_length() -> None:
    time = np.array([0.0, 1.0, 1.5])
    found = element_payoff(PayoffElement(POLICY, "x"), time, {"x": np.array([3.0, 5.0, 9.0])})
    assert found.value == 1 * 3 + 0.5 * 5


POINTS = np.array([0.5, 1.5]), np.array([3.0, 6.0])


def test_calibrations() -> None:
    # The model has 2 and 8 where the data have 3 and 6.
    assert value(CALIBRATION, POINTS) == -(1 + 4)
    assert value(CALIBRATION, POINTS, weight=3.0) == -9 * (1 + 4)
    assert value(CALIBRATION, POINTS, weight="w") == -((1 * 1) ** 2 + (2 * 3) ** 2)
    logs = math.log(2 / 3) ** 2 + math.log(8 / 6) ** 2
    assert value(CALIBRATION, POINTS, log=True, weight=2.0) == pytest.approx(-4 * logs)


def test_distributions_are_likelihoods() -> None:
    """Each is the logarithm of a density, but for what the model does not change."""
    m, d = np.array([2.0, 8.0]), POINTS[1]
    normal = stats.norm(m, 1.5).logpdf(d).sum() + math.log(2 * math.pi)
    assert value(CALIBRATION, POINTS, form=PayoffForm.GAUSSIAN, weight=1.5) == pytest.approx(normal)
    found = value(CALIBRATION, POINTS, form=PayoffForm.VARIANCE, weight=1.5**2)
    assert found == pytest.approx(normal)
    laplace = stats.laplace(m, 1.5).logpdf(d).sum() + 2 * math.log(2)
    assert value(CALIBRATION, POINTS, form=PayoffForm.ROBUST, weight=1.5) == pytest.approx(laplace)
    poisson = stats.poisson(m).logpmf(d).sum()
    assert value(CALIBRATION, POINTS, form=PayoffForm.POISSON) == pytest.approx(poisson)


def test_what_has_no_logarithm_is_left_out_and_counted() -> None:
    element = PayoffElement(CALIBRATION, "x", data="y", log=True)
    points = np.array([0.0, 0.5, 1.0]), np.array([0.0, 3.0, 4.0])
    found = element_payoff(element, TIME, {"x": np.array([1.0, -2, 8, 8])}, points)
    assert found.value == pytest.approx(-(math.log(2) ** 2))
    assert (found.skipped, found.compared) == (2, 1)
    found = element_payoff(
        PayoffElement(POLICY, "x", log=True), TIME, {"x": np.array([1.0, 0, math.e, 5])}
    )
    assert (found.value, found.skipped) == (0.5, 1)


def test_without_a_finite_value() -> None:
    assert math.isnan(value(POLICY, x=np.array([1, math.nan, 1, 1])))
    assert value(POLICY, x=np.array([1, math.nan, 1, 1]), at=PayoffTime.END) == 1
    # A model that is :NA: where there are data is compared at the others.
    assert value(CALIBRATION, POINTS, x=np.array([1, math.nan, 1, 8])) == -4


def test_points_belong_to_the_nearest_step() -> None:
    steps, values = steps_with_data(
        np.arange(4.0), (np.array([-9, -0.4, 0.5, 1.6, 2.2, 3.4, 4]), np.arange(7.0))
    )
    assert (steps.tolist(), values.tolist()) == ([0, 2, 3], [1, 4, 5])
    assert not len(steps_with_data(np.arange(4.0), (np.array([]), np.array([])))[0])


@given(
    st.lists(st.floats(-50, 50), min_size=1, max_size=30, unique=True).map(sorted),
    st.sampled_from([0.125, 0.5, 1.0, 3.0]),
    st.integers(1, 40),
)
@example([0.5], 0.125, 1)
def test_a_point_is_used_once_at_most(times: list[float], step: float, count: int) -> None:
    grid = np.linspace(0, (count - 1) * step, count)
    step = step if count > 1 else 1.0  # one time alone does not tell its step
    points = np.array(times), np.arange(len(times), dtype=float)
    steps, values = steps_with_data(grid, points)
    assert len(set(values.tolist())) == len(values)
    distance = np.abs(grid[steps] - points[0][values.astype(int)])
    assert (distance <= step / 2 * (1 + 1e-8)).all()
    # Whatever lies clearly within half a step of some time is used, or one that is nearer.
    for time in times:
        near = int(np.argmin(np.abs(grid - time)))
        if abs(grid[near] - time) < step / 2 * (1 - 1e-6):
            assert near in steps
