"""From text to a `Document`: every equation parsed, all that is wrong told at once.

An equation is parsed from its own text alone and remembered by it, so that after an edit only
what changed is parsed again, wherever in the file it now stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, assert_never

from lark import UnexpectedInput

from ..diagnostics import CompileError, Diagnostic, Severity
from ..names import display_name
from ..source import Source, Span
from . import grammar, messages
from .depth import MAX_DEPTH, check_depth
from .explain import explain
from .frame import (
    BlankFrame,
    EquationFrame,
    Frame,
    GroupFrame,
    MacroEndFrame,
    MacroHeadFrame,
    SettingsFrame,
    SketchFrame,
    frame,
)
from .misread import Misread
from .spelling import LINE_END, joined
from .tree import (
    Blank,
    Definition,
    Document,
    Equation,
    Expression,
    Extent,
    Group,
    Macro,
    Part,
    Settings,
    Sketch,
)
from .units import parse_units

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .build import MacroHead

__all__ = ["forget", "parse", "parse_definition", "parse_expression"]

_MOST_LETTERS = 2_000_000  # of one equation: a table of 200,000 numbers takes about as many
_SHOWN = 40  # letters of an equation that is too long
_LAID_OUT = re.compile(r"[\r\n]")
_UNDECODED = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class _OpenMacro:
    """A macro whose end has not been met yet."""

    frame: MacroHeadFrame
    body: list[Equation | Group] = field(default_factory=list)


def parse(source: Source) -> tuple[Document, tuple[Diagnostic, ...]]:
    """The document of a file, and everything in it that does not follow the grammar."""
    frames, found = frame(source)
    assembler = _Assembler(source)
    document = Document(source, assembler.parts_of(frames))
    diagnostics = [*found, *assembler.diagnostics, *_undecoded(document)]
    diagnostics.sort(key=lambda each: each.span.start if each.span else 0)
    return document, tuple(diagnostics)


def parse_expression(text: str) -> Expression:
    """An expression alone. Raises CompileError if the text is none."""
    try:
        expression = grammar.parse_expression(text)
        check_depth(expression)
    except (UnexpectedInput, Misread) as error:
        raise CompileError([_told(error, text)]) from None
    return expression


@dataclass(frozen=True, slots=True)
class _Passage:
    """Field 1 of an equation by itself. Extents and the diagnostics' spans count from its start."""

    source: Source
    definition: Definition | None
    diagnostics: tuple[Diagnostic, ...] = ()


def parse_definition(text: str) -> tuple[Definition | None, tuple[Diagnostic, ...]]:
    """Field 1 of an equation. Extents and the diagnostics' spans count from its start."""
    passage = _passage(text, 0)
    return passage.definition, passage.diagnostics


@lru_cache(maxsize=2**16)
def _passage(text: str, _before: int) -> _Passage:
    """A definition's text, parsed; each of those that are alike in a file is one of its own."""
    source = Source("equation", text)
    if not text:
        return _Passage(source, None, (messages.empty_equation(source.span(0, 0)),))
    if len(text) > _MOST_LETTERS:
        told = messages.too_long(source.span(0, _SHOWN), len(text), _MOST_LETTERS)
        return _Passage(source, None, (told,))
    try:
        definition = grammar.parse_definition(text)
        if len(text) > MAX_DEPTH:  # each level takes a character
            check_depth(definition)
    except (UnexpectedInput, Misread) as error:
        return _Passage(source, None, (_told(error, text),))
    return _Passage(source, definition)


def forget() -> None:
    """Read all equations anew from now on.

    Then their definitions are other objects, so that no stage finds again what it keeps of them.
    """
    _passage.cache_clear()


def _told(error: UnexpectedInput | Misread, text: str) -> Diagnostic:
    if isinstance(error, Misread):
        return error.tell(Source("equation", text).span(error.extent.start, error.extent.end))
    return explain(error, text)


