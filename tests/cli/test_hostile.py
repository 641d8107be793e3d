"""Files and folders as they should not be: a diagnostic, an exit code, and nothing left behind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from command_line import call

from s3c.cli import main

COMMANDS = (("run", "-q"), ("compile",), ("check",), ("format",), ("show",))
JUNK = bytes(range(256)) * 20

BAD = {
    "not UTF-8": b"{UTF-8}\na\xff\xfe = 3 +~~|\nb = \xc3\x28 ~~|",
    "binary": b"\x7fELF\x02\x01\x01" + JUNK,
    "UTF-16": "a = 1 ~~|".encode("utf-16"),
    "zeros": bytes(3000),
    "parentheses without end": b"a = " + b"(" * 50_000,
    "calls": b"a = " + b"ABS(" * 5_000 + b"1" + b")" * 5_000 + b" ~~|",
    "powers": b"a = " + b"2^" * 5_000 + b"1 ~~|",
    "signs": b"a = " + b"-" * 50_000 + b"1 ~~|",
    "a sum without end": b"a = 1" + b"+1" * 5_000 + b" ~~|",
    "comments without end": b"{" * 50_000,
    "bars": b"|" * 2_000,
    "macros": b":MACRO: a(b)\n" * 2_000,
    "quotes": b'"' * 9_999,
}
GOOD = {
    "empty": b"",
    "blank": b" \n\t\r\n",
    "not UTF-8": b"caf\xe9 = 3 ~~|",
    "parentheses": b"a = " + b"(" * 50_000 + b"1" + b")" * 50_000 + b" ~~|",
    "a long sum": b"a = 1" + b"+1" * 249 + b" ~~|",
    "a long chain": b"".join(b"a%d = a%d + 1 ~~|\n" % (n, n + 1) for n in range(999))
    + b"a999 = 1 ~~|",
}


def is_diagnostic(text: str) -> bool:
    return re.match(r"error\[S3C\d{3}\]: \S", text) is not None


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_junk_gives_diagnostics(tmp_path: Path, data: bytes, command: tuple[str, ...]) -> None:
    file = tmp_path / "junk.mdl"
    file.write_bytes(data)
    result = call(*command, file)
    assert result.exit_code == 1
    assert is_diagnostic(result.stderr)
    assert list(tmp_path.iterdir()) == [file]
    assert file.read_bytes() == data
    assert "\x1b" not in result.output


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD)
def test_odd_models_run(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "odd.mdl"
    file.write_bytes(data)
    result = call("run", "-q", file, "--final-time", "2")
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("name", ["nosuch.mdl", "nosuch.py", ".", "nosuch/model.mdl", "a\nb.mdl"])
def test_what_is_no_file_cannot_be_read(
    tmp_path: Path, name: str, command: tuple[str, ...]
) -> None:
    result = call(*command, tmp_path / name)
    assert result.exit_code == 2
    assert is_diagnostic(result.stderr)
    assert "cannot be read" in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is forbidden to root")
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_file_without_rights_cannot_be_read(population: Path, command: tuple[str, ...]) -> None:
    population.chmod(0)
    result = call(*command, population)
    assert result.exit_code == 2
    assert is_diagnostic(result.stderr)


WRITES = {
    "table": ("run", "{model}", "-q", "-o", "{folder}/out.csv"),
    "picture": ("run", "{model}", "-q", "--plot", "{folder}/out.png"),
    "module": ("compile", "{model}", "-o", "{folder}/out.py"),
}


def write(kind: str, model: Path, folder: Path) -> None:
    """Try to write into a folder that takes nothing."""
    result = call(*(part.format(model=model, folder=folder) for part in WRITES[kind]))
    assert result.exit_code == 2
    assert result.stderr.startswith("error[S3C606]: ")
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize("kind", WRITES)
def test_nothing_is_written_into_a_missing_folder(population: Path, kind: str) -> None:
    write(kind, population, population.with_name("nosuch"))
    assert list(population.parent.iterdir()) == [population]


@pytest.mark.parametrize("kind", WRITES)
def test_nothing_is_written_below_a_file(population: Path, kind: str) -> None:
    before = population.read_bytes()
    write(kind, population, population)
    assert population.read_bytes() == before


@pytest.mark.parametrize("kind", WRITES)
def test_no_folder_is_replaced(population: Path, kind: str) -> None:
    for ending in ("csv", "png", "py"):
        (population.parent / f"out.{ending}").mkdir()
    write(kind, population, population.parent)
    assert len(list(population.parent.iterdir())) == 4


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is forbidden to root")
@pytest.mark.parametrize("kind", WRITES)
def test_nothing_is_written_into_a_folder_without_rights(population: Path, kind: str) -> None:
    folder = population.with_name("closed")
    folder.mkdir(mode=0o500)
    write(kind, population, folder)
    assert not list(folder.iterdir())


@pytest.mark.parametrize("text", ["", "1", "model = 3", "ABI = 1\nmodel = 3", "ABI = 99", "a b c"])
def test_a_python_file_that_is_no_model_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "m.py"
    file.write_text(text)
    result = call("run", file)
    assert result.exit_code == 2
    assert "error[S3C605]" in result.stderr


def test_an_error_of_our_own_is_told_as_one(
    population: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr("s3c.loading.load_with_warnings", broken)
    result = CliRunner().invoke(main, ["run", str(population)])
    assert result.exit_code == 3
    assert (
        "error[S3C901]: s3c itself failed: ZeroDivisionError: nobody foresaw this" in result.stderr
    )
    assert "Traceback" not in result.stderr


def test_who_looks_for_the_error_sees_where_it_was(
    population: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr("s3c.loading.load_with_warnings", broken)
    monkeypatch.setenv("S3C_DEBUG", "1")
    result = CliRunner().invoke(main, ["run", str(population)])
    assert result.exit_code == 3
    assert "Traceback" in result.stderr
    assert "in broken" in result.stderr


def test_too_little_memory_is_told_with_a_way_out(
    population: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def greedy(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("s3c.loading.load_with_warnings", greedy)
    result = call("run", population)
    assert result.exit_code == 1
    assert "error[S3C501]: the model is too large" in result.stderr
    assert "smaller subscript ranges" in result.stderr


def test_nothing_is_said_to_who_does_not_read_on(population: Path) -> None:
    """As in `s3c show model.mdl | head`."""
    command = [sys.executable, "-m", "s3c", "show", str(population)]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        result = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writing)
    assert (result.returncode, result.stderr) == (1, b"")


@pytest.mark.parametrize("command", [("run",), ("show",), ("check",)])
def test_a_model_cannot_steer_the_terminal(command: tuple[str, ...], tmp_path: Path) -> None:
    model = tmp_path / "model.mdl"
    model.write_bytes(
        b'"a\x1b[31m" = INTEG("b\x07" + 0, 0) ~ \x1b]0;x\x07 ~ \x1b[2J |\n"b\x07" = 1 ~~|'
    )
    result = call(*command, model)
    assert "\x1b" not in result.output.replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert "\x07" not in result.output
