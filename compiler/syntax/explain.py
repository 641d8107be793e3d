"""Why a text does not follow the grammar, and what its writer may have meant.

The parser says which word it could not take and which it would have taken. Each of the guesses
below knows one slip; the first that recognises its own speaks, else the words themselves are told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lark import Token, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from ..source import Source, Span
from . import messages
from .grammar import readable_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from ..diagnostics import Diagnostic

__all__ = ["explain"]

_CLOSES = {")": "(", "]": "["}
_VALUE_ENDS = frozenset({"NAME", "NUMBER", "STRING", "NA", "RPAR", "RSQB"})
_VALUE_STARTS = frozenset({"NAME", "NUMBER", "STRING", "NA", "LPAR"})
_COMPARISONS = frozenset({"EQUAL", "UNEQUAL", "LESS", "GREATER", "AT_MOST", "AT_LEAST"})
_ASSIGNMENTS = frozenset({"EQUAL", "UNCHANGEABLE", "BECOMES"})
_INFIX = frozenset({"PLUS", "MINUS", "TIMES", "OVER", "POWER", "AND", "OR"}) | _COMPARISONS
_KEYWORD = re.compile(r"\s*(AND|OR|NOT|NA|EXCEPT|RAW|INTERPOLATE|IMPLIES|IS)\b", re.IGNORECASE)
# What may belong to one name, in the eyes of a person.
_NAMELIKE = re.compile(r"[^\s\"'()\[\]{},;:=<>|~+*^]+")
# Other languages' signs, told by the words that they fall into, and what Vensim writes for them.
_SLIPS = {
    ("=", ">"): ">=",
    ("=", "<"): "<=",
    ("!", "="): "<>",
    ("*", "*"): "^",
    ("<", "="): "<=",
    (">", "="): ">=",
    ("<", ">"): "<>",
    ("=", "="): "=",
}


def explain(error: UnexpectedInput, text: str) -> Diagnostic:
    """The one message for a text that cannot be parsed; its span counts from the text's start."""
    source = Source("equation", text)
    if isinstance(error, UnexpectedCharacters):
        return _unknown_letter(source, error.pos_in_stream or 0)
    words, complete = readable_words(text)
    accepted = error.accepts if isinstance(error, UnexpectedToken) else frozenset[str]()
    failure = _Failure(source, words, complete, _index(error, words), accepted or frozenset())
    for guess in _GUESSES:
        diagnostic = guess(failure)
        if diagnostic is not None:
            return diagnostic
    return _unexpected(failure)


def _index(error: UnexpectedInput, words: list[Token]) -> int:
    """Which of the words the parser could not take; their number, if it was the end."""
    token = error.token if isinstance(error, UnexpectedToken) else None
    if token is None or token.type == "$END":
        return len(words)
    return next(i for i, word in enumerate(words) if word.start_pos == token.start_pos)


@dataclass(frozen=True, slots=True)
class _Failure:
    """Where parsing stopped: `words[index]` is not among the `accepted` kinds of word."""

    source: Source
    words: list[Token]
    complete: bool  # the words reach to the text's end
    index: int
    accepted: AbstractSet[str]

    @property
    def found(self) -> Token | None:
        """The word that could not be taken; None is the end of the text."""
        return self.words[self.index] if self.index < len(self.words) else None

    @property
    def before(self) -> Token | None:
        return self.words[self.index - 1] if self.index else None

    @property
    def assigned(self) -> bool:
        """Whether the equation's left side is complete."""
        return any(word.type in _ASSIGNMENTS for word in self.words[: self.index])

    def span(self, first: Token, last: Token | None = None) -> Span:
        return self.source.span(first.start_pos or 0, (last or first).end_pos or 0)


def _unknown_letter(source: Source, place: int) -> Diagnostic:
    """A letter that begins no word."""
    whole = next((m for m in _NAMELIKE.finditer(source.text) if m.start() <= place < m.end()), None)
    name = whole.group() if whole else source.text[place]
    return messages.unknown_letter(
        source.span(place, place + 1), name if name.isprintable() else ""
    )


def _unpaired_bracket(failure: _Failure) -> Diagnostic | None:
    opened: list[Token] = []
    for word in failure.words:
        if word in ("(", "["):
            opened.append(word)
        elif word in _CLOSES:
            if not opened:
                return messages.bracket_not_opened(failure.span(word))
            if opened[-1] != _CLOSES[word]:
                return messages.brackets_crossed(failure.span(opened[-1]), failure.span(word))
            opened.pop()
    if opened and failure.complete:
        return messages.bracket_not_closed(failure.span(opened[-1]))
    return None


