"""`s3c functions`, and the page that is made from the same list."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command_line import call, python

from s3c.compiler import functions
from s3c.runtime import Section

ROOT = Path(__file__).parents[2]
ALL = functions.all_functions()
USED = {str(each.section) for each in ALL}
HEAVY = "{'lark', 'numpy', 'scipy', 'networkx', 'sympy'}"


def test_the_table_has_a_line_for_every_function() -> None:
    result = call("functions")
    assert result.exit_code == 0
    lines = [line.split("  ")[0].strip() for line in result.stdout.splitlines()]
    for function in ALL:
        mark = " ?" if function.documentation.uncertain else ""
        assert lines.count(f"{function.name}{mark}") == 1
    titles = [str(each) for each in Section]
    assert [line for line in lines if line in titles] == [each for each in titles if each in USED]


@pytest.mark.parametrize("function", ALL, ids=lambda each: each.name)
def test_a_function_is_explained(function: functions.Function) -> None:
    result = call("functions", *function.name.lower().split())
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    said = " ".join(result.stdout.split())
    assert said.startswith(function.signature)
    for text in (
        *function.equations, function.units, function.documentation.uncertain,
        function.documentation.source, function.documentation.formula,
    ):  # fmt: skip
        assert " ".join(text.replace("`", "").split()) in said
    assert all(str(each) in said for each in function.documentation.checked)


def test_as_json() -> None:
    listed = json.loads(call("functions", "--json").stdout)
    assert [each["name"] for each in listed] == [each.name for each in ALL]
    one = json.loads(call("functions", "trend", "--json").stdout)
    assert one in listed
    assert one["signature"] == "TREND(input, averaging time, initial trend)"
    assert one["units"] == "(u, t, 1/t) -> 1/t"
    assert one["kind"] == "macro"
    assert len(one["equations"]) == 2


def test_near_names_are_suggested() -> None:
    result = call("functions", "DELAYED")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error[S3C204]: there is no function “DELAYED”\n")
    assert "“DELAY FIXED”" in result.stderr
    assert "`s3c functions` lists all" in call("functions", "\x1bqqqqqq").stderr


@pytest.mark.parametrize(
    "arguments", [("--markdown", "ABS"), ("--markdown", "--json"), ("--nosuch",)], ids=" ".join
)
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    result = call("functions", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage: ")


@pytest.mark.parametrize(
    ("arguments", "heavy"), [("'ABS'", HEAVY), ("", f"{HEAVY} - {{'lark'}}")], ids=["one", "all"]
)
def test_it_starts_without_what_it_does_not_use(arguments: str, heavy: str) -> None:
    text = (
        "import sys\nfrom s3c.cli import main\n"
        f"main(['functions', {arguments}], standalone_mode=False)\n"
        f"assert not {heavy} & set(sys.modules), sorted(sys.modules)\n"
    )
    done = python("-c", text)
    assert (done.returncode, done.stderr) == (0, "")


# --- The page ---


def test_the_page_is_the_generated_one() -> None:
    page = (ROOT / "docs" / "functions.md").read_text(encoding="utf-8")
    assert page == call("functions", "--markdown").stdout, (
        "docs/functions.md is not what the functions say now;"
        " make it again: s3c functions --markdown > docs/functions.md"
    )


def test_every_link_of_the_index_has_its_heading() -> None:
    page = (ROOT / "docs" / "functions.md").read_text(encoding="utf-8")
    headings = re.findall(r"^#{2,3} (.*)$", page, re.MULTILINE)
    anchors = [re.sub(r"[^\w\- ]", "", each).lower().replace(" ", "-") for each in headings]
    assert len(set(anchors)) == len(anchors)
    links = re.findall(r"\]\(#([^)]*)\)", page)
    assert sorted(links) == sorted(set(anchors) - {"index"})
    assert "(docs/functions.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
