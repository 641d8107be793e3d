"""Words of a model in whatever is written of it: they stay words.

`tests/backends/test_injection.py` looks through the modules of Python that single names, units,
comments and files give. Here a model has the words in all of its parts at once, and each thing that
is made of it (module, native module, XMILE, Vensim's text, tables, pictures, pages, what a terminal
shows) must be what a tame model gives, but for the words.
"""

from __future__ import annotations

import ast
import csv
import html
import json
import re
from collections import Counter
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from command_line import call
from hypothesis import given, settings
from hypothesis import strategies as st
from printed import NASTY, PLANTED, own_names, quoted, run, shape

from s3c.compiler import Diagnostic, Source, check, convert_source, print_native, syntax
from s3c.reports import make_report, read_study
from s3c.runtime import Request, display_name, fold, write_table

TIMES = "\nFINAL TIME = 2 ~~|\nINITIAL TIME = 0 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
NATIVE = Request("euler", vary=())
words_of_all_kinds = pytest.mark.parametrize("words", NASTY, ids=ascii)


@pytest.fixture(autouse=True)
def nothing_planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in; `ends_clean` looks whether anything was made there."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def text_with(words: str, *, plain: str | None = None) -> str:
    """A model whose names, units, comments, groups, ranges, sketch and settings hold some words.

    `plain` are the words for units, groups and comments; those of names may be any.
    """
    said = re.sub("[|~\0]", "", words if plain is None else plain)
    line = " ".join(said.split()).lstrip("*[")
    name, range_, element = (quoted(f"{words} {kind}") for kind in ("x", "r", "e"))
    return (
        f"{{UTF-8}}\n{{ {said} }}\n"
        ":MACRO: double(input)\n"
        f"double = input * 2 ~ {line} ~ {said} |\n:END OF MACRO:\n"
        f"{range_}: {element}, other ~~ {said} |\n"
        f"{name} = INTEG(flow - {name} / 3, 2) ~ {line} ~ {said} |\n"
        f"****\n\t.{line}\n****~\n\t\t{line} |\n"
        f"flow = DELAY3(STEP(1, 2), 2) + bend({name}) + double({name}) + SUM(array[{range_}!])"
        f" + EXP(-Time) ~~ {said} |\n"
        f"bend((0,0),(9,1)) ~ {line} ~ {said} |\n"
        f"array[{range_}] = IF THEN ELSE(Time > 1, {range_}, 2) ~~|\n"
        f"{TIMES}"
        "\\\\\\---/// Sketch information - do not modify anything except names\n"
        f"V300 {line}\n*{line}\n10,1,{line},1,2,3,4,3,3,0,0,0,0,0,0\n"
        f"///---\\\\\\\n:L<%^E!@\n1:{line}\n30:?{line}={line}\n"
    )


def tries(words: str) -> list[str]:
    """Models with some words: everywhere, in names alone, and where no name is."""
    return [text_with(words), text_with(words, plain="tame"), text_with("tame", plain=words)]


# --- Modules ---


@pytest.fixture(scope="module")
def tame() -> tuple[str, str]:
    """What the modules of a tame model do, in Python and natively."""
    compilation = check(Source("m.mdl", text_with("tame")))
    assert compilation.generated is not None
    assert compilation.program is not None
    return shape(compilation.generated.text), shape(print_native(compilation.program, NATIVE))


@words_of_all_kinds
def test_modules_do_what_they_do_under_tame_names(
    words: str, tame: tuple[str, str], nothing_planted: Path
) -> None:
    compiled = [check(Source("m.mdl", text)) for text in tries(words)]
    for compilation in compiled:
        if compilation.generated is None or compilation.program is None:
            assert any(each.is_error for each in compilation.diagnostics)
            continue
        native = print_native(compilation.program, NATIVE)
        assert (shape(compilation.generated.text), shape(native)) == tame
        strings = [
            each.value
            for each in ast.walk(ast.parse(native))
            if isinstance(each, ast.Constant) and isinstance(each.value, str)
        ]
        assert PLANTED not in "".join(strings), "native modules know nothing of a model's words"
        run(compilation.generated)
    # What is in no encoding is refused, and what would end a group or a comment, in places.
    refused = {"\ud800"}
    assert words in refused or any(each.generated for each in compiled)
    assert not list(nothing_planted.iterdir())


