"""`s3c compare`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import call
from conformance import CONFORMANCE

CAUSES = """\
{UTF-8}
aim = 3 * pace ~~|
pace = 2 ~~|
Level = INTEG(gain, aim) ~~|
gain = Level * pace / 8 ~~|
note = gain + Idle ~~|
Idle = INTEG(1, 0) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 4 ~~|
TIME STEP = 0.5 ~~|
SAVEPER = 1 ~~|
"""
REGIONS = """\
{UTF-8}
Region: North, South ~~|
Fleet[Region] = INTEG(bought[Region] - Fleet[Region] / life, 10) ~~|
bought[North] = 2 ~~|
bought[South] = 3 ~~|
life = 5 ~~|
all = SUM(Fleet[Region!]) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 4 ~~|
TIME STEP = 1 ~~|
SAVEPER = 1 ~~|
"""

Pair = Callable[..., tuple[Path, Path]]


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    """A function that writes a model, and the same with one text in place of another."""

    def write(text: str, old: str, new: str) -> tuple[Path, Path]:
        assert text.count(old) == 1
        files = tmp_path / "one.mdl", tmp_path / "other.mdl"
        files[0].write_text(text, encoding="utf-8")
        files[1].write_text(text.replace(old, new), encoding="utf-8")
        return files

    return write


def rows(printed: str) -> list[list[str]]:
    """The cells of the table, without the heading."""
    lines = printed.split("\n\n")[1].splitlines()[1:]
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("pace = 2", "pace = 4", ["pace", "aim", "Level", "gain", "note"]),
        ("aim = 3", "aim = 4", ["aim", "Level", "gain", "note"]),
        ("INTEG(gain, aim)", "INTEG(gain, aim + 1)", ["Level", "gain", "note"]),
        ("INTEG(gain, aim)", "INTEG(gain / 2, aim)", ["Level", "gain", "note"]),
        ("pace / 8", "pace / 4", ["gain", "note", "Level"]),
        ("gain + Idle", "gain - Idle", ["note"]),
        ("INTEG(1, 0)", "INTEG(2, 0)", ["Idle", "note"]),
    ],
)
def test_the_changed_equation_stands_first(
    pair: Pair, old: str, new: str, expected: list[str]
) -> None:
    result = call("compare", *pair(CAUSES, old, new))
    assert result.exit_code == 1
    assert [row[0] for row in rows(result.stdout)] == expected
    last = result.stdout.splitlines()[-1]
    assert f"of 10 variables differ{'s' if len(expected) == 1 else ''}; " in last
    assert f"the first is “{expected[0]}” at time " in last


def test_a_row_says_when_and_how_much(pair: Pair) -> None:
    result = call("compare", *pair(CAUSES, "INTEG(1, 0)", "INTEG(2, 0)"))
    assert rows(result.stdout)[0] == ["Idle", "1", "1", "2", "4", "4", "0.5", "1"]
    assert "A  " in result.stdout.splitlines()[0]
    assert result.stdout.splitlines()[1].endswith("other.mdl")


def test_values_that_look_alike_are_told_apart(pair: Pair) -> None:
    result = call("compare", *pair(CAUSES, "INTEG(1, 0)", "INTEG(1, 1e-8)"))
    assert rows(result.stdout)[0][1:4] == ["0", "0", "1e-08"]
    result = call("compare", *pair(CAUSES, "pace = 2", "pace = 2.00001"))
    assert rows(result.stdout)[0][1:4] == ["0", "2", "2.00001"]
    result = call("compare", *pair(CAUSES, "pace = 2", "pace = 2.00000001"), "--rtol", "1e-12")
    assert rows(result.stdout)[0][1:4] == ["0", "2", "2.00000001"]


def test_equal_results(population: Path) -> None:
    result = call("compare", population, population)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "no difference: 9 variables at 11 times"


def test_tolerances(pair: Pair) -> None:
    files = pair(CAUSES, "pace = 2", "pace = 2.02")
    assert call("compare", *files).exit_code == 1
    assert call("compare", *files, "--rtol", "0.1").exit_code == 0
    assert call("compare", *files, "--atol", "10").exit_code == 0
    assert call("compare", *files, "--rtol", "-1").exit_code == 2


def test_arrays_differ_by_element(pair: Pair) -> None:
    result = call("compare", *pair(REGIONS, "bought[South] = 3", "bought[South] = 4"))
    assert [row[0] for row in rows(result.stdout)] == ["bought[South]", "Fleet[South]", "all"]
    assert "3 of 10 variables differ; the first is “bought[South]” at time 0" in result.stdout


def test_other_save_times_are_a_difference_of_saveper_alone(pair: Pair) -> None:
    result = call("compare", *pair(CAUSES, "SAVEPER = 1", "SAVEPER = 2"))
    assert [row[0] for row in rows(result.stdout)] == ["SAVEPER"]


def test_what_only_one_side_has_is_listed_and_counted(pair: Pair) -> None:
    more = "".join(f"more {number:02} = {number} ~~|\n" for number in range(12))
    result = call("compare", *pair(CAUSES, "{UTF-8}\n", "{UTF-8}\n" + more))
    assert result.exit_code == 0
    assert "only B has 12 variables: “more 00”, " in result.stdout
    assert "“more 09” and 2 more" in result.stdout
    assert "only A" not in result.stdout


def test_at_most_thirty_rows(pair: Pair) -> None:
    many = "".join(f"copy {number:02} = pace ~~|\n" for number in range(40))
    result = call("compare", *pair(CAUSES + many, "pace = 2", "pace = 3"))
    assert "… 15 more" in result.stdout
    assert len(rows(result.stdout)) == 31
    assert "45 of 50 variables differ" in result.stdout


@pytest.mark.parametrize("ending", ["csv", "tab"])
def test_a_run_equals_the_table_written_of_it(population: Path, ending: str) -> None:
    table = population.with_name(f"out.{ending}")
    assert call("run", population, "-q", "-o", table).exit_code == 0
    for sides in ((population, table), (table, population), (table, table)):
        assert call("compare", *sides).exit_code == 0


def test_a_compiled_model_is_run(population: Path) -> None:
    module = population.with_name("compiled.py")
    assert call("compile", population, "-o", module).exit_code == 0
    assert call("compare", population, module).exit_code == 0


def test_missing_is_a_difference(population: Path) -> None:
    table = population.with_name("out.csv")
    table.write_text("Time,Population,Clock\n0,100,0\n1,,1\n2,116.986,2\n", encoding="utf-8")
    result = call("compare", population, table)
    assert result.exit_code == 1
    assert rows(result.stdout) == [["Population", "1", "108.16", "missing", "–", "–", "–", "–"]]
    assert "only B has 1 variable: “Clock”" in result.stdout


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("absent.csv", None, "absent.csv"),
        ("absent.mdl", None, "absent.mdl"),
        ("odd.xyz", "", "odd.xyz"),
        ("words.csv", "Time,Population\n0,many\n1,more\n", "words.csv"),
        ("other.csv", "Time,heads\n0,100\n1,104\n", "have no variable in common"),
        ("later.csv", "Time,Population\n50,100\n51,104\n", "have no time in common"),
        ("broken.mdl", "a = (1 ~~|", "error["),
        ("failing.mdl", "Population = 1 / 0 ~~|", "Population"),
    ],
)
def test_what_cannot_be_compared(
    population: Path, name: str, content: str | None, message: str
) -> None:
    file = population.with_name(name)
    if content is not None:
        file.write_text(content, encoding="utf-8")
    for sides in ((population, file), (file, population)):
        result = call("compare", *sides)
        assert result.exit_code == 2
        assert message in result.stderr
        assert "Traceback" not in result.stderr


def test_a_picture_of_what_differs(pair: Pair, tmp_path: Path) -> None:
    files, picture = pair(CAUSES, "pace = 2", "pace = 4"), tmp_path / "both.svg"
    result = call("compare", *files, "--plot", picture)
    assert (result.exit_code, result.stderr) == (1, f"drew {picture}\n")
    assert picture.read_text(encoding="utf-8").lstrip().startswith("<?xml")
    bad = call("compare", *files, "--plot", tmp_path / "both.mdl")
    assert bad.exit_code == 2
    assert "is not the name of a picture" in bad.stderr


def test_no_picture_of_what_is_equal(population: Path, tmp_path: Path) -> None:
    result = call("compare", population, population, "--plot", tmp_path / "none.png")
    assert result.exit_code == 0
    assert "nothing differs" in result.stderr
    assert not (tmp_path / "none.png").exists()


def test_without_matplotlib_the_way_out_is_named(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.backends.backend_agg", None)
    files = pair(CAUSES, "pace = 2", "pace = 4")
    result = call("compare", *files, "--plot", tmp_path / "both.png")
    assert result.exit_code == 2
    assert "pip install 's3c[plot]'" in result.stderr
    assert rows(result.stdout)[0][0] == "pace"


# --- outputs of Vensim ---

COMMUNITY = [
    *("samples/SIR/SIR.mdl", "samples/teacup/teacup.mdl"),
    "tests/delays/test_delays.mdl",
    "tests/subscript_2d_arrays/test_subscript_2d_arrays.mdl",
]


def community(name: str) -> tuple[Path, Path]:
    """A model of the community's, and Vensim's output of it."""
    model = CONFORMANCE / name
    if not model.is_file():
        pytest.skip(f"no conformance models at {CONFORMANCE}: set S3C_CONFORMANCE")
    outputs = (model.with_name("output.tab"), model.with_name("output.csv"))
    return model, next(each for each in outputs if each.is_file())


@pytest.mark.parametrize("name", COMMUNITY)
def test_a_model_equals_the_output_of_vensim(name: str) -> None:
    result = call("compare", *community(name))
    assert "no difference" in result.stdout
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("old", "new", "first"),
    [
        ("Contact Infectivity=\n\t0.3", "Contact Infectivity=\n\t0.31", "Contact Infectivity"),
        ("Infectious/Duration", "1.01*Infectious/Duration", "Recovering"),
        ("Recovering,\n\t\t0)", "0.9*Recovering,\n\t\t0)", "Recovered"),
    ],
)
def test_the_equation_that_differs_from_vensim_stands_first(
    tmp_path: Path, old: str, new: str, first: str
) -> None:
    model, output = community("samples/SIR/SIR.mdl")
    text = model.read_text(encoding="utf-8")
    assert old in text
    changed = tmp_path / "changed.mdl"
    changed.write_text(text.replace(old, new), encoding="utf-8")
    for sides in ((changed, output), (output, changed)):
        result = call("compare", *sides)
        assert result.exit_code == 1
        assert rows(result.stdout)[0][0] == first
