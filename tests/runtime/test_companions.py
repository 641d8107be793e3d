"""Changes files and save lists, as modellers write them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import pytest
from array_models import REGIONS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model_texts import compiled

from s3c.runtime import (
    NA,
    CompiledModel,
    Lookup,
    RunError,
    UnknownNameError,
    load_text,
    on_top,
    read_changes,
    read_save_list,
)

Write: TypeAlias = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A function that writes a companion file."""

    def written(text: str | bytes) -> Path:
        file = tmp_path / "file.cin"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return written


@pytest.fixture(scope="module")
def regions() -> CompiledModel:
    """Arrays over Region (East, West) and Age (young, middle, old)."""
    return load_text(REGIONS, "regions")


@pytest.fixture(scope="module")
def ranges() -> CompiledModel:
    """Constants over a range, a part of it, and two ranges; quoted names; lookups."""
    return compiled(
        """
        Region: North, East, Far West ~~|
        coast: Far West, North ~~|
        Age: young, old ~~|
        rate[Region] = 1, 2, 3 ~~|
        sea[coast] = 0 ~~|
        share[Region, Age] = 1,2; 3,4; 5,6; ~~|
        "1995 €/$ = [old]" = 2 ~~|
        Marg'Capital = 1 ~~|
        fixed == 4 ~~|
        twice = 2 * Marg'Capital ~~|
        stock = INTEG(twice, 0) ~~|
        curve((0,0),(1,1)) ~~|
        curves[Region]((0,0),(1,1)) ~~|
        """
    )


# --- Changes files ---


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("", {}),
        ("{UTF-8}\r\n\r\n  \t\r\n", {}),
        ("Marg'Capital = 3", {"Marg'Capital": 3.0}),
        ("MARG'capital=.5", {"Marg'Capital": 0.5}),
        ("  _marg'CAPITAL =-  1.E+2\n", {"Marg'Capital": -100.0}),
        ("\"marg'capital\" = + 7", {"Marg'Capital": 7.0}),
        ("Marg'Ca\\\n\t\tpital = 1", {"Marg'Capital": 1.0}),
        ("Marg'Capital = \\\n -4", {"Marg'Capital": -4.0}),
        ("Marg'Capital =\n 1995\nFINAL TIME = 3", {"Marg'Capital": 1995.0, "FINAL TIME": 3.0}),
        ("Marg'Capital = 1 FINAL_TIME = 2", {"Marg'Capital": 1.0, "FINAL TIME": 2.0}),
        ("{a = 1\n} Marg'Capital = {old: 5} 6 {\"}", {"Marg'Capital": 6.0}),
        ('"1995 €/$ = [old]" = 9', {"1995 €/$ = [old]": 9.0}),
        ("Marg'Capital = :NA:", {"Marg'Capital": NA}),
        ("0 <= Marg'Capital = .015 <= .1 FRAC", {"Marg'Capital": 0.015}),
        ("fixed <= Marg'Capital = 2 <= twice | ABS = 1\nFINAL TIME=1",
         {"Marg'Capital": 2.0, "FINAL TIME": 1.0}),
        (":OPTIMIZER=Powell\n:MAX_ITERATIONS=10\nMarg'Capital = 2 <= 3", {"Marg'Capital": 2.0}),
    ],
)  # fmt: skip
def test_numbers(ranges: CompiledModel, write: Write, text: str, changes: object) -> None:
    assert read_changes(write(text), ranges) == changes


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("rate[East] = 3", {"rate[East]": 3.0}),
        ("RATE [far__west] = 3", {"rate[Far West]": 3.0}),
        ('rate["Far West"] = 3', {"rate[Far West]": 3.0}),
        ("rate[Region] = 3", {"rate": 3.0}),
        ("rate = 3", {"rate": 3.0}),
        ("rate[Region] = 7,8,\n 9", {"rate": [7.0, 8.0, 9.0]}),
        ("rate[coast] = 3", {"rate[Far West]": 3.0, "rate[North]": 3.0}),
        ("rate[coast] = 3, 4", {"rate[Far West]": 3.0, "rate[North]": 4.0}),
        ("share[Region,Age] = 1,2;3,4;5,6;", {"share": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]}),
        ("share[Region,Age] = 1,2,3,4,5,6", {"share": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]}),
        ("share[East,Age] = 8,9", {"share[East,young]": 8.0, "share[East,old]": 9.0}),
        ("share[coast,old] = 8;9;", {"share[Far West,old]": 8.0, "share[North,old]": 9.0}),
        ("share[coast,old] = 8,9;", {"share[Far West,old]": 8.0, "share[North,old]": 9.0}),
        ("share[East,old] = 1;\n0 <= rate[East] = 2", {"share[East,old]": 1.0, "rate[East]": 2.0}),
    ],
)
def test_subscripts(ranges: CompiledModel, write: Write, text: str, changes: object) -> None:
    assert read_changes(write(text), ranges) == changes


