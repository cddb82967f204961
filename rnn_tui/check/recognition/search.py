"""Trying the forms in which somebody's code may want its arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from rnn_tui.check.problem import Numbers, Sizes
from rnn_tui.check.probing import make_problem
from rnn_tui.check.recognition.agreement import Fit, quiet, try_out
from rnn_tui.check.recognition.binding import CannotBind, Forms, size_kind
from rnn_tui.check.recognition.forms import Form
from rnn_tui.check.recognition.network import FoundNetwork, Handed, Plan, upstream_candidates
from rnn_tui.check.recognition.store import Store

_SYMBOLS = tuple(
    Form(axes, container, symbols=True)  # type: ignore[arg-type]
    for axes, container in (("T", "list"), ("T", "array"), ("BT", "array"), ("TB", "array"))
)
_VECTORS = tuple(
    Form(axes, container)  # type: ignore[arg-type]
    for axes, container in (
        ("TD", "array"), ("TD1", "list"), ("TD1", "array"), ("T1D", "array"), ("BTD", "array"),
        ("TBD", "array"), ("DBT", "array"), ("TD", "list"), ("T1D", "list"), ("TBD", "list"),
        ("TDB", "list"), ("TDB", "array"), ("BDT", "array"), ("DT", "array"),
    )
)  # fmt: skip
_ONE_STEP = tuple(Form(axes) for axes in ("D1", "D", "1D", "BD", "DB"))
_LAST_TARGETS = (Form("", symbols=True), Form("B", symbols=True), *_ONE_STEP)
_STATES = ("D1", "D", "1D")
_T, _B = 5, 3


class Attempt:
    """The best way of calling found so far, and how well it fits."""

    def __init__(self) -> None:
        self.network: FoundNetwork | None = None
        self.fit = Fit()

    @property
    def is_good(self) -> bool:
        """Whether it runs, gives every gradient, and some of them are right."""
        fit = self.fit
        names = self.network.store.names if self.network is not None else []
        return fit.error is None and fit.agreeing > 0 and fit.given + len(fit.idle) >= len(names)

    def offer(self, network: FoundNetwork, fit: Fit) -> bool:
        """Take it if it is better; whether it is good enough to look no further."""
        if self.network is None or fit.score > self.fit.score:
            self.network, self.fit = network, fit
        return self.is_good and self.fit.is_separate


def best_way(
    module: ModuleType,
    stores: Callable[[], Store],
    plans: list[Plan],
    sizes: Sizes,
    handed: Handed = None,
) -> Attempt:
    """The plan and the forms in which their code runs, and its gradients follow its loss best."""
    attempt = Attempt()
    for inputs in ((*_SYMBOLS, *_VECTORS), _ONE_STEP):
        for plan in plans:
            if _try_forms(attempt, module, stores(), plan, sizes, handed, inputs):
                return attempt
        if attempt.fit.score[0]:
            return attempt
    return attempt


def _try_forms(
    attempt: Attempt,
    module: ModuleType,
    store: Store,
    plan: Plan,
    sizes: Sizes,
    handed: Handed,
    inputs: tuple[Form, ...],
) -> bool:
    """Offer the forms of a plan one after another; whether one was good."""
    for forms in _forms(module, store, plan, sizes, handed, inputs):
        network = FoundNetwork(module, store, plan, forms, sizes, handed)
        for each in _with_outputs(network):
            fit = _tried(each)
            if attempt.offer(each, fit):
                return True
            if isinstance(fit.error, CannotBind) and each.loss != "upstream":
                return False
    return False


def _tried(network: FoundNetwork) -> Fit:
    fit = try_out(network, _B, _free_steps(network))
    if isinstance(fit.error, CannotBind):
        return Fit(error=fit.error, progress=-1)
    return fit


def _free_steps(network: FoundNetwork) -> int:
    """A T that is no other size of the network, so that shapes tell which axis is time."""
    taken = {d for p in network.store.read().values() for d in p.shape} | {_B}
    return next(t for t in (_T, 6, 4, 7, 8, 9, 11) if t not in taken)


def _with_outputs(network: FoundNetwork) -> Iterator[FoundNetwork]:
    """The network itself, or where an upstream gradient is handed in, one for each output."""
    if network.loss != "upstream":
        yield network
        return
    problem = make_problem(network, _free_steps(network), np.random.default_rng(1), _B)
    try:
        with quiet():
            network.reset()
            candidates = upstream_candidates(network, problem)
    except Exception:
        yield network
        return
    for place, form, width in candidates:
        other = network.with_output(place, form)
        other.sizes = network.sizes._replace(outputs=width, targets=width)
        other.at_last_step = not form.has_time
        yield other


def _forms(
    module: ModuleType,
    store: Store,
    plan: Plan,
    sizes: Sizes,
    handed: Handed,
    among: tuple[Form, ...],
) -> Iterator[Forms]:
    """The forms to be tried, the commonest first."""
    first = Forms(_SYMBOLS[0], _SYMBOLS[0], Form("D"))
    sample = FoundNetwork(module, store, plan, first, sizes, handed)
    wanted = {kind for kinds in sample._arguments() for kind in kinds.values()}
    takes_state = bool({"h0", "c0"} & wanted)
    for inputs in among:
        for targets in _targets(inputs) if "targets" in wanted else (inputs,):
            for state in _states(inputs, store.read()) if takes_state else _states(inputs, {})[:1]:
                yield Forms(inputs, targets, state)


def _targets(inputs: Form) -> list[Form]:
    """Forms of the targets beside a form of the inputs, alike ones first."""
    if not inputs.has_time:
        return [f for f in _LAST_TARGETS if not f.has_batch or inputs.has_batch]
    batch = [f for f in (*_SYMBOLS, *_VECTORS) if f.has_batch == inputs.has_batch]
    last = [f for f in _LAST_TARGETS if f.has_batch == inputs.has_batch]
    batch.sort(key=lambda form: form != inputs)
    return batch + last


def _states(inputs: Form, parameters: Mapping[str, Numbers]) -> list[Form]:
    """Forms of the start state; a bias in a column or row tells which to try first."""
    if inputs.has_batch:
        axes = inputs.axes
        return [Form("DB" if axes.index("D") < axes.index("B") else "BD")] if "D" in axes else [Form("BD")]
    shapes = [p.shape for p in parameters.values() if p.ndim == 2 and 1 in p.shape]
    first = "D"
    if shapes:
        first = "D1" if shapes[0][1] == 1 else "1D"
    return [Form(first), *(Form(axes) for axes in _STATES if axes != first)]


def hints_from(values: Mapping[str, Any]) -> dict[str, int]:
    """Sizes among variables whose names tell what they are."""
    hints: dict[str, int] = {}
    for name, value in values.items():
        kind = size_kind(name)
        if kind and isinstance(value, int | np.integer) and not isinstance(value, bool):
            hints.setdefault(kind, int(value))
    if "vocab_size" in values:
        hints.setdefault("outputs", hints.get("inputs", 0))
    return hints
