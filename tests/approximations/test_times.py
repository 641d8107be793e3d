"""Times that no step meets, and what is told of them (S3C617, S3C618)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_texts import compiled

from s3c.runtime import CompiledModel

TWENTIETHS = st.integers(1, 60).map(lambda n: n / 20)


@pytest.fixture(scope="module")
def model() -> CompiledModel:
    return compiled("sales :RAW: ~~|\nx = Time ~~|\n")


def told(run: object) -> list[tuple[str, str]]:
    return [(each.code, each.variable) for each in run.doubts]  # type: ignore[attr-defined]


@given(start=st.integers(-50, 50), length=st.integers(0, 200), step=TWENTIETHS)
def test_final_time_is_told_of_exactly_where_the_run_does_not_end_there(
    model: CompiledModel, start: int, length: int, step: float
) -> None:
    final = start + length / 20
    run = model.run(initial_time=start, final_time=final, time_step=step, saveper=step)
    ends_there = abs(run.time[-1] - final) < 1e-6
    assert told(run) == ([] if ends_there else [("S3C617", "FINAL TIME")])
    if not ends_there:
        assert run.doubts[0].message.endswith(f"the last step is at {run.time[-1]:g}")


@given(step=TWENTIETHS, saveper=TWENTIETHS)
def test_saveper_is_told_of_exactly_where_saves_are_not_that_far_apart(
    model: CompiledModel, step: float, saveper: float
) -> None:
    run = model.run(final_time=step * 400, time_step=step, saveper=saveper)
    apart = [b - a for a, b in zip(run.time, run.time[1:-1], strict=False)]
    is_even = all(abs(each - saveper) < 1e-6 for each in apart)
    assert told(run) == ([] if is_even else [("S3C617", "SAVEPER")])
    is_multiple = (Fraction(round(saveper * 20)) / round(step * 20)).denominator == 1
    assert is_even == is_multiple


@pytest.mark.parametrize(
    ("name", "value"),
    [("FINAL TIME", "IF THEN ELSE(Time > 5, Time, 10.3)"), ("SAVEPER", "0.5 + Time / 7")],
)
def test_times_that_change_are_the_models_own(name: str, value: str) -> None:
    times = {"INITIAL TIME": "0", "FINAL TIME": "10", "TIME STEP": "0.5", "SAVEPER": "0.5"}
    text = "".join(f"{each} = {times[each]} ~~|\n" for each in times if each != name)
    from s3c.compiler import Source, compile_source
    from s3c.runtime import load_text

    source = Source("m.mdl", f"x = Time ~~|\n{name} = {value} ~~|\n{text}")
    assert told(load_text(compile_source(source).generated.text, "m.mdl").run()) == []  # type: ignore[union-attr]


@given(points=st.sets(st.integers(-10, 60), min_size=1), step=st.integers(1, 12))
def test_raw_points_are_told_of_exactly_where_no_step_reads_them(
    model: CompiledModel, points: set[int], step: int
) -> None:
    times = sorted(each / 5 for each in points)
    data = {"sales": (times, [1.0] * len(times))}
    final = 40 * step / 5
    run = model.run(data=data, final_time=final, time_step=step / 5, saveper=step / 5)
    read = sum(value == 1 for value in run["sales"])
    within = sum(0 <= each <= final for each in times)
    assert told(run) == ([] if read == within else [("S3C618", "sales")])


def test_many_variables_are_told_of_in_one_line() -> None:
    text = "R: (e1-e9) ~~|\nsales[R] :RAW: ~~|\nother :INTERPOLATE: ~~|\nx = Time ~~|\n"
    names = [*(f"sales[e{n}]" for n in range(1, 10)), "other"]
    run = compiled(text).run(data={name: ([0.0, 0.5], [1.0, 2.0]) for name in names})
    (found,) = run.doubts
    assert found.message.startswith("“sales[e1]” is :RAW: data with a point at 0.5")
    assert found.message.endswith("“sales[e6]”, 3 more")


def test_what_is_kept_does_not_matter() -> None:
    run = compiled("x = Time ~~|\n").run(save=["x"], final_time=9.5)
    assert told(run) == [("S3C617", "FINAL TIME")]
