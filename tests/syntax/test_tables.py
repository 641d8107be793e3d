"""What Lark makes of the grammar is kept, and made anew where it is not whole."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

grammar = import_module("s3c.compiler.syntax.grammar")
TEXT = "a[x, y!] :EXCEPT: [z] = IF THEN ELSE(b > 2 :AND: :NOT: c = 3, -d ^ 2, sum(e[f!]))"


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file where they are kept."""
    file = tmp_path / "mdl.tables"
    monkeypatch.setattr(grammar, "_tables", lambda: str(file))
    yield file
    forget()


def forget() -> None:
    """Make the parser anew, and what reads by its tables, when next something is parsed."""
    grammar._parser.cache_clear()
    grammar._loop.cache_clear()


def parsed_anew() -> object:
    forget()
    return grammar.parse_definition(TEXT)


def test_kept_tables_read_the_same(tables: Path) -> None:
    expected = parsed_anew()
    whole = tables.read_bytes()
    assert parsed_anew() == expected
    assert tables.read_bytes() == whole


@pytest.mark.parametrize("broken", [b"", b"junk", b"0" * 64 + b"\n", None])
def test_broken_tables_are_made_anew(tables: Path, broken: bytes | None) -> None:
    expected = parsed_anew()
    whole = tables.read_bytes()
    tables.write_bytes(whole[:-1000] if broken is None else broken)
    assert parsed_anew() == expected
    made_anew = tables.read_bytes()
    assert len(made_anew) > len(whole) - 1000
    assert parsed_anew() == expected
    assert tables.read_bytes() == made_anew


def test_a_folder_that_is_not_there_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grammar, "_tables", lambda: str(tmp_path / "no" / "mdl.tables"))
    assert parsed_anew() is not None
    assert not list(tmp_path.iterdir())
    forget()


def test_they_are_kept_where_python_keeps_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert grammar._tables() is False
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    assert Path(grammar._tables()).parent == Path(grammar.__cached__).parent
