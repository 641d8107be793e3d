"""What every diagnostic code means, with a bad and a good example; the data of `s3c explain`.

The texts stand in `explained/*.toml`, a table for each code. `means` says what it is; `bad` and
`good` are model text; `made` says how the message comes about, see `Made`; `without` says why
there is no example.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from s3c.runtime import UnknownNameError, did_you_mean

from .codes import CODES

__all__ = ["Explanation", "Made", "explain", "explanations"]


class Made(StrEnum):
    """How an example gives its diagnostic; of models, the clock is left out."""

    CHECK = "check"  # `s3c check` of a model in Vensim's language
    XMILE = "xmile"  # `s3c check` of an XMILE file: what stands inside <xmile>, or the whole file
    CONVERT = "convert"  # `s3c convert` to XMILE
    TEST = "test"  # `s3c test`
    LINT = "lint"  # `s3c lint`
    UNITS = "units"  # `s3c check --units`
    RUN = "run"  # `s3c run`
    DERIVE = "derive"  # `s3c.load(…, derivatives=["rate"])`
    FORMAT = "format"  # `s3c format` of a file of this name
    EXPERIMENT = "experiment"  # `s3c scenarios` of an experiment, of a model with a rate
    SHOWN = "shown"  # an example to read: it needs more than one file, or Python


@dataclass(frozen=True, slots=True)
class Explanation:
    """One code: what it means, and an example of each kind; without one, why there is none."""

    code: str
    title: str
    means: str
    bad: str = ""
    good: str = ""
    made: Made = Made.CHECK
    without: str = ""


def explain(code: str) -> Explanation:
    """What a code means, in any case of its letters.

    Raises:
        UnknownNameError: S3C604, there is no such code.
    """
    found = explanations().get(code.upper())
    if found is None:
        hint = did_you_mean(code.upper(), CODES) or "`s3c explain` lists all of them"
        raise UnknownNameError("S3C604", f"there is no diagnostic “{code}”", hint)
    return found


@lru_cache(maxsize=1)
def explanations() -> Mapping[str, Explanation]:
    """All codes in their order; one that nobody has explained has its title alone."""
    written: dict[str, dict[str, str]] = {}
    for file in files("s3c.compiler").joinpath("explained").iterdir():
        if file.name.endswith(".toml"):
            written |= tomllib.loads(file.read_text(encoding="utf-8"))
    return {code: _explanation(code, title, written.get(code, {})) for code, title in CODES.items()}


def _explanation(code: str, title: str, written: Mapping[str, str]) -> Explanation:
    return Explanation(
        code,
        title,
        " ".join(written.get("means", "").split()),
        written.get("bad", "").strip("\n"),
        written.get("good", "").strip("\n"),
        Made(written.get("made", Made.CHECK)),
        " ".join(written.get("without", "").split()),
    )
