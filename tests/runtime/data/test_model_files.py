"""What models read from files: which numbers come to which elements, and what goes before them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from command_line import call
from numpy.testing import assert_array_equal

import s3c
from s3c.runtime import ReadingError, Run, RunError, read_changes

openpyxl: Any = import_module("openpyxl")
TIMES = "INITIAL TIME = 0 ~~|\nFINAL TIME = 3 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
RANGES = "Region: East, West, North ~~|\nProduct: plain, fancy ~~|\n"
ROWS = [["", 0, 2, 4], ["East", 1, 2, 3], ["West", 10, 20, 30], ["North", 100, 150, 300]]
TEXT = "'table.csv', ','"
SHEET = "'table.xlsx', 'numbers'"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the same table as text and as a sheet."""
    write(tmp_path / "table.csv", ROWS)
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Numbers"
    for row in ROWS:
        sheet.append(row)
    book.save(tmp_path / "table.xlsx")
    return tmp_path


def write(file: Path, rows: list[list[Any]]) -> None:
    file.write_text("".join(",".join(map(str, row)) + "\n" for row in rows))


def model(folder: Path, text: str, settings: str = "") -> s3c.CompiledModel:
    file = folder / "m.mdl"
    file.write_text(f"{{UTF-8}}\n{RANGES}{text}\n{TIMES}{settings}")
    return s3c.load(file, cache=False)


def run(folder: Path, text: str, changes: Any = None, **options: Any) -> Run:
    return model(folder, text).run(changes, **options)


@pytest.mark.parametrize("source", [TEXT, SHEET])
def test_constants(folder: Path, source: str) -> None:
    text = f"""
        one = GET DIRECT CONSTANTS({source}, 'C3') ~~|
        fixed == GET XLS CONSTANTS({source}, 'd2') ~~|
        down[Region] = GET DIRECT CONSTANTS({source}, 'b2*') ~~|
        across[Product] = GET DIRECT CONSTANTS({source}, 'B3') ~~|
        both[Region, Product] = GET 123 CONSTANTS({source}, 'B2') ~~|
        turned[Product, Region] = GET DIRECT CONSTANTS({source}, 'B2*') ~~|
        column[Region, fancy] = GET DIRECT CONSTANTS({source}, 'C2*') ~~|
        column[Region, plain] = 5, 6, 7 ~~|
        part[Region] :EXCEPT: [West] = GET DIRECT CONSTANTS({source}, 'B2*') ~~|
        part[West] = one * Time ~~|"""
    found = run(folder, text)
    assert (found["one"][0], found["fixed"][0]) == (20, 3)
    assert_array_equal(found["down"][0], [1, 10, 100])
    assert_array_equal(found["across"][0], [10, 20])
    assert_array_equal(found["both"][0], [[1, 2], [10, 20], [100, 150]])
    assert_array_equal(found["turned"][0], [[1, 10, 100], [2, 20, 150]])
    assert_array_equal(found["column"][0], [[5, 2], [6, 20], [7, 150]])
    assert_array_equal(found["part"][3], [1, 60, 100])


@pytest.mark.parametrize("source", [TEXT, SHEET])
def test_lookups_and_series(folder: Path, source: str) -> None:
    text = f"""
        curve = GET DIRECT LOOKUPS({source}, '1', 'B3') ~~|
        curves[Region](GET XLS LOOKUPS({source}, '1', 'B2')) ~~|
        last curve(GET XLS LOOKUPS({source}, '1', 'B4')) ~~|
        plan[Region] :HOLD BACKWARD: = GET DIRECT DATA({source}, '1', 'B2') ~~|
        twice := plan[West] * 2 ~~|
        x = curve(Time) ~~|
        y[Region] = curves[Region](Time) ~~|
        z = last curve(1) ~~|"""
    found = run(folder, text)
    assert_array_equal(found["x"], [10, 15, 20, 25])
    assert_array_equal(found["y"][1], [1.5, 15, 125])
    assert found["z"][0] == 125
    assert_array_equal(found["plan"][3], [2, 20, 150])
    assert_array_equal(found["twice"], [20, 30, 40, 50])


def test_stocks_may_start_with_numbers_in_a_file(folder: Path) -> None:
    text = f"""
        people[East] = INTEG(1, start[East]) ~~|
        people[West] = GET DIRECT CONSTANTS({TEXT}, 'B3') ~~|
        people[North] = 7 ~~|
        start[Region] = GET DIRECT CONSTANTS({TEXT}, 'B2*') ~~|"""
    assert_array_equal(run(folder, text)["people"][2], [3, 10, 7])


