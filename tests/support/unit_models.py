"""Models whose units are looked at: read, checked, and told as (code, what is underlined)."""

from __future__ import annotations

from s3c.compiler import Diagnostic, Source, check, check_units, units

CONTROLS = """
INITIAL TIME = 0 ~ Year ~|
FINAL TIME = 10 ~ Year ~|
TIME STEP = 0.5 ~ Year ~|
SAVEPER = TIME STEP ~ Year ~|
"""


def checked(text: str, name: str = "units.mdl", *, infer: bool = False) -> units.Checked:
    """The units of a model, which must compile."""
    compilation = check(Source(name, text))
    wrong = [str(each) for each in compilation.diagnostics if each.is_error]
    assert not wrong, "\n".join(wrong)
    assert compilation.system
    return check_units(compilation.document, compilation.system, infer=infer)


def told(text: str, *, infer: bool = False) -> list[tuple[str, str]]:
    """What is found, with the text that it underlines, but for missing units."""
    found = checked(text, infer=infer).diagnostics
    return [(each.code, under(each)) for each in found if each.code != "S3C308"]


def under(diagnostic: Diagnostic) -> str:
    """What a diagnostic underlines."""
    assert diagnostic.span
    return diagnostic.span.text
