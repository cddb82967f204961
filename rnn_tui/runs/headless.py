"""Training without a screen, and how a run ends."""

import time
from collections.abc import Callable
from dataclasses import replace
from threading import Thread

from rnn_tui.model.interruption import Interrupted
from rnn_tui.runs.opening import use_one_thread
from rnn_tui.session.run import Run
from rnn_tui.session.summary import Moment, Trained, moment_of
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.goals import Goal
from rnn_tui.training.trainer import Trainer

Progress = Callable[[int], None]


def train(config: Config, epochs: int = 1000) -> Trained:
    """Train a new run that is kept nowhere: a function of its configuration alone."""
    use_one_thread()
    return train_run(Run(Navigator(Trainer(config))), Goal(epochs))


def train_run(
    run: Run,
    goal: Goal,
    poll: Callable[[], None] | None = None,
    progress: Progress | None = None,
) -> Trained:
    """Train a run on the branch that it is on, from its newest epoch, and end it.

    Args:
        run: new or resumed.
        goal: where training ends; where it has been reached already, nothing is trained.
        poll: called often; may raise `Interrupted` to end early.
        progress: called after each new epoch with its number.
    """
    navigator = run.navigator
    start, begun = time.perf_counter(), navigator.timeline.newest
    is_interrupted = False
    run.goal.aim(goal)
    run.recording.save(navigator)
    try:
        while not navigator.resting:
            run.work(poll)
            if progress is not None and navigator.epoch == navigator.timeline.newest:
                progress(navigator.epoch)
    except Interrupted:
        is_interrupted = True
        navigator.go_to(navigator.timeline.newest)
    seconds = time.perf_counter() - start
    state, timeline = navigator.state, navigator.timeline
    updates = navigator.trainer.updates_per_epoch
    stopped = "interrupted" if is_interrupted else run.goal.reached
    return Trained(
        moment=end(run, timeout=60),
        updates=state.epoch * updates,
        updates_made=(timeline.newest - begun) * updates,
        training_loss=state.training_loss if state.epoch else None,
        first_solved_epoch=timeline.curve.first_solved,
        seconds=seconds,
        scored_symbols=navigator.trainer.symbols_per_epoch,
        stopped=stopped or "diverged",
        told="" if is_interrupted else run.goal.told,
        goal=goal,
        diverged=run.diverged,
    )


def end(run: Run, timeout: float) -> Moment:
    """Store what is not on disk yet, within ``timeout`` seconds, and evaluate the epoch shown."""
    stored = []
    keeping = Thread(
        target=lambda: stored.append(run.recording.finish(run.navigator, timeout)), name="keeping"
    )
    keeping.start()
    try:
        moment = moment_of(run)
    finally:
        keeping.join()
    return replace(moment, stored=stored == [True], stored_until=run.recording.stored_epoch)