def _name_with_digit_first(failure: _Failure) -> Diagnostic | None:
    number, name = failure.before, failure.found
    if name is None:
        return None
    if number is None and name.type == "NUMBER" and len(failure.words) > 1:  # 2nd rate = …
        number, name = name, failure.words[1]
    if number is None or number.type != "NUMBER" or name.type != "NAME":
        return None
    if number.end_pos != name.start_pos and failure.assigned:
        return None
    return messages.name_with_digit_first(failure.span(number, name))


def _name_with_sign(failure: _Failure) -> Diagnostic | None:
    """`net-flow = …`: a sign on the left side."""
    if failure.assigned or failure.found is None or failure.found.type not in _INFIX - _ASSIGNMENTS:
        return None
    following = failure.words[failure.index :]
    end = next((i for i, word in enumerate(following) if word.type in _ASSIGNMENTS), 0)
    if not end or failure.index == 0:
        return None
    return messages.name_with_sign(
        failure.span(failure.words[0], following[end - 1]), failure.found
    )


def _foreign_sign(failure: _Failure) -> Diagnostic | None:
    before, found = failure.before, failure.found
    if found is None:
        return None
    if found.type in ("UNCHANGEABLE", "BECOMES") and failure.assigned:
        return messages.foreign_sign(failure.span(found), "=")
    meant = _SLIPS.get((before, found)) if before is not None else None
    if before is not None and meant:
        return messages.foreign_sign(failure.span(before, found), meant)
    following = failure.words[failure.index + 1 :][:1]
    if found.type == "BANG" and following == ["="]:
        return messages.foreign_sign(failure.span(found, following[0]), "<>")
    return None


def _half_keyword(failure: _Failure) -> Diagnostic | None:
    """`a :AND b`."""
    found = failure.found
    if found is None or found.type != "COLON":
        return None
    keyword = _KEYWORD.match(failure.source.text, found.end_pos or 0)
    return keyword and messages.half_keyword(
        failure.source.span(found.start_pos or 0, keyword.end()), keyword[1].upper()
    )


def _chained_comparison(failure: _Failure) -> Diagnostic | None:
    before, found = failure.before, failure.found
    if found is None or before is None or found.type not in _COMPARISONS:
        return None
    if before.type not in _VALUE_ENDS or not failure.assigned:
        return None
    return messages.chained_comparison(failure.span(found))


def _missing_operator(failure: _Failure) -> Diagnostic | None:
    before, found = failure.before, failure.found
    if before is None or found is None:
        return None
    if before.type not in _VALUE_ENDS or found.type not in _VALUE_STARTS:
        return None
    if "PLUS" not in failure.accepted:  # not in an expression
        return None
    at_margin = failure.source.text[: found.start_pos or 0].endswith(("\n", "\r"))
    return messages.missing_operator(failure.span(found), failure.span(before), at_margin)


def _missing_argument(failure: _Failure) -> Diagnostic | None:
    before, found = failure.before, failure.found
    if found is None or before is None or found.type not in ("COMMA", "RPAR"):
        return None
    if before.type not in ("COMMA", "LPAR") or "NUMBER" not in failure.accepted:
        return None
    return messages.missing_argument(failure.span(before, found))


def _missing_value(failure: _Failure) -> Diagnostic | None:
    before, found = failure.before, failure.found
    if before is None or before.type not in _INFIX or "NUMBER" not in failure.accepted:
        return None
    if found is None:
        return messages.missing_last_value(failure.span(before))
    return messages.missing_value(failure.span(found), failure.span(before))


def _unexpected(failure: _Failure) -> Diagnostic:
    """No guess: what was found, and what could have stood there."""
    expected = messages.kinds(failure.accepted)
    if failure.found is not None:
        unquoted = failure.found.type == "NUMBER" and "NAME" in failure.accepted
        return messages.unexpected(failure.span(failure.found), expected, unquoted)
    end = failure.before
    span = failure.span(end) if end is not None else failure.source.span(0, 0)
    return messages.unexpected_end(span, expected)


_GUESSES: tuple[Callable[[_Failure], Diagnostic | None], ...] = (
    _half_keyword,
    _foreign_sign,
    _unpaired_bracket,
    _name_with_digit_first,
    _name_with_sign,
    _chained_comparison,
    _missing_argument,
    _missing_operator,
    _missing_value,
)
