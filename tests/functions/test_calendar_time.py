"""The calendar against Python's own, and against what is known of calendars by counting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import call
from hypothesis import given
from hypothesis import strategies as st
from model_texts import TIMES, compiled

from s3c.compiler import Source, check
from s3c.runtime import REGISTRY, Calendar, RunError, SimulationError, TimeUnit, fold

NAME = "GET TIME VALUE"
FIRST = datetime(1, 1, 1)
SECONDS = {
    TimeUnit.WEEK: 604_800,
    TimeUnit.DAY: 86_400,
    TimeUnit.HOUR: 3600,
    TimeUnit.MINUTE: 60,
    TimeUnit.SECOND: 1,
}


def measures(calendar: Calendar, time: float) -> list[float]:
    """The measures 1 to 10 of a time."""
    function = REGISTRY[fold(NAME)].function
    assert function
    return [function(0.0, 0.0, n, time=time, calendar=calendar) for n in range(1, 11)]


def by_datetime(moment: datetime) -> list[float]:
    """The same by Python's own calendar."""
    days = (moment - FIRST).days + 366  # the year 0 is a leap year
    of_day = moment.hour * 3600 + moment.minute * 60 + moment.second
    second = moment.second + moment.microsecond / 1e6
    return [
        *(moment.year, (moment.month - 1) // 3 + 1, moment.month, moment.day),
        *(moment.isoweekday() % 7, days, moment.hour, moment.minute, second),
        (days * 86_400 + of_day) % 500_000,
    ]


@pytest.mark.checks(NAME, against="independent implementation")
@given(
    unit=st.sampled_from(list(SECONDS)),
    base=st.dates(datetime(1000, 1, 1).date(), datetime(3000, 1, 1).date()),
    seconds=st.integers(-(10**10), 10**10),
)
def test_real_dates_are_those_of_datetime(unit: TimeUnit, base: Any, seconds: int) -> None:
    calendar = Calendar(unit, base.year, base.month, base.day)
    moment = datetime(base.year, base.month, base.day) + timedelta(seconds=seconds)
    assert measures(calendar, seconds / SECONDS[unit]) == by_datetime(moment)


@pytest.mark.checks(NAME, against="closed form")
@given(st.integers(-3_000_000, 3_000_000))
def test_dates_come_again_after_400_years(day: int) -> None:
    """146 097 days, a whole number of weeks: before the year 1 as after it."""
    calendar = Calendar(TimeUnit.DAY, 0)
    year, *others = measures(calendar, day)[:5]
    later, *same = measures(calendar, day + 146_097)[:5]
    assert (later, same) == (year + 400, others)
    assert measures(calendar, day)[5] == day


@pytest.mark.checks(NAME, against="closed form")
def test_dates_before_the_year_1() -> None:
    calendar = Calendar(TimeUnit.DAY, 0)
    assert measures(calendar, 0)[:6] == [0, 1, 1, 1, 6, 0]  # a Saturday: January 1 of 1 BC
    assert measures(calendar, -1)[:6] == [-1, 4, 12, 31, 5, -1]
    assert measures(calendar, 59)[:4] == [0, 1, 2, 29]  # a leap year
    assert measures(calendar, 366)[:6] == [1, 1, 1, 1, 1, 366]


@pytest.mark.checks(NAME, against="closed form")
@pytest.mark.parametrize(
    ("unit", "time", "wanted"),
    [
        (TimeUnit.MONTH, 0.0, [2000, 1, 1, 1]),
        (TimeUnit.MONTH, 1.5, [2000, 1, 2, 16]),
        (TimeUnit.MONTH, -0.1, [1999, 4, 12, 28]),
        (TimeUnit.MONTH, 12 * 2000 + 5, [4000, 2, 6, 1]),
        (TimeUnit.YEAR, 0.25, [2000, 2, 4, 1]),
        (TimeUnit.YEAR, -2000.5, [-1, 3, 7, 1]),
        (TimeUnit.YEAR, 1 / 360, [2000, 1, 1, 2]),
        (TimeUnit.QUARTER, 3.0, [2000, 4, 10, 1]),
        (TimeUnit.QUARTER, 1 / 3, [2000, 1, 2, 1]),
    ],
)
def test_a_year_of_months_has_360_days(unit: TimeUnit, time: float, wanted: list[float]) -> None:
    assert measures(Calendar(unit), time)[:4] == wanted


def test_the_31st_is_the_30th_in_a_year_of_360_days() -> None:
    assert measures(Calendar(TimeUnit.MONTH, 2000, 1, 31), 0)[:4] == [2000, 1, 1, 30]
    assert measures(Calendar(TimeUnit.MONTH, 2000, 1, 31), 1 / 30)[:4] == [2000, 1, 2, 1]


@pytest.mark.checks(NAME, against="closed form")
@pytest.mark.parametrize("start", [0, 20_000])
def test_rounding_does_not_lose_an_hour(start: int) -> None:
    """24 times 1 / 24 of a day is a day, however it is added up."""
    summed = float(start)
    for hour in range(200):
        for time in (start + hour / 24, start + hour * (1 / 24), summed):
            assert measures(Calendar(TimeUnit.DAY), time)[6:9] == [hour % 24, 0, 0], (hour, time)
        summed += 1 / 24


def test_seconds_keep_their_fraction() -> None:
    assert measures(Calendar(TimeUnit.SECOND), 61.25)[7:9] == [1, 1.25]


# --- In models ---


def settings(*lines: str) -> str:
    return "\\\\\\---/// Sketch\nV300\n///---\\\\\\\n:L<%^E!@\n" + "\n".join(lines) + "\n"


def years(*lines: str, units: str = "") -> list[float]:
    text = f"x = {NAME}(0, 0, 1) ~~|\ny = {NAME}(0, 0, 3) ~~|\n"
    times = TIMES.replace("TIME STEP = 1 ~~|", f"TIME STEP = 1 ~ {units} ~|", 1)
    run = compiled(text, times + settings(*lines)).run(final_time=2)
    return [*run["x"].tolist(), *run["y"].tolist()]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (("37:1999", "38:12", "39:31", "40:4"), [1999, 2000, 2000, 12, 1, 1]),
        (("37:1999", "38:12", "39:1", "40:2"), [1999, 2000, 2000, 12, 1, 2]),
        (("37:-1", "38:12", "39:1", "40:0"), [-1, 0, 1, 12, 12, 12]),
        (("37:1999", "38:11", "39:1", "40:1"), [1999, 2000, 2000, 11, 2, 5]),
        (("40:3",), [2000, 2000, 2000, 1, 1, 1]),
        # What cannot be read is as in a new model.
        (("37:soon", "38:13", "39:", "40:99"), [2000, 2000, 2000, 1, 2, 3]),
        (("37:99999999999999999999999", "40:2"), [2000, 2000, 2000, 1, 2, 3]),
    ],
)
def test_the_settings_give_the_date_of_time_0(lines: tuple[str, ...], wanted: list[float]) -> None:
    assert years(*lines) == wanted


