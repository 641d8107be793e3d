"""A document as XMILE 1.0: what it says, with exactly the same numbers, or else why not.

A model becomes XMILE in the order of its file. Where a Vensim function has no equal, it is written
out (`rewrites.py`); where an equation for whole ranges means what XMILE would not understand
by it, it is written element by element (`variables.py`). What then is left is told of: as
an error if the numbers would change, as a warning if not.
"""

from __future__ import annotations

from dataclasses import replace

from s3c.runtime import Files, display_name, fold

from ..diagnostics import Diagnostic, Hints
from ..source import Span
from ..syntax import (
    Call,
    Constraint,
    Document,
    Equation,
    Equivalence,
    Group,
    Macro,
    Settings,
    Sketch,
    SubscriptRange,
    TestInput,
)
from ..system.ranges import Ranges
from ..system.resolve import resolve
from ..system.shapes import Shaper
from ..system.symbols import Symbols, calls, collect
from . import messages as lost
from .body import Body, Model
from .controls import CONTROLS, Constants, method_of, sim_specs
from .names import Names, as_identifier
from .printing import MacroEntry, XmileModel, print_xmile
from .scope import Dimensions
from .variables import Variables

__all__ = ["write_xmile"]

# What the compiler does not compile: it is told of as what it is in the model.
_NOT_COMPILED = "S3C210"


