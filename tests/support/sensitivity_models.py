"""An experiment whose runs are quick, different, and partly arrays; also for processes of its own.

    python sensitivity_models.py STORE N

runs it, and kills itself with SIGKILL before the N-th file gets its name.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import s3c
from s3c.experiments import (
    Experiment,
    Parameter,
    RunSettings,
    Sampling,
    Scenario,
    Sensitivity,
    Streams,
    distributions,
    run_sensitivity,
)

__all__ = ["BLOCK", "MODEL", "experiment_at", "files_of"]

MODEL = """\
{UTF-8}
Region: East, West ~~|
x = 2 ~ days ~|
y = 3 ~~|
w[Region] = 1, 2 ~~|
"level/height" = INTEG(x + 10 * y + w[East] - w[West] * 2 + noise, 5) ~ days ~ How high. |
Stock[Region] = INTEG(w[Region] * x, y) ~ people ~|
noise = RANDOM UNIFORM(0, 1, 7) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 5 ~~|
TIME STEP = 0.125 ~ Year ~|
SAVEPER = TIME STEP ~~|
"""
BLOCK = 8


def experiment_at(folder: Path, runs: int = 40, text: str = MODEL, **given: object) -> Experiment:
    """The experiment on a model that is written into a folder; each run has numbers of its own."""
    path = folder / "levels.mdl"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
    parameters = (
        Parameter("x", ("x",), distributions.Uniform(1, 4)),
        Parameter("a group", ("w", "y"), distributions.Uniform(0.5, 2), is_factor=True),
        Parameter("w[West]", ("w[West]",), distributions.Uniform(-1, 1)),
    )
    fields: dict[str, object] = {
        "parameters": parameters, "sampling": Sampling.RANDOM, "runs": runs,
        "streams": Streams.OWN, **given,
    }  # fmt: skip
    sensitivity = Sensitivity(**fields)  # type: ignore[arg-type]
    return Experiment(
        folder / "levels.toml", s3c.load(path), ('"level/height"', "Stock"), RunSettings(),
        {}, {"y": 4.0}, (Scenario("benchmark"),), sensitivity=sensitivity,
    )  # fmt: skip


def files_of(store: Path) -> dict[str, bytes]:
    """All files of a store but its lock, with what stands in them."""
    return {
        str(each.relative_to(store)): each.read_bytes()
        for each in store.rglob("*")
        if each.is_file() and each.name != ".lock"
    }


def _die_at(count: int) -> None:
    """Kill this process when a file gets its name for the count-th time."""
    replace, done = Path.replace, 0

    def counted(self: Path, target: Path) -> Path:
        nonlocal done
        done += 1
        if done == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return replace(self, target)

    Path.replace = counted  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    store = Path(sys.argv[1])
    experiment = experiment_at(store.parent)
    _die_at(int(sys.argv[2]))
    run_sensitivity(experiment, store=store, engine="python", block=BLOCK, threads=1)
