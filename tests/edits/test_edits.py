"""Compiling again after an edit: what was found before is found again, and nothing else is."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3c.compiler import Compilation, Source, check, render, syntax

GOOD = sorted((Path(__file__).parents[1] / "models" / "good").glob("*.mdl"))
TRICKY = """{UTF-8}
:MACRO: TWICE(a)
TWICE = a * 2 + TIME STEP$ ~~|
:END OF MACRO:
:MACRO: AGAIN(a)
AGAIN = a * 2 + TIME STEP$ ~~|
:END OF MACRO:
rate = 0.1 ~ 1/Year ~ a number |
births = rate * people ~ people/Year ~~|
people = INTEG(births - deaths, start) ~ people ~~|
start = 100 + births late ~~|
births late = DELAY3I(rate, 2, rate * 3) ~~|
deaths = SMOOTH(births, 4) / 2 + TWICE(rate) + AGAIN(rate) ~~|
effect((0,0),(1,1),(2,4)) ~~|
shown = effect(rate) + WITH LOOKUP(rate, ((0,0),(1,1))) ~~|
noise = RANDOM UNIFORM(0, 1, 0) + STEP(1, 2) + PULSE(1, 2) ~~|
kept = SAMPLE IF TRUE(rate > 0, kept + births, 0) ~~|
held = DELAY FIXED(births, 2, 0) ~~|
nested = SMOOTH(DELAY1(MAX(births, 1), 2) + SMOOTH(rate, 3), 4) ~~|
Age: child, adult ~~|
many[child] = rate ~~|
many[adult] = 2 ~~|
total = SUM(many[Age!]) + many[child] ~~|
each[Age] = many[Age] + Age ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 3 ~~|
TIME STEP = 1 ~~|
SAVEPER = 1 ~~|
"""
MODELS = [TRICKY, *(Source.read(each).text for each in GOOD)]
NAME = re.compile(r"[A-Za-z][A-Za-z ]*[A-Za-z]|\b[a-z]\b")
PUT_IN = [
    "\n", " ", "x", "|", "~", "(", ")", ",", "1", " + 1", "[Age]", "[child]", "'", '"', "{", "}",
    "rate", "Time", "effect", "TIME STEP", "time = 1 ~~|", "births = 2 ~~|", "SMOOTH(rate, 2)",
    "\nnew = rate * 2 ~~|\n", "\nrate((0,0),(1,1)) ~~|\n", "\nAge2: child, adult ~~|\n",
    "\nSMOOTH(a, b) = a ~~|\n", "\n:MACRO: SMOOTH(a, b)\nSMOOTH = a * b ~~|\n:END OF MACRO:\n",
    "\nrate: one, two ~~|\n", "\nrate :IS: 'text' ~~|\n", "\nrate ~~|\n", "\n***\n.group\n***~|\n",
]  # fmt: skip


@st.composite
def edited(draw: st.DrawFn, text: str) -> str:
    """A text after one edit, such as one makes by hand."""
    equations = [match.end() for match in re.finditer(r"\|", text)] or [0]
    names = [match.span() for match in NAME.finditer(text)]
    kind = draw(st.integers(0, 6))
    if kind == 0:  # something is put in anywhere
        place = draw(st.integers(0, len(text)))
        return text[:place] + draw(st.sampled_from(PUT_IN)) + text[place:]
    if kind == 1:  # or after an equation
        place = draw(st.sampled_from(equations))
        return text[:place] + draw(st.sampled_from(PUT_IN)) + text[place:]
    if kind in (2, 3) and names:  # a name is another
        start, end = draw(st.sampled_from(names))
        first, last = draw(st.sampled_from(names))
        return text[:start] + text[first:last] + text[end:]
    first, last = sorted((draw(st.sampled_from(equations)), draw(st.sampled_from(equations))))
    if kind == 4:  # an equation moves
        return text[:first] + text[last:] + text[first:last]
    if kind == 5:  # or stands there twice
        return text[:last] + text[first:last] + text[last:]
    return text[:first] + text[last:]


@st.composite
def histories(draw: st.DrawFn) -> list[str]:
    """A model, and what becomes of it edit by edit; some edits are undone."""
    texts = [draw(st.sampled_from(MODELS))]
    for _ in range(draw(st.integers(1, 4))):
        undone = len(texts) > 1 and draw(st.booleans())
        texts.append(texts[-2] if undone else draw(edited(texts[-1])))
    return texts


def outcome(text: str) -> tuple[object, ...]:
    """All that a compilation gives, with every place."""
    compilation = check(Source("m.mdl", text))
    told = tuple(map(render, compilation.diagnostics))
    generated = compilation.generated
    if generated is None:
        return told, None
    spans = {line: (span.start, span.end) for line, span in generated.spans.items()}
    return told, generated.text, spans, _places(compilation)


def _places(compilation: Compilation) -> object:
    assert compilation.system
    return {
        name: [(part.span.source is compilation.source, part.span.start) for part in each.parts]
        for name, each in compilation.system.variables.items()
    }


@settings(deadline=None, max_examples=150)
@given(histories())
def test_a_model_compiles_after_edits_as_it_does_at_first(texts: list[str]) -> None:
    after_edits = [outcome(text) for text in texts]
    for text, found in zip(texts, after_edits, strict=True):
        syntax.forget()
        assert outcome(text) == found


@pytest.mark.parametrize("text", MODELS)
def test_a_model_compiles_twice_to_the_same(text: str) -> None:
    syntax.forget()
    first = outcome(text)
    assert first[1] is not None
    assert outcome(text) == first


def chain(length: int) -> str:
    """A model of so many equations, each of which reads the one before."""
    lines = ["{UTF-8}", "v 0 = 1 ~~|"]
    lines += [f"v {n} = v {n - 1} * 0.5 + SMOOTH(v {n - 1}, 2) ~~|" for n in range(1, length)]
    return "\n".join(
        [*lines, "INITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"]
    )


def test_only_the_edited_equation_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    text = chain(50)
    before = check(Source("m.mdl", text))
    read: list[str] = []
    grammar = import_module("s3c.compiler.syntax.grammar")
    whole: Callable[[str], syntax.Definition] = grammar.parse_definition

    def noted(definition: str) -> syntax.Definition:
        read.append(definition)
        return whole(definition)

    monkeypatch.setattr(grammar, "parse_definition", noted)
    after = check(Source("m.mdl", text.replace("v 7 * 0.5", "v 7 *\n0.75")))
    assert read == ["v 8 = v 7 *\n0.75 + SMOOTH(v 7, 2)"]
    assert before.system
    assert after.system
    changed = [
        name
        for name, each in after.system.variables.items()
        if each.meaning is not before.system.variables[name].meaning
    ]
    assert all(name == "v 8" or name.startswith("#v 8>") for name in changed)
    assert "v 8" in changed


def test_a_name_that_stands_otherwise_is_read_again() -> None:
    numbers = "a = 1 ~~|\nb = a + 1 ~~|\n"
    lookup = "a((0,0),(1,1)) ~~|\nb = a + 1 ~~|\n"
    assert not [each for each in check(Source("m.mdl", numbers)).diagnostics if each.is_error]
    assert [each.code for each in check(Source("m.mdl", lookup)).diagnostics if each.is_error]
    assert not [each for each in check(Source("m.mdl", numbers)).diagnostics if each.is_error]
