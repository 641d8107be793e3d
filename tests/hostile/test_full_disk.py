"""A disk without room: a diagnostic, and what stood there before still stands."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

MODEL = Path(__file__).parents[2] / "models" / "s3.mdl"
_ROOM = 16_384  # bytes of a file


def little_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (_ROOM, _ROOM))


@pytest.mark.parametrize("ending", ["csv", "tab", "dat", "xlsx", "parquet", "nc"])
def test_results_are_whole_or_as_before(tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"results.{ending}"
    target.write_text("before", encoding="utf-8")
    command = [sys.executable, "-m", "s3c", "run", "--no-cache", str(MODEL), "-o", str(target)]
    run = subprocess.run(
        command, preexec_fn=little_room, capture_output=True, text=True, check=False, timeout=120
    )
    assert run.returncode == 2, run.stderr
    assert "S3C606" in run.stderr
    assert "Traceback" not in run.stderr
    assert target.read_text("utf-8") == "before"
    assert [each.name for each in tmp_path.iterdir()] == [target.name]
