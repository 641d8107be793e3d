"""Small XMILE models as text, compiled and run."""

from __future__ import annotations

import s3c
from s3c.compiler import Diagnostic, Source, check
from s3c.runtime import load_text

SPECS = "<start>0</start><stop>4</stop><dt>1</dt>"


def xmile(
    variables: str, *, specs: str = SPECS, before: str = "", after: str = "", method: str = "Euler"
) -> str:
    """A file with one model; `before` stands before it, `after` after it."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"'
        ' xmlns:isee="http://iseesystems.com/XMILE">\n'
        f'<sim_specs method="{method}" time_units="Month">{specs}</sim_specs>\n{before}\n'
        f"<model><variables>\n{variables}\n</variables></model>\n{after}\n</xmile>\n"
    )


def aux(name: str, equation: str) -> str:
    """An auxiliary; the equation's signs are escaped."""
    escaped = equation.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<aux name="{name}"><eqn>{escaped}</eqn></aux>'


def compiled(text: str) -> s3c.CompiledModel:
    """The model of a file that compiles."""
    compilation = check(Source("model.xmile", text))
    assert compilation.generated, [str(each) for each in compilation.diagnostics]
    return load_text(compilation.generated.text, "model.xmile")


def run(text: str) -> s3c.Run:
    """A run of a file that compiles."""
    return compiled(text).run()


def value(equation: str, others: str = "", at: int = 0) -> float:
    """The value of an equation at some step of a run."""
    return float(run(xmile(aux("x", equation) + others))["x"][at])


def diagnostics(text: str) -> tuple[Diagnostic, ...]:
    """All that is found in a file."""
    return check(Source("model.xmile", text)).diagnostics


def errors(text: str) -> list[str]:
    """The codes of the errors in a file."""
    return [each.code for each in diagnostics(text) if each.is_error]
