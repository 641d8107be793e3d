"""Where the files are that a model names."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3c.runtime import RunError

finding: Any = import_module("s3c.runtime.data.finding")


def folders(folder: Path | None, *roots: Path, **aliases: str) -> Any:
    return finding.Folders.of(folder, roots, aliases)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model's folder, beside others."""
    for name in ("model/data/a.csv", "model/B.csv", "model/s.xlsx", "other/c.csv", "other/B.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1", encoding="utf-8")
    return tmp_path / "model"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("data/a.csv", "model/data/a.csv"),
        (r"data\a.csv", "model/data/a.csv"),
        (r".\DATA\A.CSV", "model/data/a.csv"),
        (" b.csv ", "model/B.csv"),
        ("data/../B.csv", "model/B.csv"),
        ("c.csv", "other/c.csv"),
        ("?in", "model/data/a.csv"),
        ("?IN", "model/data/a.csv"),
    ],
)
def test_where_files_are(model: Path, name: str, found: str) -> None:
    path, note = folders(model, model.parent / "other", **{"?In": r"data\a.csv"}).find(name)
    assert path == (model.parent / found).resolve()
    assert not note


def test_a_full_name_inside(model: Path) -> None:
    assert folders(model).find(str(model / "B.csv"))[0] == (model / "B.csv").resolve()


def test_another_ending_of_a_workbook(model: Path) -> None:
    path, note = folders(model).find("S.xls")
    assert path.name == "s.xlsx"
    assert note == "“S.xls” is read from “s.xlsx”"
    (model / "s.ods").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match=r"which may be “s\.ods” and “s\.xlsx”"):
        folders(model).find("s.xls")
    assert folders(model).find("s.xlsx")[0].name == "s.xlsx"


def test_names_that_differ_only_in_case(model: Path) -> None:
    (model / "b.CSV").write_text("", encoding="utf-8")
    if len(list(model.glob("[bB].*"))) < 2:
        pytest.skip("here, files cannot differ in case only")
    assert folders(model).find("b.CSV")[0].name == "b.CSV"
    with pytest.raises(RunError, match=r"which may be “B\.csv” and “b\.CSV”"):
        folders(model).find("b.csv")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../other/c.csv", "lies outside of the model's folder"),
        ("data/../../other/c.csv", "lies outside of the model's folder"),
        ("/etc/passwd", "lies outside of the model's folder"),
        ("a.csv", "is not there"),
        ("none/a.csv", "is not there"),
        ("data", "is not there"),
        ("x" * 5000, "is not there"),
        ("", "is no name of a file"),
        ("data/", "is no name of a file"),
        ("a\0.csv", "is no name of a file"),
        ("NUL", "is a device"),
        ("data/com1.csv", "is a device"),
        ("?out", "the settings of the model do not name"),
        (r"C:\data\a.csv", "lies on a drive of Windows"),
    ],
)
def test_what_is_not_found(model: Path, name: str, why: str) -> None:
    if os.name == "nt" and why.startswith("lies"):
        why = "lies outside|is not there"
    with pytest.raises(RunError, match=why) as caught:
        folders(model).find(name)
    assert caught.value.code == "S3C609"
    assert caught.value.hint


def test_the_way_out_of_the_folder(model: Path) -> None:
    with pytest.raises(RunError, match="--data-root"):
        folders(model).find("../other/c.csv")
    assert folders(model, model.parent / "other").find("../other/c.csv")[0].name == "c.csv"
    with pytest.raises(RunError, match="--data-root"):
        folders(None).find("c.csv")
    with pytest.raises(RunError, match=r"did you mean “B\.csv”"):
        folders(model).find("BB.csv")


def test_links(model: Path) -> None:
    try:
        (model / "out.csv").symlink_to(model.parent / "other" / "c.csv")
        (model / "in.csv").symlink_to(model / "B.csv")
        (model / "round.csv").symlink_to(model / "round.csv")
    except OSError:
        pytest.skip("links cannot be made here")
    with pytest.raises(RunError, match="lies outside of the model's folder"):
        folders(model).find("out.csv")
    assert folders(model).find("in.csv")[0] == (model / "B.csv").resolve()
    with pytest.raises(RunError, match="is not there"):
        folders(model).find("round.csv")


@given(st.text("ab./\\:?*~ \0ä\ud800\n", max_size=12))
def test_no_name_is_anything_but_found_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "none"
    with pytest.raises(RunError) as caught:
        folders(folder).find(name)
    assert caught.value.code == "S3C609"
    str(caught.value).encode()
