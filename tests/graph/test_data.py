"""Data equations: which points are computed first, before a run, and what cannot be."""

from __future__ import annotations

from model_texts import ordered, resolved

from s3c.compiler import Diagnostic, graph

RANGE = "R: a, b, c ~~|\n"


def points(text: str) -> list[str]:
    """Whose points are computed, in order, and with a number where there are several."""
    schedule = ordered(text)
    names = [schedule.system.variables[each].name for each in schedule.data]
    return [name.strip("#").replace(">points", "") for name in names]


def wrong(text: str) -> tuple[Diagnostic, ...]:
    schedule, found = graph.order(resolved(text))
    assert not found or schedule.data == schedule.step == ()
    return found


def test_points_that_are_read_come_first() -> None:
    assert points("x := y + 1 ~~|\ny := d * z ~~|\nd ~~|\nz := d ~~|\n") == ["z", "y", "x"]


def test_what_is_free_keeps_the_order_of_the_file() -> None:
    assert points("z := d ~~|\na := d ~~|\nm := d ~~|\nd ~~|\n") == ["z", "a", "m"]


def test_elements_may_read_other_elements_of_one_variable() -> None:
    text = RANGE + "x[a] := x[b] ~~|\nx[b] := x[c] ~~|\nx[c] := Time ~~|\n"
    assert points(text) == ["x 3", "x 2", "x"]


def test_what_moves_data_in_time_is_read_too() -> None:
    """The shift of a reading counts as what is read: it must be known before the run."""
    text = "d ~~|\nx := GET DATA AT TIME(d, Time + later) ~~|\nlater = %s ~~|\n"
    assert points(text % "2 * 3") == ["x"]
    (found,) = wrong(text % "2 * Time")
    assert (found.code, "“later” is computed during a run" in found.message) == ("S3C230", True)


def test_constants_that_are_computed_are_known_but_what_changes_is_not() -> None:
    assert points("x := c + Time ~~|\nc = 2 * e ~~|\ne = 3 ~~|\n") == ["x"]
    first, second = wrong("x := s + a + s ~~|\ns = INTEG(1, 0) ~~|\na = Time ~~|\n")
    assert [first.code, second.code] == ["S3C230"] * 2
    assert first.message == "“x” is data, and “s” is computed during a run"
    assert second.message == "“x” is data, and “a” is computed during a run"
    assert [each.span and each.span.text for each in (first, second)] == ["s", "a"]


def test_what_is_wrong_has_a_way_out_and_leaves_the_kinds() -> None:
    schedule, (found,) = graph.order(resolved("d ~~|\nx := DELAY1(d, 1) ~~|\n"))
    assert found.message == "“x” is data, and this is computed during a run"
    assert found.hint.startswith("let a data equation read data and constants alone")
    assert schedule.kinds.keys() == schedule.system.variables.keys()


def test_a_circle_is_told_once_around_and_has_a_way_out_of_its_own() -> None:
    first, second = wrong("x := y ~~|\ny := z ~~|\nz := x ~~|\nw := 2 * w ~~|\nv := w + y ~~|\n")
    assert first.code == second.code == "S3C401"
    assert first.message.endswith("3 equations depend on one another in a circle: x → y → z → x")
    assert [(note.message, note.span and note.span.text) for note in first.notes] == [
        ("“y” needs “z”", "z"),
        ("“z” needs “x”", "x"),
    ]
    assert first.span
    assert (first.span.text, first.span.location.line) == ("y", 1)
    assert second.message == "“w” is computed from itself"
    assert first.hint == second.hint == "let one of these data equations read something else"


def test_elements_that_need_one_another_are_a_circle() -> None:
    (found,) = wrong(RANGE + "x[a] := x[b] ~~|\nx[b] := x[a] ~~|\nx[c] := x[a] ~~|\n")
    assert found.message.startswith("2 equations depend on one another")
    (found,) = wrong(RANGE + "x[R] := x[b] ~~|\n")
    assert found.message == "“x” is computed from itself"
