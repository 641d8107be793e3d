"""The lines of a module as they are written, and which equation each came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from ..source import Span
from .python_text import WIDTH, Python, flat, is_enclosed, lines

__all__ = ["Page", "assigned", "comment", "docstring", "remarked"]


@dataclass(slots=True)
class Page:
    """Lines, and by their numbers, from 1, the equations."""

    lines: list[str] = field(default_factory=list)
    spans: dict[int, Span] = field(default_factory=dict)

    def write(self, *lines: str) -> None:
        """Lines that come from no equation."""
        self.lines += lines

    def append(self, other: Page, indent: str = "") -> None:
        """Another page below this one, further in."""
        above = len(self.lines)
        further_in = other.lines
        if indent:
            further_in = [f"{indent}{line}" if line else line for line in other.lines]
        self.lines += further_in
        self.spans.update(zip(map(above.__add__, other.spans), other.spans.values(), strict=True))

    def equation(self, span: Span, *lines: str) -> None:
        """Lines that come from an equation."""
        written, spans = self.lines, self.spans
        for line in lines:
            written.append(line)
            spans[len(written)] = span

    def assign(self, assigned: tuple[str, ...], remark: str, span: Span) -> None:
        """An assignment over as many lines as it takes, a remark behind the first."""
        first, *rest = assigned
        self.equation(span, remarked(first, remark), *rest)


def assigned(target: str, value: Python, indent: str) -> tuple[str, ...]:
    """`target = value`, over as many lines as it takes."""
    whole = flat(value)
    room = WIDTH - len(indent) - 4
    fits = len(indent) + len(target) + 3 + len(whole) <= WIDTH
    broken = [whole] if fits else lines(value, room)
    if broken == [whole] and (fits or len(whole) > room):
        return (f"{indent}{target} = {whole}",)
    if is_enclosed(value) and len(broken) > 1:
        first = f"{indent}{target} = {broken[0]}"
        return (first, *(f"{indent}{line}" for line in broken[1:]))
    inner = (f"{indent}    {line}" for line in broken)
    return (f"{indent}{target} = (", *inner, f"{indent})")


def remarked(line: str, remark: str) -> str:
    """A line with a comment behind it, if there is any."""
    return f"{line}  # {remark}" if remark else line


@lru_cache(maxsize=256)  # most texts are units, and a model has few
def comment(text: str) -> str:
    """Text that stays within a comment: one line of printable letters."""
    if text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def docstring(text: str) -> str:
    """Text that stays within a docstring."""
    return comment(text).replace("\\", "/").replace('"', "'")
