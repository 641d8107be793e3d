"""Programs built by hand: a block of assignments over a few variables, printed and computed.

Two ranges, Region of 2 and Age of 3, and a variable for each shape over them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from interpreter import Interpreter

from s3c.compiler import Source, backends, system
from s3c.compiler import program as p
from s3c.runtime import REGISTRY, Axis, Draws, Kind, Method, Space, VariableInfo, load_text

__all__ = [
    "AGE",
    "REGION",
    "TOWN",
    "Block",
    "along",
    "assign",
    "at",
    "call",
    "gather",
    "literal",
    "load",
    "loop",
    "one",
    "plus",
    "times",
]

REGION = Axis("Region", ("East", "West"))
AGE = Axis("Age", ("young", "middle", "old"))
TOWN = Axis("Town", ("a", "b", "c", "d"))
_SOURCE = Source("m.mdl", "\n".join(f"equation {number}" for number in range(1, 40)))

# What the step reads: a name, its axes, and what it holds.
_GIVEN: dict[str, tuple[tuple[Axis, ...], Any]] = {
    "one": ((), 3.0),
    "rate": ((REGION,), [0.5, 2.0]),
    "weight": ((AGE,), [1.0, 10.0, 100.0]),
    "people": ((REGION, AGE), [[1.0, 2.0, 3.0], [4.0, 0.0, 6.0]]),
    "turned": ((AGE, REGION), [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
    "square": ((AGE, AGE), [[2.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 4.0]]),
    "cube": ((REGION, AGE, TOWN), np.arange(24.0).reshape(2, 3, 4).tolist()),
}


def loop(number: int, axis: Axis) -> system.Loop:
    return system.Loop(number, axis.name, tuple(map(system.ElementId, axis.elements)))


def along(of: system.Loop, *places: int) -> system.Along:
    """A loop along an axis: over the whole of it, or over some places."""
    return system.Along(of, system.places(places) if places else range(len(of)))


at = system.At


def literal(value: float) -> p.Literal:
    return p.Literal(value)


def times(left: p.Expression, right: p.Expression) -> p.Operation:
    return p.Operation(p.Operator.MULTIPLY, (left, right))


def plus(left: p.Expression, right: p.Expression) -> p.Operation:
    return p.Operation(p.Operator.ADD, (left, right))


def call(name: str, *operands: p.Expression) -> p.Call:
    return p.Call(REGISTRY[name], operands)


def gather(value: p.Expression, *loops: system.Loop) -> p.Gather:
    return p.Gather(loops, value)


def load(name: str, *indices: system.Index) -> p.Load:
    """What a given variable holds, or one that the block computes."""
    return p.Load(_slot(name), indices)


def _slot(name: str) -> p.Slot:
    if name in _GIVEN:
        return p.Slot(p.Bank.PARAMETER, list(_GIVEN).index(name))
    return p.Slot(p.Bank.AUXILIARY, "abcd".index(name))


def assign(name: str, value: p.Expression, *indices: system.Index, line: int = 1) -> p.Assignment:
    """An assignment to one of the computed variables, a, b, c or d."""
    first = sum(len(f"equation {number}\n") for number in range(1, line))
    span = _SOURCE.span(first, first + len(f"equation {line}"))
    return p.Assignment(_slot(name), value, span, indices)


@dataclass(frozen=True)
class Block:
    """A step of some assignments; `axes` of the variables that they compute."""

    assignments: p.Block
    axes: Mapping[str, tuple[Axis, ...]]
    holes: Mapping[str, tuple[tuple[int, ...], ...]] = field(default_factory=dict)
    units: str = ""
    lists: tuple[p.List, ...] = ()
    tables: tuple[p.Table, ...] = ()

    @property
    def program(self) -> p.Program:
        infos = {
            _slot(name): VariableInfo(
                name, name, Kind.CONSTANT, Space.PARAMETER, _slot(name).index, axes=axes,
                value=0.0,
            )
            for name, (axes, _) in _GIVEN.items()
        }  # fmt: skip
        infos |= {
            _slot(name): VariableInfo(
                name, name, Kind.AUXILIARY, Space.AUXILIARY, _slot(name).index,
                axes=axes, holes=self.holes.get(name, ()), units=self.units, line=1,
            )
            for name, axes in self.axes.items()
        }  # fmt: skip
        tables = {}
        if self.tables:
            slot = p.Slot(p.Bank.TABLE, 0)
            axes = (REGION,) if len(self.tables) > 1 else ()
            infos[slot] = VariableInfo("bend", "bend", Kind.LOOKUP, Space.TABLE, 0, axes=axes)
            tables[slot] = self.tables
        return p.Program(
            name="m", source=_SOURCE, method=Method.EULER, variables=tuple(infos.values()),
            info=infos, tables=tables, lists=self.lists, values={}, series={},
            constants=(), start=(), start_time=p.Literal(0.0), initial=(),
            step=self.assignments, changes=(), memories=(), stage=(),
        )  # fmt: skip

    @property
    def generated(self) -> backends.Generated:
        return backends.print_python(self.program)

    @property
    def text(self) -> str:
        """The statements of the step, without what is loaded first."""
        whole = self.generated.text
        step = whole[whole.index("\ndef step(") : whole.index("\ndef stage(")]
        body = step.split("\n\n", 1)[1][: step.split("\n\n", 1)[1].index("    return ")]
        lines = [line[4:] for line in body.rstrip().splitlines()]
        return "\n".join(lines)

    def computed(self) -> dict[str, Any]:
        """What the printed step computes, by name; the interpreter must agree to the last bit."""
        step = load_text(self.generated.text, "m").equations.step
        given = tuple(np.array(value) if axes else value for axes, value in _GIVEN.values())
        with np.errstate(divide="raise", invalid="raise"):
            auxiliaries = step(2.0, given, (), (), Draws(7.0))[0]
        found = dict(zip(self.axes, auxiliaries, strict=True))
        expected = self._interpreted()
        for name, value in found.items():
            holes = np.zeros(np.shape(value), dtype=bool)
            for hole in self.holes.get(name, ()):
                holes[hole] = True
            assert np.array_equal(np.where(holes, 0.0, value), np.where(holes, 0.0, expected[name]))
        return {name: np.asarray(value).tolist() for name, value in found.items()}

    def _interpreted(self) -> dict[str, Any]:
        interpreter = Interpreter(self.program, time=2.0)
        interpreter.given()
        interpreter.draws = Draws(7.0)
        for name, (axes, value) in _GIVEN.items():
            array = np.array(value)
            for places in np.ndindex(*(len(axis.elements) for axis in axes)):
                interpreter.values[_slot(name), places] = float(array[places])
        interpreter.block(self.assignments)
        return {
            name: interpreter.result(_slot(name), tuple(len(axis.elements) for axis in axes))
            for name, axes in self.axes.items()
        }


def one(value: p.Expression, *indices: system.Index, axes: tuple[Axis, ...], **more: Any) -> Block:
    """A block of one assignment, to `a`."""
    return Block((assign("a", value, *indices),), {"a": axes}, **more)
