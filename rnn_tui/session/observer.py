"""Observes the state shown: computes what somebody wants to see of it, and nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from rnn_tui.model.interruption import AtStep
from rnn_tui.session.lenses.curves import branches
from rnn_tui.session.lenses.lens import Lens, Scene
from rnn_tui.session.lenses.predictions import count_mistakes, predictions
from rnn_tui.session.snapshot import Observation
from rnn_tui.training.journal import Position


def observe(
    scene: Scene,
    lenses: Iterable[Lens],
    sequence: int,
    step: int = 0,
    at_step: AtStep | None = None,
) -> Observation:
    """Observe the state shown.

    Args:
        scene: what is remembered of the run and of the state observed last.
        lenses: what is wanted besides what every observation has.
        sequence: the sequence shown, from 0.
        step: the time step of it that is looked at, from 0.
        at_step: called between time steps; what it raises, such as `Interrupted`, ends this.
    """
    navigator, timeline = scene.navigator, scene.navigator.timeline
    is_validated = scene.trainer.dataset.validation is not None
    seen = _see(scene, lenses, sequence, step, at_step)
    return Observation(
        epoch=navigator.epoch,
        newest=timeline.newest,
        evaluation=scene.evaluation(),
        mistakes=count_mistakes(scene),
        evaluated_on=scene.evaluator.evaluated_on,
        valid_loss=scene.validation()[0] if is_validated else None,
        curve=timeline.curve.buckets(),
        valid_curve=validation.buckets() if (validation := timeline.curve.validation) else None,
        settings=navigator.settings,
        rate_factor=scene.trainer.rate_factor(Position(navigator.epoch)),
        changes=timeline.changes(),
        branches=branches(scene),
        branch=timeline.number,
        tensors=scene.trainer.layout.tensors,
        first_solved=timeline.curve.first_solved,
        sequence=sequence,
        step=step,
        sequences=len(scene.trainer.dataset.training),
        seen=seen,
    )


def observe_again(
    last: Observation,
    scene: Scene,
    lenses: Iterable[Lens],
    sequence: int,
    step: int = 0,
    at_step: AtStep | None = None,
) -> Observation:
    """Look otherwise at the state that was observed last, though training has gone on since.

    Args:
        last: that observation.
        scene: held at that state.
        lenses: what is wanted now.
        sequence: the sequence shown, from 0.
        step: the time step of it that is looked at, from 0.
        at_step: as in `observe`.
    """
    seen = _see(scene, lenses, sequence, step, at_step)
    return replace(last, sequence=sequence, step=step, seen=seen)


def _see(
    scene: Scene, lenses: Iterable[Lens], sequence: int, step: int, at_step: AtStep | None
) -> Mapping[Lens, object]:
    scene.sequence, scene.step, scene.at_step = sequence, step, at_step
    # An evaluation with the gradient, where another lens needs one, has the predictions too.
    in_order = sorted(lenses, key=lambda lens: lens is predictions)
    return {lens: lens(scene) for lens in in_order}
