"""Files that have cells: every program's, and broken ones."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from conformance import CONFORMANCE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbooks import MAIN, Rows, ods, ods_xml, openpyxl, sheet_xml, xlsx, xlsx_xml, zipped

from s3c.runtime import RunError

opening: Any = import_module("s3c.runtime.data.opening")
sheets: Any = import_module("s3c.runtime.data.sheets")
compound: Any = import_module("s3c.runtime.data.compound")

XLS = CONFORMANCE / "tests" / "get_subscript_3d_arrays_xls" / "input.xls"


def grid(sheet: Any) -> list[list[object]]:
    """The rows of a sheet, without those after the last that has cells."""
    return list(sheet.rows())


def trimmed(rows: Rows) -> list[list[object]]:
    """Rows without the blanks at their ends, and without blank rows at the end."""
    found: list[list[object]] = [[*row] for row in rows]
    for row in found:
        while row and row[-1] is None:
            row.pop()
    while found and not found[-1]:
        found.pop()
    return found


def text(rows: Rows, delimiter: str = ",") -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue().encode()


def open_text(folder: Path, data: bytes, name: str = "data.csv", delimiter: str = "") -> Any:
    (folder / name).write_bytes(data)
    return opening.open_book(folder / name, name, delimiter)


WORDS = st.text("abcXYZ äß€ .#/'\"", min_size=1).filter(
    lambda word: bool(word.strip()) and word == " ".join(word.split())
)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
# openpyxl writes 16 digits at most.
NUMBERS = st.one_of(st.integers(-9, 9).map(float), FINITE.map(lambda x: float(f"{x:.12g}")))
GRIDS = st.lists(st.lists(st.one_of(st.none(), NUMBERS, WORDS), max_size=5), max_size=6)


@given(GRIDS)
@settings(max_examples=15, deadline=None)
def test_workbooks_are_read_as_they_were_written(rows: Rows) -> None:
    for write in (xlsx, ods):
        book = opening.workbook(write({"S": rows}), "f")
        assert book.sheet_names == ("S",)
        assert grid(book.first()) == trimmed(rows)


@given(GRIDS.filter(lambda rows: bool(trimmed(rows))))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_text_is_read_as_it_was_written(tmp_path: Path, rows: Rows) -> None:
    for delimiter in ",;\t ":
        book = open_text(tmp_path, text(rows, delimiter), delimiter=delimiter)
        assert grid(book.first()) == trimmed(rows)


@given(GRIDS, st.integers(0, 7), st.integers(0, 7), st.integers(0, 7), st.integers(0, 7))
@settings(deadline=None)
def test_rectangles(rows: Rows, top: int, bottom: int, left: int, right: int) -> None:
    builder = sheets.SheetBuilder()
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if value is not None:
                builder.add(row, column, value)
    sheet = builder.built("S")
    inside = [
        (row, column, value)
        for row, values in enumerate(rows)
        for column, value in enumerate(values)
        if value is not None and top <= row < bottom and left <= column < right
    ]
    area = range(top, bottom), range(left, right)
    assert list(sheet.cells(*area)) == inside
    found = sheet.numbers(*area)
    numbers = zip(found.rows.tolist(), found.columns.tolist(), found.values.tolist(), strict=True)
    assert list(numbers) == [each for each in inside if isinstance(each[2], float)]


def test_a_sheet_of_several_blocks() -> None:
    builder = sheets.SheetBuilder()
    for row in (*range(0, 200_000, 2), 1_048_575):
        builder.add(row, 3, row / 3)
        builder.add(row, 70_000, f"row {row}")
    sheet = builder.built("S")
    assert (sheet.n_rows, sheet.n_columns, sheet.n_cells) == (1_048_576, 70_001, 200_002)
    assert sheet.cell(199_998, 3) == 199_998 / 3
    assert sheet.cell(131_072, 70_000) == "row 131072"
    assert sheet.cell(1_048_575, 70_000) == "row 1048575"
    assert sheet.cell(500_000, 3) is None
    assert len(sheet.numbers(range(1_048_576), range(3, 4)).values) == 100_001


@pytest.mark.parametrize("places", [[(1, 0), (0, 0)], [(0, 1), (0, 0)], [(0, 1), (0, 1)]])
def test_cells_come_in_order(places: list[tuple[int, int]]) -> None:
    builder = sheets.SheetBuilder()
    builder.add(*places[0], 1.0)
    with pytest.raises(ValueError, match="before one that it follows"):
        builder.add(*places[1], 1.0)


def test_dates_truth_and_errors_are_text() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    moments = dt.date(2020, 1, 31), dt.datetime(2020, 1, 1, 12), dt.time(6), dt.timedelta(1.25)
    sheet.append([*moments[:3], True, "#N/A", 7, moments[3]])
    sheet["F1"].number_format = '0.0 "days"'
    stream = io.BytesIO()
    book.save(stream)
    found = opening.workbook(stream.getvalue(), "f").first()
    assert grid(found) == [
        ["2020-01-31", "2020-01-01 12:00:00", "06:00:00", "TRUE", "#N/A", 7.0, "30:00:00"]
    ]
    rows = (
        "<table:table-row>"
        '<table:table-cell office:value-type="date" office:date-value="2020-01-31"/>'
        '<table:table-cell office:value-type="time" office:time-value="PT06H00M00S"/>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
        '<table:table-cell office:value-type="percentage" office:value="0.5"/></table:table-row>'
    )
    assert grid(opening.workbook(ods_xml(rows), "f").first()) == [
        ["2020-01-31", "06:00:00", "TRUE", 0.5]
    ]


def test_what_only_some_programs_write() -> None:
    rows = (
        '<row><c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r>'
        '<rPh sb="0" eb="1"><t>x</t></rPh></is></c>'
        '<c><v>1</v></c></row><row r="4"><c r="C4" t="str"><f>A1</f><v>c</v></c></row>'
    )
    assert grid(opening.workbook(sheet_xml(rows), "f").first()) == [
        ["ab", 1.0],
        [],
        [],
        [None, None, "c"],
    ]
    rows = (
        '<table:table-row table:number-rows-repeated="2">'
        '<table:table-cell table:number-columns-repeated="2" office:value-type="float"'
        ' office:value="1"/><table:table-cell office:value-type="string"><office:annotation>'
        '<text:p>note</text:p></office:annotation><text:p>a<text:s text:c="2"/>b</text:p>'
        "<text:p>c</text:p></table:table-cell></table:table-row>"
    )
    assert grid(opening.workbook(ods_xml(rows), "f").first()) == [[1.0, 1.0, "a  b\nc"]] * 2


def test_sheets_and_names() -> None:
    both = {"One": [[1.0]], "Two's": [[3.0]]}
    book = opening.workbook(xlsx(both, {"Here": "'Two''s'!$A$1:$B$3", "F": "SUM(One!A1)"}), "f")
    assert book.sheet("ONE").cell(0, 0) == book.sheet("One").cell(0, 0) == 1
    area = book.named("HERE", "One").area
    assert (area.sheet, area.rows, area.columns) == ("Two's", range(3), range(2))
    assert book.named("f", "One").area is None
    assert book.named("g", "One") is None
    with pytest.raises(RunError, match=r"has no sheet “Thee”"):
        book.sheet("Thee")
    with pytest.raises(RunError, match="has no sheet with cells"):
        opening.workbook(ods({}), "f").first()
    book = opening.workbook(ods({"My S": [[1.0]]}, {"Here": "$'My S'.$A$1:.$B$3"}), "f")
    area = book.named("here", "My S").area
    assert (area.sheet, area.rows, area.columns) == ("My S", range(3), range(2))


@pytest.mark.parametrize(
    ("means", "rows", "columns"),
    [
        ("S!$B$2", range(1, 2), range(1, 2)),
        ("S!$B:$C", range(1048576), range(1, 3)),
        ("S!$2:$3", range(1, 3), range(16384)),
    ],
)
def test_names_of_areas(means: str, rows: range, columns: range) -> None:
    area = opening.workbook(xlsx({"S": [[1.0]]}, {"here": means}), "f").named("here", "S").area
    assert (area.sheet, area.rows, area.columns) == ("S", rows, columns)


NO_AREAS = """S!$A$1,S!$B$2|S!$A$1+1|-S!$A$1|S!#REF!|#REF!|5|here|$A$1|[1]S!$A$1|S!$A$0|S!$A
S!$A$1:$A$1048577|S!$A$1:S!$B$2|OFFSET(S!$A$1,1,1)|"text|}|S!$B$1:$A$1""".replace("\n", "|")


