"""The rules by which blocks of code are held: what does not hold is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import blocks_of, failures
from shown import differs
from trying import FailedError

TEACUP = """\
<!-- file: teacup.mdl -->
```mdl
temperature = INTEG(-temperature / 10, 90) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 1 ~~|
TIME STEP = 1 ~~|
SAVEPER = 1 ~~|
```
"""
CHECKED = "1 file checked: 0 errors, 0 warnings"


def told(text: str, folder: Path) -> list[str]:
    page = folder / "page.md"
    page.write_text(text, encoding="utf-8")
    return failures(page, folder / "clones")


@pytest.mark.parametrize(
    "text",
    [
        TEACUP + f"```console\n$ s3c check teacup.mdl\n{CHECKED}\n```",
        TEACUP + "```console\n$ s3c check teacup.mdl\n…\n```",
        TEACUP + "```console\n$ s3c check teacup.mdl\n1 file …: 0 errors, 0 warnings\n```",
        TEACUP + f"<!-- shown by: s3c check teacup.mdl -->\n```text\n{CHECKED}\n```",
        TEACUP + "```sh\ns3c check teacup.mdl  # all\n```\n"
        f"<!-- output -->\n```text\n{CHECKED}\n```",
        TEACUP + "<!-- edit: teacup.mdl\n-INITIAL TIME = 0 ~~|\n+INITIAL TIME = nothing ~~|\n-->\n"
        "<!-- exits: 1 -->\n```sh\ns3c check teacup.mdl\n```",
        TEACUP + "<!-- run: s3c run teacup.mdl -o t.csv -->\n```python\nopen('t.csv').close()\n```",
        "```python\nx = 2\n```\n\nThen:\n\n```python\n>>> x + 1\n3\n```",
        "```python\n>>> 1 / 0\nTraceback (most recent call last):\nZeroDivisionError: …\n```",
        "```mdl\nx = 1 ~~|\n```\n<!-- goes on -->\n```mdl\ny = x ~~|\n```",
        "<!-- codes: S3C201 -->\n```mdl\ny = x ~~|\n```",
        "1. A list:\n\n   ```mdl\n   y = 1 ~~|\n   ```",
        "<!-- not run: a drawing -->\n```text\n-->\n```",
        "<!-- a remark -->\n\nText.",
    ],
)  # fmt: skip
def test_what_holds(text: str, tmp_path: Path) -> None:
    assert told(text, tmp_path) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("```\nx\n```", "without a language"),
        ("    x = 1\n", "without a language"),
        ("```text\nx\n```", "without a comment"),
        ("```sh\nrm -r models\n```", "only s3c is run here"),
        ("```sh\ns3c check nothing.mdl\n```", "exits with 2, not 0"),
        (TEACUP + "```console\n$ s3c check teacup.mdl\n```", "not what is printed"),
        (TEACUP + "```console\n$ s3c check teacup.mdl\n1 file\n```", "not what is printed"),
        ("```console\nhello\n```", "a console begins"),
        ("<!-- shown by: s3c functions ABS -->\n```text\nSQRT\n```", "not what is printed"),
        ("<!-- shown in: models/s3.mdl -->\n```mdl\nx = 1 ~~|\n```", "not what is printed"),
        ("```python\nprint(1)\n```\n<!-- output -->\n```text\n2\n```", "not what is printed"),
        ("```python\n>>> 1 + 1\n3\n```", "not what is printed"),
        ("```python\n>>> 1 + 1\n```", "not what is printed"),
        ("```python\n1 / 0\n```", "ZeroDivisionError"),
        ("```python\nx = 1\n```\n<!-- fresh clone -->\n```python\nx\n```", "NameError"),
        ("```mdl\ny = x ~~|\n```", "S3C201"),
        ("<!-- codes: S3C201 -->\n```mdl\ny = 1 ~~|\n```", "S3C201 should be found"),
        ('```toml\nmodel = "models/s3.mdl"\nnothing = 1\n```', "cannot be read"),
        ("<!-- edit: models/s3.mdl -->\n```diff\n-no such line\n```", "0 places"),
        ("<!-- not run: too slow -->\n```sh\ns3c run models/s3.mdl\n```", "no reason"),
        ("<!-- not run: PySD -->\n```python\nimport\n```", "no Python"),
        ("```{note}\n```sh\nls\n```\n```", "only s3c is run here"),
    ],
)  # fmt: skip
def test_what_does_not(text: str, why: str, tmp_path: Path) -> None:
    found = told(text, tmp_path)
    assert found
    assert why in found[0]


def test_words_before_no_block() -> None:
    with pytest.raises(FailedError, match="before no block: file"):
        blocks_of("<!-- file: x.mdl -->\n\nText.")


@pytest.mark.parametrize(
    ("shown", "printed", "whole", "holds"),
    [
        ("a\n…\nd", "a\nb\nc\nd\n", True, True),
        ("a\n…\nb", "a\nb\n", True, True),
        ("a\nb", "a\nb\nc", True, False),
        ("b\nc", "a\n  b\n  c\nd", False, True),
        ("b\nc", "a\n  b\n c\nd", False, False),
        ("  b\n    c", "b\n  c", False, True),
        ("b", "abc", False, False),
        ("\tb", "    b  \n", True, True),
        ("in … s", "in 0.03 s", True, True),
        ("a.b", "axb", True, False),
    ],
)
def test_what_is_shown(shown: str, printed: str, whole: bool, holds: bool) -> None:
    assert (differs(shown, printed, whole=whole) == "") is holds
