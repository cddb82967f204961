"""``rnn-tui check``: somebody's own network, checked."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from rnn_tui.cli.completing import FileName, names
from rnn_tui.cli.errors import report
from rnn_tui.cli.options import debug_option, json_option
from rnn_tui.cli.output import say
from rnn_tui.cli.progress import StatusLine, with_bar
from rnn_tui.cli.signals import Left, left_at_once

if TYPE_CHECKING:
    from rnn_tui.check.report import Report

EXIT_CODES = {"right": 0, "wrong": 1, "unclear": 3, "unusable": 3}
FAULT_OF_OURS = 70
_EVERY = 0.2
"""Seconds between two looks at a watched file."""


def _seconds(ctx: click.Context, param: click.Parameter, value: float) -> float:
    if not (math.isfinite(value) and value > 0):
        raise click.BadParameter("it must be a number of seconds above 0")
    return value


@click.command(short_help="Check your own network: which gradient is wrong, and why.")
@click.argument(
    "target", metavar="FILE.py[:NAME]", required=False, shell_complete=FileName().shell_complete
)
@json_option
@click.option("--watch", is_flag=True, help="Check again whenever the file changes.")
@click.option(
    "--style", metavar="NAME", shell_complete=names(lambda: _styles()),
    help="Take it for this style; docs/check.md lists them.",
)  # fmt: skip
@click.option(
    "--hint", type=click.IntRange(0, 3), default=3, show_default=True,
    help="How much is told: 0 the verdict, 1 which gradient, 2 from which lag, 3 cause and line.",
)  # fmt: skip
@click.option(
    "--time-limit", "limit", type=float, default=10.0, show_default=True, callback=_seconds,
    metavar="S",
    help="Seconds that loading the file, and each call, may take; waiting for a processor is free.",
)  # fmt: skip
@click.option(
    "--adapter", is_flag=True,
    help="Write a function to fill in, for any network (to FILE.py, or to standard output).",
)  # fmt: skip
@debug_option
@click.pass_context
def check(
    ctx: click.Context,
    /,
    target: str | None,
    as_json: bool,
    watch: bool,
    style: str | None,
    hint: int,
    limit: float,
    adapter: bool,
) -> None:
    """Check somebody's own recurrent network against numerical differentiation.

    FILE.py[:NAME] is a Python file (or a notebook, .ipynb, or package.module:NAME) with a class, a
    function or two that go forward and backward. THE FILE IS EXECUTED, in a process of its own
    with limits on time and memory. Told is which gradient is wrong, from which time lag on, and
    which term is most likely the mistake.

    Exit codes: 0 right, 1 wrong, 2 usage, 3 it cannot be loaded or run or nothing can be said.
    """
    if adapter:
        _write_adapter(target)
        return
    if target is None:
        raise click.UsageError("which file? write rnn-tui check FILE.py, or check --adapter")
    from rnn_tui.check.run import split_target

    file, name = split_target(target)
    _require_style(style)
    try:
        with left_at_once():
            code = _check_once(file, name, style, hint, limit, as_json)
            while watch:
                _wait_for_change(file)
                say("" if as_json else "-" * 72)
                code = _check_once(file, name, style, hint, limit, as_json)
    except Left as left:
        code = left.exit_code
    except click.ClickException:
        raise
    except Exception as error:
        report(error)
        code = FAULT_OF_OURS
    ctx.exit(code)


def _check_once(
    file: str, name: str | None, style: str | None, hint: int, limit: float, as_json: bool
) -> int:
    from rnn_tui.check.report import limited
    from rnn_tui.check.run import check_file
    from rnn_tui.check.telling import error_line, lines_of

    line = StatusLine()
    try:
        found: Report = check_file(file, name, style, limit, _telling(line, file))
    finally:
        line.end()
    told = limited(found, hint)
    if as_json:
        say(json.dumps(told.to_json(), allow_nan=False))
    elif found.error is None:
        say(*lines_of(told, hint))
    if found.error is not None:
        say(f"rnn-tui: {error_line(found)}", error=True)
    return EXIT_CODES[found.verdict]


def _telling(line: StatusLine, file: str) -> Callable[[str, float], None]:
    """Shows what is being done, and how much of it is."""
    label = f"checking {os.path.basename(file)}"

    def show(what: str, share: float) -> None:
        told = f"{label}: {what}"
        line.draw(lambda room: with_bar(room, share, [f"{share:.0%}"], told) if share else told)

    return show


def _require_style(style: str | None) -> None:
    if style is None:
        return
    if style not in (known := _styles()):
        raise click.BadParameter(
            f"there is no style {style!r}; there are {', '.join(known)}", param_hint="--style"
        )


def _styles() -> list[str]:
    from rnn_tui.check.styles.registry import STYLES

    return [each.name for each in STYLES]


def _write_adapter(target: str | None) -> None:
    from rnn_tui.check.styles.adapter import TEMPLATE

    if target is None:
        say(*TEMPLATE.rstrip("\n").split("\n"))
        return
    if os.path.lexists(target):
        raise click.UsageError(f"{target} is there already; choose another file for the adapter")
    with open(target, "x", encoding="utf-8") as file:
        file.write(TEMPLATE)
    say(f"written to {target}: fill it in, then rnn-tui check {target}")


def _wait_for_change(file: str) -> None:
    before = _stamp(file)
    while (now := _stamp(file)) == before or now is None:
        time.sleep(_EVERY)


def _stamp(file: str) -> tuple[int, int] | None:
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
