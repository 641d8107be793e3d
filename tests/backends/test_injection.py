"""No text of a model becomes code: whatever it says, the module holds what the compiler wrote.

The generated module is read back as a syntax tree: its statements and names are of the few kinds
that the back end prints, and the model's own words stand in strings that nothing evaluates.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from printed import NASTY, PLANTED, TRIPLE, quoted, run

from s3c.compiler import Generated, Source, check
from s3c.runtime import REGISTRY


def model_with(name: str, units: str, comment: str, file: str = "m.mdl") -> Generated | None:
    """A model that holds such texts, compiled; None if it was refused."""
    text = (
        f"{quoted(name)} = INTEG(1, 2) ~ {units} ~ {comment} |\n"
        f"other = DELAY3({quoted(name)}, 2) + RANDOM UNIFORM(0, 1, 2) + STEP(1, 2) ^ 2 ~~|\n"
        "FINAL TIME = 2 ~~|\nINITIAL TIME = 0 ~~|\nTIME STEP = 1 ~~|\n"
    )
    return check(Source(file, text)).generated


@pytest.mark.parametrize("words", NASTY, ids=ascii)
def test_words_that_look_like_code_stay_words(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tried = [
        model_with(words, "u", "c"),
        model_with("n", words, "c"),
        model_with("n", "u", words),
        model_with("n", "u", "c", file=f"{words}.mdl"),
    ]
    for generated in filter(None, tried):
        run(generated)
    assert tried[3] is not None
    assert not list(tmp_path.iterdir())


def test_words_come_through_unchanged() -> None:
    name, comment = 'it\'s "q" {0} \\n #', "'''a''' \\ \"\"\"b\"\"\" {x} %s # c"
    generated = model_with(name, "'u' # \\", comment)
    assert generated
    variable = run(generated).variables[0]
    assert variable.name == name
    assert variable.documentation.strip() == comment
    assert variable.units == "'u' # \\"


def test_names_of_the_module_and_of_functions_are_not_taken() -> None:
    own = {"math", "NA", "Lookup", "constants", "parameters", "auxiliaries", "float", "abs"}
    names = sorted({each.casefold() for each in REGISTRY} | {each.casefold() for each in own})
    lines = [f"{quoted(f'{each} .')} = INTEG({number}, 0) ~~|" for number, each in enumerate(names)]
    lines.append(f"sum = {' + '.join(quoted(f'{each} .') for each in names[:100])} ~~|")
    generated = check(Source("m.mdl", "\n".join(lines) + "\nFINAL TIME = 2 ~~|")).generated
    assert generated
    final = run(generated).run()
    for number, each in enumerate(names):
        assert final[f"{each} ."][-1] == 2 * number


def array_model_with(range_: str, element: str, name: str) -> Generated | None:
    """A model of arrays that holds such words, compiled; None if it was refused."""
    range_, element, name = quoted(range_), quoted(element), quoted(name)
    text = (
        f"{range_}: {element}, b, c ~~|\n"
        f"{name}[{range_}] = INTEG(SUM(other[{range_}!, b]) + x[{range_}], 2) ~~|\n"
        f"other[{range_}, b] = IF THEN ELSE(Time > 1, 1 / (1 + Time), {range_}) ~~|\n"
        f"other[{range_}, c] = RANDOM UNIFORM(0, {name}[{range_}], 2) + EXP(-Time) ~~|\n"
        f"x[{element}] = 1 ~~|\nx[b] = x[{element}] * Time ~~|\nx[c] = x[b] ^ 2 ~~|\n"
        f"bend[{element}]((0,0),(1,1)) ~~|\nbend[b]((0,0),(1,2)) ~~|\nbend[c]((0,0),(1,2)) ~~|\n"
        f"curve[{range_}] = bend[{range_}](Time) + DELAY1(x[{range_}], 3) ~~|\n"
        "FINAL TIME = 2 ~~|\nINITIAL TIME = 0 ~~|\nTIME STEP = 1 ~~|\n"
    )
    return check(Source("m.mdl", text)).generated


@pytest.mark.parametrize("words", NASTY, ids=ascii)
def test_words_of_ranges_and_elements_stay_words(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for range_, element, name in ((words, "a", "n"), ("r", words, "n"), ("r", "a", words)):
        generated = array_model_with(range_, element, name)
        if generated:
            run(generated)
    assert not list(tmp_path.iterdir())


def test_a_model_of_arrays_is_not_refused_for_nothing() -> None:
    words = "__import__('os').mkdir('x') # {0}"
    assert array_model_with(f"{words} r", f"{words} a", f"{words} n")


def test_a_hostile_file_name_stays_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for file in (f'a{TRIPLE}\nimport os; os.mkdir("{PLANTED}")\n{TRIPLE}.mdl', "a\\", "'\\\n.mdl"):
        generated = model_with("n", "u", "c", file)
        assert generated
        run(generated)
    assert not list(tmp_path.iterdir())


LETTERS = st.text(st.characters() | st.sampled_from("\"'\\{}#\n\r\x0c\x85\u2028`$%;:"), max_size=30)


@given(LETTERS, LETTERS, LETTERS)
@settings(max_examples=150, deadline=None)
def test_any_words_stay_words(name: str, units: str, comment: str) -> None:
    generated = model_with(name, units, comment)
    assume(generated)
    assert generated
    run(generated)


@given(st.binary(max_size=40), st.binary(max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_bytes_stay_words(name: bytes, comment: bytes) -> None:
    data = b'"' + name + b'" = 1 ~ u ~ ' + comment + b"|\nb = 2 ~~|\nc = b ~~|"
    generated = check(Source.decode(data, "m.mdl")).generated
    if generated:
        run(generated)
