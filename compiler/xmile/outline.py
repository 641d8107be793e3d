"""What a file holds, before any equation is read: dimensions, macros, variables of all modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ..diagnostics import Diagnostic, Hints
from . import messages
from .elements import Element
from .names import LONGEST_NAME, key, parts, shown, spelled

__all__ = ["Dimension", "Entity", "Outline", "Path", "outline"]

Path: TypeAlias = tuple[str, ...]
"""Names as they are compared: of the modules, then of a variable."""

_MOST_VARIABLES = 50_000
_MOST_MODULES = 10_000
_LARGEST = 100_000  # elements of a dimension
_VARIABLES = ("stock", "flow", "aux", "gf")


@dataclass(frozen=True, eq=False, slots=True)
class Dimension:
    """A subscript range: its elements are named, or count from 1."""

    name: str
    elements: tuple[str, ...]
    numbered: bool
    element: Element
    places: Mapping[str, int] = field(init=False)
    """The first place of each element, by its name as it is compared."""

    def __post_init__(self) -> None:
        last_first = [*enumerate(self.elements)][::-1]
        object.__setattr__(self, "places", {key(each): number for number, each in last_first})

    @property
    def key(self) -> str:
        """The name as it is compared."""
        return key(self.name)

    def place(self, written: str) -> int | None:
        """Which of the elements, from 0, a name or a number means; None if none."""
        wanted = key(written)
        if wanted in self.places:
            return self.places[wanted]
        counts = wanted.isascii() and wanted.isdecimal() and len(wanted) < 9
        number = int(wanted) - 1 if counts else -1
        return number if 0 <= number < len(self.elements) else None


@dataclass(frozen=True, eq=False, slots=True)
class Entity:
    """A variable, in one of the places where its model stands."""

    kind: str  # stock, flow, aux or gf
    element: Element
    module: Path  # the module that it is in
    names: tuple[str, ...]  # as shown: of the modules, then its own
    dimensions: tuple[Dimension, ...] = ()
    group: str = ""
    source: Path | None = None  # the variable that is connected to it
    may_be_negative: bool = True

    @property
    def path(self) -> Path:
        """The full name as it is compared."""
        return (*self.module, key(self.names[-1]))

    @property
    def name(self) -> str:
        """The full name in Vensim's spelling."""
        return spelled(self.names)

    @property
    def table(self) -> Element | None:
        """Its table, if it has one for all elements."""
        return self.element if self.kind == "gf" else self.element.first("gf")

    @property
    def is_table(self) -> bool:
        """Whether it is a table and no number: a `<gf>`, or an `<aux>` without an equation."""
        within = self.element.all("element")
        tables = self.table is not None or any(each.first("gf") for each in within)
        equations = [self.element, *self.element.all("element")]
        return tables and not any(each.first("eqn") for each in equations)


@dataclass(frozen=True, eq=False, slots=True)
class Outline:
    """All names of a file. `definitions` holds a variable that is defined twice, twice."""

    root: Element
    dimensions: Mapping[str, Dimension]
    definitions: tuple[Entity, ...]
    entities: Mapping[Path, Entity]
    macros: Mapping[str, Element]
    specs: Element | None


@dataclass(slots=True)
class _Found:
    """What is gathered."""

    dimensions: dict[str, Dimension]
    models: dict[str, Element]
    diagnostics: list[Diagnostic] = field(default_factory=list)
    definitions: list[Entity] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    modules: int = 0
    full: bool = False
    hints: Hints = field(default_factory=Hints)


