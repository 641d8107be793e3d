"""What the documentation of a function says, read from its labelled sentences.

A label stands at the start of a sentence, and is valid up to the next one or the end of its
paragraph: `Formula:`, `Errors:`, `Source:`, `Checked against:`, `Uncertain:`, in this order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Check", "Documentation", "Evidence", "read_documentation"]

_LABELS = ("Formula", "Errors", "Source", "Checked against", "Uncertain")
_LABEL = re.compile(rf"(?:\A|(?<=[.:;!?)`]\s))({'|'.join(_LABELS)}):\s")
_SECTION = re.compile(r"^\s*(?:Args|Raises|Returns|Yields):\s*$", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


class Evidence(StrEnum):
    """What kind of thing a function was compared with."""

    CLOSED_FORM = "closed form"
    VENSIM = "Vensim"
    INDEPENDENT = "independent implementation"
    REFUSED = "refused"  # it is not computed, and a test sees that a model is told so


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a function was compared with."""

    evidence: Evidence
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.evidence} ({self.detail})" if self.detail else str(self.evidence)


@dataclass(frozen=True, slots=True)
class Documentation:
    """What is said of a function: sentences, whose line breaks are gone."""

    summary: str
    """The first sentence."""
    details: str = ""
    """What follows it, without a label."""
    formula: str = ""
    errors: str = ""
    """When it has no value."""
    source: str = ""
    """Where the definition is from."""
    checked: tuple[Check, ...] = ()
    uncertain: str = ""
    """What reading was chosen, where Vensim's rule is not fully known."""


def read_documentation(text: str) -> Documentation:
    """The labelled sentences of a docstring, or of a macro's comment.

    Raises:
        ValueError: a label stands twice, or a kind of evidence is none.
    """
    plain: list[str] = []
    labelled: dict[str, str] = {}
    for label, said in _pieces(_SECTION.split(text, maxsplit=1)[0]):
        if label is None:
            plain.append(said)
        elif label in labelled:
            msg = f"“{label}:” stands twice in the documentation “{text[:40]}…”"
            raise ValueError(msg)
        else:
            labelled[label] = said
    summary, *rest = _SENTENCE_END.split(" ".join(plain), maxsplit=1)
    return Documentation(
        summary=summary,
        details="".join(rest),
        formula=labelled.get("Formula", "").removesuffix("."),
        errors=labelled.get("Errors", ""),
        source=labelled.get("Source", ""),
        checked=_checks(labelled.get("Checked against", "")),
        uncertain=labelled.get("Uncertain", ""),
    )


def _pieces(text: str) -> Iterator[tuple[str | None, str]]:
    """The text in pieces, each with its label."""
    for paragraph in re.split(r"\n\s*\n", text):
        line = " ".join(paragraph.split())
        before, *found = _LABEL.split(line)
        if before.strip():
            yield None, before.strip()
        for label, said in zip(found[::2], found[1::2], strict=True):
            yield label, said.strip()


def _checks(text: str) -> tuple[Check, ...]:
    """What `Checked against:` lists."""
    return tuple(_check(each.strip()) for each in _split(text.removesuffix(".")))


def _check(text: str) -> Check:
    """A kind of evidence, and what stands after it in parentheses."""
    kind, opened, rest = text.partition("(")
    if opened and not rest.endswith(")"):
        msg = f"“{text}” is no kind of evidence"
        raise ValueError(msg)
    return Check(Evidence(kind.strip()), rest.removesuffix(")"))


def _split(text: str) -> Iterator[str]:
    """The parts of a list, at its commas outside of parentheses."""
    depth, start = 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            yield text[start:place]
            start = place + 1
    if text.strip():
        yield text[start:]
