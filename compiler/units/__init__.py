"""Units: whether a model's equations have the units that it says they have (reference F)."""

from .check import Checked, check_units
from .library import library_rules
from .measure import (
    ANY,
    NO_DIMENSION,
    UNKNOWN,
    Measure,
    Unit,
    power_of,
    product_of,
    ratio_of,
)
from .names import UnitNames
from .written import UnreadableUnitError, read_unit

__all__ = [
    "ANY",
    "NO_DIMENSION",
    "UNKNOWN",
    "Checked",
    "Measure",
    "Unit",
    "UnitNames",
    "UnreadableUnitError",
    "check_units",
    "library_rules",
    "power_of",
    "product_of",
    "ratio_of",
    "read_unit",
]
