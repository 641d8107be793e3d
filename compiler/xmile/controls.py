"""`<sim_specs>`: the control variables, and how stocks are integrated."""

from __future__ import annotations

from collections.abc import Iterator

from ..syntax import (
    Assignment,
    Binary,
    BinaryOperator,
    Equation,
    Expression,
    Extent,
    Formula,
    Number,
    Reference,
    Target,
    Units,
)
from . import messages
from .build import Numbers
from .elements import Element
from .equations import parsed
from .outline import Entity
from .translate import Reading, Site, Translator

__all__ = ["control_equations", "is_said_twice", "method_code"]

_GROUP = "Control"
_LONGEST = 100  # letters of a word that are shown
_DEFAULT_STEP = 1.0  # XMILE 1.0, section 2.3
_METHODS = {"euler": "0", "rk2": "3", "rk4": "5"}  # the fourth number of Vensim's settings line 15
_SAVE_STEPS = ("save_step", "savestep", "saveper", "save_interval")
_NAMES = {
    "initial time": "start",
    "final time": "stop",
    "time step": "dt",
    "saveper": "",
}


def control_equations(reading: Reading) -> Iterator[Equation]:
    """The equations of INITIAL TIME, FINAL TIME, TIME STEP and SAVEPER."""
    specs = reading.outline.specs
    if specs is None:
        return
    units = Units(specs.attributes.get("time_units", "").strip())
    for name, tag in (("INITIAL TIME", "start"), ("FINAL TIME", "stop")):
        said = specs.first(tag)
        if said is not None and said.text:
            yield from _equation(reading, name, said, units)
    step = specs.first("dt")
    if step is not None and step.text:
        yield from _equation(reading, "TIME STEP", step, units)
    elif ("time step",) not in reading.outline.entities:
        yield _made("TIME STEP", Number(_DEFAULT_STEP), specs, units)
    saved = next((each for each in specs.all(*_SAVE_STEPS) if each.text), None)
    interval = _saved_every(specs)
    if saved is not None:
        yield from _equation(reading, "SAVEPER", saved, units)
    elif interval is not None:
        yield _made("SAVEPER", Number(interval), specs, units)
    elif ("saveper",) not in reading.outline.entities:
        yield _made("SAVEPER", Reference("TIME STEP"), specs.first("dt") or specs, units)


def is_said_twice(reading: Reading, entity: Entity) -> bool:
    """Whether a variable is a control variable that `<sim_specs>` gives, too.

    Exports of Vensim's models have such. If the two differ, that is told.
    """
    specs = reading.outline.specs
    if entity.module or specs is None or entity.path[0] not in _NAMES:
        return False
    if entity.path[0] == "saveper":
        return any(each.text for each in specs.all(*_SAVE_STEPS)) or _saved_every(specs) is not None
    said = specs.first(_NAMES[entity.path[0]])
    if said is None or not said.text:
        return False
    eqn = entity.element.first("eqn")
    own = _value(eqn.text) if eqn else None
    other = _value(said.text)
    if other and _is_reciprocal(said):
        other = 1.0 / other
    if own is None or own != other:
        place = entity.element.attribute("name")
        reading.refuse(messages.control_twice(place, entity.names[-1], said.span))
    return True


def method_code(reading: Reading) -> str:
    """Line 15 of Vensim's settings, for the first method of the file's list that is compiled."""
    specs = reading.outline.specs
    written = specs.attributes.get("method", "").strip() if specs else ""
    if not written or specs is None:
        return "0,0,0,0"
    first, *_ = methods = [each.strip() for each in written.split(",")]
    for each in methods:
        if each.lower() in _METHODS:
            if each is not first:
                place = specs.attribute("method")
                reading.refuse(messages.another_method(place, first[:_LONGEST], each))
            return f"0,0,0,{_METHODS[each.lower()]}"
    hint = "write method=" + '"Euler", method="RK2" or method="RK4"'
    what = f"the integration method “{written}”"
    reading.refuse(messages.not_expressible(specs.attribute("method"), what, hint))
    return "0,0,0,0"


def _equation(reading: Reading, name: str, said: Element, units: Units) -> Iterator[Equation]:
    """What an element of `<sim_specs>` says of a control variable."""
    found = parsed(reading, said.passage)
    if found is None or isinstance(found, Numbers):
        yield _made(name, Number(1.0), said, units)  # enough has been said
        return
    body = said.passage.whole
    to = Translator(reading, Site(), said.passage, body.start)
    value: Expression = to.value(found)
    extent = to.at(found.extent)
    if _is_reciprocal(said):
        value = _reciprocal(reading, value, said, extent)
    definition = Formula(Target(name, extent=extent), Assignment.EQUALS, value, extent=extent)
    yield Equation(said.span, body, definition, units, "", group=_GROUP)


def _reciprocal(reading: Reading, value: Expression, said: Element, extent: Extent) -> Expression:
    if not isinstance(value, Number):
        return Binary(BinaryOperator.OVER, Number(1.0), value, extent=extent)
    if value.value == 0:
        reading.refuse(messages.not_a_number(said.passage.whole, "1 divided by this"))
        return Number(1.0, extent=extent)
    return Number(1.0 / value.value, extent=extent)


def _made(name: str, value: Expression, element: Element, units: Units) -> Equation:
    """A control variable that the file does not speak of."""
    body = element.passage.whole if element.text else element.head
    extent = Extent(0, body.end - body.start)
    definition = Formula(Target(name, extent=extent), Assignment.EQUALS, value, extent=extent)
    return Equation(element.span, body, definition, units, "", group=_GROUP)


def _is_reciprocal(element: Element) -> bool:
    return element.attributes.get("reciprocal", "").strip().lower() == "true"


def _saved_every(specs: Element) -> float | None:
    """How often STELLA saves, in units of time."""
    return _value(specs.attributes.get("isee:save_interval", ""))


def _value(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
