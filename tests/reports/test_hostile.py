"""Whatever a study file holds, it gives diagnostics: no traceback, no hang."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from s3c.experiments import ExperimentError
from s3c.reports import make_report, read_study
from s3c.runtime import RunError

MODEL = """x = 2 ~~| Region: East, West ~~| w[Region] = 1, 2 ~~| level = INTEG(x, 0) ~~|
odd = IF THEN ELSE(Time > 0, :NA:, 1) ~~| flat = 0 ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 2 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|"""
EXPERIMENT = """model = "m.mdl"
[run]
seeds = 2
[[scenario]]
name = "more"
scale.x = 2
[calibrate]
free.x.bounds = [0, 9]
[[target]]
scenario = "more"
variable = "level"
value = 4
note = "x"
"""
BLOCK, CLAIM = "[[section.block]]", "[[section.block.claim]]"
PARTS = (
    "title = 'x'", "source = '*x'", "[[section]]\nheading = 'a'", "text = '<b>|\\n|-|'", "text = 1",
    BLOCK, f"{BLOCK}\npublished = 'e.toml'\nscatter = true", f"{BLOCK}\ncurves = 'e.toml'",
    "variable = 'level'", "variable = ['odd', 'w']", "scenarios = ['more']", "times = [0, 1]",
    f"{BLOCK}\nrun = 'm.mdl'\nshow = ['w', 'odd']\nat = 'end'", "at = 9", "show = 'flat'",
    f"{BLOCK}\ndiagram = 'm.mdl'", "kind = 'causal'", "around = 'flat'", "group = ''",
    f"{BLOCK}\ntable = 't.csv'", f"{BLOCK}\nequations = 'm.mdl'\nshow = 'w'", "caption = '$x_$'",
    f"{BLOCK}\nexperiment = 'e.toml'\n{CLAIM}\nsays = 'x'\nvariable = 'odd'", CLAIM,
    f"{BLOCK}\nexperiment = 'e.toml'\n{CLAIM}\nsays = 'x'\nvariable = 'flat'", "says = 'y'",
    "logarithmic = {}", "early = { by = 1, share = 0 }", "steady = { after = 0, within = 1e300 }",
    "spread = { at_most = -1 }", "sign = { of = ['more', 'benchmark'], share = 2 }",
    "value = { is = 1e300, within = 1e-300 }", "best.scenario = 'more'", "order = 'more'",
    "greater = ['more', 'benchmark']", "section = 1", "[section]", "early = 3", "claim = 3",
    "run = 'e.toml'", "curves = 'm.mdl'", "table = '.'", "show = []", "variable = []",
    "model = 'm.mdl'", "sign = {}",
)  # fmt: skip
TABLES = ("", "a,b\n1,2", '"', "\0", "a;b\n;;;;", "a\n" * 3000)


def attempt(text: str, table: str) -> None:
    """Read it, and report of it; what is wrong must be told as errors with codes."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "m.mdl").write_text(MODEL, encoding="utf-8")
        (place / "e.toml").write_text(EXPERIMENT, encoding="utf-8")
        (place / "t.csv").write_text(table, encoding="utf-8")
        (place / "s.toml").write_text(text, encoding="utf-8")
        told = told_of(place / "s.toml")
    assert all(each.startswith("error[S3C") for each in told)
    assert "error[S3C9" not in "".join(told)


def told_of(path: Path) -> list[str]:
    try:
        make_report(read_study(path))
    except ExperimentError as error:
        return [str(each) for each in error.diagnostics]
    except RunError as error:
        return [str(error)]
    return []


lines = st.lists(st.sampled_from(PARTS), max_size=12).map("\n".join)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines, st.sampled_from(TABLES))
def test_parts_in_any_order(text: str, table: str) -> None:
    attempt(f"title = 'x'\n[[section]]\nheading = 'a'\n{text}", table)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PARTS[-26:]), min_size=1, max_size=2).map("\n".join))
def test_one_block_more(text: str) -> None:
    for block in (each for each in PARTS if each.startswith(f"{BLOCK}\n")):
        attempt(f"title = 'x'\n[[section]]\nheading = 'a'\n{block}\n{text}", TABLES[1])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    attempt(text.encode("utf-8", "ignore").decode(), "")