def text_that_calls(words: str) -> str:
    """A model with words in what it shows and in the names of files, sheets, cells, macros."""
    said = " ".join(re.sub("['|~\0]", "", words).split())
    macro = quoted(f"{words} m")
    return (
        f"{{UTF-8}}\n:MACRO: {macro}({quoted(f'{words} p')})\n"
        f"{macro} = {quoted(f'{words} p')} * 2 ~~|\n:END OF MACRO:\n"
        f"shown = MESSAGE('{said} x', Time) ~~|\ndouble = {macro}(Time) ~~|\n"
        f"text :IS: '{said} x' ~~|\n"
        f"constant = GET DIRECT CONSTANTS('{said} f.csv', '{said} s', '{said} c') ~~|\n"
        f"series :RAW: := GET XLS DATA('{said} f.xlsx', '{said} s', '{said} r', '{said} c') ~~|\n"
        f"bend = GET DIRECT LOOKUPS('?{said}', '{said} s', '{said} r', '{said} c') ~~|\n"
        f"y = series + bend(Time) + constant ~~|\n{TIMES}"
    )


@words_of_all_kinds
def test_what_a_model_shows_reads_and_calls_stays_words(words: str) -> None:
    known = check(Source("m.mdl", text_that_calls("tame"))).generated
    assert known is not None
    compilation = check(Source("m.mdl", text_that_calls(words)))
    if compilation.generated is None:
        assert re.search("[\ud800-\udfff\r\n]", words), "all else can be said in one line of text"
        return
    assert shape(compilation.generated.text) == shape(known.text)
    assert compilation.program is not None
    native = print_native(compilation.program, NATIVE)
    assert PLANTED not in native


def test_names_of_the_modules_themselves() -> None:
    """Every name that a module gives, takes or imports, as the name of a variable."""
    compilation = check(Source("m.mdl", text_with("tame")))
    assert compilation.generated is not None
    assert compilation.program is not None
    texts = (compilation.generated.text, print_native(compilation.program, NATIVE))
    names = set[str]()
    for tree in map(ast.parse, texts):
        names |= own_names(tree)
        names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
    assert len(names) > 50
    met, apart = Counter[str](), list[str]()
    for name in sorted(names):  # with dots, since some differ only in case, or are the model's own
        met[fold(name)] += 1
        apart.append(f"{name} {'.' * met[fold(name)]}")
    shapes = set[tuple[str, str]]()
    for words in (apart, [f"tame {number}" for number in range(len(names))]):
        more = (f'{quoted(name)} = INTEG("tame x", {k}) ~~|' for k, name in enumerate(words))
        named = check(Source("m.mdl", text_with("tame").replace(TIMES, "\n".join(more) + TIMES)))
        assert named.generated is not None
        assert named.program is not None
        shapes.add((shape(named.generated.text), shape(print_native(named.program, NATIVE))))
    assert len(shapes) == 1


LETTERS = st.characters() | st.sampled_from("\"'\\{}#\n\r\x0c\x85\u2028`$%;:<>&[]()")


@given(st.text(LETTERS, max_size=20), st.text(LETTERS, max_size=20))
@settings(max_examples=60, deadline=None)
def test_any_words_stay_words(tame: tuple[str, str], name: str, said: str) -> None:
    generated = check(Source("m.mdl", text_with(name, plain=said))).generated
    if generated is not None:
        assert shape(generated.text) == tame[0]


# --- Files of models ---


def exportable(words: str) -> str:
    """A model that XMILE has words for."""
    said = re.sub("[|~\0]", "", words)
    line = " ".join(said.split()).lstrip("*[")
    name, range_, element = (quoted(f"{words} {kind}") for kind in ("x", "r", "e"))
    return (
        f"{{UTF-8}}\n{range_}: {element}, other ~~|\n"
        f"{name} = INTEG(flow, 2) ~ {line} ~ {said} |\n"
        f"flow = bend({name}) + SUM(array[{range_}!]) ~ {line} ~ {said} |\n"
        f"bend((0,0),(9,1)) ~ {line} ~ {said} |\narray[{range_}] = Time ~~ {said} |\n{TIMES}"
    )


