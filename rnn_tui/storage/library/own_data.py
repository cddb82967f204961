"""The data of a run's own in its folder, so that the run goes on when the file has gone.

Up to 64 MB the bytes of the file are kept; the alphabets always, for what needs no more.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.errors import DamagedFile, StoreError, UnreadableFile, reason, shown
from rnn_tui.storage.disk.names import ALPHABETS, DATA
from rnn_tui.storage.disk.regular import open_regular
from rnn_tui.tasks.files.data_file import Content, DataFile
from rnn_tui.tasks.files.errors import DataError
from rnn_tui.tasks.files.reading import STANDARD_INPUT, opened
from rnn_tui.training.config import Config

_ALPHABETS_AT_MOST = 2**28  # bytes


def keep_data(folder: Path, config: Config) -> None:
    """Write what a run's own data needs to be kept; nothing for a generated task.

    Raises:
        UnwritableFile: if it cannot be written.
    """
    file = config.file
    if file is None or file.content is None:
        return
    write_durably(
        folder / ALPHABETS, json.dumps([file.content.inputs, file.content.outputs]).encode()
    )
    if file.content.raw is not None:
        write_durably(folder / DATA, file.content.raw)


def with_data(folder: Path, config: Config, path: str | None = None) -> Config:
    """The configuration of a kept run with what stands in its file, to train on.

    Args:
        folder: of the run.
        config: of the run.
        path: a file that is to be the run's; else what the run keeps, else where it was.

    Raises:
        StoreError: if it is another file, damaged, or not there any more.
    """
    file = config.file
    if file is None:
        if path is not None:
            raise StoreError(f"the run has no data of its own; leave out {shown(path)}")
        return config
    raw = _kept(folder, file) if path is None else None
    source = file.path if path is None else path
    if path == STANDARD_INPUT:
        raise StoreError("a run goes on with its own data: leave - out, or name a file")
    if raw is None and source == STANDARD_INPUT:
        raise StoreError(
            "the run does not keep its data, which came by standard input; name a file of the same "
            "content by --text"
        )
    if raw is None:
        try:
            _require_same(source, file, is_named=path is not None)
        except DataError as error:
            raise StoreError(str(error)) from None
    return with_content(config, raw, source)


def with_content(config: Config, raw: bytes | None = None, path: str | None = None) -> Config:
    """A configuration with what stands in its file, to train on.

    Args:
        config: one whose file, if it has one, was read before.
        raw: the bytes of the file, if they are at hand.
        path: where it is otherwise; None for where it was.

    Raises:
        StoreError: if it cannot be read, or is not what it was.
    """
    file, task = config.file, cast(Any, config.task)
    if file is None:
        return config
    try:
        found = task.parse(raw) if raw is not None else task.read(path or file.path)
    except (DataError, ValueError) as error:
        raise StoreError(str(error)) from None
    if found != replace(file, path=found.path):
        raise StoreError(f"{shown(found.path)}: it changed while it was read; try again")
    return config.with_file(replace(found, path=file.path))


def with_alphabets(folder: Path, config: Config) -> Config:
    """The configuration of a kept run with the names of its symbols, but without the data.

    Raises:
        StoreError: if they are damaged.
    """
    if config.file is None:
        return config
    content = _read(folder / ALPHABETS, _ALPHABETS_AT_MOST)
    if content is None:
        return with_data(folder, config)
    try:
        inputs, outputs = (tuple(map(str, names)) for names in json.loads(content))
    except (ValueError, TypeError, RecursionError):
        inputs = outputs = ()
    if (len(inputs), len(outputs)) != config.symbols:
        raise DamagedFile(f"cannot use {shown(folder / ALPHABETS)}: it holds no alphabets of it")
    return config.with_file(replace(config.file, content=Content(inputs, outputs)))


def _kept(folder: Path, file: DataFile) -> bytes | None:
    """The bytes that the run keeps; None if it keeps none."""
    raw = _read(folder / DATA, 2**27)
    if raw is not None and hashlib.sha256(raw).hexdigest() != file.sha256:
        raise DamagedFile(
            f"cannot use {shown(folder / DATA)}: it is damaged; name the file that the run was "
            "made of, by --text or --data"
        )
    return raw


def _read(path: Path, most: int) -> bytes | None:
    """What stands in a file; None where there is none."""
    try:
        with open(open_regular(path), "rb") as file:
            if os.fstat(file.fileno()).st_size > most:
                raise DamagedFile(f"cannot use {shown(path)}: it is too long")
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnreadableFile(f"cannot read {shown(path)}: {reason(error)}") from error


def _require_same(path: str, file: DataFile, *, is_named: bool) -> None:
    advice = "name the file that the run was made of, by --text or --data"
    try:
        with opened(path) as content:
            if content.sha256 == file.sha256:
                return
    except DataError as error:
        if is_named:
            raise
        raise StoreError(f"the run does not keep its data, and {error}; {advice}") from None
    raise StoreError(
        f"{shown(path)}: is not the file that the run was made of (sha256 "
        f"{content.sha256[:12]}, not {file.sha256[:12]}); {advice}"
    )
