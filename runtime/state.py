"""The state of a run as a file, from which it goes on; `docs/state.md` describes the format.

A state file may come from anybody. Nothing of it is executed; all that it says is checked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .beginning import Begun, Given, integration_of, prepared
from .checked import Part, malformed
from .clock import MOST_STEPS
from .contract import CompiledModel, Space
from .errors import RunError, bad_file
from .files import open_file, write_whole
from .integrate import Start
from .memory_state import memory_part, memory_read, plain_number
from .names import printable
from .random import MOST_RUNS
from .recording import Recording
from .setting import apply_changes
from .state_parts import (
    changes_part,
    data_digest,
    failure_part,
    read_asked,
    read_clock,
    read_saved,
    read_vector,
    restore_failures,
    restore_messages,
    restore_shortfall,
    saved_part,
    vector_part,
)

if TYPE_CHECKING:
    from .guards import Guard
    from .setting import Change

__all__ = ["MOST_BYTES", "model_of_state", "read_state", "resumed", "write_state"]

FORMAT, VERSION = "s3c state", 1
MOST_BYTES = 1 << 28
"""A state file is no larger than this: some ten million numbers."""

_SECTIONS = (
    *("format", "version", "model", "asked", "data", "run", "clock", "steps", "ended"),
    *("stocks", "memories", "late", "saved", "messages", "failures", "shortfall"),
)
_OTHER_DATA = "the data are other than those that the run had when its state was saved"


def write_state(
    path: str | PathLike[str], begun: Begun, later: Mapping[str, Change], guard: Guard
) -> None:
    """Write the state of a run.

    Args:
        path: of the file; what stands there is replaced when all is written.
        begun: the run.
        later: what was set on the way.
        guard: has the failures that the run went on after.

    Raises:
        RunError: S3C606, it cannot be written, or would be too large.
    """
    parts = _document(begun, later, guard)
    lines = (f"{json.dumps(name)}: {json.dumps(part)}" for name, part in parts.items())
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    data = text.encode("ascii")
    if len(data) > MOST_BYTES:
        why = f"would be larger than {MOST_BYTES >> 20} MB"
        raise bad_file(fspath(path), why, "keep fewer variables, by `save`, or a longer SAVEPER")
    write_whole(Path(path), data)


def _document(begun: Begun, later: Mapping[str, Change], guard: Guard) -> dict[str, Any]:
    """All sections of a state file, in order."""
    model, asked, run = begun.model, begun.asked, begun.integration
    before = run.lagging.before if run.lagging else ()
    shortfall = run.shortfall
    return {
        "format": FORMAT,
        "version": VERSION,
        "model": {"name": model.name, "source": model.source, "digest": _digest(model)},
        "asked": {
            "changes": changes_part(model, asked.changes),
            "texts": dict(asked.texts),
            "set": changes_part(model, later),
            "method": str(asked.method),
            "seed": asked.seed,
            "clock": None if begun.clock is None else begun.clock.isoformat(),
            "save": None if asked.save is None else list(asked.save),
            "on_error": asked.on_error,
        },
        "data": data_digest(begun.supplied),
        "run": asked.run_number,
        "clock": {
            name: value if isinstance(value, int) else plain_number(value)
            for name, value in run.clock.state._asdict().items()
        },
        "steps": run.count,
        "ended": run.ended,
        "stocks": vector_part(model, (Space.STOCK,), run.stocks),
        "memories": [memory_part(each) for each in run.memories],
        "late": vector_part(model, (Space.AUXILIARY,), before) if before else None,
        "saved": saved_part(model, begun.recording.saved),
        "messages": [[*each] for each in begun.notices.shown] if begun.notices else [],
        "failures": [failure_part(*each) for each in getattr(guard, "failures", {}).items()],
        "shortfall": None
        if shortfall is None
        else {
            "steps": shortfall.steps,
            "time": plain_number(shortfall.time),
            "name": shortfall.name,
            "excess": plain_number(shortfall.excess),
        },
    }


def read_state(path: str | PathLike[str]) -> dict[str, Part]:
    """The sections of a state file.

    Raises:
        RunError: S3C606, it cannot be read; S3C612, it is malformed.
    """
    try:
        with open_file(path) as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise bad_file(fspath(path), f"cannot be read: {reason}") from None
    if len(data) > MOST_BYTES:
        raise malformed("", f"is larger than {MOST_BYTES >> 20} MB")
    try:
        document = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise malformed("", "is not JSON in UTF-8") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise malformed("", f"does not say that its format is “{FORMAT}”")
    if document.get("version") != VERSION:
        raise malformed("", f"is not of version {VERSION}, the only one that is known")
    return Part(document).fields(*_SECTIONS)


def model_of_state(path: str | PathLike[str]) -> str:
    """The name of the model file that a state file is of.

    Raises:
        RunError: S3C606, it cannot be read; S3C612, it is malformed.
    """
    part = read_state(path)["model"]
    return part.fields("name", "source", "digest")["source"].text()


def resumed(model: CompiledModel, sections: Mapping[str, Part], given: Given) -> Begun:
    """A run that stands where a state file says.

    Args:
        model: the model that the state is of.
        sections: of the file.
        given: the data of the run, which the file does not hold.

    Raises:
        RunError: S3C611, the state is of another model; S3C612, it is malformed; and what
            `simulate` raises.
    """
    _check_model(model, sections["model"])
    asked, later = read_asked(sections["asked"])
    asked = replace(asked, run_number=sections["run"].whole(0, MOST_RUNS - 1))
    begun = prepared(model, asked, given, later)
    if sections["data"].text() != data_digest(begun.supplied):
        notes = (*begun.outside.notes, _OTHER_DATA)
        begun.outside = type(begun.outside)(begun.outside.values, begun.outside.missing, notes)
    clock = read_clock(sections["clock"])
    saved = read_saved(model, asked, sections["saved"])
    begun.recording = Recording(model, asked.save, saved)
    fixed = saved.fixed[-1][1]
    stocks = read_vector(model, (Space.STOCK,), sections["stocks"])
    memories = _memories(begun, sections["memories"])
    begun.start = Start(clock.start, fixed, stocks, memories)
    draws = begun.draws_of(fixed)
    # REINITIAL is not computed again: the run is to be the one that was not stopped.
    begun.integration = integration_of(begun, draws)
    late = sections["late"]
    begun.integration.restore(
        sections["steps"].whole(0, MOST_STEPS + 1),
        clock,
        ended=sections["ended"].flag(),
        before=None if late.value is None else read_vector(model, (Space.AUXILIARY,), late),
    )
    restore_messages(begun, sections["messages"])
    restore_failures(begun, sections["failures"])
    restore_shortfall(begun.integration, sections["shortfall"])
    return begun


def _refuse_constant(name: str) -> float:
    msg = f"JSON has no {name}"
    raise ValueError(msg)


def _digest(model: CompiledModel) -> str:
    """Of the generated module's text."""
    return hashlib.sha256(model.text.encode("utf-8", "surrogatepass")).hexdigest()


def _check_model(model: CompiledModel, part: Part) -> None:
    """Refuse the state of another model."""
    fields = part.fields("name", "source", "digest")
    name = fields["name"].text()
    fields["source"].text()
    if fields["digest"].text() != _digest(model):
        what = f"of “{printable(name)[:100]}”" if name != model.name else "of another version of it"
        raise RunError(
            "S3C611",
            f"the state is {what}, and not of “{model.name}” as it is now",
            "resume it with the model that it was saved by, compiled by the same version of s3c",
        )


def _memories(begun: Begun, part: Part) -> tuple[Any, ...]:
    """The memories, of the kinds that the model makes when a run starts."""
    setting = apply_changes(begun.model, begun.asked.changes, begun.supplied)
    equations = begun.guard_of(setting).equations
    with begun.telling(lambda: begun.results(begun.recording, begun.guard)):
        fixed = (*setting.parameters, *equations.constants(setting.parameters))
        time, draws = float(equations.start_time(fixed)), begun.draws_of(fixed)
        _, _, made = equations.initial(time, fixed, draws.at(0))
    parts = part.items(len(made))
    return tuple(memory_read(each, kind) for each, kind in zip(parts, made, strict=True))
