"""A compiled model with arrays, written by hand in the shape that the compiler gives one."""

from __future__ import annotations

REGIONS = '''"""Compiled from regions.mdl by hand: arrays over regions and ages."""

import math

import numpy as np

from s3c.runtime import (
    Axis, CompiledModel, Equations, FixedDelay, Kind, Lookup, MemoryArray, Space, VariableInfo,
    elementwise, look_up,
)

ABI = 6

REGION = Axis("Region", ("East", "West"))
AGE = Axis("Age", ("young", "middle", "old"))

bend = np.array([Lookup(((0.0, 0.0), (10.0, 20.0))), Lookup(((0.0, 1.0),))], dtype=object)


def constants(parameters):
    rate = parameters[3]
    double = rate * 2.0  # 1/Year, regions.mdl:3
    return (double,)


def start_time(fixed):
    return fixed[1]


def initial(time, fixed, draws):
    first = fixed[4]
    population = np.empty((2, 3))
    population[...] = first[:, None]  # people, regions.mdl:5
    lagged = np.full((2,), 7.0)
    return (), (population,), (MemoryArray(FixedDelay, (2,), 2.0, lagged, 1.0),)


def step(time, fixed, stocks, memory, draws):
    rate = fixed[3]  # 1/Year
    first = fixed[4]
    double = fixed[5]
    population = stocks[0]  # people

    births = rate * population[:, 0]  # people/Year, regions.mdl:10
    share = 1.0 / (population[:, 0] - 8.0)  # regions.mdl:11
    flow = np.empty((2, 3))  # people/Year
    flow[:, 0] = births  # regions.mdl:12
    flow[:, 1:] = population[:, :2] * 0.5  # regions.mdl:13
    level = np.empty((2, 3))  # people
    for i in range(2):  # regions.mdl:14
        for j in range(3):
            level[i, j] = 1.0 / (population[i, j] - 9.0) if population[i, j] > 0.0 else 0.0
    root = elementwise(math.sqrt, 20.0 - population[0])  # regions.mdl:15
    curve = elementwise(look_up, bend, births)  # regions.mdl:16
    lagged = memory[0]  # people, regions.mdl:17
    chain = np.empty((3,))
    chain[0] = population[0, 0]  # regions.mdl:18
    for i in range(1, 3):  # regions.mdl:19
        chain[i] = chain[i - 1] * 2.0
    patchy = np.full((2, 3), 0.0)
    patchy[0, :] = population[0, :]  # regions.mdl:20
    total = float(np.add.accumulate(population.ravel())[-1])  # people, regions.mdl:21
    population_change = np.empty((2, 3))
    population_change[...] = flow  # regions.mdl:5
    return (
        (births, share, flow, level, root, curve, lagged, chain, patchy, total),
        (population_change,),
        ((births,),),
    )


def stage(time, fixed, stocks, auxiliaries):
    rate = fixed[3]  # 1/Year
    population = stocks[0]  # people

    births = rate * population[:, 0]  # people/Year, regions.mdl:10
    flow = np.empty((2, 3))  # people/Year
    flow[:, 0] = births  # regions.mdl:12
    flow[:, 1:] = population[:, :2] * 0.5  # regions.mdl:13
    population_change = np.empty((2, 3))
    population_change[...] = flow  # regions.mdl:5
    return (population_change,)


def aux(name, index, *axes, **more):
    python_name = name.lower()
    return VariableInfo(
        name, python_name, Kind.AUXILIARY, Space.AUXILIARY, index, axes=axes, **more
    )


model = CompiledModel(
    name="regions",
    source="regions.mdl",
    variables=(
        VariableInfo("FINAL TIME", "final_time", Kind.CONSTANT, Space.PARAMETER, 0, value=4.0),
        VariableInfo("INITIAL TIME", "initial_time", Kind.CONSTANT, Space.PARAMETER, 1, value=0.0),
        VariableInfo(
            "TIME STEP", "time_step", Kind.CONSTANT, Space.PARAMETER, 2, units="Year", value=1.0
        ),
        VariableInfo(
            "rate", "rate", Kind.CONSTANT, Space.PARAMETER, 3, units="1/Year", value=0.5,
            axes=(REGION,),
        ),
        VariableInfo(
            "first", "first", Kind.CONSTANT, Space.PARAMETER, 4, value=(1.0, 2.0), axes=(REGION,)
        ),
        VariableInfo(
            "double", "double", Kind.AUXILIARY, Space.CONSTANT, 0, units="1/Year", axes=(REGION,)
        ),
        VariableInfo(
            "Population", "population", Kind.STOCK, Space.STOCK, 0, units="people",
            axes=(REGION, AGE), line=5, documentation="Who lives there.",
        ),
        aux("births", 0, REGION, units="people/Year", line=10),
        aux("share", 1, REGION, line=11, equation="share[Region] = 1/(Population[Region,young]-8)"),
        aux(
            "Flow", 2, REGION, AGE, line=12, equation="Flow[Region,young] = births[Region]",
            equations=(
                (12, "Flow[Region,young] = births[Region]"),
                (13, "Flow[Region,older] = Population[Region,before] * 0.5"),
            ),
        ),
        aux("level", 3, REGION, AGE, line=14),
        aux("root", 4, AGE, line=15),
        aux("curve", 5, REGION, line=16),
        aux("lagged", 6, REGION, line=17),
        aux("chain", 7, AGE, line=18),
        aux("patchy", 8, REGION, AGE, holes=((1, 0), (1, 1), (1, 2))),
        aux("total", 9, units="people"),
        VariableInfo("bend", "bend", Kind.LOOKUP, Space.TABLE, 0, axes=(REGION,)),
    ),
    equations=Equations(constants, start_time, initial, step, stage),
)
'''
