"""Whatever an experiment file holds, it gives diagnostics: no traceback, no hang."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from s3c.compiler import CompileError
from s3c.experiments import ExperimentError, read_experiment
from s3c.runtime import RunError

MODEL = """x = 2 ~~| y = 3 ~~| Region: East, West ~~| w[Region] = 1, 2 ~~| level = INTEG(x, y) ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 1 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|"""
PARTS = (
    "model = 'm.mdl'", "save = ['level', 'w']", "[run]", "final_time = 3", "seeds = [1, 2]",
    "seeds = 3", "[groups]", "g = ['x', 'w[East]']", "[constants]", "y = 4", "constants_from = 't'",
    "[[scenario]]", "name = 'a'", "scale = { g = 1.5, x = -1 }", "set = { x = 1e999 }",
    "[[product]]", "name = '{p:+%}'", "p = { scale = 'g', factors = [0.5, 1.5] }", "q.set = 'y'",
    "q.values = [1]", "[calibrate]", "free.x.bounds = [0, 1]", "targets = 't'", "method = 'x'",
    "[[series]]", "data = 't.csv'", "column = 'x'", "error = 'log'", "intervals = 'mcmc'",
    "mcmc = { walkers = 3 }", "sd = -1", "free.x.prior = { distribution = 'normal' }",
    "[[target]]", "scenario = 'a'", "variable = 'level'", "value = 1", "at = 'peak'", "[a.b]",
    "[sensitivity]", "sampling = 'grid'", "runs = 1000000", "sampling = 'file'", "table = 't'",
    "times = [1]", "[sensitivity.parameters]", "lookups = { x = [[0, 1]] }", "changes = 't'",
    "x = { distribution = 'uniform', min = 0, max = 1 }", "list = [{ x = 1 }]", "[[list]]",
    "g = { distribution = 'beta', min = 0, max = 1, a = 1e300, b = -1 }", "texts = { x = 'y' }",
    "w = { distribution = 'vector', min = 0, max = 1e9, increment = 1e-9, each = true }",
    "y = { distribution = 'lookup', min = 0, max = 1, points = [[0, 1], [1]] }",
    "scenario = 3", "product = [1, {}]", "calibrate = []", "x = 1979-05-27", "'' = ''", "run = 1",
)  # fmt: skip
TABLES = ("", "name,value\nx,1", "scenario,variable,value\nbenchmark,x,1", '"', "\0", "a;b\n;;;;")


def attempt(text: str, table: str) -> None:
    """Read it; what is wrong must be told as errors with codes."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "m.mdl").write_text(MODEL, encoding="utf-8")
        (place / "t").write_text(table, encoding="utf-8")
        (place / "t.csv").write_text(table, encoding="utf-8")
        (place / "e.toml").write_text(text, encoding="utf-8")
        told = told_of(place / "e.toml")
    assert all(each.startswith("error[S3C") for each in told)
    assert "error[S3C9" not in "".join(told)


def told_of(path: Path) -> list[str]:
    try:
        read_experiment(path)
    except (ExperimentError, CompileError) as error:
        return [str(each) for each in error.diagnostics]
    except RunError as error:
        return [str(error)]
    return []


lines = st.lists(st.sampled_from(PARTS), max_size=14).map("\n".join)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines, st.sampled_from(TABLES))
def test_parts_in_any_order(text: str, table: str) -> None:
    attempt(f"model = 'm.mdl'\n{text}", table)


@settings(max_examples=150, deadline=None)
@given(lines, st.integers(0, 400), st.text("[]{}=,.'\"\\\n#x1 \r\0é", max_size=4))
def test_broken_parts(text: str, place: int, junk: str) -> None:
    attempt(f"model = 'm.mdl'\n{text[:place]}{junk}{text[place:]}", TABLES[2])


LARGE = {
    "brackets": "x = " + "[" * 900_000,
    "braces": "x = " + "{a=" * 300_000,
    "dots": "a" + ".a" * 400_000 + " = 1",
    "dots in lines": "".join(f"b{n}" + ".a" * 29 + " = 1\n" for n in range(2_500)),
    "headings": "".join(f"[b{n}" + ".a" * 29 + "]\n" for n in range(2_500)),
    "quoted dots": "'a'" + ".'a'" * 200_000 + " = 1",
    "quotes": "x = '''" + "'a" * 400_000,
    "text": 'x = """' + '\\n""' * 200_000 + '"""',
    "digits": "x = " + "1" * 900_000,
    "unknown keys": "".join(f"k{n} = 1\n" for n in range(60_000)),
    "numbers": "save = [" + "1," * 100_000 + "]",
    "names": "save = [" + "'lvel'," * 100_000 + "]",
    "scenarios": "".join(f"[[scenario]]\nname = 'n{n}'\n" for n in range(25_000)),
    "one name": "".join("[[scenario]]\nname = 'n'\n" for _ in range(25_000)),
    "a long name": f"[[product]]\nname = '{{p}}{'n' * 900_000}'\np = {{set = 'x', values = [1]}}",
    "many sides": "[[product]]\n" + "".join(
        f"p{n} = {{ set = 'x', values = [1, 2] }}\n" for n in range(5_000)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_large_files_take_little_time(name: str) -> None:
    began = time.monotonic()
    attempt(f"model = 'm.mdl'\n{LARGE[name]}", "")
    assert time.monotonic() - began < 10
