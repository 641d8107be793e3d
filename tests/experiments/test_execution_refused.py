"""What stops very many runs: a store that cannot be held, a cluster that is none."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from s3c.compiler import CompileError
from s3c.runtime import ABI, VERSION, RunError, load_text

cluster: Any = import_module("s3c.experiments.execution.cluster")
locking: Any = import_module("s3c.experiments.execution.locking")
DESIGN = np.zeros((1, 1))


def refused(folder: Path) -> str:
    with pytest.raises(RunError) as found, locking.locked(folder):
        pass
    return f"{found.value.code}: {found.value.message}"


# --- A store that cannot be held ---


def test_a_store_whose_folder_is_not_there(tmp_path: Path) -> None:
    assert "S3C606" in refused(tmp_path / "nowhere")


def test_a_store_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    assert refused(tmp_path).endswith("cannot be locked: No space left on device")


def test_a_store_is_held_by_one(tmp_path: Path) -> None:
    with locking.locked(tmp_path):
        assert f"in use by process {os.getpid()}" in refused(tmp_path)
    with locking.locked(tmp_path):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open cannot be replaced")
@pytest.mark.parametrize("left", [True, False], ids=["replaced", "gone"])
def test_a_lock_that_is_replaced_meanwhile_is_not_ours(
    tmp_path: Path, left: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    def late(*_: object) -> None:
        (tmp_path / locking.LOCK).rename(tmp_path / "other")
        if left:
            (tmp_path / locking.LOCK).write_text("process 1 on elsewhere")

    monkeypatch.setattr(fcntl, "flock", late)
    assert "S3C791" in refused(tmp_path)


# --- A cluster that is none ---


@pytest.fixture
def workers() -> Iterator[SimpleNamespace]:
    """What stands in a worker, with nothing in it."""
    pytest.importorskip("distributed")
    workers: Any = import_module("s3c.experiments.execution.workers")
    yield SimpleNamespace(make_block=workers.make_block, work=workers._WORK)
    workers._WORK.clear()


def test_a_worker_of_another_version_is_told(workers: SimpleNamespace) -> None:
    code, message, _ = workers.make_block("work", ("0.0.1", ABI), 0, DESIGN)
    assert (code, message) == ("S3C792", f"a worker has s3c {VERSION}, and this is s3c 0.0.1")


def test_a_worker_that_cannot_compile_says_why(workers: SimpleNamespace) -> None:
    def load() -> None:
        from s3c.compiler import Source, compile_source

        raise CompileError(compile_source(Source("m.mdl", "x = nowhere ~~|")).diagnostics)

    workers.work["work"] = SimpleNamespace(model=SimpleNamespace(load=load))
    code, message, _ = workers.make_block("work", (VERSION, ABI), 0, DESIGN)
    assert code == "S3C792"
    assert message.startswith("a worker cannot compile the model: ")
    assert "nowhere" in message


def test_an_error_of_a_run_comes_back_with_its_code(workers: SimpleNamespace) -> None:
    def make(*_: object) -> None:
        raise RunError("S3C601", "it went wrong", "try again")

    loaded = SimpleNamespace(load=lambda: load_text)
    workers.work["work"] = SimpleNamespace(model=loaded, make=make)
    found = workers.make_block("work", (VERSION, ABI), 0, DESIGN)
    assert found == ("S3C601", "on a worker, it went wrong", "try again")


def cannot(address: str) -> str:
    with pytest.raises(RunError) as found, cluster.cluster_at(address):
        pass
    return f"{found.value.code}: {found.value.message}"


def test_without_distributed_there_is_no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert cannot("local:2") == "S3C606: a cluster cannot be used without Dask's distributed"


def test_a_scheduler_without_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    with distributed.LocalCluster(
        n_workers=0, processes=False, protocol="tcp", host="127.0.0.1", dashboard_address=None
    ) as local:
        assert cannot(local.scheduler_address).endswith("has no workers")


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "_PATIENCE", 0.2)
    assert cannot("tcp://127.0.0.1:9") == "S3C792: nobody answers at tcp://127.0.0.1:9"
