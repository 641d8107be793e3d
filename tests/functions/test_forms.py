"""What is in the registry, and yet no function to call."""

from __future__ import annotations

from pathlib import Path

import pytest
from model_texts import TIMES, compiled, errors
from workbooks import xlsx

import s3c
from s3c.compiler import Source, check, render
from s3c.runtime import REGISTRY, fold

READERS = [
    f"GET {program} {what}"
    for program, many in (("XLS", 4), ("DIRECT", 4), ("123", 4), ("VDF", 3), ("ODBC", 3))
    for what in ("CONSTANTS", "DATA", "LOOKUPS", "SUBSCRIPT")[:many]
]
OTHERS = ["TABBED ARRAY", "A FUNCTION OF"]


@pytest.mark.parametrize("name", [*READERS, *OTHERS])
def test_they_are_documented_and_have_no_body(name: str) -> None:
    entry = REGISTRY[fold(name)]
    assert entry.form
    assert entry.function is None


def checks(name: str, against: str = "closed form") -> pytest.MarkDecorator:
    return pytest.mark.checks(name, against=against)


REFUSED = ("VDF", "ODBC")


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(
            program, marks=[checks(f"GET {program} {what}") for what in
                            ("CONSTANTS", "DATA", "LOOKUPS", "SUBSCRIPT")]
        )
        for program in ("XLS", "DIRECT", "123")
    ],
)  # fmt: skip
def test_readers_give_what_stands_in_the_file(program: str, tmp_path: Path) -> None:
    rows = (("t", "East", "West"), (0, 1, 10), (2, 5, 30), (4, 7, 40))
    (tmp_path / "a.xlsx").write_bytes(xlsx({"S": rows}))
    (tmp_path / "m.mdl").write_text(
        f"R: GET {program} SUBSCRIPT('a.xlsx', 'S', 'B1', 'C1', '') ~~|\n"
        f"c[R] = GET {program} CONSTANTS('a.xlsx', 'S', 'B3') ~~|\n"
        f"d[R] := GET {program} DATA('a.xlsx', 'S', 'A', 'B2') ~~|\n"
        f"k(GET {program} LOOKUPS('a.xlsx', 'S', 'A', 'C2')) ~~|\n"
        f"x = k(3) + c[West] ~~|\n{TIMES}"
    )
    run = s3c.load(tmp_path / "m.mdl", cache=False).run(final_time=4)
    assert run.columns_of("d") == ("d[East]", "d[West]")
    assert run["c"].tolist() == [[5, 30]] * 5
    assert run["d"].T.tolist() == [[1, 3, 5, 6, 7], [10, 20, 30, 35, 40]]
    assert run["x"][0] == 35 + 30


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(each, marks=checks(each, "refused") if each.split()[1] in REFUSED else ())
        for each in READERS
    ],
)
def test_a_reader_in_an_expression_is_refused(name: str) -> None:
    code = "S3C210" if name.split()[1] in REFUSED else "S3C229"
    arguments = ", ".join(["'a'"] * len(REGISTRY[fold(name)].parameters))
    assert errors(f"x = 1 + {name}({arguments}) ~~|\n") == [(code, name)]
    assert errors(f"x = 1 + {name.lower()}(1) ~~|\n") == [(code, name.lower())]


@pytest.mark.parametrize("assignment", ["=", ":="])
def test_databases_are_refused_with_a_way_out(assignment: str) -> None:
    text = f"x {assignment} GET ODBC DATA('SELECT') ~~|\n{TIMES}"
    (found,) = [each for each in check(Source("m.mdl", text)).diagnostics if each.is_error]
    assert found.code == "S3C210"
    assert "database" in found.message
    assert "GET DIRECT" in render(found)


@checks("A FUNCTION OF", "refused")
def test_an_unfinished_equation_has_no_right_side() -> None:
    assert errors("x = A FUNCTION OF(y) ~~|\ny = 1 ~~|") == [("S3C207", "x = A FUNCTION OF(y)")]
    assert errors("x = 2 * A FUNCTION OF(y) ~~|\ny = 1 ~~|") == [("S3C207", "A FUNCTION OF")]


@pytest.mark.parametrize(
    "name", ["message", "interpolate", "npv", "cumulate", "time base", "get odbc data", "reinitial"]
)
def test_a_lookup_of_that_name_is_the_models_own(name: str) -> None:
    run = compiled(f"{name}((0,0),(1,2),(9,18)) ~~|\nx = {name}(Time) ~~|\n").run(final_time=3)
    assert run["x"].tolist() == [0, 2, 4, 6]


def test_a_macro_of_that_name_is_the_models_own() -> None:
    text = ":MACRO: MESSAGE(a, b)\nMESSAGE = a + b ~~|\n:END OF MACRO:\nx = MESSAGE(1, 2) ~~|\n"
    assert compiled(text).run()["x"][0] == 3
