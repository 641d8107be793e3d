"""Pieces of an XMILE equation, and the parentheses between them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "AND",
    "ATOM",
    "CHOICE",
    "COMPARISON",
    "NOT",
    "OR",
    "POWER",
    "PRODUCT",
    "SUM",
    "Written",
    "balanced",
    "call",
    "choice",
    "numbers",
]

# How tightly things bind. Readers differ over signs and powers, so that a sign binds no tighter
# than a sum here, and a power takes nothing but atoms: no equation depends on who reads it.
CHOICE, OR, AND, NOT, COMPARISON, SUM, PRODUCT, POWER, ATOM = range(9)


@dataclass(frozen=True, slots=True)
class Written:
    """The text of an expression. A logical one is true or false, and no number."""

    text: str
    level: int = ATOM
    logical: bool = False

    def at(self, level: int) -> str:
        """The text where what binds less tightly than `level` needs parentheses."""
        return self.text if self.level >= level else f"({self.text})"

    @property
    def number(self) -> Written:
        """This as a number: 1 for true, 0 for false."""
        if not self.logical:
            return self
        return choice(self, Written("1"), Written("0"))

    @property
    def condition(self) -> Written:
        """This as a condition: a number is true unless it is 0."""
        if self.logical:
            return self
        return Written(f"{self.at(SUM)} <> 0", COMPARISON, logical=True)


def call(name: str, *arguments: Written) -> Written:
    """A function's call. What is no function of numbers does not come here."""
    return Written(f"{name}({', '.join(each.number.at(OR) for each in arguments)})")


def choice(condition: Written, yes: Written, no: Written) -> Written:
    """IF … THEN … ELSE …: what stands in it is in parentheses if it is a choice itself."""
    told = condition.condition.at(OR)
    return Written(f"IF {told} THEN {yes.number.at(OR)} ELSE {no.number.at(OR)}", CHOICE)


_CHAIN = 32


def balanced(parts: list[Written], operator: str, level: int) -> Written:
    """Parts joined by an operator, from the left; many of them in groups, lest they nest deeply."""
    if len(parts) == 1:
        return parts[0]
    if len(parts) > _CHAIN:
        size = max(_CHAIN, -(-len(parts) // _CHAIN))
        cuts = range(0, len(parts), size)
        return balanced([balanced(parts[k : k + size], operator, level) for k in cuts],
                        operator, level)  # fmt: skip
    first, *rest = (part.number for part in parts)
    following = (f" {operator} {part.at(level + 1)}" for part in rest)
    return Written(first.at(level) + "".join(following), level)


def numbers(value: float) -> str:
    """The shortest digits that are this number."""
    return repr(float(value)).removesuffix(".0")