@pytest.mark.parametrize("means", NO_AREAS.split("|"))
def test_names_of_something_else(means: str) -> None:
    book = opening.workbook(xlsx({"S": [[1.0]]}, {"here": means}), "f")
    assert book.named("here", "S").area is None


def test_names_that_one_sheet_knows_and_sheets_that_are_charts() -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("S")
    sheet.append([1])
    book.create_chartsheet("Chart").add_chart(import_module("openpyxl.chart").BarChart())
    defined = import_module("openpyxl.workbook.defined_name").DefinedName
    sheet.defined_names["here"] = defined("here", attr_text="S!$A$1")
    stream = io.BytesIO()
    book.save(stream)
    found = opening.workbook(stream.getvalue(), "f")
    assert found.sheet_names == ("Sheet", "S")
    assert found.named("here", "S").area.rows == range(1)
    assert found.named("here", "Sheet") is None


def test_xlsx_needs_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(RunError, match=r"without openpyxl\n.*s3c\[data\]") as caught:
        opening.workbook(sheet_xml(""), "f")
    assert caught.value.code == "S3C606"


def test_text_in_western_letters_and_long_lines(tmp_path: Path) -> None:
    assert open_text(tmp_path, "Größe,1\n".encode("cp1252")).first().cell(0, 0) == "Größe"
    assert open_text(tmp_path, "\ufeffGröße,1\n".encode()).first().cell(0, 0) == "Größe"
    line = ",".join(str(k) for k in range(50_000))
    sheet = open_text(tmp_path, f"{line}\n1,x\n".encode()).first()
    assert (sheet.n_rows, sheet.n_columns) == (2, 50_000)
    assert sheet.cell(0, 49_999) == 49_999
    assert sheet.cell(1, 1) == "x"


