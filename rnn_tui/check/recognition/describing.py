"""Saying what was taken for what."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType

from rnn_tui.check.recognition.binding import signature
from rnn_tui.check.recognition.network import FoundNetwork
from rnn_tui.check.recognition.returned import names_called
from rnn_tui.check.recognition.roles import cell_of, roles_of
from rnn_tui.check.recognition.search import Attempt
from rnn_tui.check.recognition.start_state import usable_states
from rnn_tui.check.recognition.store import Store
from rnn_tui.check.recognition.words import argument_kind, is_backward, is_truncation


def described(attempt: Attempt, target: str | None = None) -> FoundNetwork | None:
    """The network of an attempt with everything set that the check is told about a subject."""
    network, fit = attempt.network, attempt.fit
    if network is None:
        return None
    store, plan = network.store, network.plan
    if fit.error is None:
        store.keep([name for name in store.names if name not in fit.idle])
    network.target = target or "/".join(n for n in (plan.forward, plan.backward) if n)
    network.own_names = _own_names(network)
    if fit.error is None:
        network.states = usable_states(network)
    network.functions = _functions(network)
    network.roles = roles_of(store.read())
    network.cell = cell_of(store.read(), network.sizes.hidden)
    network.truncation = _truncation(network)
    if network.loss != "upstream" and fit.objective not in (None, "theirs"):
        network.loss = "targets"
    if fit.objective in {"probabilities", "scores"}:
        network.outputs = "probabilities" if fit.objective == "probabilities" else "scores"
    network.took = _sentences(network, store)
    return network


def _functions(network: FoundNetwork) -> dict[str, list[Callable[..., object] | CodeType]]:
    """Their functions by what they do, those for one step first."""
    plan = network.plan
    found: dict[str, list[Callable[..., object] | CodeType]] = {}
    for role, name in (("forward", plan.forward), ("loss", plan.loss), ("backward", plan.backward)):
        if name is not None:
            outer = network.function(name)
            found[role] = [*_inner(network, outer, role), outer]
    if plan.forward is None:
        found["forward"] = found["backward"]
    return found


def _inner(
    network: FoundNetwork, outer: Callable[..., object], role: str
) -> list[Callable[..., object]]:
    """Functions of theirs that a function calls and that do the same for one step."""
    found = []
    module, root = network.module, network.store.root
    for name in sorted(names_called(outer)):
        inner = getattr(module, name, None) or getattr(root, name, None)
        is_theirs = getattr(inner, "__module__", None) == module.__name__
        if inner is None or not is_theirs or not callable(inner) or isinstance(inner, type):
            continue
        if is_backward(name) == (role == "backward") and inner != outer:
            found.append(inner)
    return found


def _own_names(network: FoundNetwork) -> dict[str, str]:
    """What their arguments or attributes for inputs and start states are called."""
    found = {role: str(path[-1].name) for role, path in network.store.states.items()}
    for function in (network.plan.forward, network.plan.backward):
        names = tuple(signature(network.function(function))) if function else ()
        for name in names:
            role = {"inputs": "x"}.get(kind := argument_kind(name, names) or "", kind)
            if role in {"x", "h0", "c0", "upstream"}:
                found.setdefault(role, name)
    return found


def _truncation(network: FoundNetwork) -> int | None:
    root = network.store.root
    attributes = root if isinstance(root, dict) else vars(root)
    for name, value in attributes.items():
        if is_truncation(str(name)) and isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def _sentences(network: FoundNetwork, store: Store) -> list[str]:
    plan, forms = network.plan, network.forms
    said = [f"inputs: {forms.inputs}"]
    if network.loss != "upstream":
        targets = str(forms.targets)
        is_label = network.targets == "labels"
        said.append(f"targets: {targets.replace('indices', '0 or 1') if is_label else targets}")
    if plan.forward:
        said.append(f"forward pass: {plan.forward}")
    if plan.loss:
        said.append(f"loss: {plan.loss}")
    where = "the change of the weights" if network.updates_inside else plan.backward
    said.append(f"gradients: {where}")
    if network.loss == "upstream":
        said.append(f"handed in to {plan.backward}: the gradient of its outputs {forms.upstream}")
    said += [f"{name}: {role}" for name, role in network.roles.items()]
    if network.states:
        said.append("start state: " + ("kept on the object" if store.states else "an argument"))
    elif "h0" in network.wants:
        said.append("start state: zeros, for the backward pass is not given it")
    return said
