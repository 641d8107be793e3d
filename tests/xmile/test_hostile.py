"""No text, however broken, raises anything but diagnostics."""

from __future__ import annotations

import random
import re
from functools import cache

import pytest
from conformance import CONFORMANCE
from hypothesis import given, settings
from hypothesis import strategies as st
from xmile_models import aux, xmile

from s3c import compiler
from s3c.compiler import Source, check, render

WORDS = [
    "a", "b_c", '"q r"', "Time", "1", "2.5", "1e3", ".", "+", "-", "*", "/", "//", "^", "(", ")",
    "[", "]", ",", ";", ":", "=", "<", ">", "<=", "<>", "IF", "THEN", "ELSE", "AND", "OR", "NOT",
    "MOD", "{", "}", "INT(", "SUM(", "DELAY(", "SELF", "PREVIOUS(", "LOOKUP(", "MAX(", "Dim", "*:",
    "'", "&", "!", "?", "???", "\n", "\\", '"', "é", "\u200b", "SAFEDIV(", "INIT(", "RANDOM(",
    "PULSE(",
]  # fmt: skip
BEFORE = '<dimensions><dim name="Dim"><elem name="P"/><elem name="Q"/></dim></dimensions>'


def survives(text: str) -> None:
    compilation = check(Source("model.xmile", text))
    assert compilation.ok or any(each.is_error for each in compilation.diagnostics)
    for each in compilation.diagnostics:
        assert render(each)
        if each.span is not None:
            assert 0 <= each.span.start <= each.span.end <= len(each.span.source.text)


@cache
def files() -> list[str]:
    found = sorted(CONFORMANCE.glob("tests/*/*.xmile"))
    return [each.read_bytes().decode("utf-8", "replace") for each in found]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
def test_random_equations(equation: str) -> None:
    arrayed = '<aux name="v"><dimensions><dim name="Dim"/></dimensions><eqn>'
    written = aux("x", equation)
    inside = written.partition("<eqn>")[2].removesuffix("</aux>")
    survives(xmile(aux("a", "1") + written + f"{arrayed}{inside}</aux>", before=BEFORE))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_random_text(text: str) -> None:
    survives(text)
    survives(xmile(aux("x", text)))


@pytest.mark.parametrize("seed", range(60))
def test_mutated_files(seed: int) -> None:
    if not files():
        pytest.skip(f"no conformance models at {CONFORMANCE}: set S3C_CONFORMANCE")
    dice = random.Random(seed)  # noqa: S311
    text = dice.choice(files())
    for _ in range(dice.randint(1, 4)):
        text = _mutated(text, dice)
    survives(text)


def _mutated(text: str, dice: random.Random) -> str:
    """A text in which letters, tags or equations are changed, doubled, swapped or lost."""
    match dice.randrange(6):
        case 0:  # a letter
            place = dice.randrange(len(text) + 1)
            return text[:place] + dice.choice('<>&"/a1 \0\udc80é') + text[place + 1 :]
        case 1:  # a stretch, lost
            place = dice.randrange(len(text) + 1)
            return text[:place] + text[place + dice.randrange(40) :]
        case 2:  # a tag's name
            tags = sorted(set(re.findall(r"<(\w+)", text))) or ["xmile"]
            old, new = dice.choice(tags), dice.choice([*tags, "queue", "gf", "module", "dim"])
            return re.sub(rf"(</?){old}\b", rf"\g<1>{new}", text)
        case 3:  # an element, doubled or lost
            found = list(re.finditer(r"<(\w+)[^<>]*>[^<>]*</\1>", text))
            if not found:
                return text
            one = dice.choice(found)
            return text[: one.start()] + one.group() * dice.choice([0, 2, 3]) + text[one.end() :]
        case 4:  # an equation
            found = list(re.finditer(r"(?<=<eqn>)[^<>]*", text))
            if not found:
                return text
            one = dice.choice(found)
            new = " ".join(dice.choices(WORDS, k=dice.randrange(8)))
            new = new.replace("&", "&amp;").replace("<", "&lt;")
            return text[: one.start()] + new + text[one.end() :]
        case _:  # an attribute
            found = list(re.finditer(r'(?<==")[^"<>]*(?=")', text))
            if not found:
                return text
            one, other = dice.choice(found), dice.choice(found)
            return text[: one.start()] + other.group() + text[one.end() :]


@pytest.mark.parametrize("seed", range(40))
def test_mutated_bytes(seed: int) -> None:
    if not files():
        pytest.skip(f"no conformance models at {CONFORMANCE}: set S3C_CONFORMANCE")
    dice = random.Random(seed)  # noqa: S311
    data = bytearray(dice.choice(files()).encode())
    for _ in range(dice.randint(1, 10)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    survives(Source.decode(bytes(data), "model.xmile").text)


def test_long_files_take_time_in_proportion() -> None:
    text = xmile("".join(aux(f"v{n}", f"v{n + 1} * 2 + 1 &lt; 3") for n in range(2000)))
    assert len(compiler.xmile.parse_xmile(Source("m.xmile", text))[0].parts) > 2000


@pytest.mark.parametrize(
    "equation",
    ["{" * 20_000, "(" * 20_000, '"' * 20_001, "a " * 20_000, "1 + " * 20_000, "a." * 20_000,
     "IF 1 THEN 2 ELSE " * 5_000 + "3", "-" * 20_000 + "1", "2^" * 5_000 + "2", "\\" * 20_000],
)  # fmt: skip
def test_monstrous_equations(equation: str) -> None:
    survives(xmile(aux("x", equation)))
