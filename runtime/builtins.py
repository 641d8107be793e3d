"""All functions of the language: the registry is complete once this module is imported.

Those of numbers stand in `number_functions`, those of time in `time_inputs`, those of arrays in
`array_functions` and `allocation`, random ones in `distributions`; each module registers its own. A
generated module imports only those that have the functions it calls, so that a run waits for no
others.
"""

from __future__ import annotations

from . import (  # noqa: F401  (they register theirs)
    allocation,
    array_functions,
    calendar_time,
    conveyors,
    delays,
    discrete_delays,
    distributions,
    finance,
    forms,
    limited_stocks,
    lookup_functions,
    memory,
    number_functions,
    queues,
    searches,
    shift,
    time_inputs,
)
from .data import functions  # noqa: F401  (so does this)
from .registry import REGISTRY, ArrayKind, Builtin

__all__ = ["REGISTRY", "ArrayKind", "Builtin"]
