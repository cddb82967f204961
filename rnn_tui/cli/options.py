"""The options of the commands; those of a run come from one table, `training.config`."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from rnn_tui.cli.completing import FileName, names
from rnn_tui.model.option import flag

if TYPE_CHECKING:
    from rnn_tui.training.options import Option
    from rnn_tui.training.settings.setting import Setting, Value

WRITTEN = ParameterSource.COMMANDLINE
KEEPING, GOAL = "Runs on disk", "Goal"
_PROBLEM = ("task", "text", "data")
"""Options of which each names the problem."""
_WIDEST_CHOICES = 60
"""Characters of all choices; where there are more, the help text has them, not the option."""


class GroupedOption(click.Option):
    """An option that stands under a heading of its own in the help of a run.

    Args:
        group: the heading.
    """

    def __init__(self, *arguments: Any, group: str = KEEPING, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.group = group


path = FileName()
"""The type of options that name a file."""


def seconds(text: str | float) -> float:
    """The type of options that take seconds."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= threading.TIMEOUT_MAX:
        raise click.BadParameter(f"{str(text)[:40]!r} must be a number of seconds, at least 0")
    return value


def _themes() -> list[str]:
    from textual.theme import BUILTIN_THEMES

    return [*BUILTIN_THEMES]


store_option = click.option(
    "--store", type=FileName("dir"), metavar="DIR", cls=GroupedOption,
    help="Where runs are kept, instead of RNN_TUI_HOME or your data directory.",
)  # fmt: skip
branch_option = click.option(
    "--branch",
    type=click.IntRange(0),
    metavar="N",
    help="Number of the branch; its past before the fork is included.",
)
ascii_option = click.option(
    "--ascii", "ascii_only", is_flag=True, help="Draw with ASCII characters only."
)
theme_option = click.option(
    "--theme", metavar="NAME", shell_complete=names(_themes),
    help="Colours, such as textual-light; see ctrl+p.",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, nothing else.")
debug_option = click.option(
    "--debug", is_flag=True, expose_value=False, help="Print a traceback after an error."
)
force_option = click.option(
    "--force", is_flag=True, cls=GroupedOption, help="Replace an existing file."
)


class GroupedCommand(click.Command):
    """A command whose help shows the options under headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The groups in the order of their first options, then what belongs to none."""
        groups: dict[str, list[tuple[str, str]]] = {}
        others = []
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None or isinstance(parameter, click.Argument):
                continue
            if isinstance(parameter, GroupedOption):
                groups.setdefault(parameter.group, []).append(record)
            else:
                others.append(record)
        for name, records in (*groups.items(), ("Options", others)):
            with formatter.section(name):
                formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, under a heading like the others."""
        if self.epilog:
            formatter.write_paragraph()
            formatter.write_text(self.epilog)


def is_given(ctx: click.Context, name: str) -> bool:
    """Whether an option stands on the command line, or in the file that `--config` names."""
    return ctx.get_parameter_source(name) in (WRITTEN, ParameterSource.DEFAULT_MAP)


def given(ctx: click.Context) -> list[str]:
    """The names of the options of a run that are given; see `is_given`.

    A problem that is written takes the place of the file's, whichever of its options names it.
    """
    names = [p.name or "" for p in run_parameters() if is_given(ctx, p.name or "")]
    written = [name for name in _PROBLEM if ctx.get_parameter_source(name) is WRITTEN]
    left_out = [name for name in _PROBLEM if written and name not in written]
    return [name for name in names if name not in left_out]


@cache
def run_parameters() -> tuple[click.Option, ...]:
    """Made when a command is used: the table loads NumPy."""
    from rnn_tui.training.config import run_options

    return tuple(map(_parameter, run_options()))


def _parameter(known: Option) -> click.Option:
    kind: Any = type(known.default)
    text = known.help
    metavar = known.metavar if known.setting is None else known.setting.metavar
    if kind is bool:
        names = f"{flag(known.name)}/{flag('no_' + known.name)}"
        return GroupedOption(
            [names], group=known.group, default=known.default, show_default=True, help=text
        )
    if metavar == "FILE":
        return GroupedOption(
            [flag(known.name)], group=known.group, type=path, metavar=metavar, help=text
        )
    if known.choices:
        kind = click.Choice(known.choices)
        if sum(map(len, known.choices)) > _WIDEST_CHOICES:
            text, metavar = f"{text} One of: {', '.join(known.choices)}.", "NAME"
    elif known.setting is not None:
        kind = _reader(known.setting)
    return GroupedOption(
        [flag(known.name)],
        group=known.group,
        type=kind,
        metavar=metavar,
        default="none" if known.default is None else known.default,
        show_default=True,
        help=text,
    )


def _reader(setting: Setting) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        try:
            return setting.parse(str(text))
        except ValueError as error:
            raise click.BadParameter(f"{text!r} {error}") from None

    return read