class _Assembler:
    """Puts a document together from its frames; what is wrong gathers in `diagnostics`."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []
        self.parts: list[Part] = []
        self.macro: _OpenMacro | None = None
        self.group = ""
        self.met: dict[str, int] = {}  # how often each definition's text

    def parts_of(self, frames: Iterable[Frame]) -> tuple[Part, ...]:
        for each in frames:
            self.add(each)
        self.give_up_macro()
        return tuple(self.parts)

    def add(self, piece: Frame) -> None:
        match piece:
            case EquationFrame():
                self.add_content(self.equation(piece))
            case GroupFrame():
                self.add_content(self.named_group(piece))
            case MacroHeadFrame():
                self.give_up_macro()
                self.macro = _OpenMacro(piece)
            case MacroEndFrame():
                self.end_macro(piece)
            case SketchFrame():
                self.add_section(Sketch(self.span(piece.extent)))
            case SettingsFrame():
                span = self.span(piece.extent)
                self.add_section(Settings(span, _settings(span.text)))
            case BlankFrame():
                self.add_section(Blank(self.span(piece.extent)))
            case _:
                assert_never(piece)

    def add_content(self, content: Equation | Group) -> None:
        if self.macro is None:
            self.parts.append(content)
        else:
            self.macro.body.append(content)

    def add_section(self, section: Sketch | Settings | Blank) -> None:
        self.give_up_macro()
        self.parts.append(section)

    # --- Equations -------------------------------------------------------------------------------

    def equation(self, piece: EquationFrame) -> Equation:
        passage = None
        if piece.readable:
            text = self.text(piece.body)
            before = self.met[text] = self.met.get(text, -1) + 1
            passage = _passage(text, before)
            for each in passage.diagnostics:
                self.diagnostics.append(self.placed(each, piece.body.start))
        units, found = parse_units(self.text(piece.units))
        for each in found:
            self.diagnostics.append(self.placed(each, piece.units.start))
        return Equation(
            self.span(piece.extent),
            self.span(piece.body),
            passage.definition if passage else None,
            units,
            prose(self.text(piece.comment)),
            piece.supplementary,
            self.group,
            passage.source if passage else None,
        )

    def placed(self, diagnostic: Diagnostic, offset: int) -> Diagnostic:
        """A diagnostic about a piece of text, as one about the file that the piece stands in."""

        def moved(span: Span | None) -> Span | None:
            return span and self.source.span(offset + span.start, offset + span.end)

        notes = tuple(replace(note, span=moved(note.span)) for note in diagnostic.notes)
        return replace(diagnostic, span=moved(diagnostic.span), notes=notes)

    # --- Macros and groups -----------------------------------------------------------------------

    def end_macro(self, piece: MacroEndFrame) -> None:
        if self.macro is None:
            span = self.span(piece.extent)
            self.parts.append(Blank(span))
            self.diagnostics.append(messages.macro_not_opened(self.content(span)))
            return
        self.close_macro(self.macro, piece.extent.end)

    def give_up_macro(self) -> None:
        """Close a macro that nothing closes."""
        if self.macro is None:
            return
        last = self.macro.body[-1].span.end if self.macro.body else self.macro.frame.extent.end
        self.diagnostics.append(messages.macro_not_closed(self.span(self.macro.frame.head)))
        self.close_macro(self.macro, last)

    def close_macro(self, macro: _OpenMacro, end: int) -> None:
        head = self.span(macro.frame.head)
        name, inputs, outputs = self.macro_head(head)
        span = self.source.span(macro.frame.extent.start, end)
        self.parts.append(Macro(span, name, inputs, outputs, tuple(macro.body), head))
        self.macro = None

    def macro_head(self, head: Span) -> MacroHead:
        try:
            return grammar.parse_macro_head(head.text)
        except (UnexpectedInput, Misread):
            self.diagnostics.append(messages.macro_head(head))
            return "", (), ()

    def named_group(self, piece: GroupFrame) -> Group:
        self.group = display_name(self.text(piece.name)).lstrip(".").strip()
        return Group(self.span(piece.extent), self.group, prose(self.text(piece.comment)))

    # --- Places ----------------------------------------------------------------------------------

    def text(self, extent: Extent) -> str:
        return self.source.text[extent.start : extent.end]

    def span(self, extent: Extent) -> Span:
        return Span(self.source, extent.start, extent.end)

    def content(self, span: Span) -> Span:
        """A span without the blanks before it."""
        return self.source.span(span.end - len(span.text.lstrip()), span.end)


def prose(field: str) -> str:
    """A comment field's text: broken lines joined; the tabs that lay it out removed."""
    if not _LAID_OUT.search(stripped := field.strip()):
        return stripped
    lines = LINE_END.split(joined(field))
    return "\n".join(line.lstrip("\t").rstrip() for line in lines).strip()


def _settings(section: str) -> tuple[tuple[str, str], ...]:
    """The lines `code:value` after the marker's own."""
    lines = LINE_END.split(section)[1:]
    return tuple((code, value) for code, colon, value in (x.partition(":") for x in lines) if colon)


def _undecoded(document: Document) -> Iterator[Diagnostic]:
    """Bytes that are not of the file's encoding: fatal in an equation, else worth a warning."""
    source = document.source
    if source.text.isascii():
        return
    first = _UNDECODED.search(source.text)
    if first is None:
        return
    bodies = (each.body for each in document.equations())
    found = [_UNDECODED.search(source.text, body.start, body.end) for body in bodies]
    errors = [source.span(*match.span()) for match in found if match]
    yield from (messages.undecodable(span, source.encoding) for span in errors)
    if not errors:
        warning = messages.undecodable(source.span(*first.span()), source.encoding)
        yield replace(warning, severity=Severity.WARNING)
