"""Commands that open a run: its options, its goal, and where it is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from rnn_tui.cli.completing import complete_run, names
from rnn_tui.cli.config_file import config_option
from rnn_tui.cli.options import GOAL, GroupedCommand, GroupedOption, path, run_parameters

NEWEST = object()
"""The value of ``--resume`` without a name."""


def _run_name(text: Any) -> Any:
    if text == "":
        raise click.BadParameter("the name is empty; leave it out for the newest run")
    return text


_STORING = (
    GroupedOption(
        ["--resume"], is_flag=False, flag_value=NEWEST, type=_run_name, metavar="[RUN]",
        shell_complete=complete_run,
        help="Continue a run, the newest if none is named.",
    ),
    GroupedOption(
        ["--allow-nonfinite"], is_flag=True, help="Resume a run with NaN or infinite parameters."
    ),
    GroupedOption(["--no-store"], is_flag=True, help="Keep nothing on disk."),
    GroupedOption(
        ["--memory"], type=click.IntRange(1, 1_000_000), metavar="MB", default=64,
        show_default=True, help="Megabytes of memory for stepping back.",
    ),
    GroupedOption(
        ["--save"], type=path, metavar="FILE",
        help="Write the parameters to a file at the end.",
    ),
)  # fmt: skip


def _goal_value(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """``none``, which takes a goal away from a run that is resumed, or what is read."""

    def parse(text: str) -> Any:
        if str(text).lower() == "none":
            return None
        try:
            return read(str(text))
        except ValueError:
            raise click.BadParameter(f"{text!r} must be a whole number, or none") from None

    return parse


_GOAL = (
    GroupedOption(
        ["--until"], group=GOAL, type=_goal_value(str), metavar="solved|loss=X",
        shell_complete=names(lambda: ("solved", "loss=")),
        help="End, or pause once, at the first epoch of the training curve without a mistake, or "
        "with a loss of at most X nats per symbol.",
    ),
    GroupedOption(
        ["--patience"], group=GOAL, type=_goal_value(int), metavar="N",
        help="End, or pause once, after N epochs without a lower validation loss, and go back to "
        "the epoch with the lowest; needs --valid.",
    ),
)  # fmt: skip


class RunCommand(GroupedCommand):
    """A command that opens a run: it has the options of one, and of storing and resuming it."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The options of a run, then those of storing it, then the command's own."""
        return [*run_parameters(), *_GOAL, *_STORING, config_option, *super().get_params(ctx)]
