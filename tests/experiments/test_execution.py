"""Very many runs give what single runs give, however they are cut, kept or interrupted."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from command_line import call
from hypothesis import given, settings
from hypothesis import strategies as st
from sensitivity_models import BLOCK, MODEL, experiment_at, files_of

from s3c.experiments import (
    Experiment,
    Sampling,
    SensitivityRuns,
    Streams,
    blocks,
    locking,
    read_experiment,
    run_sensitivity,
    store,
)
from s3c.runtime import RunError, UnknownNameError

Store = store.Store
SCRIPT = Path(__file__).parents[1] / "support" / "sensitivity_models.py"


def same(left: SensitivityRuns, right: SensitivityRuns) -> bool:
    assert left.columns == right.columns
    return all(
        np.array_equal(left.values(each), right.values(each), equal_nan=True)
        for each in left.columns
    ) and np.array_equal(left.failed, right.failed)


def stop_after(count: int) -> Callable[[float], None]:
    """A progress that is interrupted, as by Ctrl-C, when it is called for the count-th time."""
    calls = iter(range(1, count))

    def report(share: float) -> None:
        assert 0 < share <= 1
        if next(calls, None) is None:
            raise KeyboardInterrupt

    return report


@pytest.mark.parametrize(
    ("engine", "streams"),
    [("python", Streams.OWN), ("python", Streams.SHARED), ("native", Streams.OWN)],
)
def test_runs_are_single_runs(tmp_path: Path, streams: Streams, engine: str) -> None:
    experiment = experiment_at(tmp_path, runs=9, streams=streams)
    runs = run_sensitivity(experiment, store=tmp_path / "s.zarr", engine=engine, block=4)
    assert runs.engine == engine
    assert runs.n_runs == 9
    assert runs.columns == ("level/height", "Stock[East]", "Stock[West]")
    for number, (x, factor, west) in enumerate(runs.design.values.tolist()):
        changes = {"x": x, "y": 4 * factor, "w": [1 * factor, west * factor]}
        single = experiment.model.run(
            changes, run_number=number if streams is Streams.OWN else 0, save=experiment.save
        )
        assert np.array_equal(single.time, runs.time)
        for column in runs.columns:
            assert np.array_equal(runs.values(column)[number], single[column])
    assert np.array_equal(
        runs.values("stock[west]", slice(30, 36)), runs.values("Stock[West]")[:, 30:36]
    )
    assert np.array_equal(
        runs.values("Stock[West]", slice(None, None, -7)), runs.values("Stock[West]")[:, ::-7]
    )
    with pytest.raises(UnknownNameError, match="noise"):
        runs.values("noise")


@settings(max_examples=10, deadline=None)
@given(
    n_runs=st.integers(1, 30),
    sizes=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    threads=st.integers(1, 3),
    stop=st.integers(1, 6),
)
def test_nothing_depends_on_blocks_or_interruptions(
    tmp_path_factory: pytest.TempPathFactory,
    n_runs: int, sizes: tuple[int, int], threads: int, stop: int,
) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("runs")
    experiment = experiment_at(folder, runs=n_runs)
    expected = run_sensitivity(experiment, engine="python", block=sizes[0])
    store = folder / "s.zarr"

    def make(progress: Callable[[float], None] | None = None) -> SensitivityRuns:
        return run_sensitivity(
            experiment, store=store, engine="python", block=sizes[1], threads=threads,
            progress=progress,
        )  # fmt: skip

    n_blocks = -(-n_runs // sizes[1])
    if stop <= n_blocks:
        with pytest.raises(KeyboardInterrupt):
            make(stop_after(stop))
        done = int((Store(store).status() != 0).sum())
        assert done >= min(n_runs, stop * min(sizes[1], n_runs))
        found = make()
        assert found.effort.n_runs == n_runs - done
    else:
        found = make()
    assert same(found, expected)
    again = make()
    assert again.effort.n_runs == 0
    assert same(again, expected)


@given(st.integers(1, 10**7), st.floats(1e-9, 1e4), st.integers(0, 10**9))
def test_blocks_hold_every_run_once(n_runs: int, seconds: float, n_bytes: int) -> None:
    size = blocks.block_size(n_runs, seconds, n_bytes)
    assert 1 <= size <= n_runs
    assert size == 1 or size * n_bytes <= 2 * (1 << 24) or size <= 64
    found = blocks.blocks_of(min(n_runs, 1000), size)
    assert [run for runs in found for run in runs] == list(range(min(n_runs, 1000)))


def uninterrupted(folder: Path) -> Path:
    store = folder / "whole.zarr"
    run_sensitivity(experiment_at(folder), store=store, engine="python", block=BLOCK)
    return store


# Before the store has its name; amid the first block; before it is marked; much later.
@pytest.mark.parametrize("count", [3, 14, 16, 24])
def test_killed_and_taken_up_again(tmp_path: Path, count: int) -> None:
    store, whole = tmp_path / "s.zarr", uninterrupted(tmp_path)
    killed = subprocess.run([sys.executable, SCRIPT, store, str(count)], check=False, timeout=60)
    assert killed.returncode == -9
    statuses = Store(store).status() if store.exists() else np.zeros(40)
    done = int((statuses != 0).sum())
    assert done < 40
    assert (done > 0) == (count == 24)
    run_sensitivity(experiment_at(tmp_path), store=store, engine="python", block=BLOCK)
    assert files_of(store) == files_of(whole)
    with xr.open_zarr(store) as left, xr.open_zarr(whole) as right:
        assert left.identical(right)


def test_xarray_opens_a_store(tmp_path: Path) -> None:
    experiment = experiment_at(tmp_path)
    experiment.path.write_text("# what was asked\n", encoding="utf-8")
    store = tmp_path / "s.zarr"
    runs = run_sensitivity(experiment, store=store, engine="python")
    with xr.open_zarr(store) as dataset:
        assert dict(dataset.sizes) == {"run": 40, "time": 41, "Region": 2}
        assert dataset["Stock"].dims == ("run", "time", "Region")
        west = dataset["Stock"].sel(Region="West")
        assert np.array_equal(west.values, runs.values("Stock[West]"))
        level = dataset["level height"]
        assert level.dtype == np.float64
        assert level.attrs == {
            "units": "Days", "long_name": "level/height", "documentation": "How high."
        }  # fmt: skip
        assert np.array_equal(dataset["time"].values, runs.time)
        assert dataset["time"].attrs["units"] == "Year"
        assert set(dataset.coords) == {"run", "time", "Region", "x", "a_group", "w[West]"}
        assert np.array_equal(dataset["a_group"].values, runs.design.values[:, 1])
        assert (dataset["status"].values == 1).all()
        assert dataset.attrs["experiment"] == "# what was asked\n"
        assert dataset.attrs["model"] == MODEL


def changed(experiment: Experiment, **given: object) -> Experiment:
    assert experiment.sensitivity is not None
    return replace(experiment, sensitivity=replace(experiment.sensitivity, **given))  # type: ignore[arg-type]


def test_a_store_of_other_runs_is_left_alone(tmp_path: Path) -> None:
    experiment = experiment_at(tmp_path)
    store = tmp_path / "s.zarr"
    run_sensitivity(experiment, store=store, engine="python")
    before = files_of(store)
    others = {
        "design": changed(experiment, seed=7),
        "streams": changed(experiment, streams=Streams.SHARED),
        "times": changed(experiment, times=(1.0, 2.0)),
        "constants": replace(experiment, constants={"y": 5.0}),
        "variables saved": replace(experiment, save=("Stock",)),
        "seed": replace(experiment, settings=replace(experiment.settings, seeds=(3,))),
    }
    for what, other in others.items():
        with pytest.raises(RunError, match=what) as refused:
            run_sensitivity(other, store=store, engine="python")
        assert refused.value.code == "S3C790"
    (tmp_path / "levels.mdl").unlink()
    model = experiment_at(tmp_path, text=MODEL.replace("y = 3", "y = 3.5"))
    with pytest.raises(RunError, match=r"differ in model$|differ in model\n"):
        run_sensitivity(model, store=store, engine="python")
    with pytest.raises(RunError, match=r"differ in engine"):
        run_sensitivity(experiment, store=store, engine="native")
    assert files_of(store) == before
    found = run_sensitivity(others["design"], store=store, engine="python", overwrite=True)
    assert found.effort.n_runs == 40
    assert same(found, run_sensitivity(others["design"], engine="python"))
    assert [each.name for each in tmp_path.iterdir() if each.suffix in {".old", ".part"}] == []


def test_what_is_no_store_is_never_removed(tmp_path: Path) -> None:
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter.txt").write_text("years of work", encoding="utf-8")
    (folder / "zarr.json").write_text('{"attributes": {}}', encoding="utf-8")
    for overwrite in (False, True):
        with pytest.raises(RunError, match="no store of runs"):
            run_sensitivity(experiment_at(tmp_path), store=folder, overwrite=overwrite)
    assert (folder / "chapter.txt").read_text(encoding="utf-8") == "years of work"


def test_one_command_at_a_time(tmp_path: Path) -> None:
    experiment = experiment_at(tmp_path)
    store = tmp_path / "s.zarr"
    run_sensitivity(experiment, store=store, engine="python")
    with locking.locked(store):
        for overwrite in (False, True):
            with pytest.raises(RunError, match=r"in use by process \d+ on") as refused:
                run_sensitivity(experiment, store=store, overwrite=overwrite)
            assert refused.value.code == "S3C791"
    assert run_sensitivity(experiment, store=store).effort.n_runs == 0


@contextmanager
def small_disk(n_bytes: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk(tmp_path: Path) -> None:
    experiment = experiment_at(tmp_path)
    store = tmp_path / "s.zarr"
    with pytest.raises(KeyboardInterrupt):
        run_sensitivity(
            experiment, store=store, engine="python", block=BLOCK, progress=stop_after(1)
        )
    with (
        small_disk(500),
        pytest.raises(RunError, match="cannot be written: File too large") as full,
    ):
        run_sensitivity(experiment, store=store, engine="python")
    assert full.value.code == "S3C606"
    assert "same command" in full.value.hint
    with small_disk(500), pytest.raises(RunError, match="cannot be written"):
        run_sensitivity(experiment, store=tmp_path / "other.zarr", engine="python")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["levels.mdl", "s.zarr"]
    run_sensitivity(experiment, store=store, engine="python")
    assert files_of(store) == files_of(uninterrupted(tmp_path))


def test_a_store_that_was_cut_short(tmp_path: Path) -> None:
    experiment = experiment_at(tmp_path)
    store = tmp_path / "s.zarr"
    runs = run_sensitivity(experiment, store=store, engine="python")
    shard = next(
        each for each in (store / "Stock").rglob("*") if each.is_file() and each.name == "0"
    )
    shard.write_bytes(shard.read_bytes()[:40])
    with pytest.raises(RunError, match="cannot be read"):
        runs.values("Stock[East]")


# 1 / (x - 3) has no value where x is 3; with the sine, no run has one in the end.
FAILING = MODEL.replace("y = 3 ~~|", "y = 3 ~~| z = 1 / (x - 3) ~~|").replace(
    "+ noise, 5)", "+ noise * z, 5)"
)


@pytest.mark.parametrize("engine", ["python", "native"])
def test_runs_that_fail(tmp_path: Path, engine: str) -> None:
    rows = tuple((x, 1.0, 1.0) for x in (1.0, 3.0, 2.0, 3.0, 4.0))
    experiment = experiment_at(tmp_path, text=FAILING, sampling=Sampling.FILE, rows=rows)
    store = tmp_path / "s.zarr"
    runs = run_sensitivity(experiment, store=store, engine=engine, block=2)
    assert runs.failed.tolist() == [1, 3]
    level = runs.values("level/height")
    assert np.isnan(level).any(axis=1).tolist() == [False, True, False, True, False]
    assert "z" in runs.reason(1)
    assert "run 1 of the ensemble" in runs.reason(1)
    assert runs.reason(0) == ""
    assert same(runs, run_sensitivity(experiment, engine=engine))
    assert same(runs, run_sensitivity(experiment, store=store, engine=engine))


def test_no_sensitivity_and_too_many_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = experiment_at(tmp_path)
    with pytest.raises(RunError, match="varies nothing"):
        run_sensitivity(replace(experiment, sensitivity=None))
    monkeypatch.setattr("s3c.experiments.execution.sensitivity._MOST_NUMBERS", 3 * 41 * 40 - 1)
    with pytest.raises(RunError, match="too many to keep in memory"):
        run_sensitivity(experiment)


# --- the command ---


TEXT = """
model = "levels.mdl"
save = ["Stock"]
[groups]
"a group" = ["w", "y"]
[sensitivity]
sampling = "latin hypercube"
runs = 40
streams = "own"
times = [1, 2.5]
[sensitivity.parameters]
x = { distribution = "uniform", min = 1, max = 4 }
"a group" = { distribution = "normal", min = 0.5, max = 2, mean = 1, sd = 0.3 }
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "levels.mdl").write_text(MODEL, encoding="utf-8")
    path = tmp_path / "levels.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_command(file: Path, tmp_path: Path) -> None:
    store = tmp_path / "s.zarr"
    shown = call("sensitivity", file, "-o", store, "--engine", "python", "--block", "9")
    assert shown.exit_code == 0
    runs = run_sensitivity(read_experiment(file), engine="python")
    assert runs.time.tolist() == [1, 2.5]
    row = next(line for line in shown.stdout.splitlines() if "Stock[West] (people)" in line)
    expected = np.percentile(runs.values("Stock[West]")[:, -1], [2.5, 25, 50, 75, 97.5])
    assert [float(each) for each in row.split()[2:]] == pytest.approx(expected, rel=1e-5)
    assert "40 runs by python in" in shown.stderr
    again = call("sensitivity", file, "-o", store, "--threads", "2")
    assert again.stdout == shown.stdout
    assert "all 40 runs are in" in again.stderr
    with xr.open_zarr(store) as dataset:
        assert dataset.attrs["experiment"] == TEXT
        assert dataset["Stock"].shape == (40, 2, 2)


