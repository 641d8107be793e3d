"""Sensitivity control files (`.vsc`): how many simulations, and what varies (reference E.3)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from s3c.compiler import Source
from s3c.runtime import CompiledModel, RunError, did_you_mean, elements_named, fold, printable

from ..reading.entries import Entry, Page, read_source
from ..reading.names import Names
from ..reading.places import Extent, Places
from ..reading.samples import read_samples
from ..reading.sensitivity import refuse_too_many
from ..reading.spreads import DISTRIBUTIONS, judged, keys_of, named_points
from ..sampling.distributions import Distribution, Table
from ..tree import Parameter, Sampling, Sensitivity

__all__ = ["read_sensitivity_control"]

_METHODS = {
    "M": Sampling.RANDOM,
    "L": Sampling.LATIN_HYPERCUBE,
    "U": Sampling.UNIVARIATE,
    "G": Sampling.GRID,
    "F": Sampling.FILE,
}
_USUAL_RUNS = 200
_USUAL_SEED = 1234
_FIELDS = 5
_EXAMPLE = "200,M,1234,,0"
_LARGEST_WHOLE = 2**32
_OPTIONAL = ("shift", "stretch")
_SHOWN = 60

# Each letter fits in one way only, so that text that fits nowhere is left in linear time.
_QUOTED = r'"(?:[^"\\\n]|\\.)*"'
# A quote that is not closed goes to the end of its line: so no text is gone through twice.
_COMMENT = re.compile(rf"{_QUOTED}?|\{{")
_NOT_BLANK = re.compile(r"[^\r\n]")
_SPACE = re.compile(r"\s*")
_LINE = re.compile(r"[^\r\n]*")
_LEFT = re.compile(rf'(?:{_QUOTED}|[^"=\r\n])*')
_FUNCTION = re.compile(r"\s*([A-Za-z][A-Za-z0-9_ \t]*)\(")
_ARGUMENTS = re.compile(rf'((?:{_QUOTED}|[^"()]){{0,5000}})\)')
_ARGUMENT = re.compile(rf'(?:{_QUOTED}|\[[^\]]*\]|[^",\[])+')
_NUMBER = re.compile(r"[-+]?\s*(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_WHOLE = re.compile(r"[-+]?\d{1,10}")


def read_sensitivity_control(path: Path, model: CompiledModel) -> tuple[Sensitivity, Page]:
    """What a sensitivity control file says of a model; warnings are in the page's `doubts`.

    Where Vensim's samples go by its own generator, which is not public, the samples here are
    others of the same distributions. A seed of 0 is replaced by one that is drawn, and told.

    Raises:
        RunError: S3C606, it cannot be read.
        ExperimentError: S3C762 and others, it has mistakes; all of them are in it.
    """
    source = read_source(path)
    page = Page(source, Places({}, {}))
    text = _without_comments(page)
    control = _Control(page, source, text, Names(model, {}))
    start = _after_space(text, 0)
    line = _LINE.match(text, start)
    assert line is not None
    header = control.header((start, line.end()))
    sensitivity = control.filled(header, path.parent, line.end())
    page.stop()
    return sensitivity, page


@dataclass(frozen=True, slots=True)
class _Header:
    """The first line."""

    entry: Entry
    runs: int
    sampling: Sampling
    seed: int
    file: str


def _without_comments(page: Page) -> str:
    """The text with a blank for each letter of a comment; in quotes, braces are letters."""
    text = page.source.text
    pieces: list[str] = []
    start = 0
    while found := _COMMENT.search(text, start):
        pieces.append(text[start : found.start()])
        start = found.end()
        if found[0] != "{":
            pieces.append(found[0])
            continue
        end = text.find("}", start) + 1
        if not end:
            span = page.source.span(found.start(), start)
            page.wrong("S3C762", "this comment is not closed", span, "close it with “}”")
            end = len(text)
        pieces.append(_NOT_BLANK.sub(" ", text[found.start() : end]))
        start = end
    return "".join((*pieces, text[start:]))


@dataclass(frozen=True, slots=True)
class _Control:
    """A file while it is read; `text` is without comments, its places those of the source."""

    page: Page
    source: Source
    text: str
    names: Names

    def entry(self, key: Extent, value: Extent) -> Entry:
        """A place in the file to which mistakes can be told."""
        places = Places({(): key}, {(): value})
        page = Page(self.source, places, self.page.found, self.page.doubts)
        return Entry(page, (), self.text[slice(*value)])

    # --- the first line ---

    def header(self, extent: Extent) -> _Header:
        """The first line: simulations, method, seed, file, warnings; any of them may be empty."""
        entry = self.entry(extent, (extent[0], max(extent[1], extent[0] + 1)))
        written = entry.value.strip()
        fields = [each.strip() for each in written.split(",")]
        if "=" in written or not written or len(fields) > _FIELDS:
            why = "the first line says how many simulations there are, and how they are drawn"
            entry.wrong("S3C762", why, f"begin the file with a line such as {_EXAMPLE}")
            return _Header(entry, 1, Sampling.RANDOM, _USUAL_SEED, "")
        count, method, seed, file, _ = fields + [""] * (_FIELDS - len(fields))
        runs = self._whole(entry, count, "number of simulations") if count else _USUAL_RUNS
        if runs < 1:
            entry.wrong("S3C762", "there is no simulation", f"write a number, as in {_EXAMPLE}")
        sampling = _METHODS.get(method.upper(), None if method else Sampling.RANDOM)
        if sampling is None:
            known = "U univariate, M multivariate, L Latin hypercube, G Latin grid, F file"
            message = f"“{printable(method[:_SHOWN])}” is no method"
            entry.wrong("S3C762", message, f"the methods are {known}")
            sampling = Sampling.RANDOM
        number = self._whole(entry, seed, "seed") if seed else _USUAL_SEED
        drawn = sampling in (Sampling.RANDOM, Sampling.LATIN_HYPERCUBE)
        if drawn:
            message = "the values that are drawn are s3c's own: Vensim draws others from this seed"
            hint = "to have the very same, give Vensim's as a file of samples: method F"
            entry.page.remark("S3C763", message, entry.span, hint)
        return _Header(entry, runs, sampling, _seed(entry, number, drawn=drawn), file.strip("\"'"))

    def _whole(self, entry: Entry, written: str, what: str) -> int:
        if _WHOLE.fullmatch(written) and abs(int(written)) < _LARGEST_WHOLE:
            return int(written)
        shown = printable(written[:_SHOWN])
        message = f"the {what} is a whole number below 2^32, and not “{shown}”"
        entry.wrong("S3C762", message, f"write it as in {_EXAMPLE}")
        return 1

    def filled(self, header: _Header, folder: Path, start: int) -> Sensitivity:
        """The sensitivity: of the lines after the first, or of the file that it names."""
        if header.sampling is not Sampling.FILE:
            parameters = tuple(self._parameters(start))
            if not parameters and not self.page.found:
                hint = "write lines such as CONST = RANDOM UNIFORM(0,1)"
                header.entry.wrong("S3C710", "nothing varies", hint)
            found = Sensitivity(parameters, header.sampling, header.runs, header.seed)
            refuse_too_many(found, header.entry)
            return found
        if not header.file:
            hint = "name it in the fourth field: 200,F,1234,samples.tab,0"
            header.entry.wrong("S3C704", "the method F needs a file of samples", hint)
            return Sensitivity((), Sampling.FILE)
        table = folder / header.file
        parameters, rows = read_samples(header.entry, table, self.names, tabs=True)
        runs = len(rows)
        return Sensitivity(parameters, Sampling.FILE, runs, header.seed, table=table, rows=rows)

    # --- what varies ---

    def _parameters(self, start: int) -> Iterator[Parameter]:
        """What the lines vary; of what is varied twice, the last."""
        found: dict[str, Parameter] = {}
        for entry, distribution in self._spreads(start):
            for constant in self._constants(entry):
                if constant in found:
                    entry.page.doubtful(
                        *("S3C761", f"“{constant}” varies twice: the last line counts"),
                        *(entry.key_span, "leave out one of the two"),
                    )
                    del found[constant]
                found[constant] = Parameter(
                    constant, (constant,), distribution, span=entry.key_span
                )
        yield from found.values()

    def _constants(self, entry: Entry) -> Iterator[str]:
        """The constants that a left side names, of arrays their elements."""
        written = self.text[slice(*entry.page.places.key(()))].strip()
        if self.names.model.find(written) is None and "[" not in written:
            yield from self.names.constants(entry, written)
            return
        try:
            elements = elements_named(self.names.model, written)
        except RunError as error:
            hint = error.hint or "`s3c show` lists the model's variables and their elements"
            entry.wrong_key("S3C705", printable(error.message), hint)
            return
        for each in elements:
            before = len(self.page.found)
            yield from self.names.constants(entry, each)
            if len(self.page.found) > before:
                return

    def _spreads(self, start: int) -> Iterator[tuple[Entry, Distribution]]:
        """The distributions, each with where it stands; those that Vensim ignores are left out."""
        text, place = self.text, start
        while (place := _after_space(text, place)) < len(text):
            line = _LINE.match(text, place)
            left = _LEFT.match(text, place)
            assert line is not None
            assert left is not None
            key = (place, place + max(len(left[0].rstrip()), 1))
            if not text.startswith("=", left.end()) or not left[0].strip():
                self._malformed("this line gives no constant a distribution", line.span())
                place = line.end()
                continue
            function = _FUNCTION.match(text, left.end() + 1)
            arguments = _ARGUMENTS.match(text, function.end()) if function else None
            if function is None or arguments is None:
                what = "no distribution follows" if function is None else "“)” is missing"
                self._malformed(what, line.span())
                place = line.end()
                continue
            entry = self.entry(key, (function.start(1), arguments.end()))
            found = self._distribution(entry, function[1], arguments)
            if found is not None:
                yield entry, found
            rest = _LINE.match(text, arguments.end())
            place = rest.end() if rest else arguments.end()
            if rest and rest[0].strip():
                self._malformed("nothing may follow a distribution on its line", rest.span())

    def _malformed(self, why: str, extent: Extent) -> None:
        start = _after_space(self.text, extent[0])
        span = self.source.span(start, max(extent[1], start + 1))
        self.page.wrong("S3C762", why, span, "write CONST = RANDOM UNIFORM(0,1)")

    def _distribution(
        self, entry: Entry, function: str, arguments: re.Match[str]
    ) -> Distribution | None:
        """A distribution; None if there is no such, or it is ignored."""
        name = fold(function).removeprefix("random ")
        kind = DISTRIBUTIONS.get(name)
        if kind is None:
            hint = did_you_mean(name[:_SHOWN], DISTRIBUTIONS)
            every = ", ".join(f"RANDOM {each.upper()}" for each in DISTRIBUTIONS)
            message = f"there is no distribution “{printable(function.strip()[:_SHOWN])}”"
            entry.wrong("S3C762", message, hint or f"there are {every.replace('RANDOM V', 'V')}")
            return None
        written = [each.strip() for each in _split(arguments[1])]
        keys = keys_of(kind)
        needed = [key for key in keys if key not in _OPTIONAL]
        if not len(needed) <= len(written) <= len(keys):
            shown = ", ".join("lookup" if key == "points" else key for key in keys)
            message = f"{function.strip()} takes {len(keys)} numbers, and has {len(written)}"
            if kind is Table:
                message = message.replace("numbers", "arguments")
            entry.wrong("S3C762", message, f"write ({shown})")
            return None
        values: dict[str, Any] = {
            key: self._points(entry, each) if key == "points" else self._number(entry, each)
            for key, each in zip(keys, written, strict=False)
        }
        if any(value is None or value == () for value in values.values()):
            return None
        found = kind(**values)
        if found.min >= found.max:
            message = f"min = {found.min:g} is not below max = {found.max:g}: the line is ignored"
            entry.doubtful("S3C761", message, "correct the bounds, or leave the line out")
            return None
        return found if judged(found, entry) else None

    def _points(self, entry: Entry, written: str) -> tuple[tuple[float, float], ...]:
        return named_points(entry, written, self.names.model)

    def _number(self, entry: Entry, written: str) -> float | None:
        if _NUMBER.fullmatch(written):
            return float("".join(written.split()))
        message = f"“{printable(written[:_SHOWN])}” is no number"
        entry.wrong("S3C762", message, "distributions take numbers, not names or expressions")
        return None


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _split(arguments: str) -> list[str]:
    """What stands between commas, but for those in quotes and brackets."""
    found, start = [], 0
    while True:
        each = _ARGUMENT.match(arguments, start)
        end = each.end() if each else start
        found.append(arguments[start:end])
        if end >= len(arguments) or arguments[end] != ",":
            found[-1] += arguments[end:]
            return found
        start = end + 1


def _seed(entry: Entry, seed: int, *, drawn: bool) -> int:
    """The seed that is used: a negative one asks for a generator of old, 0 for any."""
    if seed > 0 or not drawn:
        return abs(seed)
    if seed < 0:
        message = f"the seed {seed} asks for Vensim's old generator: {-seed} is used with this one"
        entry.doubtful("S3C761", message, "write it without its sign")
        return -seed
    seed = secrets.randbelow(2**31 - 1) + 1
    message = f"the seed 0 asks for another sample each time: this one has the seed {seed}"
    entry.doubtful("S3C761", message, "write a seed, to have the same again")
    return seed
