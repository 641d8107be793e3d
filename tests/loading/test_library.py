"""s3c as a library: what a user imports, and what that costs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from command_line import MODELS, python

import s3c
from s3c.runtime import Kind


def test_a_run_is_read_by_any_spelling(population: Path) -> None:
    run = s3c.load(str(population)).run({"BIRTH_rate": 0.2}, saveper=5)
    np.testing.assert_array_equal(run.time, [0, 5, 10])
    for spelling in ("birth rate", "Birth_Rate", '"birth   rate"'):
        np.testing.assert_array_equal(run[spelling], [0.2, 0.2, 0.2])
    assert "LIFETIME" in run
    assert "nothing" not in run


def test_a_run_is_a_data_frame(population: Path) -> None:
    pytest.importorskip("pandas")
    run = s3c.load(population).run()
    frame = run.to_pandas()
    assert tuple(frame.columns) == run.names
    assert frame.index.name == "Time"
    assert list(frame["Population"]) == list(run["Population"])
    assert list(frame.index) == list(run.time)


def test_a_model_knows_its_variables(population: Path) -> None:
    model = s3c.load(population)
    kinds = {each.name: each.kind for each in model.variables}
    assert kinds == {
        "Population": Kind.STOCK, "births": Kind.FLOW, "birth rate": Kind.CONSTANT,
        "deaths": Kind.FLOW, "lifetime": Kind.CONSTANT, "crowding": Kind.LOOKUP,
        "INITIAL TIME": Kind.CONSTANT, "FINAL TIME": Kind.CONSTANT, "TIME STEP": Kind.CONSTANT,
        "SAVEPER": Kind.CONSTANT,
    }  # fmt: skip
    births = model.variable("BIRTHS")
    assert (births.units, births.line) == ("people/Year", 3)
    assert births.equation == "births = birth rate * Population * crowding(Population / 1000)"


def test_errors_are_caught_by_the_names_of_the_face(population: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.mdl"
    bad.write_text("a = b ~~|")
    with pytest.raises(s3c.CompileError, match="S3C201"):
        s3c.load(bad)
    with pytest.raises(s3c.CompileError):
        s3c.compile_file(bad)
    with pytest.raises(s3c.RunError, match="S3C606"):
        s3c.load(tmp_path / "nosuch.mdl")
    with pytest.raises(s3c.RunError, match="S3C604"):
        s3c.load(population).run({"birht rate": 1})
    with pytest.raises(s3c.SimulationError, match="deaths"):
        s3c.load(population).run({"lifetime": 0})


def test_compile_file_gives_text_and_the_place_of_every_line(population: Path) -> None:
    generated = s3c.compile_file(population)
    lines = generated.text.splitlines()
    places = {number: span.location.line for number, span in generated.spans.items()}
    deaths = next(n for n, line in enumerate(lines, 1) if "deaths = " in line)
    assert places[deaths] == 5


def test_every_name_of_the_face_is_there() -> None:
    for name in s3c.__all__:
        assert getattr(s3c, name)
        assert name in dir(s3c)
    with pytest.raises(AttributeError, match="nosuch"):
        s3c.nosuch  # noqa: B018


LOADED = "import sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
HEAVY = {"numpy", "lark", "rich", "networkx", "matplotlib", "sympy", "pandas"}


def test_import_s3c_is_light() -> None:
    done = python("-c", f"import s3c; {LOADED}")
    assert not HEAVY & set(done.stdout.split())
    assert "s3c" in done.stdout.split()


def test_help_is_light() -> None:
    code = (
        "import sys\nfrom s3c.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit as error: assert error.code == 0\n"
    )
    done = python("-c", code + LOADED)
    assert "Commands:" in done.stdout
    assert not HEAVY & set(done.stdout.splitlines()[-1].split())


RUN = """
import sys
from s3c.cli import main
try: main(["run", sys.argv[1]])
except SystemExit as error: assert not error.code
loaded = {name.removeprefix("s3c.") for name in sys.modules}
"""


def test_a_first_run_imports_no_more_than_it_compiles_with(population: Path) -> None:
    wrong = "{'numpy', 'rich', 'networkx', 'sympy', 'compiler.xmile', 'compiler.export'}"
    code = f"{RUN}\nassert 'compiler.program' in loaded\nassert not {wrong} & loaded\n"
    assert python("-c", code, str(population)).stderr == ""


def test_a_warm_run_imports_no_more_than_it_runs_with(population: Path) -> None:
    s3c.load(population)
    wrong = (
        "{'numpy', 'lark', 'compiler', 'difflib', 'traceback', 'importlib.metadata', 'tempfile',"
        " 'runtime.builtins', 'runtime.failures', 'runtime.override', 'runtime.sources',"
        " 'runtime.data.supply', 'runtime.companions', 'runtime.calendar_time'}"
    )
    code = f"{RUN}\nassert 'runtime.integrate' in loaded\nassert not {wrong} & loaded\n"
    assert python("-c", code, str(population)).stderr == ""


def test_a_compiled_module_needs_the_runtime_alone(tmp_path: Path) -> None:
    module = tmp_path / "s3_model.py"
    module.write_text(s3c.compile_file(MODELS / "s3.mdl", to=module).text)
    code = (
        "import sys, s3_model; run = s3_model.run(); print(run['Coupling level'][-1])\n"
        "wrong = {'lark', 'networkx', 'sympy', 'click', 'rich', 'pandas', 'matplotlib'}\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "assert not wrong & loaded, wrong & loaded\n"
        "assert not [name for name in sys.modules if name.startswith('s3c.compiler')]\n"
        "assert {name for name in sys.modules if name.startswith('s3c.')} <= {'s3c.runtime'} | "
        "{name for name in sys.modules if name.startswith('s3c.runtime.')}\n"
    )
    done = python("-c", code, cwd=tmp_path)
    assert done.stderr == ""
    assert float(done.stdout) > 0.4
