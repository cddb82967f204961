"""Looks at a state: everything the screen shows of it, computed only when somebody looks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.interruption import AtStep, Interrupted
from rnn_tui.model.parameters import Parameters
from rnn_tui.session.snapshot import BranchView, Observation, SequenceSeen, TensorView
from rnn_tui.timeline.branch import Timeline
from rnn_tui.timeline.loss_curve import Reduced
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.evaluation import Evaluation, Evaluator, SequenceDetail
from rnn_tui.training.journal import Journal
from rnn_tui.training.trainer import State, Trainer

TRACE_POINTS = 24


class Observer:
    """Observes the states of one run, remembering what it worked out for the last one.

    Args:
        trainer: the run's; only what never changes of it is used.
    """

    def __init__(self, trainer: Trainer) -> None:
        config = trainer.config
        self._trainer = trainer
        self._evaluator = Evaluator(trainer.sequences, config.hidden, config.dtype, config.seed)
        self._state: State | None = None
        self._evaluated: tuple[Evaluation, Parameters] | None = None
        self._index = -1
        self._detail: SequenceDetail | None = None
        self._norms: dict[int, tuple[State, dict[str, float]]] = {}
        self._branches: dict[int, tuple[tuple[str, int, Journal], BranchView]] = {}

    def evaluate(self, state: State) -> Evaluation:
        """Loss and accuracy at a state; known already for the one looked at last."""
        if state is self._state and self._evaluated is not None:
            return self._evaluated[0]
        return self._evaluator.evaluate(self._trainer.parameters_of(state))

    @property
    def evaluated_on(self) -> int:
        """How many sequences the evaluation is over."""
        return self._evaluator.evaluated_on

    def observe(
        self, navigator: Navigator, sequence: int, at_step: AtStep | None = None
    ) -> Observation:
        """Look at the state shown and at one sequence.

        Args:
            navigator: where the run is.
            sequence: the sequence shown, from 0.
            at_step: called between time steps.

        Raises:
            Interrupted: if ``at_step`` does.
        """
        state, timeline = navigator.state, navigator.timeline
        parameters = self._trainer.parameters_of(state)
        if state is not self._state or self._evaluated is None:
            self._evaluated = self._evaluator.evaluate_with_gradient(parameters, at_step)
            self._state, self._detail = state, None
        if self._detail is None or sequence != self._index:
            self._detail = self._evaluator.detail(parameters, sequence, at_step)
            self._index = sequence
        evaluation, gradient = self._evaluated
        return Observation(
            epoch=state.epoch,
            newest=timeline.newest,
            evaluation=evaluation,
            evaluated_on=self._evaluator.evaluated_on,
            tensors=self._tensors(state, parameters, gradient, timeline),
            sequence=self._sequence(sequence, self._detail),
            curve=timeline.history.reduced(),
            first_solved=timeline.history.first_solved,
            learning_rate=navigator.settings.rate,
            clip=navigator.settings.clip,
            changes=timeline.changes(),
            branches=tuple(map(self._branch, navigator.timelines)),
            branch=timeline.number,
        )

    def observe_unless_interrupted(
        self, navigator: Navigator, sequence: int, at_step: AtStep, last: Observation | None
    ) -> tuple[Observation | None, bool]:
        """The same; the last observation, and False, if ``at_step`` interrupts it."""
        try:
            return self.observe(navigator, sequence, at_step), True
        except Interrupted:
            return last, False

    def _branch(self, timeline: Timeline) -> BranchView:
        """Its view, made again only where something is new on it."""
        is_of = (timeline.name, timeline.newest, timeline.journal)
        known = self._branches.get(timeline.number)
        if known is None or known[0] != is_of:
            known = self._branches[timeline.number] = (is_of, branch_view(timeline))
        return known[1]

    def _tensors(
        self, state: State, parameters: Parameters, gradient: Parameters, timeline: Timeline
    ) -> tuple[TensorView, ...]:
        norms, gradient_norms = parameters.norms(), gradient.norms()
        past = [self._norms_of(kept) for kept in timeline.spread(state.epoch, TRACE_POINTS)]
        moved: dict[str, float] | None = None
        if state.previous is not None:
            moved = parameters.with_flat(state.parameters - state.previous).norms()
        return tuple(
            TensorView(
                tensor.name,
                tensor.role,
                tensor.shape,
                norms[tensor.name],
                np.array([kept[tensor.name] for kept in past]),
                gradient_norms[tensor.name],
                _ratio(moved, norms, tensor.name),
            )
            for tensor in parameters.layout.tensors
        )

    def _norms_of(self, state: State) -> dict[str, float]:
        known = self._norms.get(state.epoch)
        if known is None or known[0] is not state:
            if len(self._norms) > 16 * TRACE_POINTS:
                self._norms.clear()
            known = (state, self._trainer.parameters_of(state).norms())
            self._norms[state.epoch] = known
        return known[1]

    def _sequence(self, index: int, detail: SequenceDetail) -> SequenceSeen:
        inputs, targets, alphabet = self._trainer.sequences

        def written(symbols: NDArray[np.intp]) -> tuple[str, ...]:
            return tuple(alphabet[symbol] for symbol in symbols)

        return SequenceSeen(
            index, len(inputs), written(inputs[index]), written(targets[index]),
            written(detail.prediction), detail.confidence, detail.gradient_norms,
        )  # fmt: skip


def branch_view(timeline: Timeline) -> BranchView:
    """What the list of branches and the chart show of one."""
    reduced = timeline.history.reduced()
    start = 0 if timeline.parent is None else timeline.fork.epoch
    own = (
        reduced.epochs > start
        if timeline.parent is not None
        else np.ones(len(reduced.epochs), dtype=bool)
    )
    return BranchView(
        number=timeline.number,
        name=timeline.name,
        parent=None if timeline.parent is None else timeline.parent.number,
        fork=start,
        newest=timeline.newest,
        changes=timeline.journal.changes,
        curve=Reduced(*(column[own] for column in reduced)),
    )


def _ratio(moved: dict[str, float] | None, norms: dict[str, float], name: str) -> float | None:
    """‖ΔP‖ / ‖P‖; None where nothing has moved yet, or P is zero."""
    return None if moved is None or norms[name] == 0 else moved[name] / norms[name]
