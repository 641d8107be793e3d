"""Runs compiled models: needs numpy alone, and knows nothing of the language they came from.

Names are imported when they are first used, so that a compiled model starts in milliseconds.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .arrays import elementwise, look_up
    from .builtins import REGISTRY, ArrayKind, Builtin
    from .calendar_time import Calendar, TimeUnit
    from .changes_file import read_changes
    from .checks import (
        CheckFailure,
        CheckReport,
        CheckResult,
        CompiledCheck,
        ModelChecks,
        Observation,
        Verdict,
    )
    from .companions import elements_named, on_top, read_save_list
    from .comparison import Comparison, Difference, causal_order, compare, series_of
    from .contract import (
        ABI,
        CLOCK,
        NA,
        Array,
        Axis,
        CompiledModel,
        DataEquation,
        Equations,
        Kind,
        Memory,
        Message,
        Method,
        Numbers,
        Reading,
        Space,
        Sums,
        TextOf,
        VariableInfo,
        Vector,
    )
    from .conveyors import Conveyor, ProfileDelay
    from .data.datasets import Series, read_dataset
    from .data.external import Files
    from .data.functions import BETWEEN_POINTS, DATA_POINT, HAS_DATA_POINT, IS_BETWEEN_POINTS
    from .data.outside import files_missing
    from .data.series import DataSeries
    from .data.supplied import supplied_points
    from .delays import FixedDelay, NthOrderDelay, NthOrderSmooth
    from .derivative_names import derivative_name
    from .discrete_delays import BatchDelay, InformationDelay, MaterialDelay
    from .documentation import Check, Documentation, Evidence, read_documentation
    from .doubts import Doubt, times_off_grid
    from .engines import Engine, engine_for, engine_of, seconds_a_step
    from .errors import (
        Failure,
        ReadingError,
        RunError,
        SimulationError,
        UnknownNameError,
        unknown_name,
    )
    from .files import open_file, read_whole, write_whole
    from .labelled import attributes, dimensions
    from .load import code_of, load_module, load_text
    from .lookups import Lookup
    from .memory import Held, MemoryArray
    from .names import did_you_mean, display_name, fold, printable, printable_lines
    from .native.plan import KernelPlan, Plan, Request, Stretch
    from .notices import Shown
    from .pictures import (
        COLOURS,
        DOTS_PER_INCH,
        PICTURE_WIDTH,
        drawing,
        new_figure,
        picture,
        plain_axes,
        save_figure,
        spread,
        time_label,
        wrapped,
    )
    from .points import lookup_points
    from .queues import AttributeQueue, FifoQueue, Queue
    from .random import Draws, philox
    from .results import Run
    from .searches import until_found
    from .sections import Phase, Section
    from .setting import apply_changes
    from .shift import SHIFTED
    from .simulation import simulate
    from .state import model_of_state
    from .step_check import StepChange, StepCheck, check_step
    from .stepping import Simulation
    from .subscripts import (
        Selection,
        columns_of,
        element_name,
        place_along,
        split_subscripts,
    )
    from .tables import write_table
    from .version import VERSION
    from .watched_lookups import WatchedLookup, watch_lookups

__all__ = [
    "ABI",
    "BETWEEN_POINTS",
    "CLOCK",
    "COLOURS",
    "DATA_POINT",
    "DOTS_PER_INCH",
    "HAS_DATA_POINT",
    "IS_BETWEEN_POINTS",
    "NA",
    "PICTURE_WIDTH",
    "REGISTRY",
    "SHIFTED",
    "VERSION",
    "Array",
    "ArrayKind",
    "AttributeQueue",
    "Axis",
    "BatchDelay",
    "Builtin",
    "Calendar",
    "Check",
    "CheckFailure",
    "CheckReport",
    "CheckResult",
    "Comparison",
    "CompiledCheck",
    "CompiledModel",
    "Conveyor",
    "DataEquation",
    "DataSeries",
    "Difference",
    "Documentation",
    "Doubt",
    "Draws",
    "Engine",
    "Equations",
    "Evidence",
    "Failure",
    "FifoQueue",
    "Files",
    "FixedDelay",
    "Held",
    "InformationDelay",
    "KernelPlan",
    "Kind",
    "Lookup",
    "MaterialDelay",
    "Memory",
    "MemoryArray",
    "Message",
    "Method",
    "ModelChecks",
    "NthOrderDelay",
    "NthOrderSmooth",
    "Numbers",
    "Observation",
    "Phase",
    "Plan",
    "ProfileDelay",
    "Queue",
    "Reading",
    "ReadingError",
    "Request",
    "Run",
    "RunError",
    "Section",
    "Selection",
    "Series",
    "Shown",
    "Simulation",
    "SimulationError",
    "Space",
    "StepChange",
    "StepCheck",
    "Stretch",
    "Sums",
    "TextOf",
    "TimeUnit",
    "UnknownNameError",
    "VariableInfo",
    "Vector",
    "Verdict",
    "WatchedLookup",
    "apply_changes",
    "attributes",
    "causal_order",
    "check_step",
    "code_of",
    "columns_of",
    "compare",
    "derivative_name",
    "did_you_mean",
    "dimensions",
    "display_name",
    "drawing",
    "element_name",
    "elements_named",
    "elementwise",
    "engine_for",
    "engine_of",
    "files_missing",
    "fold",
    "load_module",
    "load_text",
    "look_up",
    "lookup_points",
    "model_of_state",
    "new_figure",
    "on_top",
    "open_file",
    "philox",
    "picture",
    "place_along",
    "plain_axes",
    "printable",
    "printable_lines",
    "read_changes",
    "read_dataset",
    "read_documentation",
    "read_save_list",
    "read_whole",
    "save_figure",
    "seconds_a_step",
    "series_of",
    "simulate",
    "split_subscripts",
    "spread",
    "supplied_points",
    "time_label",
    "times_off_grid",
    "unknown_name",
    "until_found",
    "watch_lookups",
    "wrapped",
    "write_table",
    "write_whole",
]

_HOMES = {
    "arrays": ("elementwise", "look_up"),
    "builtins": ("REGISTRY", "ArrayKind", "Builtin"),
    "calendar_time": ("Calendar", "TimeUnit"),
    "comparison": ("Comparison", "Difference", "causal_order", "compare", "series_of"),
    "changes_file": ("read_changes",),
    "checks": (
        *("CheckFailure", "CheckReport", "CheckResult", "CompiledCheck", "ModelChecks"),
        *("Observation", "Verdict"),
    ),
    "companions": ("elements_named", "on_top", "read_save_list"),
    "contract": (
        *("ABI", "CLOCK", "NA", "Array", "Axis", "CompiledModel", "DataEquation", "Equations"),
        *("Kind", "Memory", "Message", "Method", "Numbers", "Reading", "Space", "Sums", "TextOf"),
        *("VariableInfo", "Vector"),
    ),
    "data.datasets": ("Series", "read_dataset"),
    "documentation": ("Check", "Documentation", "Evidence", "read_documentation"),
    "engines": ("Engine", "engine_for", "engine_of", "seconds_a_step"),
    "errors": (
        *("Failure", "ReadingError", "RunError", "SimulationError", "UnknownNameError"),
        "unknown_name",
    ),
    "doubts": ("Doubt", "times_off_grid"),
    "files": ("open_file", "read_whole", "write_whole"),
    "labelled": ("attributes", "dimensions"),
    "load": ("code_of", "load_module", "load_text"),
    "pictures": (
        *("COLOURS", "DOTS_PER_INCH", "PICTURE_WIDTH", "drawing", "new_figure", "picture"),
        *("plain_axes", "save_figure", "spread", "time_label", "wrapped"),
    ),
    "points": ("lookup_points",),
    "lookups": ("Lookup",),
    "conveyors": ("Conveyor", "ProfileDelay"),
    "derivative_names": ("derivative_name",),
    "delays": ("FixedDelay", "NthOrderDelay", "NthOrderSmooth"),
    "discrete_delays": ("BatchDelay", "InformationDelay", "MaterialDelay"),
    "queues": ("AttributeQueue", "FifoQueue", "Queue"),
    "memory": ("Held", "MemoryArray"),
    "names": ("did_you_mean", "display_name", "fold", "printable", "printable_lines"),
    "native.plan": ("KernelPlan", "Plan", "Request", "Stretch"),
    "notices": ("Shown",),
    "setting": ("apply_changes",),
    "random": ("Draws", "philox"),
    "results": ("Run",),
    "data.external": ("Files",),
    "data.functions": (*("BETWEEN_POINTS", "DATA_POINT", "HAS_DATA_POINT", "IS_BETWEEN_POINTS"),),
    "data.outside": ("files_missing",),
    "data.series": ("DataSeries",),
    "data.supplied": ("supplied_points",),
    "searches": ("until_found",),
    "shift": ("SHIFTED",),
    "sections": ("Phase", "Section"),
    "simulation": ("simulate",),
    "state": ("model_of_state",),
    "step_check": ("StepChange", "StepCheck", "check_step"),
    "stepping": ("Simulation",),
    "subscripts": (
        *("Selection", "columns_of", "element_name", "place_along", "split_subscripts"),
    ),
    "tables": ("write_table",),
    "version": ("VERSION",),
    "watched_lookups": ("WatchedLookup", "watch_lookups"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562)."""
    if name not in _HOME:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
