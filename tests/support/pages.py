"""The code blocks of a page, run from top to bottom as a reader would.

CONTRIBUTING.md says by which rules; what a block is held against is told by its language and by
the comments before it, which no reader sees.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from shown import differs
from trying import FailedError, Trial

__all__ = ["NOT_RUN", "SETUP", "Block", "blocks_of", "failures"]

ROOT = Path(__file__).parents[2]

SETUP = frozenset({
    # What `.ci/run` does, in an environment of its own.
    (
        'python3.11 -m venv .venv && .venv/bin/pip install -e ".[plot]"'
        " && .venv/bin/s3c run models/s3.mdl -o s3.csv --plot s3.png"
    ),
    (
        'python3.11 -m venv .venv && .venv/bin/pip install -e ".[test]"'
        " && .venv/bin/python -m pytest -n auto"
    ),
    "python3.11 -m venv .venv && . .venv/bin/activate",
    'pip install -e ".[test]"',
    'pip install -e ".[experiments]"',
    "python -m pytest -n auto",
    "ruff check . && ruff format . && mypy && pyright",
    ".ci/run",
    # Minutes, and other programs from the network: tests/benchmarks has its parts.
    "python -m benchmarks [single] [ensemble] [commandline] [scaling] [arrays]",
    # tests/docs/test_site.py.
    "sphinx-build -W -c docs . build/docs",
})  # fmt: skip
"""Lines of the shell that are not s3c's, and who tries them."""

NOT_RUN = frozenset({"a drawing", "PySD", "Vensim", "another tool"})
"""Why a block may stand there and not be run."""

_WORDS = (
    *("file", "edit", "run", "shown by", "shown in", "output", "not run"),
    *("exits", "codes", "goes on", "fresh clone"),
)
_COMMENT = re.compile(rf"<!-- *({'|'.join(_WORDS)})(?:: *([^\n]*?))? *(?:\n(.*?))?-->", re.DOTALL)
_ADMONITION = re.compile(r"\{(?:note|tip|warning|important|admonition)\}")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code, and what the comments before it say; `line` is where it stands, from 1."""

    language: str
    text: str
    line: int
    words: dict[str, str]


def blocks_of(text: str) -> list[Block]:
    """All blocks of a page in order, those hidden in comments too.

    Raises:
        FailedError: a comment of ours stands before no block.
    """
    return [*_blocks(MarkdownIt("commonmark").parse(text), 0)]


def _blocks(tokens: list[Token], before: int) -> Iterator[Block]:
    words: dict[str, str] = {}
    for token in tokens:
        line = before + (token.map[0] if token.map else 0) + 1
        if token.type == "html_block":
            if found := _COMMENT.match(token.content.strip()):
                name, argument, hidden = found[1], found[2] or "", found[3]
                if hidden is not None or name in {"run", "fresh clone"}:
                    language = argument.rpartition(".")[2] if name == "file" else ""
                    yield Block(language, hidden or "", line, {**words, name: argument})
                    words = {}
                else:
                    words |= {name: argument}
        elif token.type == "fence" and _ADMONITION.match(token.info):
            yield from _blocks(MarkdownIt("commonmark").parse(token.content), line)
        elif token.type == "fence" and token.info.startswith("{"):
            words = {}
        elif token.type in {"fence", "code_block"}:
            yield Block(token.info.strip(), token.content, line, words)
            words = {}
        elif token.type == "inline" and words:
            raise FailedError(f"line {line}: these words stand before no block: {', '.join(words)}")


def failures(page: Path, folder: Path) -> list[str]:
    """What does not hold of a page's blocks, as `README.md:12: why`.

    Args:
        page: the Markdown file.
        folder: an empty folder, which gets the models and studies of the repository.
    """
    try:
        blocks = blocks_of(page.read_text(encoding="utf-8"))
    except FailedError as failed:
        return [f"{page.name}: {failed}"]
    trial, found = Trial(_clone(folder / "1")), list[str]()
    for number, block in enumerate(blocks, start=2):
        if "fresh clone" in block.words:
            trial = Trial(_clone(folder / str(number)))
            continue
        try:
            with chdir(trial.folder):
                _hold(block, trial)
        except FailedError as failed:
            found.append(f"{page.name}:{block.line}: {failed}")
    return found


def _clone(folder: Path) -> Path:
    """A folder with the models and studies, as a clone has them."""
    for name in ("models", "studies"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def _hold(block: Block, trial: Trial) -> None:
    """Hold a block against its rule."""
    words = block.words
    match block:
        case Block(words={"run": command}):
            trial.command(command, exits=int(words.get("exits", "0")))
        case Block(words={"not run": reason}):
            _not_run(block, reason)
        case Block(words={"shown by": command}):
            _compare(block.text, trial.printed_by(command))
        case Block(words={"shown in": name}):
            here = trial.folder / name
            file = here if here.is_file() else ROOT / name
            _compare(block.text, file.read_text(encoding="utf-8"))
        case Block(words={"output": _}):
            _compare(block.text, trial.printed)
        case Block(words={"edit": name}):
            trial.edit(name, block.text)
        case Block(words={"file": name}):
            trial.write(name, block.text, _codes(block))
        case _:
            _by_language(block, trial)


def _by_language(block: Block, trial: Trial) -> None:
    exits, goes_on = int(block.words.get("exits", "0")), "goes on" in block.words
    match block.language:
        case "sh":
            trial.shell(block.text, SETUP, exits)
        case "console":
            trial.console(block.text, exits)
        case "python":
            trial.python(block.text)
        case "mdl":
            trial.model(block.text, _codes(block), goes_on=goes_on)
        case "toml":
            trial.experiment(block.text, goes_on=goes_on)
        case "":
            raise FailedError("a block without a language")
        case other:
            raise FailedError(
                f"a block of {other} without a comment that says what it is held against"
            )


def _codes(block: Block) -> set[str]:
    return {code for code in re.split(r"[,\s]+", block.words.get("codes", "")) if code}


def _compare(shown: str, printed: str) -> None:
    if told := differs(shown, printed, whole=False):
        raise FailedError(told)


def _not_run(block: Block, reason: str) -> None:
    if reason not in NOT_RUN:
        raise FailedError(f"“{reason}” is no reason not to run a block")
    if block.language == "python":
        try:
            ast.parse(block.text)
        except SyntaxError as error:
            raise FailedError(f"this is no Python: {error}") from None
