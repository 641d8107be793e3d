"""Other programs that run the same models, pinned, in an environment of their own.

Each runs in a process that lives as long as the comparison and times itself, so that all can take
turns, and none pays for another's start.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .turns import Contender

__all__ = ["PINNED", "Peer", "PeerError", "default_folder", "environment", "opened"]

PINNED = {"pysd": "pysd==3.14.3", "simlin": "pysimlin==0.8.5"}
"""What is installed, by the name that this package gives it."""

_WORKER = Path(__file__).parent / "peer_worker.py"
_PATIENCE = 600.0  # seconds


class PeerError(Exception):
    """A peer could not be installed, or not do what it was asked."""


def default_folder() -> Path:
    """Where the environment is kept from one comparison to the next."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "s3c-benchmarks"


def environment(folder: Path) -> Path:
    """The Python of the peers' environment, which is made in that folder if it is not there.

    Raises:
        PeerError: the packages cannot be installed.
    """
    home = folder / "peers"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    mark, wanted = home / "installed.json", json.dumps(PINNED)
    if mark.is_file() and mark.read_text(encoding="utf-8") == wanted:
        return python
    print(f"installing {', '.join(PINNED.values())} into {home} …", file=sys.stderr)
    # Only an environment is cleared: nobody's folder that happens to have this name.
    venv.create(home, with_pip=True, clear=(home / "pyvenv.cfg").is_file())
    command = [str(python), "-m", "pip", "install", "--quiet", *PINNED.values()]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["pip gave no reason"]
        raise PeerError(lines[-1])
    mark.write_text(wanted, encoding="utf-8")
    return python


class Peer:
    """One of the other programs, in its process.

    Args:
        name: one of those in `PINNED`.
        python: the interpreter of an environment that has it.
    """

    def __init__(self, name: str, python: Path) -> None:
        self.name = name
        self.python = python
        self._process = subprocess.Popen(
            [str(python), str(_WORKER), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put("")

    def _ask(self, request: dict[str, Any], patience: float = _PATIENCE) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._answers.get(timeout=patience)
        except queue.Empty:
            self.close()
            msg = f"{self.name} gave no answer in {patience:.0f} s"
            raise PeerError(msg) from None
        except OSError as error:
            msg = f"{self.name} has ended"
            raise PeerError(msg) from error
        if not line:
            msg = f"{self.name} has ended"
            raise PeerError(msg)
        found: dict[str, Any] = json.loads(line)
        if "error" in found:
            msg = f"{self.name}: {found['error']}"
            raise PeerError(msg)
        return found

    def load(self, path: Path, patience: float = _PATIENCE) -> float:
        """Seconds that reading, or translating, a model takes.

        Raises:
            PeerError: it cannot, or not in so many seconds; then the process has ended.
        """
        return float(self._ask({"do": "load", "path": str(path)}, patience)["seconds"])

    def run(self, calls: int, how: str = "run") -> float:
        """Seconds that so many runs of the loaded model take, as the process itself saw them.

        Raises:
            PeerError: it cannot.
        """
        return float(self._ask({"do": "run", "how": how, "calls": calls})["seconds"])

    def last(self, names: Sequence[str]) -> tuple[float, ...]:
        """The last values of some variables in a run.

        Raises:
            PeerError: it cannot.
        """
        return tuple(self._ask({"do": "last", "names": list(names)})["values"])

    def contender(self, name: str, how: str = "run") -> Contender:
        """A run of the loaded model as something to be timed."""
        return Contender(name, lambda calls: self.run(calls, how))

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


@contextmanager
def opened(names: Sequence[str], python: Path) -> Iterator[dict[str, Peer]]:
    """Some peers, whose processes end with the block."""
    peers = {name: Peer(name, python) for name in names}
    try:
        yield peers
    finally:
        for each in peers.values():
            each.close()
