"""The sequence and the time step that are looked at."""

from rnn_tui.session import commands as c
from rnn_tui.session.lenses.lens import Scene
from rnn_tui.session.lenses.predictions import next_mistake, worst_sequence
from rnn_tui.tasks.dataset import Sequences


class Cursor:
    """Where one looks: at first at the first step that is scored.

    Args:
        training: the sequences of the run.

    Attributes:
        sequence: number of the training sequence, from 0.
        step: the time step in it, from 0.
    """

    def __init__(self, training: Sequences) -> None:
        self.sequence, self.step = 0, _first_scored(training, 0)

    @property
    def place(self) -> tuple[int, int]:
        """The sequence and the step."""
        return self.sequence, self.step

    def move(self, command: c.Command, scene: Scene) -> str | None:
        """Do what a command says, if it moves the cursor; what to tell the user, if anything."""
        match command:
            case c.ShowSequence(step):
                self._to_sequence(scene, self.sequence + step)
            case c.ShowStep(steps):
                self._place(scene, self.sequence, self.step + steps)
            case c.Look(sequence, None):
                self._to_sequence(scene, sequence)
            case c.Look(sequence, int(step)):
                self._place(scene, sequence, step)
            case c.NextMistake():
                return self._to_next_mistake(scene)
            case c.WorstSequence():
                return self._to_worst_sequence(scene)
        return None

    def _place(self, scene: Scene, sequence: int, step: int) -> None:
        training = scene.trainer.dataset.training
        self.sequence = sequence % len(training)
        self.step = min(max(step, 0), training.length(self.sequence) - 1)

    def _to_sequence(self, scene: Scene, sequence: int) -> None:
        """At the same step; who looks at a scored one does so in sequences of other lengths too."""
        training = scene.trainer.dataset.training
        was_scored = _is_scored(training, self.sequence, self.step)
        self._place(scene, sequence, self.step)
        if was_scored and not _is_scored(training, self.sequence, self.step):
            self.step = _first_scored(training, self.sequence)

    def _to_next_mistake(self, scene: Scene) -> str:
        scene.at_step = None  # what came last might not want to wait
        found = next_mistake(scene, self.sequence, self.step)
        if found is None:
            return _no_mistake(scene)
        self.sequence, self.step = found.sequence, found.step
        where = f"sequence {found.sequence + 1:,}, t={found.step}"
        return f"mistake {found.place + 1:,} of {found.total:,}: {where}"

    def _to_worst_sequence(self, scene: Scene) -> str:
        scene.at_step = None
        found = worst_sequence(scene)
        if found is None:
            return _no_mistake(scene)
        first, wrong = found
        self.sequence, self.step = first.sequence, first.step
        return f"most mistakes: sequence {first.sequence + 1:,}, {wrong:,} of {first.total:,}"


def _is_scored(training: Sequences, sequence: int, step: int) -> bool:
    return training.scored is None or bool(training.scored[sequence, step])


def _first_scored(training: Sequences, sequence: int) -> int:
    """0 where no step is."""
    return 0 if training.scored is None else int(training.scored[sequence].argmax())


def _no_mistake(scene: Scene) -> str:
    training = scene.trainer.dataset.training
    sample = " in the sample" if scene.evaluator.evaluated_on < len(training) else ""
    which = "scored symbol" if training.knowable is None else "symbol that can be known"
    return f"no mistake{sample}: every {which} is right"
