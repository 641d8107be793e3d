"""Reading claims: a sentence, and one check that decides whether it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from s3c.experiments import BENCHMARK, Experiment, entries, names
from s3c.runtime import columns_of

from .places import read_scenario, read_scenarios, read_times
from .sources import Sources
from .tree import (
    Best,
    Check,
    Claim,
    Claims,
    Early,
    Greater,
    Logarithmic,
    Order,
    Sign,
    Spread,
    Steady,
    Value,
)

__all__ = ["read_claims"]

Fields: TypeAlias = Mapping[str, entries.Entry]
_SOURCES = ("experiment", "model")


def read_claims(fields: Fields, sources: Sources, caption: str) -> Claims:
    """The claims of a block; those that are wrong are taken down, and left out.

    Each may name its experiment, or model, and its variable; else those of the block stand.
    """

    def claim(entry: entries.Entry) -> Claim | None:
        return _claim(entry, fields, sources)

    found = fields["claim"].items(claim)
    if isinstance(fields["claim"].value, list) and not fields["claim"].value:
        fields["claim"].wrong("S3C734", "the block makes no claim", "add [[section.block.claim]]")
    return Claims(tuple(found), caption)


def _claim(entry: entries.Entry, block: Fields, sources: Sources) -> Claim | None:
    keys = ("says", "note", *_SOURCES, "variable", *_CHECKS)
    fields = entry.fields(keys, ("says",), "in a claim")
    says, note = (fields[key].text() if key in fields else "" for key in ("says", "note"))
    experiment = _experiment(entry, fields, block, sources)
    if experiment is None:
        return None
    checks = [key for key in _CHECKS if key in fields]
    if len(checks) != 1:
        message = "a claim has one check" + (f", and this has {len(checks)}" if checks else "")
        every = ", ".join(f"“{each}”" for each in _CHECKS)
        entry.wrong("S3C734", message, f"give it one of {every}")
        return None
    variable = _variable(entry, fields.get("variable") or block.get("variable"), experiment)
    check = _CHECKS[checks[0]](_Checked(fields[checks[0]], experiment))
    if check is None or variable is None or not says:
        return None
    return Claim(says, check, experiment, variable, note or "")


def _experiment(
    entry: entries.Entry, fields: Fields, block: Fields, sources: Sources
) -> Experiment | None:
    """What a claim is about: its own file, or else the block's."""
    for given in (fields, block):
        named = [key for key in _SOURCES if key in given]
        if len(named) > 1:
            message = "a claim is about an experiment or about a model"
            given["model"].wrong_key("S3C734", message, "leave out one of the two")
            return None
        if named:
            read = sources.experiment if named[0] == "experiment" else sources.model
            return read(given[named[0]])
    hint = 'add experiment = "….toml" or model = "….mdl", here or to the block'
    entry.wrong("S3C734", "the claim does not say what it is about", hint)
    return None


def _variable(
    claim: entries.Entry, entry: entries.Entry | None, experiment: Experiment
) -> str | None:
    """The name of a single number over time."""
    if entry is None:
        if len(experiment.save) == 1:
            return experiment.save[0]
        claim.wrong("S3C734", "the claim does not say which variable", 'add variable = "…"')
        return None
    name = entry.text()
    found = None if name is None else names.Names(experiment.model, {}).variable(entry, name)
    if found is None:
        return None
    if found.place is None and found.variable.axes:
        hint = f"name one, such as “{columns_of(found.variable)[0]}”"
        entry.wrong("S3C705", f"“{found.name}” has many elements", hint)
        return None
    return found.name


# --- checks ---


@dataclass(frozen=True, slots=True)
class _Checked:
    """The value of a check's key, and what it speaks of."""

    entry: entries.Entry
    experiment: Experiment

    def scenario(self, entry: entries.Entry | None) -> str | None:
        """A scenario; the benchmark if none is named."""
        return BENCHMARK if entry is None else read_scenario(entry, self.experiment)

    def pair(self, entry: entries.Entry) -> tuple[str, str] | None:
        """Two scenarios."""
        found = read_scenarios(entry, self.experiment)
        if len(found) == 2:
            return found[0], found[1]
        if isinstance(entry.value, list) and len(entry.value) != 2:
            entry.wrong("S3C734", "two scenarios are compared", 'write ["…", "…"]')
        return None

    def numbers(self, *keys: str, also: tuple[str, ...] = ()) -> tuple[Fields, list[float]]:
        """The fields of a check, and the numbers in it; fewer if some are wrong."""
        known = (*keys, "scenario", *also)
        fields = self.entry.fields(known, keys, f"in “{self.entry.key}”")
        found = [fields[key].number() for key in keys if key in fields]
        return fields, [each for each in found if each is not None]

    def seeds(self) -> bool:
        """Whether there are several; or it is taken down that there are not."""
        if len(self.experiment.settings.seeds) > 1:
            return True
        message = "this is decided over several seeds, and the experiment has one"
        self.entry.wrong_key("S3C738", message, "give it seeds = 50 in [run]")
        return False


def _order(check: _Checked) -> Check | None:
    found = read_scenarios(check.entry, check.experiment)
    if isinstance(check.entry.value, list) and len(check.entry.value) < 2:
        check.entry.wrong("S3C734", "an order has two scenarios or more", 'write ["…", "…"]')
    return Order(found) if len(found) > 1 else None


def _greater(check: _Checked) -> Check | None:
    pair = check.pair(check.entry)
    return None if pair is None else Greater(*pair)


def _best(check: _Checked) -> Check | None:
    fields = check.entry.fields(("scenario", "among"), ("scenario",), "in “best”")
    scenario = check.scenario(fields.get("scenario"))
    among = read_scenarios(fields.get("among"), check.experiment)
    among = among or tuple(each.name for each in check.experiment.scenarios)
    return None if scenario is None else Best(scenario, among)


def _logarithmic(check: _Checked) -> Check | None:
    fields, _ = check.numbers(also=("times",))
    scenario = check.scenario(fields.get("scenario"))
    return None if scenario is None else Logarithmic(scenario, read_times(fields.get("times")))


def _sign(check: _Checked) -> Check | None:
    fields, numbers = check.numbers("share", also=("of",))
    if "of" not in fields:
        check.entry.wrong("S3C704", "“of” is missing in “sign”", 'add of = ["…", "…"]')
        return None
    pair = check.pair(fields["of"])
    return Sign(*pair, *numbers) if pair and numbers and check.seeds() else None


def _numbers(
    kind: Callable[..., Check], *keys: str, seeds: bool = False
) -> Callable[[_Checked], Check | None]:
    """The reader of a check that is a scenario and some numbers."""

    def read(check: _Checked) -> Check | None:
        fields, numbers = check.numbers(*keys)
        scenario = check.scenario(fields.get("scenario"))
        if scenario is None or len(numbers) < len(keys) or (seeds and not check.seeds()):
            return None
        return kind(scenario, *numbers)

    return read


_CHECKS: Mapping[str, Callable[[_Checked], Check | None]] = {
    "order": _order,
    "greater": _greater,
    "best": _best,
    "logarithmic": _logarithmic,
    "early": _numbers(Early, "by", "share"),
    "steady": _numbers(Steady, "after", "within"),
    "sign": _sign,
    "spread": _numbers(Spread, "at_most", seeds=True),
    "value": _numbers(Value, "is", "within"),
}
