"""Designs: each sampling spreads the parameters as it says, and the same for the same seed."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from SALib.sample import sobol  # type: ignore[import-untyped]

from s3c.experiments import Design, Parameter, Sampling, Sensitivity, designs, distributions, draw
from s3c.runtime import RunError

X = Parameter("x", ("x",), distributions.Uniform(0.0, 2.0))
Y = Parameter("y", ("y",), distributions.Normal(-9.0, 9.0, 1.0, 2.0))
Z = Parameter("z", ("z",), distributions.Uniform(-1.0, 1.0))
V = Parameter("v", ("v",), distributions.Vector(1.0, 2.0, 0.5))
BENCHMARK = {"x": 0.5, "y": 1.5, "z": 0.0, "v": 9.0}


def design(sampling: Sampling, runs: int = 8, *parameters: Parameter, **others: int) -> Design:
    asked = Sensitivity(parameters or (X, Y, Z), sampling, runs)
    return draw(replace(asked, **others), BENCHMARK)  # type: ignore[arg-type]


def strata(column: np.ndarray, count: int) -> list[int]:
    return sorted((column * count).astype(int).tolist())


@pytest.mark.parametrize("sampling", [each for each in Sampling if each is not Sampling.FILE])
def test_a_design_is_a_function_of_its_seed(sampling: Sampling) -> None:
    one, again, other = (design(sampling, seed=seed) for seed in (3, 3, 4))
    assert one.values.tobytes() == again.values.tobytes()
    drawn = sampling not in (Sampling.GRID, Sampling.UNIVARIATE)
    assert (one.values.tobytes() != other.values.tobytes()) is drawn


def test_a_latin_hypercube_has_one_run_in_each_part() -> None:
    found = design(Sampling.LATIN_HYPERCUBE, 10)
    assert found.shares is not None
    for column in found.shares.T:
        assert strata(column, 10) == list(range(10))
    below = strata(found.values[:, 0] / 2.0, 10)
    assert below == list(range(10))  # and so have the values of a uniform parameter


def test_random_runs_are_no_latin_hypercube() -> None:
    found = design(Sampling.RANDOM, 2000)
    assert strata(found.values[:, 0] / 2.0, 2000) != list(range(2000))
    # Means within five standard errors.
    assert abs(found.values[:, 0].mean() - 1.0) < 5 * (2 / 12**0.5) / 2000**0.5
    assert abs(found.values[:, 1].mean() - 1.0) < 5 * 2 / 2000**0.5


def test_a_sobol_sequence_fills_every_box() -> None:
    found = design(Sampling.SOBOL, 64, X, Z)
    assert found.shares is not None
    boxes = {(int(a * 8), int(b * 8)) for a, b in found.shares}
    assert boxes == set(product(range(8), repeat=2))
    assert not found.notes


def test_a_sobol_sequence_says_that_powers_of_two_are_better() -> None:
    found = design(Sampling.SOBOL, 100)
    assert found.n_runs == 100
    assert found.notes[0].endswith("64 or 128, not 100")
    assert found.values.tobytes() == design(Sampling.SOBOL, 128).values[:100].tobytes()


def test_a_grid_has_every_combination() -> None:
    found = design(Sampling.GRID, 2, X, V)
    expected = [(0.5, 1.0), (0.5, 1.5), (0.5, 2.0), (1.5, 1.0), (1.5, 1.5), (1.5, 2.0)]
    assert list(map(tuple, found.values.tolist())) == expected


def test_univariate_runs_leave_the_others_at_the_benchmark() -> None:
    found = design(Sampling.UNIVARIATE, 2, X, V, Z)
    assert found.varied is not None
    assert found.shares is not None
    assert found.varied.tolist() == [0, 0, 1, 1, 1, 2, 2]
    assert found.values.tolist() == [
        *([0.5, 9.0, 0.0], [1.5, 9.0, 0.0], [0.5, 1.0, 0.0], [0.5, 1.5, 0.0], [0.5, 2.0, 0.0]),
        *([0.5, 9.0, -0.5], [0.5, 9.0, 0.5]),
    ]
    assert np.isnan(found.shares).sum() == 14


@pytest.mark.parametrize("sampling", [Sampling.RANDOM, Sampling.LATIN_HYPERCUBE, Sampling.SOBOL])
def test_a_vector_is_gone_along_run_by_run(sampling: Sampling) -> None:
    found = design(sampling, 8, X, V)
    assert found.values[:, 1].tolist() == [1.0, 1.5, 2.0, 1.0, 1.5, 2.0, 1.0, 1.5]


@pytest.mark.parametrize("second", [False, True])
def test_the_design_of_sobol_indices_is_that_of_salib(second: bool) -> None:
    found = design(Sampling.SOBOL_INDICES, 16, second_order=second)
    problem = {"num_vars": 3, "names": ["x", "y", "z"], "bounds": [[0.0, 1.0]] * 3}
    generator = np.random.default_rng(1234)
    theirs = sobol.sample(problem, 16, calc_second_order=second, seed=generator)
    assert found.shares is not None
    assert np.array_equal(found.shares, theirs)
    assert np.array_equal(found.values[:, 0], theirs[:, 0] * 2.0)


def test_the_design_of_sobol_indices_gives_those_of_the_ishigami_function() -> None:
    """By the estimators themselves, without SALib."""
    parameters = tuple(Parameter(name, (name,), distributions.Uniform(-pi, pi)) for name in "abc")
    asked = Sensitivity(parameters, Sampling.SOBOL_INDICES, 4096)
    a, b, c = draw(asked, {}).values.T
    blocks = (np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)).reshape(-1, 5)
    first, second, variance = blocks[:, 0], blocks[:, -1], blocks[:, [0, -1]].var()
    main = [np.mean(second * (mixed - first)) / variance for mixed in blocks[:, 1:4].T]
    total = [np.mean((first - mixed) ** 2) / 2 / variance for mixed in blocks[:, 1:4].T]
    assert main == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)


@pytest.mark.parametrize("levels", [4, 6])
def test_each_step_of_morris_moves_one_parameter(levels: int) -> None:
    found = design(Sampling.MORRIS, 20, levels=levels)
    assert found.shares is not None
    step = levels / (2 * (levels - 1))
    for trajectory in found.shares.reshape(20, 4, 3):
        moves = np.diff(trajectory, axis=0)
        assert sorted(np.abs(moves).argmax(axis=1)) == [0, 1, 2]
        assert np.sort(np.abs(moves), axis=1) == pytest.approx(np.tile([0, 0, step], (3, 1)))
    assert set(np.round(found.shares.ravel() * (levels - 1), 9)) <= set(range(levels))


def test_rows_of_a_table() -> None:
    rows = ((1.0, None), (2.0, 0.25))
    found = draw(Sensitivity((X, Z), Sampling.FILE, rows=rows), BENCHMARK)
    assert found.values.tolist() == [[1.0, 0.0], [2.0, 0.25]]
    assert found.shares is None


@given(st.sampled_from(list(Sampling)), st.integers(1, 5), st.lists(st.sampled_from([X, V, Y])))
@settings(deadline=None)
def test_runs_are_counted_before_they_are_drawn(
    sampling: Sampling, runs: int, parameters: list[Parameter]
) -> None:
    asked = Sensitivity((Z, *parameters[:3]), sampling, runs)
    found = draw(asked, BENCHMARK)
    assert found.values.shape == (designs.count_runs(asked), len(asked.parameters))
    low = [each.distribution.min for each in asked.parameters]
    if sampling is not Sampling.UNIVARIATE:
        assert (found.values >= low).all()


def test_a_grid_without_end_is_refused() -> None:
    asked = Sensitivity((X, Y, Z) * 100, Sampling.GRID, 10_000)
    with pytest.raises(RunError, match="are too many"):
        draw(asked, BENCHMARK)
