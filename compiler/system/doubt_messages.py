"""What is said where a model's results may differ from Vensim's, in a modeller's words."""

from __future__ import annotations

from collections.abc import Sequence

from s3c.runtime import Method, printable

from ..diagnostics import Diagnostic, Note, Severity
from ..source import Span

__all__ = ["another_technique", "changes_not_made", "draws", "uncertain", "upright"]

_LONGEST = 100  # letters of a setting that are shown
_SHOWN = 3  # lookups, besides the first
_TECHNIQUES = {
    Method.DIFFERENCE: (
        "that 2 stands for difference equations is not certain",
        "s3c takes it so",
    ),
    Method.RK2: ("that 3 stands for RK2 with fixed steps is not certain", "s3c takes it so"),
    Method.RK2_AUTO: (
        "that 4 stands for RK2 Auto, and how Vensim halves its steps, is not certain",
        "s3c takes it so, and halves a step until Richardson's estimate of its error is small",
    ),
    Method.RK4_AUTO: (
        "how Vensim halves the steps of RK4 Auto is not fully known",
        "s3c halves a step until Richardson's estimate of its error is small, if it is not at once",
    ),
}


def uncertain(name: str, reading: str, span: Span) -> Diagnostic:
    """A function of whose rule in Vensim a part is unknown; `reading` says which, and s3c's own."""
    return Diagnostic(
        "S3C240",
        f"the results of {name} may differ from Vensim's, whose rule is not fully known",
        span,
        f"`s3c functions {name}` tells more; `--ignore S3C240` silences this warning",
        (Note(reading),),
        severity=Severity.WARNING,
    )


def draws(span: Span) -> Diagnostic:
    """The first random number of a model: a remark, since nobody can write it otherwise."""
    return Diagnostic(
        "S3C250",
        "the random numbers that are drawn here are s3c's own; no other program draws the same",
        span,
        "Vensim's generator is not published: compare many runs with many, not one with one;"
        " `--ignore S3C250` silences this warning",
        severity=Severity.INFO,
    )


def another_technique(method: Method, span: Span) -> Diagnostic | None:
    """An integration technique of which Vensim's rule is not certain; None if it is."""
    if method not in _TECHNIQUES:
        return None
    why, taken = _TECHNIQUES[method]
    return Diagnostic(
        "S3C251",
        f"stocks may be integrated otherwise than in Vensim: {why}",
        span,
        f"{taken}; `s3c run --method` chooses another method",
        severity=Severity.WARNING,
    )


def upright(points: Sequence[tuple[str, float, float, Span]]) -> Diagnostic:
    """Lookups with two values at one x: which of them holds just there is not known.

    Each is its name, the x, the value that is taken, and where it stands.
    """
    (name, x, y, span), *others = points
    notes = [Note(f"so has “{name}” at x = {x:g}", span) for name, x, y, span in others[:_SHOWN]]
    if len(others) > _SHOWN:
        notes.append(Note(f"and {len(others) - _SHOWN} more"))
    return Diagnostic(
        "S3C252",
        f"the lookup “{name}” has two values at x = {x:g}; at this very x it is taken to be {y:g}",
        span,
        "where that matters, write two points that lie a little apart",
        tuple(notes),
        severity=Severity.WARNING,
    )


def changes_not_made(files: str, span: Span) -> Diagnostic:
    """The changes files that the settings name, which Vensim applies to its runs."""
    shown = printable(files[:_LONGEST])
    return Diagnostic(
        "S3C253",
        f"the settings name changes to the model, “{shown}”, which s3c does not make by itself",
        span,
        "make them with `s3c run --changes FILE.cin`, or remove the line",
        severity=Severity.WARNING,
    )
