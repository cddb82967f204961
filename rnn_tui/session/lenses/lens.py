"""What a lens is, and the scene it looks at."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, TypeVar, cast

from rnn_tui.model.interruption import AtStep
from rnn_tui.model.parameters import Parameters
from rnn_tui.tasks.symbols import Spelling, alphabets_of
from rnn_tui.timeline.branch import Timeline
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.evaluation import Evaluation, Evaluator, SequenceDetail
from rnn_tui.training.trainer import State

T = TypeVar("T")
_MOST_REMEMBERED, _MOST_OF_STATES = 64, 400

STEPS_ALONG_STREAMS = 2_000
"""Of a text the screen evaluates so many characters of each stream: they come one after another."""


class Scene:
    """The state shown, and what has been computed of it already.

    Attributes:
        navigator: where the run is.
        trainer: only what never changes of it is to be used, and its sequences.
        sequence: index of the sequence shown.
        step: the time step of it that is looked at.
        at_step: called between time steps; may raise `Interrupted`.
    """

    def __init__(self, navigator: Navigator) -> None:
        self.navigator, self.trainer = navigator, navigator.trainer
        config, training = self.trainer.config, self.trainer.dataset.training
        self.evaluator = Evaluator(training, config.symbols, config, STEPS_ALONG_STREAMS)
        self.sequence = self.step = 0
        self.at_step: AtStep | None = None
        self._held: State | None = None
        self._known: dict[Hashable, object] = {}
        self._known_of: State | None = None
        self._of_states: dict[tuple[State, Hashable], object] = {}
        self._branches: dict[int, tuple[object, object]] = {}
        self._kept: dict[Hashable, object] = {}

    @property
    def state(self) -> State:
        """The state shown: the present one, or that of `held_at`."""
        return self._held or self.navigator.state

    @contextmanager
    def held_at(self, state: State) -> Iterator[None]:
        """Meanwhile show this state, though training has gone on since."""
        self._held = state
        try:
            yield
        finally:
            self._held = None

    @property
    def parameters(self) -> Parameters:
        """The parameters shown; not to be written to."""
        return self.trainer.parameters_of(self.state)

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The result of `compute`, remembered while the same state is shown."""
        if self._known_of is not self.state or len(self._known) > _MOST_REMEMBERED:
            self._known, self._known_of = {}, self.state
        if key not in self._known:
            self._known[key] = compute()
        return cast(T, self._known[key])

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """What a lens needs at every state of the run, made once."""
        if key not in self._kept:
            self._kept[key] = make()
        return cast(T, self._kept[key])

    def evaluation(self) -> Evaluation:
        """Loss and accuracy with the parameters shown."""
        if "gradient" in self._known and self._known_of is self.state:
            return self.evaluation_with_gradient()[0]
        return self.once(
            "evaluation", lambda: self.evaluator.evaluate(self.parameters, self.at_step)
        )

    def evaluation_with_gradient(self) -> tuple[Evaluation, Parameters]:
        """The same, and ∂L/∂P summed over time, averaged over the sequences."""
        return self.once(
            "gradient",
            lambda: self.evaluator.evaluate_with_gradient(self.parameters, self.at_step),
        )

    def validation(self) -> tuple[float, float]:
        """Loss and accuracy over the validation set, also at epoch 0; NaN without one."""
        state = self.state
        if state.epoch > 0:
            return state.valid_loss, state.valid_accuracy
        return self.once("validation", lambda: self.trainer.validate(self.parameters, self.at_step))

    def detail(self) -> SequenceDetail:
        """The sequence shown, with the parameters shown; that of one sequence is remembered."""
        index, remembered = self.sequence, self.once("detail", dict[int, SequenceDetail])
        if index not in remembered:
            detail = self.evaluator.detail(self.parameters, index, self.at_step)
            remembered.clear()  # it may be large
            remembered[index] = detail
        return remembered[index]

    @cached_property
    def spelling(self) -> Spelling:
        """How sequences of symbols are written."""
        return Spelling(alphabets_of(self.trainer.config.task))

    def of_state(self, state: State, key: Hashable, compute: Callable[[], T]) -> T:
        """The result of `compute` for a state that is kept; remembered."""
        if (state, key) not in self._of_states:
            if len(self._of_states) > _MOST_OF_STATES:
                self._of_states.clear()
            self._of_states[state, key] = compute()
        return cast(T, self._of_states[state, key])

    def of_branch(self, timeline: Timeline, compute: Callable[[Timeline], T]) -> T:
        """What there is to see of a branch; remembered until something is new on it."""
        version = timeline.name, timeline.newest, timeline.journal
        known = self._branches.get(timeline.number)
        if known is None or known[0] != version:
            known = self._branches[timeline.number] = version, compute(timeline)
        return cast(T, known[1])


Lens = Callable[[Scene], Any]
"""A function of a scene; what it returns is plain values and copies, never live arrays.

It may raise `Interrupted`.
"""
