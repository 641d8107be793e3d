"""From what is written to what is meant: `resolve(document) -> System`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from s3c.runtime import fold

from .. import syntax
from ..diagnostics import Diagnostic, placed
from ..source import Source, Span
from ..syntax import Document, Units
from . import doubt_messages, messages, range_messages, settings, subscript_messages
from .calendars import calendar, unreadable
from .check_equations import Addition, additions, redirected
from .check_reading import read_checks
from .checks import Check
from .files import element_reader
from .ranges import ElementId, RangeId, Ranges
from .resolver import Resolver
from .settings import aliases
from .subscripts import ranges
from .symbols import Symbols, collect
from .tree import (
    FINAL_TIME,
    INITIAL_TIME,
    SAVEPER,
    TIME_STEP,
    Auxiliary,
    Constant,
    LookupInFile,
    LookupTable,
    Meaning,
    Part,
    Read,
    System,
    Variable,
    VarId,
)

if TYPE_CHECKING:
    from s3c.runtime import Files

__all__ = ["Checked", "Tested", "resolve", "resolve_checks"]

# What a run does where the model is silent (reference D.9).
_DEFAULTS = {
    INITIAL_TIME: ("INITIAL TIME", 0.0),
    FINAL_TIME: ("FINAL TIME", 100.0),
    TIME_STEP: ("TIME STEP", 1.0),
}


def resolve(
    document: Document, files: Files | None = None
) -> tuple[System, tuple[Diagnostic, ...]]:
    """Give every name of a document its meaning. All problems are found, not the first.

    `files` are those in which the elements of subscript ranges may stand.
    """
    symbols, diagnostics = collect(document)
    return _resolved(document, symbols, diagnostics, files)


def _resolved(
    document: Document,
    symbols: Symbols,
    diagnostics: tuple[Diagnostic, ...],
    files: Files | None,
    added: Addition | None = None,
) -> tuple[System, tuple[Diagnostic, ...]]:
    """The system of a document's definitions, with those that a test adds to them."""
    if added is not None:
        symbols = replace(symbols, variables={**symbols.variables, **added.definitions})
    read = element_reader(files, _texts(symbols)) if files else None
    subscripts, of_ranges = ranges(symbols.range_definitions, symbols.broken, read)
    symbols = replace(symbols, ranges=frozenset((*subscripts.ranges, *subscripts.names)))
    resolver = Resolver(symbols, subscripts, document.source, checking=added is not None)
    resolver.diagnostics.extend((*diagnostics, *of_ranges, *resolver.shaper.diagnostics))
    for key, names in added.layers.items() if added else ():
        # What stands in the place of a variable has its elements in the same order.
        for name in map(fold, names):
            own, whole = resolver.shapes[name], resolver.shapes[key]
            if not own.broken:
                resolver.shapes[name] = replace(
                    own, axes=whole.axes, places=whole.places, holes=whole.holes
                )
    _refuse_shared_names(resolver, subscripts)
    for key, definitions in symbols.variables.items():
        resolver.define(key, definitions)
    _supply_controls(resolver)
    _refuse_odd_controls(resolver)
    method, of_method = settings.method(document)
    resolver.diagnostics.extend((*of_method, *settings.changes_not_made(document)))
    if resolver.upright:
        resolver.diagnostics.append(doubt_messages.upright([*dict.fromkeys(resolver.upright)]))
    if resolver.tells_dates:
        resolver.diagnostics.extend(unreadable(document))
    checks = tuple(check for _, check in symbols.checks)
    passages = {each.passage: each.body for each in document.equations() if each.passage}
    variables = {key: _placed(each, passages) for key, each in resolver.variables.items()}
    system = System(
        document.source, variables, method, checks, subscripts,
        resolver.texts, aliases(document), calendar(document, _units_of_time(resolver)), passages,
    )  # fmt: skip
    # What is wrong within a macro is found at each of its calls, and told once.
    found = dict.fromkeys(placed(each, passages) for each in resolver.diagnostics)
    return system, tuple(found)


