from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from .commandline import commandline
from .ensemble import ensemble
from .growth import arrays, scaling
from .peers import PINNED, PeerError, default_folder, environment
from .picture import draw
from .report import Part, as_json, busy, show
from .setup import Setup
from .single import single

PARTS: dict[str, Callable[[Setup], Part]] = {
    "single": single,
    "ensemble": ensemble,
    "commandline": commandline,
    "scaling": scaling,
    "arrays": arrays,
}


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Compare s3c with a C loop, PySD and simlin, side by side on this machine.",
    )
    made.add_argument(
        "parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all if none is named"
    )
    made.add_argument("--repeats", type=int, default=7, help="rounds that count (7)")
    made.add_argument("--quick", action="store_true", help="small and few: to see that it works")
    made.add_argument("--json", type=Path, metavar="FILE", help="write all numbers")
    made.add_argument("--picture", type=Path, metavar="FILE", help="draw how times grow with size")
    made.add_argument(
        "--peers", type=Path, metavar="FOLDER", default=default_folder(),
        help=f"where {' and '.join(PINNED.values())} are installed (default: %(default)s)",
    )  # fmt: skip
    made.add_argument("--no-peers", action="store_true", help="compare without them")
    made.add_argument("--no-native", action="store_true", help="compare without native code")
    made.add_argument(
        "--native-most", type=int, default=3000, metavar="EQUATIONS",
        help="the largest scalar model that native code is made of, which takes some 30 ms an"
        " equation (default: %(default)s)",
    )  # fmt: skip
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare, and print what was found."""
    command = parser()
    options = command.parse_args(arguments)
    names = tuple(dict.fromkeys(options.parts or PARTS))
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        command.error(f"there is no part {', '.join(unknown)}: there are {', '.join(PARTS)}")
    if options.repeats < 1:
        command.error("--repeats is at least 1")
    python, reason = None, "--no-peers"
    if not options.no_peers:
        try:
            python = environment(options.peers)
        except (PeerError, OSError) as error:
            reason = str(error)
    console = Console()
    warning = busy()
    if warning:
        print(warning, file=sys.stderr)
    parts = []
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            print(f"{name} …", file=sys.stderr)
            setup = Setup(
                repeats=options.repeats,
                quick=options.quick,
                folder=Path(folder),
                python=python,
                without_peers=reason,
                without_native=options.no_native,
                native_most=options.native_most,
            )
            parts.append(PARTS[name](setup))
        show(parts[-1], console)
        if options.json:
            text = json.dumps(
                as_json(parts, options.repeats, warning), indent=2, ensure_ascii=False
            )
            options.json.write_text(text + "\n", encoding="utf-8")
    if options.picture:
        draw(parts, options.picture)
    verdicts = [each.is_met for part in parts for each in part.findings if each.target]
    console.print(f"\n{sum(map(bool, verdicts))} of {len(verdicts)} targets met")


if __name__ == "__main__":
    main()
