"""Random models: consistent ones stay clean, and one unit that is changed is found."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st
from unit_models import CONTROLS, told

BASES = ("Person", "Year", "$", "Widget")


@dataclass(frozen=True)
class Made:
    """A text, and the exponents of its bases."""

    text: str
    powers: tuple[int, ...]


def units(powers: tuple[int, ...]) -> str:
    """Exponents as a field says them."""
    return "*".join(f"{base}^{power}" for base, power in zip(BASES, powers, strict=True))


@st.composite
def models(draw: st.DrawFn) -> tuple[list[tuple[str, tuple[int, ...]]], int]:
    """Equations, each with its exponents, and which of them others read; constants come first."""
    equations: list[tuple[str, tuple[int, ...]]] = []
    read: set[int] = set()
    constants = draw(st.integers(2, 5))
    for number in range(constants):
        powers = tuple(draw(st.lists(st.integers(-2, 2), min_size=4, max_size=4)))
        equations.append((f"v{number} = 2", powers))
    for number in range(constants, constants + draw(st.integers(1, 6))):
        first = draw(st.integers(0, number - 1))
        second = draw(st.integers(0, number - 1))
        read |= {first, second}
        made = combined(draw, (first, equations[first][1]), (second, equations[second][1]))
        equations.append((f"v{number} = {made.text}", made.powers))
    return equations, draw(st.sampled_from(sorted(read)))


def combined(
    draw: st.DrawFn, first: tuple[int, tuple[int, ...]],
    second: tuple[int, tuple[int, ...]],
) -> Made:  # fmt: skip
    """Two variables in one expression that has units."""
    (one, of_one), (two, of_two) = first, second
    a, b = f"v{one}", f"v{two}"
    product = tuple(x + y for x, y in zip(of_one, of_two, strict=True))
    quotient = tuple(x - y for x, y in zip(of_one, of_two, strict=True))
    forms = [
        Made(f"{a} * {b}", product),
        Made(f"3 * {a} / {b}", quotient),
        Made(f"{a} ^ 2 / {b}", tuple(2 * x - y for x, y in zip(of_one, of_two, strict=True))),
        Made(f"MAX({a} * {b}, {b} * {a})", product),
        Made(f"IF THEN ELSE({a} > 1, {b} + 0, -{b})", of_two) if one == two else
        Made(f"{a} + {a} * EXP({b} / {b})", of_one),
        Made(f"SMOOTH({a} / {b}, TIME STEP)", quotient),
    ]  # fmt: skip
    return draw(st.sampled_from(forms))


def text_of(equations: list[tuple[str, tuple[int, ...]]]) -> str:
    """The model's text."""
    return "".join(f"{text} ~ {units(powers)} ~|\n" for text, powers in equations) + CONTROLS


@given(models())
def test_consistent_models_are_clean(made: tuple[list[tuple[str, tuple[int, ...]]], int]) -> None:
    equations, _ = made
    assert told(text_of(equations)) == []


@given(models(), st.integers(0, 3))
def test_one_changed_unit_is_found(
    made: tuple[list[tuple[str, tuple[int, ...]]], int], base: int
) -> None:
    """The last variable's: nothing reads it, so that only its own equation can tell."""
    equations, _ = made
    text, powers = equations[-1]
    changed = tuple(power + (place == base) for place, power in enumerate(powers))
    (found,) = told(text_of([*equations[:-1], (text, changed)]))
    assert found == ("S3C303", text.partition(" = ")[2])


@given(models())
def test_one_unit_that_is_not_written_is_no_error(
    made: tuple[list[tuple[str, tuple[int, ...]]], int],
) -> None:
    equations, read = made
    text = text_of(equations).replace(
        f"{equations[read][0]} ~ {units(equations[read][1])} ~", f"{equations[read][0]} ~~"
    )
    assert told(text) == []
    assert told(text, infer=True) == []
