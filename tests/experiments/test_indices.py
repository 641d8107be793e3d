"""Indices and effects of functions that have them in closed form."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from many_runs import MADE, MemoryRuns, experiment_on, given_runs, run_all

import s3c
from s3c.experiments import (
    Moment,
    Sampling,
    morris_effects,
    rank_correlations,
    sobol_indices,
    sobol_over_time,
)
from s3c.runtime import RunError, UnknownNameError

CIRCLE = {f"input {k}": (-math.pi, math.pi) for k in (1, 2, 3)}
RANGES = {"input 1": (0.0, 1.0), "input 2": (1.0, 3.0), "input 3": (-1.0, 1.0)}
WEIGHTS = np.array([1.0, 2.0, -3.0])  # of linear.mdl
WIDTHS = np.array([1.0, 2.0, 2.0])  # of RANGES


def made(name: str, sampling: Sampling, runs: int, *, second_order: bool = False) -> MemoryRuns:
    model = s3c.load(MADE / f"{name}.mdl")
    save = ("output", "drift") if name == "linear" else ("output",)
    ranges = RANGES if name == "linear" else CIRCLE
    return run_all(experiment_on(model, save, ranges, sampling, runs), second_order=second_order)


def test_sobol_indices_of_ishigami() -> None:
    found = sobol_indices(
        made("ishigami", Sampling.SOBOL_INDICES, 2048, second_order=True), "output"
    )
    a, b, pi = 7.0, 0.1, math.pi
    # Parts of the variance: T. Ishigami, T. Homma, ISUMA '90, 398-403.
    parts = {
        (1,): 0.5 * (1 + b * pi**4 / 5) ** 2,
        (2,): a**2 / 8,
        (1, 3): b**2 * pi**8 * (1 / 18 - 1 / 50),
    }
    variance = sum(parts.values())
    first = np.array([parts.get((k,), 0.0) for k in (1, 2, 3)]) / variance
    total = np.array([sum(v for key, v in parts.items() if k in key) for k in (1, 2, 3)]) / variance
    assert np.allclose(first, [0.3139, 0.4424, 0], atol=5e-5)  # as the literature prints them
    assert np.allclose(total, [0.5576, 0.4424, 0.2437], atol=5e-5)
    assert (abs(found.first - first) <= found.first_half).all()
    assert (abs(found.total - total) <= found.total_half).all()
    assert found.second is not None
    assert found.second_half is not None
    for j, k in ((0, 1), (0, 2), (1, 2)):
        known = parts.get((j + 1, k + 1), 0.0) / variance
        assert abs(found.second[j, k] - known) <= found.second_half[j, k]
    assert (found.first_half < 0.1).all()
    assert (found.total_half < 0.08).all()
    assert found.n_samples == 2048
    assert found.left_out == 0


def test_sobol_indices_of_a_linear_model() -> None:
    runs = made("linear", Sampling.SOBOL_INDICES, 2048)
    found = sobol_indices(runs, "OUTPUT")
    known = (WEIGHTS * WIDTHS) ** 2 / ((WEIGHTS * WIDTHS) ** 2).sum()
    assert (abs(found.first - known) <= found.first_half).all()
    assert (abs(found.total - known) <= found.total_half).all()
    assert found.second is None
    assert found.column == "output"


def test_sobol_indices_over_time() -> None:
    runs = made("linear", Sampling.SOBOL_INDICES, 1024)
    found = sobol_over_time(runs, "drift")
    assert [each.at for each in found] == [0, 1, 2, 3, 4]
    for each in found:  # input 1 + Time * input 2, of the variances 1/12 and 4/12
        assert isinstance(each.at, float)
        share = 1 / (1 + 4 * each.at**2)
        known = np.array([share, 1 - share, 0])
        assert (abs(each.first - known) <= each.first_half + 1e-12).all()
        assert (abs(each.total - known) <= each.total_half + 1e-12).all()
    (one,) = sobol_over_time(runs, "drift", [3])
    assert np.array_equal(one.total, found[3].total)
    assert np.array_equal(one.total_half, found[3].total_half)  # the same seed


def test_intervals_cover_as_often_as_they_say() -> None:
    """Over many seeds: 95 of 100, give or take what chance does to 60."""
    known = (WEIGHTS * WIDTHS) ** 2 / ((WEIGHTS * WIDTHS) ** 2).sum()
    rng = np.random.default_rng(3)
    covered = []
    runs = made("linear", Sampling.SOBOL_INDICES, 256)
    settings = runs.experiment.sensitivity
    assert settings is not None
    for seed in range(60):
        a, b = rng.random((2, 256, 3))
        rows = [a, *(np.where(np.arange(3) == k, b, a) for k in range(3)), b]
        values = np.stack(rows, axis=1).reshape(-1, 3) * WIDTHS @ WEIGHTS
        experiment = replace(
            runs.experiment, save=("output",), sensitivity=replace(settings, seed=seed)
        )
        found = sobol_indices(given_runs(experiment, values[:, None]), "output")
        covered.append(abs(found.total - known) <= found.total_half)
        covered.append(abs(found.first - known) <= found.first_half)
    assert 0.9 <= np.mean(covered) <= 0.99


def test_very_many_samples_are_resampled_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = made("ishigami", Sampling.SOBOL_INDICES, 512)
    whole = sobol_indices(runs, "output")
    monkeypatch.setattr("s3c.experiments.analysis.sobol._MOST_RESAMPLED", 512 * 40)
    parts = sobol_indices(runs, "output")
    assert np.array_equal(parts.first, whole.first)
    assert np.allclose(parts.total_half, whole.total_half, rtol=0.3)
    assert not np.array_equal(parts.total_half, whole.total_half)


def test_base_samples_with_failed_runs_are_left_out() -> None:
    runs = made("linear", Sampling.SOBOL_INDICES, 512)
    rng = np.random.default_rng(1)
    failed = np.unique(rng.choice(512, 40) * 5 + rng.integers(0, 5, 40))
    holed = runs.data.copy()
    holed[:, failed] = np.nan
    found = sobol_indices(replace(runs, data=holed), "output")
    lost = np.unique(failed // 5)
    assert found.left_out == len(lost)
    kept = np.delete(runs.data[0, :, -1].reshape(-1, 5), lost, axis=0)
    # By hand, from what is whole.
    scaled = (kept - kept.mean()) / kept.std()
    both = np.concatenate([scaled[:, 0], scaled[:, -1]])
    first = [(scaled[:, -1] * (scaled[:, k + 1] - scaled[:, 0])).mean() for k in range(3)]
    assert np.allclose(found.first, np.array(first) / both.var(), rtol=1e-9)
    holed[:, 4::5] = np.nan
    with pytest.raises(RunError, match=r"all runs of 0 base samples") as error:
        sobol_indices(replace(runs, data=holed), "output")
    assert error.value.code == "S3C750"


def test_what_does_not_vary_has_no_indices() -> None:
    runs = made("linear", Sampling.SOBOL_INDICES, 64)
    flat = replace(runs, data=np.full_like(runs.data, 0.1) * (1 + 1e-15 * runs.data))
    found = sobol_indices(flat, "output")
    assert np.isnan(found.first).all()
    assert np.isnan(found.total_half).all()
    huge = sobol_indices(replace(runs, data=runs.data * 1e300), "output")
    assert np.allclose(huge.total, sobol_indices(runs, "output").total)


def test_morris_effects_of_a_linear_model() -> None:
    found = morris_effects(made("linear", Sampling.MORRIS, 10), "output")
    assert np.allclose(found.mu, WEIGHTS * WIDTHS, rtol=1e-12)
    assert np.allclose(found.mu_star, abs(WEIGHTS) * WIDTHS, rtol=1e-12)
    assert np.allclose(found.sigma, 0, atol=1e-12)
    assert np.allclose(found.mu_star_half, 0, atol=1e-12)
    assert found.n_trajectories == 10


def test_morris_effects_of_ishigami_by_hand() -> None:
    runs = made("ishigami", Sampling.MORRIS, 40)
    holed = runs.data.copy()
    holed[:, [5, 6, 100]] = np.nan  # of two trajectories
    found = morris_effects(replace(runs, data=holed), "output")
    effects: dict[int, list[float]] = {0: [], 1: [], 2: []}
    for start in range(0, runs.n_runs, 4):
        points = runs.design.values[start : start + 4]
        if start // 4 in (1, 25):
            continue
        for before, after in pairwise(points):
            (moved,) = np.flatnonzero(before != after)
            rise = (ishigami(after) - ishigami(before)) * np.sign(after - before)[moved]
            effects[int(moved)].append(float(rise) / (4 / 6))
    known = np.array([effects[k] for k in range(3)])
    assert found.left_out == 2
    assert found.n_trajectories == known.shape[1] == 38
    assert np.allclose(found.mu, known.mean(axis=1), rtol=1e-9, atol=1e-9)
    assert np.allclose(found.mu_star, abs(known).mean(axis=1), rtol=1e-9)
    assert np.allclose(found.sigma, known.std(axis=1, ddof=1), rtol=1e-9)
    error = abs(known).std(axis=1) / math.sqrt(38)  # which the bootstrap estimates
    assert np.allclose(found.mu_star_half, 1.96 * error, rtol=0.15)


def ishigami(x: np.ndarray) -> float:
    return float(math.sin(x[0]) + 7 * math.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * math.sin(x[0]))


def test_rank_correlations() -> None:
    from scipy.stats import rankdata, spearmanr

    runs = made("linear", Sampling.LATIN_HYPERCUBE, 300)
    runs.data[0, :5] = np.nan
    found = rank_correlations(runs, "output", at=2)
    values, outputs = runs.design.values[5:], runs.data[0, 5:, 2]
    assert found.left_out == 5
    for k in range(3):
        assert math.isclose(found.plain[k], spearmanr(values[:, k], outputs).statistic)
        ranks = rankdata(values, axis=0)
        others = np.column_stack([np.ones(295), np.delete(ranks, k, axis=1)])
        one, other = (
            y - others @ np.linalg.lstsq(others, y, rcond=None)[0]
            for y in (ranks[:, k], rankdata(outputs))
        )
        assert math.isclose(found.partial[k], np.corrcoef(one, other)[0, 1], rel_tol=1e-9)
    assert (found.plain_lower < found.plain).all()
    assert (found.plain < found.plain_upper).all()
    assert (abs(found.partial) > abs(found.plain)).all()


def test_rank_correlations_that_cannot_be_told() -> None:
    runs = made("linear", Sampling.LATIN_HYPERCUBE, 20)
    runs.design.values[:, 0] = 3.0
    found = rank_correlations(runs, "output")
    assert np.isnan(found.plain).tolist() == [True, False, False]
    assert np.isnan(found.partial).tolist() == [True, False, False]
    runs.design.values[:, 2] = 2 * runs.design.values[:, 1]  # one cannot be told from the other
    assert np.isnan(rank_correlations(runs, "output").partial).all()
    runs.data[:] = 1
    assert np.isnan(rank_correlations(runs, "output").plain).all()
    runs.data[:] = np.nan
    with pytest.raises(RunError, match="values in 0 runs only"):
        rank_correlations(runs, "output")


def test_moments() -> None:
    runs = made("linear", Sampling.LATIN_HYPERCUBE, 30)
    first, second = runs.design.values[:, 0], runs.design.values[:, 1]
    by_drift = rank_correlations(runs, "drift", at=2.5)
    again = replace(runs, data=np.broadcast_to((first + 2.5 * second)[:, None], runs.data.shape))
    assert np.allclose(by_drift.plain, rank_correlations(again, "drift").plain)
    peak = rank_correlations(runs, "drift", Moment.PEAK)  # it rises
    assert np.array_equal(peak.plain, rank_correlations(runs, "drift").plain)
    with pytest.raises(RunError, match="nothing was saved at the time 5"):
        rank_correlations(runs, "drift", 5)
    with pytest.raises(UnknownNameError, match="did you mean “drift”"):
        rank_correlations(runs, "drifts")
    with pytest.raises(UnknownNameError, match="input 1"):
        rank_correlations(runs, "input 1")


@pytest.mark.parametrize("measure", [sobol_indices, morris_effects])
def test_other_designs_are_refused(measure) -> None:  # type: ignore[no-untyped-def]
    runs = made("linear", Sampling.LATIN_HYPERCUBE, 20)
    with pytest.raises(RunError, match="need runs") as error:
        measure(runs, "output")
    assert error.value.code == "S3C750"
    assert "sampling =" in str(error.value.hint)


def test_tables(tmp_path) -> None:  # type: ignore[no-untyped-def]
    found = sobol_indices(made("ishigami", Sampling.SOBOL_INDICES, 64, second_order=True), "output")
    found.save(tmp_path / "indices.csv")
    head, *rows = (tmp_path / "indices.csv").read_text(encoding="utf-8").splitlines()
    assert head == "variable,at,measure,parameter,with,value,lower,upper"
    assert len(rows) == 3 + 3 + 3
    variable, at, measure, parameter, other, value, lower, upper = rows[-1].split(",")
    assert (variable, at, measure) == ("output", "end", "second order")
    assert (parameter, other) == ("input 2", "input 3")
    assert found.second is not None
    assert float(value) == found.second[1, 2]
    assert float(lower) < float(value) < float(upper)
    frame = found.to_pandas()
    assert frame["value"].tolist()[:3] == found.first.tolist()
    effects = morris_effects(made("linear", Sampling.MORRIS, 4), "output", at=1.5)
    effects.save(tmp_path / "effects.tsv")
    lines = (tmp_path / "effects.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[1].split("\t")[1:5] == ["1.5", "mu", "input 1", ""]
    assert lines[1].endswith("\t\t")  # mu has no interval
    with pytest.raises(RunError, match="not the name of a table"):
        effects.save(tmp_path / "effects.png")
