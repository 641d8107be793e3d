"""A compiled model's own text, read as equations: which line assigns what from which names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from .contract import CompiledModel

__all__ = [
    "MEMORY_ARGUMENT",
    "Equation",
    "Source",
    "base_name",
    "file_of",
    "in_parts",
    "is_allocation",
    "parsed",
    "source_of",
    "third_returned",
]

MEMORY_ARGUMENT = 3
"""The place of `memory` among the arguments of `step`."""

_PLACE = re.compile(r"#.*:(\d+)$")  # ends the first line of an equation: the model file's line


@dataclass(frozen=True, slots=True)
class Equation:
    """`name = right side`, or `name[…] = right side` for a part of an array."""

    name: str
    reads: tuple[str, ...]
    """The names on the right side, in order, each once."""
    target: ast.expr
    value: ast.expr
    loops: tuple[ast.For, ...]
    """Those that it stands in, the outermost first."""
    first_line: int
    last_line: int
    model_line: int
    """The line of the model file that it comes from, from 1; 0 if it does not say."""

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


def file_of(model: CompiledModel) -> str:
    """The file name that the model's functions were compiled under."""
    return model.equations.step.__code__.co_filename


def parsed(model: CompiledModel) -> ast.Module:
    """The syntax tree of the model's module, for the caller to change."""
    return ast.parse(model.text, file_of(model))


def _read(model: CompiledModel) -> Source:
    lines = model.text.splitlines()
    functions = {
        node.name: node for node in parsed(model).body if isinstance(node, ast.FunctionDef)
    }
    initial = functions.get(model.equations.initial.__name__)
    step = functions.get(model.equations.step.__name__)
    made = third_returned(initial) if initial else []
    return Source(
        functions=functions,
        equations={name: _equations(each, lines) for name, each in functions.items()},
        memories=frozenset(each.id for each in made if isinstance(each, ast.Name)),
        outputs=_outputs(step) if step else {},
    )


def base_name(target: ast.expr) -> str:
    """The name that a target assigns, whole or in part: `a` of `a[0, :]`; nothing of others."""
    match target:
        case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)):
            return name
        case _:
            return ""


def in_parts(function: ast.FunctionDef) -> frozenset[str]:
    """The arrays that a function gives their values part by part."""
    return frozenset(
        base_name(node.targets[0])
        for node, _ in _statements(function.body, ())
        if isinstance(node.targets[0], ast.Subscript)
    )


def is_allocation(node: ast.Assign, parts: frozenset[str]) -> bool:
    """Whether it makes an array that assignments to its parts will give its values.

    Those that no equation gives a value have a number there from the start.
    """
    match node:
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.Call(
                func=ast.Attribute(value=ast.Name(id="np"), attr="empty" | "full" | "zeros")
            ),
        ):
            return name in parts
        case _:
            return False


def _equations(function: ast.FunctionDef, lines: list[str]) -> tuple[Equation, ...]:
    """What is assigned to one name, in order."""
    vectors = {argument.arg for argument in function.args.args}
    parts = in_parts(function)
    found: list[Equation] = []
    for node, loops in _statements(function.body, ()):
        name = base_name(node.targets[0])
        match node.value:
            case ast.Subscript(value=ast.Name(id=vector)) if vector in vectors:
                continue
            case _ if not name or is_allocation(node, parts):
                continue
            case value:
                last_line = node.end_lineno or node.lineno
                line = _model_line((node, *reversed(loops)), lines)
                found.append(
                    Equation(
                        *(name, _names_in(value), node.targets[0], value, loops),
                        *(node.lineno, last_line, line),
                    )
                )
    return tuple(sorted(found, key=lambda each: each.first_line))


def _statements(
    body: list[ast.stmt], loops: tuple[ast.For, ...]
) -> Iterator[tuple[ast.Assign, tuple[ast.For, ...]]]:
    """The assignments of a function, with the loops around each."""
    for node in body:
        match node:
            case ast.Assign():
                yield node, loops
            case ast.For(body=inner):
                yield from _statements(inner, (*loops, node))
            case _:
                pass


def _model_line(nodes: tuple[ast.stmt, ...], lines: list[str]) -> int:
    """The line of the model that the nearest of these statements names in its comment."""
    for node in nodes:
        text = lines[node.lineno - 1] if node.lineno <= len(lines) else ""
        place = _PLACE.search(text.rstrip())
        if place is not None:
            return int(place[1])
    return 0


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
    for assignment, _ in _statements(step.body, ()):
        name = base_name(assignment.targets[0])
        for node in ast.walk(assignment.value):
            match node:
                case ast.Subscript(value=ast.Name(id=source), slice=ast.Constant(int(place))) if (
                    source == memory
                ):
                    outputs[place] = name
                case _:
                    pass
    return outputs