def outline(root: Element) -> tuple[Outline, tuple[Diagnostic, ...]]:
    """Everything that a file names. A file without a model gives an empty outline, and says so."""
    diagnostics: list[Diagnostic] = []
    models = list(root.all("model"))
    main = next((each for each in models if not each.attributes.get("name")), None)
    main = main or (models[0] if models else None)
    named: dict[str, Element] = {}
    for each in models:
        name = shown(each.attributes.get("name", ""))
        if each is main:
            continue
        if key(name) in named:
            first = named[key(name)].head
            diagnostics.append(messages.twice(each.head, "models", name, first))
        named.setdefault(key(name), each)
    dimensions = _dimensions(root, diagnostics)
    found = _Found(dimensions, named, diagnostics)
    if main is None:
        diagnostics.append(messages.no_model(root.head))
    else:
        _instance(found, root, main, (), (), {}, ())
        unused = (each for name, each in named.items() if name not in found.used)
        diagnostics += (
            messages.not_used(each.attribute("name"), shown(each.attributes.get("name", "")))
            for each in unused
        )
    entities: dict[Path, Entity] = {}
    for entity in found.definitions:
        entities.setdefault(entity.path, entity)
    macros = _macros(root, diagnostics)
    specs = root.first("sim_specs") or (main.first("sim_specs") if main else None)
    whole = Outline(root, dimensions, tuple(found.definitions), entities, macros, specs)
    return whole, tuple(diagnostics)


# --- Dimensions and macros -----------------------------------------------------------------------


def _dimensions(root: Element, diagnostics: list[Diagnostic]) -> dict[str, Dimension]:
    found: dict[str, Dimension] = {}
    for block in root.all("dimensions"):
        for each in block.all("dim"):
            dimension = _dimension(each, diagnostics)
            if dimension is not None and dimension.key in found:
                first = found[dimension.key].element.head
                refusal = messages.twice(each.head, "dimensions", dimension.name, first)
                diagnostics.append(refusal)
            elif dimension is not None:
                found[dimension.key] = dimension
    return found


def _dimension(element: Element, diagnostics: list[Diagnostic]) -> Dimension | None:
    name = _name(element, diagnostics)
    if name is None:
        return None
    named = [shown(each.attributes.get("name", "")) for each in element.all("elem")]
    named = [each for each in named if each]
    if named:
        return Dimension(name, tuple(named), False, element)
    size = element.attributes.get("size", "").strip()
    if not (size.isascii() and size.isdecimal()) or not int(size[:9]):
        diagnostics.append(messages.no_elements(element.attribute("size"), name))
        return None
    if len(size) > 9 or int(size) > _LARGEST:
        diagnostics.append(messages.too_large(element.attribute("size"), name, _LARGEST))
        return None
    return Dimension(name, tuple(str(each + 1) for each in range(int(size))), True, element)


def _macros(root: Element, diagnostics: list[Diagnostic]) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for each in root.all("macro"):
        name = _name(each, diagnostics)
        if name is not None and key(name) in found:
            first = found[key(name)].head
            diagnostics.append(messages.twice(each.head, "macros", name, first))
        elif name is not None:
            found[key(name)] = each
    return found


def _name(element: Element, diagnostics: list[Diagnostic]) -> str | None:
    name = shown(element.attributes.get("name", ""))
    if not key(name):
        diagnostics.append(messages.no_name(element.head, element.tag))
        return None
    if len(name) > LONGEST_NAME:
        diagnostics.append(messages.name_too_long(element.attribute("name")))
        return None
    return name


# --- Modules written out -------------------------------------------------------------------------


def _instance(
    found: _Found,
    root: Element,
    model: Element,
    module: Path,
    names: tuple[str, ...],
    sources: Mapping[str, Path],
    within: tuple[Element, ...],
) -> None:
    """Add the variables of a model, in the place of a module, and those of its own modules."""
    groups = _groups(model)
    for each in _content(model):
        if each.tag not in _VARIABLES and each.tag != "module":
            if each.first("eqn"):
                what, hint = f"a variable of the kind “{each.tag}”", "make it stock, flow or aux"
                found.diagnostics.append(messages.not_expressible(each.head, what, hint))
            continue
        name = _name(each, found.diagnostics)
        if name is None:
            continue
        if each.tag == "module":
            _module(found, root, each, module, (*names, name), (*within, model))
            if found.full:
                return
            continue
        if found.full or len(found.definitions) >= _MOST_VARIABLES:
            _stop(found, each)
            return
        entity = Entity(
            each.tag, each, module, (*names, name), _dimensions_of(each, found),
            groups.get(key(name), ""), sources.get(key(name)),
            not _is_non_negative(each, root, model),
        )  # fmt: skip
        found.definitions.append(entity)


