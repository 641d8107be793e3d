"""Tables of data in workbooks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from conformance import CONFORMANCE
from workbooks import Rows, ods, sheet_xml, xlsx

from s3c.runtime import RunError, read_dataset

ROWS: Rows = [["Time", "a", None, "b[x, y]"], [0.0, 1.0], [], [2.0, "3", None, 4.0]]
KNOWN = {"a": ([0, 2], [1, 3]), "b[x,y]": ([2], [4])}


def known(path: Path) -> dict[str, tuple[list[float], list[float]]]:
    return {n: (s.times.tolist(), s.values.tolist()) for n, s in read_dataset(path).items()}


@pytest.mark.parametrize("ending", ["xlsx", "XLSM", "ods", "xls"])
def test_workbooks(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"data.{ending}"
    path.write_bytes((ods if ending == "ods" else xlsx)({"S": ROWS, "T": [["other"]]}))
    assert known(path) == KNOWN


def test_old_excel() -> None:
    path = CONFORMANCE / "tests" / "variable_ranges" / "test_extremes.xls"
    if not path.is_file():
        pytest.skip(f"no conformance models at {CONFORMANCE}: set S3C_CONFORMANCE")
    with pytest.raises(RunError, match="cell A2: “Outflow” is no finite number"):
        read_dataset(path)


def test_what_is_wrong_is_found(tmp_path: Path) -> None:
    path = tmp_path / "data.ods"
    path.write_bytes(ods({"S": [["Time", "a"], [0.0, "x"]]}))
    with pytest.raises(RunError, match="cell B2: “x” is no finite number"):
        read_dataset(path)
    path.write_bytes(ods({}))
    with pytest.raises(RunError, match="has no sheet"):
        read_dataset(path)


def test_a_table_that_is_almost_blank(tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    path.write_bytes(sheet_xml('<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'))
    with pytest.raises(RunError, match="is almost blank"):
        read_dataset(path)


def test_xls_needs_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data.xls").write_bytes(b"\x09\x08\x10\x00")
    monkeypatch.setitem(sys.modules, "xlrd", None)
    with pytest.raises(RunError, match=r"cannot be read without xlrd\n.*s3c\[data\]") as caught:
        read_dataset(tmp_path / "data.xls")
    assert caught.value.code == "S3C606"
