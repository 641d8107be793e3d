"""Whether what a page shows is what was printed."""

from __future__ import annotations

import re

__all__ = ["differs"]

_MOST = 4000  # characters of what was printed that a failure tells


def differs(shown: str, printed: str, *, whole: bool) -> str:
    """Why a shown text is not what was printed, or nothing.

    A line `…` stands for any lines, also none, and `…` within a line for any text in it. Tabs are
    four blanks, blanks at the end of a line do not count, nor do empty lines at both ends.

    Args:
        shown: what the page shows.
        printed: what is held against it.
        whole: whether nothing else may be printed. A part may be indented more.
    """
    lines, text = _lines(shown), "".join(f"{line}\n" for line in _lines(printed))
    if whole:
        pattern = "".join(_pattern(line, "") for line in lines)
        found = re.fullmatch(pattern, text)
    else:
        least = min((len(each) - len(each.lstrip()) for each in lines if each), default=0)
        cut = [line[least:] for line in lines]
        first, *rest = cut or [""]
        pattern = _pattern(first, "(?P<more> *)") + "".join(_pattern(r, "(?P=more)") for r in rest)
        found = re.search(f"^{pattern}", text, re.MULTILINE)
    if found:
        return ""
    return "what is shown is not what is printed:\n" + text[:_MOST]


def _lines(text: str) -> list[str]:
    return [line.expandtabs(4).rstrip() for line in text.strip("\n").rstrip().splitlines()]


def _pattern(line: str, before: str) -> str:
    """A line of the page as a regular expression."""
    if line.strip() == "…":
        return r"(?:.*\n)*?"
    if not line:
        return r"\n"
    return before + ".*?".join(map(re.escape, line.split("…"))) + r"\n"
