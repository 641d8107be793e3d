"""Models given as text, taken as far as a test wants them."""

from __future__ import annotations

from s3c.compiler import Compilation, Source, check, graph, render, syntax, system
from s3c.runtime import CompiledModel, load_text

__all__ = ["TIMES", "compiled", "errors", "meanings", "ordered", "resolved"]

TIMES = "INITIAL TIME = 0 ~~|\nFINAL TIME = 10 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = TIME STEP ~~|\n"


def resolved(text: str) -> system.System:
    """The system that a text without errors means."""
    document, of_syntax = syntax.parse(Source("m.mdl", text + TIMES))
    found, of_names = system.resolve(document)
    wrong = [each for each in (*of_syntax, *of_names) if each.is_error]
    assert not wrong, "\n".join(map(render, wrong))
    return found


def meanings(text: str) -> dict[str, str]:
    """What each variable of a text is, `Kind: right side`, hidden ones included, times not."""
    found = resolved(text)
    return {
        system.print_target(each, part.indices, found): f"{type(part.meaning).__name__}: "
        f"{system.print_meaning(part.meaning, found)}"
        for each in found.variables.values()
        for part in each.parts
        if "TIME" not in each.name and each.name != "SAVEPER"
    }


def ordered(text: str) -> graph.Schedule:
    """The order of a text without circles."""
    schedule, diagnostics = graph.order(resolved(text))
    assert not diagnostics, "\n".join(map(render, diagnostics))
    return schedule


def errors(text: str) -> list[tuple[str, str]]:
    """The codes of a text's errors, each with the words that it underlines."""
    return [
        (each.code, each.span.text if each.span else "")
        for each in check(Source("m.mdl", text + TIMES)).diagnostics
        if each.is_error
    ]


def messages(text: str) -> list[str]:
    """A text's diagnostics as they are shown."""
    return [render(each) for each in check(Source("m.mdl", text + TIMES)).diagnostics]


def compiled(text: str, times: str = TIMES) -> CompiledModel:
    """A text as a model that runs."""
    compilation: Compilation = check(Source("m.mdl", text + times))
    assert compilation.generated, "\n".join(map(render, compilation.diagnostics))
    return load_text(compilation.generated.text, "m.mdl")
