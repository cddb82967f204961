"""``python -m benchmarks``: measure everything, print tables, write JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import environment  # first: sets what the libraries read when they are imported

THEMES = ("engine", "screen", "sweep")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", help=f"themes, of {', '.join(THEMES)}; with commas")
    parser.add_argument("--rows", default="A,B,E,F,C,G,L,D", help="rows of the engine's table")
    parser.add_argument("--rounds", type=int, default=11, help="interleaved rounds")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="the screen: 100,000 epochs, fewer presses; short sweeps",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    options = parser.parse_args()
    options.themes = options.only.split(",") if options.only else list(THEMES)
    unknown = set(options.themes) - set(THEMES)
    if unknown:
        parser.error(f"--only {', '.join(sorted(unknown))}: there is {', '.join(THEMES)}")
    return options


def main() -> int:
    """Run the themes asked for."""
    options = _options()
    environment.use_one_thread()
    from benchmarks.machine import describe

    figures: dict[str, Any] = {"machine": describe(), "rounds": options.rounds, "load": {}}
    print(json.dumps(figures["machine"], ensure_ascii=False))
    with tempfile.TemporaryDirectory() as home:
        os.environ["RNN_TUI_HOME"] = home  # runs are kept as always, but not among the user's
        os.environ["PYTHONPYCACHEPREFIX"] = home  # programs start from bytecode, as installed
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        for theme in options.themes:
            figures[theme] = _run(theme, options)
            figures["load"][theme] = os.getloadavg()[0]
            if options.json is not None:
                options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    return 0


def _run(theme: str, options: argparse.Namespace) -> Any:
    if theme == "engine":
        from benchmarks import engine, engine_report
        from benchmarks.rows import ROWS

        figures = {}
        for name in options.rows.split(","):
            figures[name] = engine.measure(ROWS[name], options.rounds)
            print(engine_report.report(name, figures[name]), flush=True)
        return figures
    if theme == "sweep":
        from benchmarks import sweep

        values, text = sweep.run(options.rounds, options.quick)
        print(text, flush=True)
        return values
    from benchmarks import screen

    values, text = screen.run(options.rounds, options.quick)
    print(text, flush=True)
    return values


if __name__ == "__main__":
    sys.exit(main())
