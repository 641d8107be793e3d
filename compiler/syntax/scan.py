"""Finding the `~` and `|` that part a file's fields, past quotes and comments that hide them."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, NamedTuple, TypeAlias

__all__ = ["FieldEnd", "Mark", "Scanner", "line_that_begins"]

Mark: TypeAlias = Literal["~", "|"]

# The line after which nothing is an equation: the diagram's head as Vensim and as older tools
# write it, its end (a file may have lost the head), or the settings' marker.
_SECTION = r"\\\\\\?---///|///---\\\\\\|:L\x7f?<%\^E!@"
_BLANKS = re.compile(r"\s*")
_BRACE = re.compile(r"[{}]")
_SIGN = re.compile(r"[~|\"'{]")
_MARK = re.compile(r"[~|]")
_BAR_OR_BRACE = re.compile(r"[|}]")
# Both end on their line, unless a backslash continues it: so a quote that is forgotten stays small.
_QUOTED = re.compile(r'"(?:[^"\\\r\n]|\\"|\\(?:\r\n|\r(?!\n)|\n)|\\(?!["\r\n]))*"')
_STRING = re.compile(r"'(?:[^'\\\r\n]|\\(?:\r\n|\r(?!\n)|\n)|\\(?![\r\n]))*'")


def line_that_begins(pattern: str, text: str, position: int) -> int | None:
    """Where the first line begins, from `position`, that has a pattern at its margin, or blanks.

    Only the ends of lines are looked at, which is many times faster than every letter.
    """
    head = rf"[ \t]*(?:{pattern})"
    if position == 0 and re.match(head, text):
        return 0
    match = re.compile(rf"[\r\n]({head})").search(text, max(position - 1, 0))
    return match.start(1) if match else None


class FieldEnd(NamedTuple):
    """Where a field ends, by which mark (None: the text ended), and what it left open, if so."""

    end: int
    mark: Mark | None
    open_at: int | None = None


class Scanner:
    """A text with the `limit` of its equations, which a comment that runs past it moves on."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.limit = self._section_after(0)
        self._braces_balance = True

    def skip_blanks(self, position: int) -> int:
        """The first place from `position` that is neither blank nor comment."""
        while True:
            if blanks := _BLANKS.match(self.text, position, self.limit):
                position = blanks.end()
            if position >= self.limit or self.text[position] != "{":
                return position
            end = self._comment_end(position)
            if end is None:
                return position
            position = end

    def comment_field(self, position: int) -> FieldEnd:
        """The end of a field where quotes and braces mean nothing."""
        match = _MARK.search(self.text, position, self.limit)
        if match is None:
            return FieldEnd(self.limit, None)
        return FieldEnd(match.start(), "~" if match.group() == "~" else "|")

    def field(self, position: int) -> FieldEnd:
        """The end of a field where quotes, strings and comments hide marks.

        What is opened and not closed hides nothing: the field ends at the next mark.
        """
        while match := _SIGN.search(self.text, position, self.limit):
            place = match.start()
            if match.group() in "~|":
                return FieldEnd(place, "~" if match.group() == "~" else "|")
            end = self._hidden_end(place)
            if end is None:
                return self.comment_field(place)._replace(open_at=place)
            position = end
        return FieldEnd(self.limit, None)

    def _hidden_end(self, start: int) -> int | None:
        """The end of the quoted name, string or comment at `start`; None where there is none."""
        match self.text[start]:
            case '"':
                return _end(_QUOTED.match(self.text, start, self.limit))
            case "'" if start and _in_name(self.text[start - 1]):
                return start + 1  # an apostrophe, as in “Marg Capital'Energy per Capital”
            case "'":
                return _end(_STRING.match(self.text, start, self.limit))
            case _:
                return self._comment_end(start)

    def _comment_end(self, start: int) -> int | None:
        """The end of a comment. It may hold comments; else it ends at the first brace."""
        end = self._balanced_end(start)
        if end is None:
            nearest = _BAR_OR_BRACE.search(self.text, start, self.limit)
            if nearest is None or nearest.group() == "|":
                return None
            return nearest.end()
        if end > self.limit:
            self.limit = self._section_after(end)
        return end

    def _balanced_end(self, start: int) -> int | None:
        if not self._braces_balance:  # seen before: looking again would be looking in vain
            return None
        depth = 0
        for brace in _BRACE.finditer(self.text, start):
            depth += 1 if brace.group() == "{" else -1
            if depth == 0:
                return brace.end()
        self._braces_balance = False
        return None

    def _section_after(self, position: int) -> int:
        found = line_that_begins(_SECTION, self.text, position)
        return len(self.text) if found is None else found


def _end(match: re.Match[str] | None) -> int | None:
    return match.end() if match else None


def _in_name(letter: str) -> bool:
    """Whether a letter can stand within an unquoted name."""
    return letter.isalnum() or letter in "_$%&'" or unicodedata.category(letter).startswith("M")
