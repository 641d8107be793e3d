"""Where one thing ends and the next begins: a file cut into equations, groups, macros, diagram.

The frame of a file is found before anything in it is understood (reference A.1 and A.3 to A.5).
Frames lie end to end and cover the whole text, whatever the text may be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from . import messages
from .scan import Mark, Scanner, line_that_begins
from .tree import Extent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..diagnostics import Diagnostic
    from ..source import Source, Span

__all__ = [
    "BlankFrame",
    "EquationFrame",
    "Frame",
    "GroupFrame",
    "MacroEndFrame",
    "MacroHeadFrame",
    "SettingsFrame",
    "SketchFrame",
    "frame",
]

_MOST_EQUATIONS = 250_000  # of a file, groups and macros counted: the largest known have a tenth
_LINE_END = re.compile(r"[\r\n]")
_ENCODING = re.compile(r"\s*\{UTF-?8\}", re.IGNORECASE)
_QUOTED = r'"(?:[^"\\\r\n]|\\[^\r\n])*"'  # which may hold parentheses
_MACRO_HEAD = re.compile(
    rf':\s*MACRO\s*:(?:[^"()|~\r\n]|{_QUOTED}|")*(?:\((?:[^"()|~]|{_QUOTED})*\))?', re.IGNORECASE
)
_MACRO_END = re.compile(r":\s*END[\s_]+OF[\s_]+MACRO\s*:", re.IGNORECASE)
_GROUP = re.compile(r"\*{3,}(?P<name>[^*|~]*)\*{3,}[ \t]*")
_GROUP_COMMENT = re.compile(r"\{\*+(?P<name>[^*{}]+)\*+\}")
_PLAIN = re.compile(r"([^~|\"'{]*)~([^~|\"'{]*)~([^~|]*)\|")
_SUPPLEMENTARY = re.compile(r"\s*:\s*SUP[A-Z]*\s*:?\s*", re.IGNORECASE)
# A line at the margin: where a bar is missing, one of these begins the next equation.
_AT_MARGIN = re.compile(r"(?<=[\r\n])[^\s|~{}][^\r\n|~]*")
_BEGINS = frozenset("=:(<*")
_SETTINGS = r":L\x7f?<%\^E!@"


@dataclass(frozen=True, slots=True)
class EquationFrame:
    """`body ~ units ~ comment ~ :SUPPLEMENTARY |`; a field that is missing is empty.

    The extents are places in the file. `body` is without the blanks and comments around it.
    """

    extent: Extent
    body: Extent
    units: Extent
    comment: Extent
    supplementary: bool
    readable: bool  # no quote or brace is left open in the body


@dataclass(frozen=True, slots=True)
class GroupFrame:
    """A group's name between asterisks, and its comment."""

    extent: Extent
    name: Extent
    comment: Extent


@dataclass(frozen=True, slots=True)
class MacroHeadFrame:
    """`:MACRO: name(inputs : outputs)`, with the blanks before it."""

    extent: Extent
    head: Extent


@dataclass(frozen=True, slots=True)
class MacroEndFrame:
    """`:END OF MACRO:`, with the blanks before it."""

    extent: Extent


@dataclass(frozen=True, slots=True)
class SketchFrame:
    """The diagram."""

    extent: Extent


@dataclass(frozen=True, slots=True)
class SettingsFrame:
    """The settings, from their marker to the end."""

    extent: Extent


@dataclass(frozen=True, slots=True)
class BlankFrame:
    """The encoding header, or what is left before the diagram."""

    extent: Extent


Frame: TypeAlias = (
    EquationFrame
    | GroupFrame
    | MacroHeadFrame
    | MacroEndFrame
    | SketchFrame
    | SettingsFrame
    | BlankFrame
)


def frame(source: Source) -> tuple[tuple[Frame, ...], tuple[Diagnostic, ...]]:
    """Cut a file into its parts."""
    framer = _Framer(source)
    return tuple(framer.frames()), tuple(framer.diagnostics)


