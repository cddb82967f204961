"""What a gradient check needs of the state shown; the check itself takes too long for a lens."""

from typing import NamedTuple

from rnn_tui.model.batch import Batch
from rnn_tui.model.cell import Carry
from rnn_tui.model.parameters import Parameters
from rnn_tui.session.lenses.lens import Scene
from rnn_tui.training.config import Config


class Subject(NamedTuple):
    """The sequence and the weights shown.

    Attributes:
        config: of the run.
        parameters: the weights; never written to, and not to be.
        batch: the sequence, without padding.
        sequence: its number, from 0.
        epoch: the epoch shown.
        carried: the state before its first step; None for zeros.
    """

    config: Config
    parameters: Parameters
    batch: Batch
    sequence: int
    epoch: int
    carried: Carry | None = None


def subject(scene: Scene) -> Subject:
    """A lens: what is to be checked."""
    config, sequence = scene.trainer.config, scene.sequence
    batch = scene.evaluator.single(sequence)
    carried = scene.evaluator.state_before(scene.parameters, sequence, scene.at_step)
    return Subject(config, scene.parameters, batch, sequence, scene.state.epoch, carried)
