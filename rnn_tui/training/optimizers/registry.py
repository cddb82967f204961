"""The optimizers by name."""

from collections.abc import Mapping

from rnn_tui.training.optimizers.adagrad import Adagrad
from rnn_tui.training.optimizers.adam import Adam
from rnn_tui.training.optimizers.adamw import AdamW
from rnn_tui.training.optimizers.momentum import Momentum
from rnn_tui.training.optimizers.nesterov import Nesterov
from rnn_tui.training.optimizers.optimizer import Optimizer
from rnn_tui.training.optimizers.rmsprop import RMSprop
from rnn_tui.training.optimizers.sgd import SGD

_ALL: tuple[type[Optimizer], ...] = (SGD, Momentum, Nesterov, RMSprop, Adagrad, Adam, AdamW)

OPTIMIZERS: Mapping[str, type[Optimizer]] = {optimizer.name: optimizer for optimizer in _ALL}
