"""The options that describe a run, the same for every command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rnn_tui.runs.opening import Opening
    from rnn_tui.session.run import Run
    from rnn_tui.storage.library.store import Store
    from rnn_tui.training.config import Config

Command = TypeVar("Command", bound=Callable[..., Any])


class NormLimit(click.ParamType[float | None]):
    """``none``, or a number."""

    name = "none|norm"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | None:
        """None, or the number."""
        if value is None or isinstance(value, float) or str(value).lower() == "none":
            return None if str(value).lower() == "none" else value
        try:
            return float(value)
        except ValueError:
            self.fail(f"{value!r} is neither none nor a number", param, ctx)


_OPTIONS = (
    click.option("--task", default="successor", show_default=True, help="Problem: successor."),
    click.option("--symbols", default=3, show_default=True, help="Size of the vocabulary, V."),
    click.option("--length", default=10, show_default=True, help="Time steps of a sequence, T."),
    click.option("--sequences", default=10, show_default=True, help="Sequences to train on."),
    click.option("--cell", default="rnn", show_default=True, help="Recurrent cell."),
    click.option("--hidden", default=10, show_default=True, help="Hidden nodes, H."),
    click.option(
        "--init", default="normal", show_default=True,
        help="normal: N(0,1), the notebook's; scaled: U(±1/√H), PyTorch's.",
    ),
    click.option("--optimizer", default="sgd", show_default=True, help="Rule for an update."),
    click.option("--lr", default=0.001, show_default=True, help="Learning rate."),
    click.option("--batch", default=1, show_default=True, help="Sequences in a mini-batch."),
    click.option(
        "--clip", type=NormLimit(), default="none", show_default=True,
        help="Largest norm of a gradient.",
    ),
    click.option("--seed", default=0, show_default=True, help="Of weights and sequences."),
    click.option("--dtype", default="float64", show_default=True, help="float64 or float32."),
)  # fmt: skip
_NAMES = (
    "task", "symbols", "length", "sequences", "cell", "hidden", "init", "optimizer", "lr",
    "batch", "clip", "seed", "dtype",
)  # fmt: skip


def run_options(command: Command) -> Command:
    """Give a command all options of a run."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_STORING = (
    click.option(
        "--resume", is_flag=False, flag_value="", default=None, metavar="[RUN]",
        help="Go on with a run, the newest if none is named.",
    ),
    click.option(
        "--allow-nonfinite", is_flag=True, help="Resume a run with NaN or infinite parameters."
    ),
    click.option(
        "--store", type=click.Path(), metavar="DIR",
        help="Where runs are kept, instead of RNN_TUI_HOME or your data directory.",
    ),
    click.option("--no-store", is_flag=True, help="Keep nothing on disk."),
    click.option(
        "--memory", type=click.IntRange(1, 1_000_000), default=64, show_default=True,
        help="Megabytes for the states to go back to.",
    ),
)  # fmt: skip


def storing_options(command: Command) -> Command:
    """Give a command the options of keeping and resuming runs."""
    for option in reversed(_STORING):
        command = option(command)
    return command


def open_run(
    ctx: click.Context, options: dict[str, Any], goal: int | None
) -> tuple[Run, list[str]]:
    """The run that the options ask for, new or resumed, and what to tell the user about it.

    Raises:
        ConfigError: if the options make no sense.
        StoreError: if the run cannot be resumed, or ``--save`` not be written.
        click.UsageError: for options that contradict each other.
    """
    config, resume = config_of(options), options["resume"]
    _check_storing(ctx, options)
    opening = _opening(options)
    if resume is None:
        return opening.new(config, goal), _advice(config)
    run, note = opening.resume(resume or None, goal, allow_nonfinite=options["allow_nonfinite"])
    return run, [note] if note else []


def _check_storing(ctx: click.Context, options: dict[str, Any]) -> None:
    if options["store"] is not None and options["no_store"]:
        raise click.UsageError("--store and --no-store contradict each other; leave one out")
    if options["resume"] is not None:
        for name in _NAMES:
            if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
                raise click.UsageError(
                    f"--{name} cannot be changed with --resume: the run has its own; leave it out"
                )
        if options["no_store"]:
            raise click.UsageError("--resume goes on storing the run; leave out --no-store")


def _opening(options: dict[str, Any]) -> Opening:
    from rnn_tui.runs.opening import Opening

    def user_store() -> Store:
        from rnn_tui.storage.library.store import Store

        return Store(options["store"])

    store: Store | Callable[[], Store] | None = None
    if not options["no_store"]:
        store = user_store if options["store"] is None else user_store()
    save = None if options["save"] is None else Path(options["save"])
    return Opening(store, save, options["memory"] * 2**20)


def _advice(config: Config) -> list[str]:
    advice = advise(config)
    return [] if advice is None else [advice]


def config_of(options: dict[str, Any]) -> Config:
    """The configuration that the options describe.

    Raises:
        ConfigError: naming the option that makes no sense.
        click.UsageError: for ``--epochs`` below 0.
    """
    from rnn_tui.training.config import Config

    epochs = options.get("epochs")
    if epochs is not None and epochs < 0:
        raise click.UsageError(f"--epochs {epochs}: must be a whole number, at least 0")
    return Config(**{name: options[name] for name in _NAMES})


def advise(config: Config) -> str | None:
    """A line for networks that start in chaos, else None."""
    if config.init == "normal" and config.hidden > 64:
        return (
            f"advice: with {config.hidden} hidden nodes N(0,1) weights make the network chaotic; "
            "--init scaled trains better"
        )
    return None
