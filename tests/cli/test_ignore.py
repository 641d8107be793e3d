"""`--ignore CODE`: warnings that nobody wants to see."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import POPULATION, call


@pytest.fixture
def doubtful(tmp_path: Path) -> Path:
    """A model with a warning of S3C240 and one of S3C205."""
    file = tmp_path / "doubtful.mdl"
    text = POPULATION + "late = 1 + DELAY N(births, 3, 0, 3) ~~|\n"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "command",
    [
        ("run",),
        ("compile",),
        ("check",),
        ("show",),
        ("diagram", "-o", "x.svg"),
        ("convert", "x.mdl"),
    ],
    ids=lambda each: each[0],
)
def test_a_warning_is_not_shown(
    command: tuple[str, ...], doubtful: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(doubtful.parent)
    name, *others = command
    plain = call(name, doubtful.name, *others)
    shown = [code for code in ("S3C240", "S3C205") if f"warning[{code}]" in plain.stderr]
    assert shown == ([] if name == "convert" else ["S3C240", "S3C205"])
    for ignored, left in [(["S3C240"], ["S3C205"]), (["s3c205", "S3C240"], [])]:
        options = [each for code in ignored for each in ("--ignore", code)]
        result = call(name, doubtful.name, *others, *options)
        assert result.exit_code == plain.exit_code == 0
        assert result.stdout == plain.stdout
        found = [code for code in shown if f"warning[{code}]" in result.stderr]
        assert found == [code for code in left if code in shown]


def test_what_is_ignored_is_not_counted(doubtful: Path) -> None:
    assert "0 errors, 2 warnings" in call("check", doubtful).stderr
    assert "0 errors, 1 warning\n" in call("check", doubtful, "--ignore", "S3C240").stderr


def test_errors_are_shown_all_the_same(broken: Path) -> None:
    plain = call("check", broken)
    assert "error[S3C201]" in plain.stderr
    ignoring = call("check", broken, "--ignore", "S3C201", "--ignore", "S3C101")
    assert (ignoring.exit_code, ignoring.stderr) == (plain.exit_code, plain.stderr)


def test_a_code_that_is_none(doubtful: Path) -> None:
    result = call("run", doubtful, "--ignore", "S3C999")
    assert result.exit_code == 2
    assert "there is no diagnostic “S3C999”" in result.stderr