@pytest.mark.parametrize(
    "text",
    [
        "curve((1,3),(2,4))",
        "CURVE ( (1,3) , (2,4) )",
        "curve([(0,0)-(10,10)],(1,3),(2,4))",
        "curve([(0,0)-(10,10),(0,1),(2,3)], (1,3),\n(2,\\\n4) )",
        "curve\n(1,2, 3,4)",
        "curve((9,9)) curve((1,3),(2,4))",
    ],
)
def test_lookups(ranges: CompiledModel, write: Write, text: str) -> None:
    assert read_changes(write(text), ranges) == {"curve": Lookup([(1, 3), (2, 4)])}


def test_lookups_of_elements(ranges: CompiledModel, write: Write) -> None:
    file = write("curves[Region]((0,5))\ncurves[East]((-1,6))\ncurves[coast]((0,7))")
    changes = read_changes(file, ranges)
    assert changes == {
        "curves": Lookup([(0, 5)]),
        "curves[East]": Lookup([(-1, 6)]),
        "curves[Far West]": Lookup([(0, 7)]),
        "curves[North]": Lookup([(0, 7)]),
    }


def test_later_wins(regions: CompiledModel, write: Write) -> None:
    changes = read_changes(write("rate[East]=1\nrate=2\nrate[East]=3\nfirst=1\nfirst=4"), regions)
    assert list(changes.items()) == [("rate", 2.0), ("rate[East]", 3.0), ("first", 4.0)]
    run = regions.run(changes, final_time=0)
    assert run["rate"][0].tolist() == [3.0, 2.0]
    assert run["first"][0].tolist() == [4.0, 4.0]


def test_later_changes_are_on_top() -> None:
    changes = on_top({"x[a]": 1.0, "x": 2.0}, {"x[a]": 3.0}, {})
    assert list(changes.items()) == [("x", 2.0), ("x[a]", 3.0)]


@pytest.mark.parametrize("data", [
    "Größe = 3".encode(), b"\xef\xbb\xbf" + "Größe = 3".encode(), "Größe = 3".encode("cp1252"),
    "{UTF-8}\rGröße = 3\r".encode(),
])  # fmt: skip
def test_encodings_and_line_ends(write: Write, data: bytes) -> None:
    assert read_changes(write(data), compiled("Größe = 1 ~~|")) == {"Größe": 3.0}


