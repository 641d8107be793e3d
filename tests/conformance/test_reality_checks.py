"""The reality checks of the community's model hold, by each of their elements."""

from __future__ import annotations

import pytest
from conformance import CONFORMANCE

import s3c


@pytest.mark.skipif(not CONFORMANCE.is_dir(), reason="no conformance models")
def test_reality_checks() -> None:
    file = CONFORMANCE / "tests" / "reality_checks" / "test_reality_checks.mdl"
    report = s3c.load_checks(file).test()
    assert {each.name: each.holds for each in report.results} == {
        **{f"no_productivity_no_output[{each}]": True for each in "abcd"},
        "no_workers_no_output": True,
    }
    assert all(each.active[0].times for each in report.results)
