"""`s3c show FILE "Variable[element]"`: one element, with every subscript written out."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import MODELS, call

COHORTS = MODELS / "cohorts.mdl"


def shown(name: str, file: Path = COHORTS) -> list[str]:
    result = call("show", file, name)
    assert result.exit_code == 0, result.stderr
    return [line.strip() for line in result.stdout.splitlines()]


def integral(at: str) -> str:
    return f"INTEG(arrivals[{at}] - departures[{at}], start[{at}])"


def test_an_element_in_any_spelling() -> None:
    assert shown("population[ EAST , middle ]") == [
        "Population[East,middle]",
        "stock: accumulates its rate: INTEG",
        f"at {COHORTS}:21",
        f"Population[Region, Age] = {integral('Region, Age')}",
        f"that is: Population[East,middle] = {integral('East, middle')}",
        "units:   people",
        "causes:  arrivals[East,middle], departures[East,middle], start[East,middle]",
        "used by: arrivals[East,young], departures[East,middle], total",
        "comment: People by region and age.",
    ]


def test_an_element_has_the_equation_that_defines_it() -> None:
    lines = shown("arrivals[West,old]")
    assert "arrivals[Region, Older] = departures[Region, Younger]" in lines
    assert "that is: arrivals[West,old] = departures[West, middle]" in lines
    lines = shown("arrivals[West,young]")
    assert "causes:  birth rate[West], Population[West,Age!]" in lines
    assert "used by: Population[West,young]" in lines


def test_a_number_of_a_list() -> None:
    assert "that is: start[West,old] = 60" in shown("start[West,old]")


def test_a_whole_array_shows_its_ranges_and_its_equations() -> None:
    lines = shown("birth rate")
    assert "52  birth rate[Region] :EXCEPT: [North] = 0.03" in lines
    assert "58  birth rate[North] = 0.02" in lines
    assert "Region: East, West, North" in lines


def test_what_the_compiler_made_in_between_is_passed_through(tmp_path: Path) -> None:
    model = tmp_path / "m.mdl"
    model.write_text(
        "R: a, b ~~|\nlate[R] = SMOOTH3(raw[R] * 2, wait[R]) ~~|\nraw[R] = Time ~~|\n"
        "wait[R] = 1, 2 ~~|\nsum = SUM(late[R!]) ~~|\n"
    )
    lines = shown("late[b]", model)
    assert "causes:  raw[b], wait[b]" in lines
    assert "used by: sum" in lines
    assert not any("#" in line for line in lines)
    assert "used by: late[a]" in shown("wait[a]", model)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Population[Est,old]", "there is no element “Est” in Region"),
        ("Population[East]", "“Population” has the subscripts [Region,Age], not 1 of them"),
        ("total[East]", "“total” has no subscripts"),
        ("Popluation[East,old]", "there is no variable “Popluation”"),
    ],
)
def test_what_is_not_there(name: str, message: str) -> None:
    result = call("show", COHORTS, name)
    assert result.exit_code == 2
    assert message in result.stderr