def _placed(variable: Variable, passages: Mapping[Source, Span]) -> Variable:
    """A variable whose equations have their places in the file."""
    parts = variable.parts
    if all(part.span.source not in passages for part in parts):
        return variable
    parts = tuple(Part(part.meaning, part.span.within(passages), part.indices) for part in parts)
    return Variable(
        variable.id, variable.name, parts, variable.units, variable.documentation, variable.group,
        variable.hidden, variable.axes, variable.holes,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tested:
    """A system in which a test makes the condition of one check true; with all that is wrong."""

    check: Check
    system: System
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A model with its reality checks.

    `watched` is the model as it is, with what the checks read; `tested` are those whose condition
    can be made true.
    """

    checks: tuple[Check, ...]
    watched: System
    tested: tuple[Tested, ...]


def resolve_checks(
    document: Document, files: Files | None = None
) -> tuple[Checked, tuple[Diagnostic, ...]]:
    """Give the reality checks of a document their meaning, which `resolve` sets aside.

    The document itself must be without errors.
    """
    symbols, _ = collect(document)
    checks, found = read_checks(symbols)
    added = additions(checks, symbols, active=False)
    watched, of_watched = _resolved(document, symbols, found, files, added)
    watched = replace(watched, variables=_hidden(watched, added))
    tested: list[Tested] = []
    wrong = any(each.is_error for each in of_watched)
    for check in checks if not wrong else ():
        if check.alternatives:
            added = additions((check,), symbols, active=True)
            system, diagnostics = _resolved(document, symbols, (), files, added)
            if not any(each.is_error for each in diagnostics):
                variables = redirected(_hidden(system, added), check, added)
                system = replace(system, variables=variables)
            tested.append(Tested(check, system, diagnostics))
    return Checked(checks, watched, tuple(tested)), of_watched


def _hidden(system: System, added: Addition) -> dict[VarId, Variable]:
    """The variables of a system, those that a test adds being hidden ones."""
    return {
        key: replace(each, hidden=True) if key in added.definitions else each
        for key, each in system.variables.items()
    }


def _refuse_shared_names(resolver: Resolver, subscripts: Ranges) -> None:
    """Variables, ranges and elements live in one table of names (reference A.6)."""
    symbols = resolver.symbols
    for key in (*symbols.variables, *symbols.outputs):
        if key not in symbols.ranges:
            continue
        place = symbols.outputs.get(key) or resolver.definition_span(key)
        found = subscripts.ranges.get(RangeId(key))
        name = found.name if found else subscripts.names[ElementId(key)]
        first = found.span if found else subscripts.places[ElementId(key)]
        resolver.refuse(range_messages.also_a_variable(name, place, first, found is not None))


def _supply_controls(resolver: Resolver) -> None:
    """What every run needs and this model does not say."""
    nowhere = resolver.source.span(0, 0)

    def supply(variable: VarId, name: str, meaning: Meaning) -> None:
        part = Part(meaning, nowhere)
        resolver.variables[variable] = Variable(variable, name, (part,), Units(""))

    for variable, (name, default) in _DEFAULTS.items():
        if variable not in resolver.variables and not resolver.is_broken(variable):
            supply(variable, name, Constant(default))
            resolver.refuse(messages.control_missing(name, f"{default:g}", None))
    if SAVEPER not in resolver.variables and not resolver.is_broken(SAVEPER):
        # Vensim's own habit; too usual to be worth a word.
        supply(SAVEPER, "SAVEPER", Auxiliary(Read(TIME_STEP, nowhere)))


def _refuse_odd_controls(resolver: Resolver) -> None:
    """What counts the time must be a number."""
    for variable in (*_DEFAULTS, SAVEPER):
        control = resolver.variables.get(variable)
        if control and isinstance(control.meaning, LookupTable | LookupInFile):
            resolver.refuse(messages.control_is_lookup(control.name, control.span))
        elif control and control.axes:
            resolver.refuse(subscript_messages.control_is_subscripted(control.name, control.span))


def _units_of_time(resolver: Resolver) -> str:
    time_step = resolver.variables.get(TIME_STEP)
    return time_step.units.text if time_step else ""


def _texts(symbols: Symbols) -> dict[str, str]:
    """The string variables by folded name."""
    return {
        key: named.value.value
        for key, ((_, named), *_) in symbols.variables.items()
        if isinstance(named, syntax.StringVariable)
    }
