"""Colours for Vensim's text: the language `mdl` of a code block."""

from __future__ import annotations

import re
from typing import ClassVar

from pygments.lexer import RegexLexer, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Whitespace
from sphinx.application import Sphinx

from s3c.compiler import functions

_FUNCTIONS = sorted((each.name for each in functions.all_functions()), key=len, reverse=True)


class VensimLexer(RegexLexer):
    """Equations as Vensim writes them. A name is what is nothing else; it may hold blanks."""

    name = "Vensim"
    url = "https://www.vensim.com/documentation/"
    aliases: ClassVar = ["mdl", "vensim"]
    filenames: ClassVar = ["*.mdl"]
    flags = re.IGNORECASE

    tokens: ClassVar = {
        "root": [
            (r"\s+", Whitespace),
            (r"\{[^{}]*\}", Comment),
            (r'"(?:[^"\\\n]|\\.)*"', Name.Variable),
            (r"'[^'\n]*'", String),
            (r":[A-Z][A-Z ]*:", Keyword),
            (words(_FUNCTIONS, suffix=r"(?=\s*\()"), Name.Function),
            (r"(?:INITIAL|FINAL) TIME\b|TIME STEP\b|SAVEPER\b", Keyword.Constant),
            (r"(?:\d+\.?\d*|\.\d+)(?:E[-+]?\d+)?\b", Number),
            (r"[-+*/^<>=!]+|:=", Operator),
            (r"~", Punctuation, "units"),
            (r"[][(),|;:&]", Punctuation),
            (r"[^\W\d][\w$’`]*", Name.Variable),
            (r".", Punctuation),
        ],
        # What follows the first tilde: units, and after another one a comment, up to the bar.
        "units": [
            (r"~", Punctuation, ("#pop", "comment")),
            (r"\|", Punctuation, "#pop"),
            (r"[^~|]+", Keyword.Type),
        ],
        "comment": [
            (r"\|", Punctuation, "#pop"),
            (r"[^|]+", Comment),
        ],
    }


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the language."""
    app.add_lexer("mdl", VensimLexer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
