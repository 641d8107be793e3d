"""One layout for every model file: Vensim's own, made even.

Only layout changes: what does not read the same afterwards is not used. What has errors, the
diagram and the settings stay as they are.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import assert_never

from ..source import Source
from .frame import EquationFrame, GroupFrame, frame
from .layout import layout, on_one_line, wrapped
from .parse import parse, parse_definition, prose
from .spelling import BREAK, COMMENT, LINE_END
from .tree import Blank, Document, Equation, Extent, Group, Macro, Part, Settings, Sketch

__all__ = ["format_document"]

_MACRO_END = re.compile(r":\s*END[\s_]+OF[\s_]+MACRO\s*:\Z", re.IGNORECASE)
_PHRASE = re.compile(r"\s*\S+\s*")
_STARS = "*" * 56


def format_document(document: Document) -> str:
    """The file's text in its canonical layout, with the line ends that most of it has."""
    source = document.source
    line_end = _usual_line_end(source.text)
    text = "".join(_part(part, line_end) for part in document.parts)
    again, _ = parse(replace(source, text=text))
    same = _meaning(again) == _meaning(document) and _usual_line_end(text) == line_end
    return text if same else source.text


def _meaning(document: Document) -> list[tuple[object, ...]]:
    """All that a document's equations say, without where they say it."""
    return [
        (each.definition, each.units, each.comment, each.supplementary, each.group)
        for each in document.equations()
    ]


def _usual_line_end(text: str) -> str:
    ends = LINE_END.findall(text)
    return max(("\n", "\r\n", "\r"), key=ends.count)


def _part(part: Part, line_end: str) -> str:
    match part:
        case Sketch() | Settings():
            return part.span.text
        case Blank():
            text = _blank(part)
        case Equation():
            text = _equation(part)
        case Group():
            text = _group(part)
        case Macro():
            text = _macro(part, line_end)
        case _:
            assert_never(part)
    if text is None:  # it cannot be read, so it stays as it is
        return part.span.text.strip(" \t\r\n") + line_end * 2
    if not text:
        return ""
    gap = 1 if isinstance(part, Blank) else 2
    return LINE_END.sub(line_end, text) + line_end * gap


def _blank(blank: Blank) -> str | None:
    if COMMENT.sub("", blank.span.text).strip():  # the end of a macro that nothing begins
        return None
    return "\n".join(_remarks(blank.span.text))


def _equation(equation: Equation) -> str | None:
    """The equation in its layout; None if it has none, or would then read differently."""
    definition = equation.definition
    text = equation.span.text
    frames, found = frame(Source("equation", text))
    if definition is None or found or len(frames) != 1:
        return None
    (piece,) = frames
    if not isinstance(piece, EquationFrame):
        return None
    body = layout(_within(text, piece.body), definition)
    if parse_definition(body)[0] != definition:
        return None
    lines = [*_remarks(text[: piece.body.start]), body]
    units = BREAK.sub(" ", _within(text, piece.units)).strip()
    comment = _comment(_within(text, piece.comment), "\t~\t")
    if units or equation.comment or equation.supplementary:
        lines += [f"\t~\t{units}", comment]
        lines += ["\t~\t:SUPPLEMENTARY"] if equation.supplementary else []
        lines += ["\t|"]
    else:
        lines += ["\t~~|"]
    return "\n".join(lines)


def _group(group: Group) -> str | None:
    text = group.span.text
    frames, found = frame(Source("group", text))
    if found or len(frames) != 1:
        return None
    (piece,) = frames
    if not isinstance(piece, GroupFrame):
        return None
    remarks = [each for each in _remarks(text[: piece.name.start]) if _STARS[:2] not in each]
    name = " ".join(_within(text, piece.name).split())
    comment = _comment(_within(text, piece.comment), "\t\t")
    return "\n".join([*remarks, _STARS, f"\t{name}", f"{_STARS}~", comment, "\t|"])


def _macro(macro: Macro, line_end: str) -> str | None:
    closing = _MACRO_END.search(macro.span.text)
    if not macro.name or closing is None:
        return None
    source = macro.span.source
    last = macro.body[-1].span.end if macro.body else macro.head.end
    before = _remarks(source.text[macro.span.start : macro.head.start])
    after = _remarks(source.text[last : macro.span.start + closing.start()])
    head = [*before, on_one_line(macro.head.text)]
    body = "".join(_part(each, line_end) for each in macro.body)
    return "\n".join([*head, body + "\n".join([*after, ":END OF MACRO:"])])


def _comment(field: str, first: str) -> str:
    """A comment field in lines no wider than they may be; its own line ends stay."""
    head, *rest = prose(field).split("\n")
    lines = [wrapped(_PHRASE.findall(head), first, "\t\t") or first]
    lines += [wrapped(_PHRASE.findall(line), "\t\t", "\t\t") for line in rest]
    return "\n".join(lines)


def _remarks(text: str) -> list[str]:
    """The comments `{ … }` before an equation or a section, a line each."""
    return COMMENT.findall(text)


def _within(text: str, extent: Extent) -> str:
    return text[extent.start : extent.end]