@given(numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_numbers_read_back(ranges: CompiledModel, write: Write, numbers: list[float]) -> None:
    texts = [repr(number) for number in numbers]
    lines = [f"rate[{name}] = {text}" for name, text in zip(("North", "East"), texts, strict=False)]
    changes = read_changes(write("\n".join(lines)), ranges)
    assert changes == {"rate[North]": numbers[0], "rate[East]": numbers[1]}
    listed = read_changes(write(f"share[North,Age] = {texts[0]},{texts[2]}"), ranges)
    assert listed == {"share[North,young]": numbers[0], "share[North,old]": numbers[2]}
    if abs(numbers[0]) < abs(numbers[1]):
        points = [(-abs(numbers[1]), numbers[2]), (numbers[0], numbers[2])]
        text = ",".join(f"({x!r},{y!r})" for x, y in points)
        assert read_changes(write(f"curve({text})"), ranges) == {"curve": Lookup(points)}


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        ("rat = 3", "S3C604", "did you mean “rate”?"),
        ("rate[Eats] = 3", "S3C604", "did you mean “East”?"),
        ("rate[Coasts] = 3", "S3C604", "no element or range of Region “Coasts”"),
        ("sea[Region] = 3", "S3C604", "no element or range of coast “Region”"),
        ("rate[East,old] = 3", "S3C604", "not 2 of them"),
        ("fixed[East] = 3", "S3C604", "has no subscripts"),
        ("fixed = 3", "S3C602", "it is an unchangeable constant"),
        ("twice = 3", "S3C602", "not a constant"),
        ("stock = 3", "S3C602", "it is a stock"),
        ("Time = 3", "S3C604", "there is no variable “Time”"),
        ("rate[Region] = 1,2", "S3C602", "one number for all, or 3 here, not 2"),
        ("share[East,Age] = 1,2,3", "S3C602", "or 2 here, not 3"),
        ("share[Region,Age] = 1,2,3;4,5,6", "S3C602", "a row has 2 numbers here"),
        ("FINAL TIME = 1,000", "S3C602", "takes one number here, not 2"),
        ("FINAL TIME = 1e999", "S3C602", "too large"),
        ("FINAL TIME = 3*4", "S3C602", "not a number"),
        ("FINAL TIME = twice", "S3C602", "not a number"),
        ("FINAL TIME = nan", "S3C602", "not a number"),
        ("FINAL TIME = ", "S3C602", "not a number"),
        ("FINAL TIME", "S3C602", "followed by neither “=” nor points"),
        ("FINAL TIME == 3", "S3C602", "not a number"),
        ("FINAL TIME((1,2))", "S3C602", "it is no lookup"),
        ("FINAL TIME :IS: 'late'", "S3C602", "no string variable"),
        ("0 <= FINAL TIME <= 3", "S3C602", "followed by neither"),
        ("= 3", "S3C602", "“=” starts no name"),
        ("curve = 3", "S3C602", "it is a lookup, not a number"),
        ("curve((1,2),(0,3))", "S3C602", "x values go backwards"),
        ("curve((1,2),3)", "S3C602", "what are not points"),
        ("curve(1,2,3)", "S3C602", "what are not points"),
        ("curve()", "S3C602", "what are not points"),
        ("curve((1,2)", "S3C602", "what are not points"),
        ("curve((0,1e999))", "S3C602", "must be finite"),
        ("{ FINAL TIME = 3", "S3C602", "this comment is not closed"),
        ('"FINAL TIME = 3', "S3C602", "this quoted name is not closed"),
        ("rate[East = 3", "S3C602", "the bracket after “rate” is not closed"),
    ],
)
def test_what_cannot_be_set_is_placed(
    ranges: CompiledModel, write: Write, text: str, code: str, why: str
) -> None:
    file = write(f"{{\n}}\nINITIAL TIME = 0\n{text}")
    with pytest.raises(RunError) as caught:
        read_changes(file, ranges)
    assert caught.value.code == code
    assert isinstance(caught.value, UnknownNameError) == (code == "S3C604")
    assert why in str(caught.value)
    line = text.partition("\n")[0].strip()
    assert f"\n  --> {file}:4\n  {line}" in str(caught.value)


def test_elements_without_a_value_are_not_set(write: Write) -> None:
    model = compiled(
        "D: a, b, c ~~|\nS: b, c ~~|\nT: a, c ~~|\nx[S] = 1 ~~|\n"
        "y[D, S] :EXCEPT: [a, S] = 2 ~~|\ny0 = SUM(x[S!]) ~~|"
    )
    assert read_changes(write("y[D,b] = 1,2,3"), model) == {"y[b,b]": 2.0, "y[c,b]": 3.0}
    with pytest.raises(RunError, match="no equation gives these elements a value"):
        read_changes(write("y[a,b] = 1"), model)


# --- Save lists ---


