"""MESSAGE: what a run shows, and when."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import call
from model_texts import TIMES, compiled, errors

from s3c.runtime import Run, Shown, SimulationError

NAME = "MESSAGE"


def shown(text: str, **options: object) -> dict[str, list[float]]:
    run: Run = compiled(text).run(**options)  # type: ignore[arg-type]
    return {each.text: list(each.times) for each in run.messages}


@pytest.mark.checks(NAME, against="closed form")
@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_it_is_shown_at_every_step_at_which_it_is_computed(method: str) -> None:
    text = (
        "x = IF THEN ELSE(Time >= 8, MESSAGE('late', 1), 5) ~~|\n"
        "y = IF THEN ELSE(Time >= 8, 5, MESSAGE('early', 1) + 1) ~~|\n"
        "z = IF THEN ELSE(Time > 1, IF THEN ELSE(Time < 4, MESSAGE('between', 2), 0), 0) ~~|\n"
    )
    found = shown(text, method=method)
    assert found == {"early": [*range(8)], "between": [2, 3], "late": [8, 9, 10]}
    assert list(found) == ["early", "between", "late"]  # in the order of their first times


@pytest.mark.checks(NAME, against="closed form")
def test_its_value_is_whether_it_is_shown() -> None:
    run = compiled("x = MESSAGE('a', Time - 3) ~~|\n").run(final_time=5)
    assert run["x"].tolist() == [0, 0, 0, 0, 1, 1]
    assert run.messages == (Shown("a", (4, 5), 2),)
    assert compiled("x = MESSAGE('a', 0) + MESSAGE('b', -1) ~~|\n").run().messages == ()


@pytest.mark.checks(NAME, against="closed form")
def test_it_is_zero_inside_a_runge_kutta_step() -> None:
    """Of the four stages of weights 1/6, 2/6, 2/6 and 1/6 the first alone begins the step."""
    run = compiled("s = INTEG(6 * MESSAGE('a', 1), 0) ~~|\n").run(method="rk4")
    assert run["s"] == pytest.approx(run.time)
    assert run.messages[0].steps == 11


def test_the_manuals_way_to_show_it_once() -> None:
    text = (
        "msg = SAMPLE IF TRUE(:NOT: msg, IF THEN ELSE(:NOT: msg :AND: project is started > 0,"
        " MESSAGE('Project Started', 5), 0), 0) ~~|\nproject is started = STEP(1, 4) ~~|\n"
    )
    assert shown(text) == {"Project Started": [4]}
    assert shown(text, method="rk4") == {"Project Started": [4]}
    many = "R: a, b ~~|\n" + text.replace("msg", "msg[R]", 1).replace(":NOT: msg", ":NOT: msg[R]")
    assert shown(many) == {"Project Started": [4]}


def test_every_step_counts_and_not_only_those_that_are_kept() -> None:
    text = "x = IF THEN ELSE(Time = 3, MESSAGE('three', 1), 0) ~~|\n"
    assert shown(text, saveper=5) == {"three": [3]}
    assert shown(text, save=["TIME STEP"]) == {"three": [3]}


def test_the_same_text_is_one_and_long_lists_of_times_are_cut() -> None:
    text = "x = MESSAGE('a', Time > 5) + MESSAGE('a', Time < 2) + MESSAGE('b', Time = 2) ~~|\n"
    assert shown(text, final_time=7) == {"a": [0, 1, 6, 7], "b": [2]}
    (many,) = compiled("x = MESSAGE('a', 1) ~~|\n").run(final_time=5000).messages
    assert (len(many.times), many.steps) == (1000, 5001)


def test_any_element_shows_it() -> None:
    text = "R: a, b, c ~~|\nx[R] = IF THEN ELSE(Time = R, MESSAGE('one of them', 1), 0) ~~|\n"
    assert shown(text, final_time=5) == {"one of them": [1, 2, 3]}


def test_a_string_variable_and_another_for_one_run() -> None:
    text = "words :IS: 'as it stands' ~~|\nx = MESSAGE(words, Time > 9) ~~|\n"
    assert shown(text) == {"as it stands": [10]}
    run = compiled(text).run({"words": "set"})
    assert run.messages == (Shown("set", (10,), 1),)


def test_what_was_shown_before_an_error_is_known() -> None:
    text = "x = MESSAGE('a', Time >= 2) ~~|\ny = 1 / (4 - Time) ~~|\n"
    with pytest.raises(SimulationError) as caught:
        compiled(text).run()
    assert caught.value.run is not None
    assert caught.value.run.messages == (Shown("a", (2, 3), 2),)
    assert shown(text, on_error="nan")["a"] == [*range(2, 11)]
    assert shown("x = MESSAGE('a', 1 / (Time - 2)) ~~|\n", on_error="nan")["a"] == [*range(3, 11)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = MESSAGE(3, 1) ~~|", ("S3C229", "3")),
        ("x = MESSAGE(y, 1) ~~|\ny = 1 ~~|", ("S3C229", "y")),
        ("x = MESSAGE('a') ~~|", ("S3C203", "MESSAGE('a')")),
        ("x = MESSAGE(1, 'a') ~~|", ("S3C210", "'a'")),
    ],
)
def test_errors(text: str, expected: tuple[str, str]) -> None:
    assert expected in errors(text)


def test_the_command_line_prints_each_text_once(tmp_path: Path) -> None:
    model = tmp_path / "m.mdl"
    model.write_text(
        "x = MESSAGE('only \x1b[31m words', Time > 9) + MESSAGE('often', Time > 3) ~~|\n" + TIMES
    )
    found = call("run", model, "--no-cache")
    assert found.stderr.count("often") == 1
    assert "message at time 4, and at 6 more steps: often\n" in found.stderr
    assert "message at time 10: only" in found.stderr
    assert "\x1b" not in found.stderr
    assert call("run", model, "--no-cache", "-q").stderr == ""
    assert "often" in call("run", model).stderr  # and again from the cache
    assert "often" in call("run", model).stderr
