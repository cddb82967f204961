"""``rnn-tui completion``: the script by which a shell completes commands, options and names.

The shell calls rnn-tui itself, which answers instead of running; that is click's, as the scripts
are. What click does not know is in `completing`.
"""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from rnn_tui.cli.options import debug_option
from rnn_tui.cli.output import pour

_VARIABLE = "_RNN_TUI_COMPLETE"
"""In the environment where the shell asks; the name is click's."""


@click.command(short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@debug_option
@click.pass_context
def completion(ctx: click.Context, /, shell: str) -> None:
    """Print what lets a SHELL complete commands, options, choices, runs and files.

    \b
    bash, in ~/.bashrc:           eval "$(rnn-tui completion bash)"
    zsh, in ~/.zshrc (compinit):  eval "$(rnn-tui completion zsh)"
    fish:  rnn-tui completion fish > ~/.config/fish/completions/rnn-tui.fish
    """  # noqa: D301
    kind = get_completion_class(shell)
    assert kind is not None  # one of the choices
    script = kind(ctx.find_root().command, {}, "rnn-tui", _VARIABLE).source()
    pour(f"{script.strip()}\n".encode())
