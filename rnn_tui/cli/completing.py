"""What a shell completes beyond commands, options and choices: files, runs and other names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


class FileName(click.ParamType):  # type: ignore[type-arg]  # click 8.1 has none
    """The type of options that name a file, or a folder.

    Args:
        kind: what is completed, ``file`` or ``dir``.
    """

    name = "path"

    def __init__(self, kind: str = "file") -> None:
        self._kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Any name that is not empty."""
        if not str(value):
            self.fail("the name is empty", param, ctx)
        return Path(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """By the shell."""
        return [CompletionItem(incomplete, type=self._kind)]


def names(make: Callable[[], Iterable[str]]) -> Complete:
    """Completes the names that are made when they are asked for."""

    def complete(
        ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [CompletionItem(name) for name in make() if name.startswith(incomplete)]

    return complete


def complete_run(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The runs in the store, which may be named before; none where there is something wrong."""
    from rnn_tui.storage.library.store import Store

    found: list[str] = []
    with suppress(Exception):  # a prompt is no place for an error
        found = Store(_store_named(ctx)).newest_first()
    fit = (name for name in found if name.startswith(incomplete))
    return [CompletionItem(name) for name in fit if name.isprintable() and " " not in name]


def complete_run_or_file(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The runs in the store; files, where none begins like this."""
    return [CompletionItem(incomplete, type="file"), *complete_run(ctx, param, incomplete)]


def _store_named(ctx: click.Context | None) -> Path | None:
    """By ``--store`` of the command, or of the group that it belongs to."""
    while ctx is not None:
        if ctx.params.get("store"):
            return Path(ctx.params["store"])
        ctx = ctx.parent
    return None
