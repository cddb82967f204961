"""``rnn-tui tasks``: the problems to train on, and their sequences before one trains."""

from __future__ import annotations

import json
from shutil import get_terminal_size
from textwrap import wrap
from typing import Any

import click
from rich.cells import cell_len

from rnn_tui.cli.completing import names
from rnn_tui.cli.options import (
    GroupedCommand,
    debug_option,
    given,
    json_option,
    run_parameters,
)
from rnn_tui.cli.output import can_say, say
from rnn_tui.model.option import as_written
from rnn_tui.storage.disk.errors import printable
from rnn_tui.tasks.dataset import Dataset, Sequences
from rnn_tui.tasks.registry import OWN_DATA, TASKS
from rnn_tui.tasks.task import Task
from rnn_tui.training.command_line import suggestion
from rnn_tui.training.config import Config
from rnn_tui.training.own_data import read_own_data
from rnn_tui.training.words import plural

_NAMES = (*TASKS, *(task.name for task in OWN_DATA.values()))


class ShowCommand(GroupedCommand):
    """Has the options of a run, but for ``--task``."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The options of a run, then the command's own."""
        options = (known for known in run_parameters() if known.name != "task")
        return [*options, *super().get_params(ctx)]


class TasksGroup(click.Group):
    """Tells who writes ``tasks NAME`` to write ``tasks show NAME``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a hint for the name of a task."""
        if args[0] in _NAMES and not ctx.resilient_parsing:
            raise click.UsageError(f"{args[0]} is a task; write rnn-tui tasks show {args[0]}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=TasksGroup, invoke_without_command=True, short_help="List or show the problems to train on."
)
@json_option
@debug_option
@click.pass_context
def tasks(ctx: click.Context, /, as_json: bool) -> None:
    """List the problems to train on; show NAME prints the sequences of one."""
    if ctx.invoked_subcommand is not None:
        if as_json:
            raise click.UsageError(
                f"write --json after it: rnn-tui tasks {ctx.invoked_subcommand} NAME --json"
            )
        return
    usual = [task() for task in (*TASKS.values(), *OWN_DATA.values())]
    say(*([json.dumps([_to_json(task) for task in usual])] if as_json else _table(usual)))


@tasks.command(cls=ShowCommand, short_help="Show a task and its first sequences.")
@click.argument("name", shell_complete=names(lambda: _NAMES))
@click.option(
    "--count", type=click.IntRange(0), metavar="N", default=5, show_default=True,
    help="Training sequences to print.",
)  # fmt: skip
@click.option(
    "--epochs",
    type=click.IntRange(1),
    metavar="N",
    help="Where a schedule ends.",
)
@json_option
@debug_option
@click.pass_context
def show(ctx: click.Context, /, name: str, count: int, as_json: bool, **options: Any) -> None:
    """Show the task NAME and the first sequences that a run with these options trains on."""
    values = {option: options[option] for option in given(ctx)}
    values = read_own_data(values | {"epochs": options["epochs"]}, _known(name))
    config = Config.of(task=name, **values)
    data = config.task.dataset(config.seed, config.valid, config.batch)
    data = data._replace(training=data.training.rows(slice(count)))
    say(*([json.dumps(_shown(config.task, data))] if as_json else _lines(config, data)))


def _known(name: str) -> str:
    if name not in _NAMES:
        raise click.UsageError(f"there is no task {name[:40]!r}; there is: {', '.join(_NAMES)}")
    return name


def _to_json(task: Task) -> dict[str, Any]:
    """A task at its options, as plain values."""
    return {
        "name": task.name,
        "title": task.title,
        "definition": task.definition,
        "needs_memory": task.needs_memory,
        "chance": task.chance,
        "optimum": task.optimum,
        "sources": [source._asdict() for source in task.sources],
    }


def _shown(task: Task, data: Dataset) -> dict[str, Any]:
    """The same with the alphabets and the training sequences."""
    return _to_json(task) | {
        "inputs": data.inputs,
        "outputs": data.outputs,
        "sequences": [_sequence(data, index) for index in range(len(data.training))],
    }


