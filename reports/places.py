"""Scenarios and times, as blocks and claims name them."""

from __future__ import annotations

from s3c.experiments import Experiment, entries
from s3c.runtime import did_you_mean, printable

from .tree import Times

__all__ = ["read_scenario", "read_scenarios", "read_times"]

_LONGEST = 200  # of a name that is looked for among others
_MOST_NAMED = 5


def read_scenario(entry: entries.Entry, experiment: Experiment) -> str | None:
    """The name of a scenario; None if there is none, and that is taken down."""
    name = entry.text()
    known = [each.name for each in experiment.scenarios]
    if name is None or name in known:
        return name
    shown = ", ".join(f"“{printable(each)}”" for each in known[:_MOST_NAMED])
    more = " and others" if len(known) > _MOST_NAMED else ""
    message = f"there is no scenario “{printable(name[:_LONGEST])}”"
    hint = did_you_mean(name[:_LONGEST], known) or f"there are {shown}{more}"
    entry.wrong("S3C731", message, hint)
    return None


def read_scenarios(entry: entries.Entry | None, experiment: Experiment) -> tuple[str, ...]:
    """The names of scenarios, each once."""
    if entry is None:
        return ()
    found = entry.one_or_more(lambda each: read_scenario(each, experiment))
    return tuple(dict.fromkeys(found))


def read_times(entry: entries.Entry | None) -> Times | None:
    """Two times, the earlier first; None if they are wrong, or not given."""
    if entry is None:
        return None
    times = entry.items(entries.Entry.number)
    if isinstance(entry.value, list) and (len(times) != 2 or not times[0] < times[1]):
        entry.wrong("S3C732", "“times” must be two times, the earlier first", "write [0, 50]")
        return None
    return (times[0], times[1]) if times else None