def test_an_edit_of_the_file_is_seen_by_the_next_run(folder: Path) -> None:
    found = model(folder, f"one = GET DIRECT CONSTANTS({TEXT}, 'C3') ~~|")
    assert found.run()["one"][0] == 20
    write(folder / "table.csv", [[], [], ["West", 10, 21]])
    assert found.run()["one"][0] == 21


def test_a_compiled_module_reads_beside_itself(folder: Path) -> None:
    model(folder, f"one = GET DIRECT CONSTANTS({TEXT}, 'C3') ~~|")
    assert call("compile", folder / "m.mdl").exit_code == 0
    assert s3c.load(folder / "m.py").run()["one"][0] == 20
    other = folder / "compiled" / "deep"
    other.mkdir(parents=True)
    assert call("compile", folder / "m.mdl", "-o", other / "m.py").exit_code == 0
    assert "'../..'" in (other / "m.py").read_text()
    assert s3c.load(other / "m.py").run()["one"][0] == 20


# --- What goes before a file ---------------------------------------------------------------------


def test_what_a_run_is_given_is_not_read(tmp_path: Path) -> None:
    text = f"""
        one = GET DIRECT CONSTANTS({TEXT}, 'C3') ~~|
        many[Region] = GET DIRECT CONSTANTS({TEXT}, 'B2*') ~~|
        curve = GET DIRECT LOOKUPS({TEXT}, '1', 'B3') ~~|
        x = one * curve(Time) + SUM(many[Region!]) ~~|"""
    found = run(tmp_path, text, {"One": 2, "many": 1, "curve": [(0, 0), (1, 10)]})
    assert_array_equal(found["x"], [3, 23, 23, 23])


def test_an_element_may_be_changed(folder: Path) -> None:
    text = f"many[Region] = GET DIRECT CONSTANTS({TEXT}, 'B2*') ~~|"
    assert_array_equal(run(folder, text, {"many[West]": 5})["many"][0], [1, 5, 100])


def test_what_is_unchangeable_stays(folder: Path) -> None:
    with pytest.raises(RunError, match="unchangeable"):
        run(folder, f"one == GET DIRECT CONSTANTS({TEXT}, 'C3') ~~|", {"one": 2})


def test_data_of_a_run_goes_before_that_of_a_file(folder: Path) -> None:
    text = f"plan[Region] := GET DIRECT DATA({TEXT}, '1', 'B2') ~~|"
    found = run(folder, text, data={"plan[West]": ([0], [5])})
    assert_array_equal(found["plan"][0], [1, 5, 100])


def test_string_variables(folder: Path) -> None:
    text = "file :IS: 'table.csv' ~~|\none = GET DIRECT CONSTANTS(file, ',', 'C3') ~~|"
    write(folder / "other.csv", [["a"], ["b"], ["c", 1, 30]])
    found = model(folder, text)
    assert found.run()["one"][0] == 20
    assert found.run({"File": "other.csv"})["one"][0] == 30
    with pytest.raises(RunError, match="string variable"):
        found.run({"file": 3})
    changes = folder / "c.cin"
    changes.write_text("FILE :IS: 'other.csv'\n")
    assert found.run(read_changes(changes, found))["one"][0] == 30
    shown = call("run", folder / "m.mdl", "--set", "file='other.csv'", "--save", "one")
    assert "30" in shown.stdout
    assert (
        call("run", folder / "m.mdl", "--changes", changes, "--save", "one").stdout == shown.stdout
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("one :IS: 'a'", "no string variable"),
        ("nobody :IS: 'a'", "no string variable “nobody”"),
        ("file :IS: 7", "set to what is no text"),
    ],
)
def test_texts_that_cannot_be_set(folder: Path, text: str, message: str) -> None:
    found = model(
        folder, "file :IS: 'table.csv' ~~|\none = GET DIRECT CONSTANTS(file, ',', 'C3') ~~|"
    )
    (folder / "c.cin").write_text(text)
    with pytest.raises(RunError, match=message):
        read_changes(folder / "c.cin", found)


# --- Where files are -----------------------------------------------------------------------------


