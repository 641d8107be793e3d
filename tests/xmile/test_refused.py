"""What a file of XMILE may not hold, each told with its code."""

from __future__ import annotations

import pytest
from xmile_models import SPECS, aux, diagnostics, errors, run, xmile

LONG = "n" * 1001


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (xmile(aux(LONG, "1")), ["S3C154"]),
        (xmile(aux("x", f"2 * {LONG}")), ["S3C154"]),
        (xmile(aux("x", f'"{LONG}" + 1')), ["S3C154"]),
        (xmile(aux("x", "1e999")), ["S3C107"]),
        (xmile(aux("x", "1"), specs="<start>0</start><stop>4</stop><dt reciprocal='true'>0</dt>"),
         ["S3C154"]),
        (xmile(aux("x", "1"), after="<macro name='m'><sim_specs/><eqn>1</eqn></macro>"),
         ["S3C153"]),
        (xmile(aux("x", "m(1)"), after="<macro name='m'><eqn>a + c</eqn><parm>a</parm>"
               "<parm default='b'>c</parm></macro>"), ["S3C154"]),
        (xmile("<aux name='x'><eqn>TIME</eqn><gf><xscale min='?' max='1'/><ypts>0,1</ypts></gf>"
               "</aux>"), ["S3C154"]),
    ],
)  # fmt: skip
def test_what_is_refused(text: str, codes: list[str]) -> None:
    assert errors(text) == codes


def test_a_file_of_too_many_elements(monkeypatch: pytest.MonkeyPatch) -> None:
    text = xmile("".join(aux(f"x{n}", "1") for n in range(10)))
    assert errors(text) == []
    monkeypatch.setattr("s3c.compiler.xmile.elements._MOST_ELEMENTS", 15)
    (found,) = (each for each in diagnostics(text) if each.is_error)
    assert (found.code, found.hint) == ("S3C151", "divide the model")


def test_a_file_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    text = xmile(aux("x", "1"))
    monkeypatch.setattr("s3c.compiler.xmile.elements._LONGEST", len(text))
    assert errors(text) == []
    monkeypatch.setattr("s3c.compiler.xmile.elements._LONGEST", len(text) - 1)
    (found,) = (each for each in diagnostics(text) if each.is_error)
    assert found.code == "S3C151"
    assert "characters" in found.message


def test_a_step_that_is_given_as_its_reciprocal() -> None:
    specs = SPECS.replace("<dt>1</dt>", "<dt reciprocal='true'>4</dt>")
    assert run(xmile(aux("x", "DT"), specs=specs))["x"][0] == 0.25
