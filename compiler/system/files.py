"""What a model reads from files itself: GET XLS and GET DIRECT … (reference C.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3c.runtime import REGISTRY, RunError, display_name, fold

from .. import syntax
from ..diagnostics import Diagnostic
from ..syntax import Assignment, Equation
from . import data_messages as wrong
from .loops import places
from .scope import Scope
from .shapes import Box
from .symbols import Named
from .tree import ConstantsInFile, FileCall, LookupInFile, StringRead, VarId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3c.runtime import Files

    from .range_lists import ElementReader
    from .resolver import Resolver

__all__ = [
    "CONSTANTS",
    "DATA",
    "LOOKUPS",
    "READERS",
    "SUBSCRIPT",
    "call_in",
    "constants",
    "element_reader",
    "file_call",
    "lookup",
    "text",
]

_PROGRAMS = ("GET XLS", "GET DIRECT", "GET 123")
_PARAMETERS = {
    "CONSTANTS": ("'file'", "'tab'", "'cell'"),
    "DATA": ("'file'", "'tab'", "'time row or col'", "'cell'"),
    "LOOKUPS": ("'file'", "'tab'", "'x row or col'", "'cell'"),
    "SUBSCRIPT": ("'file'", "'tab'", "'first cell'", "'last cell'", "'prefix'"),
}


def _readers(what: str) -> frozenset[str]:
    return frozenset(fold(f"{program} {what}") for program in _PROGRAMS)


CONSTANTS, DATA, LOOKUPS, SUBSCRIPT = map(_readers, _PARAMETERS)
"""The functions that read each, by folded name."""
READERS = CONSTANTS | DATA | LOOKUPS | SUBSCRIPT


def call_in(named: Named, functions: frozenset[str]) -> syntax.Call | None:
    """The call of one of these functions that is a definition's whole right side."""
    match named:
        case (
            syntax.Formula(expression=syntax.Call() as call)
            | syntax.Lookup(body=syntax.Call() as call)
        ):
            return call if fold(call.function.name) in functions else None
        case _:
            return None


def constants(
    resolver: Resolver, named: syntax.Formula, call: syntax.Call, left: Box, box: Box, scope: Scope
) -> ConstantsInFile | None:
    """Numbers in a file, which may be changed for a run unless `==` gives them."""
    found = file_call(resolver, call, left, box, scope)
    changeable = named.assignment is not Assignment.UNCHANGEABLE
    return ConstantsInFile(found, changeable) if found else None


def lookup(
    resolver: Resolver, call: syntax.Call, left: Box, box: Box, scope: Scope
) -> LookupInFile | None:
    """A lookup whose points stand in a file."""
    found = file_call(resolver, call, left, box, scope)
    return LookupInFile(found) if found else None


def element_reader(files: Files, texts: Mapping[str, str]) -> ElementReader:
    """What reads the elements of subscript ranges.

    Args:
        files: where the model's files are.
        texts: of the string variables, by folded name.
    """

    def read(
        call: syntax.Call, equation: Equation, diagnostics: list[Diagnostic]
    ) -> tuple[str, ...] | None:
        name = display_name(fold(call.function.name)).upper()
        parameters, span = _PARAMETERS["SUBSCRIPT"], equation.span_of(call.extent)
        if fold(call.function.name) not in SUBSCRIPT:
            diagnostics.append(wrong.no_element_function(span))
            return None
        if len(call.arguments) != len(parameters):
            diagnostics.append(wrong.wrong_texts(name, parameters, len(call.arguments), span))
            return None
        arguments = [_plain_text(each, texts) for each in call.arguments]
        for argument, node in zip(arguments, call.arguments, strict=True):
            if argument is None:
                diagnostics.append(wrong.needs_text(name, equation.span_of(node.extent)))
        file, tab, first, last, prefix = (each or "" for each in arguments)
        if None in arguments:
            return None
        try:
            return files.elements(file, tab, first, last, prefix)
        except RunError as error:
            diagnostics.append(wrong.elements_unread(name, error.message, error.hint, span))
            return None

    return read


def _plain_text(node: syntax.Expression, texts: Mapping[str, str]) -> str | None:
    match node:
        case syntax.Text(value=value):
            return value
        case syntax.Reference(name=name, subscripts=()):
            return texts.get(fold(name))
        case _:
            return None


def file_call(
    resolver: Resolver, call: syntax.Call, left: Box, box: Box, scope: Scope
) -> FileCall | None:
    """What a call reads for the elements of a box; the file has it for the whole left side.

    None, with a diagnostic, if its arguments are not what they must be.
    """
    name = display_name(fold(call.function.name)).upper()
    parameters = _PARAMETERS[name.rpartition(" ")[2]]
    if len(call.arguments) != len(parameters):
        span = scope.span(call.extent)
        resolver.refuse(wrong.wrong_texts(name, parameters, len(call.arguments), span))
        return None
    entry = REGISTRY.get(fold(name))
    if entry is not None:
        resolver.note_use(name, entry.doc, scope.span(call.extent))
    found = [text(resolver, name, each, scope) for each in call.arguments]
    arguments = tuple(each for each in found if each is not None)
    if len(arguments) < len(found):
        return None
    whole = [side.elements for side in left if side.range is not None]
    own = [side.elements for side in box if side.range is not None]
    if parameters is _PARAMETERS["CONSTANTS"] and len(whole) > 2:
        span = scope.span(call.extent)
        resolver.refuse(wrong.too_many_ranges(name, len(whole), span))
        return None
    turns = tuple(
        places(elements.index(each) for each in kept)
        for elements, kept in zip(whole, own, strict=True)
    )
    return FileCall(name, arguments, tuple(map(len, whole)), turns)


def text(
    resolver: Resolver, function: str, node: syntax.Expression, scope: Scope
) -> str | StringRead | None:
    """An argument: a text in quotes, or the name of a string variable."""
    match node:
        case syntax.Text(value=value):
            return value
        case syntax.Reference(name=name, subscripts=()) if VarId(fold(name)) in resolver.texts:
            return StringRead(VarId(fold(name)))
        case _:
            resolver.refuse(wrong.needs_text(function, scope.span(node.extent)))
            return None