def test_what_float_reads_and_people_do_not(tmp_path: Path) -> None:
    found = open_text(tmp_path, "nan,inf,1_000,٤,0x1,1e999,:NA:, 2 ,1e3\n".encode()).first()
    assert grid(found) == [["nan", "inf", "1_000", "٤", "0x1", "1e999", None, 2.0, 1000.0]]


def test_a_large_file_of_text_takes_little_memory(tmp_path: Path) -> None:
    row = ",".join(f"{k / 7:.5f}" for k in range(100)) + "\n"
    data = row.encode() * 5_000
    tracemalloc.start()
    try:
        open_text(tmp_path, data)
        assert tracemalloc.get_traced_memory()[1] < 2 * len(data)
    finally:
        tracemalloc.stop()


def all_workbooks() -> Iterator[bytes]:
    rows: Rows = [["a", 1.0, None], [2.5, "b", 3.0]]
    yield xlsx({"S": rows, "T": rows}, {"here": "S!$A$1:$B$2"})
    yield ods({"S": rows, "T": rows})
    if XLS.is_file():
        yield XLS.read_bytes()


def read_all(data: bytes) -> None:
    """Read all sheets; nothing but a diagnostic may come of it."""
    with suppress(RunError):
        book = opening.workbook(data, "f")
        for name in book.sheet_names:
            book.sheet(name)


