"""Where lines begin, whatever ends them."""

from __future__ import annotations

import re
from importlib import import_module

from hypothesis import given
from hypothesis import strategies as st

from s3c.compiler import Source

scan = import_module("s3c.compiler.syntax.scan")


@given(st.text("ab\r\n\x0b\u2028", max_size=20), st.data())
def test_a_line_counts_the_ends_before_it(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    ends = [match.end() for match in re.finditer(r"\r\n|\r|\n", text)]
    assert Source("m.mdl", text).line_of(offset) == 1 + sum(end <= offset for end in ends)


@given(st.text("#a \t\r\n", max_size=12), st.data())
def test_a_line_that_begins_with_a_pattern_is_found(text: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(text)))
    naive = re.compile(r"(?:(?<=[\r\n])|\A)[ \t]*#").search(text, position)
    assert scan.line_that_begins("#", text, position) == (naive.start() if naive else None)
