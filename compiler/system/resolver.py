"""What is known while a document is resolved, and what comes of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import chain, compress, pairwise, product
from zlib import crc32

from s3c.runtime import NA, REGISTRY, Builtin, display_name, fold, read_documentation

from .. import syntax
from ..diagnostics import Diagnostic, Hints
from ..source import Source, Span
from ..syntax import Assignment, Equation, UnaryOperator, Units
from . import (
    calendars,
    calls,
    data,
    data_messages,
    doubt_messages,
    files,
    forms,
    indices,
    lists,
    macro_messages,
    macros,
    memories,
    messages,
    mixing,
    recall,
)
from .libraries import check_library, standard_library
from .loops import Axis, Loop
from .outputs import output_shape
from .ranges import ElementId, RangeId, Ranges
from .recall import Recording, Standing
from .refused import UNFINISHED
from .scope import Scope
from .shapes import Box, Shape, Shaper, where_in
from .symbols import Definition, Named, Symbols, outputs_of
from .tree import (
    CLOCK,
    CONTROLS,
    TIME,
    Auxiliary,
    Binary,
    Constant,
    Expression,
    LookupTable,
    Meaning,
    Number,
    Part,
    Read,
    Remembered,
    Series,
    StringValue,
    Unary,
    Variable,
    VarId,
)

__all__ = ["Resolver"]


class Resolver:
    """Reads definitions in their scopes, and collects the variables that they make.

    Variables that an equation needs besides its own (a delay's stock, a random draw) are hidden
    ones, named as Vensim names them, and stand before the one that needs them.
    """

    def __init__(
        self, symbols: Symbols, ranges: Ranges, source: Source, *, checking: bool = False
    ) -> None:
        self.symbols = symbols
        self._checking = checking  # reality checks: then RC functions are known
        self.ranges = ranges
        self.source = source
        self.variables: dict[VarId, Variable] = {}
        # What macros define that is read in another way than a number, by its name outside.
        self.locals: dict[VarId, tuple[str, Definition]] = {}
        self.texts = {
            VarId(key): StringValue(display_name(named.target.name), named.value.value)
            for key, ((_, named), *_) in symbols.variables.items()
            if isinstance(named, syntax.StringVariable) and not named.target.subscripts
        }
        self.diagnostics: list[Diagnostic] = []
        self.hints = Hints()
        self.shaper = Shaper(ranges, self.hints)
        self.shapes = self._shapes()
        self.expansions = 0  # of macros
        self.recording: Recording | None = None  # of the definition that is being read
        self.standings: dict[str, Standing] = {}  # of folded names, as they are asked for
        self._loops = 0
        self._used: set[str] = set()  # functions that a word was said of, or need none
        self.counts: dict[str, int] = {}
        self._sites: set[int] = set()
        self._draws = False  # whether any random number is drawn
        self.upright: list[tuple[str, float, float, Span]] = []
        """Lookups with two values at one x: the name, x, the value taken, and the place."""
        self.tells_dates = False  # whether any equation asks for the calendar

    # --- Definitions ---

    def _shapes(self) -> dict[str, Shape]:
        """The axes of all variables: what reads one must know them beforehand."""
        shapes = {key: self.shaper.shape(each) for key, each in self.symbols.variables.items()}
        for key, definitions in self.symbols.variables.items():
            shape = shapes[key]
            for (_, named), left, boxes in zip(definitions, shape.lefts, shape.boxes, strict=False):
                for output in outputs_of(named):
                    found = output_shape(self.shaper, left, boxes)
                    # What has an equation, too, has been told of, and keeps its own shape.
                    shapes.setdefault(fold(output.name), found)
        return shapes

    def define(self, key: str, definitions: tuple[Definition, ...]) -> None:
        """Give a variable of the model its meaning."""
        (first, first_named), *_ = definitions
        shape, name = self.shapes[key], display_name(first_named.target.name)
        if shape.broken or VarId(key) in self.texts:
            return
        if first.passage is None or len(definitions) > 1 or self._checking:
            settled = self.parts(key, name, definitions, shape)
        else:
            place = first.span_of(first_named.extent)
            found = recall.parts(self, key, name, (first, first_named), shape)
            settled = tuple([Part(part.meaning, place, part.indices) for part in found])
        if settled:
            self.add(Variable(
                VarId(key), name, settled, first.units, first.comment, first.group,
                axes=shape.axes, holes=tuple(sorted(shape.holes)),
            ))  # fmt: skip

    def parts(
        self, key: str, name: str, definitions: tuple[Definition, ...], shape: Shape
    ) -> tuple[Part, ...]:
        """What definitions say of a variable; nothing, with a diagnostic, if that is unclear."""
        first = definitions[0][0]
        parts: list[Part] = []
        for (equation, named), left, boxes in zip(
            definitions, shape.lefts, shape.boxes, strict=True
        ):
            for box in boxes:
                scope = self._scope(VarId(key), name, equation, box, shape)
                try:
                    meaning = self.meaning(named, left, box, scope)
                except RecursionError:
                    self.refuse(
                        macro_messages.too_deep(name, equation.span_of(named.target.extent))
                    )
                    return ()
                if meaning is None:
                    return ()
                parts.append(Part(meaning, equation.place_of(named.extent), scope.where))
        parts = self.with_holder(name, parts, first, shape.axes)
        return mixing.settle(self, name, parts, first)

    def add(self, variable: Variable) -> None:
        """A variable, or what one is now."""
        self.variables[variable.id] = variable
        if self.recording:
            self.recording.variables.append(variable)

    def define_local(self, variable: VarId, name: str, definition: Definition) -> None:
        """What a macro that is written out defines, by its name outside."""
        self.locals[variable] = name, definition
        if self.recording:
            self.recording.locals.append((variable, (name, definition)))

    def expand(self) -> None:
        """Count one more macro that is written out."""
        self.expansions += 1
        if self.recording:
            self.recording.expansions += 1

    def _count(self, stem: str) -> int:
        """How often a stem has been used, this time with it."""
        before = self.counts.get(stem, 0)
        self.counts[stem] = before + 1
        if self.recording:
            first, _ = self.recording.counts.get(stem, (before, 0))
            self.recording.counts[stem] = first, before + 1
        return before + 1

    def _is_special(self) -> None:
        """Note that a definition asks for more than is kept of it."""
        if self.recording:
            self.recording.sound = False

    def with_holder(
        self, name: str, parts: list[Part], first: Equation, axes: tuple[Axis, ...]
    ) -> list[Part]:
        """The parts of a variable; of a data variable, what reads a hidden one with its series."""
        keywords = [part.meaning.keyword for part in parts if isinstance(part.meaning, Series)]
        if not keywords:
            return self._with_contents(name, parts, first, axes)
        parts = [data.as_series(part, keywords[0]) for part in parts]
        is_series = [isinstance(part.meaning, Series) for part in parts]
        series = tuple(compress(parts, is_series))
        holder = data.holder(name)
        self.add(Variable(
            *holder, series, first.units, group=first.group, hidden=True,
            axes=axes, holes=_not_in(series, axes),
        ))  # fmt: skip
        return [
            data.read_series(part, name) if is_one else part
            for part, is_one in zip(parts, is_series, strict=True)
        ]

    def _with_contents(
        self, name: str, parts: list[Part], first: Equation, axes: tuple[Axis, ...]
    ) -> list[Part]:
        """The parts of a variable; of one that remembers, what reads a hidden one, its contents."""
        is_held = [memories.has_contents(part.meaning) for part in parts]
        held = tuple(compress(parts, is_held))
        if not held:
            return parts
        holder = memories.holder(name)
        self.add(Variable(
            *holder, held, Units(""), group=first.group, hidden=True,
            axes=axes, holes=_not_in(held, axes),
        ))  # fmt: skip
        return [
            memories.read_contents(part, name) if is_one else part
            for part, is_one in zip(parts, is_held, strict=True)
        ]

    def _scope(self, owner: VarId, name: str, equation: Equation, box: Box, shape: Shape) -> Scope:
        """The scope of an equation for the elements of a box: a loop for each range."""
        subscripts: dict[RangeId, Loop | ElementId] = {}
        for side in box:
            if side.range is not None:
                alone = len(side.elements) == 1
                subscripts[side.range] = side.elements[0] if alone else self.loop(side.range, box)
        return Scope(
            owner, name, equation,
            left=tuple(self.shaper.spelled(side) for side in box),
            subscripts=subscripts,
            elements=tuple(side.elements[0] for side in box if side.range is None),
            loops=tuple(each for each in subscripts.values() if isinstance(each, Loop)),
            where=where_in(box, shape, subscripts),
        )  # fmt: skip

    def loop(self, key: RangeId, box: Box = ()) -> Loop:
        """A new loop over a range, or over those of its elements that a box has."""
        found = self.ranges.ranges[key]
        own = next((side.elements for side in box if side.range == key), found.elements)
        return self.loop_over(found.name, own)

    def loop_over(self, name: str, elements: tuple[ElementId, ...]) -> Loop:
        """A new loop over some elements."""
        self._is_special()
        self._loops += 1
        return Loop(self._loops, name, elements)

    def meaning(self, named: Named, left: Box, box: Box, scope: Scope) -> Meaning | None:
        """What a definition says its variable is; None, with a diagnostic, if that is unclear.

        `box` has the elements that are meant; `left` is the whole left side.
        """
        span = scope.span(named.extent)
        match named:
            case syntax.Data():
                return data.series(self, named, left, box, scope)
            case syntax.Formula():
                return self._formula(named, left, box, scope)
            case syntax.Values():
                return lists.constants(self, named, left, box, scope)
            case syntax.Lookup(body=syntax.Table(points=points)):
                return self.lookup_table(points, scope, span)
            case syntax.Lookup(body=syntax.Call() as call):
                if files.call_in(named, files.LOOKUPS):
                    return files.lookup(self, call, left, box, scope)
                self.refuse(data_messages.no_lookup_function(scope.span(call.extent)))
            case syntax.Empty():
                self.refuse(messages.no_right_side(scope.owner_name, span))
            case syntax.StringVariable():
                self.refuse(messages.not_compiled("a string variable with subscripts", span))
        return None

    def _formula(self, named: syntax.Formula, left: Box, box: Box, scope: Scope) -> Meaning | None:
        if data.is_data(named):
            return data.series(self, named, left, box, scope)
        expression = named.expression
        if isinstance(expression, syntax.Call) and fold(expression.function.name) == UNFINISHED:
            self.refuse(messages.no_right_side(scope.owner_name, scope.span(named.extent)))
            return None
        value = lists.signed_number(expression)
        if value is not None:
            return Constant(value, named.assignment is not Assignment.UNCHANGEABLE)
        call = files.call_in(named, files.CONSTANTS)
        if call:
            return files.constants(self, named, call, left, box, scope)
        call = files.call_in(named, files.LOOKUPS)
        if call:
            return files.lookup(self, call, left, box, scope)
        return self._computed(expression, scope)

    def _computed(self, expression: syntax.Expression, scope: Scope) -> Meaning:
        if isinstance(expression, syntax.Call):
            form = forms.form(self, expression, scope)
            if form is not None:
                return form
            along = calls.along(self, expression, scope)
            if along is not None:
                return along
            macro = self.macro(fold(expression.function.name), scope)
            if macro is not None:
                return macros.expand_whole(self, *macro, expression, scope)
            builtin = self.builtin(expression, scope)
            if builtin and (builtin.random or builtin.held):
                return Auxiliary(calls.apply(self, builtin, expression, scope), held=True)
        return Auxiliary(self.expression(expression, scope))

    def lookup_table(
        self, points: tuple[tuple[float, float], ...], scope: Scope, span: Span
    ) -> LookupTable | None:
        """A lookup, if its points are in order; from the last to the first if their x fall."""
        if len(points) > 1 and all(x <= before for (before, _), (x, _) in pairwise(points)):
            if points[0][0] > points[-1][0]:
                self.refuse(messages.table_falls(scope.owner_name, span))
                points = points[::-1]
            self._note_upright(points, scope, span)
            return LookupTable(points)
        for (before, _), (x, _) in pairwise(points):
            if x < before:
                self.refuse(messages.table_backwards(scope.owner_name, x, before, span))
                return None
        self._note_upright(points, scope, span)
        return LookupTable(points)

    def _note_upright(
        self, points: tuple[tuple[float, float], ...], scope: Scope, span: Span
    ) -> None:
        """Note the first x at which a lookup has two values."""
        for (before, y), (x, other) in pairwise(points):
            if x == before and y != other:
                self._is_special()
                self.upright.append((scope.owner_name, x, y, span))
                return

    def draw_site(self, scope: Scope) -> int:
        """A number for a call that draws, used by no other: another equation does not change it."""
        self._is_special()
        count = self._count(scope.owner)
        site = crc32(f"{scope.owner} {count}".encode())
        while site in self._sites:  # two names of one checksum
            site = (site + 1) % 2**32
        self._sites.add(site)
        return site

    def hidden(self, scope: Scope, label: str, meaning: Meaning, extent: syntax.Extent) -> Read:
        """A new variable that an equation needs besides its own, and the reading of it."""
        if isinstance(meaning, Remembered) and memories.has_contents(meaning):
            name = self.hidden_name(scope, f"{label}>contents")
            meaning = memories.value(meaning, self.hide(name, scope, meaning, extent))
        return self.hide(self.hidden_name(scope, label), scope, meaning, extent)

    def hidden_name(self, scope: Scope, label: str) -> str:
        """A name for a hidden variable of this scope, used by no other."""
        stem = f"{scope.owner_name.strip('#')}>{label}"
        count = self._count(stem)
        return f"#{stem}#" if count == 1 else f"#{stem} {count}#"

    def hide(
        self,
        name: str,
        scope: Scope,
        meaning: Meaning,
        extent: syntax.Extent,
        *,
        narrow: bool = True,
    ) -> Read:
        """A hidden variable of a name that `hidden_name` gave.

        It has an axis for each loop around the expression that needs it; with `narrow`, none for
        a loop at all of whose turns it is the same.
        """
        scope = scope.narrowed(meaning) if narrow else scope
        span = scope.span(extent)
        variable = VarId(fold(name))
        self.add(Variable(
            variable, name, (Part(meaning, span, scope.indices),), Units(""),
            group=scope.equation.group, hidden=True, axes=scope.axes,
        ))  # fmt: skip
        return Read(variable, span, scope.indices)

    # --- Expressions ---

    def expression(self, node: syntax.Expression, scope: Scope) -> Expression:
        """What an expression means in its scope."""
        match node:
            case syntax.Number(value=value):
                return Number(value)
            case syntax.Missing():
                return Number(NA)
            case syntax.Reference():
                return self._reference(node, scope)
            case syntax.Unary(UnaryOperator.PLUS, operand):
                return self.expression(operand, scope)
            case syntax.Unary(operator, operand):
                return Unary(operator, self.expression(operand, scope))
            case syntax.Binary(operator, left, right):
                return Binary(operator, self.expression(left, scope), self.expression(right, scope))
            case syntax.Call():
                return calls.call(self, node, scope)
            case syntax.Text():
                self.refuse(messages.not_compiled("a string", scope.span(node.extent)))
            case syntax.Table():
                self.refuse(messages.misplaced_table(scope.span(node.extent)))
        return Number(math.nan)

    def _reference(self, node: syntax.Reference, scope: Scope) -> Expression:
        meaning = self.named(node, scope)
        if isinstance(meaning, Read) and self.is_lookup(meaning.variable):
            definition = self.definition_span(meaning.variable)
            self.refuse(messages.used_as_number(display_name(node.name), meaning.span, definition))
        return meaning

    def named(self, node: syntax.Reference, scope: Scope) -> Expression:
        """What a name means in its scope: a macro's argument, or a variable."""
        key = fold(node.name)
        span = scope.span(node.extent)
        if scope.in_macro:
            if key in scope.names:
                if node.subscripts:
                    self.refuse(macro_messages.has_no_subscripts(display_name(node.name), span))
                return self._as_point(scope.names[key], scope)
            key = self.outside(node, scope)
        if VarId(key) in self.texts:
            definition = self.definition_span(key)
            self.refuse(data_messages.text_as_number(display_name(node.name), span, definition))
            return Number(math.nan)
        if key == TIME or key in CONTROLS or (self.is_broken(key) and key not in self.shapes):
            shape = Shape()
        elif key in self.shapes:
            shape = self.shapes[key]
        elif key in self.symbols.ranges and not node.subscripts:
            return indices.position(self, node, scope) or Number(math.nan)
        else:
            names = chain(self.symbols.display_names, map(display_name, scope.names))
            known = self.hints.among(names)
            self.refuse(messages.unknown_name(display_name(node.name), span, known))
            return Number(math.nan)
        read = indices.read(self, node, VarId(key), shape, scope)
        return self._as_point(read or Number(math.nan), scope)

    def outside(self, node: syntax.Reference, scope: Scope) -> str:
        """The folded name of what a macro reads of the model: `name$` (reference B.12).

        The clock, and what counts it, is the same inside.
        """
        key = fold(node.name)
        if key.endswith("$"):
            return fold(key.removesuffix("$"))
        of_the_model = key in self.symbols.variables or key in self.symbols.outputs
        if of_the_model and key not in CONTROLS and scope.site is None:
            name, span = display_name(node.name), scope.span(node.extent)
            self.refuse(macro_messages.needs_dollar(name, span, self.definition_span(key)))
        return key

    def _as_point(self, meaning: Expression, scope: Scope) -> Expression:
        """A reading as it is meant in its scope: of data in a data equation, at their points."""
        if scope.of_points and isinstance(meaning, Read) and self.is_data(meaning.variable):
            return data.point(meaning, self.shown_name(meaning.variable), scope)
        return meaning

    # --- Names ---

    def has_macro(self, key: str, scope: Scope) -> bool:
        """Whether a name is that of a macro of the model; the standard library knows none of them.

        So a model may have a macro that is called as a function which the library uses.
        """
        return scope.site is None and key in self.symbols.macros

    def is_shadowed(self, key: str, scope: Scope) -> bool:
        """Whether the model has a macro or a lookup that is called as a function is."""
        return self.has_macro(key, scope) or (scope.site is None and self.is_lookup(key))

    def macro(self, key: str, scope: Scope) -> tuple[syntax.Macro, bool] | None:
        """A macro of the model, or else one of the standard library (and then True)."""
        if self.has_macro(key, scope):
            return self.symbols.macros[key], False
        if key in standard_library().macros and not self.is_shadowed(key, scope):
            return standard_library().macros[key], True
        if self._checking and key in check_library().macros:
            return check_library().macros[key], True
        return None

    def builtin(self, node: syntax.Call, scope: Scope) -> Builtin | None:
        """The built-in function that a call means, unless the model has its own of that name."""
        key = fold(node.function.name)
        shadowed = key in scope.names or self.is_shadowed(key, scope)
        found = None if shadowed else REGISTRY.get(key)
        if found is not None:
            self.note_use(found.name, found.doc, scope.span(node.extent))
            if found.random and not self._draws:
                self._draws = True
                self.refuse(doubt_messages.draws(scope.span(node.extent)))
        if found is None or not found.calendar:
            return found
        self._is_special()
        self.tells_dates = True
        return calendars.told_by(found, node)

    def note_use(self, name: str, documentation: str, span: Span) -> None:
        """Warn, once, of a function whose rule is not fully known."""
        if self.recording:
            self.recording.uses.append((name, documentation, span))
        if name in self._used:
            return
        self._used.add(name)
        reading = read_documentation(documentation).uncertain
        if reading:
            self.diagnostics.append(doubt_messages.uncertain(name, reading, span))

    def need_clock(self) -> None:
        """Make the variable that holds when a run starts."""
        self._is_special()
        if CLOCK not in self.variables:
            part = Part(Constant(0.0), self.source.span(0, 0))
            self.variables[CLOCK] = Variable(CLOCK, CLOCK, (part,), Units("Second"), hidden=True)

    def is_broken(self, key: str) -> bool:
        """Whether a name's equation is there but could not be read: enough has been said."""
        return key in self.symbols.broken

    @property
    def callable_names(self) -> Iterator[str]:
        """Everything that can be called, as it is written, for suggestions."""
        yield from (builtin.name for builtin in REGISTRY.values())
        for macros_ in (standard_library().macros, self.symbols.macros):
            yield from (display_name(macro.name) for macro in macros_.values())
        yield from self.symbols.display_names

    def is_lookup(self, key: str) -> bool:
        """Whether a folded name is a lookup's."""
        definitions = self._definitions(key)
        if definitions:
            _, named = definitions[0]
            in_file = files.call_in(named, files.LOOKUPS) is not None
            return in_file or isinstance(named, syntax.Lookup)
        variable = self.variables.get(VarId(key))
        return variable is not None and isinstance(variable.meaning, LookupTable)

    def is_data(self, key: str) -> bool:
        """Whether a folded name is a data variable's."""
        return any(data.is_data(named) for _, named in self._definitions(key))

    def _definitions(self, key: str) -> tuple[Definition, ...]:
        """The definitions of a folded name, in the model or in a macro that is written out."""
        local = self.locals.get(VarId(key))
        return (local[1],) if local else self.symbols.variables.get(key, ())

    def definitions_of(self, key: str) -> tuple[Named, ...]:
        """What gives a folded name its meaning, as it is written."""
        self._is_special()
        return tuple(named for _, named in self._definitions(key))

    def shown_name(self, key: str) -> str:
        """A variable's name as its first equation writes it, from its folded name."""
        self._is_special()
        local = self.locals.get(VarId(key))
        return local[0] if local else display_name(self._definitions(key)[0][1].target.name)

    def definition_span(self, key: str) -> Span:
        """Where a folded name is defined."""
        if key in self.symbols.variables:
            equation, named = self.symbols.variables[key][0]
            return equation.span_of(named.target.extent)
        variable = self.variables.get(VarId(key))
        return variable.span if variable else self.source.span(0, 0)

    # --- Diagnostics ---

    def refuse(self, diagnostic: Diagnostic) -> None:
        """Note a problem, and go on."""
        self._is_special()
        self.diagnostics.append(diagnostic)


def _not_in(parts: Iterable[Part], axes: tuple[Axis, ...]) -> tuple[tuple[int, ...], ...]:
    """The places along axes at which no part stands."""
    there = {place for part in parts for place in part.places}
    everywhere = product(*(range(len(axis.elements)) for axis in axes))
    return tuple(place for place in everywhere if place not in there)
