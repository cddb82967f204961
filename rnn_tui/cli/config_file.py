"""``--config``: options of a run from a TOML file that is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from os.path import dirname
from pathlib import Path
from typing import Any

import click

from rnn_tui.cli.options import WRITTEN, path

_META = "rnn_tui.config"
"""Where the context keeps how the file is called, and the options in it."""


def config_file(ctx: click.Context) -> str | None:
    """The file that is named, if one is."""
    found: tuple[str, Any] | None = ctx.meta.get(_META)
    return None if found is None else found[0]


@contextmanager
def naming_config_file(ctx: click.Context) -> Iterator[None]:
    """Let a `ConfigError` name the file, where an option of it is wrong."""
    from rnn_tui.training.option_values import naming

    where, names = ctx.meta.get(_META, ("", ()))
    with naming(where, [n for n in names if ctx.get_parameter_source(n) is not WRITTEN]):
        yield


def _use(ctx: click.Context, param: click.Parameter, file: Path | None) -> None:
    if file is None or ctx.resilient_parsing:
        return
    from rnn_tui.storage.disk.errors import StoreError, shown

    try:
        values = _read(file)
    except StoreError as error:
        raise click.UsageError(f"--config {error}", ctx) from None
    ctx.meta[_META] = (shown(file), tuple(values))
    ctx.default_map = {n: "none" if value is None else value for n, value in values.items()}


def _read(file: Path) -> dict[str, Any]:
    """The options in the file; its paths count from its folder.

    Raises:
        ConfigError: if they are wrong.
        StoreError: if it cannot be read.
    """
    from rnn_tui.storage.disk.errors import shown
    from rnn_tui.storage.disk.toml import read_toml
    from rnn_tui.training.option_values import (
        beside,
        file_name,
        read_values,
        with_own_data_beside,
    )

    values = read_values(read_toml(file), shown(file), {"save": file_name})
    folder = dirname(file)
    if "save" in values:
        values["save"] = beside(values["save"], folder)
    return with_own_data_beside(values, folder)


config_option = click.Option(
    ["--config"], type=path, metavar="FILE.toml", is_eager=True, expose_value=False,
    callback=_use, help="Options from a file, such as lr = 0.01; those written here win.",
)  # fmt: skip
"""What the file names are defaults that count as given; see `is_given`."""
