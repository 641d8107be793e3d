"""`s3c diagram`."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import MODELS, POPULATION, call

S3 = MODELS / "s3.mdl"


@pytest.mark.parametrize("kind", ["stocks", "causes"])
def test_a_picture_is_written(kind: str, tmp_path: Path) -> None:
    picture = tmp_path / "s3.svg"
    result = call("diagram", S3, "-o", picture, "--kind", kind, "--around", "Coupling degree")
    assert result.exit_code == 0, result.stderr
    assert f"wrote {picture}" in result.stderr
    assert picture.read_text(encoding="utf-8").rstrip().endswith("</svg>")


def test_the_picture_has_the_name_of_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "people.mdl").write_text(POPULATION, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert call("diagram", "people.mdl", "--kind", "causes", "--no-constants").exit_code == 0
    assert (tmp_path / "people.svg").exists()


def test_an_unknown_group_is_unusable_and_told(tmp_path: Path) -> None:
    result = call("diagram", S3, "-o", tmp_path / "x.svg", "--group", "Copling level")
    assert result.exit_code == 2
    assert "S3C604" in result.stderr
    assert "did you mean “Coupling level”" in result.stderr
    assert not (tmp_path / "x.svg").exists()


def test_a_model_with_errors_tells_them(tmp_path: Path) -> None:
    model = tmp_path / "broken.mdl"
    model.write_text("a = nothing ~~|", encoding="utf-8")
    result = call("diagram", model)
    assert result.exit_code == 1
    assert "S3C201" in result.stderr


def test_a_model_that_cannot_run_is_drawn_all_the_same(tmp_path: Path) -> None:
    model = tmp_path / "fails.mdl"
    text = "S = INTEG(1 / (Time - Time), 0) ~~| INITIAL TIME=0~~| FINAL TIME=1~~|"
    model.write_text(text + "TIME STEP=1~~| SAVEPER=1~~|", encoding="utf-8")
    result = call("diagram", model, "--kind", "causes", "-o", tmp_path / "fails.png")
    assert result.exit_code == 0, result.stderr
