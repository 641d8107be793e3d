"""The parser that Lark makes of `mdl.lark`: made once a process, when first something is parsed."""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING, cast

from lark import Lark, Token, UnexpectedCharacters

from .build import Builder, MacroHead
from .loop import ParserLoop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .tree import Definition, Expression

__all__ = ["parse_definition", "parse_expression", "parse_macro_head", "readable_words", "words"]


@cache
def _parser() -> Lark:
    """The parser for every start rule; what it returns are nodes of `tree` already."""
    return Lark.open(
        "mdl.lark",
        rel_to=__file__,
        parser="lalr",
        lexer="basic",
        start=["definition", "expression", "macro_head"],
        transformer=Builder(),
        maybe_placeholders=True,
        cache=_tables(),
    )


def _tables() -> str | bool:
    """The file in which Lark keeps what it makes of the grammar: that takes it long.

    It stands beside Python's own compiled files, is trusted as these are, and kept if these are.
    Lark makes it anew if the grammar or Lark itself is another, and where it cannot be read.
    """
    if sys.dont_write_bytecode or sys.implementation.cache_tag is None:
        return False
    compiled = cache_from_source(str(Path(__file__).with_name("mdl.lark")))
    return str(Path(compiled).with_suffix(".tables"))


@cache
def _loop() -> ParserLoop:
    return ParserLoop.of(_parser())


# Lark's types know only trees of its own; the embedded `Builder` makes ours.


def parse_definition(text: str) -> Definition:
    """Field 1 of an equation. Raises UnexpectedInput or Misread."""
    return cast("Definition", _parsed(text, "definition"))


def parse_expression(text: str) -> Expression:
    """An expression alone. Raises UnexpectedInput or Misread."""
    return cast("Expression", _parsed(text, "expression"))


def parse_macro_head(text: str) -> MacroHead:
    """`:MACRO: name(inputs : outputs)`. Raises UnexpectedInput or Misread."""
    return cast("MacroHead", _parsed(text, "macro_head"))


def _parsed(text: str, start: str) -> object:
    """What a text gives; Lark raises what is wrong with it."""
    found = _loop().parse(text, start)
    return found[0] if found else _parser().parse(text, start=start)


def words(text: str) -> list[Token]:
    """The words of a text, without blanks and comments. Raises UnexpectedCharacters."""
    return list(_lexed(text))


def readable_words(text: str) -> tuple[list[Token], bool]:
    """The words up to the first letter that begins none, and whether that is all of the text."""
    found: list[Token] = []
    try:
        found.extend(_lexed(text))
    except UnexpectedCharacters:
        return found, False
    return found, True


def _lexed(text: str) -> Iterator[Token]:
    # `Lark.lex` would build its lexer anew for every text; a parser at rest has one.
    parser = _parser().parse_interactive(text, start="definition")
    tokens: Iterator[Token] = parser.lexer_thread.lex(parser.parser_state)  # type: ignore[no-untyped-call]
    return tokens
