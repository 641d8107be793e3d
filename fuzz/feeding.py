"""One target fed for some seconds: findings are kept by where they come from, and it goes on.

`python -m fuzz.feeding TARGET SECONDS FOLDER`, in a process of its own, as `python -m fuzz` has it.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
import traceback
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .bounds import TooLongError, bound_memory, longest, timed
from .figures import Turn
from .words import WORDS

if TYPE_CHECKING:
    from .targets import Target

_COUNTED = 100  # inputs, after which figures are written
_SHOWN = 6000  # letters of a traceback


@dataclass(slots=True)
class _Fed:
    """A target that never stops the fuzzer, and counts."""

    target: Target
    folder: Path
    inputs: int = 0
    slowest: float = 0.0

    def __call__(self, data: bytes) -> None:
        """Feed one input; keep it if it raises what it must not, or takes too long."""
        self.inputs += 1
        began = time.process_time()
        try:
            with timed():
                self.target(data)
        except (Exception, TooLongError) as error:  # noqa: BLE001 -- that is what is looked for
            _keep(error, data, self.folder / "found")
        self.slowest = max(self.slowest, time.process_time() - began)


def main() -> None:
    """Feed one target until its time is over."""
    name, seconds, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    os.environ["S3C_CACHE"] = str(folder / "cache")
    atheris: Any = import_module("atheris")
    with atheris.instrument_imports(include=["s3c"]):
        fed = _Fed(import_module(".targets", __package__).TARGETS[name], folder)
        seeds = list(import_module(".seeds", __package__).seeds_of(name))
        for data in seeds:  # what is imported only when it is needed is instrumented, too
            fed(data)
    bound_memory()
    _feed(atheris, name, seconds, fed, seeds)


def _feed(atheris: Any, name: str, seconds: int, fed: _Fed, seeds: list[bytes]) -> None:
    """Let libFuzzer choose inputs; it ends the process."""
    corpus, words = fed.folder / "corpus", fed.folder / "words"
    corpus.mkdir(exist_ok=True)
    for data in seeds:
        (corpus / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    words.write_text("\n".join(f'"{_escaped(each)}"' for each in WORDS) + "\n")
    figures = fed.folder / f"turn-{time.time_ns()}.json"
    began = time.monotonic()

    def counted(data: bytes) -> None:
        fed(data)
        if fed.inputs % _COUNTED == 0:
            Turn(fed.inputs, time.monotonic() - began, fed.slowest).write(figures)

    arguments = [
        *("fuzz", str(corpus), f"-dict={words}", f"-max_total_time={seconds}", "-timeout=120"),
        *(f"-max_len={longest(name)}", f"-artifact_prefix={fed.folder}/fatal-", "-reload=0"),
        *("-rss_limit_mb=3000", "-len_control=0"),
    ]
    atheris.Setup(arguments, counted)
    atheris.Fuzz()


def _keep(error: BaseException, data: bytes, found: Path) -> None:
    """The shortest input of each kind: by the error's class and the innermost lines of ours."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [
        f"{Path(each.filename).name}:{each.name}"
        for each in frames
        if "/fuzz/" not in each.filename
    ]
    innermost = ours[-1:] if isinstance(error, TooLongError) else ours[-3:]
    kind = hashlib.sha256(repr((type(error), innermost)).encode()).hexdigest()[:12]
    found.mkdir(exist_ok=True)
    kept = found / f"{type(error).__name__}-{kind}.bin"
    if not kept.exists() or len(data) < kept.stat().st_size:
        kept.write_bytes(data)
        text = "".join(traceback.format_exception(error))
        kept.with_suffix(".txt").write_text(text[-_SHOWN:], encoding="utf-8", errors="replace")


def _escaped(word: str) -> str:
    """A word as libFuzzer's dictionaries have it."""
    return "".join(
        chr(each) if 32 <= each < 127 and each not in b'"\\' else f"\\x{each:02x}"
        for each in word.encode()
    )


if __name__ == "__main__":
    main()
