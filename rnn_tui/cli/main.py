"""The group of commands, and what happens when one of them fails."""

from __future__ import annotations

import difflib
import sys
from errno import ENOSPC
from importlib import import_module
from typing import Any

import click

from rnn_tui import __version__
from rnn_tui.cli.errors import STORE, report
from rnn_tui.cli.options import (
    GOAL,
    GroupedOption,
    ascii_option,
    debug_option,
    force_option,
    store_option,
    theme_option,
)
from rnn_tui.cli.output import lose, lost, say, silence
from rnn_tui.cli.run_command import RunCommand

_EXAMPLES = """\b
Examples:
  rnn-tui                                   the notebook's problem on the screen
  rnn-tui --task echo --delay 2 --cell gru  a problem that needs a memory
  rnn-tui --text book.txt --hidden 64       a text of your own
  rnn-tui --resume                          the newest run, where it was left
  rnn-tui train --epochs 800 --json         without the screen
  rnn-tui check my_rnn.py                   is your own gradient right?
"""


_COMMANDS = (
    "check", "completion", "export", "memory", "replay", "runs", "sample", "tasks", "train",
)  # fmt: skip


class Commands(RunCommand, click.Group):
    """Loads a command when it is asked for; for a misspelt one, names the nearest."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in order."""
        return [
            "check",
            "completion",
            "export",
            "memory",
            "replay",
            "runs",
            "sample",
            "tasks",
            "train",
        ]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """From the file of that name; None if there is no such command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = getattr(import_module(f"rnn_tui.cli.{cmd_name}"), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a hint in the message."""
        name = args[0]
        if self.get_command(ctx, name) is None and not ctx.resilient_parsing:
            near = difflib.get_close_matches(name, self.list_commands(ctx), n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else "see rnn-tui --help"
            raise click.UsageError(f"there is no command {name!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    epilog=_EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@force_option
@store_option
@click.option(
    "--epochs", type=click.IntRange(0), metavar="N", cls=GroupedOption, group=GOAL,
    help="Pause once at this epoch.",
)  # fmt: skip
@ascii_option
@theme_option
@debug_option
@click.version_option(__version__, prog_name="rnn-tui")
@click.pass_context
def cli(ctx: click.Context, /, **options: Any) -> None:
    """A trainer and a debugger for recurrent networks, in the terminal.

    Without a command, the trainer opens on the screen, paused at epoch 0.
    """
    if ctx.invoked_subcommand is None:
        from rnn_tui.cli.screen import open_screen

        ctx.exit(open_screen(ctx, options))
    for param in ctx.command.get_params(ctx):
        given = ctx.get_parameter_source(param.name or "")
        if given is click.core.ParameterSource.COMMANDLINE and param.name != "debug":
            _refuse_before_command(ctx, param.opts[0])


def _refuse_before_command(ctx: click.Context, option: str) -> None:
    """Raise the usage error for an option of the screen that a command follows."""
    name = ctx.invoked_subcommand or ""
    command = cli.get_command(ctx, name)
    known = command is not None and any(option in p.opts for p in command.get_params(ctx))
    advice = f"write it after the command: rnn-tui {name} {option} …" if known else "leave it out"
    raise click.UsageError(f"{option} before a command is for the screen; {advice}", ctx)


def main() -> None:
    """Run the command line and leave with its exit code; an error is one line.

    Raises:
        SystemExit: always.
    """
    code: Any = 0
    try:
        code = cli.main(prog_name="rnn-tui", standalone_mode=False)
    except (KeyboardInterrupt, click.Abort):
        code = 130
    except (BrokenPipeError, SystemExit):  # click leaves by itself where nobody reads its help
        silence(1)
    except Exception as error:
        if type(error) is OSError and error.errno == ENOSPC and error.filename is None:
            lose(error)  # click's own printing
        else:
            code = report(error)
    code = code if isinstance(code, int) else 0
    if (problem := lost()) is not None:
        say(f"rnn-tui: standard output was not written: {problem}", error=True)
        code = code or STORE
    sys.exit(code)
