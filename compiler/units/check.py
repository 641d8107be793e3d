"""A whole model's units: `check_units(document, system) -> Checked` (reference F)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ..diagnostics import Diagnostic
from ..syntax import Document, Lookup
from ..system import System
from ..system.symbols import Symbols, collect
from . import messages
from .declared import CONTROLS, Declared, declared_units, unit_of_time
from .equations import Own, read_check, read_equation
from .library import KnownFunction, known_functions
from .macros import read_macros
from .measure import NO_DIMENSION, UNKNOWN, Measure, Unit
from .names import UnitNames
from .reading import Reader, Scope, is_known
from .relations import Relations, symbol

__all__ = ["Checked", "check_units"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a model's units, in the order of the text.

    `inferred` are the units of variables that have none written, by name as it is shown.
    """

    diagnostics: tuple[Diagnostic, ...]
    inferred: Mapping[str, str]


def check_units(document: Document, system: System, *, infer: bool = False) -> Checked:
    """Hold all equations of a document against their units; `system` is what it means.

    To infer is to find, from the equations, the units of variables that have none, and to check
    with these. What contradicts other equations teaches nothing. Units change no number: whatever
    is found, the model runs.
    """
    symbols, _ = collect(document)
    names = UnitNames.of(document)
    declared, found = declared_units(symbols.variables, names)
    time, of_time = unit_of_time(declared, symbols, names)
    model = _Model(symbols, names, declared, system, infer)
    known, unit_of_clock = model.measures(time)
    reader = model.read(known, unit_of_clock)
    missing = [
        (each.name, each.defined)
        for key, each in declared.items()
        if each.where is None and not (infer and is_known(known[key]))
    ]
    silent = [messages.no_units(missing)] if missing else []
    inferred = {
        each.name: names.shown(measure)
        for key, each in declared.items()
        if each.where is None and isinstance(measure := known[key], Unit)
    }
    diagnostics = dict.fromkeys((*found, *of_time, *reader.found, *silent))
    return Checked(tuple(sorted(diagnostics, key=_place)), inferred if infer else {})


@dataclass(frozen=True, slots=True)
class _Model:
    """A model to read once to find what is not written, and once to say what is wrong."""

    symbols: Symbols
    names: UnitNames
    declared: Mapping[str, Declared]
    system: System
    infer: bool

    def measures(self, time: Measure) -> tuple[dict[str, Measure], Measure]:
        """What each name is measured in, and time, as far as it is known or can be found."""
        measures: dict[str, Measure] = dict.fromkeys(self._elements(), NO_DIMENSION)
        silent = [key for key, each in self.declared.items() if each.where is None]
        controls = [key for key in silent if key in CONTROLS]
        measures |= {key: each.measure for key, each in self.declared.items()}
        measures |= dict.fromkeys(controls, time)
        sought = [*self.symbols.outputs]
        if self.infer:
            sought += [key for key in silent if key not in controls]
        if not sought and not (self.infer and time is UNKNOWN):
            return measures, time
        open_time = symbol("time") if self.infer and time is UNKNOWN else time
        tried = {**measures, **dict.fromkeys(controls, open_time)}
        tried |= {key: symbol(key) for key in sought}
        relations = self.read(tried, open_time).relations
        for key in (*controls, *sought):
            measures[key] = _as_known(relations.reduced(tried[key]))
        return measures, _as_known(relations.reduced(open_time))

    def read(self, measures: Mapping[str, Measure], time: Measure) -> Reader:
        """Read all equations with what names are measured in."""
        reader = Reader(self.names, time, measures, self._functions(), Relations())
        read_macros(reader, self.symbols.macros)
        for key, definitions in self.symbols.variables.items():
            if key not in self.declared:  # a text
                continue
            each = self.declared[key]
            for definition in definitions:
                own = Own(each.name, measures[key], each.where)
                read_equation(reader, definition, own, Scope(definition[0]))
        for check in self.symbols.checks:
            read_check(reader, check)
        return reader

    def _functions(self) -> dict[str, KnownFunction]:
        """The functions of the language, but for those whose names the model gives its lookups."""
        found = dict(known_functions())
        for key, ((_, named), *_) in self.symbols.variables.items():
            if isinstance(named, Lookup):
                found.pop(key, None)
        return found

    def _elements(self) -> list[str]:
        """Ranges and their elements, which count as numbers where they stand for such."""
        return [*self.system.ranges.ranges, *self.system.ranges.names]


def _as_known(measure: Measure) -> Measure:
    return measure if is_known(measure) else UNKNOWN


def _place(diagnostic: Diagnostic) -> float:
    return diagnostic.span.start if diagnostic.span else math.inf
