"""The class of the notebook *Recurrent Neural Net From Scratch*, completed.

Method names, argument order, shapes and letters are the notebook's, so that its reader can
replace ``RNN2`` by `RNN` and go on. The mathematics is that of `rnn_tui.model`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnn_tui.model.batch import Batch, Tokens
from rnn_tui.model.buffers import Array
from rnn_tui.model.cells.rnn import Elman
from rnn_tui.model.network import plain_layout
from rnn_tui.model.parameters import Parameters, draw
from rnn_tui.model.unrolled import Unrolled
from rnn_tui.notebook.arguments import (
    count,
    inputs_of,
    num_to_label,
    numbers,
    require_list,
    require_room,
    seed_of,
    shortened,
    target_and_prediction,
    targets_of,
    tensors_of,
)
from rnn_tui.notebook.weight import Weight
from rnn_tui.training.optimizers.sgd import SGD

if TYPE_CHECKING:
    from rnn_tui.check.report import Report

_TENSORS = {"w": "W", "v": "V", "u": "U", "b_h": "b_h", "b_o": "b_o"}
"""The notebook's names for the engine's, in the order of the notebook's gradients."""
_SMALLEST = float(np.nextafter(0.0, 1.0))


class RNN:
    """The notebook's ``RNN2``, working.

    Networks can be copied (`copy.deepcopy`) and pickled, and the copies are independent. One
    network cannot be used by two threads at the same time: give each thread a copy.

    Args:
        n_nodes: number of hidden nodes, H.
        vocab_size: number of symbols, V.
        learning_rate: of `train`.
        seed: an int for repeatable weights (those of ``rnn-tui --seed``), or None.

    Attributes:
        w: (n_nodes, vocab_size), input to hidden: ``x @ w.T``; like all weights a live view,
            which can be assigned to.
        u: (n_nodes, n_nodes), hidden to hidden: ``a_prev @ u``.
        v: (vocab_size, n_nodes), hidden to output: ``a @ v.T``.
        b_h: (n_nodes,), bias of the hidden layer.
        b_o: (vocab_size,), bias of the output layer.
        s_h, a_h: (T, H) of the last `feedforward`; None before.
        s_o, y_hat: (T, V) of the last `feedforward`; None before.

    Raises:
        ValueError: if a size is not a whole number of at least 1 (symbols: 2), the learning
            rate is not a finite number above 0, or the seed not a whole number of at least 0.
        RuntimeError: by any method, if another thread is using the network.
    """

    w, u, v, b_h, b_o = Weight("W"), Weight("U"), Weight("V"), Weight("b_h"), Weight("b_o")

    def __init__(
        self,
        n_nodes: int = 10,
        vocab_size: int = 3,
        learning_rate: float = 0.001,
        seed: int | None = None,
    ) -> None:
        self.n_nodes = count(n_nodes, "n_nodes", 1)
        self.vocab_size = count(vocab_size, "vocab_size", 2)
        require_room(self.n_nodes * (self.n_nodes + 2 * self.vocab_size), "n_nodes and vocab_size")
        self.learning_rate = learning_rate
        weight_seed = np.random.SeedSequence(seed_of(seed)).spawn(1)[0]
        self._parameters = draw(
            plain_layout(Elman(), (self.vocab_size, self.vocab_size), self.n_nodes),
            "normal", self.n_nodes, np.random.default_rng(weight_seed), np.float64,
        )  # fmt: skip
        self._make_tools()
        self.reset_mem()

    def _make_tools(self) -> None:
        """Buffers and a lock, which are not copied with the network."""
        symbols, n_nodes = (self.vocab_size, self.vocab_size), self.n_nodes
        self._unrolled = cache(lambda steps: Unrolled(Elman(), steps, 1, symbols, n_nodes))
        self._lock = threading.RLock()

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__ | {"_parameters": self._parameters.copy()}
        del state["_unrolled"], state["_lock"]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._make_tools()

    def check(self, x: ArrayLike, y: ArrayLike) -> Report:
        """Check `backpropagation` against numerical differentiation of `feedforward`.

        For subclasses that write their own: the report says which gradient is wrong, from which
        lag on, and which term is most likely the mistake; ``print`` it. Weights are drawn for it,
        near 1/√n, so that nothing is hidden; this network is not changed.

        Args:
            x: one-hot (T, vocab) or integer (T,), one sequence; eight steps or more show most.
            y: its targets, likewise.

        Raises:
            ValueError: if x and y are no sequence of this vocabulary.
            Exception: whatever the subclass's methods raise.
        """
        from rnn_tui.check.here import check_network

        inputs = num_to_label(inputs_of(x, self.vocab_size), self.vocab_size)
        targets = targets_of(y, self.vocab_size)
        if len(inputs) != len(targets):
            raise ValueError(f"x has {len(inputs)} time steps, y has {len(targets)}")
        return check_network(self, inputs, targets)

    @contextmanager
    def _in_this_thread(self) -> Iterator[None]:
        """Keep other threads out, which would overwrite the buffers."""
        if not self._lock.acquire(blocking=False):
            raise RuntimeError(
                "this RNN is in use by another thread; give each thread its own: copy.deepcopy(rnn)"
            )
        try:
            yield
        finally:
            self._lock.release()

    @property
    def learning_rate(self) -> float:
        """The step size of `train`."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        try:
            rate = numbers(value, "learning_rate", dimensions=(0,))
        except ValueError:
            rate = np.zeros(())
        if not rate > 0:
            raise ValueError(f"learning_rate must be a number above 0, not {shortened(value)}")
        self._learning_rate = float(rate)

    # Feed forward.

    def reset_mem(self) -> None:
        """Forget the quantities of the last `feedforward`."""
        self.s_h: Array | None = None
        self.a_h: Array | None = None
        self.s_o: Array | None = None
        self.y_hat: Array | None = None

    def feedforward(self, x: ArrayLike) -> Array:
        """The notebook's *Feed forward* for one sequence.

        Args:
            x: (T, vocab_size) one-hot, or (T,) symbols.

        Returns:
            (T, vocab_size) probabilities; s_h, a_h, s_o and y_hat are left behind.

        Raises:
            ValueError: if x is not such a sequence, a weight is NaN or infinite, or the weights
                are so large that the predictions are NaN.
        """
        tokens = inputs_of(x, self.vocab_size)
        with self._in_this_thread():
            network = self._forward(tokens)
            self.s_h, self.a_h = network.cell.s[0, :, 0].copy(), network.a_h[:, 0].copy()
            self.s_o, self.y_hat = (
                array[:, :, 0].T.copy() for array in (network.head.logits, network.head.y_hat)
            )
            return self.y_hat.copy()

    def predict_single(self, x: ArrayLike) -> NDArray[np.intp]:
        """(T,) the most probable symbols for one sequence."""
        return self.score_to_num(self.feedforward(x))

    def predict_scores(self, x: Sequence[ArrayLike]) -> list[Array]:
        """(T, vocab_size) probabilities for each of several sequences."""
        require_list(x, "x", self.vocab_size)
        return [self.feedforward(xx) for xx in x]

    def predict(self, x: Sequence[ArrayLike]) -> list[NDArray[np.intp]]:
        """(T,) the most probable symbols for each of several sequences."""
        require_list(x, "x", self.vocab_size)
        return [self.predict_single(xx) for xx in x]

    @staticmethod
    def tanh(x: ArrayLike) -> Any:
        """The activation of the hidden layer."""
        return np.tanh(numbers(x, "x"))

    @staticmethod
    def softmax(x: ArrayLike) -> Array:
        """The activation of the output layer, over the last axis; safe for any finite x."""
        logits = np.atleast_1d(numbers(x, "x"))
        if logits.size == 0:
            raise ValueError("x is empty; expected at least one number")
        with np.errstate(over="ignore", under="ignore"):
            exp = np.exp(logits - logits.max(axis=-1, keepdims=True))
        scores: Array = exp / exp.sum(axis=-1, keepdims=True)
        return scores

    @staticmethod
    def score_to_num(scores: ArrayLike) -> NDArray[np.intp]:
        """(T, V) probabilities → (T,) most probable symbols."""
        symbols: NDArray[np.intp] = numbers(scores, "scores").argmax(axis=-1)
        return symbols

    # Loss.

    @staticmethod
    def loss(t: int, y: Any, y_hat: Any) -> float:
        """L_t = −y_t log ŷ_t, nats; 0 where target and prediction are equal.

        Args:
            t: time step.
            y: (T, V) targets, one-hot or soft, or (T,) symbols.
            y_hat: (T, V) probabilities; floored at the smallest positive float64.

        Raises:
            ValueError: if the shapes do not go together, or a number is NaN.
        """
        try:
            y, y_hat = y[t], y_hat[t]
        except (IndexError, KeyError, TypeError):
            raise ValueError(f"there is no time step {shortened(t)} in y and y_hat") from None
        target, prediction = numbers(y, "y"), numbers(y_hat, "y_hat")
        if target.ndim == prediction.ndim - 1:
            labels = num_to_label(np.atleast_1d(target), prediction.shape[-1])
            target = labels.reshape(prediction.shape).astype(np.float64)
        if target.shape != prediction.shape:
            raise ValueError(f"y[t] has shape {target.shape}, y_hat[t] has {prediction.shape}")
        return float(_losses(target, prediction).sum())

    def total_loss(self, y: Any, y_hat: Any) -> float:
        """The sum of `loss` over all time steps of one sequence, or of a list of them."""
        if _is_single(y_hat):
            target, prediction = target_and_prediction(y, y_hat, self.vocab_size)
            return float(_losses(target, prediction).sum())
        require_list(y_hat, "y_hat", self.vocab_size)
        require_list(y, "y", self.vocab_size)
        if len(y) != len(y_hat):
            raise ValueError(f"{len(y)} target sequences for {len(y_hat)} predicted ones")
        return sum(self.total_loss(yy, yy_hat) for yy, yy_hat in zip(y, y_hat, strict=True))

    # Backpropagation through time.

    def backpropagation(
        self, x: ArrayLike, y: ArrayLike, y_hat: ArrayLike
    ) -> tuple[Array, Array, Array, Array, Array]:
        """The notebook's *Backpropagation Through Time* for one sequence, completed.

        Args:
            x: (T, vocab_size) one-hot, or (T,) symbols.
            y: (T, vocab_size) targets, one-hot or soft, or (T,) symbols.
            y_hat: (T, vocab_size) predictions; ŷ − y is taken from them.

        Returns:
            dw, dv, du, db_h, db_o, each of the shape of what it is the gradient of.

        Raises:
            ValueError: if the shapes do not go together, a number is NaN or infinite, or the
                weights are so large that the predictions or gradients are.
        """
        tokens = inputs_of(x, self.vocab_size)
        target, prediction = target_and_prediction(y, y_hat, self.vocab_size)
        if len(target) != len(tokens):
            raise ValueError(f"x has {len(tokens)} time steps, y has {len(target)}")
        with self._in_this_thread():
            gradient = self._gradient(self._forward(tokens), tokens, target, prediction)
        if not gradient.all_finite():
            raise ValueError("the gradient is not finite: the weights are too large")
        dw, dv, du, db_h, db_o = (gradient.notebook(name).copy() for name in _TENSORS.values())
        return dw, dv, du, db_h, db_o

    def train(
        self, epochs: int, x: Sequence[ArrayLike], y: Sequence[ArrayLike], verbose: bool = False
    ) -> list[float]:
        """Online training as in the notebook: an update after each sequence.

        Args:
            epochs: how often to go through the sequences, at least 0.
            x: sequences, each (T, vocab_size) one-hot or (T,) symbols.
            y: their targets, each (T, vocab_size), one-hot or soft, or (T,) symbols.
            verbose: print the total loss of each epoch.

        Returns:
            The total loss of each epoch, nats, each sequence predicted just before its update.

        Raises:
            ValueError: if x and y do not go together, a subclass's own ``backpropagation``
                does not return five gradients of the right shapes, or training diverges; the
                weights are then those before the update that could not be made.
        """
        epochs = count(epochs, "epochs", 0)
        require_list(x, "x", self.vocab_size)
        require_list(y, "y", self.vocab_size)
        if len(x) == 0:
            raise ValueError("x is empty; expected at least one sequence")
        if len(x) != len(y):
            raise ValueError(f"{len(x)} input sequences for {len(y)} target sequences")
        pairs = [self._pair(xx, yy) for xx, yy in zip(x, y, strict=True)]
        losses: list[float] = []
        with self._in_this_thread():
            for epoch in range(1, epochs + 1):
                try:
                    losses.append(sum(self._update(*pair) for pair in pairs))
                except ValueError as error:
                    raise ValueError(f"epoch {epoch}: {error}") from error
                if verbose:
                    print(f"epoch {epoch}: total loss {losses[-1]:.6g}")
        return losses

    # On top of the engine.

    def _pair(self, x: ArrayLike, y: ArrayLike) -> tuple[Tokens, Array]:
        tokens, target = inputs_of(x, self.vocab_size), targets_of(y, self.vocab_size)
        if len(tokens) != len(target):
            raise ValueError(f"x has {len(tokens)} time steps, y has {len(target)}")
        return tokens, target

    def _batch(self, tokens: Tokens) -> Batch:
        column = tokens[:, np.newaxis]
        return Batch(column, column, (self.vocab_size, self.vocab_size))

    def _forward(self, tokens: Tokens) -> Unrolled:
        """The network after the forward pass over one sequence."""
        if not self._parameters.all_finite():
            raise ValueError("a weight is NaN or infinite; expected finite numbers")
        network = self._unrolled(len(tokens))
        with np.errstate(all="ignore"):
            outputs = network.forward(self._parameters, self._batch(tokens))
        if not np.isfinite(outputs.y_hat).all():
            raise ValueError("the predictions are NaN: the weights are too large")
        return network

    def _gradient(
        self, network: Unrolled, tokens: Tokens, target: Array, prediction: Array
    ) -> Parameters:
        gradient = Parameters.zeros(self._parameters.layout)
        np.subtract(prediction.T, target.T, out=network.head.ds_o[:, :, 0])  # ∂L/∂s_o = ŷ − y
        with np.errstate(all="ignore"):
            network.backpropagate(self._parameters, self._batch(tokens), gradient)
        return gradient

    def _update(self, tokens: Tokens, target: Array) -> float:
        """The loss of one sequence, and then one step down its gradient."""
        prediction, gradient = self._pass(tokens, target)
        before = self._parameters.flat.copy()
        with np.errstate(all="ignore"):
            SGD().update(self._parameters.flat, gradient.flat, (), self.learning_rate, 0)
        if not self._parameters.all_finite():
            self._parameters.flat[...] = before
            raise ValueError("training diverged: lower learning_rate")
        return float(_losses(target, prediction).sum())

    def _pass(self, tokens: Tokens, target: Array) -> tuple[Array, Parameters]:
        """Prediction and gradient, by a subclass's own methods where it has them."""
        kind = type(self)
        if (kind.feedforward, kind.backpropagation) == (RNN.feedforward, RNN.backpropagation):
            network = self._forward(tokens)
            prediction: Array = network.head.y_hat[:, :, 0].T
            return prediction, self._gradient(network, tokens, target, prediction)
        labels = num_to_label(tokens, self.vocab_size)
        gradient = Parameters.zeros(self._parameters.layout)
        tensors = {f"d{name}": gradient.notebook(tensor) for name, tensor in _TENSORS.items()}
        y_hat = self.feedforward(labels)
        (prediction,) = tensors_of([y_hat], {"y_hat": target}, "feedforward").values()
        own = tensors_of(self.backpropagation(labels, target, y_hat), tensors, "backpropagation")
        for name, array in {"y_hat": prediction, **own}.items():
            if not np.isfinite(array).all():
                raise ValueError(f"{name} holds NaN or infinity; lower learning_rate, or mend it")
        for name, array in own.items():
            tensors[name][...] = array
        return prediction, gradient


def _losses(target: Array, prediction: Array) -> Array:
    """−y log ŷ summed over the last axis; 0 where target and prediction are equal."""
    losses: Array = -(target * np.log(np.maximum(prediction, _SMALLEST))).sum(axis=-1)
    return np.where((target == prediction).all(axis=-1), 0.0, losses)


def _is_single(y_hat: Any) -> bool:
    """Whether these are the predictions for one sequence rather than a list of them."""
    try:
        return np.ndim(y_hat) <= 2
    except ValueError:  # sequences of different lengths
        return False
