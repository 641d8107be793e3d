"""Every code is explained, and its examples give what they say."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from command_line import call, python

from s3c.compiler import CODES, Explanation, Made, explanations
from s3c.explaining import said_of

ROOT = Path(__file__).parents[2]
# What has no example that can be made in one file is told here, so that no code joins it unseen.
UNMADE = {"S3C109", "S3C112", "S3C171", "S3C177", "S3C178", "S3C179", "S3C246", "S3C403"}
MADE = [each for each in explanations().values() if each.made is not Made.SHOWN and each.bad]


def test_every_code_is_explained_and_nothing_else() -> None:
    files = (ROOT / "compiler" / "explained").glob("*.toml")
    written = [code for file in files for code in tomllib.loads(file.read_text(encoding="utf-8"))]
    assert sorted(written) == sorted(CODES)
    assert all(each.means for each in explanations().values())


def test_what_has_no_example_says_why() -> None:
    for each in explanations().values():
        assert bool(each.bad) == bool(each.good) != bool(each.without), each.code
    assert {each.code for each in explanations().values() if each.without} == UNMADE


def test_what_is_only_shown_needs_more_than_a_model() -> None:
    """The compiler's own codes are made by their examples; runs and experiments may not be."""
    shown = {each.code[:4] for each in explanations().values() if each.made is Made.SHOWN}
    assert shown == {"S3C6", "S3C7", "S3C9"}


@pytest.mark.parametrize("each", MADE, ids=lambda each: each.code)
def test_a_bad_example_gives_its_code_and_a_good_one_no_error(each: Explanation) -> None:
    bad = said_of(each.bad, each.made)
    assert each.code in {found.code for found in bad}
    good = said_of(each.good, each.made)
    assert [str(found) for found in good if found.is_error or found.code == each.code] == []


def test_one_code_is_explained_with_what_s3c_says() -> None:
    result = call("explain", "s3c204")
    assert result.exit_code == 0
    assert result.stdout.startswith("S3C204: there is no function of this name\n")
    assert "error[S3C204]: there is no function or lookup named “SMOTH”" in result.stdout
    assert "late = SMOOTH(Time, 3)" in result.stdout


def test_all_codes_are_listed() -> None:
    listed = re.findall(r"^(S3C\d+)  \S", call("explain").stdout, re.MULTILINE)
    assert listed == list(CODES)


def test_a_code_that_is_none() -> None:
    result = call("explain", "S3C2004")
    assert result.exit_code == 2
    assert "there is no diagnostic “S3C2004”" in result.stderr
    assert call("explain", "S3C204", "--markdown").exit_code == 2


def test_a_list_of_codes_needs_no_numpy() -> None:
    done = python("-X", "importtime", "-c", "from s3c.cli import main; main(['explain', 'S3C112'])")
    assert done.returncode == 0
    assert not re.search(r"\b(numpy|scipy|sympy|networkx)$", done.stderr, re.MULTILINE)


def test_the_page_is_the_generated_one() -> None:
    page = (ROOT / "docs" / "diagnostics.md").read_text(encoding="utf-8")
    assert page == call("explain", "--markdown").stdout, (
        "docs/diagnostics.md is not what s3c says now;"
        " make it again: s3c explain --markdown > docs/diagnostics.md"
    )
    assert not re.search(r"/\w+/\w+/model|Temp", page)
    assert "(docs/diagnostics.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
