"""One name, many spellings (reference A.6)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3c.compiler import names


@pytest.mark.parametrize(
    "spelling",
    [
        "birth rate",
        "Birth Rate",
        "birth_rate",
        "  birth \t _ rate_ ",
        '"Birth Rate"',
        '"birth_rate"',
        "birth\n\trate",
        "birth ra\\\n\t\tte",
        "birth \\\r\n\t\trate",
    ],
)
def test_spellings_of_one_name(spelling: str) -> None:
    assert names.fold(spelling) == "birth rate"


def test_what_is_another_name() -> None:
    spellings = ("birth rate", "birthrate", r'"birth\_rate"', '"birth-rate"')
    assert len(set(map(names.fold, spellings))) == len(spellings)


def test_a_display_name_is_as_written_but_for_quotes_and_blanks() -> None:
    assert names.display_name(' "Flow w/ \\"quotes\\"" ') == 'Flow w/ "quotes"'
    assert names.display_name("Birth_Rate  now") == "Birth_Rate now"
    assert names.display_name('"') == '"'


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("Birth Rate", "birth_rate"),
        ("class", "class_"),
        ("match", "match_"),
        ("sum", "sum_"),
        ('"2nd €/$ rate"', "v2nd_rate"),
        ('"€"', "v"),
        ("größe", "grösse"),
    ],
)
def test_identifiers(name: str, identifier: str) -> None:
    assert names.mangle(name) == identifier


def test_a_taken_identifier_gets_a_number() -> None:
    assert names.mangle("a b", {"a_b"}) == "a_b_2"
    assert names.mangle("a b", {"a_b", "a_b_2"}) == "a_b_3"


@given(st.text(max_size=20))
def test_any_name_folds_once_and_has_an_identifier(name: str) -> None:
    assert (
        names.fold(name) == names.fold(name.upper()) or name.upper().casefold() != name.casefold()
    )
    assert names.mangle(name).isidentifier()
