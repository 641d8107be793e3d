"""`[sensitivity]`, lists, lookups and texts of experiment files; their mistakes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest

from s3c.compiler import Diagnostic
from s3c.experiments import (
    BENCHMARK,
    ExperimentError,
    Sampling,
    Scenario,
    Streams,
    draw,
    read_experiment,
    run_scenarios,
)
from s3c.experiments import distributions as d
from s3c.runtime import RunError

Write: TypeAlias = Callable[..., Path]

WHOLE = """
[groups]
both = ["x", "y"]
[sensitivity]
sampling = "sobol indices"
runs = 64
seed = 7
streams = "own"
times = [0, 1.5]
percentiles = [5, 50, 95]
confidence = 0.9
second_order = true
[sensitivity.parameters]
both = { distribution = "uniform", min = 0.5, max = 1.5 }
"w[west]" = { distribution = "normal", min = 0, max = 20, mean = 8, sd = 2 }
"w[East]" = { distribution = "lookup", min = 0, max = 1, lookup = "TABLE", factor = true }
"""


def test_a_whole_section(write: Write) -> None:
    experiment = read_experiment(write(WHOLE))
    found = experiment.sensitivity
    assert found is not None
    assert [(each.name, each.constants, each.is_factor) for each in found.parameters] == [
        ("both", ("x", "y"), True),
        ("w[West]", ("w[West]",), False),
        ("w[East]", ("w[East]",), True),
    ]
    assert [each.distribution for each in found.parameters] == [
        d.Uniform(0.5, 1.5),
        d.Normal(0.0, 20.0, 8.0, 2.0),
        d.Table(0.0, 1.0, ((0.0, 0.0), (1.0, 1.0))),
    ]
    assert (found.sampling, found.runs, found.seed) == (Sampling.SOBOL_INDICES, 64, 7)
    assert (found.streams, found.times, found.second_order) == (Streams.OWN, (0.0, 1.5), True)
    assert (found.percentiles, found.confidence) == ((5.0, 50.0, 95.0), 0.9)
    assert not experiment.warnings
    assert draw(found, {}).n_runs == 64 * 8


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            '"triangular", min = 0, max = 9, start = 1, peak = 2, stop = 3',
            d.Triangular(0, 9, 1, 2, 3),
        ),
        ('"exponential", min = 0, max = 9, stretch = 2', d.Exponential(0, 9, 0, 2)),
        ('"gamma", min = 0, max = 9, order = 3', d.Gamma(0, 9, 3)),
        ('"beta", min = 0, max = 9, a = 3, b = 4, shift = 1', d.Beta(0, 9, 3, 4, 1)),
        ('"binomial", min = 0, max = 9, p = 0.5, n = 4', d.Binomial(0, 9, 0.5, 4)),
        ('"negative binomial", min = 0, max = 9, p = 0.5, n = 4', d.NegativeBinomial(0, 9, 0.5, 4)),
        ('"poisson", min = 0, max = 9, mean = 4', d.Poisson(0, 9, 4)),
        ('"weibull", min = 0, max = 9, shape = 4', d.Weibull(0, 9, 4)),
        ('"lookup", min = 0, max = 9, points = [[0, 1], [2, 0]]', d.Table(0, 9, ((0, 1), (2, 0)))),
        ('"vector", min = 0, max = 9, increment = 3', d.Vector(0, 9, 3)),
    ],
)
def test_every_distribution(write: Write, written: str, expected: d.Distribution) -> None:
    path = write(f"sensitivity.parameters.x = {{ distribution = {written} }}")
    found = read_experiment(path).sensitivity
    assert found is not None
    assert [each.distribution for each in found.parameters] == [expected]
    assert (found.sampling, found.runs) == (Sampling.LATIN_HYPERCUBE, 200)


def test_each_constant_of_a_group_and_of_an_array(write: Write) -> None:
    text = """
    groups.all = ["x", "w"]
    sensitivity.parameters.all = { distribution = "uniform", min = 0, max = 1, each = true }
    """
    found = read_experiment(write(text)).sensitivity
    assert found is not None
    assert [each.name for each in found.parameters] == ["x", "w[East]", "w[West]"]


def test_a_table_of_samples(write: Write) -> None:
    text = """
    groups.both = ["x", "y"]
    [sensitivity]
    sampling = "file"
    table = "samples.csv"
    parameters."w[East]" = { factor = true }
    """
    table = 'w[east],w[West],both\n,4,1\n0.5,,2\n,,\n"1e1",5,\n'
    found = read_experiment(write(text, samples=table)).sensitivity
    assert found is not None
    assert found.rows == ((None, 4, 1), (0.5, 4, 2), (10, 5, 2))
    assert [(each.name, each.is_factor) for each in found.parameters] == [
        *(("w[East]", True), ("w[West]", False), ("both", True))
    ]
    assert found.parameters[0].distribution == d.Uniform(0.5, 10)
    values = draw(found, {"w[East]": 1.0, "w[West]": 2.0, "both": 1.0}).values
    assert values.tolist() == [[1.0, 4, 1], [0.5, 4, 2], [10, 5, 2]]


# What is wrong, the code, the text that is underlined, and a word of the message or the way out.
MISTAKES = [
    ("[sensitivity]", "S3C710", "[sensitivity]", "nothing varies"),
    ("[sensitivity]\nsampling = 'lhs'", "S3C703", "'lhs'", "latin hypercube"),
    ("[sensitivity]\nrun = 3", "S3C702", "run", "runs"),
    ("[sensitivity]\nruns = 0", "S3C703", "0", "at least 1"),
    ("[sensitivity]\nlevels = 4", "S3C702", "levels", "morris"),
    ("[sensitivity]\nsampling = 'morris'\nlevels = 5", "S3C703", "5", "even"),
    ("[sensitivity]\nsampling = 'sobol indices'\nruns = 100", "S3C703", "100", "64 or 128"),
    ("[sensitivity]\nsampling = 'sobol indices'\nsecond_order = 1", "S3C703", "1", "true"),
    ("[sensitivity]\nstreams = 'mine'", "S3C703", "'mine'", "own"),
    ("[sensitivity]\ntimes = [2, 1]", "S3C703", "[2, 1]", "rise"),
    ("[sensitivity]\ntimes = []", "S3C710", "[]", "time"),
    ("[sensitivity]\npercentiles = [50, 101]", "S3C703", "[50, 101]", "100"),
    ("[sensitivity]\nconfidence = 95", "S3C703", "95", "between 0 and 1"),
    ("[sensitivity]\nsampling = 'file'", "S3C704", "[sensitivity]", "table"),
    ("[sensitivity]\nsampling = 'file'\ntable = 'no.csv'", "S3C606", "'no.csv'", "cannot be read"),
    ("[sensitivity]\ntable = 't.csv'", "S3C702", "table", "file"),
    (
        *("[sensitivity]\nsampling = 'file'\ntable = 'no.csv'\nruns = 3", "S3C702"),
        *("runs", "rows"),
    ),
]
UNIFORM = 'distribution = "uniform", min = 0, max = 1'
PARAMETERS = [
    (f"z = {{ {UNIFORM} }}", "S3C705", "z", "no variable"),
    (f"level = {{ {UNIFORM} }}", "S3C706", "level", "no constant"),
    (f"fixed = {{ {UNIFORM} }}", "S3C706", "fixed", ""),
    (f"w = {{ {UNIFORM} }}", "S3C705", "w", "w[East]"),
    (f"x = {{ {UNIFORM}, factor = 1 }}", "S3C703", "1", "true"),
    (f"x = {{ {UNIFORM}, factor = true, each = true }}", "S3C707", "{", "contradict"),
    (f"x = {{ {UNIFORM}, sd = 1 }}", "S3C702", "sd", "uniform"),
    ("x = { min = 0, max = 1 }", "S3C704", "{ min", "distribution"),
    ('x = { distribution = "unifrom", min = 0, max = 1 }', "S3C703", '"unifrom"', "uniform"),
    ('x = { distribution = "uniform", min = 0 }', "S3C704", "{ dist", "max"),
    ('x = { distribution = "uniform", min = 2, max = 1 }', "S3C708", "1", "smaller one first"),
    (
        *('x = { distribution = "beta", min = 0, max = 1, a = 0, b = 1 }', "S3C760", "{"),
        "above 0",
    ),
    ('x = { distribution = "lookup", min = 0, max = 1 }', "S3C704", "{", "points"),
    (
        *('x = { distribution = "lookup", min = 0, max = 1, lookup = "x" }', "S3C705", '"x"'),
        "no lookup",
    ),
    (
        *('x = { distribution = "lookup", min = 0, max = 1, points = [[0, 1], [2]] }', "S3C703"),
        *("[2]", "two numbers"),
    ),
    (f"x = {{ {UNIFORM} }}\nX = {{ {UNIFORM} }}", "S3C707", "X", "twice"),
    ("x = 3", "S3C703", "3", "table"),
    (
        *('x = { distribution = "vector", min = 0, max = 1, increment = 1e-12 }', "S3C760"),
        *("{", "values"),
    ),
]
WRONG = MISTAKES + [
    (f"[sensitivity.parameters]\n{text}", code, at, word) for text, code, at, word in PARAMETERS
]


def found_in(path: Path) -> tuple[Diagnostic, ...]:
    with pytest.raises(ExperimentError) as caught:
        read_experiment(path)
    return caught.value.diagnostics


def underlined(found: Diagnostic) -> str:
    assert found.span is not None
    return found.span.source.text[found.span.start : found.span.end]


@pytest.mark.parametrize(("text", "code", "at", "word"), WRONG)
def test_mistakes(write: Write, text: str, code: str, at: str, word: str) -> None:
    found = next(each for each in found_in(write(text)) if each.code == code)
    assert underlined(found).startswith(at)
    assert word in found.message + found.hint


TABLES = [
    ("", "S3C712", "header"),
    ("x\n", "S3C710", "no runs"),
    ("x,z\n1,2\n", "S3C705", "no variable"),
    ("x,w\n1,2\n", "S3C705", "many elements"),
    ("x,,y\n1,2,3\n", "S3C712", "no name"),
    ("x,X\n1,2\n", "S3C707", "twice"),
    ("x\n1\n2,3\n", "S3C712", "2 cells"),
    ("x\n1\nhigh\n", "S3C712", "“high”"),
    ("x\nnan\n", "S3C712", "“nan”"),
    ("x\n1e999\n", "S3C712", "“1e999”"),
    ('x\n"1\n', "S3C712", "understood"),
]


@pytest.mark.parametrize(("table", "code", "word"), TABLES)
def test_mistakes_in_tables(write: Write, table: str, code: str, word: str) -> None:
    text = "[sensitivity]\nsampling = 'file'\ntable = 't.csv'"
    (found,) = found_in(write(text, t=table))
    assert found.code == code
    assert word in found.message
    assert found.span is not None
    assert found.span.source.name.endswith("t.csv")


def test_a_grid_without_end_is_told(write: Write) -> None:
    text = f"[sensitivity]\nsampling = 'grid'\nruns = 10000\nparameters.x = {{ {UNIFORM} }}"
    more = "".join(f"\nparameters.{each} = {{ {UNIFORM} }}" for each in ("y", '"w[East]"'))
    (found,) = found_in(write(text + more))
    assert found.code == "S3C711"
    assert "1000000000000 runs with 3 parameters" in found.message


def test_bounds_that_leave_nothing_are_told(write: Write) -> None:
    text = "distribution = 'normal', min = 90, max = 99, mean = 0, sd = 1"
    experiment = read_experiment(write(f"sensitivity.parameters.x = {{ {text} }}"))
    (found,) = experiment.warnings
    assert (found.code, found.is_error) == ("S3C761", False)
    assert "from 90 to 99" in found.message


# --- scenarios in step, lookups and texts ---

TEXTS = """{UTF-8}
x = 2 ~~|
file :IS: 'a.csv' ~~|
Region: East, West ~~|
w[Region] = 1, 2 ~~|
effect((0, 0), (10, 10)) ~~|
each[East]((0, 0), (1, 1)) ~~|
each[West]((0, 0), (1, 2)) ~~|
level = INTEG(effect(x) + each[East](1) + each[West](1) + w[East] + w[West] + z, 0) ~~|
z = GET DIRECT CONSTANTS(file, ',', 'A1') ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 1 ~~|
TIME STEP = 1 ~~|
SAVEPER = TIME STEP ~~|
"""


def ends(path: Path) -> dict[str, float]:
    outcomes = run_scenarios(read_experiment(path))
    return {each.scenario.name: float(each.values[0, 0, -1]) for each in outcomes.outcomes}


def test_a_list_goes_along_its_sides_together(write: Write) -> None:
    text = """
    [[list]]
    name = "x {x:+%}, w {w}"
    x = { scale = "x", factors = [0.5, 2] }
    w = { set = "w[East]", values = [3, 4] }
    """
    experiment = read_experiment(write(text))
    assert experiment.scenarios == (
        Scenario(BENCHMARK),
        Scenario("x -50 %, w 3", (("x", 0.5),), (("w[East]", 3.0),)),
        Scenario("x +100 %, w 4", (("x", 2.0),), (("w[East]", 4.0),)),
    )


def test_a_list_needs_as_many_of_each(write: Write) -> None:
    text = """
    [[list]]
    x = { scale = "x", factors = [0.5, 2] }
    w = { set = "w[East]", values = [3] }
    """
    (found,) = found_in(write(text))
    assert found.code == "S3C703"
    assert "“x” 2, “w” 1" in found.message
    assert "[[product]]" in found.hint


def test_lookups_are_replaced(write: Write) -> None:
    text = """
    lookups = { "each[west]" = [[0, 5], [1, 5]] }
    [[scenario]]
    name = "steep"
    lookups = { Effect = [[0, 0], [1, 10], [2, 40]], each = [[0, 7]] }
    [[scenario]]
    name = "more"
    set = { x = 3 }
    """
    # The effect, the two of each, the two of w, and what the file holds.
    expected = {BENCHMARK: 2 + 1 + 5 + 3, "steep": 40 + 7 + 7 + 3, "more": 3 + 1 + 5 + 3}
    found = ends(write(text, TEXTS, a="0"))
    assert found == pytest.approx(expected)


def test_changes_files_stand_in(write: Write) -> None:
    path = write(
        """
        changes = "all.cin"
        constants = { x = 4 }
        texts = { FILE = "c.csv" }
        [[scenario]]
        name = "new"
        changes = ["one.cin", "two.cin"]
        set = { "w[West]" = 30 }
        """,
        TEXTS,
        a="1000",
        b="2000",
        c="3000",
    )
    folder = path.parent
    (folder / "all.cin").write_text("x = 9\nw = 10, 20\nfile :IS: 'b.csv'\n")
    (folder / "one.cin").write_text(
        "effect((0,0),\n (10,100))\nw[East] = 5\n0 <= x = 7 <= 9 FRAC\nfile :IS: 'a.csv'\n"
    )
    (folder / "two.cin").write_text("x =6")
    experiment = read_experiment(path)
    assert experiment.constants == {"w[East]": 10, "w[West]": 20, "x": 4}
    assert experiment.texts == (("file", "c.csv"),)
    assert experiment.held["file"] == "c.csv"
    assert ends(path) == pytest.approx({
        BENCHMARK: 3000 + 4 + 3 + 30, "new": 1000 + 60 + 3 + 5 + 30
    })  # fmt: skip


SETTING = [
    ("lookups = { x = [[0, 1]] }", "S3C706", "x", "no lookup"),
    ("lookups = { effekt = [[0, 1]] }", "S3C705", "effekt", "effect"),
    ("lookups = { effect = [[0, 1], [-1, 1]] }", "S3C703", "[[0", "backwards"),
    ("lookups = { effect = [] }", "S3C704", "[]", "no points"),
    ("lookups = { effect = [[0, 1]], EFFECT = [[0, 1]] }", "S3C707", "EFFECT", "twice"),
    ("texts = { fil = 'x' }", "S3C705", "fil", "file"),
    ("texts = { file = 3 }", "S3C703", "3", "text"),
    ("changes = 'no.cin'", "S3C606", "'no.cin'", "cannot be read"),
    ("changes = 'bad.cin'", "S3C604", "'bad.cin'", "bad.cin:2"),
]


@pytest.mark.parametrize(("text", "code", "at", "word"), SETTING)
@pytest.mark.parametrize("scenario", [False, True])
def test_mistakes_in_what_is_set(
    write: Write, text: str, code: str, at: str, word: str, scenario: bool
) -> None:
    path = write(f"[[scenario]]\nname = 'a'\n{text}" if scenario else text, TEXTS, a="0")
    (path.parent / "bad.cin").write_text("x = 3\nq = 4\n")
    found = next(each for each in found_in(path) if each.code == code)
    assert underlined(found).startswith(at)
    assert word in found.message + found.hint


def test_what_is_scaled_is_not_set_by_a_changes_file(write: Write) -> None:
    path = write("[[scenario]]\nname = 'a'\nscale = { x = 2 }\nchanges = 'x.cin'", TEXTS)
    (path.parent / "x.cin").write_text("x = 3")
    (found,) = found_in(path)
    assert found.code == "S3C714"


def test_a_model_is_run_with_its_sample(write: Write) -> None:
    """The values of the design are what the model's constants are."""
    experiment = read_experiment(
        write("sensitivity.parameters.x = { distribution = 'uniform', min = 0, max = 1 }")
    )
    assert experiment.sensitivity is not None
    design = draw(experiment.sensitivity, {"x": 2.0})
    runs = experiment.model.ensemble({"x": design.values[:, 0]}, save=["twice x"])
    assert np.array_equal(runs["twice x"].ravel(), 2 * design.values[:, 0])


def test_reading_raises_nothing_else() -> None:
    with pytest.raises(RunError):
        read_experiment("nowhere.toml")