def test_the_unit_is_that_of_time_step_where_the_settings_are_silent() -> None:
    assert years(units="Years") == [2000, 2001, 2002, 1, 1, 1]
    assert years(units="month") == [2000, 2000, 2000, 1, 2, 3]
    assert years(units="fortnight") == [2000, 2000, 2000, 1, 2, 3]
    assert years("40:2", units="Year") == [2000, 2000, 2000, 1, 2, 3]


def test_relative_to_the_start_and_to_now() -> None:
    text = (
        f"now = {NAME}(0, 2, 0) ~~|\nstart = {NAME}(1, 2, 0) ~~|\nwhich = STEP(1, 5) ~~|\n"
        f"either = {NAME}(which, 0, 0) ~~|\n"
    )
    run = compiled(text).run(initial_time=3)
    assert np.array_equal(run["now"], run.time + 2)
    assert set(run["start"]) == {5}
    assert run["either"].tolist() == [3, 4, *[3] * 6]


def test_it_keeps_its_value_over_a_runge_kutta_step() -> None:
    text = f"s = INTEG({NAME}(0, 0, 0), 0) ~~|\nwhole = INTEG(y, 0) ~~|\ny = {NAME}(0, 0, 0) ~~|\n"
    run = compiled(text).run(method="rk4")
    assert run["s"].tolist() == run["whole"].tolist() == [n * (n - 1) / 2 for n in range(11)]


@pytest.mark.parametrize("call_", ["(0, 0, 11)", "(3, 0, 1)", "(2, 0, 0)", "(0, 1e308 * 10, 1)"])
def test_what_has_no_value(call_: str) -> None:
    with pytest.raises(SimulationError, match="x"):
        compiled(f"x = {NAME}{call_} ~~|\n").run()


# --- The computer's clock ---

