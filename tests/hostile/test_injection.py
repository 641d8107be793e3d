"""Words of a model in native modules, in XMILE, and in all that a file holds besides equations.

`tests/backends/test_injection.py` looks through modules of Python; here are the other ways that
a model's text goes: it never becomes code, and never a tag of XMILE.
"""

from __future__ import annotations

import ast
import builtins
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from native_calls import native_names
from printed import NASTY, PLANTED, look_through, quoted, run

from s3c.compiler import Source, check, convert_source, print_native
from s3c.runtime import Request

TIMES = "\nFINAL TIME = 2 ~~|\nINITIAL TIME = 0 ~~|\nTIME STEP = 1 ~~|\n"
NATIVE_NODES = {
    *("Module", "Import", "ImportFrom", "alias", "Assign", "AugAssign", "FunctionDef", "arguments"),
    *("arg", "Return", "For", "While", "If", "Expr", "Name", "Constant", "Tuple", "List", "Call"),
    *("keyword", "Attribute", "Subscript", "Slice", "BinOp", "UnaryOp", "BoolOp", "Compare"),
    *("IfExp", "Load", "Store", "Break", "Continue", "Pass", "Add", "Sub", "Mult", "Div", "Mod"),
    *("FloorDiv", "Pow", "USub", "UAdd", "Not", "And", "Or", "Eq", "NotEq", "Lt", "LtE", "Gt"),
    *("GtE", "BitAnd", "BitOr", "BitXor", "LShift", "RShift", "Invert"),
}
PYTHONS = {"range", "len", "min", "max", "abs", "float", "int", "bool"}


def text_with(words: str) -> str:
    """A model whose names, units, comments, groups, texts, files and sketch hold some words."""
    plain = words.replace("|", "").replace("~", "").replace("\0", "")
    string = plain.replace("'", "").replace("\n", " ").replace("\r", " ")
    name, line = quoted(words), " ".join(plain.split())
    return (
        f"{{UTF-8}}\n{{ {plain} }}\n"
        f"{name} = INTEG(flow - {name} / 3, 2) ~ {plain} [0, 1, {line}] ~ {plain} |\n"
        f"***{line}***~{line}|\n*****\n\t.{line}\n*****~\n\t\t{line} |\n"
        f"flow = DELAY FIXED(STEP(1, 2), 2, 0) + table({name}) ~~ {plain} |\n"
        f"table((0,0),(9,1)) ~ {plain} ~ {plain} |\n"
        f"text :IS: '{string}' ~~|\n"
        f"{TIMES}"
        f"\\\\\\---/// Sketch information - do not modify anything except names\n"
        f"V300 {line}\n*{line}\n10,1,{line},1,2,3,4,3,3,0,0,0,0,0,0\n"
        f"///---\\\\\\\n:L<%^E!@\n1:{line}\n30:?{line}={line}\n"
    )


def native_text(text: str) -> str | None:
    """The native module of a model that compiles."""
    program = check(Source("m.mdl", text)).program
    return None if program is None else print_native(program, Request("Euler", vary=()))


def look_through_native(text: str) -> None:
    """Fail where a native module holds anything but what the compiler writes."""
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    assert {type(each).__name__ for each in nodes} <= NATIVE_NODES
    bound = {each.arg for each in nodes if isinstance(each, ast.arg)}
    bound |= {each.name for each in nodes if isinstance(each, ast.FunctionDef)}
    bound |= {
        each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }
    imported = {
        alias.asname or alias.name
        for each in nodes
        if isinstance(each, ast.Import | ast.ImportFrom)
        for alias in each.names
    }
    assert imported <= set(native_names()) | {"compiled", "KernelPlan", "Plan", "Stretch"}
    assert not bound & (set(dir(builtins)) | imported)
    used = {each.id for each in nodes if isinstance(each, ast.Name)}
    assert used <= bound | imported | PYTHONS
    documented = {
        ast.get_docstring(each, clean=False)
        for each in nodes
        if isinstance(each, ast.Module | ast.FunctionDef)
    }
    for each in nodes:
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            assert each.value.isidentifier() or each.value in documented
            assert PLANTED not in each.value


