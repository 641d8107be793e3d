"""References to the names of the library, and to those that it takes from others.

A name has one entry, under the package from which users import it. Types and texts call it as it is
called where they stand: by its short name, or by the module that defines it. What others define
(numpy, the standard library), and what of s3c is not public, is shown without a link; a name that
nothing defines is told of.
"""

from __future__ import annotations

import ast
import builtins
import re
import typing
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.domains.python import PythonDomain
from sphinx.environment import BuildEnvironment

_OURS = ("s3c", "compiler", "diagrams", "runtime", "experiments", "reports")
_OTHERS = frozenset({
    *("asyncio", "click", "collections", "concurrent", "contextlib", "dataclasses", "datetime"),
    *("enum", "io", "matplotlib", "networkx", "np", "numpy", "nx", "os", "pandas", "pathlib", "pd"),
    *("scipy", "sympy", "types", "typing", "xarray", "xr", "zarr"),
})  # fmt: skip
"""Packages of others, by the names that types give them."""
_BACKTICKS = re.compile(r"(?<![`:])`([^`]+)`(?!`)(?=(\w?))")
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*")


def _follow(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, text: nodes.TextElement
) -> nodes.Node | None:
    """What a reference leads to that Sphinx has not found; None is told of."""
    if node.get("refdomain") != "py":
        return None
    name = str(node["reftarget"]).removesuffix("()")
    domain = env.domains.python_domain
    if entry := _entry(domain, name):
        aimed = node.copy()
        aimed["refspecific"] = False
        return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", entry, aimed, text)
    # What stands in backticks is any code; the type of something is a name.
    return text if node["reftype"] == "obj" or _is_known(name) else None


def _entry(domain: PythonDomain, name: str) -> str | None:
    """The only entry that is called so: `Run`, or `s3c.runtime.results.Run`."""
    last = name.rpartition(".")[2]
    if not last[0].isupper():
        return None
    found = [each for each in domain.objects if each.rpartition(".")[2] == last]
    whole = [each for each in found if not domain.objects[each].aliased]
    return whole[0] if len(whole) == 1 else None


def _is_known(name: str) -> bool:
    """Whether something of that name is not ours, or ours but not public."""
    head, _, _ = name.partition(".")
    return (
        head in _OTHERS
        or hasattr(builtins, name)
        or hasattr(typing, name)
        or name.rpartition(".")[2] in _defined()
    )


@cache
def _defined() -> frozenset[str]:
    """The names that any module of s3c defines or imports."""
    root = Path(__file__).parents[2]
    files = (file for folder in _OURS for file in (root / folder).rglob("*.py"))
    return frozenset(
        name
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in _names(node)
    )


def _names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            yield name
        case ast.ImportFrom(names=names) | ast.Import(names=names):
            yield from (each.asname or each.name for each in names)
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Assign(targets=[ast.Name(id=name)]):
            yield name


def _as_written(
    app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]
) -> None:
    """Keep docstrings as they are meant: Markdown's backticks, and sentences with a colon."""
    del app, what, name, thing, options
    _whole_sentences(lines)
    lines[:] = [_BACKTICKS.sub(_code, line) for line in lines]


def _readable(
    app: Sphinx, what: str, name: str, thing: object, options: object, taken: str, given: str
) -> tuple[str, str] | None:
    """A signature whose defaults can be read: what a dataclass makes anew each time is no value."""
    del app, what, name, thing, options
    return (taken.replace("<factory>", "..."), given) if taken and "<factory>" in taken else None


def _with_dashes(app: Sphinx, page: nodes.document) -> None:
    """Put a dash between a name and what is said of it, as Sphinx means it."""
    del app
    for text in [each for each in page.findall(nodes.Text) if str(each) == " -- "]:
        text.parent.replace(text, nodes.Text(" – "))


def _whole_sentences(lines: list[str]) -> None:
    """Make whole again what napoleon took for a type before a colon; annotations have the types."""
    for field, before in ((":type: ", ""), (":rtype: ", ":returns: ")):
        for place in (place for place, line in enumerate(lines) if line.startswith(field)):
            start = next(i for i, line in enumerate(lines) if line.startswith(before))
            words = lines.pop(place).removeprefix(field)
            lines[start] = f"{before}{words}: {lines[start].removeprefix(before)}"
            break


def _code(found: re.Match[str]) -> str:
    """A name is looked for; other code is shown as it is. Letters may follow at once."""
    quoted = f"`{found[1]}`" if _NAME.fullmatch(found[1]) else f"``{found[1]}``"
    return quoted + ("\\ " if found[2] else "")


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx whom to ask."""
    app.connect("missing-reference", _follow)
    app.connect("doctree-read", _with_dashes)
    app.connect("autodoc-process-signature", _readable)
    app.connect("autodoc-process-docstring", _as_written, priority=600)  # after napoleon
    return {"parallel_read_safe": True, "parallel_write_safe": True}