LEAP_DAY = datetime(2024, 2, 29, 12, 30, 5, 250_000)
CLOCK = "".join(f"m{n} = {NAME}(2, 0, {n}) ~~|\n" for n in range(1, 11))


@pytest.mark.checks(NAME, against="independent implementation")
def test_a_run_is_told_what_the_clock_shows() -> None:
    run = compiled(CLOCK).run(clock=LEAP_DAY)
    assert [run[f"m{n}"][0] for n in range(1, 11)] == pytest.approx(by_datetime(LEAP_DAY))
    assert run.clock == LEAP_DAY


def test_the_clock_is_asked_once_when_a_run_starts() -> None:
    before = datetime.now()
    model = compiled(f"{CLOCK}moving = {NAME}(which, 0, 9) ~~|\nwhich = 2 ~~|\n")
    run = model.run()
    assert run.clock is not None
    assert before <= run.clock <= datetime.now()
    # Days since 1900 leave some microseconds of a second, of which there may be few in a minute.
    found = [run[f"m{n}"][0] for n in range(1, 11)]
    assert found == pytest.approx(by_datetime(run.clock), abs=1e-5)
    assert set(run["moving"]) == {run["m9"][0]}
    again = model.run(clock=run.clock)
    assert all(np.array_equal(run[name], again[name]) for name in run.names)


def test_a_zone_is_left_out() -> None:
    run = compiled(CLOCK).run(clock=datetime(2024, 2, 29, 23, tzinfo=UTC))
    assert run["m7"][0] == 23


def test_noise_seed_may_come_from_the_clock() -> None:
    model = compiled(f"NOISE SEED = {NAME}(2, 0, 10) ~~|\nx = RANDOM UNIFORM(0, 1, 0) ~~|\n")
    one, two, other = (
        model.run(clock=LEAP_DAY + timedelta(seconds=s))["x"].tolist() for s in (0, 0, 1)
    )
    assert one == two != other
    assert model.run(clock=LEAP_DAY).seed == by_datetime(LEAP_DAY)[9]


def test_a_model_that_does_not_ask_is_told_nothing() -> None:
    model = compiled("x = 1 ~~|\n")
    assert model.run(clock=LEAP_DAY).clock is None
    assert model.run().clock is None


def test_a_variable_of_the_modellers_own_stays_what_it_is() -> None:
    model = compiled('"#computer clock#" = 5 ~~|\nx = "#computer clock#" + 1 ~~|\n')
    assert model.run(clock=LEAP_DAY)["x"][0] == 6


def test_a_clock_that_is_no_date_is_refused() -> None:
    wrong: Any = "noon"
    with pytest.raises(RunError, match="no date and time"):
        compiled(CLOCK).run(clock=wrong)


def test_on_the_command_line(tmp_path: Path) -> None:
    model = tmp_path / "m.mdl"
    model.write_text(CLOCK + TIMES)
    found = call("run", model, "--no-cache", "--save", "m1", "--clock", "1999-12-31")
    assert "1999" in found.stdout
    assert call("run", model, "--clock", "yesterday").exit_code == 2


# --- TIME BASE ---


@pytest.mark.checks("TIME BASE", against="closed form")
def test_time_base_is_a_line() -> None:
    text = "year = TIME BASE(start, slope) ~~|\nstart = 1970 ~~|\nslope = 0.5 ~~|\n"
    run = compiled(text).run()
    assert np.array_equal(run["year"], 1970 + 0.5 * run.time)


def test_time_base_in_an_expression() -> None:
    model = compiled("x = 2 * TIME BASE(1, 2) ~~|\ns = INTEG(x, 0) ~~|\n")
    assert model.run(final_time=2)["x"].tolist() == [2, 6, 10]


def test_a_calendar_that_cannot_be_read_is_told() -> None:
    settings = (
        "\\\\\\---/// Sketch information\n///---\\\\\\\n:L<%^E!@\n37:soon\n38:13\n39:1\n40:2\n"
    )
    asks = f"x = GET TIME VALUE(0, 0, 1) ~~|\n{TIMES}{settings}"
    found = [each for each in check(Source("m.mdl", asks)).diagnostics if each.code == "S3C249"]
    assert [each.span.text for each in found if each.span] == ["37:soon", "38:13"]
    assert not any(each.is_error for each in found)
    silent = check(Source("m.mdl", f"x = Time ~~|\n{TIMES}{settings}")).diagnostics
    assert not [each for each in silent if each.code == "S3C249"]
