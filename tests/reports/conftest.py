"""A small model, an experiment on it, and study files beside them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

# What every claim about it should be is known: `x` adds to a level that is all driven by it.
MODEL = """\
{UTF-8}
x = 2 ~ widgets ~ How <much> of it. |
Region: East, West ~~|
w[Region] = 1, 2 ~~|
share[Region] = w[Region] / SUM(w[Region!]) ~~|
slow = LN(1 + Time) * x ~~|
level = INTEG(x - level / 5, 0) ~ widgets ~ $1 and $2, after all. |
hump = x * Time * (20 - Time) ~~|
noise = x + RANDOM UNIFORM(0, 1, 7) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 20 ~ Year ~|
TIME STEP = 0.5 ~~|
SAVEPER = TIME STEP ~~|
"""
EXPERIMENT = """\
model = "small.mdl"
save = "level"
[run]
seeds = 20
[groups]
g = ["x"]
[[scenario]]
name = "more"
scale.x = 1.5
[[scenario]]
name = "less -50 %"
scale.x = 0.5
[[scenario]]
name = "a little more"
scale.x = 1.1
[calibrate]
free.x.bounds = [0, 9]
targets = "published.csv"
"""
PUBLISHED = """\
scenario,variable,at,value,use,minus,note
benchmark,level,end,9.9,fit,,Figure 1
more,level,10,13,fit,,Figure 1
less -50 %,level,end,-4,hold out,benchmark,"Figure 2, <read>"
"""
HEAD = 'title = "A <small> study"\n[[section]]\nheading = "First"\n'

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a study that begins with `HEAD`, with all that it may name beside it; its path."""

    def study(text: str, head: str = HEAD, experiment: str = EXPERIMENT) -> Path:
        (tmp_path / "small.mdl").write_text(MODEL, encoding="utf-8")
        (tmp_path / "small.toml").write_text(experiment, encoding="utf-8")
        (tmp_path / "published.csv").write_text(PUBLISHED, encoding="utf-8")
        (tmp_path / "table.csv").write_text("a,b\n1,<i>\n2,y\n", encoding="utf-8")
        path = tmp_path / "study.toml"
        path.write_text(head + text, encoding="utf-8")
        return path

    return study