class _Framer:
    """Goes through a text once, from its start; what is wrong gathers in `diagnostics`."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.scanner = Scanner(source.text)
        self.diagnostics: list[Diagnostic] = []

    def frames(self) -> Iterator[Frame]:
        position = number = 0
        if header := _ENCODING.match(self.text):
            position = header.end()
            yield BlankFrame(Extent(0, position))
        while True:
            content = self.scanner.skip_blanks(position)
            if content >= self.scanner.limit:
                break
            if (number := number + 1) > _MOST_EQUATIONS:
                here = self.source.span(content, content + 1)
                self.diagnostics.append(messages.too_many_equations(here, _MOST_EQUATIONS))
                break
            piece = self.part(position, content)
            position = piece.extent.end
            yield piece
        limit = self.scanner.limit
        if limit > position:
            yield BlankFrame(Extent(position, limit))
        yield from self.sections(limit)

    def part(self, start: int, content: int) -> Frame:
        """What begins at `content`; blanks and comments from `start` belong to it."""
        text, limit = self.text, self.scanner.limit
        if text.find("{", start, content) < 0 and text[content] not in ":*":
            return self.plain_equation(start, content) or self.equation(start, content)
        if match := _GROUP_COMMENT.search(text, start, content):
            return GroupFrame(
                Extent(start, match.end()), Extent(*match.span("name")), Extent(content, content)
            )
        if text[content] == ":":
            if match := _MACRO_HEAD.match(text, content, limit):
                return MacroHeadFrame(Extent(start, match.end()), Extent(*match.span()))
            if match := _MACRO_END.match(text, content, limit):
                return MacroEndFrame(Extent(start, match.end()))
        if match := _GROUP.match(text, content, limit):
            return self.group(start, match)
        return self.equation(start, content)

    def sections(self, start: int) -> Iterator[Frame]:
        """What follows the equations: the diagram, then the settings."""
        end = len(self.text)
        settings = line_that_begins(_SETTINGS, self.text, start)
        middle = end if settings is None else settings
        if middle > start:
            yield SketchFrame(Extent(start, middle))
        if settings is not None:
            yield SettingsFrame(Extent(middle, end))

    def group(self, start: int, match: re.Match[str]) -> Frame:
        name = Extent(*match.span("name"))
        position = match.end()
        if self.text.startswith("~", position):
            position += 1
        end, mark, _ = self.scanner.comment_field(position)
        while mark == "~":  # no second field is known, but what stands there is kept
            end, mark, _ = self.scanner.comment_field(end + 1)
        if mark is None:
            self.diagnostics.append(messages.group_not_closed(self.span(name)))
        return GroupFrame(Extent(start, end + (mark is not None)), name, Extent(position, end))

    def plain_equation(self, start: int, content: int) -> EquationFrame | None:
        """An equation of three fields of which the first two hide nothing, as most are."""
        match = _PLAIN.match(self.text, content, self.scanner.limit)
        if match is None:
            return None
        body, units, comment = [Extent(*span) for span in match.regs[1:]]
        extent = Extent(start, match.end())
        return EquationFrame(extent, self.trimmed(body), units, comment, False, True)

    def equation(self, start: int, content: int) -> EquationFrame:
        fields, mark, open_at = self.fields(content)
        body = self.trimmed(fields[0])
        if open_at is not None:
            self.diagnostics.append(self.left_open(open_at))
        end = fields[-1].end + (mark is not None)
        supplementary = len(fields) == 4 and self.is_supplementary(fields[3])
        if mark != "|" or (len(fields) == 4 and not supplementary and not self.is_blank(fields[3])):
            fields, end = self.recovered(fields, mark)
            body = self.trimmed(fields[0])
            self.diagnostics.append(self.not_closed(body, end))
        empty = Extent(fields[-1].end, fields[-1].end)
        units, comment = (*fields[1:3], empty, empty)[:2]
        readable = open_at is None
        return EquationFrame(Extent(start, end), body, units, comment, supplementary, readable)

    def fields(self, position: int) -> tuple[list[Extent], Mark | None, int | None]:
        """An equation's fields, the mark after them, and where the first leaves a quote open.

        There are four at most. A mark “~” after the fourth says that a bar is missing.
        """
        scanner = self.scanner
        end, mark, open_at = scanner.field(position)
        fields = [Extent(position, end)]
        for read in (scanner.field, scanner.comment_field, scanner.comment_field):
            if mark != "~":
                break
            position = end + 1
            end, mark, _ = read(position)
            fields.append(Extent(position, end))
        return fields, mark, open_at

    def recovered(self, fields: list[Extent], mark: Mark | None) -> tuple[list[Extent], int]:
        """The fields of an equation without its bar, and its end, once what follows is cut off.

        The comment, or the units, ran on into the next equation: it begins on the last line that
        stands at the margin and looks like a beginning. If there is none, all is this equation's.
        """
        for index in range(min(2, len(fields) - 1), 0, -1):
            field = fields[index]
            cut = self.next_beginning(field)
            if cut is not None:
                return [*fields[:index], Extent(field.start, cut)], cut
        end = fields[-1].end
        while mark == "~":
            end, mark, _ = self.scanner.comment_field(end + 1)
        return fields, end + (mark is not None)

    def next_beginning(self, field: Extent) -> int | None:
        """The last place in a field where something new seems to begin."""
        lines = list(_AT_MARGIN.finditer(self.text, field.start, field.end))
        starts = [line.start() for line in lines if not _BEGINS.isdisjoint(line.group())]
        groups = [line.start() for line in lines if line.group().startswith("***")]
        if groups:
            return groups[0]  # its first row of asterisks, not its second
        return starts[-1] if starts else None

    def not_closed(self, body: Extent, end: int) -> Diagnostic:
        following = self.scanner.skip_blanks(end)
        here = self.source.span(following, following + 1)
        return messages.equation_not_closed(
            self.span(body), here if following < self.scanner.limit else None
        )

    def left_open(self, place: int) -> Diagnostic:
        line_end = _LINE_END.search(self.text, place)
        span = self.source.span(place, line_end.start() if line_end else len(self.text))
        match self.text[place]:
            case '"':
                return messages.name_not_closed(span)
            case "'":
                return messages.string_not_closed(span)
            case _:
                return messages.comment_not_closed(span)

    def trimmed(self, field: Extent) -> Extent:
        """A field without the blanks around it."""
        text = self.text[field.start : field.end]
        start = field.start + len(text) - len(text.lstrip())
        return Extent(start, max(start, field.start + len(text.rstrip())))

    def is_blank(self, field: Extent) -> bool:
        return self.text[field.start : field.end].isspace() or field.start == field.end

    def is_supplementary(self, field: Extent) -> bool:
        return _SUPPLEMENTARY.fullmatch(self.text, field.start, field.end) is not None

    def span(self, extent: Extent) -> Span:
        return self.source.span(extent.start, extent.end)
