"""`s3c study`, and the study of the paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from command_line import MODELS, call

Write: TypeAlias = Callable[..., Path]

ROOT = MODELS.parent
BLOCKS = """
[[section.block]]
table = "table.csv"
[[section.block]]
curves = "small.toml"
[[section.block]]
experiment = "small.toml"
[[section.block.claim]]
says = "More is more."
greater = ["more", "benchmark"]
"""


def test_a_report_is_written(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(BLOCKS)
    monkeypatch.chdir(path.parent)
    result = call("study", path)
    assert result.exit_code == 0, result.stderr
    assert "1 of 1 claims hold" in result.stderr
    folder = path.parent / "study_report"
    names = sorted(each.name for each in folder.iterdir())
    assert names == ["figure-1.svg", "report.html", "table-1.csv"]
    assert not list(path.parent.glob(".*.part"))


def test_what_else_is_in_the_folder_stays(write: Write, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    assert call("study", write(BLOCKS), "-o", folder, "--quiet").stderr == ""
    assert (folder / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert (folder / "report.html").exists()


def test_nothing_is_written_of_a_study_with_mistakes(write: Write, tmp_path: Path) -> None:
    result = call("study", write(BLOCKS + "variable = 'levl'"), "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "error[S3C705]" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written(write: Write, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    result = call("study", write(BLOCKS), "-o", tmp_path / "taken")
    assert result.exit_code == 2
    assert "S3C606" in result.stderr
    assert not list(tmp_path.glob(".*.part"))


def test_nothing_of_the_paper_is_in_the_code() -> None:
    words = re.compile(
        r"innovation|coupling|specializ|turbulen|knowledge|region|deng", re.IGNORECASE
    )
    for path in (ROOT / "reports").iterdir():
        if path.is_file():
            found = words.search(path.read_text(encoding="utf-8"))
            assert found is None, f"{path.name}: {found and found[0]}"
