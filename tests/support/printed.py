"""What a generated module may hold, and words that would like to be code."""

from __future__ import annotations

import ast
import builtins

from s3c.compiler import Generated
from s3c.runtime import CompiledModel, load_text

__all__ = ["NASTY", "PLANTED", "TRIPLE", "look_through", "own_names", "quoted", "run", "shape"]

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
    "\ud800", "\udcff", "ｅｘｅｃ", "__ｉｍｐｏｒｔ__", "ſelf", "K", "\u2066x\u2069", "a\u0301",
    "x\u200dy", "=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1", "<script>", "&amp;", "]]>", "--><x>",
    "<!--",
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


def own_names(tree: ast.AST) -> set[str]:
    """What a module names itself: functions, arguments, variables, and what it imports."""
    names = set[str]()
    for node in ast.walk(tree):
        match node:
            case ast.arg(arg=name) | ast.FunctionDef(name=name):
                names.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.alias(name=name, asname=other):
                names.add(other or name)
            case _:
                pass
    return names


class _Shape(ast.NodeTransformer):
    """Takes out of a module what a model's words may change: its own names, its texts, lines."""

    def __init__(self, own: set[str]) -> None:
        self.own = own
        self.met: dict[str, str] = {}

    def _renamed(self, name: str) -> str:
        return self.met.setdefault(name, f"n{len(self.met)}") if name in self.own else name

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._renamed(node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = self._renamed(node.arg)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.name = self._renamed(node.name)
        self.generic_visit(node)
        return node

    def visit_alias(self, node: ast.alias) -> ast.alias:
        return ast.alias(node.name, self._renamed(node.asname or node.name))

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("text") if isinstance(node.value, str) else node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Units and comments are given where a variable has them; lines are where it stands."""
        self.generic_visit(node)
        node.keywords = [
            each
            for each in node.keywords
            if each.arg != "line"
            and not (isinstance(each.value, ast.Constant) and each.value.value == "text")
        ]
        return node


def shape(text: str) -> str:
    """What a module does: its tree without its own names, texts and line numbers."""
    tree = ast.parse(text)
    return ast.dump(_Shape(own_names(tree)).visit(tree))


def quoted(name: str) -> str:
    """A name in quotes, so that most letters may stand in it."""
    return '"' + name.replace('"', '\\"') + '"'


def run(generated: Generated) -> CompiledModel:
    """Load and run a module in which nothing is amiss."""
    look_through(generated)
    model = load_text(generated.text, "m")
    model.run()
    return model
