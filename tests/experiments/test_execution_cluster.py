"""Runs that worker processes make are those made here, also where workers die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path

import pytest
from sensitivity_models import MODEL, experiment_at, files_of

from s3c.experiments import run_sensitivity
from s3c.runtime import RunError


def test_workers_that_die(tmp_path: Path) -> None:
    experiment = experiment_at(tmp_path, runs=400)
    here, there = tmp_path / "here.zarr", tmp_path / "there.zarr"
    run_sensitivity(experiment, store=here, engine="python", block=5)
    killed: list[int] = []

    def kill(share: float) -> None:
        if share > 0.2 and not killed:
            killed.append(active_children()[0].pid or 0)
            os.kill(killed[0], signal.SIGKILL)

    found = run_sensitivity(
        experiment, store=there, engine="python", block=5, cluster="local:2", progress=kill
    )
    assert killed
    assert found.effort.n_runs == 400
    assert found.effort.n_workers == 2
    assert files_of(there) == files_of(here)
    assert active_children() == []


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a scheduler with one worker, and its process."""
    script = tmp_path / "scheduler.py"
    script.write_text(
        "import sys, time, logging\n"
        "from distributed import LocalCluster\n"
        "if __name__ == '__main__':\n"
        "    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False,\n"
        "                      protocol='tcp://', dashboard_address=None,\n"
        "                      silence_logs=logging.CRITICAL) as cluster:\n"
        "        print(cluster.scheduler_address, flush=True)\n"
        "        time.sleep(60)\n",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    yield process.stdout.readline().decode().strip(), process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_scheduler_that_is_lost(
    tmp_path: Path,
    scheduler: tuple[str, subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("s3c.experiments.execution.cluster._PATIENCE", 2)
    address, process = scheduler
    experiment = experiment_at(tmp_path, runs=300)
    here, there = tmp_path / "here.zarr", tmp_path / "there.zarr"

    def kill(share: float) -> None:
        if share > 0.2 and process.poll() is None:
            process.kill()
            process.wait()

    began = time.monotonic()
    with pytest.raises(RunError, match=f"the scheduler at {address} was lost") as lost:
        run_sensitivity(
            experiment, store=there, engine="python", block=5, cluster=address, progress=kill
        )
    assert lost.value.code == "S3C792"
    assert "same command" in lost.value.hint
    assert time.monotonic() - began < 60
    found = run_sensitivity(experiment, store=there)
    assert 0 < found.effort.n_runs < 260
    run_sensitivity(experiment, store=here, engine="python", block=5)
    assert files_of(there) == files_of(here)
    with pytest.raises(RunError, match=f"nobody answers at {address}"):
        run_sensitivity(experiment, cluster=address)


def test_a_worker_without_the_files(
    tmp_path: Path, scheduler: tuple[str, subprocess.Popen[bytes]]
) -> None:
    """Ranges are read from a file that is gone when the worker compiles the model."""
    regions = tmp_path / "regions.csv"
    regions.write_text("East\nWest\n", encoding="utf-8")
    read = "GET DIRECT SUBSCRIPT('regions.csv', ',', 'A1', 'A2', '')"
    experiment = experiment_at(tmp_path, text=MODEL.replace("East, West", read))
    with pytest.raises(RunError, match="a worker cannot compile the model") as refused:
        run_sensitivity(
            experiment, cluster=scheduler[0], started=lambda _there, _runs: regions.unlink()
        )
    assert refused.value.code == "S3C792"
