"""No text of a model becomes code: whatever it says, the module holds what the compiler wrote.

The generated module is read back as a syntax tree: its statements and names are of the few kinds
that the back end prints, and the model's own words stand in strings that nothing evaluates.
"""

from __future__ import annotations

import ast
import builtins
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from s3c.compiler import Generated, Source, check
from s3c.runtime import REGISTRY, CompiledModel, load_text

PLANTED = "planted-by-a-model"
TRIPLE = '"' * 3
NASTY = [
    f"x{TRIPLE}; import os; os.mkdir('{PLANTED}'); {TRIPLE}",
    f"x'''; import os; os.mkdir('{PLANTED}') #",
    f"__import__('os').mkdir('{PLANTED}')",
    f"x = {{__import__('os').mkdir('{PLANTED}')}}",
    f"\\'); __import__('os').mkdir('{PLANTED}') #",
    f"\\\\'); __import__('os').mkdir('{PLANTED}') #",
    f"x\\\\\n__import__('os').mkdir('{PLANTED}')",
    f"x\r__import__('os').mkdir('{PLANTED}')\r",
    f"x\u2028__import__('os').mkdir('{PLANTED}')",
    f"x\u2029__import__('os').mkdir('{PLANTED}')",
    f"x\x85__import__('os').mkdir('{PLANTED}')",
    f"x\x0c__import__('os').mkdir('{PLANTED}')",
    f"x\x1c__import__('os').mkdir('{PLANTED}')",
    f"x\x0b__import__('os').mkdir('{PLANTED}')",
    f"\\N{{LINE FEED}}__import__('os').mkdir('{PLANTED}')",
    f"\\x0a__import__('os').mkdir('{PLANTED}')",
    "{0} {} {0.__class__} %s %(x)s $x ${x}",
    "{0!r:>{width}}",
    "f'{1/0}'",
    "# type: ignore",
    "# -*- coding: utf-7 -*-",
    "#",
    "\\",
    "\\\\",
    "a\\",
    "import", "None", "lambda", "__builtins__", "__debug__", "print", "exec", "model", "ABI",
    "fixed", "stocks", "memory", "draws", "time", "step", "run", "VariableInfo", "Kind",
    "CompiledModel", "__class__", "ﬁ", "ª", "𝐢𝐦𝐩𝐨𝐫𝐭", "x\x00y", "x\x1b[31m", "\u202e", "\ufeff",
    "\ud800", "\udcff",
]  # fmt: skip

STATEMENTS = (
    ast.Module, ast.Expr, ast.Import, ast.ImportFrom, ast.alias, ast.Assign, ast.FunctionDef,
    ast.arguments, ast.arg, ast.Return, ast.For,
)  # fmt: skip
EXPRESSIONS = (
    ast.Name, ast.Constant, ast.Tuple, ast.Call, ast.keyword, ast.Attribute, ast.Subscript,
    ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.expr_context, ast.operator,
    ast.unaryop, ast.boolop, ast.cmpop, ast.List, ast.ListComp, ast.comprehension, ast.Slice,
)  # fmt: skip
# What the printed templates of functions use of Python.
BUILTINS = {"float", "abs", "max", "min", "int", "range", "object"}
MODULES = {
    *("math", "s3c.runtime", "s3c.runtime.number_functions", "s3c.runtime.array_functions"),
    *("s3c.runtime.distributions", "s3c.runtime.time_inputs", "s3c.runtime.lookup_functions"),
}
HOMES = {"math", "np", "Kind", "Space", "Method", "model", "draws"}


def look_through(generated: Generated) -> None:
    """Fail where the module holds anything that the back end does not print."""
    tree = ast.parse(generated.text)
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    bound = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)} | imported
    bound |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    bound |= {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    assert not (bound - imported) & (set(dir(builtins)) | set(imported))
    for node in ast.walk(tree):
        assert isinstance(node, STATEMENTS + EXPRESSIONS), ast.dump(node)
        match node:
            case ast.Import(names=names):
                assert [each.name for each in names] in (["math"], ["numpy"])
            case ast.ImportFrom(module=module):
                assert module in MODULES
            case ast.Name(id=name):
                assert name in bound | BUILTINS, name
            case ast.Attribute(value=ast.Name() | ast.Call(), attr="T" | "reshape"):
                pass
            case ast.Attribute(value=value):
                assert isinstance(value, ast.Name)
                assert value.id in HOMES
            case ast.Expr(value=value):
                assert isinstance(value, ast.Constant)
            case ast.Call(func=called):
                assert isinstance(called, ast.Name | ast.Attribute)
            case _:
                pass
    assert strings(tree) == {"VariableInfo", "CompiledModel", "docstring"} | (
        strings(tree) & {"float", "Axis", "DataSeries"}
    )


def strings(tree: ast.Module) -> set[str]:
    """Where strings stand: in whose calls, or as docstrings."""
    places: set[str] = set()
    counted = 0
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                places.add("docstring")
                counted += 1
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
                inside = [*arguments, *(each.value for each in keywords)]
                found = sum(map(strings_in, inside))
                counted += found
                if found:
                    places.add(name)
            case _:
                pass
    everywhere = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert counted == len(everywhere)
    return places


def strings_in(node: ast.expr) -> int:
    """How many strings an argument is, in tuples or not."""
    match node:
        case ast.Tuple(elts=parts):
            return sum(map(strings_in, parts))
        case ast.Constant(value=str()):
            return 1
        case _:
            return 0


def quoted(name: str) -> str:
    """A name in quotes, so that most letters may stand in it."""
    return '"' + name.replace('"', '\\"') + '"'


def model_with(name: str, units: str, comment: str, file: str = "m.mdl") -> Generated | None:
    """A model that holds such texts, compiled; None if it was refused."""
    text = (
        f"{quoted(name)} = INTEG(1, 2) ~ {units} ~ {comment} |\n"
        f"other = DELAY3({quoted(name)}, 2) + RANDOM UNIFORM(0, 1, 2) + STEP(1, 2) ^ 2 ~~|\n"
        "FINAL TIME = 2 ~~|\nINITIAL TIME = 0 ~~|\nTIME STEP = 1 ~~|\n"
    )
    return check(Source(file, text)).generated


def run(generated: Generated) -> CompiledModel:
    """Load and run a module in which nothing is amiss."""
    look_through(generated)
    model = load_text(generated.text, "m")
    model.run()
    return model


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
