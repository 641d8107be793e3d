"""XML with places: the elements of a file, each text knowing where its characters stand.

Entities and CDATA shift characters: `Passage` maps an offset in the decoded text to the file.
What only draws (views, styles, interface, other programs' own elements) is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from s3c.runtime import printable

from ..diagnostics import Diagnostic, Note
from ..source import Source, Span
from . import messages

__all__ = ["Element", "Passage", "read_elements"]

_DEEPEST = 100
_LONGEST = 64_000_000  # characters of a file
_MOST_ELEMENTS = 1_000_000
_DRAWN = frozenset({"views", "view", "display", "interface", "style", "default_format", "data"})
_VARIABLES = frozenset({"stock", "flow", "aux", "gf", "element", "module"})
_SILENT = frozenset({"delay_aux"})  # of STELLA's own: how a variable is drawn
_MOST_LEFT = 4  # kinds of elements that are told of
_ATTRIBUTE = re.compile(r"""\s+([^\s=<>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TAG = re.compile(r"<[^\s/>]+")
_REFERENCE = re.compile(r"&[^&;\s]{1,20};")
# Where a byte could not be decoded stands a lone surrogate, which XML does not know.
_UNDECODED = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of characters: `length` of them in the text, `width` in the file."""

    offset: int
    place: int
    length: int
    width: int


@dataclass(frozen=True, eq=False, slots=True)
class Passage:
    """The character data of an element, decoded, with the place of each character."""

    source: Source
    text: str
    pieces: tuple[_Piece, ...]
    nowhere: int  # where the text would stand, if there is none

    def place(self, offset: int) -> int:
        """Where in the file the character at an offset begins."""
        piece = self._piece(offset)
        if piece is None:
            return self.nowhere
        into = min(offset - piece.offset, piece.length)
        return piece.place + (into if piece.length == piece.width else piece.width * (into > 0))

    def end(self, offset: int) -> int:
        """Where in the file the character before an offset ends."""
        piece = self._piece(offset - 1)
        if piece is None:
            return self.nowhere
        whole = piece.length != piece.width
        return piece.place + (piece.width if whole else offset - piece.offset)

    def span(self, start: int, end: int) -> Span:
        """The part of the file that some of the text is."""
        first = self.place(start)
        return self.source.span(first, max(first, self.end(end)) if end > start else first)

    @property
    def whole(self) -> Span:
        """The text's place in the file, without the blanks around it."""
        stripped = self.text.strip()
        start = len(self.text) - len(self.text.lstrip())
        return self.span(start, start + len(stripped))

    def _piece(self, offset: int) -> _Piece | None:
        low, high = 0, len(self.pieces)
        while high - low > 1:
            middle = (low + high) // 2
            if self.pieces[middle].offset <= offset:
                low = middle
            else:
                high = middle
        return self.pieces[low] if self.pieces else None


@dataclass(frozen=True, eq=False, slots=True)
class Element:
    """One element: its name without the prefix, its attributes decoded, what it holds."""

    tag: str
    attributes: Mapping[str, str]
    children: tuple[Element, ...]
    passage: Passage
    span: Span
    _first: Mapping[str, Element] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # An array with very many elements is asked for the same few for each of them.
        first = {each.tag: each for each in reversed(self.children)}
        object.__setattr__(self, "_first", first)

    def all(self, *tags: str) -> Iterator[Element]:
        """The children of these names, in the order of the file."""
        return (each for each in self.children if each.tag in tags)

    def first(self, tag: str) -> Element | None:
        """The first child of a name."""
        return self._first.get(tag)

    @property
    def text(self) -> str:
        """The text, without the blanks around it."""
        return self.passage.text.strip()

    @property
    def head(self) -> Span:
        """The start tag's name."""
        match = _TAG.match(self.span.source.text, self.span.start)
        return self.span.source.span(self.span.start, match.end() if match else self.span.start)

    def attribute(self, name: str) -> Span:
        """Where an attribute's value stands; the start tag's name, if it has none."""
        place = self.head.end
        while match := _ATTRIBUTE.match(self.span.source.text, place):
            if match[1] == name:
                return self.span.source.span(*match.span(2 if match[2] is not None else 3))
            place = match.end()
        return self.head


def read_elements(source: Source) -> tuple[Element | None, tuple[Diagnostic, ...]]:
    """The root element of a file; None, with the reason, if it is not well-formed XML.

    What is not kept and may change numbers is told of: other programs' own elements within
    variables, and data that the file imports.
    """
    if len(source.text) > _LONGEST:
        return None, (messages.file_too_long(source.span(0, 0), _LONGEST),)
    undecoded = _UNDECODED.search(source.text)
    if undecoded:
        return None, (messages.undecodable(source.span(*undecoded.span())),)
    reader = _Reader(source)
    try:
        reader.parser.Parse(reader.data, True)
    except _Refused as refused:
        return None, (refused.diagnostic,)
    except expat.ExpatError as error:
        place = reader.character(max(0, reader.parser.ErrorByteIndex))
        what = expat.ErrorString(error.code) or "an error"
        return None, (messages.not_well_formed(reader.here(place), what, reader.open_tag()),)
    return reader.root, reader.left_aside()


class _Refused(Exception):  # noqa: N818 -- a finding about a text
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__()
        self.diagnostic = diagnostic


@dataclass(slots=True)
class _Open:
    """An element whose end has not been met."""

    tag: str
    attributes: dict[str, str]
    start: int
    children: list[Element] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    pieces: list[_Piece] = field(default_factory=list)
    length: int = 0
    inside: int = -1  # where its content begins


class _Reader:
    """Hears what expat tells, and builds elements of it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.data = source.text.encode("utf-8")
        self.root: Element | None = None
        self.opened: list[_Open] = []
        self.depth = 0
        self.skipped = 0  # how deep within what is not kept
        self.left: dict[str, int] = {}  # of that, what may change numbers: where it is at first
        self.count = 0
        self.prefix = ""
        self.literal = False  # within CDATA
        self.last = (0, 0)  # a byte and its character, to count on from
        self.ascii = source.text.isascii()
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartCdataSectionHandler = self.cdata_starts
        self.parser.EndCdataSectionHandler = self.cdata_ends
        self.parser.StartDoctypeDeclHandler = self.doctype

    def character(self, byte: int) -> int:
        """Which character a byte begins. Bytes are asked for in rising order, but for errors."""
        if self.ascii:
            return byte
        before, count = self.last if byte >= self.last[0] else (0, 0)
        count += len(self.data[before:byte].decode("utf-8", "ignore"))
        self.last = (byte, count)
        return count

    @property
    def now(self) -> int:
        return self.character(self.parser.CurrentByteIndex)

    def here(self, place: int) -> Span:
        end = min(place + 1, len(self.source.text))
        return self.source.span(min(place, end), end)

    def open_tag(self) -> Span | None:
        """The start tag of the innermost element that is open."""
        if not self.opened:
            return None
        place = self.opened[-1].start
        match = _TAG.match(self.source.text, place)
        return self.source.span(place, match.end() if match else place)

    def doctype(self, *_declared: object) -> None:
        place = self.source.text.rfind("<!DOCTYPE", 0, self.now + 1)
        raise _Refused(messages.doctype(self.source.span(place, place + len("<!DOCTYPE"))))

    def cdata_starts(self) -> None:
        self.literal = True

    def cdata_ends(self) -> None:
        self.literal = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > _DEEPEST:
            raise _Refused(messages.nested_xml(self.here(self.now), _DEEPEST))
        if self.count > _MOST_ELEMENTS:
            raise _Refused(messages.too_many_elements(self.here(self.now), _MOST_ELEMENTS))
        prefix, colon, local = name.rpartition(":")
        if self.skipped:
            self.skipped += 1
            if local == "import":
                self.leave(name)
            return
        if self.depth == 1:
            self.prefix = prefix
        is_foreign = bool(colon) and prefix != self.prefix
        if is_foreign or local in _DRAWN:
            self.skipped = 1
            if is_foreign and local not in _SILENT and self.opened[-1].tag in _VARIABLES:
                self.leave(name)
            return
        self.opened.append(_Open(local, attributes, self.now))

    def leave(self, name: str) -> None:
        """Remember what is not kept, though it may change numbers."""
        if name not in self.left and len(self.left) < _MOST_LEFT:
            self.left[name] = self.now

    def left_aside(self) -> tuple[Diagnostic, ...]:
        """What is said of that, once."""
        spans: dict[str, Span] = {}
        for name, place in self.left.items():
            match = _TAG.match(self.source.text, place)
            spans[name] = self.source.span(place, match.end() if match else place)
        if not spans:
            return ()
        (name, span), *others = spans.items()
        notes = tuple(Note(f"nor is “<{printable(each)}>”", place) for each, place in others)
        return (messages.left_aside(span, name, notes),)

    def characters(self, text: str) -> None:
        if self.skipped or not self.opened:
            return
        element, place = self.opened[-1], self.now
        width = len(text)
        if not self.literal and self.source.text.startswith("&", place):
            match = _REFERENCE.match(self.source.text, place)
            width = len(match.group()) if match else width
        elif self.source.text.startswith("\r\n", place) and text == "\n":
            width = 2
        element.pieces.append(_Piece(element.length, place, len(text), width))
        element.words.append(text)
        element.length += len(text)

    def end(self, _name: str) -> None:
        self.depth -= 1
        if self.skipped:
            self.skipped -= 1
            return
        opened, place = self.opened.pop(), self.now
        close = self.source.text.find(">", place)
        end = close + 1 if close >= 0 else len(self.source.text)
        text, nowhere = "".join(opened.words), place
        passage = Passage(self.source, text, tuple(opened.pieces), nowhere)
        span = self.source.span(opened.start, max(end, opened.start))
        element = Element(opened.tag, opened.attributes, tuple(opened.children), passage, span)
        if self.opened:
            self.opened[-1].children.append(element)
        else:
            self.root = element
