"""Training without a screen: the loop, and how a run ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from threading import Thread

from rnn_tui.model.interruption import Interrupted
from rnn_tui.session.run import Run
from rnn_tui.session.summary import Moment, Trained, moment_of
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.trainer import Diverged


def moment_of_run(run: Run) -> Moment:
    """The epoch shown, once nothing works on the run any more."""
    navigator = run.navigator
    return replace(
        moment_of(
            navigator.trainer,
            navigator.state,
            navigator.timeline.newest,
            navigator.timeline.journal.changes,  # those that wait for their update changed nothing
            run.observer,
        ),
        run=run.recording.name,
    )


def end(run: Run, timeout: float) -> Moment:
    """Keep what is not on disk yet, and evaluate the epoch shown meanwhile.

    Args:
        run: nothing works on it any more.
        timeout: seconds for the disk.
    """
    stored = []
    keeping = Thread(
        target=lambda: stored.append(run.recording.finish(run.navigator, timeout)), name="keeping"
    )
    keeping.start()
    try:
        moment = moment_of_run(run)
    finally:
        keeping.join()
    return replace(moment, stored=stored == [True], stored_epoch=run.recording.stored_epoch)


def train(
    run: Run,
    epochs: int,
    poll: Callable[[], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Trained:
    """Train without a screen, on the branch that the run is on, from its newest epoch; end it.

    Args:
        run: new or resumed.
        epochs: how many in all.
        poll: called often; may raise `Interrupted` to end early.
        progress: called after each epoch with its number.
    """
    navigator = run.navigator
    trainer, timeline, recording = navigator.trainer, navigator.timeline, run.recording
    diverged: Diverged | None = None
    start, begun, save_at = time.perf_counter(), timeline.newest, 0.0
    try:
        _to_newest(navigator, poll)
        trainer.journal = timeline.journal
        while trainer.epoch < epochs:
            state = trainer.advance(poll, poll)
            timeline.record(state)
            recording.note(navigator)
            if progress is not None:
                progress(state.epoch)
            now = time.perf_counter()
            if now >= save_at:
                save_at = now + 1.0
                recording.save(navigator)
    except Interrupted:
        pass
    except Diverged as error:
        diverged = error
    seconds = time.perf_counter() - start
    state = trainer.state
    return Trained(
        moment=end(run, timeout=60),
        updates=state.epoch * trainer.updates_per_epoch,
        updates_made=(state.epoch - begun) * trainer.updates_per_epoch,
        training_loss=state.training_loss if state.epoch else None,
        first_solved_epoch=timeline.history.first_solved,
        seconds=seconds,
        diverged=diverged,
    )


def _to_newest(navigator: Navigator, poll: Callable[[], None] | None) -> None:
    """Along the known past to where training goes on."""
    navigator.go_to(navigator.timeline.newest)
    while not navigator.resting:
        navigator.work(poll)
