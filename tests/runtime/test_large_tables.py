"""Tables in pieces: it makes no difference where a block ends, and little is held at a time."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from s3c.runtime import RunError, Series, read_dataset

text: Any = import_module("s3c.runtime.data.text")
running: Any = import_module("s3c.runtime.data.running")
separated: Any = import_module("s3c.runtime.data.separated")

CELLS = st.sampled_from([
    *("", "", " ", ":NA:", "1", "2", "3.5", "-1e3", "x", "1e999", "a", "A ", "b_c", "é", "1_0"),
    *('"q"', '"a,b"', '"x""y"', '"1"', '"', '"0', 'a"b', '"a\nb"', '"p[x, y]"', "\u00a0"),
])  # fmt: skip
ROWS = st.lists(st.lists(CELLS, max_size=5), max_size=6)
LINES = st.sampled_from([
    *("a", "B", "é", '"q r"', '"q', "x <T>", "x / c", "", "1", "0 1", "1 2", "2\t3", " 1 5 c"),
    *("1 :NA:", "1e999 2", "-1e40 3", "1 -1e40", "2 1e999", "-.5 2", "1.5e1\t7"),
])  # fmt: skip


def outcome(path: Path) -> Any:
    try:
        return [
            (name, each.times.tolist(), each.values.tolist())
            for name, each in read_dataset(path).items()
        ]
    except RunError as error:
        return error.args


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        ROWS.map(lambda rows: ("csv", "\n".join(map(",".join, rows)))),
        ROWS.map(lambda rows: ("csv", "\n".join([",0,1,2", *map(",".join, rows)]))),
        ROWS.map(lambda rows: ("csv", "\n".join(["Time,a,b,c", *map(",".join, rows)]))),
        st.lists(LINES, max_size=9).map(lambda lines: ("dat", "\n".join(lines) + "\n")),
    ),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
    block=st.integers(1, 30),
)
def test_blocks_make_no_difference(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: tuple[str, str],
    end: str,
    encoding: str,
    block: int,
) -> None:
    path = tmp_path / f"data.{content[0]}"
    path.write_bytes(content[1].replace("\n", end).encode(encoding))
    expected = outcome(path)
    with monkeypatch.context() as small:
        small.setattr(text, "_BLOCK", block)
        small.setattr(running, "_PENDING", block)
        assert outcome(path) == expected


def test_what_is_wrong_first_is_told(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    for lines, message in (
        (["Time,a", "0,1", "0,2", "1,x"], "line 3, column 1: time 0 stands twice"),
        (["Time,a", "0,1", "1,x", "0,2"], "line 3, column 2: “x”"),
        (["Time,a", "0,1", "", "1,2,y"], "line 4, column 3: a value has no name"),
        (["Time,a", "0,1", ",z"], "line 3, column 1: there are values without a time"),
        (['Time,"a', '",b', "0,1"], "line 1, column 2: a quote is not closed"),
        ([",0,1", "a,1,2", ",,3"], "line 3, column 3: a value has no name"),
        ([",0,1", "a,1,2,3"], "line 1, column 4: there are values without a time"),
        ([",0,1,0", "a,x"], "line 1, column 4: time 0 stands twice, at first in line 1, column 2"),
    ):
        path.write_text("\n".join(lines), encoding="utf-8")
        with pytest.raises(RunError, match=re.escape(message)):
            read_dataset(path)


def test_series_share_their_times(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("Time,a,b,c,d,k\n0,1,1,,,8\n1,2,2,1,,\n2,3,3,,1,\n3,4,4,2,2,\n")
    found = read_dataset(path)
    assert found["a"].times is found["b"].times
    assert found["c"].times.tolist() == [1, 3]
    assert np.shares_memory(found["d"].times, found["a"].times)  # 2 and 3 follow each other
    path.write_text("Time,0,1,2,3\na,1,2,3,4\nb,5,6,7,8\n")
    found = read_dataset(path)
    assert found["a"].times is found["b"].times
    path = tmp_path / "data.dat"
    path.write_text("a\n0 1\n1 2\nb\n0 3\n1 4\n")
    found = read_dataset(path)
    assert found["a"].times is found["b"].times


def lines(shape: str) -> Iterator[str]:
    """One or two megabytes."""
    draw = np.random.default_rng(1)

    def numbers(count: int, filled: float = 1.0) -> str:
        values = draw.normal(size=count)
        chosen = draw.random(count) < filled
        return ",".join(
            f"{x:.7f}" if is_in else "" for x, is_in in zip(values, chosen, strict=True)
        )

    match shape:
        case "few columns":
            yield "Time,a,b,c"
            yield from (f"{row},{numbers(3)}" for row in range(40_000))
        case "many columns":
            yield "Time," + ",".join(f"series {k}" for k in range(1500))
            yield from (f"{row},{numbers(1500)}" for row in range(60))
        case "half empty":
            yield "Time," + ",".join(f"series {k}" for k in range(300))
            yield from (f"{row},{numbers(300, 0.5)}" for row in range(600))
        case "few, across":
            yield "Time," + ",".join(map(str, range(40_000)))
            yield from (f"{name},{numbers(40_000)}" for name in "abc")
        case "many, across":
            yield "Time," + ",".join(map(str, range(100)))
            yield from (f"series {k},{numbers(100)}" for k in range(1200))


@pytest.mark.parametrize(
    "shape", ["few columns", "many columns", "half empty", "few, across", "many, across"]
)
def test_memory_is_in_proportion_to_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    path = tmp_path / "data.csv"
    path.write_text("\n".join(lines(shape)), encoding="utf-8")
    # In small pieces, so that what they take does not hide what is held of a small file.
    monkeypatch.setattr(text, "_BLOCK", 1 << 13)
    monkeypatch.setattr(running, "_PENDING", 1 << 13)
    read_dataset(path)
    tracemalloc.start()
    found = read_dataset(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(next(iter(found.values())), Series)
    assert peak < 2.5 * path.stat().st_size