def converted(name: str, text: str, target: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text of a model in another format; none if it has errors."""
    made, found = convert_source(Source(name, text), target)
    return made.text, found


def tags(text: str) -> Counter[tuple[str, ...]]:
    """The elements of XML, with the names of their attributes."""
    return Counter(
        (each.tag, *sorted(each.attrib))
        for each in ET.fromstring(text).iter()  # noqa: S314 -- our own
    )


@words_of_all_kinds
def test_words_become_no_xml(words: str, nothing_planted: Path) -> None:
    known = tags(converted("m.mdl", exportable("tame"), "m.xmile")[0])
    text, found = converted("m.mdl", exportable(words), "m.xmile")
    if not text:
        assert any(each.is_error for each in found)
        return
    has = tags(text)
    optional = {each for each in has | known if each[0].endswith(("}doc", "}units", "}label"))}
    assert {k: n for k, n in has.items() if k not in optional} == {
        k: n for k, n in known.items() if k not in optional
    }
    back = check(Source("m.xmile", text)).generated
    assert back is not None
    run(back)
    assert not list(nothing_planted.iterdir())


def test_most_words_are_written_as_xml() -> None:
    """Without this, the test above could look at nothing."""
    written = [converted("m.mdl", exportable(each), "m.xmile")[0] for each in NASTY]
    assert sum(map(bool, written)) > 0.7 * len(NASTY)


def xmile_with(words: str) -> str:
    """A file of XMILE whose names, units and documentation are some words."""
    safe = re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", words)
    escaped = safe.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return (
        '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">'
        f"<header><name>{escaped}</name><vendor>{escaped}</vendor></header>"
        '<sim_specs><start>0</start><stop>2</stop><dt>1</dt></sim_specs><dimensions><dim name="d">'
        f'<elem name="{escaped} e"/><elem name="other"/></dim></dimensions><model><variables>'
        f'<stock name="{escaped} x"><doc>{escaped}</doc><units>{escaped}</units><eqn>1</eqn>'
        "<inflow>f</inflow></stock><flow name='f'><eqn>2</eqn></flow>"
        f"<aux name='a'><doc>{escaped}</doc><dimensions><dim name='d'/></dimensions>"
        "<eqn>3</eqn></aux>"
        f'<group name="{escaped}"><doc>{escaped}</doc><entity name="f"/></group>'
        "</variables></model></xmile>"
    )


MARKS = (
    "x|\ny = 1 ~~|", "x ~ ~ | evil = 1 ~~|", "~~|", ":END OF MACRO:", "\\\\\\---/// Sketch",
    "*****", "{", "}", "{x", "x}", '"', "x\n|", "x~", ":SUPPLEMENTARY", "~:SUP", "a\\\nb",
)  # fmt: skip


@pytest.mark.parametrize("words", [*NASTY, *MARKS], ids=ascii)
def test_words_of_xmile_become_no_equations(words: str, nothing_planted: Path) -> None:
    source = Source("m.xmile", xmile_with(words))
    compilation = check(source)
    if compilation.generated is None:
        assert any(each.is_error for each in compilation.diagnostics)
        return
    model = run(compilation.generated)
    text, _ = converted("m.xmile", xmile_with(words), "m.mdl")
    again = check(Source("m.mdl", text))
    assert again.generated is not None, [str(each) for each in again.diagnostics]
    assert {each.name for each in run(again.generated).variables} == {
        each.name for each in model.variables
    }
    assert not list(nothing_planted.iterdir())


@words_of_all_kinds
def test_words_are_laid_out_as_words(words: str) -> None:
    """`s3c format` changes how a model looks, not what its parts are."""
    for text in tries(words):
        document, found = syntax.parse(Source("m.mdl", text))
        if any(each.is_error for each in found):
            continue
        laid_out = syntax.format_document(document)
        again, told = syntax.parse(Source("m.mdl", laid_out))
        assert not any(each.is_error for each in told)
        before, after = list(document.equations()), list(again.equations())
        assert [each.definition for each in before] == [each.definition for each in after]
        assert [type(each) for each in document.parts] == [type(each) for each in again.parts]


# --- Tables ---

CELLS = [each for each in NASTY if not re.search("[\ud800-\udfff\0]", each)]


@pytest.mark.parametrize("ending", ["csv", "tab", "dat", "xlsx"])
def test_names_in_tables(ending: str, tmp_path: Path) -> None:
    """A name that begins with “=” is written as it is to text, and as text to a workbook."""
    names = list(dict.fromkeys(" ".join(f"{each} .".split()) for each in CELLS))
    lines = (f"{quoted(name)} = {number} + Time ~~|\n" for number, name in enumerate(names))
    generated = check(Source("m.mdl", "{UTF-8}\n" + "".join(lines) + TIMES)).generated
    assert generated is not None
    done = run(generated).run()
    wanted = {each.name for each in done.model.variables}
    assert "=cmd|' /C calc'!A0 ." in wanted
    file = tmp_path / f"t.{ending}"
    if ending == "xlsx":
        wanted = {each for each in wanted if each.isprintable()}
        done = run(generated).run(save=sorted(wanted))
        wanted -= {"FINAL TIME", "INITIAL TIME", "TIME STEP", "SAVEPER", "Time"}
    write_table(done, file)
    assert wanted <= names_in(file)


def names_in(file: Path) -> set[str]:
    """The names that stand in a table."""
    match file.suffix:
        case ".csv" | ".tab":
            with file.open(encoding="utf-8", newline="") as stream:
                return set(next(csv.reader(stream, delimiter="," if ".csv" in file.name else "\t")))
        case ".dat":
            lines = file.read_text("utf-8").split("\n")
            return {display_name(line) for line in lines}
        case _:
            openpyxl: Any = import_module("openpyxl")
            rows = openpyxl.load_workbook(file).active.iter_rows(max_row=1)
            cells = [cell for row in rows for cell in row]
            assert {cell.data_type for cell in cells} == {"s"}, "no cell is a formula"
            return {cell.value for cell in cells}


# --- Pages, pictures, and what machines read ---


class Tags(HTMLParser):
    """The elements of a page, with the names of their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.met = set[tuple[str, ...]]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met.add((tag, *sorted(name for name, _ in attrs)))


def study_with(words: str, folder: Path) -> str:
    """The page of a study that has some words wherever it may."""
    folder.mkdir()
    (folder / "m.mdl").write_text(text_with(words, plain="tame"), encoding="utf-8")
    said = json.dumps(words.replace("\x7f", ""))  # a string of JSON is one of TOML
    name = json.dumps(f"{words} x")
    (folder / "t.csv").write_text(f'a,"{words.replace(chr(34), "")}"\n1,2\n', encoding="utf-8")
    block = "[[section.block]]"
    (folder / "s.toml").write_text(
        f"title = {said}\nsubtitle = {said}\n[[section]]\nheading = {said}\n"
        f"{block}\nrun = 'm.mdl'\nshow = [{name}]\nat = 'end'\ncaption = {said}\n"
        f"{block}\nequations = 'm.mdl'\nshow = [{name}]\n"
        f"{block}\ntable = 't.csv'\ncaption = {said}\n"
        f"{block}\ndiagram = 'm.mdl'\naround = {name}\ncaption = {said}\n",
        encoding="utf-8",
    )
    return make_report(read_study(folder / "s.toml")).html


WORDS_OF_PAGES = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '" onmouseover="alert(1)',
    "&lt;b>", "</style><script>", "</svg><script>", "]]><script>", "{{ 7 * 7 }}", "{% raw %}",
    "$x^2$ <b>",
)  # fmt: skip


@pytest.mark.parametrize("words", WORDS_OF_PAGES)
def test_words_become_no_elements_of_a_page(words: str, tmp_path: Path) -> None:
    known = Tags(study_with("tame <", tmp_path / "tame")).met
    page = study_with(words, tmp_path / "study")
    assert Tags(page).met <= known | {("em",), ("sub",), ("sup",), ("strong",), ("code",)}
    assert words in html.unescape(page)


@words_of_all_kinds
def test_pictures_are_xml(words: str, tmp_path: Path) -> None:
    model = tmp_path / "m.mdl"
    model.write_text(text_with(words, plain="tame"), encoding="utf-8", errors="surrogatepass")
    result = call("diagram", model, "-o", tmp_path / "p.svg")
    assert result.exit_code in (0, 1)
    if result.exit_code == 0:
        found = {
            tag.rpartition("}")[2] for tag, *_ in tags((tmp_path / "p.svg").read_text("utf-8"))
        }
        assert found.isdisjoint({"script", "foreignObject", "image", "a", "iframe"})
