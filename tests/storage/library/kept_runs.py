"""What tests of the store share: a run that is kept, what is told of it, and what time it is."""

from rnn_tui.storage.checkpoint.latest import save_run
from rnn_tui.storage.library.listing import RunInfo
from rnn_tui.storage.library.store import Store
from rnn_tui.timeline.recorder import EpochRecord
from rnn_tui.timeline.run_state import RunState

NOON = 1_795_435_512.0


def finished(store: Store, run: RunState, epochs: int = 5) -> str:
    """A run with a history and two checkpoints, held by nobody."""
    with store.create(run.config) as folder:
        recorder = folder.recorder()
        for epoch in range(1, epochs + 1):
            recorder.record(EpochRecord(1, epoch, 0.25, 0.75, 0.1))
        recorder.save(run)
        assert recorder.close(20)
        save_run(folder.path, run)
        return folder.id


def info(store: Store, name: str) -> RunInfo:
    """What the list tells of a run."""
    return next(found for found in store.list_runs() if found.id == name)
