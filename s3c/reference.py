"""The reference of the language's functions as a page: docs/functions.md."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3c.compiler import Function
    from s3c.runtime import Section

__all__ = ["escaped", "page"]

_WIDTH = 100
_HELD = "\0"  # a blank at which no line is broken
_CODE = re.compile(r"(`[^`]*`)")
_SPECIAL = re.compile(r"([\\*_<>\[\]|])")

_HEAD = """\
# The functions of the language

What every function gives, where its definition is from, and what it was checked against.
`s3c functions` lists them in a terminal, `s3c functions NAME` explains one.

This page is made from the functions' own documentation, by `s3c functions --markdown`.

**Units** are a rule, `(of each argument) -> of the result`: `u`, `u1`, `u2` stand for any units,
`t` for the model's unit of time, `1` for no dimension, `*` for units that are not checked; an
argument `u1 -> u2` is a lookup from `u1` to `u2`.

**Checked against** says what tests compare the function with: a *closed form* (its definition,
worked out by hand or otherwise), outputs of *Vensim* itself, or an *independent implementation*.
What is *refused* is not computed: a test sees that a model is told so. The tests are marked with
the function's name.

**Uncertain** is what nobody could find out about Vensim's rule; a model that uses such a function
gets the warning S3C240, once. `--ignore S3C240` silences it.
"""


def page(listed: Iterable[Function]) -> str:
    """The whole page: how to read it, an index by section, and each function."""
    sections = [(key, [*members]) for key, members in groupby(listed, lambda each: each.section)]
    blocks = [_HEAD, "## Index\n", "\n".join(_index(sections)) + "\n"]
    for section, members in sections:
        blocks.append(f"## {section}\n")
        blocks += ("\n".join(_entry(each)) + "\n" for each in members)
    return "\n".join(blocks)


def _index(sections: Iterable[tuple[Section, list[Function]]]) -> Iterator[str]:
    """A line for each section, with links."""
    for section, members in sections:
        links = ", ".join(
            f"[{each.name}](#{_anchor(each.name)})".replace(" ", _HELD) for each in members
        )
        yield from _wrapped(f"- **[{section}](#{_anchor(section)})**: {links}", "  ")


def _entry(function: Function) -> Iterator[str]:
    """One function: its signature, what it means, and a list of facts."""
    said = function.documentation
    yield from (f"### {function.name}", "", f"`{function.signature}`", "")
    yield from _wrapped(escaped(f"{said.summary} {said.details}".strip()), "")
    yield ""
    if function.equations:
        yield from ("A macro, which stands for these equations:", "", "```mdl", *function.equations)
        yield from ("```", "")
    whole = "; it must be the whole right side of its equation" if function.whole else ""
    facts = {
        "Formula": f"`{said.formula}`" if said.formula else "",
        "Units": f"`{function.units}`",
        "Computed": f"{function.phase.meaning.removeprefix('computed ')}{whole}",
        "No value": escaped(said.errors),
        "Source": escaped(said.source),
        "Checked against": escaped(", ".join(map(str, said.checked))),
        "Uncertain": escaped(said.uncertain),
    }
    for title, text in facts.items():
        if text:
            yield from _wrapped(f"- **{title}:** {text}", "  ")


def _wrapped(text: str, later: str) -> list[str]:
    """Lines of a page; what is between two backticks stays on one."""
    held = _CODE.sub(lambda code: code[0].replace(" ", _HELD), text)
    lines = textwrap.wrap(
        held, _WIDTH, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    )
    return [each.replace(_HELD, " ") for each in lines]


def escaped(text: str) -> str:
    """Plain text with code in backticks, as Markdown: no sign of it means anything else."""
    return "".join(
        part if part.startswith("`") else _SPECIAL.sub(r"\\\1", part) for part in _CODE.split(text)
    )


def _anchor(heading: str) -> str:
    """What a heading's link is called, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
