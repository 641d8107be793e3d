"""The canonical layout of an equation's body: from its words, so that nothing written is lost.

The words keep their order and their spelling (keywords become upper case); what stands between
two words is decided by their kinds alone. Comments are words here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .grammar import words
from .spelling import COMMENT, joined, keyword, plain_name
from .tree import Data, Definition, Empty, Equivalence, Lookup, StringVariable, SubscriptRange

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lark import Token

__all__ = ["WIDTH", "layout", "on_one_line", "wrapped"]

WIDTH = 80
_TAB = 8

_VALUE_ENDS = frozenset({"NAME", "NUMBER", "STRING", "NA", "RPAR", "RSQB"})
_SERIES = frozenset({"RAW", "INTERPOLATE", "HOLD_BACKWARD", "LOOK_FORWARD"})
# After these words of a definition's left side a new line begins.
_ASSIGNMENTS = frozenset({"EQUAL", "UNCHANGEABLE", "BECOMES"})
_TIGHT_BEFORE = _SERIES | {
    *("COMMA", "POINT_COMMA", "SEMICOLON", "RPAR", "RSQB", "BANG"),
    *("CALL", "INDEX", "DASH", "POWER", "DEFINES"),
}
_TIGHT_AFTER = frozenset({"LPAR", "CALL", "LSQB", "INDEX", "SIGN", "DASH", "POINT_COMMA", "POWER"})


@dataclass(frozen=True, slots=True)
class _Word:
    """A word with its kind: the grammar's, or a narrower one where the place decides the blanks."""

    kind: str
    text: str


def layout(body: str, definition: Definition) -> str:
    """The body with a line for its left side and the rest below it, no wider than `WIDTH`."""
    pieces = list(_words(body, isinstance(definition, SubscriptRange)))
    head = _head_length(pieces, definition)
    left = wrapped(_chunks(pieces[:head]), "", "\t\t")
    if head == len(pieces):
        return left
    lines = [wrapped(_chunks(line), "\t", "\t\t") for line in _lines(pieces[head:])]
    return "\n".join([left, *lines])


def on_one_line(body: str) -> str:
    """The words of a text with canonical blanks between them."""
    return "".join(_chunks(list(_words(body, False))))


def wrapped(chunks: Sequence[str], first: str, following: str) -> str:
    """Chunks joined, with a backslash where a line would become too wide.

    `first` and `following` indent the lines. A chunk carries its blank; no chunk is broken.
    """
    lines = [first]
    for chunk in chunks:
        line = lines[-1]
        last_line = (line + chunk).rpartition("\n")[2]
        fits = len(last_line.expandtabs(_TAB)) < WIDTH  # with room for a backslash
        if fits or not line.strip() or "\n" in chunk:
            lines[-1] = line + chunk
        else:
            lines.append(following + chunk)
    return "\\\n".join(lines).rstrip()


# --- Words ---------------------------------------------------------------------------------------


def _words(body: str, is_range: bool) -> Iterator[_Word]:
    tokens = words(body)
    before: list[str] = []  # the kinds of the words so far, without comments
    opened: list[str] = []
    place = 0
    for index, token in enumerate(tokens):
        yield from _comments(body, place, token.start_pos or 0)
        place = token.end_pos or 0
        kind = _kind(tokens, index, before, opened, is_range)
        if token in ("(", "["):
            opened.append(token)
        elif token in (")", "]"):
            opened.pop()
        before.append(kind)
        yield _Word(kind, _spelling(token))
    yield from _comments(body, place, len(body))


def _comments(body: str, start: int, end: int) -> Iterator[_Word]:
    for match in COMMENT.finditer(body, start, end):
        yield _Word("COMMENT", match.group())


def _kind(
    tokens: Sequence[Token],
    index: int,
    before: Sequence[str],
    opened: Sequence[str],
    is_range: bool,
) -> str:
    """A word's kind, narrowed where the blanks around it depend on where it stands."""
    last = before[-1] if before else ""
    match tokens[index].type:
        case "MINUS" if is_range or opened[-1:] == ["["]:
            return "DASH"
        case "MINUS" | "PLUS" if last not in _VALUE_ENDS:
            return "SIGN"
        case "LPAR" if last in ("NAME", "RSQB"):
            return "CALL"
        case "LSQB" if last == "NAME":
            return "INDEX"
        case "COLON" if is_range:
            return "DEFINES"
        case "BECOMES" if last in _SERIES:
            return "DEFINES"
        case "COMMA" if _in_point(tokens, index, before):
            return "POINT_COMMA"
        case kind:
            return kind


def _in_point(tokens: Sequence[Token], index: int, before: Sequence[str]) -> bool:
    """Whether a comma parts the two numbers of a lookup's point."""
    left = index - 2 if before[-2:-1] != ["SIGN"] else index - 3
    if left < 0 or before[left] != "LPAR" or before[index - 1] != "NUMBER":
        return False
    right = index + 2 if tokens[index + 1].type == "NUMBER" else index + 3
    return right < len(tokens) and tokens[right].type == "RPAR"


def _spelling(token: Token) -> str:
    if token.type == "NAME":
        return token if "{" in token else plain_name(token)  # a comment within it is kept
    if token.startswith(":") and token.endswith(":") and len(token) > 2:
        return keyword(token)
    return joined(token) if token.type == "STRING" else token


# --- Lines ---------------------------------------------------------------------------------------


def _head_length(pieces: Sequence[_Word], definition: Definition) -> int:
    """How many words stand on the first line."""
    match definition:
        case Data() | Empty() | Equivalence() | StringVariable():
            return len(pieces)
        case SubscriptRange():
            ends = frozenset({"DEFINES"})
        case Lookup():
            ends = frozenset({"CALL"})
        case _:
            ends = _ASSIGNMENTS | {"DEFINES", "TEST_INPUT", "CONDITION"}
    return next((i + 1 for i, piece in enumerate(pieces) if piece.kind in ends), len(pieces))


def _lines(pieces: Sequence[_Word]) -> Iterator[list[_Word]]:
    """The words of a list of constants row by row; all others at once."""
    line: list[_Word] = []
    for piece in pieces:
        line.append(piece)
        if piece.kind == "SEMICOLON":
            yield line
            line = []
    if line:
        yield line


def _chunks(pieces: Sequence[_Word]) -> list[str]:
    """Each word with the blank after it; words that hold together are one chunk.

    So do the subscripts of a name, unless there are very many.
    """
    chunks: list[str] = []
    tight = True
    inside = False  # subscripts
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        blank = "" if following is None or _is_tight(piece, following) else " "
        inside = piece.kind == "INDEX" or (inside and piece.text != "]")
        if tight and chunks:
            chunks[-1] += piece.text + blank
        else:
            chunks.append(piece.text + blank)
        tight = not blank or (inside and len(chunks[-1]) < WIDTH // 2)
    return chunks


def _is_tight(left: _Word, right: _Word) -> bool:
    return left.kind in _TIGHT_AFTER or right.kind in _TIGHT_BEFORE
