"""Small workbooks in bytes, for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, TypeAlias

Rows: TypeAlias = Sequence[Sequence[float | str | None]]

openpyxl: Any = import_module("openpyxl")
odf_document: Any = import_module("odf.opendocument")
odf_table: Any = import_module("odf.table")
odf_text: Any = import_module("odf.text")


def xlsx(sheets: Mapping[str, Rows], names: Mapping[str, str] | None = None) -> bytes:
    """A workbook with these sheets, and names of areas."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row, values in enumerate(rows, 1):
            for column, value in enumerate(values, 1):
                if value is not None:
                    cell = sheet.cell(row, column, value)
                    cell.data_type = "s" if isinstance(value, str) else "n"
    defined: Any = import_module("openpyxl.workbook.defined_name")
    for name, area in (names or {}).items():
        book.defined_names[name] = defined.DefinedName(name, attr_text=area)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods(sheets: Mapping[str, Rows], names: Mapping[str, str] | None = None) -> bytes:
    """The same as OpenDocument; areas as `$Sheet.$A$1:.$B$2`."""
    book = odf_document.OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        table = odf_table.Table(name=name)
        for values in rows:
            row = odf_table.TableRow()
            for value in values:
                row.addElement(_ods_cell(value))
            table.addElement(row)
        book.spreadsheet.addElement(table)
    expressions = odf_table.NamedExpressions()
    for name, area in (names or {}).items():
        expressions.addElement(
            odf_table.NamedRange(name=name, cellrangeaddress=area, basecelladdress="$S.$A$1")
        )
    book.spreadsheet.addElement(expressions)
    stream = io.BytesIO()
    book.write(stream)
    return stream.getvalue()


def _ods_cell(value: float | str | None) -> Any:
    if value is None:
        return odf_table.TableCell()
    if isinstance(value, str):
        cell = odf_table.TableCell(valuetype="string", stringvalue=value)
        cell.addElement(odf_text.P(text=value))
        return cell
    return odf_table.TableCell(valuetype="float", value=repr(float(value)))


def zipped(parts: Mapping[str, str]) -> bytes:
    """An archive of these parts, packed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


def sheet_xml(rows: str) -> bytes:
    """A workbook with one sheet `S` of which the rows are given as XML."""
    return xlsx_xml({"xl/s.xml": f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"})


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def xlsx_xml(parts: Mapping[str, str]) -> bytes:
    """A workbook with one sheet `S` in `xl/s.xml`, and parts that come beside or instead."""
    contents = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_CONTENTS}.{kind}+xml"/>'
        for part, kind in (
            ("workbook", "sheet.main"),
            ("s", "worksheet"),
            ("styles", "styles"),
            ("sharedStrings", "sharedStrings"),
        )
        if part in ("workbook", "s") or f"xl/{part}.xml" in parts
    )
    relation = f'<Relationship Id="r1" Type="{_KINDS}/worksheet" Target="s.xml"/>'
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{contents}</Types>',
            "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{_KINDS}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f"{relation}</Relationships>",
            "xl/s.xml": f"<worksheet {MAIN}/>",
            **parts,
        }
    )


def ods_xml(rows: str) -> bytes:
    """An OpenDocument workbook with one sheet `S` of which the rows are given as XML."""
    spaces = 'xmlns:office="o" xmlns:table="t" xmlns:text="x"'
    return zipped(
        {
            "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="S">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>"
        }
    )
