"""Units that are not written, found from the equations."""

from __future__ import annotations

from unit_models import CONTROLS, checked, told


def test_forwards_backwards_and_through_a_macro() -> None:
    model = (
        "Population = INTEG(births - deaths, start) ~ Person ~|\n"
        "births = Population * birth rate ~~|\nstart = 5 ~~|\nbirth rate = 0.1 ~~|\n"
        "deaths = DELAY3(births, lifetime) ~~|\nlifetime = 3 ~~|\nside = births ^ 2 ~~|\n"
        "alone = 4 ~~|\n"
    )
    found = checked(model + CONTROLS, infer=True)
    assert found.inferred == {
        "births": "Person/Year",
        "start": "Person",
        "birth rate": "1/Year",
        "deaths": "Person/Year",
        "lifetime": "Year",
        "side": "Person^2/Year^2",
    }
    assert [(each.code, each.span and each.span.text) for each in found.diagnostics] == [
        ("S3C308", "alone")
    ]


def test_what_is_found_is_checked_with() -> None:
    model = "a = 1 ~ Person ~|\nb = a ~~|\nc = b ~ Year ~|\nd = b + a ~~|\n" + CONTROLS
    assert told(model) == []
    assert told(model, infer=True) == [("S3C303", "b")]


def test_a_unit_of_time_is_found() -> None:
    model = (
        "S = INTEG(f, 1) ~ Person ~|\nf = 2 ~ Person/Day ~|\n"
        "INITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
    )
    found = checked(model, infer=True)
    assert found.inferred == dict.fromkeys(
        ("INITIAL TIME", "FINAL TIME", "TIME STEP", "SAVEPER"), "Day"
    )
    assert found.diagnostics == ()


def test_without_asking_nothing_is_inferred() -> None:
    found = checked("a = 1 ~ Person ~|\nb = a ~~|\n" + CONTROLS)
    assert found.inferred == {}
    assert [each.code for each in found.diagnostics] == ["S3C308"]


def test_a_long_chain_is_found_from_its_end() -> None:
    links = "".join(f"x{n} = x{n + 1} ~~|\n" for n in range(2000))
    found = checked(links + "x2000 = 1 ~ Person ~|\n" + CONTROLS, infer=True)
    assert len(found.inferred) == 2000
    assert set(found.inferred.values()) == {"Person"}
