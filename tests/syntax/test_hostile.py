"""Texts from strangers: no exception, no hang, no byte lost."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from s3c.compiler import Source, syntax

_MANY = 5000
HOSTILE = {
    "parentheses": "x = " + "(" * _MANY + "1" + ")" * _MANY + "~~|",
    "open parentheses": "x = " + "(" * _MANY,
    "signs": "x = " + "-" * _MANY + "1 ~~|",
    "powers": "x = " + "2^" * _MANY + "1 ~~|",
    "sums": "x = " + "a + " * _MANY + "1 ~~|",
    "negations": "x = " + ":NOT:" * _MANY + "1 ~~|",
    "calls": "x = " + "f(" * _MANY + "1" + ")" * _MANY + "~~|",
    "braces": "{" * _MANY,
    "braces in an equation": "x = {" * _MANY,
    "quotes": '"' * _MANY,
    "escaped quotes": '"' + '\\"' * _MANY,
    "apostrophes": "x='" * _MANY,
    "bars": "|" * _MANY,
    "tildes": "~" * _MANY,
    "asterisks": "*" * _MANY,
    "group markers": "***a\n" * _MANY,
    "macros": ":MACRO: f(" * _MANY,
    "macro ends": ":END OF MACRO:" * _MANY,
    "missing bars": "x = 3 ~ u ~ c\n\n" * _MANY,
    "blanks": " " * _MANY + "x" + " " * _MANY + "= 1 ~~|",
    "broken lines": "x\\\n" * _MANY + "= 1 ~~|",
    "gaps": ("a" + " " * 50 + "+") * _MANY,
    "brackets in units": "x = 1 ~" + "[" * _MANY + "~|",
    "open tabbed arrays": "x = TABBED ARRAY(" * _MANY,
    "digits": "x = " + "1" * _MANY + "~~|",
    "sketches": "\\\\\\---/// " * _MANY,
    "underscores": "x = " + "_" * _MANY,
    "surrogates": '"\udcff" = 1 ~~|' * 3,
    "zero bytes": "x\0 = \0 ~~|",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text(name: str) -> None:
    source = Source("m.mdl", HOSTILE[name])
    start = time.perf_counter()
    document, diagnostics = syntax.parse(source)
    text = syntax.format_document(document)
    assert time.perf_counter() - start < 10
    assert document.print() == source.encode()
    assert all(each.code.startswith("S3C1") for each in diagnostics)
    assert syntax.format_document(syntax.parse(Source("m.mdl", text))[0]) == text


@pytest.mark.parametrize("name", ["signs", "powers", "sums", "negations", "calls"])
def test_what_is_nested_too_deeply_is_told(name: str) -> None:
    (diagnostic,) = syntax.parse(Source("m.mdl", HOSTILE[name]))[1]
    assert diagnostic.code == "S3C109"


def test_what_is_nested_just_not_too_deeply_can_be_used() -> None:
    document, diagnostics = syntax.parse(Source("m.mdl", "x = " + "a + " * 240 + "1 ~~|"))
    assert not diagnostics
    (equation,) = document.equations()
    assert repr(equation.definition)
    assert hash(equation.definition)
    assert syntax.format_document(document) != document.source.text


def test_importing_builds_no_parser() -> None:
    code = (
        "import s3c.compiler.syntax.grammar as grammar;"
        "assert grammar._parser.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_unchanged_equation_is_not_parsed_again() -> None:
    text = "an equation that is parsed once = 1 + 2 ~~|"
    first = next(syntax.parse(Source("a.mdl", text))[0].equations())
    second = next(syntax.parse(Source("b.mdl", f"\n\n{text}"))[0].equations())
    assert first.definition is second.definition
