"""Compiled models, written by hand in the shape that the compiler gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import pytest
from array_models import REGIONS

from s3c.runtime import CompiledModel, load_text

CONTROLS = """
    VariableInfo("FINAL TIME", "final_time", Kind.CONSTANT, Space.PARAMETER, 0, value=10.0),
    VariableInfo("INITIAL TIME", "initial_time", Kind.CONSTANT, Space.PARAMETER, 1, value=0.0),
    VariableInfo("SAVEPER", "saveper", Kind.AUXILIARY, Space.CONSTANT, 0),
    VariableInfo(
        "TIME STEP", "time_step", Kind.CONSTANT, Space.PARAMETER, 2, units="Year", value=0.5
    ),
"""

POPULATION = f'''"""Compiled from population.mdl by hand."""

import math

from s3c.runtime import CompiledModel, Equations, Kind, Lookup, Space, VariableInfo

ABI = 6

effect_of_crowding = Lookup(((0.0, 1.0), (200.0, 0.0)))  # Dmnl, population.mdl:30


def constants(parameters):
    (final_time, initial_time, time_step, birth_rate, lifetime, first) = parameters
    saveper = time_step  # Year, population.mdl:50
    double = 2.0 * birth_rate  # 1/Year, population.mdl:4
    return (saveper, double)


def start_time(fixed):
    (_, initial_time, _, _, _, _, _, _) = fixed
    return initial_time


def initial(time, fixed, draws):
    (_, _, _, birth_rate, _, first, _, double) = fixed
    population = first  # people, population.mdl:10
    population_at_first = population  # people, population.mdl:12
    return (population_at_first,), (population,), ()


def step(time, fixed, stocks, memory, draws):
    (_, _, _, birth_rate, lifetime, _, _, double, population_at_first) = fixed
    (population,) = stocks
    crowding = effect_of_crowding(population)  # Dmnl, population.mdl:16
    births = birth_rate * population * crowding  # people/Year, population.mdl:14
    deaths = population / lifetime  # people/Year, population.mdl:18
    root = math.sqrt(population - 1.0)  # people, population.mdl:20
    population_change = births - deaths  # people/Year, population.mdl:10
    return (crowding, births, deaths, root), (population_change,), ()


def stage(time, fixed, stocks, auxiliaries):
    (_, _, _, birth_rate, lifetime, _, _, double, population_at_first) = fixed
    (population,) = stocks
    (crowding, births, deaths, root) = auxiliaries
    crowding = effect_of_crowding(population)  # Dmnl, population.mdl:16
    births = birth_rate * population * crowding  # people/Year, population.mdl:14
    deaths = population / lifetime  # people/Year, population.mdl:18
    population_change = births - deaths  # people/Year, population.mdl:10
    return (population_change,)


model = CompiledModel(
    name="population",
    source="population.mdl",
    variables=({CONTROLS}
        VariableInfo(
            "birth rate", "birth_rate", Kind.CONSTANT, Space.PARAMETER, 3, units="1/Year",
            value=0.1,
        ),
        VariableInfo(
            "lifetime", "lifetime", Kind.CONSTANT, Space.PARAMETER, 4, units="Year", value=50.0
        ),
        VariableInfo(
            "first", "first", Kind.CONSTANT, Space.PARAMETER, 5, units="people", value=100.0
        ),
        VariableInfo("double", "double", Kind.AUXILIARY, Space.CONSTANT, 1, units="1/Year"),
        VariableInfo(
            "population at first", "population_at_first", Kind.INITIAL, Space.INITIAL, 0,
            units="people",
        ),
        VariableInfo(
            "population", "population", Kind.STOCK, Space.STOCK, 0, units="people",
            equation="population = INTEG(births - deaths, first)", line=10,
        ),
        VariableInfo("crowding", "crowding", Kind.AUXILIARY, Space.AUXILIARY, 0, line=16),
        VariableInfo(
            "births", "births", Kind.FLOW, Space.AUXILIARY, 1, units="people/Year", line=14
        ),
        VariableInfo(
            "deaths", "deaths", Kind.FLOW, Space.AUXILIARY, 2, units="people/Year",
            equation="deaths = population / lifetime", line=18,
        ),
        VariableInfo("root", "root", Kind.AUXILIARY, Space.AUXILIARY, 3, line=20),
        VariableInfo("effect of crowding", "effect_of_crowding", Kind.LOOKUP, Space.TABLE, 0),
    ),
    equations=Equations(constants, start_time, initial, step, stage),
)
run = model.run
'''


@pytest.fixture(scope="session")
def population() -> CompiledModel:
    """Births slowed by crowding, deaths, and a square root that may fail."""
    return load_text(POPULATION, "population")


Expressions: TypeAlias = Mapping[str, str]
MakeModel: TypeAlias = Callable[..., CompiledModel]

TIMES = {"final_time": 10.0, "initial_time": 0.0, "saveper": 1.0, "time_step": 1.0}
DISPLAY = {"saveper": "SAVEPER", "noise_seed": "NOISE SEED"} | {
    name: name.upper().replace("_", " ") for name in ("final_time", "initial_time", "time_step")
}


@pytest.fixture(scope="session")
def make_model() -> MakeModel:
    """A function that writes and loads a small model."""
    return write_model


def write_model(
    *,
    parameters: Mapping[str, float] | None = None,
    constants: Expressions | None = None,
    stocks: Mapping[str, tuple[str, str]] | None = None,
    auxiliaries: Expressions | None = None,
    memories: Mapping[str, tuple[str, str]] | None = None,
    method: str = "EULER",
) -> CompiledModel:
    """A model from Python expressions: stocks are (initial, change), memories (made, inputs)."""
    constants, stocks = constants or {}, stocks or {}
    auxiliaries, memories = auxiliaries or {}, memories or {}
    computed = {*constants, *auxiliaries}
    given = {name: value for name, value in TIMES.items() if name not in computed}
    given |= parameters or {}
    fixed = unpack((*given, *constants), "fixed")
    changes = [f"{name}_change" for name in stocks]
    flows = [f"    {name}_change = {change}" for name, (_, change) in stocks.items()]
    equations = [f"    {name} = {value}" for name, value in auxiliaries.items()]
    # What is drawn or remembered keeps its value inside a Runge-Kutta step.
    held = {
        name
        for name, value in auxiliaries.items()
        if "random" in value or any(each in value for each in memories)
    }
    lines = [
        '"""Compiled from test.mdl by hand."""',
        "import math",
        "from s3c.runtime import *",
        "from s3c.runtime.distributions import random_normal, random_uniform",
        "ABI = 6",
        "def constants(parameters):",
        unpack(given, "parameters"),
        *(f"    {name} = {value}" for name, value in constants.items()),
        f"    return {pack(constants)}",
        "def start_time(fixed):",
        fixed,
        "    return initial_time" if "initial_time" in {*given, *constants} else "    return 0.0",
        "def initial(time, fixed, draws):",
        fixed,
        *(f"    {name} = {start}" for name, (start, _) in stocks.items()),
        *(f"    {name} = {made}" for name, (made, _) in memories.items()),
        f"    return (), {pack(stocks)}, {pack(memories)}",
        "def step(time, fixed, stocks, memory, draws):",
        fixed,
        unpack(stocks, "stocks"),
        unpack(memories, "memory"),
        *equations,
        *flows,
        f"    return {pack(auxiliaries)}, {pack(changes)}, "
        + pack([f"({inputs},)" for _, inputs in memories.values()]),
        "def stage(time, fixed, stocks, auxiliaries):",
        fixed,
        unpack(stocks, "stocks"),
        unpack(auxiliaries, "auxiliaries"),
        *(f"    {name} = {value}" for name, value in auxiliaries.items() if name not in held),
        *flows,
        f"    return {pack(changes)}",
        "model = CompiledModel('test', 'test.mdl', (",
        *(info(name, "PARAMETER", i, value) for i, (name, value) in enumerate(given.items())),
        *(info(name, "CONSTANT", place) for place, name in enumerate(constants)),
        *(info(name, "STOCK", place) for place, name in enumerate(stocks)),
        *(info(name, "AUXILIARY", place) for place, name in enumerate(auxiliaries)),
        f"), Equations(constants, start_time, initial, step, stage), Method.{method})",
    ]
    return load_text("\n".join(lines), "test")


def pack(names: Mapping[str, object] | list[str]) -> str:
    return f"({''.join(f'{name}, ' for name in names)})"


def unpack(names: Mapping[str, object] | tuple[str, ...], source: str) -> str:
    return f"    ({''.join(f'{name}, ' for name in names)}) = {source}"


def info(name: str, space: str, index: int, value: float | None = None) -> str:
    kind = {"PARAMETER": "CONSTANT", "CONSTANT": "AUXILIARY"}.get(space, space)
    shown = DISPLAY.get(name, name.replace("_", " "))
    return (
        f"    VariableInfo({shown!r}, {name!r}, Kind.{kind}, Space.{space}, {index}, "
        f"value={value!r}),"
    )


DELAYS = '''"""Values loaded by their places, and memories made where they are returned."""

from s3c.runtime import CompiledModel, Equations, FixedDelay, Held, Kind, Space, VariableInfo

ABI = 6


def constants(parameters):
    return ()


def start_time(fixed):
    return 0.0


def initial(time, fixed, draws):
    longest = fixed[0]
    shipment = 3.0
    return ((), (shipment,), (FixedDelay(longest, 3.0, 1.0), Held(0.0)))


def step(time, fixed, stocks, memory, draws):
    stock = stocks[0]

    shipment = memory[0]
    sample = time if time == 4.0 else memory[1]
    stock_change = 1.0 / (3.0 - time)
    return (
        (shipment, sample),
        (stock_change,),
        ((1.0 / (time - 5.0),), (sample,)),
    )


def stage(time, fixed, stocks, auxiliaries):
    shipment = auxiliaries[0]
    stock_change = 1.0 / (3.0 - time)
    return (stock_change,)


model = CompiledModel(
    name="delays",
    source="delays.mdl",
    variables=(
        VariableInfo("longest", "longest", Kind.CONSTANT, Space.PARAMETER, 0, value=2.0),
        VariableInfo("FINAL TIME", "final_time", Kind.CONSTANT, Space.PARAMETER, 1, value=8.0),
        VariableInfo("stock", "stock", Kind.STOCK, Space.STOCK, 0),
        VariableInfo("shipment", "shipment", Kind.STOCK, Space.AUXILIARY, 0, line=7),
        VariableInfo("sample", "sample", Kind.STOCK, Space.AUXILIARY, 1),
    ),
    equations=Equations(constants, start_time, initial, step, stage),
)
'''


@pytest.fixture(scope="session")
def delays() -> CompiledModel:
    """A delay whose input fails at time 5, a sample, and a stock whose change fails at time 3."""
    return load_text(DELAYS, "delays")


@pytest.fixture(scope="session")
def regions() -> CompiledModel:
    """Two regions of three ages: East starts with 1 person of each age, West with 2."""
    return load_text(REGIONS, "regions")
