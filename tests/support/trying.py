"""A folder in which a reader tries what a page says."""

from __future__ import annotations

import doctest
import io
import re
import shlex
import tomllib
import traceback
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner
from shown import differs

from s3c.cli import main
from s3c.compiler import Severity, Source, check, render
from s3c.experiments import read_experiment
from s3c.reports import read_study

__all__ = ["FailedError", "Trial"]

_CLOCK = {"INITIAL TIME": "0", "FINAL TIME": "10", "TIME STEP": "1", "SAVEPER": "TIME STEP"}
_WIDTH = "100"


class FailedError(Exception):
    """A block does not do what it says."""


@dataclass(slots=True)
class Trial:
    """What the blocks of a page have done so far; commands run in the present folder, which is its.

    Attributes:
        folder: with the models and studies, and what the blocks have written.
        names: of Python.
        printed: what the latest block of commands or of Python printed.
        models: the latest model that stands in blocks of its own, block by block.
        experiment_text: the latest experiment.
    """

    folder: Path
    names: dict[str, object] = field(default_factory=lambda: {"__name__": "__page__"})
    printed: str = ""
    model_text: str = ""
    experiment_text: str = ""

    def command(self, line: str, *, exits: int | None = 0) -> None:
        """Run a line of s3c, which may end in `> file`."""
        words = shlex.split(line, comments=True)
        if words[:1] != ["s3c"]:
            raise FailedError(f"only s3c is run here, not: {line}")
        *words, into = words if words[-2:-1] == [">"] else [*words, ""]
        arguments = words[1:-1] if into else words[1:]
        result = CliRunner().invoke(main, arguments, env={"COLUMNS": _WIDTH})
        if result.exception and not isinstance(result.exception, SystemExit):
            raise FailedError("".join(traceback.format_exception(result.exception)))
        if exits is not None and result.exit_code != exits:
            raise FailedError(
                f"{line}\nexits with {result.exit_code}, not {exits}:\n{result.output}"
            )
        if into:
            Path(into).write_text(result.stdout, encoding="utf-8")
        self.printed += result.stderr if into else result.output

    def printed_by(self, line: str) -> str:
        """What a command prints, whether or not it finds something wrong."""
        before, self.printed = self.printed, ""
        self.command(line, exits=None)
        printed, self.printed = self.printed, before
        return printed

    def shell(self, text: str, others: frozenset[str], exits: int = 0) -> None:
        """Run lines of a shell: s3c's; `others` are known, and tried elsewhere."""
        self.printed = ""
        for line in text.replace("\\\n", " ").splitlines():
            bare = " ".join(re.sub(r"(^|\s)#.*", "", line).split())
            if bare and bare not in others:
                self.command(line, exits=exits)

    def console(self, text: str, exits: int = 0) -> None:
        """Run the commands after `$`; what each prints must be what stands below it, whole.

        All must exit with 0, but the last one as it is said.
        """
        commands = [*_commands(text)]
        for place, (line, shown) in enumerate(commands, start=1):
            self.printed = ""
            self.command(line, exits=exits if place == len(commands) else 0)
            if told := differs(shown, self.printed, whole=True):
                raise FailedError(f"{line}\n{told}")

    def python(self, text: str) -> None:
        """Run Python; with prompts, what each line gives must be what stands below it."""
        self.printed = ""
        if not text.startswith(">>>"):
            self.printed, error = self._execute(text, "exec")
            if error:
                raise FailedError("".join(traceback.format_exception(error)))
            return
        for example in doctest.DocTestParser().get_examples(text):
            printed, error = self._execute(example.source, "single")
            if error and not example.exc_msg:
                raise FailedError("".join(traceback.format_exception(error)))
            last = "".join(traceback.format_exception_only(error)) if error else printed
            if told := differs(example.exc_msg or example.want, last, whole=True):
                raise FailedError(f"{example.source}{told}")
            self.printed += printed

    def _execute(self, text: str, mode: str) -> tuple[str, Exception | None]:
        with redirect_stdout(io.StringIO()) as printed:
            try:
                exec(compile(text, "a page", mode), self.names)  # noqa: S102 -- our own pages
            except Exception as error:  # noqa: BLE001 -- whatever it is, it is told
                return printed.getvalue(), error
        return printed.getvalue(), None

    def model(self, text: str, codes: set[str], *, goes_on: bool = False) -> None:
        """Compile a model, its clock added where it has none: it must give these codes alone.

        Remarks may be left out.
        """
        whole = self.model_text = f"{self.model_text}\n{text}" if goes_on else text
        for name, value in _CLOCK.items():
            if not re.search(rf"^\s*{name}\s*=", whole, re.MULTILINE):
                whole += f"\n{name} = {value} ~~|"
        _check(Source(str(self.folder / "page.mdl"), whole), codes)

    def experiment(self, text: str, *, goes_on: bool = False) -> None:
        """Read an experiment or a study."""
        whole = self.experiment_text = f"{self.experiment_text}\n{text}" if goes_on else text
        self.write("page.toml", whole, set())

    def write(self, name: str, text: str, codes: set[str]) -> None:
        """Write a file, and read it if it is one of ours."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if path.suffix == ".mdl":
            _check(Source.read(path), codes)
        if path.suffix == ".toml":
            try:
                is_study = "section" in tomllib.loads(text)
                read_study(path) if is_study else read_experiment(path)
            except Exception as error:
                raise FailedError(f"{name} cannot be read: {error}") from error

    def edit(self, name: str, text: str) -> None:
        """Change a file as a block of `-`, `+` and other lines says, which must fit one place."""
        path = self.folder / name
        lines = text.splitlines(keepends=True)
        if strange := [line for line in lines if line[0] not in "-+ \n"]:
            raise FailedError(f"this line begins with neither of “-”, “+”, “ ”: {strange[0]}")
        old = "".join(line[1:] or "\n" for line in lines if line[0] != "+")
        new = "".join(line[1:] or "\n" for line in lines if line[0] != "-")
        before = path.read_bytes().decode("utf-8")
        if "\r\n" in before:
            old, new = old.replace("\n", "\r\n"), new.replace("\n", "\r\n")
        if before.count(old) != 1:
            raise FailedError(f"{name} has {before.count(old)} places where this fits:\n{old}")
        path.write_bytes(before.replace(old, new).encode("utf-8"))


def _check(source: Source, codes: set[str]) -> None:
    found = check(source).diagnostics
    asked = {each.code for each in found if each.severity is not Severity.INFO}
    if not asked <= codes <= {each.code for each in found}:
        told = "\n".join(map(render, found)) or "nothing"
        raise FailedError(
            f"{', '.join(sorted(codes)) or 'nothing'} should be found, and this is:\n{told}"
        )


def _commands(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console, and what stands below each."""
    first, *parts = re.split(r"^\$ ", text, flags=re.MULTILINE)
    if first.strip() or not parts:
        raise FailedError("a console begins with “$ ” and a command")
    for part in parts:
        line, _, shown = part.replace("\\\n", " ").partition("\n")
        yield line, shown
