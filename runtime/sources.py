"""A compiled model's own text, read as equations: which line assigns what from which names."""

from __future__ import annotations

import ast
import linecache
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from .contract import CompiledModel

__all__ = [
    "MEMORY_ARGUMENT",
    "Equation",
    "Source",
    "file_of",
    "parsed",
    "register",
    "source_of",
    "third_returned",
]

MEMORY_ARGUMENT = 3
"""The place of `memory` among the arguments of `step`."""


@dataclass(frozen=True, slots=True)
class Equation:
    """`name = right side`, in a generated function."""

    name: str
    reads: tuple[str, ...]
    """The names on the right side, in order, each once."""
    first_line: int
    last_line: int

    def covers(self, line: int) -> bool:
        """Whether that line, from 1, is part of the equation."""
        return self.first_line <= line <= self.last_line


@dataclass(frozen=True, slots=True)
class Source:
    """The generated functions as text."""

    functions: dict[str, ast.FunctionDef]
    """Those at the top of the module, by name. Not to be changed."""
    equations: dict[str, tuple[Equation, ...]]
    """The equations of each function, in order. What is only loaded from a vector is none."""
    memories: frozenset[str]
    """The names that `initial` gives memories, if any."""
    outputs: dict[int, str]
    """By the place of a memory, the name that `step` assigns its output to."""

    def function_at(self, line: int) -> str | None:
        """The name of the function that has that line, from 1."""
        for name, function in self.functions.items():
            if function.lineno <= line <= (function.end_lineno or function.lineno):
                return name
        return None

    def memory_at(self, function: str, line: int, column: int) -> int | None:
        """The place of the memory that is made, or fed, there; column from 0, in bytes."""
        for place, node in enumerate(third_returned(self.functions[function])):
            end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
            if (node.lineno, node.col_offset) <= (line, column) < end:
                return place
        return None


_SOURCES: WeakKeyDictionary[CompiledModel, Source] = WeakKeyDictionary()


def source_of(model: CompiledModel) -> Source:
    """The text of the model's functions; without any, if the text is not to be had."""
    source = _SOURCES.get(model)
    if source is None:
        source = _SOURCES[model] = _read(model)
    return source


def register(filename: str, text: str) -> None:
    """Let tracebacks and `inspect` find the text of a module that was made in memory."""
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)


def file_of(model: CompiledModel) -> str:
    """The file name that the model's functions were compiled under."""
    return model.equations.step.__code__.co_filename


def parsed(model: CompiledModel) -> ast.Module:
    """The syntax tree of the model's module, for the caller to change."""
    return ast.parse(model.text, file_of(model))


def _read(model: CompiledModel) -> Source:
    functions = {
        node.name: node for node in parsed(model).body if isinstance(node, ast.FunctionDef)
    }
    initial = functions.get(model.equations.initial.__name__)
    step = functions.get(model.equations.step.__name__)
    made = third_returned(initial) if initial else []
    return Source(
        functions=functions,
        equations={name: _equations(function) for name, function in functions.items()},
        memories=frozenset(each.id for each in made if isinstance(each, ast.Name)),
        outputs=_outputs(step) if step else {},
    )


def _equations(function: ast.FunctionDef) -> tuple[Equation, ...]:
    """What is assigned to one name, in order."""
    vectors = {argument.arg for argument in function.args.args}
    found: list[Equation] = []
    for name, value in _assignments(function):
        match value:
            case ast.Subscript(value=ast.Name(id=vector)) if vector in vectors:
                continue
            case _:
                last_line = value.end_lineno or value.lineno
                found.append(Equation(name, _names_in(value), value.lineno, last_line))
    return tuple(sorted(found, key=lambda each: each.first_line))


def _assignments(function: ast.FunctionDef) -> list[tuple[str, ast.expr]]:
    return [
        (node.targets[0].id, node.value)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    ]


def _names_in(expression: ast.expr) -> tuple[str, ...]:
    names = [node for node in ast.walk(expression) if isinstance(node, ast.Name)]
    names.sort(key=lambda node: (node.lineno, node.col_offset))
    return tuple(dict.fromkeys(node.id for node in names))


def third_returned(function: ast.FunctionDef) -> list[ast.expr]:
    """The third part of what `initial` or `step` returns: an expression for each memory."""
    for node in ast.walk(function):
        match node:
            case ast.Return(value=ast.Tuple(elts=[_, _, ast.Tuple(elts=memories)])):
                return memories
            case _:
                pass
    return []


def _outputs(step: ast.FunctionDef) -> dict[int, str]:
    """Which names `step` gives to the outputs of memories: unpacked, or by their place."""
    memory = step.args.args[MEMORY_ARGUMENT].arg
    outputs: dict[int, str] = {}
    for node in ast.walk(step):
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Name(id=source)) if (
                source == memory
            ):
                places = enumerate(names)
                outputs |= {k: each.id for k, each in places if isinstance(each, ast.Name)}
            case _:
                pass
    for name, value in _assignments(step):
        for node in ast.walk(value):
            match node:
                case ast.Subscript(value=ast.Name(id=source), slice=ast.Constant(int(place))) if (
                    source == memory
                ):
                    outputs[place] = name
                case _:
                    pass
    return outputs
