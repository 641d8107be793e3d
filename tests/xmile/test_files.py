"""XMILE files where model files are taken: by the library, the importer and the command line."""

from __future__ import annotations

import sys
from importlib import import_module, invalidate_caches
from pathlib import Path

import pytest
from command_line import call
from xmile_models import aux, xmile

import s3c
import s3c.importer

MODEL = xmile(
    '<stock name="Stock"><eqn>1</eqn><inflow>growth</inflow></stock>'
    '<flow name="growth"><eqn>Stock * rate</eqn></flow>' + aux("rate", "1")
)


@pytest.fixture(params=["model.xmile", "model.stmx", "model.ITMX"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / str(request.param)
    path.write_text(MODEL, encoding="utf-8")
    return path


def command(*arguments: str | Path) -> tuple[int, str]:
    result = call(*arguments)
    return result.exit_code, result.output


def test_load(file: Path) -> None:
    for _ in range(2):  # compiled, then kept
        assert list(s3c.load(file).run()["Stock"]) == [1, 2, 4, 8, 16]
    assert s3c.load(file).run({"rate": 0})["Stock"][-1] == 1


def test_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "bom.xmile"
    path.write_text(MODEL, encoding="utf-8-sig")
    assert s3c.load(path).run()["Stock"][-1] == 16


def test_windows_letters(tmp_path: Path) -> None:
    path = tmp_path / "windows.xmile"
    text = xmile(aux("größe", "1")).replace("utf-8", "windows-1252")
    path.write_bytes(text.encode("cp1252"))
    assert s3c.load(path).run()["größe"][0] == 1


def test_run_check_and_show(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert command("run", file, "-o", out)[0] == 0
    assert out.read_text(encoding="utf-8").count("\n") == 6
    assert command("check", file)[0] == 0
    assert "flow" in command("show", file)[1]
    assert "INTEG" in command("compile", file, "--show", "document")[1]


def test_format_leaves_the_file_alone(file: Path) -> None:
    code, output = command("format", file)
    assert code != 0
    assert "S3C157" in output
    assert file.read_text(encoding="utf-8") == MODEL


def test_compare(file: Path) -> None:
    assert command("compare", file, file)[0] == 0


def test_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "grown_from_xmile.xmile").write_text(MODEL, encoding="utf-8")
    invalidate_caches()
    try:
        assert import_module("grown_from_xmile").run()["Stock"][-1] == 16
    finally:
        sys.modules.pop("grown_from_xmile", None)


def test_errors_are_told_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "bad.xmile"
    path.write_text(xmile(aux("x", "1 + nothing") + aux("y", "2 *")), encoding="utf-8")
    code, output = command("check", path)
    assert code != 0
    assert "S3C201" in output
    assert "S3C101" in output
    assert "2 errors" in output