def test_command_with_control_files(file: Path, tmp_path: Path) -> None:
    vsc = tmp_path / "levels.vsc"
    vsc.write_text("20,M,1234,,0\nx=RANDOM_UNIFORM(1,4)\n", encoding="utf-8")
    (tmp_path / "levels.lst").write_text("Stock[East]\n", encoding="utf-8")
    (tmp_path / "levels.cin").write_text("y = 7\n", encoding="utf-8")
    files = ("--save", tmp_path / "levels.lst", "--changes", tmp_path / "levels.cin")
    model = file.with_suffix(".mdl")
    shown = call("sensitivity", vsc, "--model", model, *files, "--engine", "python")
    assert shown.exit_code == 0, shown.stderr
    assert "20 runs by python" in shown.stderr
    assert "Stock[East]" in shown.stdout
    assert "Stock[West]" not in shown.stdout
    assert call("sensitivity", vsc).exit_code == 2
    assert call("sensitivity", file, "--model", model).exit_code == 2


def test_command_stopped_and_given_again(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "s.zarr"
    write, done = Store.write, iter(range(2))

    def interrupted(self: Store, *given: Any) -> None:
        if next(done, None) is None:
            raise KeyboardInterrupt
        write(self, *given)

    monkeypatch.setattr(Store, "write", interrupted)
    options = ("sensitivity", file, "-o", store, "--engine", "python", "--block", "9")
    shown = call(*options)
    assert shown.exit_code == 130
    assert f"what is done is in {store}: give the same command again" in shown.stderr
    monkeypatch.setattr(Store, "write", write)
    shown = call(*options)
    assert shown.exit_code == 0
    assert "going on: 18 of 40 runs" in shown.stderr
    assert "22 runs by python" in shown.stderr


def test_command_tells_of_failures_and_mistakes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tuple((x, 1.0, 1.0) for x in (1.0, 3.0, 2.0))
    experiment = experiment_at(tmp_path, text=FAILING, sampling=Sampling.FILE, rows=rows)
    monkeypatch.setattr("s3c.experiments.read_experiment", lambda _: experiment)
    shown = call("sensitivity", "e.toml")
    assert shown.exit_code == 0
    assert (
        "warning[S3C793]: 1 of 3 runs failed, run 1 first: “z” has no finite value" in shown.stderr
    )
    assert "z = 1 / (x - 3)" in shown.stderr
    assert "S3C793" not in call("sensitivity", "e.toml", "--ignore", "S3C793").stderr
    for address in ("local:0", "tcp://", "somewhere", "file:///etc/passwd"):
        shown = call("sensitivity", "e.toml", "--cluster", address)
        assert shown.exit_code == 2
        assert "S3C792" in shown.stderr
