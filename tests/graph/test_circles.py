"""How circles are told: which one of several, how much of a long one, and by whose names."""

from __future__ import annotations

import pytest
from model_texts import resolved

from s3c.compiler import Diagnostic, graph

AGES = "age: (a1-a5) ~~|\n"


def wrong(text: str) -> tuple[Diagnostic, ...]:
    return graph.order(resolved(text))[1]


def chain(length: int) -> str:
    return "".join(f"v{n} = v{(n + 1) % length} ~~|\n" for n in range(length))


def test_twenty_readings_are_shown_whole_and_one_more_is_cut() -> None:
    (whole,) = wrong(chain(20))
    assert whole.message.endswith("v18 → v19 → v0")
    (cut,) = wrong(chain(21))
    assert cut.message.endswith("v18 → v19 → … → v0")
    assert [len(each.notes) for each in (whole, cut)] == [19, 19]


def test_of_circles_of_elements_that_with_the_first_of_them_is_shown() -> None:
    """a1 leads to a2, which needs itself, but is on a circle with a3, too."""
    text = (
        "x[age] = y[age] + z[age] ~~|\nz[a1] = x[a3] ~~|\ny[a1] = x[a2] ~~|\ny[a2] = x[a2] ~~|\n"
        "y[a3] = x[a1] ~~|\nz[a2] = x[a1] ~~|\nz[a3] = Time ~~|\n"
        "y[a4] = 1 ~~|\ny[a5] = 1 ~~|\nz[a4] = 1 ~~|\nz[a5] = 1 ~~|\n"
    )
    (found,) = wrong(AGES + text)
    assert ": x[a1] → " in found.message
    assert found.message.endswith(" → x[a1]")


def test_what_only_leads_to_a_circle_is_not_told() -> None:
    """Elements that need part of a circle have no order either, and stand before it."""
    text = (
        "x[age] = y[age] ~~|\ny[a1] = x[a2] ~~|\ny[a2] = x[a3] ~~|\ny[a3] = x[a4] ~~|\n"
        "y[a4] = x[a3] ~~|\ny[a5] = x[a1] ~~|\n"
    )
    (found,) = wrong(AGES + text)
    assert found.message.endswith(": x[a3] → y[a3] → x[a4] → y[a4] → x[a3]")
    assert found.message.startswith("4 elements")


def test_elements_are_named_as_they_are_written() -> None:
    (found,) = wrong("Age: Young, Old ~~|\nFlow[Age] = Flow[Old] * 2 ~~|\n")
    assert found.message == "“Flow[Old]” is computed from itself"


CUMULATED = "up: (a1-a4) -> down ~~|\ndown: (a2-a5) ~~|\nx[a1] = Time ~~|\nx[down] = x[up] ~~|\n"
SEPARATE = "x[a1] = Time ~~|\n" + "".join(f"x[a{n + 1}] = x[a{n}] ~~|\n" for n in range(1, 5))


@pytest.mark.parametrize(
    ("text", "fit"),
    [
        (CUMULATED, 4 + 3),  # turns of the equation that needs itself, and what they read
        ("x[age] = y[age] ~~|\ny[age] = x[age] ~~|\n", 10 + 10),
        (SEPARATE, 4),  # pairs of equations that may read one another
    ],
)
def test_where_elements_are_too_many_to_be_put_in_order(
    text: str, fit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("s3c.compiler.graph.arrange._MOST", fit)
    assert "S3C501" not in [each.code for each in wrong(AGES + text)]
    monkeypatch.setattr("s3c.compiler.graph.arrange._MOST", fit - 1)
    (found,) = wrong(AGES + text)
    assert found.code == "S3C501"
    assert "“x” is computed from itself, and its elements" in found.message
    assert found.message.endswith(f"are more than {fit - 1}")
    assert found.span
    assert found.span.text.startswith("x[")
    assert found.hint.startswith("let the equation read itself along fewer subscripts")


def test_variables_of_an_order_are_those_in_sweeps_and_searches_too() -> None:
    schedule, _ = graph.order(
        resolved(
            AGES + "up: (a1-a4) -> down ~~|\ndown: (a2-a5) ~~|\nx[a1] = z ~~|\n"
            "x[down] = x[up] ~~|\nz = SIMULTANEOUS(w, 1) ~~|\nw = z / 2 ~~|\ny = x[a5] ~~|\n"
        )
    )
    assert {*graph.variables_of(schedule.step)} == {"x", "z", "w", "y", "#z>before#"}
    assert [*graph.variables_of(schedule.step)][-1] == "y"
