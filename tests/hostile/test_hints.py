"""Names like an unknown one are sought a hundred times at most, whatever is unknown."""

from __future__ import annotations

import difflib
from unittest import mock

import pytest

from s3c.compiler import Source, check

CLOCK = "INITIAL TIME = 0 ~~|\nFINAL TIME = 2 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"


@pytest.mark.parametrize(
    "equation", ["a{0} = u{0} ~~|\n", "a{0} = f{0}(1) ~~|\n", "a{0}[u{0}] = 1 ~~|\n"]
)
def test_hints_stop(equation: str) -> None:
    text = "r: e1, e2 ~~|\n" + "".join(map(equation.format, range(150))) + CLOCK
    with mock.patch("difflib.get_close_matches", wraps=difflib.get_close_matches) as sought:
        found = [each for each in check(Source("m.mdl", text)).diagnostics if each.is_error]
    assert len(found) == 150
    assert sum(bool(each.args[1]) for each in sought.call_args_list) == 100  # with any names
    assert not any("has no subscript ranges" in each.hint for each in found)
