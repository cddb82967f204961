"""The training curve as a TensorBoard event file; needs tensorboardX, an extra."""

from __future__ import annotations

import struct
from importlib import import_module
from pathlib import Path
from typing import Any

from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.curve.reader import Curve, HistoryReader
from rnn_tui.storage.disk.durable import StoreError, UnwritableFile
from rnn_tui.storage.disk.names import HISTORY
from rnn_tui.storage.export.formats import branch_of, write_new
from rnn_tui.storage.library.listing import info_of

_TAGS = ("loss", "accuracy", "learning_rate")
_HINT = "events.out.tfevents"


def export_tensorboard(
    folder: Path, output: Path, branch: int | None = None, *, force: bool = False
) -> int:
    """Loss, accuracy and learning rate of a branch, None for the one on the screen.

    Args:
        folder: of the run.
        output: a file with ``tfevents`` in its name, which TensorBoard insists on; or else a
            folder, made if it is not there, in which a file named after run and branch is put.
        branch: its number.
        force: replace a file of that name.

    Returns:
        How many epochs.

    Raises:
        StoreError: tensorboardX is not installed, the run cannot be read, or the file not written.
    """
    framing = _Framing()
    number = branch_of(load_run(folder, allow_nonfinite=True).run, branch).number
    info = info_of(folder)
    with HistoryReader(folder / HISTORY) as history:
        curve = history.epochs(number)
    path = output
    if "tfevents" not in output.name:
        try:
            output.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UnwritableFile(output, error) from error
        path = output / f"{_HINT}.{int(info.created)}.{folder.name}.branch{number}"
    write_new(path, framing.events(curve, info.created), force)
    return len(curve.epochs)


class _Framing:
    """Events with their checksums, as TensorBoard reads them.

    Raises:
        StoreError: tensorboardX is not installed.
    """

    def __init__(self) -> None:
        try:
            crc32c = import_module("tensorboardX.crc32c")
            event = import_module("tensorboardX.proto.event_pb2")
            summary = import_module("tensorboardX.proto.summary_pb2")
        except ImportError:
            raise StoreError(
                "tensorboardX is not installed; add it with: pip install 'rnn-tui[tensorboard]'"
            ) from None
        self._crc32c: Any = crc32c.crc32c
        self._event: Any = event.Event
        self._summary: Any = summary.Summary

    def events(self, curve: Curve, created: float) -> bytes:
        """The whole file."""
        records = [self._record(self._event(wall_time=created, file_version="brain.Event:2"))]
        columns = (curve.epochs, curve.loss, curve.accuracy, curve.learning_rate)
        for epoch, *values in zip(*(column.tolist() for column in columns), strict=True):
            points = [
                self._summary.Value(tag=tag, simple_value=value)
                for tag, value in zip(_TAGS, values, strict=True)
            ]
            event = self._event(wall_time=created, step=epoch, summary=self._summary(value=points))
            records.append(self._record(event))
        return b"".join(records)

    def _record(self, event: Any) -> bytes:
        """Length, its checksum, the event, its checksum."""
        data: bytes = event.SerializeToString()
        length = struct.pack("<Q", len(data))
        return length + self._checksum(length) + data + self._checksum(data)

    def _checksum(self, data: bytes) -> bytes:
        value = self._crc32c(data)
        return struct.pack("<I", ((value >> 15 | value << 17) + 0xA282EAD8) & 0xFFFFFFFF)
