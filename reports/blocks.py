"""Reading one block of a study: its kind is the key that names its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from s3c.compiler import describe
from s3c.diagrams import causal_loops, stock_flow
from s3c.experiments import BENCHMARK, Experiment, Moment, entries, names
from s3c.runtime import RunError, did_you_mean, printable

from .claims import read_claims
from .places import read_scenarios, read_times
from .sources import Sources
from .tree import (
    Block,
    Curves,
    Equations,
    Picture,
    PictureKind,
    Published,
    Table,
    Values,
)

__all__ = ["read_block"]

Fields: TypeAlias = Mapping[str, entries.Entry]
Reader: TypeAlias = Callable[[Fields, Sources, str], Block | None]


def read_block(entry: entries.Entry, sources: Sources) -> Block | None:
    """A `[[section.block]]`; None if it is wrong, and that is taken down."""
    table = entry.table()
    kinds = [key for key in _KINDS if key in table]
    if len(kinds) != 1:
        if isinstance(entry.value, dict):
            every = ", ".join(f"“{each}”" for each in _KINDS)
            message = (
                f"a block is of one kind, and this says {' and '.join(f'“{k}”' for k in kinds)}"
                if kinds
                else "the block says nothing of what it shows"
            )
            entry.wrong("S3C730", message, f"give it one of {every}")
        return None
    kind = kinds[0]
    known, needed, read = _KINDS[kind]
    fields = entry.fields((kind, *known, "caption"), needed, f"in a block with “{kind}”")
    caption = (fields["caption"].text() or "") if "caption" in fields else ""
    return read(fields, sources, caption)


def _published(fields: Fields, sources: Sources, caption: str) -> Block | None:
    experiment = sources.experiment(fields["published"])
    if experiment is None:
        return None
    if experiment.fit is None:
        hint = "add [calibrate] with targets to the experiment"
        fields["published"].wrong("S3C733", "the experiment has no published numbers", hint)
        return None
    scenarios = read_scenarios(fields.get("scenarios"), experiment)
    known = {each.scenario for each in experiment.fit.targets}
    for name in scenarios:
        if name not in known:
            message = f"nothing is published of the scenario “{printable(name)}”"
            fields["scenarios"].wrong("S3C733", message, did_you_mean(name, known))
    return Published(experiment, scenarios, caption, scatter=_flag(fields, "scatter"))


def _curves(fields: Fields, sources: Sources, caption: str) -> Block | None:
    experiment = sources.experiment(fields["curves"])
    if experiment is None:
        return None
    variables = _variables(fields.get("variable"), experiment) or experiment.save[:1]
    if not variables and "variable" not in fields:
        fields["curves"].wrong("S3C704", "the experiment saves nothing", 'add variable = "…"')
    scenarios = read_scenarios(fields.get("scenarios"), experiment)
    scenarios = scenarios or tuple(each.name for each in experiment.scenarios)
    return Curves(experiment, scenarios, variables, read_times(fields.get("times")), caption)


def _run(fields: Fields, sources: Sources, caption: str) -> Block | None:
    experiment = sources.model(fields["run"])
    if experiment is None:
        return None
    variables = _variables(fields.get("show"), experiment)
    if "at" not in fields:
        return Curves(experiment, (BENCHMARK,), variables, read_times(fields.get("times")), caption)
    at: float | Moment | None
    if isinstance(fields["at"].value, str):
        word = fields["at"].choice(Moment)
        at = None if word is None else Moment(word)
    else:
        at = fields["at"].number()
    return None if at is None else Values(experiment, variables, at, (BENCHMARK,), caption)


def _diagram(fields: Fields, sources: Sources, caption: str) -> Block | None:
    compilation = sources.compilation(fields["diagram"])
    kind = fields["kind"].choice(PictureKind) if "kind" in fields else PictureKind.STOCK_FLOW
    steps = fields["steps"].whole(1) if "steps" in fields else 2
    group, around = (fields[key].text() if key in fields else None for key in ("group", "around"))
    constants = _flag(fields, "constants", usual=True)
    if compilation is None or kind is None or steps is None:
        return None
    try:
        if kind == PictureKind.STOCK_FLOW:
            diagram = stock_flow(compilation, group=group, around=around, steps=steps)
        else:
            diagram = causal_loops(
                compilation, group=group, around=around, steps=steps,
                constants=constants, run=sources.run(compilation),
            )  # fmt: skip
    except RunError as error:
        entry = fields.get("group") or fields.get("around") or fields["diagram"]
        entry.wrong(error.code, printable(error.message), error.hint)
        return None
    return Picture(diagram, caption)


def _table(fields: Fields, sources: Sources, caption: str) -> Block | None:
    rows = sources.table(fields["table"])
    return Table(rows, caption) if rows else None


def _equations(fields: Fields, sources: Sources, caption: str) -> Block | None:
    compilation = sources.compilation(fields["equations"])
    if compilation is None or "show" not in fields:
        return None
    assert compilation.schedule is not None
    description = describe(compilation.schedule)

    def variable(entry: entries.Entry) -> str | None:
        name = entry.text()
        if name is None:
            return None
        try:
            return description.variable(name).name
        except RunError as error:
            entry.wrong("S3C705", printable(error.message), error.hint or _LISTED)
            return None

    if _is_empty(fields["show"]):
        return None
    return Equations(compilation, tuple(fields["show"].one_or_more(variable)), caption)


def _claims(fields: Fields, sources: Sources, caption: str) -> Block | None:
    return read_claims(fields, sources, caption)


_LISTED = "`s3c show` lists the model's variables"
# Each kind by the key that names its file: the other keys, those that must be there, the reader.
_KINDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], Reader]] = {
    "published": (("scenarios", "scatter"), (), _published),
    "curves": (("variable", "scenarios", "times"), (), _curves),
    "run": (("show", "at", "times"), ("show",), _run),
    "diagram": (("kind", "group", "around", "steps", "constants"), (), _diagram),
    "table": ((), (), _table),
    "equations": (("show",), ("show",), _equations),
    "claim": (("experiment", "model", "variable"), (), _claims),
}


def _variables(entry: entries.Entry | None, experiment: Experiment) -> tuple[str, ...]:
    """The names of variables or elements, as the model spells them."""
    if entry is None or _is_empty(entry):
        return ()
    known = names.Names(experiment.model, {})

    def variable(each: entries.Entry) -> str | None:
        name = each.text()
        found = None if name is None else known.variable(each, name)
        return None if found is None else found.name

    return tuple(entry.one_or_more(variable))


def _is_empty(entry: entries.Entry) -> bool:
    """Whether there is no name in brackets; then it is taken down."""
    if entry.value != []:
        return False
    entry.wrong("S3C703", f"“{entry.key}” names nothing", "write a name in the brackets")
    return True


def _flag(fields: Fields, key: str, *, usual: bool = False) -> bool:
    if key not in fields:
        return usual
    value = fields[key].value
    if not isinstance(value, bool):
        fields[key].wrong("S3C703", f"“{key}” must be true or false")
        return usual
    return value
