"""Saying what was taken for what."""

from __future__ import annotations

from rnn_tui.check.recognition.network import FoundNetwork
from rnn_tui.check.recognition.roles import cell_of, roles_of
from rnn_tui.check.recognition.search import Attempt
from rnn_tui.check.recognition.store import Store
from rnn_tui.check.recognition.words import argument_kind, is_truncation


def described(attempt: Attempt, target: str | None = None) -> FoundNetwork | None:
    """The network of an attempt with everything set that the check is told about a subject."""
    network, fit = attempt.network, attempt.fit
    if network is None:
        return None
    store, plan = network.store, network.plan
    if fit.error is None:
        store.keep([name for name in store.names if name not in fit.idle])
    network.target = target or "/".join(n for n in (plan.forward, plan.backward) if n)
    network.functions = network.name_functions()
    network.roles = roles_of(store.read())
    network.cell = cell_of(store.read(), network.sizes.hidden)
    network.truncation = _truncation(network)
    if network.loss != "upstream" and fit.objective not in (None, "theirs"):
        network.loss = "targets"
    if fit.objective in {"probabilities", "scores"}:
        network.outputs = "probabilities" if fit.objective == "probabilities" else "scores"
    network.state_is_kept = bool(store.states)
    network.own_names = _own_names(network)
    network.took = _sentences(network, store)
    return network


def _own_names(network: FoundNetwork) -> dict[str, str]:
    """What the arguments of their forward pass are called that are inputs or start states."""
    names: dict[str, str] = {}
    for what in ("forward", "backward"):
        for function in network.functions.get(what, [])[-1:]:
            code = getattr(function, "__code__", None)
            arguments = code.co_varnames[: code.co_argcount] if code is not None else ()
            for argument in arguments:
                role = argument_kind(argument, arguments)
                names.setdefault({"inputs": "x"}.get(role or "", role or ""), argument)
    return {role: names[role] for role in ("x", "h0", "c0", "upstream") if role in names}


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
        said.append(f"targets: {forms.targets}")
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
    return said