def test_truncated_workbooks() -> None:
    for data in all_workbooks():
        for length in range(0, len(data), max(len(data) // 60, 1)):
            read_all(data[:length])
        with pytest.raises(RunError, match=r"is damaged|holds no workbook"):
            opening.workbook(data[: len(data) // 2], "f")


def test_workbooks_with_wrong_bytes() -> None:
    choose = random.Random(1)  # noqa: S311 -- the same each time
    for data in all_workbooks():
        for _ in range(60):
            wrong = bytearray(data)
            for _ in range(choose.randint(1, 20)):
                wrong[choose.randrange(len(wrong))] = choose.randrange(256)
            read_all(bytes(wrong))


@given(st.binary(max_size=300))
def test_random_bytes(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", compound.SIGNATURE, b"\x09\x08", b"\x09\x00\x04\x00"):
        read_all(start + data)


def test_a_compound_file_that_goes_in_circles() -> None:
    if not XLS.is_file():
        pytest.skip(f"no conformance models at {CONFORMANCE}: set S3C_CONFORMANCE")
    data = bytearray(XLS.read_bytes())
    table = int.from_bytes(data[76:80], "little") * 512 + 512
    for sector in range(128):  # each sector is followed by itself
        data[table + 4 * sector : table + 4 * sector + 4] = sector.to_bytes(4, "little")
    with pytest.raises(RunError, match="is damaged"):
        opening.workbook(bytes(data), "f")


def compound_file(name: str) -> bytes:
    """A compound file with one stream of a name, in the second of its sectors."""
    header = bytearray(512)
    header[:8] = compound.SIGNATURE
    header[30:34] = (9).to_bytes(2, "little") + (6).to_bytes(2, "little")
    header[44:76] = b"".join(
        each.to_bytes(4, "little", signed=True) for each in (1, 1, 0, 0, -2, 0, -2, 0)
    )
    header[76:512] = (0).to_bytes(4, "little") + b"\xff" * 432
    table = b"".join(each.to_bytes(4, "little", signed=True) for each in (-3, -2, -2))
    entry = name.encode("utf-16-le").ljust(64, b"\0") + (2 * len(name) + 2).to_bytes(2, "little")
    entry = (
        (entry + b"\x02").ljust(116, b"\0") + (2).to_bytes(4, "little") + (9).to_bytes(8, "little")
    )
    return bytes(header) + table.ljust(512, b"\xff") + entry.ljust(512, b"\0") + bytes(512)


def manifest() -> bytes:
    entry = "<manifest:encryption-data/>"
    return zipped({"META-INF/manifest.xml": entry, "content.xml": "garbage"})


@pytest.mark.parametrize("make", [lambda: compound_file("EncryptedPackage"), manifest])
def test_a_password(make: Callable[[], bytes]) -> None:
    with pytest.raises(RunError, match="is protected by a password"):
        opening.workbook(make(), "f")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b"  <html><table><tr><td>1", "is a web page"),
        (b"<?xml version='1.0'?><Workbook/>", "is a file of XML"),
        (b"a\t1\nb\t2\n", "is no workbook"),
        (zipped({"a.txt": "b"}), "is no workbook"),
        (zipped({"word/document.xml": "<a/>"}), "is no workbook"),
        (zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<a/>"}), "no workbook"),
        (zipped({"xl/workbook.bin": ""}), "is a binary workbook"),
        (
            xlsx_xml(
                {"xl/workbook.xml": '<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml"/>'}
            ),
            "is a workbook of “Strict Open XML”",
        ),
        (compound_file("WordDocument"), "holds no workbook"),
    ],
)
def test_what_is_no_workbook(data: bytes, why: str) -> None:
    with pytest.raises(RunError, match=why) as caught:
        opening.workbook(data, "data.xls")
    assert caught.value.code == "S3C607"
    assert caught.value.hint


def test_a_name_that_ends_wrongly_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "data.xls").write_bytes(xlsx({"S": [[5.0]]}))
    (tmp_path / "data.csv").write_bytes(ods({"S": [[6.0]]}))
    assert opening.open_book(tmp_path / "data.xls", "f", "").first().cell(0, 0) == 5
    assert opening.open_book(tmp_path / "data.csv", "f", "").first().cell(0, 0) == 6


def styles(inside: str) -> bytes:
    return xlsx_xml({"xl/styles.xml": f"<styleSheet {MAIN}>{inside}</styleSheet>"})


def names_xml(means: str) -> bytes:
    name = f'<definedName name="_xlnm.Print_Titles">{means}</definedName>'
    inside = f"<definedNames>{name}</definedNames>"
    return xlsx_xml({"xl/workbook.xml": f"<workbook {MAIN}>{inside}</workbook>"})


BOMB = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>'


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (sheet_xml("<!-- " + " " * 2**27 + "-->"), "MB unpacked"),
        (zipped({"content.xml": f"{BOMB}<a>&c;</a>"}), "has a document type"),
        (zipped({"xl/workbook.xml": f"<!-- -->{BOMB}<a>&c;</a>"}), "has a document type"),
        (
            ods_xml(
                '<table:table-row table:number-rows-repeated="1048576"><table:table-cell'
                ' table:number-columns-repeated="16384" office:value-type="float"'
                ' office:value="1"/></table:table-row>'
            ),
            "has more than 67108864 cells",
        ),
        (zipped({"xl/a.xml": "<a/>", "xl/A.xml": "<a/>"}), "has two parts of one name"),
        (sheet_xml("<row>" + "<c/>" * 1_400_000 + "</row>"), "has a part of more than"),
        (styles("<xf/>" * 200_000), "has a part of more than"),
        (styles(f'<numFmt formatCode="{"[" * 600}"/>'), "has a number format of more than"),
        (names_xml("a" * 40_000), "has names of areas that are too long"),
        (sheet_xml('<row r="99999999999"><c><v>1</v></c></row>'), "has more than 1048576 rows"),
        (sheet_xml('<row r="2"><c r="B2"><v>x</v></c></row>'), "is damaged"),
        (sheet_xml('<row r="2"><c t="s"><v>3</v></c></row>'), "is damaged"),
    ],
)
def test_what_would_take_too_much(data: bytes, why: str) -> None:
    with pytest.raises(RunError, match=why):
        opening.workbook(data, "f").first()