@pytest.mark.parametrize("words", NASTY, ids=ascii)
def test_native_modules_hold_no_words_of_a_model(words: str) -> None:
    pytest.importorskip("numba", reason="numba, which native code needs, is not installed")
    text = native_text(text_with(words))
    if text is not None:
        look_through_native(text)
        assert PLANTED not in text


def test_a_tame_model_is_native() -> None:
    """Without this, the test above could look at nothing."""
    pytest.importorskip("numba", reason="numba, which native code needs, is not installed")
    text = native_text(text_with("tame"))
    assert text is not None
    assert "OBSTACLE = None" in text or "OBSTACLE" not in text or 'OBSTACLE = ""' in text


@pytest.mark.parametrize("words", NASTY, ids=ascii)
def test_all_parts_of_a_file(words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    generated = check(Source("m.mdl", text_with(words))).generated
    if generated is not None:
        run(generated)
    assert not list(tmp_path.iterdir())


# --- XMILE ---

_XMILE = "{http://docs.oasis-open.org/xmile/ns/XMILE/v1.0}"


def tags(text: str) -> set[str]:
    return {each.tag for each in ET.fromstring(text).iter()}  # noqa: S314  (our own)


@pytest.mark.parametrize("words", [*NASTY, "]]>", "<eqn>", "&a;", "<!--", "--><x>"], ids=ascii)
def test_words_become_no_tags(words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    known = tags(convert_source(Source("m.mdl", text_with("tame")), "m.xmile")[0])
    text, _ = convert_source(Source("m.mdl", text_with(words)), "m.xmile")
    if not text:
        return
    assert tags(text) <= known
    back = check(Source("m.xmile", text)).generated
    if back is not None:
        run(back)
    assert not list(tmp_path.iterdir())


def test_a_tame_model_becomes_xmile() -> None:
    text, _ = convert_source(Source("m.mdl", text_with("tame")), "m.xmile")
    assert f"{_XMILE}stock" in tags(text)
    back = check(Source("m.xmile", text)).generated
    assert back is not None
    look_through(back)


def xmile_with(words: str) -> str:
    """A file of XMILE whose names, units and documentation are some words."""
    safe = re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", words)
    escaped = safe.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return (
        '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">'
        f"<header><name>{escaped}</name><vendor>{escaped}</vendor></header>"
        "<sim_specs><start>0</start><stop>2</stop><dt>1</dt></sim_specs><model><variables>"
        f'<stock name="{escaped}"><doc>{escaped}</doc><units>{escaped}</units><eqn>1</eqn>'
        f"<inflow>f</inflow></stock><flow name='f'><eqn>2</eqn></flow>"
        f'<group name="{escaped}"><entity name="f"/></group>'
        "</variables></model></xmile>"
    )


@pytest.mark.parametrize("words", NASTY, ids=ascii)
def test_words_of_xmile(words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = Source("m.xmile", xmile_with(words))
    generated = check(source).generated
    if generated is not None:
        run(generated)
    text, _ = convert_source(source, "m.mdl")
    again = check(Source("m.mdl", text)).generated
    if again is not None:
        run(again)
    assert not list(tmp_path.iterdir())


def test_a_tame_file_of_xmile_compiles() -> None:
    assert check(Source("m.xmile", xmile_with("tame"))).generated


@given(
    st.text(st.characters() | st.sampled_from("\"'\\{}#\n\r\x0c\x85\u2028`$%;:<>&~|"), max_size=30)
)
@settings(max_examples=100, deadline=None)
def test_any_words_stay_words_in_all_parts(words: str) -> None:
    generated = check(Source("m.mdl", text_with(words))).generated
    if generated is not None:
        look_through(generated)
