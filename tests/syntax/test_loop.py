"""The loop of our own reads what Lark's reads, to the same trees."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any

import pytest
from conformance import model_files
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lark import UnexpectedInput

from s3c.compiler import Source, syntax

WORDS = """
    x y rate 1 1e9 . 2.5 + - * / ^ = == := <> < > , ; : ! ' " ( ) [ ] (0,0) -> <-> {c} :AND: :NOT:
    :OR: :NA: :RAW: :EXCEPT: :IS: :INTERPOLATE: MAX( INTEG( TABBED_ARRAY(
""".split()  # noqa: SIM905 -- one a line, a list would hide them
texts = st.lists(st.sampled_from([*WORDS, " ", "\n", "\\\n"]), max_size=24).map("".join)


def whole(node: object) -> object:
    """A tree with the places of its nodes, which do not count in comparisons."""
    if is_dataclass(node):
        return type(node).__name__, *(whole(getattr(node, each.name)) for each in fields(node))
    return tuple(map(whole, node)) if isinstance(node, tuple) else node


def both(text: str) -> tuple[object, object]:
    """What our loop makes of a text, and what Lark's does: None, if it takes no such text."""
    grammar: Any = import_module("s3c.compiler.syntax.grammar")
    misread = import_module("s3c.compiler.syntax.misread").Misread

    def outcome(parse: Any) -> object:
        try:
            return whole(parse())
        except (UnexpectedInput, misread) as wrong:
            return None if isinstance(wrong, UnexpectedInput) else "misread"

    ours = outcome(lambda: (grammar._loop().parse(text, "definition") or (None,))[0])
    return ours, outcome(lambda: grammar._parser().parse(text, start="definition"))


@settings(deadline=None)  # the first call builds the parser
@given(texts)
@example("a = b")
@example("a[b!] :EXCEPT: [c] = IF THEN ELSE(x > 1 :AND: y, -2^-x, ((z)))")
def test_a_text_gives_the_same_tree(text: str) -> None:
    ours, theirs = both(text)
    assert ours == theirs


def test_every_equation_of_their_models_gives_the_same_tree() -> None:
    if not model_files():
        pytest.skip("the conformance models are not there")
    for file in model_files()[::7]:
        document, _ = syntax.parse(Source.read(file))
        for equation in document.equations():
            ours, theirs = both(equation.body.text)
            assert ours == theirs, equation.body
