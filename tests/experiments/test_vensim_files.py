"""Vensim's sensitivity control files give the experiment that the reference's section E has."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from s3c.compiler import CODES, CompileError, Diagnostic
from s3c.experiments import (
    Experiment,
    ExperimentError,
    RunSettings,
    Sampling,
    Sensitivity,
    Streams,
    draw,
    read_experiment,
    read_vensim_experiment,
    run_scenarios,
)
from s3c.experiments import distributions as d
from s3c.runtime import RunError

MODEL = """{UTF-8}
contact rate = 8 ~~|
Recovery time = 5 ~~|
Größe = 1 ~~|
"odd = {name}" = 1 ~~|
fixed == 1 ~~|
Region: East, West ~~|
Sex: f, m ~~|
w[Region] = 1, 2 ~~|
v[Region, Sex] = 1, 2; 3, 4; ~~|
density((0, 0), (1, 1), (2, 0)) ~~|
level = INTEG(contact rate + density(1) + w[East], Recovery time) ~~|
x = level * 2 ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 2 ~~|
TIME STEP = 1 ~~|
SAVEPER = TIME STEP ~~|
"""


def read(folder: Path, text: str | bytes) -> Experiment:
    (folder / "m.mdl").write_text(MODEL, encoding="utf-8")
    data = text.encode("utf-8") if isinstance(text, str) else text
    (folder / "s.vsc").write_bytes(data)
    return read_vensim_experiment(folder / "m.mdl", vsc=folder / "s.vsc")


def sensitivity(folder: Path, text: str | bytes) -> Sensitivity:
    found = read(folder, text).sensitivity
    assert found is not None
    return found


def spreads(found: Sensitivity) -> dict[str, d.Distribution]:
    return {each.name: each.distribution for each in found.parameters}


WHOLE = """{UTF-8}
250,L,42,,0
Contact Rate=RANDOM_NORMAL(0,20,8,2)
recovery_time = RANDOM UNIFORM ( 1 , 1e1 )   {a comment,
over two lines = RANDOM}
w[East] = RANDOM_TRIANGULAR(-1,1,-1,.5,1)
w[west] = RANDOM LOOKUP(0,2,density,0,
   1)
