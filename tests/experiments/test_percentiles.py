"""Percentiles over runs are those of numpy, however few times are read at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from many_runs import MADE, Floats, MemoryRuns, experiment_on, given_runs

import s3c
from s3c.experiments import Experiment, Sampling, percentiles
from s3c.runtime import RunError


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> Experiment:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("S3C_CACHE", str(tmp_path_factory.mktemp("cache") / "s3c"))
        model = s3c.load(MADE / "linear.mdl")
    return experiment_on(model, ("output",), {"input 1": (0, 1)}, Sampling.RANDOM, 10)


@given(
    values=arrays(
        np.float64, st.tuples(st.integers(1, 40), st.integers(1, 7)),
        elements=st.floats(-1e6, 1e6) | st.just(float("nan")),
    ),
    memory=st.integers(0, 3000),
    percents=st.lists(st.floats(0, 100), min_size=1, max_size=4, unique=True),
)  # fmt: skip
def test_percentiles_are_those_of_numpy(
    experiment: Experiment, values: Floats, memory: int, percents: list[float]
) -> None:
    runs = given_runs(experiment, values)
    found = percentiles(runs, "output", percents, memory=memory)
    assert found.percents == tuple(sorted(percents))
    for place in range(values.shape[1]):
        good = values[~np.isnan(values[:, place]), place]
        assert found.counted[place] == len(good)
        if len(good):
            assert np.array_equal(found.values[:, place], np.percentile(good, sorted(percents)))
        else:
            assert np.isnan(found.values[:, place]).all()
    assert found.left_out == np.isnan(values).sum(axis=0).max()


def test_no_more_is_read_at_once_than_may_be(experiment: Experiment) -> None:
    read: list[slice] = []

    class Counting(MemoryRuns):
        __slots__ = ()

        def values(self, column: str, times: slice = slice(None)) -> Floats:
            read.append(times)
            return super().values(column, times)

    runs = given_runs(experiment, np.random.default_rng(2).random((100, 11)))
    fields = (runs.experiment, runs.design, runs.columns, runs.time, runs.data)
    percentiles(Counting(*fields), "output", memory=3 * 800)
    assert [(each.start, each.stop) for each in read] == [(0, 3), (3, 6), (6, 9), (9, 11)]


def test_the_table(experiment: Experiment, tmp_path: Path) -> None:
    values = np.array([[1.0, 5.0], [2.0, np.nan], [4.0, 7.0]])
    found = percentiles(given_runs(experiment, values), "output", [50, 0])
    found.save(tmp_path / "p.csv")
    assert (tmp_path / "p.csv").read_text(encoding="utf-8") == (
        "Time,0 %,50 %,runs\n0,1,2,3\n1,5,6,2\n"
    )
    frame = found.to_pandas()
    assert frame.to_numpy().tolist() == [[1, 2, 3], [5, 6, 2]]
    settings = experiment.sensitivity
    assert settings is not None
    own = replace(experiment, sensitivity=replace(settings, percentiles=(10.0,)))
    assert percentiles(given_runs(own, values), "output").percents == (10.0,)
    for wrong in ([], [-1], [float("nan")], [50, 101]):
        with pytest.raises(RunError, match="numbers from 0 to 100"):
            percentiles(given_runs(experiment, values), "output", wrong)
