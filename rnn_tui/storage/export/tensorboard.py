"""The training curve as a TensorBoard event file; needs tensorboardX, an extra.

Its `SummaryWriter` takes minutes for a million epochs, eight times as long as its `RecordWriter`
with an event for each epoch.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.curve.reader import Curve, HistoryReader
from rnn_tui.storage.disk.errors import StoreError, unwritable
from rnn_tui.storage.disk.names import HISTORY
from rnn_tui.storage.export.formats import branch_of, write_new
from rnn_tui.storage.library.listing import info_of

_TAGS = ("loss", "accuracy", "learning_rate")


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
    protocol = _modules()
    number = branch_of(load_run(folder, allow_nonfinite=True).run, branch).number
    created = info_of(folder).created
    with HistoryReader(folder / HISTORY) as history:
        curve = history.epochs(number)
    path = output
    try:
        if "tfevents" not in output.name:
            output.mkdir(parents=True, exist_ok=True)
            path = output / f"events.out.tfevents.{int(created)}.{folder.name}.branch{number}"
        with TemporaryDirectory() as temporary:
            events = Path(temporary) / "events"
            _write(events, curve, created, *protocol)
            write_new(path, events.read_bytes(), force)
    except OSError as error:
        raise error if isinstance(error, StoreError) else unwritable(output, error) from error
    return len(curve.epochs)


def _modules() -> tuple[Any, Any, Any]:
    """How a file, an event and its points are written.

    Raises:
        StoreError: tensorboardX is not installed.
    """
    try:
        return (
            import_module("tensorboardX.record_writer").RecordWriter,
            import_module("tensorboardX.proto.event_pb2").Event,
            import_module("tensorboardX.proto.summary_pb2").Summary,
        )
    except ImportError:
        raise StoreError(
            "tensorboardX is not installed; add it with: pip install 'rnn-tui[tensorboard]'"
        ) from None


def _write(path: Path, curve: Curve, created: float, writer: Any, event: Any, summary: Any) -> None:
    file = writer(str(path))
    file.write(event(wall_time=created, file_version="brain.Event:2").SerializeToString())
    columns = (curve.epochs, curve.loss, curve.accuracy, curve.learning_rate)
    for epoch, *values in zip(*(column.tolist() for column in columns), strict=True):
        points = [
            summary.Value(tag=tag, simple_value=value)
            for tag, value in zip(_TAGS, values, strict=True)
        ]
        point = event(wall_time=created, step=epoch, summary=summary(value=points))
        file.write(point.SerializeToString())
    file.close()