def _sequence(data: Dataset, index: int) -> dict[str, list[Any]]:
    """One training sequence as it looks on the screen, without padding."""
    sequences: Sequences = data.training
    end = sequences.length(index)
    scored = [True] * end if sequences.scored is None else sequences.scored[index, :end].tolist()
    return {
        "input": [data.inputs[symbol] for symbol in sequences.inputs[index, :end]],
        "target": [data.outputs[symbol] for symbol in sequences.targets[index, :end]],
        "scored": scored,
    }


def _table(listed: list[Task]) -> list[str]:
    """The tasks, one below the other, for people."""
    rows = [("TASK", "MEMORY", "CHANCE", "OPTIMUM", "DEFINITION")]
    rows += [
        (
            task.name, "needed" if task.needs_memory else "no",
            _number(task.chance), _number(task.optimum), task.definition,
        )
        for task in listed
    ]  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    lines = []
    for *cells, definition in rows:
        start = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        lines += _hanging(start + "  ", definition)
    return [*lines, "", "Chance and optimum: nats per symbol, at the default options."]


def _lines(config: Config, data: Dataset) -> list[str]:
    """A task and its sequences, for people."""
    task, values = config.task, config.to_json()
    names = [*vars(task), "seed"]
    facts = {
        "definition": task.definition,
        "note": task.note,
        "about": task.advice,
        "suggested": f"rnn-tui {suggestion(type(task))}",
        "options": " ".join(as_written(name, values[name]) for name in names),
        "chance": _loss(task.chance, task.chance_label),
        "optimum": _loss(task.optimum, "the best possible on new sequences"),
        "inputs": _alphabet(data.inputs),
        "outputs": _alphabet(data.outputs),
    }
    lines = [task.title]
    for name, text in facts.items():
        lines += _hanging(f"{name:<12}", text) if text else []
    for what, value, source, confidence in task.sources:
        lines += _hanging(f"{'source':<12}", f"{what}: {value} ({confidence}: {source})")
    for index in range(len(data.training)):
        lines += ["", *_rows(index + 1, _sequence(data, index))]
    return lines


def _rows(number: int, sequence: dict[str, list[Any]]) -> list[str]:
    """A sequence as rows of input and target, in blocks where it is wider than the terminal.

    Where every symbol is one column wide and the line does not fit, they stand side by side.
    """
    unscored = "·" if can_say("·") else "."
    targets = zip(map(_sign, sequence["target"]), sequence["scored"], strict=True)
    rows = (
        list(map(_sign, sequence["input"])),
        [symbol if counts else unscored for symbol, counts in targets],
    )
    count, room = len(rows[0]), _width() - 12
    cell = max(map(cell_len, rows[0] + rows[1]))
    gap = "" if cell == 1 and 2 * count - 1 > room else " "
    block = max(1, (room + len(gap)) // (cell + len(gap)))
    lines: list[str] = []
    for start in range(0, count, block):
        for label, row in zip(("input", "target"), rows, strict=True):
            symbols = gap.join(
                symbol + " " * (cell - cell_len(symbol)) for symbol in row[start : start + block]
            )
            lines.append(f"{'' if lines else number:<4}{label:<8}{symbols}".rstrip())
    return lines


def _loss(value: float | None, label: str) -> str:
    return "unknown" if value is None else f"{_number(value)} nats per scored symbol ({label})"


def _number(value: float | None) -> str:
    return "unknown" if value is None else "0" if value == 0 else f"{value:.4f}"


def _alphabet(names: tuple[str, ...]) -> str:
    """The symbols, or the first and the last of many."""
    signs = list(map(_sign, names))
    few = signs if len(signs) <= 20 else [*signs[:3], "…", signs[-1]]
    return f"{len(names):,} {plural(len(names), 'symbol')}: {' '.join(few)}"


def _sign(symbol: str) -> str:
    """A symbol that can be seen and does nothing to the terminal."""
    blank = "␣" if can_say("␣") else "_"
    clear = printable(symbol) if cell_len(symbol) else ascii(symbol)[1:-1]
    return clear.replace(" ", blank)


def _hanging(start: str, text: str) -> list[str]:
    """A text behind its label, in lines that fit the terminal."""
    return wrap(text, max(_width(), 40), initial_indent=start, subsequent_indent=" " * len(start))


def _width() -> int:
    """Columns of the terminal, at least 60; 80 where there is none."""
    return max(60, get_terminal_size().columns)