def test_an_alias_of_the_settings(folder: Path) -> None:
    settings = "\\\\\\---/// Sketch information - do not modify anything except names\nV300  x\n"
    settings += "///---\\\\\\\n:L<%^E!@\n30:?input=table.csv\n"
    text = "one = GET DIRECT CONSTANTS('?INPUT', ',', 'C3') ~~|"
    assert model(folder, text, settings).run()["one"][0] == 20


def test_other_folders_are_allowed_by_name(folder: Path) -> None:
    inner = folder / "models"
    inner.mkdir()
    text = f"one = GET DIRECT CONSTANTS({TEXT}, 'C3') ~~|"
    found = model(inner, text)
    with pytest.raises(ReadingError, match="--data-root"):
        found.run()
    assert found.run(data_root=folder)["one"][0] == 20
    assert call("run", inner / "m.mdl").exit_code == 1
    assert call("run", inner / "m.mdl", "--data-root", folder).exit_code == 0


def test_a_spreadsheet_that_was_saved_anew_is_found(folder: Path) -> None:
    found = run(folder, "one = GET XLS CONSTANTS('table.xls', 'Numbers', 'C3') ~~|")
    assert found["one"][0] == 20
    assert found.notes == ("“table.xls” is read from “table.xlsx”",)
    assert "warning[S3C609]: “table.xls” is read" in call("run", folder / "m.mdl").stderr


def test_what_is_not_there_is_told_with_the_equation(folder: Path) -> None:
    text = "\n\nmany[Region] = GET DIRECT CONSTANTS('table.csv', ',', 'B3*') ~~|"
    model(folder, text)
    result = call("run", folder / "m.mdl")
    assert result.exit_code == 1
    assert "error[S3C609]" in result.stderr
    assert "B5" in result.stderr
    assert "m.mdl:6" in result.stderr
    assert "many[Region] = GET DIRECT CONSTANTS('table.csv', ',', 'B3*')" in result.stderr


def test_all_that_is_not_there_is_told_at_once(folder: Path) -> None:
    text = """
        a = GET DIRECT CONSTANTS('nowhere.csv', ',', 'A1') ~~|
        b = GET DIRECT CONSTANTS('nowhere.csv', ',', 'A2') ~~|
        c = GET DIRECT CONSTANTS('table.csv', ',', 'A2') ~~|
        d = GET XLS CONSTANTS('table.xlsx', 'Words', 'A2') ~~|
        e = GET XLS CONSTANTS('table.xlsx', 'Numbers', 'B2') ~~|"""
    found = model(folder, text)
    with pytest.raises(ReadingError) as caught:
        found.run()
    assert [each.equation[0] for each in caught.value.found] == list("abcd")
    for command in ("run", "check"):
        result = call(command, folder / "m.mdl")
        assert result.exit_code == 1
        for told in (
            "nowhere.csv”, which is not there",
            "and 1 other equation",
            "cell A2",
            "Words",
        ):
            assert told in result.stderr, told
    assert "4 errors" in call("check", folder / "m.mdl").stderr


def test_many_errors_are_cut_short(folder: Path) -> None:
    text = "\n".join(f"a{k} = GET XLS CONSTANTS('no{k}.xlsx', 'S', 'A1') ~~|" for k in range(50))
    with pytest.raises(ReadingError) as caught:
        model(folder, text).run()
    assert str(caught.value).count("error[S3C609]") == 20
    assert "and 30 other errors" in str(caught.value)


# --- Subscript ranges ----------------------------------------------------------------------------


def test_the_elements_of_a_range(folder: Path) -> None:
    text = f"""Place: GET DIRECT SUBSCRIPT({TEXT}, 'A2', 'A4', 'in ') ~~|
        x[Place] = GET DIRECT CONSTANTS({TEXT}, 'B2*') ~~|"""
    found = run(folder, text)
    assert_array_equal(found["x[in West]"], [10] * 4)


def test_a_model_is_compiled_again_when_the_elements_change(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3C_CACHE", str(folder / "cache"))
    model(folder, f"Place: GET DIRECT SUBSCRIPT({TEXT}, 'A2', 'A', '') ~~|\nx[Place] = 1 ~~|")
    file = folder / "m.mdl"
    assert s3c.load(file).run()["x"].shape == (4, 3)
    assert s3c.load(file).run()["x"].shape == (4, 3)
    write(folder / "table.csv", [["a"], ["p"], ["q"]])
    assert s3c.load(file).run()["x"].shape == (4, 2)
    (folder / "table.csv").unlink()
    with pytest.raises(s3c.CompileError, match="not there"):
        s3c.load(file)
