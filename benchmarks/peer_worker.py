"""What runs inside the peers' own environment: it times a library that it is asked to call.

    python peer_worker.py pysd|simlin

A line of JSON comes in, a line of JSON goes out, until there are no more:

    {"do": "load", "path": …}            → {"seconds": …}   the model is read, or translated
    {"do": "run", "how": …, "calls": n}  → {"seconds": …}   of all n calls together
    {"do": "last", "names": […]}         → {"values": […]}  at the end of a run

An error is answered, too: {"error": …}. This file needs nothing but the library.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any


class PySD:
    """`pysd.read_vensim(path).run()`, as its documentation shows it."""

    def __init__(self) -> None:
        import pysd  # type: ignore[import-not-found, unused-ignore]

        # It recurses along chains of equations: without this, 10,000 of them end in an error.
        sys.setrecursionlimit(1_000_000)

        self._library: Any = pysd
        self._model: Any = None

    def load(self, path: str) -> None:
        """Translate a model, and load the translation."""
        self._model = self._library.read_vensim(path)

    def ways(self) -> dict[str, Callable[[], Any]]:
        """How a run is called."""
        return {"run": self._model.run}

    def last(self, names: list[str]) -> list[float]:
        """The last values of some variables."""
        row = self._model.run().iloc[-1]
        return [float(row[name]) for name in names]


class Simlin:
    """`simlin.load(path).run()`, without the analysis of loops, which costs more than the run.

    `again` is its fastest: one simulation, set back and run again, whose results nobody reads.
    """

    def __init__(self) -> None:
        import simlin  # type: ignore[import-not-found, unused-ignore]

        self._library: Any = simlin
        self._model: Any = None
        self._simulation: Any = None

    def load(self, path: str) -> None:
        """Read a model; it is compiled when it first runs."""
        self._model = self._library.load(path)
        self._simulation = None

    def ways(self) -> dict[str, Callable[[], Any]]:
        """How a run is called."""
        return {"run": lambda: self._model.run(analyze_loops=False), "again": self._again}

    def _again(self) -> None:
        if self._simulation is None:
            self._simulation = self._model.simulate()
        self._simulation.reset()
        self._simulation.run_to_end()

    def last(self, names: list[str]) -> list[float]:
        """The last values of some variables."""
        row = self._model.run(analyze_loops=False).results.iloc[-1]
        return [float(row[re.sub(r"\W+", "_", name.lower())]) for name in names]


def answer(library: PySD | Simlin, request: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked for."""
    match request["do"]:
        case "load":
            began = time.perf_counter()
            library.load(request["path"])
            return {"seconds": time.perf_counter() - began}
        case "run":
            run = library.ways()[request["how"]]
            began = time.perf_counter()
            for _ in range(request["calls"]):
                run()
            return {"seconds": time.perf_counter() - began}
        case "last":
            return {"values": library.last(request["names"])}
        case other:
            return {"error": f"nobody knows how to do {other}"}


def main() -> None:
    """Answer until standard input ends."""
    # What the library prints must not come between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    library: PySD | Simlin = PySD() if sys.argv[1] == "pysd" else Simlin()
    for line in sys.stdin:
        try:
            found = answer(library, json.loads(line))
        except Exception as error:  # noqa: BLE001  (whatever a library raises is an answer)
            found = {"error": f"{type(error).__name__}: {str(error)[:300]}"}
        print(json.dumps(found), file=answers, flush=True)


if __name__ == "__main__":
    main()
