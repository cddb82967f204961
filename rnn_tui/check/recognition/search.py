"""Trying the forms in which somebody's code may want its arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
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
from rnn_tui.check.recognition.stepwise import StepwiseNetwork

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
_LONGEST = 200
_STEPS = re.compile(r"t|(n_?|num_?)?(time_?)?steps?|(max_?)?(seq(uence)?|time)_?(len(gth)?|steps?|size)|t_?x", re.I)
_BATCH = re.compile(r"b|n|m|(n_?|num_?)?batch(_?size)?|bs|minibatch(_?size)?", re.I)


_PATIENCE = 60
"""Forms tried after one that works without any gradient being right."""


class Attempt:
    """The best way of calling found so far, and how well it fits."""

    def __init__(self) -> None:
        self.network: FoundNetwork | None = None
        self.fit = Fit()
        self._since = 0
        self.last_error: Exception | None = None

    @property
    def is_good(self) -> bool:
        """Whether it runs, gives every gradient, and some of them are right."""
        return self.fit.agreeing > 0 and self.is_whole

    @property
    def is_whole(self) -> bool:
        """Whether it runs and gives every gradient."""
        fit = self.fit
        names = self.network.store.names if self.network is not None else []
        works = fit.score[0] and fit.is_separate
        return works and fit.given + len(fit.idle) >= len(names)

    def offer(self, network: FoundNetwork, fit: Fit) -> bool:
        """Take it if it is better; whether it is good enough to look no further."""
        if self.network is None or fit.score > self.fit.score:
            self.network, self.fit, self._since = network, fit, 0
        self._since += 1
        return self.is_good or (self.is_whole and self._since > _PATIENCE)


def best_way(
    module: ModuleType,
    stores: Callable[[], Store],
    plans: list[Plan],
    sizes: Sizes,
    handed: Handed = None,
    fixed: tuple[int | None, int | None] = (None, None),
) -> Attempt:
    """The plan and the forms in which their code runs, and its gradients follow its loss best.

    Sequences first, of any length; then of the only length that their file speaks of; then one
    step at a time; then a single step.

    Args:
        module: theirs.
        stores: makes what holds the parameters.
        plans: the functions that may be meant.
        sizes: of the network.
        handed: how the parameters are handed in.
        fixed: T and B that their file speaks of.
    """
    attempt = Attempt()
    sequences = (*_SYMBOLS, *_VECTORS)
    ways: list[tuple[type[FoundNetwork], tuple[Form, ...], tuple[int | None, int | None]]] = [
        (FoundNetwork, sequences, (None, None)),
        (FoundNetwork, sequences, fixed),
        (StepwiseNetwork, _ONE_STEP, (None, None)),
        (FoundNetwork, _ONE_STEP, (None, None)),
    ]
    for kind, inputs, (steps, batch) in ways:
        if inputs is sequences and (steps, batch) == (None, None) and attempt.network is not None:
            continue
        for plan in plans:
            for forms in _forms(module, stores(), plan, sizes, handed, inputs):
                fixed_forms = replace(forms, steps=steps, batch=batch if forms.inputs.has_batch else None)
                network = kind(module, stores(), plan, fixed_forms, sizes, handed)
                if _offer_all(attempt, network):
                    return attempt
                if isinstance(attempt.last_error, CannotBind):
                    break
        if attempt.fit.score[0]:
            return attempt
    return attempt


def _offer_all(attempt: Attempt, network: FoundNetwork) -> bool:
    """Offer a network with each of its outputs; whether one was good."""
    for each in _with_outputs(network):
        fit = _tried(each)
        attempt.last_error = fit.error if network.loss != "upstream" else None
        if attempt.offer(each, fit):
            return True
    return False


def _tried(network: FoundNetwork) -> Fit:
    fit = try_out(network, network.batch or _B, network.steps or _free_steps(network))
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


def fixed_from(values: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """T and B among variables, by their names."""
    steps = batch = None
    for name, value in values.items():
        if isinstance(value, int) and not isinstance(value, bool) and 1 < value <= _LONGEST:
            if _STEPS.fullmatch(name):
                steps = steps or value
            elif _BATCH.fullmatch(name):
                batch = batch or value
    return steps, batch
