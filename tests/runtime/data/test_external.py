"""What models read from files: constants, series and elements, in all ways to lay them out."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conformance import CONFORMANCE
from hypothesis import given
from hypothesis import strategies as st
from workbooks import Rows, ods, xlsx

from s3c.runtime import RunError, read_dataset

external: Any = import_module("s3c.runtime.data.external")
opening: Any = import_module("s3c.runtime.data.opening")

NUMBERS: Rows = [[None, *(10.0 * row + column for column in range(1, 6))] for row in range(1, 6)]


def files(folder: Path) -> Any:
    return external.Files(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    names = {"values": "S!$C$2:$D$4", "formula": "SUM(S!$A$1)", "gone": "Other!$A$1"}
    (tmp_path / "a.xlsx").write_bytes(xlsx({"S": NUMBERS, "T": [["x", True]]}, names))
    (tmp_path / "a.ods").write_bytes(ods({"S": NUMBERS}, {"values": "$S.$C$2:.$D$4"}))
    lines = [",".join("" if cell is None else f"{cell:g}" for cell in row) for row in NUMBERS]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "a.tab").write_text("\n".join(lines).replace(",", "\t"), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("cell", "sizes", "values"),
    [
        ("B2", (), 21),
        ("$b$2*", (), 21),
        ("B2", (3,), [21, 22, 23]),
        ("B2*", (3,), [21, 31, 41]),
        ("B2", (2, 3), [[21, 22, 23], [31, 32, 33]]),
        ("B2*", (2, 3), [[21, 31, 41], [22, 32, 42]]),
        ("values", (2,), [22, 23]),
        ("VALUES*", (2,), [22, 32]),
        ("B2", (0,), []),
    ],
)
@pytest.mark.parametrize("file", ["a.xlsx", "a.ods", "a.csv", "a.tab"])
def test_constants(
    folder: Path, file: str, cell: str, sizes: tuple[int, ...], values: object
) -> None:
    if file in ("a.csv", "a.tab") and "v" in cell.lower():
        cell = cell.lower().replace("values", "C2")  # text has no names
    tab = "s" if file in ("a.xlsx", "a.ods") else ""
    found = files(folder).constants(file, tab, cell, sizes)
    assert found.dtype == np.float64
    assert found.shape == sizes
    assert found.tolist() == values


@pytest.mark.parametrize(
    ("tab", "cell", "sizes", "why"),
    [
        ("S", "A1", (), "reads cell A1 of sheet “S” of “a.xlsx”, which is blank"),
        ("T", "A1", (), "cell A1 .*, which holds “x”, no number"),
        ("S", "E5", (2, 3), r"4 cells .*: G5 is blank, E6 is blank, F6 is blank, G6 is blank"),
        ("S", "A1*", (5,), r"which hold no numbers: .* and 1 others"),
        ("S", "B2", (1, 1, 1), "cannot fill 3 ranges"),
        ("S", "B2", (10**6, 10**6), "more than the sheet has cells"),
        ("S", "valuse", (), "“valuse” .*, which is no cell"),
        ("S", "B", (), "“B” .*, which is no cell"),
        ("S", "formula", (), "is a name, but not of cells"),
        ("S", "gone", (), "is a name, but not of cells"),
        ("U", "B2", (), "sheet “U” of “a.xlsx”, which is not there"),
    ],
)
def test_what_is_no_constant(
    folder: Path, tab: str, cell: str, sizes: tuple[int, ...], why: str
) -> None:
    with pytest.raises(RunError, match=why) as caught:
        files(folder).constants("a.xlsx", tab, cell, sizes)
    assert caught.value.code == "S3C609"
    assert caught.value.hint


def test_a_date_is_no_number(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("2020-01-31", encoding="utf-8")
    with pytest.raises(RunError, match="holds the date “2020-01-31”"):
        files(tmp_path).constants("a.csv", "", "A1", ())


SERIES: Rows = [
    ["Year", 2002.0, "n/a", 2000.0, None, 2001.0, "source"],
    ["a", 1.0, 9.0, 3.0, 9.0, 2.0],
    ["b", 4.0, 9.0, None, 9.0, "x"],
]
A, B = {2000: 3, 2001: 2, 2002: 1}, {2002: 4}


def points(series: Any) -> dict[float, float]:
    return dict(zip(series.times.tolist(), series.values.tolist(), strict=True))


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("by_name", [False, True])
def test_series(tmp_path: Path, down: bool, by_name: bool) -> None:
    columns = max(map(len, SERIES))
    rows: Rows = [[*row, *[None] * (columns - len(row))] for row in SERIES]
    if down:
        rows = [list(row) for row in zip(*rows, strict=True)]
    time, first = ("S!$A$2:$A$6", "S!$B$2") if down else ("S!$B$1:$F$1", "S!$B$2")
    (tmp_path / "a.xlsx").write_bytes(xlsx({"S": rows}, {"time": time, "first": first}))
    read = files(tmp_path)
    along = "time" if by_name else ("a" if down else "1")
    found = read.series("a.xlsx", "S", along, "FIRST" if by_name else "b2", (2,))
    assert [points(each) for each in found] == [A, B]
    assert not found[0].times.flags.writeable
    assert not found[0].values.flags.writeable
    assert len(read.notes) == 1
    assert "that hold no number are left out: " in read.notes[0]
    assert "“source”" not in read.notes[0]
    found = read.series("a.xlsx", "S", along, "B2", ())
    assert found.shape == ()
    assert points(found[()]) == A


def test_series_of_two_ranges_stand_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("0,1\n1,2\n3,4\n5,6\n7,8\n", encoding="utf-8")
    found = files(tmp_path).series("a.csv", ",", "1", "A2", (2, 2))
    assert [[points(each) for each in row] for row in found] == [
        [{0: 1, 1: 2}, {0: 3, 1: 4}],
        [{0: 5, 1: 6}, {0: 7, 1: 8}],
    ]
    assert found[0, 0].times is found[1, 1].times


def test_a_single_time_with_a_name(tmp_path: Path) -> None:
    names = {"above": "S!$B$1", "left": "S!$A$2"}
    (tmp_path / "a.xlsx").write_bytes(xlsx({"S": [[None, 5], [6, 1, 2], [None, 3]]}, names))
    read = files(tmp_path)
    above = read.series("a.xlsx", "S", "above", "B2", (2,))
    assert [points(each) for each in above] == [{5: 1}, {5: 3}]
    left = read.series("a.xlsx", "S", "left", "B2", (2,))
    assert [points(each) for each in left] == [{6: 1}, {6: 2}]


@pytest.mark.parametrize(
    ("along", "cell", "sizes", "why"),
    [
        ("1", "A2", (3,), "from cell A4 on .*, which has no number right of there"),
        ("A", "B1", (4,), "from cells D1, E1 on .*, which has no number down from there"),
        ("5", "A2", (), "row 5 .*, which has no times beside the values"),
        ("2", "A3", (), "cell C2 .*, which has the time 1 again, which stands in A2"),
        ("1", "A2", (9, 9), "more than the sheet has cells"),
        ("B2", "A2", (), "“B2” .*, which is no cell"),
        ("1", "A2*", (), "“A2*” .*, which is no cell"),
    ],
)
def test_what_is_no_series(
    tmp_path: Path, along: str, cell: str, sizes: tuple[int, ...], why: str
) -> None:
    (tmp_path / "a.csv").write_text("0,1,2\n1,2,1\n3,4,5\n", encoding="utf-8")
    with pytest.raises(RunError, match=why.replace("*”", r"\*”")) as caught:
        files(tmp_path).series("a.csv", ",", along, cell, sizes)
    assert caught.value.code == "S3C609"
    assert caught.value.hint


def test_times_that_are_a_table(folder: Path) -> None:
    with pytest.raises(RunError, match="is a table, not times"):
        files(folder).series("a.xlsx", "S", "values", "B2", ())


@given(
    st.dictionaries(st.integers(-50, 50), st.integers(-9, 9), min_size=1, max_size=9),
    st.sampled_from([",", ";", "\t"]),
)
def test_series_are_in_order_of_time(
    tmp_path_factory: pytest.TempPathFactory, known: dict[int, int], delimiter: str
) -> None:
    folder = tmp_path_factory.mktemp("series")
    rows = [delimiter.join(map(str, each)) for each in (known, known.values())]
    (folder / "a.txt").write_text("\n".join(rows), encoding="utf-8")
    series = files(folder).series("a.txt", delimiter, "1", "A2", ())[()]
    assert points(series) == known
    assert series.times.tolist() == sorted(known)


ELEMENTS: Rows = [["a", "b c", None], [1.0, None, 2.5], ["x", None, "y"]]


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("A1", "B2", "a,b c,1"),
        ("A1", "A", "a,1,x"),
        ("A1", "2", "a,b c,1,2.5"),
        ("B1", "", "b c,2.5,y"),
        ("A3", "", "x,y"),
        ("part", "", "1,x"),
        ("A1", "part", "a,1,x"),
        ("A1", "A1", "a"),
    ],
)
def test_elements(tmp_path: Path, first: str, last: str, found: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(xlsx({"S": ELEMENTS}, {"part": "S!$A$2:$A$3"}))
    read = files(tmp_path)
    assert read.elements("a.xlsx", "S", first, last, "") == tuple(found.split(","))
    assert (
        read.elements("a.xlsx", "S", first, last, "E")[0] == "E" + found.split(",", maxsplit=1)[0]
    )


@pytest.mark.parametrize(("first", "last"), [("B2", "B3"), ("B2", "A1"), ("Z9", "")])
def test_no_elements(tmp_path: Path, first: str, last: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(xlsx({"S": ELEMENTS}))
    with pytest.raises(RunError, match=f"from cell {first} on .*, which holds no elements"):
        files(tmp_path).elements("a.xlsx", "S", first, last, "")


def test_a_file_is_opened_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    really = opening.open_book

    def counted(path: Path, file: str, delimiter: str) -> Any:
        opened.append(file)
        return really(path, file, delimiter)

    monkeypatch.setattr(opening, "open_book", counted)
    read = files(folder)
    for _ in range(2):
        read.constants("a.xlsx", "S", "B2", ())
        read.constants("./a.xlsx", "T*"[:1], "A9", (0,))
        read.constants("a.csv", ",", "B2", ())
    assert opened == ["a.xlsx", "a.csv"]


# --- Models of the community, against what Vensim printed ----------------------------------------


def case(name: str) -> tuple[Any, Any]:
    folder = CONFORMANCE / "tests" / name
    if not folder.is_dir():
        pytest.skip(f"no conformance models at {CONFORMANCE}: set S3C_CONFORMANCE")
    return files(folder), read_dataset(folder / "output.tab")


def test_missing_values_as_vensim_has_them() -> None:
    read, outputs = case("get_with_missing_values_xlsx")
    for name, row, cell, sizes in (
        ("interp1", "1", "C5", ()),
        ("interp2", "1", "C5", (2,)),
        ("interp3", "8", "A9", ()),
        ("interp4", "10", "A9", ()),
    ):
        found = read.series("input.xlsx", "Hoja1", row, cell, sizes)
        for element, series in zip(["", "[A]", "[B]"][-found.size :], found.flat, strict=True):
            output = outputs[f"out data {name}{element if sizes else ''}"]
            expected = np.interp(output.times, series.times, series.values)
            assert output.values.tolist() == expected.tolist()
    assert "C10 “nonvalid”" in read.notes[0]


def test_constants_as_vensim_has_them() -> None:
    read, outputs = case("get_subscript_3d_arrays_xls")
    entries = read.elements("input.xls", "Sheet1", "B4", "B6", "Entry")
    depths = read.elements("input.xls", "Sheet1", "C3", "D3", "Depth")
    for column, cell in (("Column1", "C4"), ("Column2", "E4")):
        found = read.constants("input.xls", "Sheet1", cell, (len(entries), len(depths)))
        for (row, depth), value in np.ndenumerate(found):
            name = f"Three Dimensional Constant[{entries[row]},{column},{depths[depth]}]"
            assert outputs[name].values.tolist() == [value]


def test_names_as_vensim_has_them() -> None:
    read, outputs = case("get_xls_cellrange")
    for sheet, name, star in (("Global", "1", ""), ("Global", "v", "*"), ("Local", "2", "")):
        along, value = f"Time{name}", f"value{name}"
        series = read.series("inputs.xlsx", sheet, along, value, ())[()]
        constants = read.constants("inputs.xlsx", sheet, value + star, (6,))
        for element, constant in zip("ABCDEF", constants.tolist(), strict=True):
            output = outputs[f"final{name}[{element}]"]
            values = np.interp(output.times, series.times, series.values)
            assert output.values == pytest.approx(constant + 10 * values - 100 * values)
