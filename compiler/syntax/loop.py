"""The loop that reads a text by the tables that Lark makes of a grammar, in half of Lark's time.

Lark's own loop keeps count of lines, makes a token of every sign, and climbs one by one through
the levels of precedence above each operand. Here a token is made only where a node wants it, and
a climb is looked up once it has been made. What the grammar does not take is left to Lark, which
says why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from lark import Lark, Token
from lark.parse_tree_builder import ExpandSingleChild
from lark.parsers.lalr_analysis import Shift

__all__ = ["ParserLoop"]

_END = "$END"


@dataclass(frozen=True, slots=True)
class _Reduce:
    """A rule that is complete: what makes its node of so many parts, and what it is then."""

    size: int
    make: Callable[[list[Any]], Any] | None  # None: its only part is its node
    origin: str


_Action: TypeAlias = int | _Reduce
"""A state to go to with the token, or the end of a rule."""


@dataclass(frozen=True, slots=True)
class ParserLoop:
    """The states of a LALR parser, and the words of its language."""

    words: re.Pattern[str]
    ignored: frozenset[str]
    actions: Mapping[int, Mapping[str, _Action]]
    goto: Mapping[int, Mapping[str, int]]
    starts: Mapping[str, int]
    ends: Mapping[str, int]
    climbs: dict[tuple[int, int, str], int] = field(default_factory=dict)
    """The state to which rules of one part lead from a state above another, before a word."""

    @classmethod
    def of(cls, parser: Lark) -> ParserLoop:
        """The loop of a LALR parser with a basic lexer."""
        # Lark has no public name for its tables.
        front: Any = parser.parser
        lexer, machine = front.lexer, front.parser.parser
        (words,) = lexer.scanner._mres  # noqa: SLF001
        table = machine.parse_table
        reductions = {
            rule: _Reduce(len(rule.expansion), _maker(rule, make), rule.origin.name)
            for rule, make in machine.callbacks.items()
        }
        moves: dict[int, dict[str, Any]] = {
            state: {
                symbol: argument if action is Shift else reductions[argument]
                for symbol, (action, argument) in row.items()
            }
            for state, row in table.states.items()
        }
        return cls(words, lexer.ignore_types, moves, moves, table.start_states, table.end_states)

    def parse(self, text: str, start: str) -> tuple[Any] | None:
        """The node of a text, alone in a tuple; None if the grammar does not take it."""
        actions, goto, climbs = self.actions, self.goto, self.climbs
        next_word, ignored, end_state = self.words.match, self.ignored, self.ends[start]
        states, values = [self.starts[start]], list[Any]()
        place, length = 0, len(text)
        while True:
            if place < length:
                word = next_word(text, place)
                if word is None or (kind := word.lastgroup) is None:
                    return None
                begin, place = place, word.end()
                if kind in ignored:
                    continue
            else:
                kind, begin = _END, place
            while True:  # the rules that end before this word
                state = states[-1]
                action = actions[state].get(kind)
                if isinstance(action, int):
                    states.append(action)
                    values.append(_token(kind, text[begin:place], begin, place))
                    break
                if not isinstance(action, _Reduce):
                    return None
                if action.make is None:
                    step = states[-2], state, kind
                    if step not in climbs:
                        climbs[step] = self._climbed(*step)
                    states[-1] = climbs[step]
                else:
                    size = action.size
                    if size:
                        node = action.make(values[-size:])
                        del states[-size:], values[-size:]
                    else:
                        node = action.make([])
                    values.append(node)
                    states.append(goto[states[-1]][action.origin])
                if kind is _END and states[-1] == end_state:
                    return (values[-1],)

    def _climbed(self, below: int, state: int, kind: str) -> int:
        """The state after all rules of one part that end here before a word."""
        while True:
            action = self.actions[state].get(kind)
            if not isinstance(action, _Reduce) or action.make is not None:
                return state
            state = self.goto[below][action.origin]


def _maker(rule: Any, make: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any] | None:
    alone = len(rule.expansion) == 1 and isinstance(make, ExpandSingleChild)
    return None if alone else make


def _token(kind: str, text: str, start: int, end: int) -> Token:
    """A word with its place; nobody asks for its line."""
    token = str.__new__(Token, text)
    token.type, token.value, token.start_pos, token.end_pos = kind, text, start, end
    return token
