"""The training curve as a TensorBoard event file; needs tensorboardX, an extra.

Its `SummaryWriter` takes minutes for a million epochs, eight times as long as its `RecordWriter`
with an event for each epoch.
"""

from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from rnn_tui.storage.curve.reader import Curve
from rnn_tui.storage.disk.errors import StoreError, unwritable


def event_file(curve: Curve, created: float) -> bytes:
    """Losses, accuracies and learning rate of each epoch, all at one time, seconds since 1970.

    The validation set's are there where there is one.
    """
    try:
        records = import_module("tensorboardX.record_writer")
        events = import_module("tensorboardX.proto.event_pb2")
        summaries = import_module("tensorboardX.proto.summary_pb2")
    except ImportError:
        raise StoreError(
            "tensorboardX is not installed; add it with: pip install 'rnn-tui[tensorboard]'"
        ) from None
    names = ["loss", "accuracy", "learning_rate"]
    if curve.is_validated:
        names += ["valid_loss", "valid_accuracy"]
    columns = [curve.epochs.tolist(), *(getattr(curve, name).tolist() for name in names)]
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "events"
            file = records.RecordWriter(str(path))
            first = events.Event(wall_time=created, file_version="brain.Event:2")
            file.write(first.SerializeToString())
            for epoch, *values in zip(*columns, strict=True):
                points = [
                    summaries.Summary.Value(tag=name, simple_value=value)
                    for name, value in zip(names, values, strict=True)
                ]
                summary = summaries.Summary(value=points)
                event = events.Event(wall_time=created, step=epoch, summary=summary)
                file.write(event.SerializeToString())
            file.close()
            return path.read_bytes()
    except OSError as error:
        raise unwritable("a temporary folder", error) from error
