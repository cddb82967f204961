"""Observes a state: computes what somebody wants to see of it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from rnn_tui.model.interruption import AtStep
from rnn_tui.session.lenses.curves import branches
from rnn_tui.session.lenses.lens import Lens, Scene
from rnn_tui.session.snapshot import Observation
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.evaluation import Evaluation, Evaluator
from rnn_tui.training.trainer import State


class Observer:
    """Observes the states of one run, remembering what it worked out for the last one.

    Args:
        navigator: where the run is.
    """

    def __init__(self, navigator: Navigator) -> None:
        trainer, config = navigator.trainer, navigator.trainer.config
        self._evaluator = Evaluator(trainer.sequences, config.hidden, config.dtype, config.seed)
        self._scene = Scene(navigator, self._evaluator)

    def evaluate(self, state: State) -> Evaluation:
        """Loss and accuracy at a state; known already for the one observed last."""
        if state is self._scene.state:
            self._scene.at_step = None
            return self._scene.evaluation()
        return self._evaluator.evaluate(self._scene.trainer.parameters_of(state))

    @property
    def evaluated_on(self) -> int:
        """How many sequences the evaluation is over."""
        return self._evaluator.evaluated_on

    def observe(
        self, lenses: Iterable[Lens], sequence: int, at_step: AtStep | None = None
    ) -> Observation:
        """Observe the state shown.

        Args:
            lenses: what is wanted besides what every observation has.
            sequence: the sequence shown, from 0.
            at_step: called between time steps.

        Raises:
            Interrupted: if ``at_step`` does.
        """
        scene = self._scene
        scene.sequence, scene.at_step = sequence, at_step
        navigator, timeline = scene.navigator, scene.timeline
        seen = {lens: lens(scene) for lens in lenses}
        return Observation(
            epoch=scene.state.epoch,
            newest=timeline.newest,
            evaluation=scene.evaluation(),
            evaluated_on=self._evaluator.evaluated_on,
            curve=timeline.curve.buckets(),
            first_solved=timeline.curve.first_solved,
            settings=navigator.settings,
            changes=timeline.changes(),
            branches=branches(scene),
            branch=timeline.number,
            tensors=scene.trainer.layout.tensors,
            sequence=sequence,
            sequences=len(scene.trainer.sequences.inputs),
            seen=seen,
        )