def test_a_save_list(regions: CompiledModel, write: Write) -> None:
    file = write(
        "{UTF-8}\r\nPOPULATION\r\n\r\n  births[Region] {whole}\nTime\n{one\ntwo}\n"
        'level[East, Age]\n"level"[west,\\\n\tyoung]\npopulation\npatchy[Region,old]\n'
    )
    names = read_save_list(file, regions)
    assert names == [
        *("Population", "births", "level[East,young]", "level[East,middle]", "level[East,old]"),
        *("level[West,young]", "patchy[East,old]"),
    ]
    run = regions.run(save=names)
    assert set(run.names) == set(names)


def test_all_names_that_cannot_be_saved_are_listed(regions: CompiledModel, write: Write) -> None:
    file = write("birhts\nlevel\nPopulation[Nowhere,old]\n{\n}\nbend\n\npatchy[West,old]\n[")
    with pytest.raises(UnknownNameError) as caught:
        read_save_list(file, regions)
    text = str(caught.value)
    assert caught.value.code == "S3C604"
    assert "5 names" in text
    for line, written in ((1, "birhts"), (3, "Population[Nowhere,old]"), (6, "bend"),
                          (8, "patchy[West,old]"), (9, "[")):  # fmt: skip
        assert f"{file}:{line}\n  {written}\n" in text
    assert "did you mean “births”?" in text
    assert f"{file}:2\n" not in text


def test_one_name_that_cannot_be_saved(regions: CompiledModel, write: Write) -> None:
    with pytest.raises(UnknownNameError, match="there is no variable “rates”") as caught:
        read_save_list(write("rate\nrates"), regions)
    assert caught.value.hint == "did you mean “rate”?"


@pytest.mark.parametrize("text", ["", "{Population}\n\n"])
def test_a_save_list_names_something(regions: CompiledModel, write: Write, text: str) -> None:
    with pytest.raises(UnknownNameError, match="names no variable"):
        read_save_list(write(text), regions)


# --- Hostile files ---

HOSTILE = {
    "binary": bytes(range(256)) * 20,
    "no zeros": bytes(range(1, 256)) * 20,
    "UTF-16": "rate = 3".encode("utf-16"),
    "quotes": b'"' * 99_999,
    "an open quote": b'"' + b"rate" * 99_999,
    "opening comments": b"{" * 99_999,
    "closing comments": b"}" * 99_999,
    "brackets": b"[" * 99_999,
    "a name of brackets": b"x" + b"[" * 1_000 + b"]" + b" = 3",
    "parentheses": b"bend" + b"(" * 99_999,
    "open points": b"bend(" + b"(1,2)," * 99_999,
    "digits": b"rate = " + b"9" * 99_999,
    "a long list": b"rate = " + b"1," * 99_999,
    "a long name": b"x" * 999_999 + b" = 1",
    "many names": b"rats\n" * 99_999,
    "blanks": b"rate" + b" \n" * 99_999 + b"~",
    "backslashes": b"rate \\\n" * 9_999,
    "signs": b"rate = " + b"-" * 99_999,
    "escapes": b"\x1b[31mrate = 3",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_errors(regions: CompiledModel, write: Write, data: bytes) -> None:
    for read in (read_changes, read_save_list):
        with pytest.raises(RunError) as caught:
            read(write(data), regions)
        assert caught.value.code in {"S3C602", "S3C604", "S3C606"}
        assert "\x1b" not in str(caught.value)
        assert len(str(caught.value)) < 50_000


@given(text=st.text(alphabet='rate[East]=1,2;()"{}<|~:\\\n -.e\x00é', max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_read_or_refused(regions: CompiledModel, write: Write, text: str) -> None:
    for read in (read_changes, read_save_list):
        with suppress(RunError):
            read(write(text), regions)


@pytest.mark.parametrize("name", ["nosuch.cin", ".", "nosuch/a.cin", "a\0b"])
def test_what_is_no_file_cannot_be_read(regions: CompiledModel, tmp_path: Path, name: str) -> None:
    for read in (read_changes, read_save_list):
        with pytest.raises(RunError, match="cannot be read") as caught:
            read(tmp_path / name, regions)
        assert caught.value.code == "S3C606"
