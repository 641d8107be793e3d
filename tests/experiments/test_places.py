"""Keys and values of TOML are found where they stand."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3c.experiments import places

TEXT = '''\
top = 1  # a = 2
"quoted [key]" = "a # no comment, ]"
[run.deep]
'single' = [1, [2.5, "x"],  # comment ]
  { a = """two
"lines\\" """, b.c = \'\'\'it's\'\'\' }]
[[scenario]]
name = "one"
scale = { "a,b" = 1.25 }
[[scenario]]
name = "two"
[scenario.set]
"\\u0061" = 0x10
'''


def leaves(value: Any, path: places.KeyPath = ()) -> dict[places.KeyPath, Any]:
    match value:
        case dict():
            items: Any = value.items()
        case list():
            items = enumerate(value)
        case _:
            return {path: value}
    return {at: leaf for key, each in items for at, leaf in leaves(each, (*path, key)).items()}


def check(text: str) -> None:
    """Each value, read by itself where it is said to stand, is what is in the whole."""
    found = places.find_places(text)
    for path, value in leaves(tomllib.loads(text)).items():
        start, end = found.values[path]
        assert tomllib.loads(f"x = {text[start:end]}")["x"] == value
        if isinstance(path[-1], str):
            start, end = found.keys[path]
            assert tomllib.loads(f"{text[start:end]} = 1") == {path[-1]: 1}


def test_every_value_of_a_text() -> None:
    check(TEXT)
    assert len(leaves(tomllib.loads(TEXT))) == 11


def test_headings_and_what_is_not_there() -> None:
    found = places.find_places(TEXT)
    assert TEXT[slice(*found.value(("scenario", 1)))] == "[[scenario]]"
    assert TEXT[slice(*found.key(("scenario", 1, "nothing")))] == "scenario"
    assert TEXT.count("\n", 0, found.value(("scenario", 1))[0]) == 9
    assert found.value(()) == (0, 1)


@pytest.mark.parametrize("text", ['a = """"x"""""', "a = ''''x'''''", "a = 1979-05-27 07:32:00"])
def test_odd_values(text: str) -> None:
    check(text)


keys = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=5)
scalars = st.one_of(
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=8),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


def printed(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return quoted(value)
        case list():
            return "[ " + ",\n ".join(map(printed, value)) + " # end ]\n ]"
        case dict():
            return "{ " + ", ".join(f"{quoted(k)} = {printed(v)}" for k, v in value.items()) + " }"
        case _:
            return repr(value)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@given(st.dictionaries(keys, values, max_size=4))
def test_every_value_of_any_text(document: dict[str, Any]) -> None:
    text = "".join(f"{quoted(key)} = {printed(value)}\n" for key, value in document.items())
    check(text)
