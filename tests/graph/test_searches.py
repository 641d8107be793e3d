"""What is sought (SIMULTANEOUS): one search for a circle, in an order that a guess opens."""

from __future__ import annotations

import pytest
from model_texts import ordered, resolved

from s3c.compiler import Diagnostic, graph, system

RANGE = "R: p, q ~~|\n"


def shown(order: graph.Order, among: system.System) -> list[str]:
    """An order; of a search what is sought and, after a colon, the order within it."""

    def name(item: system.VarId | graph.Sweep | graph.Search) -> str:
        match item:
            case graph.Search(sought, inside):
                return f"{' '.join(map(name, sought))}: {' '.join(map(name, inside))}"
            case graph.Sweep(turns=turns):
                return "+".join(f"{turn.variable}/{turn.part}" for turn in turns)
            case variable:
                return among.variables[variable].name

    return [name(item) for item in order if item != "saveper"]


def phase(text: str, name: str = "step") -> list[str]:
    schedule = ordered(text)
    return shown(getattr(schedule, name), schedule.system)


def wrong(text: str) -> tuple[Diagnostic, ...]:
    return graph.order(resolved(text))[1]


def test_what_needs_what_is_sought_is_computed_inside_the_search() -> None:
    text = "a = b / 2 ~~|\nb = SIMULTANEOUS(a + c, 1) ~~|\nc = Time ~~|\nd = a ~~|\n"
    assert phase(text) == ["#b>before#", "c", "b: a #b>input# b", "d"]


def test_what_is_sought_by_itself_is_a_search_too() -> None:
    assert phase("a = SIMULTANEOUS(Time, 1) ~~|\nb = a ~~|\n")[-2:] == ["a: a", "b"]


def test_two_that_need_each_other_are_one_search() -> None:
    text = "x = SIMULTANEOUS(y, 0) ~~|\ny = SIMULTANEOUS(x, 0) ~~|\n"
    (search,) = (each for each in phase(text) if ":" in each)
    assert search.startswith("x y: ")


def test_elements_in_a_chain_are_in_order_within() -> None:
    text = RANGE + "y[q] = y[p] ~~|\ny[p] = x ~~|\nx = SIMULTANEOUS(y[q], 1) ~~|\n"
    assert phase(text)[-1] == "x: y/1+y/0 x"


def test_a_search_comes_first_where_the_run_starts_with_what_it_finds() -> None:
    text = "s = INTEG(1, 2 * x) ~~|\nx = SIMULTANEOUS(y, 1) ~~|\ny = x / 3 ~~|\n"
    assert phase(text, "initial") == ["#x>before#", "x: y x", "s"]


def test_inside_a_step_a_search_is_whole_or_not_there() -> None:
    text = "x = SIMULTANEOUS(y + h, 1) ~~|\ny = x / 3 ~~|\nh = STEP(1, 2) ~~|\n"
    assert phase(text, "stage") == []
    needed = phase(text + "s = INTEG(y, 0) ~~|\n", "stage")
    assert [each for each in needed if ":" in each] == ["x: y #x>input# x"]
    assert "h" in needed


def test_what_is_held_inside_a_step_stands_before_its_search() -> None:
    text = "x = SIMULTANEOUS(y / 3, 1) ~~|\ny = STEP(x, 2) ~~|\ns = INTEG(x, 0) ~~|\n"
    assert phase(text, "stage")[-2:] == ["y", "x: #x>input# x"]


@pytest.mark.parametrize("guess", ["b + 1", "2 * c"])
def test_a_search_may_not_start_from_what_it_seeks(guess: str) -> None:
    text = f"b = a + Time ~~|\na = SIMULTANEOUS(b + c, guess) ~~|\nguess = {guess} ~~|\nc = b ~~|\n"
    (found,) = wrong(text)
    assert found.code == "S3C401"
    assert found.message == "what the search for “a” starts from depends on what it seeks"
    assert found.span
    assert found.span.location.line == 2
    assert found.hint.startswith("let the search start from constants, stocks, or what does not")


def test_a_circle_that_a_guess_does_not_open_is_told() -> None:
    (found,) = wrong("b = c ~~|\nc = b + a ~~|\na = SIMULTANEOUS(b, 1) ~~|\n")
    assert found.message == "2 equations depend on one another in a circle: b → c → b"


def test_what_is_wrong_is_told_in_the_order_of_the_file() -> None:
    text = "z = z ~~|\nb = b + a ~~|\na = SIMULTANEOUS(b, 1) ~~|\ny = y ~~|\n"
    assert [each.span and each.span.location.line for each in wrong(text)] == [1, 2, 4]
