"""Units: whether a model's equations have the units that it says they have (reference F)."""

from .check import Checked, check_units
from .library import library_rules
from .measure import ANY, NO_DIMENSION, UNKNOWN, Measure, Unit
from .names import UnitNames
from .written import read_unit

__all__ = [
    "ANY",
    "NO_DIMENSION",
    "UNKNOWN",
    "Checked",
    "Measure",
    "Unit",
    "UnitNames",
    "check_units",
    "library_rules",
    "read_unit",
]