def write_xmile(
    document: Document, name: str, files: Files | None = None
) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text of a model as XMILE 1.0, and what of it could not be written.

    With an error among the diagnostics the text is empty: the numbers would not be the same.
    Elements that stand in `files` are written as they stand there now.
    Source: OASIS XMILE 1.0.
    """
    system, found = resolve(document, files)
    errors = [each for each in found if each.is_error]
    if any(each.code != _NOT_COMPILED for each in errors):
        return "", tuple(found)
    text, told = _Writer(document, name, system.ranges).write()
    unique = tuple(dict.fromkeys(told))
    if any(each.is_error for each in unique):
        return "", unique
    # Nothing that the compiler does not know can be known to be the same.
    return ("", (*errors, *unique)) if errors else (text, unique)


class _Writer:
    """Writes one model."""

    def __init__(self, document: Document, name: str, ranges: Ranges) -> None:
        self.document = document
        self.name = name
        symbols, _ = collect(document)
        self.symbols = _with_ranges(symbols, (*ranges.ranges, *ranges.names))
        self.names = Names()
        self.shaper = Shaper(ranges, Hints())
        self.method, found = method_of(document)
        constants = Constants(symbols.variables)
        self.specs, of_controls = sim_specs(constants, self.method)
        self.model = Model(
            self.symbols, ranges, Dimensions(ranges, self.names), constants, self.specs.step,
            self.specs.save, holds=self.method != "euler",
        )  # fmt: skip
        self.model.diagnostics += [*found, *of_controls]

    def write(self) -> tuple[str, list[Diagnostic]]:
        self._declare(self.symbols, self.names)
        macros = self._called_macros()
        self.model.macro_names = {fold(each.name): self._macro_name(each) for each in macros}
        shapes = {
            key: self.shaper.shape(definitions)
            for key, definitions in self.symbols.variables.items()
        }
        body = Body(self.model, self.symbols, shapes, self.names)
        Variables(body).write_all()
        written = [self._macro(each) for each in macros]
        self._tell_what_is_lost()
        groups = {
            part.name: part.comment for part in self.document.parts if isinstance(part, Group)
        }
        model = XmileModel(
            self.name, self.specs, self._synonyms(), self._dimensions(), tuple(body.entries),
            tuple(written), groups, self.names,
        )  # fmt: skip
        told = self.model.diagnostics
        if any(each.is_error for each in told):
            return "", told
        return print_xmile(model), told

    def _declare(self, symbols: Symbols, names: Names) -> None:
        """Give the names that are written first to those who have them in Vensim."""
        for key, ((equation, named), *_) in symbols.variables.items():
            if key in CONTROLS or key == "saveper":
                continue
            chosen, is_another = names.declare(named.target.name)
            if is_another:
                span = equation.span_of(named.target.extent)
                self.model.diagnostics.append(
                    lost.another_name(display_name(named.target.name), chosen, span)
                )

    def _dimensions(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        dimensions = self.model.dimensions
        return tuple(
            (name, tuple(map(dimensions.element, elements))) for name, elements in dimensions.all
        )

    def _synonyms(self) -> tuple[tuple[str, ...], ...]:
        """The unit synonyms of the settings (reference F)."""
        lines = (
            value
            for part in self.document.parts
            if isinstance(part, Settings)
            for code, value in part.lines
            if code == "22"
        )
        found = (tuple(each.strip() for each in line.split(",")) for line in lines)
        return tuple(each for each in found if all(each))

    # --- Macros ----------------------------------------------------------------------------------

    def _called_macros(self) -> list[Macro]:
        """The macros that equations call, in the file's order.

        What others mean, nobody has looked at: it may be nothing.
        """
        macros = {fold(key): each for key, each in self.symbols.macros.items()}
        found: dict[str, Macro] = {}
        definitions = [each for of_one in self.symbols.variables.values() for each in of_one]
        while definitions:
            _, named = definitions.pop()
            for key in {fold(each.function.name) for each in calls(named)} & (
                macros.keys() - found
            ):
                found[key] = macros[key]
                inside, _ = collect(macros[key].body)
                definitions += [each for of_one in inside.variables.values() for each in of_one]
        for key in (each for each in macros if each not in found):
            what = f"the macro {display_name(macros[key].name)}, which no equation calls,"
            self._lose(what, macros[key].head, "call it, or remove it")
        return [each for key, each in macros.items() if key in found]

    def _macro_name(self, macro: Macro) -> str:
        name, is_another = self.names.declare(macro.name)
        if is_another:
            self.model.diagnostics.append(lost.another_name(macro.name, name, macro.head))
        return as_identifier(name)

    def _macro(self, macro: Macro) -> MacroEntry:
        """A macro: its parameters, and its variables, of which one has its name."""
        symbols, _ = collect(macro.body)
        names = Names(self.names)
        for each in macro.inputs:
            names.declare(each)
        # Within XMILE's macro its own name is the function, not its value.
        result = names.rename(macro.name, f"{display_name(macro.name)} value")
        self._declare(symbols, names)
        if macro.outputs:
            way_out = "give each output a macro of its own"
            told = lost.no_such_thing("a macro with several outputs", macro.head, way_out)
            self.model.diagnostics.append(told)
        shapes = {key: self.shaper.shape(each) for key, each in symbols.variables.items()}
        parameters = frozenset(map(fold, macro.inputs))
        body = Body(self.model, symbols, shapes, names, parameters, in_macro=True)
        Variables(body).write_all()
        own = symbols.variables.get(fold(macro.name), ())
        documentation = own[0][0].comment if own else ""
        return MacroEntry(
            self.names.declare(macro.name)[0],
            tuple(map(names.identifier, macro.inputs)),
            result,
            tuple(body.entries),
            documentation,
        )

    # --- What is lost ----------------------------------------------------------------------------

    def _tell_what_is_lost(self) -> None:
        for part in self.document.parts:
            if isinstance(part, Sketch) and "*" in part.span.text:
                self._lose("the diagram", _first_line(part.span), "draw it in the other program")
            if isinstance(part, Equation):
                self._tell_of(part)

    def _tell_of(self, equation: Equation) -> None:
        definition = equation.definition
        if definition is None:
            return
        span = equation.span_of(definition.extent)
        match definition:
            case TestInput() | Constraint():
                name = display_name(definition.name.name)
                self._lose(f"the reality check {name}", span, "check it with Vensim")
            case SubscriptRange(name=name, mappings=mappings):
                for each in mappings:
                    place = equation.span_of(each.extent)
                    told = lost.mapping_written_out(display_name(name), place)
                    self.model.diagnostics.append(told)
                if isinstance(definition.items, Call):
                    what = "a subscript range that is read from a file"
                    told = lost.no_such_thing(what, span, "list its elements in the model")
                    self.model.diagnostics.append(told)
            case Equivalence():
                pass
            case _:
                units = equation.units
                name = display_name(definition.target.name)
                way_out = "set it in the other program"
                if (units.minimum is None) != (units.maximum is None):
                    self._lose(f"the range of {name}, which is open at one end", span, way_out)
                if units.increment is not None:
                    self._lose(f"the slider's step of {name}", span, way_out)

    def _lose(self, what: str, span: Span, way_out: str) -> None:
        self.model.diagnostics.append(lost.documentation_lost(what, span, way_out))


def _with_ranges(symbols: Symbols, keys: tuple[str, ...]) -> Symbols:
    return replace(symbols, ranges=frozenset(keys))


def _first_line(span: Span) -> Span:
    text = span.text
    start = span.start + len(text) - len(text.lstrip())
    end = span.source.text.find("\n", start)
    return span.source.span(start, end if start < end < span.end else span.end)
