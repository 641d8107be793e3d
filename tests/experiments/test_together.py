"""The runs of a search are the same, whether they are made one by one or all at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest

from s3c.experiments import read_experiment, simulations, together

Write: TypeAlias = Callable[..., Path]

MODEL = """{UTF-8}
x = 2 ~~| y = 3 ~~| still = x ~~|
Region: East, West ~~|
w[Region] = 1, 2 ~~|
root = SQRT(x) ~~|
wave = RANDOM UNIFORM(0, 1, 7) ~~|
forced = Time ~~|
level[Region] = INTEG(x * w[Region] + forced + wave, y) ~~|
NOISE SEED = 1 ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 2 ~~| TIME STEP = 0.5 ~~| SAVEPER = TIME STEP ~~|
"""
TEXT = """save = ["level", "wave", "still"]
[constants]
y = 4
[[scenario]]
name = "scaled"
scale = { x = 3, "w[East]" = 2 }
[[scenario]]
name = "forced"
set = { forced = 0.5, x = 7 }
[[scenario]]
name = "longer"
set = { "FINAL TIME" = 3 }
[[scenario]]
name = "other noise"
set = { "NOISE SEED" = 5 }
[[scenario]]
name = "nothing"
set = { x = -1 }
"""


def test_together_as_one_by_one(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = read_experiment(write(TEXT, MODEL))
    one_by_one = simulations.Simulations(experiment, experiment.save)
    changes = [
        one_by_one.changes(scenario, {"y": fitted})
        for fitted in (1.0, 2.5)
        for scenario in experiment.scenarios
    ]
    slow = together.RunsTogether(one_by_one).runs(changes, 3)
    monkeypatch.setattr(together, "_PATIENCE", -1.0)
    monkeypatch.setattr(together, "_MOST_NUMBERS", 3 * one_by_one.size)
    fast = together.RunsTogether(one_by_one)
    for (slowly, quickly), scenario in zip(
        zip(slow, fast.runs(changes, 3), strict=True), 2 * experiment.scenarios, strict=True
    ):
        if scenario.name == "nothing":
            assert slowly is None
            assert quickly is None
            continue
        assert slowly is not None
        assert quickly is not None
        for one, other in zip(slowly, quickly, strict=True):
            assert np.array_equal(one, other)
    assert fast._can_join
    assert slow[3] is not None
    assert len(slow[3][0]) == 7