def _module(
    found: _Found,
    root: Element,
    element: Element,
    module: Path,
    names: tuple[str, ...],
    within: tuple[Element, ...],
) -> None:
    own, place = key(names[-1]), element.attribute("name")
    if "resource" in element.attributes:
        hint = "put the module's model into this file"
        refusal = messages.not_expressible(element.attribute("resource"), "a model in a file", hint)
        found.diagnostics.append(refusal)
        return
    wanted = element.attributes.get("model") or element.attributes.get("name", "")
    model = found.models.get(key(wanted))
    if model is None:
        spelled = (shown(each.attributes.get("name", "")) for each in found.models.values())
        known = found.hints.among(spelled)
        found.diagnostics.append(messages.no_such_model(place, names[-1], known))
        return
    if model in within:
        found.diagnostics.append(messages.module_in_itself(place, names[-1]))
        return
    if specs := model.first("sim_specs"):
        what = "a module with simulation settings of its own"
        hint = "remove its “<sim_specs>”, or simulate it alone"
        found.diagnostics.append(messages.not_expressible(specs.head, what, hint))
    found.used.add(key(wanted))
    found.modules += 1
    if found.full or found.modules > _MOST_MODULES:
        _stop(found, element)
        return
    sources = {
        key(parts(connect.attributes["to"])[-1]): _source(connect.attributes["from"], module)
        for connect in element.all("connect")
        if parts(connect.attributes.get("to", "")) and parts(connect.attributes.get("from", ""))
    }
    _instance(found, root, model, (*module, own), names, sources, within)


def _stop(found: _Found, element: Element) -> None:
    """Say once that there is too much, and gather no more."""
    if not found.full:
        place = element.attribute("name")
        most = f"{_MOST_VARIABLES} variables, or {_MOST_MODULES} modules"
        found.diagnostics.append(messages.too_many_variables(place, most))
        found.full = True
        found.definitions.clear()


def _source(written: str, module: Path) -> Path:
    """What a connection comes from, seen from the module that its own module stands in."""
    path = tuple(key(each) for each in parts(written))
    return path if written.strip().startswith(".") else (*module, *path)


def _content(model: Element) -> Iterator[Element]:
    """The variables of a model; the first STELLA files have no `<variables>` around them."""
    for each in model.children:
        if each.tag == "variables":
            yield from each.children
        else:
            yield each


def _groups(model: Element) -> Mapping[str, str]:
    """The group of each variable that is in one."""
    return {
        key(member.attributes.get("name", "")): shown(group.attributes.get("name", ""))
        for group in _content(model)
        if group.tag == "group"
        for member in group.all("entity", "var")
    }


def _dimensions_of(element: Element, found: _Found) -> tuple[Dimension, ...]:
    dimensions: list[Dimension] = []
    for block in element.all("dimensions"):
        for each in block.all("dim"):
            name = each.attributes.get("name", "")
            dimension = found.dimensions.get(key(name))
            if dimension is None:
                names = (dimension.name for dimension in found.dimensions.values())
                known = found.hints.among(names)
                place = each.attribute("name")
                found.diagnostics.append(messages.unknown_dimension(place, shown(name), known))
            else:
                dimensions.append(dimension)
    return tuple(dimensions)


def _is_non_negative(element: Element, root: Element, model: Element) -> bool:
    """Whether a variable may not be negative: by its own word, or by that of model or file."""
    own = element.first("non_negative")
    if own is not None:
        return own.text.lower() != "false"
    for behavior in (*model.all("behavior"), *root.all("behavior")):
        for part in (*behavior.all(element.tag), behavior):
            word = part.first("non_negative")
            if word is not None:
                return element.tag in ("stock", "flow") and word.text.lower() != "false"
    return False
