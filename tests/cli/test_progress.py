"""A bar for what takes long: where a person sees it, and nowhere else."""

from __future__ import annotations

import io

import pytest

from s3c.cli import output


class Terminal(io.StringIO):
    """Standard error, as a person sees it."""

    def isatty(self) -> bool:
        return True


def watched(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    return terminal


def test_what_takes_long_is_shown_as_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watched(monkeypatch)
    monkeypatch.setattr(output, "_PATIENCE", -1.0)
    with output.progress("runs", quiet=False) as report:
        assert report is not None
        report(0.25)
        quarter = terminal.getvalue()
        report(1.0)
    assert "runs" in quarter
    assert "25%" in quarter
    assert "100%" in terminal.getvalue()


def test_what_is_done_at_once_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watched(monkeypatch)
    with output.progress("runs", quiet=False) as report:
        assert report is not None
        report(0.5)
        report(1.0)
    assert terminal.getvalue() == ""


def test_who_asks_for_quiet_sees_none(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watched(monkeypatch)
    with output.progress("runs", quiet=True) as report:
        assert report is None
    assert terminal.getvalue() == ""


def test_a_file_gets_none(capsys: pytest.CaptureFixture[str]) -> None:
    with output.progress("runs", quiet=False) as report:
        assert report is None
    assert capsys.readouterr().err == ""
