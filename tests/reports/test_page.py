"""The page needs no other file, shows texts as they are, and is the same every time."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import TypeAlias

import pytest

from s3c.reports import make_report, read_study
from s3c.runtime import RunError

Write: TypeAlias = Callable[..., Path]

WHOLE = '''text = """
Some **words** <script>alert(1)</script> ![x](http://elsewhere/x.png) [a](javascript:alert(1))

| a | b |
|---|---|
| 1 | 2 |
"""
[[section.block]]
published = "small.toml"
scatter = true
caption = "Both <b>"
[[section.block]]
curves = "small.toml"
variable = ["level", "noise"]
scenarios = ["benchmark", "less -50 %"]
[[section.block]]
curves = "small.toml"
times = [0, 10]
[[section.block]]
diagram = "small.mdl"
[[section.block]]
diagram = "small.mdl"
kind = "causal"
constants = false
[[section]]
heading = "Second & last"
[[section.block]]
run = "small.mdl"
show = ["w", "share"]
at = "end"
[[section.block]]
run = "small.mdl"
show = ["level", "w"]
at = 10
[[section.block]]
run = "small.mdl"
show = ["share"]
[[section.block]]
table = "table.csv"
[[section.block]]
equations = "small.mdl"
show = ["LEVEL", "x"]
caption = "Two"
[[section.block]]
experiment = "small.toml"
caption = "Claims"
[[section.block.claim]]
says = "It *rises* <i>."
greater = ["more", "benchmark"]
note = "So & so."
'''


class Tags(HTMLParser):
    """All the tags of a page with their attributes, opened and closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "hr"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_whole_page(write: Write) -> None:
    page = make_report(read_study(write(WHOLE))).html
    tags = Tags(page)
    assert not tags.open
    names = {tag for tag, _ in tags.found}
    assert names.isdisjoint({"script", "img", "link", "iframe", "i"})
    identifiers = [each["id"] for _, each in tags.found if "id" in each]
    assert len(identifiers) == len(set(identifiers))
    pointed = {value for _, each in tags.found for name, value in each.items() if "href" in name}
    # A picture from elsewhere is at most a link; a link that would run something is none.
    assert {each for each in pointed if each and each[0] != "#"} == {"http://elsewhere/x.png"}
    assert {each[1:] for each in pointed if each and each[0] == "#"} <= set(identifiers)
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(identifiers)
    pictures = [each for tag, each in tags.found if tag == "svg"]
    assert len(pictures) == 6
    assert all(each["role"] == "img" and each["aria-label"] for each in pictures)
    for text in (
        "A &lt;small&gt; study", "<strong>words</strong>", "&lt;script&gt;", "Both &lt;b&gt;",
        "Second &amp; last", "Figure 2, &lt;read&gt;", "How &lt;much&gt; of it.",
        "$1 and $2, after all.", "level = INTEG(x - level / 5, 0)", "<em>rises</em> &lt;i&gt;",
        "less −50\u00a0%, less benchmark", "So &amp; so.", "Root mean squared difference",
    ):  # fmt: skip
        assert text in page


def test_tables_have_the_exact_numbers(write: Write, tmp_path: Path) -> None:
    make_report(read_study(write(WHOLE))).save(tmp_path / "out")
    with (tmp_path / "out" / "table-1.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [each["Use"] for each in rows] == ["fitted", "fitted", "held out"]
    assert float(rows[0]["Published"]) == 9.9
    for each in rows:
        assert float(each["Simulated"]) - float(each["Published"]) == pytest.approx(
            float(each["Difference"])
        )
    # Euler's step for a level that nears 10: 1 - 0.9^n of it, in the benchmark.
    assert float(rows[0]["Simulated"]) == pytest.approx(10 * (1 - 0.9**40))
    assert float(rows[1]["Simulated"]) == pytest.approx(15 * (1 - 0.9**20))
    assert float(rows[2]["Simulated"]) == pytest.approx(-5 * (1 - 0.9**40))
    text = (tmp_path / "out" / "table-2.csv").read_text(encoding="utf-8")
    assert text.splitlines()[:2] == ["Region,w,share", "East,1.0,0.3333333333333333"]
    text = (tmp_path / "out" / "table-3.csv").read_text(encoding="utf-8")
    assert text.splitlines()[2] == "w[East],1.0"


def test_the_same_study_gives_the_same_files(write: Write) -> None:
    path = write(WHOLE)
    assert make_report(read_study(path)).files() == make_report(read_study(path)).files()


def test_progress_goes_from_beginning_to_end(write: Write) -> None:
    shares: list[float] = []
    make_report(read_study(write(WHOLE), progress=shares.append), progress=shares.append)
    assert shares[-1] == 1
    assert all(0 <= each <= 1 for each in shares)


def test_too_many_lines_are_told(write: Write) -> None:
    products = "[[product]]\nn = { set = 'x', values = [" + ",".join(map(str, range(30))) + "] }"
    text = "[[section.block]]\ncurves = 'small.toml'"
    experiment = f'model = "small.mdl"\nsave = "level"\n{products}'
    with pytest.raises(RunError, match="too many") as told:
        make_report(read_study(write(text, experiment=experiment)))
    assert told.value.code == "S3C739"


def test_a_table_that_is_too_long_is_told(write: Write) -> None:
    text = "[[section.block]]\nrun = 'many.mdl'\nshow = 'x'\nat = 'end'"
    path = write(text)
    model = "A: (a1-a60) ~~| B: (b1-b60) ~~| x[A,B] = 1 ~~| INITIAL TIME = 0 ~~| FINAL TIME = 1 ~~|"
    model += " TIME STEP = 1 ~~| SAVEPER = 1 ~~|"
    (path.parent / "many.mdl").write_text(model, encoding="utf-8")
    with pytest.raises(RunError, match="3600 rows") as told:
        make_report(read_study(path))
    assert told.value.code == "S3C739"


def test_without_a_package_the_way_out_is_named(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = read_study(write(""))
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    with pytest.raises(RunError, match="jinja2") as told:
        make_report(study)
    assert told.value.hint == "pip install 's3c[report]'"