def test_far_cells_in_all_rows_take_no_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s3c.runtime.data.xlsx._MOST_PLACES", 100_000)
    row = '<row><c r="XFD1"><v>1</v></c></row>'
    assert opening.workbook(sheet_xml(row * 6), "f").first().n_cells == 6
    with pytest.raises(RunError, match="has more than 100000 cells, blank ones counted"):
        opening.workbook(sheet_xml(row * 7), "f").first()


def test_a_broken_style_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    named = '<cellStyle name="x" xfId="7" builtinId="0"/>'
    inside = f"<cellXfs><xf/></cellXfs><cellStyles>{named}</cellStyles>"
    with pytest.raises(RunError, match="is damaged"):
        opening.workbook(styles(inside), "f")
    assert capsys.readouterr() == ("", "")


def test_a_far_cell_takes_no_memory() -> None:
    far = sheet_xml(
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    )
    tracemalloc.start()
    try:
        sheet = opening.workbook(far, "f").first()
        assert tracemalloc.get_traced_memory()[1] < 10 * 2**20
    finally:
        tracemalloc.stop()
    assert sheet.cell(1_048_575, 16_383) == 2
    blank = ods_xml(
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell'
        ' table:number-columns-repeated="16384"/></table:table-row><table:table-row>'
        '<table:table-cell office:value-type="float" office:value="2"/></table:table-row>'
    )
    assert opening.workbook(blank, "f").first().cell(1_048_570, 0) == 2


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b"\n , \n", "is empty"),
        (b"a,\0\n", "is not text"),
        (b"a\n\x81\n", "row 2: is not text"),
        ("a,1\n".encode("utf-16"), "is not text"),
        (b'a\n"' + b"x" * 200_000, "row 2: field larger than field limit"),
    ],
)
def test_what_is_no_table(tmp_path: Path, data: bytes, why: str) -> None:
    with pytest.raises(RunError, match=why) as caught:
        open_text(tmp_path, data)
    assert caught.value.code == "S3C607"


@pytest.mark.parametrize("delimiter", [",,", '"', "\n"])
def test_what_is_no_delimiter(tmp_path: Path, delimiter: str) -> None:
    with pytest.raises(RunError, match="cannot be split at"):
        open_text(tmp_path, b"a,1\n", delimiter=delimiter)


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(RunError) as caught:
            opening.open_book(path, "f", "")
        assert caught.value.code == "S3C606"