"odd = {name}" = VECTOR(0,1,0.25)
"""


def test_a_whole_file(tmp_path: Path) -> None:
    experiment = read(tmp_path, WHOLE)
    found = experiment.sensitivity
    assert found is not None
    assert (found.runs, found.sampling, found.seed) == (250, Sampling.LATIN_HYPERCUBE, 42)
    assert found.streams is Streams.SHARED
    assert spreads(found) == {
        "contact rate": d.Normal(0, 20, 8, 2),
        "Recovery time": d.Uniform(1, 10),
        "w[East]": d.Triangular(-1, 1, -1, 0.5, 1),
        "w[West]": d.Table(0, 2, ((0, 0), (1, 1), (2, 0)), 0, 1),
        "odd = {name}": d.Vector(0, 1, 0.25),
    }
    assert [each.constants for each in found.parameters] == [(each,) for each in spreads(found)]
    assert [each.code for each in experiment.warnings] == ["S3C763"]
    assert experiment.save == ("level",)
    assert experiment.path == tmp_path / "s.vsc"


def test_it_is_the_experiment_that_toml_says(tmp_path: Path) -> None:
    (tmp_path / "e.toml").write_text(
        """
        model = "m.mdl"
        [sensitivity]
        sampling = "random"
        runs = 20
        [sensitivity.parameters]
        "contact rate" = { distribution = "gamma", min = 0, max = 9, order = 2 }
        """
    )
    vensim = read(tmp_path, "20,M,1234,,0\r\ncontact rate = RANDOM GAMMA(0,9,2,0,1)\r\n")
    toml = read_experiment(tmp_path / "e.toml")
    assert vensim.sensitivity == toml.sensitivity
    assert vensim.scenarios == toml.scenarios
    assert vensim.save == toml.save


LINE = "contact rate = RANDOM UNIFORM(0,1)"


@pytest.mark.parametrize(
    ("header", "runs", "sampling", "seed"),
    [
        (",,,,", 200, Sampling.RANDOM, 1234),
        (",", 200, Sampling.RANDOM, 1234),
        ("250,M,1234,,0", 250, Sampling.RANDOM, 1234),
        ("50, u, 7, , 1", 50, Sampling.UNIVARIATE, 7),
        ("6,G,1,,", 6, Sampling.GRID, 1),
        ("9", 9, Sampling.RANDOM, 1234),
    ],
)
def test_first_lines(tmp_path: Path, header: str, runs: int, sampling: Sampling, seed: int) -> None:
    found = sensitivity(tmp_path, f"{header}\n{LINE}")
    assert (found.runs, found.sampling, found.seed) == (runs, sampling, seed)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("RANDOM_EXPONENTIAL(0,9,1,2)", d.Exponential(0, 9, 1, 2)),
        ("random beta(0,9,1,2,3,4)", d.Beta(0, 9, 1, 2, 3, 4)),
        ("RANDOM_BINOMIAL(0,9,.5,6,0,1)", d.Binomial(0, 9, 0.5, 6)),
        ("RANDOM_NEGATIVE_BINOMIAL(0,9,.5,6,0,1)", d.NegativeBinomial(0, 9, 0.5, 6)),
        ("RANDOM NEGATIVE BINOMIAL(0,9,.5,6)", d.NegativeBinomial(0, 9, 0.5, 6)),
        ("RANDOM POISSON(0,9,4,0,1)", d.Poisson(0, 9, 4)),
        ("RANDOM WEIBULL(0,9,4,0,1)", d.Weibull(0, 9, 4)),
        ("VECTOR(0,9,3)", d.Vector(0, 9, 3)),
        ("RANDOM_NORMAL(- 9,+9,\n0,\n1e0)", d.Normal(-9, 9, 0, 1)),
    ],
)
def test_functions(tmp_path: Path, function: str, expected: d.Distribution) -> None:
    found = sensitivity(tmp_path, f"10,M,1,,0\ncontact rate = {function}")
    assert spreads(found) == {"contact rate": expected}


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ("w", ["w[East]", "w[West]"]),
        ("w[Region]", ["w[East]", "w[West]"]),
        ("V[east,Sex]", ["v[East,f]", "v[East,m]"]),
    ],
)
def test_elements_vary_one_by_one(tmp_path: Path, left: str, expected: list[str]) -> None:
    found = sensitivity(tmp_path, f"10,M,1,,0\n{left} = RANDOM UNIFORM(0,1)")
    assert list(spreads(found)) == expected


def test_windows_letters(tmp_path: Path) -> None:
    text = "10,M,1,,0\nGröße = RANDOM UNIFORM(0,1)".encode("cp1252")
    assert list(spreads(sensitivity(tmp_path, text))) == ["Größe"]


def test_a_file_of_samples(tmp_path: Path) -> None:
    table = "contact rate\tw[east]\n1\t2\n\t3\n4\t\n"
    (tmp_path / "my samples.tab").write_text(table)
    found = sensitivity(tmp_path, "99,F,5,my samples.tab,0\n")
    assert found.rows == ((1, 2), (1, 3), (4, 3))
    assert [each.name for each in found.parameters] == ["contact rate", "w[East]"]
    assert draw(found, {}).n_runs == 3


# --- what is read otherwise than it may be meant ---


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (f"10,M,1,,0\n{LINE}\nw[East] = RANDOM UNIFORM(1,1)", "the line is ignored"),
        (f"10,M,1,,0\nContact_rate = RANDOM UNIFORM(3,4)\n{LINE}", "varies twice"),
        (f"10,M,-5,,0\n{LINE}", "old generator"),
        ("10,M,1,,0\ncontact rate = RANDOM NORMAL(0,1,99,1)", "uniform between"),
    ],
)
def test_doubts_are_told(tmp_path: Path, text: str, word: str) -> None:
    experiment = read(tmp_path, text)
    (found,) = [each for each in experiment.warnings if each.code != "S3C763"]
    assert (found.code, found.is_error) == ("S3C761", False)
    assert word in found.message
    assert experiment.sensitivity is not None
    assert list(spreads(experiment.sensitivity)) == ["contact rate"]
    assert spreads(experiment.sensitivity)["contact rate"].min == 0


def test_a_seed_of_0_is_another_each_time_and_told(tmp_path: Path) -> None:
    one, other = (read(tmp_path, f"10,M,0,,0\n{LINE}") for _ in range(2))
    assert one.sensitivity is not None
    assert one.sensitivity != other.sensitivity
    assert f"the seed {one.sensitivity.seed}" in one.warnings[1].message


# --- what is wrong ---

WRONG = [
    ("", "S3C762", "", "200,M,1234,,0"),
    (LINE, "S3C762", "contact rate", "200,M,1234,,0"),
    ("1,2,3,4,5,6", "S3C762", "1,2,3", "200,M,1234,,0"),
    (f"0,M,1,,0\n{LINE}", "S3C762", "0,M", "no simulation"),
    (f"many,M,1,,0\n{LINE}", "S3C762", "many", "“many”"),
    (f"5,M,1.5,,0\n{LINE}", "S3C762", "5,M", "“1.5”"),
    (f"5,X,1,,0\n{LINE}", "S3C762", "5,X", "Latin hypercube"),
    (f"99999,G,1,,0\n{LINE}\nw=RANDOM UNIFORM(0,1)", "S3C711", "99999", "too many"),
    ("5,M,1,,0\n", "S3C710", "5,M", "nothing varies"),
    ("5,F,1,,0\n", "S3C704", "5,F", "file of samples"),
    ("5,F,1,no.tab,0\n", "S3C606", "5,F", "cannot be read"),
    (f"5,M,1,,0 {{ open\n{LINE}", "S3C762", "{", "not closed"),
    (f"5,M,1,,0\n  hello\n{LINE}", "S3C762", "hello", "no constant"),
    ("5,M,1,,0\ncontact rate = 3", "S3C762", "contact rate = 3", "no distribution"),
    ("5,M,1,,0\ncontact rate = RANDOM UNIFORM(0,1", "S3C762", "contact rate", "“)” is missing"),
    (f"5,M,1,,0\n{LINE} + 1", "S3C762", "+ 1", "nothing may follow"),
    ("5,M,1,,0\ncontact rate = RANDOM NORMEL(0,1,2,3)", "S3C762", "RANDOM NORMEL(", "normal"),
    ("5,M,1,,0\ncontact rate = RANDOM NORMAL(0,1,2)", "S3C762", "RANDOM", "min, max, mean, sd"),
    ("5,M,1,,0\ncontact rate = RANDOM UNIFORM(0,b)", "S3C762", "RANDOM", "“b” is no number"),
    ("5,M,1,,0\ncontact rate = RANDOM UNIFORM(0,1e999)", "S3C760", "RANDOM", "within"),
    ("5,M,1,,0\ncontact rate = RANDOM BETA(0,1,0,1,0,1)", "S3C760", "RANDOM", "above 0"),
    ("5,M,1,,0\ncontact rate = RANDOM LOOKUP(0,1,x,0,1)", "S3C705", "RANDOM", "no lookup"),
    ("5,M,1,,0\ncontact rat = RANDOM UNIFORM(0,1)", "S3C705", "contact rat", "contact rate"),
    ("5,M,1,,0\nw[North] = RANDOM UNIFORM(0,1)", "S3C705", "w[North]", "Region"),
    ("5,M,1,,0\nfixed = RANDOM UNIFORM(0,1)", "S3C706", "fixed", ""),
    ("5,M,1,,0\nlevel = RANDOM UNIFORM(0,1)", "S3C706", "level", "no constant"),
]


@pytest.mark.parametrize(("text", "code", "at", "word"), WRONG)
def test_mistakes(tmp_path: Path, text: str, code: str, at: str, word: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        read(tmp_path, text)
    found = next(each for each in caught.value.diagnostics if each.code == code)
    assert found.span is not None
    assert found.span.source.name == str(tmp_path / "s.vsc")
    assert found.span.source.text[found.span.start : found.span.end].startswith(at)
    assert word in found.message + found.hint
    assert found.hint


def test_all_mistakes_are_told_in_order(tmp_path: Path) -> None:
    text = "5,X,1,,0\nhello\nz = RANDOM UNIFORM(0,1)\nw[East] = NO(1)"
    with pytest.raises(ExperimentError) as caught:
        read(tmp_path, text)
    found: list[Diagnostic] = list(caught.value.diagnostics)
    lines = [each.span.location.line for each in found if each.span]
    assert lines == [1, 2, 3, 4]


# --- changes files and save lists ---


def test_changes_and_a_save_list(tmp_path: Path) -> None:
    (tmp_path / "m.mdl").write_text(MODEL, encoding="utf-8")
    (tmp_path / "a.cin").write_text("density((0,0),\n(1,\n100))\ncontact_rate = 1\nw = 3,4\n")
    (tmp_path / "b.out").write_text(
        ":COMMENT best\n0.0 <= Contact rate = 2 <= 9 FRAC\n{a}1 <= w[East] = 10 <= 99\n"
    )
    (tmp_path / "s.lst").write_text("x\nLEVEL\n")
    experiment = read_vensim_experiment(
        tmp_path / "m.mdl",
        changes=[tmp_path / "a.cin", tmp_path / "b.out"],
        save=tmp_path / "s.lst",
        settings=RunSettings(final_time=1),
    )
    assert experiment.save == ("x", "level")
    assert experiment.constants == {"contact rate": 2, "w[East]": 10, "w[West]": 4}
    assert experiment.sensitivity is None
    outcome = run_scenarios(experiment).outcomes[0]
    assert outcome.time.tolist() == [0, 1]
    assert outcome.values[0, 1].tolist() == [5, 5 + 2 + 100 + 10]


def test_a_wrong_changes_file_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "m.mdl").write_text(MODEL, encoding="utf-8")
    (tmp_path / "a.cin").write_text("contact rate = 1\nlevel = 3\n")
    with pytest.raises(RunError, match=r"a\.cin:2"):
        read_vensim_experiment(tmp_path / "m.mdl", changes=[tmp_path / "a.cin"])


# --- whatever the file holds ---

PARTS = (
    "10,M,1,,0", ",,,,", "5,F,1,m.mdl,0", "9,G,2,,", LINE, "w[Region] = RANDOM_NORMAL(0,1,2,3)",
    "w = VECTOR(0,1,1e-9)", "x = RANDOM LOOKUP(0,1,density,0,0)", "{", "}", '"odd = {name}" =',
    "(0,1)", "RANDOM BETA(0,1,", "1e999)", "=", "w[", "]", '"', "\\", ",", "contact rate = 5",
    "contact rate = RANDOM LOOKUP(0,3,density,0,1)", "v[East,m] = RANDOM POISSON(1,0,1,0,1)",
)  # fmt: skip


def attempt(data: bytes) -> None:
    """Read it; what is wrong must be told as errors with codes and places."""
    told = "S3C606"
    with tempfile.TemporaryDirectory() as folder:
        try:
            read(Path(folder), data)
        except (ExperimentError, CompileError) as error:
            for each in error.diagnostics:
                assert each.code in CODES
                assert not each.code.startswith("S3C9")
                assert each.span is not None
                assert "  --> " in str(each)
        except RunError as error:
            told = error.code
    assert told == "S3C606"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PARTS), max_size=10), st.sampled_from(["\n", " ", "\r\n"]))
def test_parts_in_any_order(parts: list[str], between: str) -> None:
    attempt(between.join(parts).encode())
    attempt(("10,M,1,,0\n" + between.join(parts)).encode())


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(WHOLE)), st.binary(max_size=4))
def test_broken_files(place: int, junk: bytes) -> None:
    data = WHOLE.encode()
    attempt(data[:place] + junk + data[place:])
    attempt(data[:place] + junk)


LARGE = {
    "lines": "10,M,1,,0\n" + LINE + "\n" + "hello\n" * 160_000,
    "open": "10,M,1,,0\n" + "x = f(\n" * 130_000,
    "quotes": "10,M,1,,0\n" + 'x = f("' * 140_000,
    "blanks": "10,M,1,,0" + "\n " * 490_000,
    "comments": "10,M,1,,0" + "{" * 900_000,
    "brackets": "10,M,1,,0\nx = f(" + "[" * 900_000,
    "commas": "," * 900_000,
    "digits": "9" * 900_000,
    "one name": "10,M,1,,0\n" + "w[" * 400_000 + " = RANDOM UNIFORM(0,1)",
    "entries": "10,M,1,,0\n" + (LINE + "\n") * 25_000,
    "too large": " " * 1_100_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_large_files_take_no_time(name: str) -> None:
    start = time.process_time()
    attempt(LARGE[name].encode())
    assert time.process_time() - start < 8
