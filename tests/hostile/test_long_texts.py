"""Long texts of one kind take time as they are long: what once took it as their square."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xmile_models import xmile

if sys.platform == "win32":
    pytest.skip("time is bounded as Unix does it", allow_module_level=True)

from fuzz.bounds import timed
from s3c.compiler import Source, check, convert_source, lint, syntax
from s3c.experiments import ExperimentError, read_vensim_experiment
from s3c.runtime import RunError

companions: Any = import_module("s3c.runtime.companions")
read_companion = companions.read_companion

CLOCK = "INITIAL TIME = 0 ~~|\nFINAL TIME = 2 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"


def unknown_names(n: int) -> int:
    """A name that no equation gives, in each of very many equations."""
    found = check(Source("m.mdl", "".join(f"a{i} = u{i} ~~|\n" for i in range(n)) + CLOCK))
    return sum(each.code == "S3C201" for each in found.diagnostics)


def numbers_of_an_array(n: int) -> int:
    """A list of very many numbers, written as XMILE."""
    numbers = ", ".join(map(str, range(n)))
    text = f"r: (e1-e{n}) ~~|\na[r] = {numbers} ~~|\n{CLOCK}"
    written, _ = convert_source(Source("m.mdl", text), "m.xmile")
    assert f'<element subscript="e{n}">\n\t\t\t\t\t<eqn>{n - 1}</eqn>' in written.text
    return written.text.count("<element subscript=")


def suppressions(n: int) -> int:
    """A comment that suppresses nothing, in each of very many equations."""
    equation = "a{} = 1 ~~ {{s3c: ignore S3C802}} |\n"
    source = Source("m.mdl", "".join(map(equation.format, range(n))) + CLOCK)
    compilation = check(source)
    assert compilation.schedule is not None
    found = lint.lint_model(lint.Model.of(compilation.document, compilation.schedule))
    told = lint.unsuppressed([*found] * 3, compilation.document, ran=False)
    return sum(each.code == "S3C811" for each in told)


def unknown_elements(n: int) -> int:
    """A subscript that is no element, in each of very many equations."""
    equations = "".join(f"a{i}[e{i}x] = 1 ~~|\n" for i in range(n))
    found = check(Source("m.mdl", f"r: (e1-e500) ~~|\n{equations}{CLOCK}")).diagnostics
    return sum(each.code == "S3C218" for each in found)


def elements_in_xmile(n: int) -> int:
    """An equation for each of very many elements."""
    elements = "".join(f'<elem name="e{i}"/>' for i in range(n))
    equations = "".join(f'<element subscript="e{i}"><eqn>{i}</eqn></element>' for i in range(n))
    array = f'<aux name="x"><dimensions><dim name="d"/></dimensions>{equations}</aux>'
    text = xmile(array, before=f'<dimensions><dim name="d">{elements}</dim></dimensions>')
    compilation = check(Source("m.xmile", text))
    assert compilation.system is not None
    return sum(
        len(each.parts) for each in compilation.system.variables.values() if each.name == "x"
    )


def lines_run(work: Callable[[int], int], n: int) -> int:
    """How many lines of Python a compiler that remembers nothing runs over a text of a size."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    syntax.forget()
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        assert work(n) == n
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    ("work", "n"),
    [
        (unknown_names, 150),  # hints at more than a hundred names are not sought
        (unknown_elements, 150),
        (numbers_of_an_array, 300),
        (elements_in_xmile, 200),
        (suppressions, 150),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_long_model(work: Callable[[int], int], n: int) -> None:
    work(2)  # what is made once, such as the tables of the grammar, is made
    few = lines_run(work, n)
    assert lines_run(work, 4 * n) < 5 * few


def test_quotes_of_a_companion_file_that_are_not_closed(tmp_path: Path) -> None:
    path = tmp_path / "c.lst"
    text = '"' + '\\"' * 200_000
    path.write_text(text, encoding="utf-8")
    with timed(5):
        assert read_companion(path).text == text


def test_quotes_of_a_sensitivity_file_that_are_not_closed(tmp_path: Path) -> None:
    (tmp_path / "m.mdl").write_text("x = 1 ~~|\n" + CLOCK, encoding="utf-8")
    path = tmp_path / "c.vsc"
    path.write_text("200,M,1,,0\nx" + '\\"' * 200_000, encoding="utf-8")
    with timed(20), pytest.raises(ExperimentError, match="S3C76"):
        read_vensim_experiment(tmp_path / "m.mdl", vsc=path)


def blanked(text: str) -> str | None:
    """The text without its comments, letter by letter; None where one is not closed."""
    found, at = "", 0
    while at < len(text):
        end = at + 1
        if text[at] == '"':
            stop = at + 1
            while stop < len(text) and text[stop] not in '"\n':
                stop += 2 if text[stop] == "\\" and text[stop + 1 : stop + 2] != "\n" else 1
            if text[stop : stop + 1] == '"':
                end = stop + 1
        if text[at] == "{":
            end = text.find("}", at) + 1
            if not end:
                return None
            found += "".join(each if each == "\n" else " " for each in text[at:end])
        else:
            found += text[at:end]
        at = end
    return found


@given(st.text('"\\{}a\n', max_size=30))
def test_comments_become_blanks_and_quotes_hide_them(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "c.cin"
    path.write_text(text, encoding="utf-8", newline="")
    expected = blanked(text)
    if expected is None:
        with pytest.raises(RunError, match="this comment is not closed"):
            read_companion(path)
    else:
        assert read_companion(path).text == expected
