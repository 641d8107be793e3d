"""Models whose units were read by hand and found consistent: no alarm is right on any of them."""

from __future__ import annotations

from unit_models import CONTROLS

__all__ = ["COMMUNITY", "WRITTEN"]

COMMUNITY = {
    "samples/SIR/SIR.mdl": (),
    "samples/simple_harmonic_oscillator/simple_harmonic_oscillator.mdl": (),
    "samples/teacup/teacup.mdl": ("Minute,Minutes",),
    "samples/Lotka_Volterra/Lotka_Volterra.mdl": ("Hare,Hares", "Fox,Foxes"),
}
"""Models of the community, with the synonyms that they mean and do not list."""

WRITTEN = {
    "inventory": """
Inventory = INTEG(production - shipments, desired inventory) ~ Widget ~|
production = MAX(0, DELAY3(orders to make, time to make)) ~ Widget/Week ~|
orders to make = expected + (desired inventory - Inventory) / time to adjust ~ Widget/Week ~|
expected = SMOOTHI(demand, time to smooth, demand) ~ Widget/Week ~|
desired inventory = coverage * expected ~ Widget ~|
shipments = demand * fill(Inventory / desired inventory) ~ Widget/Week ~|
fill((0, 0), (1, 0.9), (2, 1)) ~ Dmnl ~|
demand = 100 + STEP(20, 5) + RAMP(1, 10, 15) ~ Widget/Week ~|
time to make = 4 ~ Weeks ~|
time to adjust = 8 ~ Week ~|
time to smooth = 6 ~ Week ~|
coverage = 3 ~ Week ~|
turns = ZIDZ(shipments, Inventory) ~ 1/Week ~|
TIME STEP = 0.25 ~ Week ~|
INITIAL TIME = 0 ~ Week ~|
FINAL TIME = 20 ~ Week ~|
SAVEPER = 1 ~ Week ~|
""",
    "ages": """
Age: young, grown, old ~~|
Working: grown, old ~~|
Earlier: young, grown -> Later ~~|
Later: grown, old ~~|
People[young] = INTEG(births - ageing[young] - dying[young], 100) ~ Person ~|
People[Later] = INTEG(ageing[Earlier] - dying[Later], 50) ~ Person ~|
ageing[Earlier] = People[Earlier] / years in[Earlier] ~ Person/Year ~|
years in[Earlier] = 15, 50 ~ Year ~|
dying[Age] = People[Age] * mortality[Age] ~ Person/Year ~|
mortality[Age] = 0.01, 0.02, 0.1 ~ 1/Year ~|
births = fertility * People[grown] ~ Person/Year ~|
fertility = 0.05 ~ Person/Person/Year ~|
whole = SUM(People[Age!]) ~ Person ~|
largest = VMAX(People[Age!]) ~ Person ~|
order[Age] = VECTOR RANK(People[Age], 1) ~ Dmnl ~|
share of work[Working] = People[Working] / whole ~ Dmnl ~|
"""
    + CONTROLS,
    "project": """
:MACRO: ADJUSTED(goal, level, tau)
ADJUSTED = gap / tau ~ goal / tau ~|
gap = goal - level ~ goal ~|
:END OF MACRO:
Staff = INTEG(ADJUSTED(wanted, Staff, time to hire), 10) ~ Person ~|
wanted = IF THEN ELSE(Work > 0 :AND: Time < deadline, Work / (left * productivity), 1) ~ Person ~|
left = MAX(deadline - Time, TIME STEP) ~ Year ~|
Work = INTEG(-doing, scope) ~ Task ~|
doing = MIN(Staff * productivity * morale, Work / TIME STEP) ~ Task/Year ~|
morale = 1 / (1 + (fatigue / reference fatigue) ^ steepness) ~ Dmnl ~|
steepness = 2 ~ Dmnl ~|
fatigue = SMOOTH3I(doing / Staff, time to tire, reference fatigue) ~ Task/Year/Person ~|
reference fatigue = 90 ~ Task/(Person*Year) ~|
time to tire = 0.5 ~ Years ~|
productivity = 40 ~ Task/Person/Year ~|
time to hire = 0.5 ~ Year ~|
deadline = 8 ~ Year ~|
scope = 2000 ~ Task ~|
done = 1 - Work / scope ~ Dmnl ~|
"""
    + CONTROLS,
    "finance": """
earnings = revenue - cost ~ $/Year ~|
revenue = price * sales ~ $/Year ~|
price = base price * (1 + inflation) ^ 2 ~ $/Unit ~|
inflation = 0.02 ~ 1 ~|
base price = 5 ~ Dollars/Unit ~|
sales = 1000 + RANDOM NORMAL(-50, 50, 0, 20, 7) ~ Units/Year ~|
cost = 4000 ~ $/Year ~|
rate = 0.05 ~ 1/Year ~|
value = NPV(earnings, rate, 0, 1) ~ $ ~|
growth = TREND(revenue, 3, rate) ~ 1/Year ~|
foreseen = FORECAST(revenue, horizon, horizon) ~ $/Year ~|
horizon = 2 ~ Year ~|
Debt = INTEG(Debt * rate - repaid, borrowed) ~ $ ~|
borrowed = 100 ~ $ ~|
repaid = PULSE TRAIN(1, TIME STEP, 2, 9) * instalment / TIME STEP ~ $/Year ~|
instalment = 10 ~ $ ~|
discounted = Debt * EXP(-rate * (Time - INITIAL TIME)) ~ $ ~|
"""
    + CONTROLS,
    "falling": """
Height = INTEG(speed, 100) ~ Meter ~|
Speed up = INTEG(gravity + drag / mass, 0) ~ Meter/Second ~|
speed = Speed up ~ Meter/Second ~|
gravity = -9.81 ~ Meter/Second^2 ~|
drag = resistance * speed ^ 2 ~ Kilogram*Meter/(Second*Second) ~|
resistance = 0.01 ~ Kilogram/Meter ~|
mass = 1 ~ Kilogram ~|
impact speed = SQRT(2 * ABS(gravity) * MAX(Height, 0)) ~ Meter/Second ~|
angle = ARCTAN(speed / impact speed) ~ Dmnl ~|
energy = mass * speed ^ 2 / 2 - mass * gravity * Height ~ Kilogram*Meter^2/Second^2 ~|
TIME STEP = 0.125 ~ Second ~|
INITIAL TIME = 0 ~ Second ~|
FINAL TIME = 4 ~ Second ~|
SAVEPER = TIME STEP ~ Second ~|
""",
    "pipeline": """
arrivals = 5 + STEP(2, 3) ~ Patient/Year ~|
treated = DELAY FIXED(arrivals, stay, 0) ~ Patient/Year ~|
stay = 2 ~ Year ~|
later = DELAY N(treated, recovery, 0, 4) ~ Patient/Year ~|
recovery = 3 ~ Year ~|
out = DELAYP(later, stay : recovering) ~ Patient/Year ~|
all recovering = recovering + 0 ~ Patient ~|
seen = SAMPLE IF TRUE(Time > 4, all recovering, 0) ~ Patient ~|
first = INITIAL(arrivals) ~ Patient/Year ~|
game = GAME(capacity) ~ Patient ~|
capacity = 20 ~ Patient ~|
busy = ACTIVE INITIAL(all recovering / game, 0.5) ~ Dmnl ~|
crowd = IF THEN ELSE(busy >= 1 :OR: game < 1, capacity - all recovering, :NA:) ~ Patient ~|
whole days = INTEGER(MODULO(Time, 2)) * 0 + QUANTUM(Time, 0.5) ~ Year ~|
price = WITH LOOKUP(busy, ((0, 1), (1, 3))) ~ $/Patient ~|
spent = INTEG(price * arrivals, 0) ~ $ ~|
"""
    + CONTROLS,
}
