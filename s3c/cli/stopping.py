"""What `s3c run` does with a run that stops on its way, or goes on from a saved state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from s3c.runtime import CompiledModel, Run, Simulation

__all__ = ["refuse_what_a_state_holds", "run_in_parts", "stopping"]

_TIMES = {"final_time": "FINAL TIME", "time_step": "TIME STEP", "saveper": "SAVEPER"}
_IN_STATE = {"method": None, "seed": None, "on_error": "stop"}


def stopping(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options `--until`, `--save-state` and `--resume`."""
    options = (
        click.option(
            "--until", type=float, metavar="TIME",
            help="Stop there; the results are those until then.",
        ),
        click.option(
            "--save-state", type=click.Path(path_type=Path), metavar="FILE",
            help="With --until: write a file from which the run can go on.",
        ),
        click.option(
            "--resume", type=click.Path(path_type=Path), metavar="FILE",
            help="Go on with the run whose state FILE holds; --set holds from there on.",
        ),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def refuse_what_a_state_holds(
    resume: Path | None, options: Mapping[str, Any], *, check_step: bool
) -> None:
    """Refuse options that a resumed run cannot follow."""
    if resume is None:
        return
    for name, otherwise in _IN_STATE.items():
        if options[name] != otherwise:
            option = "--" + name.replace("_", "-")
            raise click.UsageError(f"{option} cannot be changed when a run goes on (--resume)")
    if check_step:
        raise click.UsageError("--check-step runs a model from its start, not with --resume")


def run_in_parts(
    model: CompiledModel,
    changes: Mapping[str, Any],
    *,
    until: float | None,
    save_state: Path | None,
    resume: Path | None,
    save: tuple[str, ...],
    progress: Callable[[float], None] | None,
    options: Mapping[str, Any],
    **given: Any,
) -> Run:
    """Start or resume a run, and go on to `until` or to the end.

    `given` are the data, and where files may be read.
    """
    simulation: Simulation
    if resume is None:
        simulation = model.start(changes, save=save or None, progress=progress, **given, **options)
    else:
        simulation = model.resume(resume, progress=progress, **given)
        times = {_TIMES[each]: options[each] for each in _TIMES if each in options}
        for name, value in {**changes, **times}.items():
            simulation.set(name, value)
    if until is None:
        return simulation.finish()
    simulation.run_until(until)
    if save_state is not None:
        simulation.save(save_state)
    return simulation.run
