"""`s3c compile`, `check`, `format`, `show`, and what all commands share."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from command_line import MODELS, POPULATION, call, python

from s3c.runtime import VERSION, load_module

COMMANDS = ("run", "compile", "check", "format", "show")
STAGES = ("document", "system", "schedule", "program", "python")


# --- What all share ---


def test_help_names_every_command() -> None:
    result = call("--help")
    assert result.exit_code == 0
    assert all(re.search(rf"^  {command} ", result.stdout, re.MULTILINE) for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    for option in ("--help", "-h"):
        result = call(command, option)
        assert result.exit_code == 0
        assert result.stdout.startswith(f"Usage: main {command}")


def test_version() -> None:
    assert call("--version").output == f"s3c {VERSION}\n"


@pytest.mark.parametrize(
    "arguments", [["nosuch"], ["--nosuch"], *([command] for command in COMMANDS),
                  ["compile", "a.mdl", "b.mdl"], ["compile", "a.mdl", "--show", "nosuch"]],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    result = call(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: ")
    assert result.stdout == ""


def test_as_a_process(population: Path) -> None:
    done = python("-m", "s3c", "run", population.name, "-o", "out.csv", cwd=population.parent)
    assert (done.returncode, done.stderr) == (0, "wrote out.csv\n")
    assert "Population" in done.stdout
    failed = python("-m", "s3c", "check", "nosuch.mdl", cwd=population.parent)
    assert failed.returncode == 2
    assert failed.stderr.startswith("error[S3C606]: nosuch.mdl cannot be read")


# --- compile ---


def test_a_module_is_written_beside_the_model(population: Path) -> None:
    result = call("compile", population)
    module = population.with_suffix(".py")
    assert result.exit_code == 0
    assert result.stderr == f"{population} -> {module}\n"
    assert load_module(module).run()["Population"][0] == 100


def test_a_module_is_written_where_it_is_wanted(population: Path) -> None:
    module = population.with_name("elsewhere.py")
    result = call("compile", "-q", population, "-o", module)
    assert (result.exit_code, result.output) == (0, "")
    assert load_module(module).source == "population.mdl"
    assert not population.with_suffix(".py").exists()


def test_a_module_keeps_the_rights_of_the_file_it_replaces(population: Path) -> None:
    module = population.with_suffix(".py")
    module.write_text("")
    module.chmod(0o600)
    call("compile", population)
    assert module.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_can_be_shown(population: Path, stage: str) -> None:
    result = call("compile", population, "--show", stage)
    assert result.exit_code == 0
    assert "population" in result.stdout.casefold()
    assert list(population.parent.iterdir()) == [population]


def test_of_a_broken_model_the_stages_before_the_error_are_shown(broken: Path) -> None:
    result = call("compile", broken, "--show", "document")
    assert result.exit_code == 1
    assert "nothing" in result.stdout
    assert "error[S3C201]" in result.stderr
    assert call("compile", broken, "--show", "python").stdout == ""


def test_a_broken_model_is_not_compiled(broken: Path) -> None:
    result = call("compile", broken)
    assert result.exit_code == 1
    assert result.stderr.endswith("2 errors\n")
    assert list(broken.parent.iterdir()) == [broken]


# --- check ---


def test_a_good_model_is_checked(population: Path) -> None:
    result = call("check", population)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "1 file checked: 0 errors, 0 warnings\n"
    assert call("check", "-q", population).output == ""


def test_every_file_is_checked(population: Path, broken: Path) -> None:
    result = call("check", broken, population, broken)
    assert result.exit_code == 1
    assert result.stderr.count("error[S3C105]") == 2
    assert result.stderr.count("error[S3C201]") == 2
    assert "3 files checked: 4 errors" in result.stderr


def test_a_missing_file_does_not_hide_the_others(broken: Path) -> None:
    result = call("check", broken.with_name("nosuch.mdl"), broken)
    assert result.exit_code == 2
    assert "nosuch.mdl cannot be read" in result.stderr
    assert "error[S3C201]" in result.stderr


def test_the_syntax_alone(broken: Path) -> None:
    result = call("check", "--syntax", broken)
    assert result.exit_code == 1
    assert "S3C105" in result.stderr
    assert "S3C201" not in result.stderr


def test_ten_errors_are_told_in_one_run() -> None:
    model = Path(__file__).parents[1] / "models" / "bad" / "ten_errors.mdl"
    result = call("check", "-q", model)
    assert result.exit_code == 1
    errors = re.split(r"\n(?=error|warning)", result.stderr)
    assert len(errors) == 10
    for error in errors:
        assert re.match(r"error\[S3C\d{3}\]: \S", error)
        assert re.search(rf"--> {re.escape(str(model))}:\d+:\d+$", error, re.MULTILINE)
        assert re.search(r"^ *\d+ \| .*\S\n +\| *\^+$", error, re.MULTILINE)
        assert re.search(r"^  help: \S", error, re.MULTILINE)
    places = re.findall(r"^error.*\n  --> .*:(\d+):\d+", result.stderr, re.MULTILINE)
    assert list(map(int, places)) == sorted(map(int, places))


# --- format ---


def test_formatting_twice_is_formatting_once(population: Path) -> None:
    assert call("format", population).exit_code == 0
    once = population.read_bytes()
    assert once != POPULATION.encode()
    result = call("format", population)
    assert (result.exit_code, result.stderr) == (0, "0 of 1 changed\n")
    assert population.read_bytes() == once
    assert call("format", "--check", population).exit_code == 0


def test_format_check_changes_nothing(population: Path) -> None:
    result = call("format", "--check", population)
    assert result.exit_code == 1
    assert f"would change {population}" in result.stderr
    assert population.read_text() == POPULATION


def test_a_file_with_errors_is_left_as_it_is(population: Path, broken: Path) -> None:
    text = broken.read_bytes()
    result = call("format", broken, population)
    assert result.exit_code == 1
    assert "error[S3C105]" in result.stderr
    assert "1 of 2 changed" in result.stderr
    assert broken.read_bytes() == text


def test_formatting_changes_no_result(population: Path) -> None:
    before = call("run", population).stdout
    call("format", population)
    assert call("run", population).stdout == before


@pytest.mark.parametrize("name", ["s3.mdl", "s3_as_printed.mdl"])
def test_our_models_are_without_faults(name: str) -> None:
    """But that they draw random numbers, which is worth a remark."""
    result = call("check", MODELS / name, "--ignore", "S3C250")
    assert result.stderr == "1 file checked: 0 errors, 0 warnings\n"


# --- show ---


def test_every_variable_is_shown_on_a_line(population: Path) -> None:
    result = call("show", population)
    assert result.exit_code == 0
    lines = [re.split(r"  +", line.strip()) for line in result.stdout.splitlines()]
    assert ["Population", "stock", "people", "= INTEG(births - deaths, 100)"] in lines
    births = "= birth rate * Population * crowding(Population / 1000)"
    assert ["births", "flow", "people/Year", births] in lines
    assert len(lines) == 11


def test_one_variable_is_shown_with_causes_and_uses(population: Path) -> None:
    result = call("show", population, "BIRTH_RATE")
    assert result.exit_code == 0
    assert "constant: a number, which a run may change" in result.stdout
    assert "population.mdl:4" in result.stdout
    assert "used by: births" in result.stdout
    assert "A year's births for each of them." in result.stdout
    births = call("show", population, "births").stdout
    assert "causes:  birth rate, Population, crowding" in births
    assert "used by: Population" in births


def test_an_unknown_variable_is_met_with_a_suggestion(population: Path) -> None:
    result = call("show", population, "birthrate")
    assert result.exit_code == 2
    assert "did you mean “birth rate”" in result.stderr


def test_long_equations_are_not_cut_off_in_a_file(tmp_path: Path) -> None:
    model = tmp_path / "m.mdl"
    model.write_text(f"a long name = {' + '.join(map(str, range(200)))} ~~|")
    assert "a long name" in call("show", model).stdout
    assert "198 + 199" in call("show", model).stdout


# --- compile --passes ---


def test_a_program_is_shown_after_passes() -> None:
    model = MODELS / "s3.mdl"
    plain = call("compile", model, "--show", "program", "-q").stdout
    folded = call("compile", model, "--show", "program", "--passes", "fold", "-q").stdout
    whole = call("compile", model, "--show", "python", "--passes", "all", "-q").stdout
    assert "stocks[2] = 4.0 * 2.0" in plain
    assert "stocks[2] = 8.0" in folded
    assert "changes[5] = auxiliaries[5] - auxiliaries[6]" in folded
    assert whole.count("math.exp(") == 2  # one in a step, one inside it


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--passes", "all"], "needs --show program"),
        (["--passes", "all", "--show", "system"], "needs --show program"),
        (["--passes", "fold,nosuch", "--show", "program"], "there is no pass 'nosuch'"),
    ],
)
def test_passes_that_cannot_be_shown(options: list[str], said: str) -> None:
    result = call("compile", MODELS / "s3.mdl", *options)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
