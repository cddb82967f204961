"""Why the network says what it says at one time step: the formulas with their numbers."""

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.parameters import Parameters
from rnn_tui.session.lenses.lens import Scene
from rnn_tui.training.evaluation import OUTPUTS_AT_MOST, SequenceDetail


class Formula(NamedTuple):
    """One quantity of the cell, at one node and one time step.

    Attributes:
        name: such as ``s`` or ``z``.
        formula: what it is computed from; see `rnn_tui.model.cell.Quantity`.
        terms: what stands in the formula, such as ``x W`` or ``a_t-1``, with its number.
        value: what it comes to.
    """

    name: str
    formula: str
    terms: Mapping[str, float]
    value: float


class OutputSeen(NamedTuple):
    """One output symbol at one time step.

    Attributes:
        symbol: as it is written.
        s_o: its logit.
        y_hat: its probability.
        gradient: ∂L/∂s_o; 0 where nothing is scored.
    """

    symbol: str
    s_o: float
    y_hat: float
    gradient: float


class Why(NamedTuple):
    """One time step of the sequence shown.

    The prediction leads its rival, the target where it is wrong, else the next likely symbol, by
    the difference of their logits: the sum of a_h[j] (V[j, prediction] − V[j, rival]) over the
    nodes j, and of b_o[prediction] − b_o[rival]. The node is the one that adds most to this lead.

    Attributes:
        step: t.
        target: the symbol that should come out.
        scored: whether it counts.
        knowable: whether it can be known.
        prediction: the most probable symbol.
        likely: the most probable symbols with their probabilities, at most three.
        target_probability: of the target.
        loss: −ln of it, nats; 0 where nothing is scored.
        rival: the symbol that the prediction leads; '' where there is no other.
        lead: s_o[prediction] − s_o[rival], so that ŷ[prediction] / ŷ[rival] is exp(lead).
        node: the node that tells most, from 0.
        contribution: what it adds to the lead.
        cell: the quantities of the cell at that node.
        outputs: all output symbols, or where there are many, the most probable and the target.
        whole: whether those are all.
    """

    step: int
    target: str
    scored: bool
    knowable: bool
    prediction: str
    likely: tuple[tuple[str, float], ...]
    target_probability: float
    loss: float
    rival: str
    lead: float
    node: int
    contribution: float
    cell: tuple[Formula, ...]
    outputs: tuple[OutputSeen, ...]
    whole: bool


def why(scene: Scene) -> Why:
    """A lens: the time step looked at, of the sequence shown."""
    detail, step, parameters = scene.detail(), scene.step, scene.parameters
    alphabet = scene.trainer.dataset.outputs
    target, prediction = int(detail.targets[step]), int(detail.prediction[step])
    scored = bool(detail.scored[step])
    with np.errstate(all="ignore"):
        a, V = detail.quantity("a").value[step], parameters["V"]
        likely = [int(symbol) for symbol in detail.likely[step]]
        knowable = bool(scene.trainer.dataset.training.single(scene.sequence).certain[0, step])
        others = [target] * (scored and knowable) + likely
        rival = next((symbol for symbol in others if symbol != prediction), None)
        added = a * (V[:, prediction] - (0 if rival is None else V[:, rival]))
        node = int(added.argmax())
        # s_o,t = a_h,t V + b_o      ŷ_t = softmax(s_o,t)
        s_o = (a @ V + parameters["b_o"]).astype(np.float64)
        exp = np.exp(s_o - s_o.max())
        y_hat = exp / exp.sum()
        # L_t = −ln ŷ_t[y_t], from the logits, so that finite ones never give infinity
        loss = float(np.log(exp.sum()) + (s_o.max() - s_o[target])) if scored else 0.0
        whole = len(alphabet) <= OUTPUTS_AT_MOST
        shown = range(len(alphabet)) if whole else list(dict.fromkeys((*likely, target)))
        return Why(
            step=step,
            target=alphabet[target],
            scored=scored,
            knowable=knowable,
            prediction=alphabet[prediction],
            likely=tuple((alphabet[symbol], float(y_hat[symbol])) for symbol in likely),
            target_probability=float(y_hat[target]),
            loss=loss,
            rival="" if rival is None else alphabet[rival],
            lead=float(s_o[prediction] - (0 if rival is None else s_o[rival])),
            node=node,
            contribution=float(added[node]),
            cell=_formulas(detail, parameters, scene.trainer.config.cell.gates, step, node),
            outputs=tuple(
                OutputSeen(
                    alphabet[k],
                    float(s_o[k]),
                    float(y_hat[k]),
                    float(y_hat[k]) - (k == target) if scored else 0.0,
                )
                for k in shown
            ),
            whole=whole,
        )


def _formulas(
    detail: SequenceDetail, parameters: Parameters, gates: str, step: int, node: int
) -> tuple[Formula, ...]:
    values = {quantity.name: quantity.value for quantity in detail.quantities}
    hidden = values["a"].shape[1]
    before: NDArray[np.floating] = (
        values["a"][step - 1] if step else detail.before.get("a", np.zeros(hidden))
    )
    numbers: dict[str, float] = {}
    for place, gate in enumerate(gates):
        name, bias = (f"_{gate}", gate) if len(gates) > 1 else ("", "")
        column = place * hidden + node
        numbers[f"x W{name}"] = float(parameters["W"][detail.inputs[step], column])
        numbers[f"a_t-1 U{name}"] = float(before @ parameters["U"][:, column])
        numbers[f"b_h{bias}"] = float(parameters["b_h"][column])
    for name, value in values.items():
        first = detail.before.get(name, np.zeros(hidden))
        numbers[f"{name}_t-1"] = float(value[step - 1, node] if step else first[node])
        numbers[name] = float(value[step, node])
    known = re.compile("|".join(rf"(?<!\w){re.escape(n)}(?!\w)" for n in _longest_first(numbers)))
    return tuple(
        Formula(
            quantity.name,
            quantity.formula,
            {term: numbers[term] for term in known.findall(quantity.formula)},
            numbers[quantity.name],
        )
        for quantity in detail.quantities
    )


def _longest_first(names: Mapping[str, float]) -> list[str]:
    return sorted(names, key=len, reverse=True)
