"""One training sequence under the parameters shown, step by step: in, on, out, back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnn_tui.session.lenses.lens import Scene

NODES_AT_MOST = 64
"""Of a larger hidden layer so many nodes are seen, evenly spread."""


@dataclass(frozen=True, eq=False)
class SequenceInside:
    """One training sequence under the parameters shown.

    Attributes:
        index: its number, from 0.
        count: how many there are.
        step: the time step that is looked at.
        inputs, targets, predictions: (T,) symbols as they are written.
        scored: (T,) which targets count.
        knowable: (T,) which of those can be known.
        confidence: (T,) probability of each predicted symbol.
        target_probabilities: (T,) of each target.
        second: (T,) probability of the second most probable symbol.
        likely: at the step looked at, the most probable symbols with their probabilities, the
            most probable first; at most three.
        outputs: the symbols that ``y_hat`` is of; empty where there are too many.
        y_hat: (T, O) probabilities of all of them; None where there are too many.
        hidden: H, how many nodes there are.
        nodes: (n,) which of them are seen, ascending.
        states: (T, n) a_h,t of those.
        activation: such as ``tanh``, ``max`` (ReLU); empty where a_h,t is no function of a sum.
        memory: (T, n) c_t of an lstm; None without.
        gradient_norms: (T,) ‖∂L/∂s_t‖ over all gates, of this sequence's loss.
        last_gradient_norms: (T,) the same of the loss at the last scored step alone; None where
            that would take long.
        last: the last scored step; None if there is none.
        gated: whether the cell has gates.
    """

    index: int
    count: int
    step: int
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    scored: NDArray[np.bool_]
    knowable: NDArray[np.bool_]
    predictions: tuple[str, ...]
    confidence: NDArray[np.float64]
    target_probabilities: NDArray[np.float64]
    second: NDArray[np.float64]
    likely: tuple[tuple[str, float], ...]
    outputs: tuple[str, ...]
    y_hat: NDArray[np.float64] | None
    hidden: int
    nodes: NDArray[np.intp]
    states: NDArray[np.float64]
    activation: str
    memory: NDArray[np.float64] | None
    gradient_norms: NDArray[np.float64]
    last_gradient_norms: NDArray[np.float64] | None
    last: int | None
    gated: bool


def inside(scene: Scene) -> SequenceInside:
    """A lens: the inside of the sequence shown."""
    dataset, detail, step = scene.trainer.dataset, scene.detail(), scene.step
    cell = {quantity.name: quantity for quantity in detail.quantities}
    hidden = cell["a"].value.shape[1]
    nodes = np.linspace(0, hidden - 1, min(hidden, NODES_AT_MOST)).round().astype(np.intp)

    def seen(name: str) -> NDArray[np.float64]:
        return cell[name].value[:, nodes].astype(np.float64)

    scored = np.flatnonzero(detail.scored)
    return SequenceInside(
        index=scene.sequence,
        count=len(dataset.training),
        step=step,
        inputs=_written(detail.inputs, dataset.inputs),
        targets=_written(detail.targets, dataset.outputs),
        scored=detail.scored,
        knowable=dataset.training.single(scene.sequence).certain[0],
        predictions=_written(detail.prediction, dataset.outputs),
        confidence=detail.confidence,
        target_probabilities=detail.target_probabilities,
        second=detail.likelihoods[:, min(1, detail.likelihoods.shape[1] - 1)],
        likely=tuple(
            zip(
                _written(detail.likely[step], dataset.outputs),
                detail.likelihoods[step].tolist(),
                strict=True,
            )
        ),
        outputs=() if detail.y_hat is None else dataset.outputs,
        y_hat=detail.y_hat,
        hidden=hidden,
        nodes=nodes,
        states=seen("a"),
        activation=cell["a"].function,
        memory=seen("c") if "c" in cell else None,
        gradient_norms=detail.gradient_norms,
        last_gradient_norms=detail.last_gradient_norms,
        last=int(scored[-1]) if len(scored) else None,
        gated=len(scene.trainer.config.cell.gates) > 1,
    )


def _written(symbols: NDArray[np.intp], alphabet: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(alphabet[symbol] for symbol in symbols.tolist())
