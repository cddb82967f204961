"""What people call things: arguments, functions, gradients, parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_ARGUMENTS: Final = (
    ("rate", r"(learning|learn)_?rate|lr|eta|alpha|step_?size|l_?rate"),
    ("parameters", r"(model_?)?(parameters|params|weights)|p|theta|model|param_?dict|net|ws"),
    (
        "cache",
        r"(\w+_)?(cache|caches|keep|kept|saved|tape|mem|memory|trace|ctx|intermediates|history"
        r"|stored|record|records|fwd|forward_(pass|results?|values))",
    ),
    (
        "c0",
        r"(c|cell|cs|cell_?state|c_?state)_?(0|prev|previous|init|initial|last|start|in|t_?prev)?"
        r"|(init|initial|prev|start)_?(c|cell|cell_?state)",
    ),
    (
        "h0",
        r"(h|a|s|hidden|state|hx|hidden_?state|mem)_?"
        r"(0|prev|previous|init|initial|last|start|in|t_?prev|minus_?1|tm1)?"
        r"|(init|initial|prev|previous|last|start|old)_?(h|a|s|hidden|state|hidden_?state)",
    ),
    (
        "upstream",
        r"d_?(out|outs|output|outputs|y|ys|h|hs|a|next_?h|h_?next|a_?next|logits|scores|states|o|z"
        r"|s|y_?hat|x_?out|pred|probs)(_?t)?|d_?l_?d_?\w+|dl_?\w+|grad(ient)?s?(_?\w+)?|\w+_?grad"
        r"|(\w+_)?(errors?|deltas?)(_?\w+)?|upstream(_\w+)?|up|g|output_gradients?|douts|djd\w+",
    ),
    (
        "inputs",
        r"x|u|xs|xt|x_?t|x_?in|inp|inps|inputs?(_\w+)?|in_?seq|seq|sequences?|x_?(seq|batch|train)"
        r"|words?|tokens?|idx|idxs|indices|ix|chars|sentence|text|data|src|source|x_?data|us"
        r"|(time_?)?series|signals?|one_?hots?|symbols|x_?onehot|u_?seq|batch_?x"
        r"|eingaben?|entradas?|entr[eé]es|shuru",
    ),
    (
        "targets",
        r"targets?(_\w+)?|y|ys|y_?true|labels?|t|ts|truth|y_?t|yt|tgt|tgts|target_?\w+|true"
        r"|ground_?truth|outputs?_true|expected|y_?(seq|batch|train|onehot)|gold|answers?|tags"
        r"|next_?\w+|d|batch_?y|classes|ziele?|objetivos?|cibles?|alvos?|mubiao",
    ),
    (
        "outputs",
        r"y_?hats?|y_?pred(ictions?|s)?|preds?|predictions?|probs?|probabilit(y|ies)|ps|p_?t|o|os"
        r"|outputs?|outs?|logits|scores|y_?caps?|y_?out|y_?prob|softmax_?out|z|zs"
        r"|ausgaben?|salidas?|sorties|sa[ií]das?|shuchu",
    ),
    (
        "states",
        r"hs|h_?s|hiddens|(hidden_?)?states|ss|as_|a_?s|h_?states|activations"
        r"|zust(ae|ä)nde|estados|[eé]tats",
    ),
)
_DECORATION = (
    r"^(cur|curr|current|my|the|all|batch|train|one|single)_"
    r"|_?(idxs?|ids?|ix|inds?|index|indexes|indices|ints?|int_seq|seqs?|sequences?|batch|list|lst"
    r"|arr|array|one_?hots?|oh|vecs?|vectors?|np|data|tokens?|chars?|symbols?|all|steps?)$|(?<=^[xy])[bi]$"
)
"""What a name has besides: the ``_idx`` of ``xs_idx``, the ``i`` of ``xi``."""
_FORWARD = (
    r"feed_?forward|forward|fwd|fprop|f_?prop|unroll|predict_?(scores|proba)|run|__call__"
    r"|vorw(ae|ä)rts|adelante|avant|qianxiang"
)
_BACKWARD = r"back|bwd|bptt|bprop|b_?prop|grad|delta|derivative|r(ue|ü)ckw(ae|ä)rts|retro|fanxiang"
_LOSS = (
    r"loss|cost|cross_?entropy|nll|objective|likelihood|mse|squared_?error"
    r"|verlust|kosten|p[eé]rdida|perda|(?<![a-z])(perte|co[uû]t|custo(?!m))|sunshi"
)
_BOTH = (
    r"loss_?(fun|func|function|and)\w*|forward_?(and_?)?back\w*|fwd_?bwd|train_?(step|one|on)\w*"
    r"|(one|single|sgd|update)_?step|step|optimi[sz]e\w*|learn|fit_?(one|step|sequence)\w*|update"
    r"|(value|cost)_and_grad\w*|loss|train"
)
_GRADIENT_BEFORE = (
    r"d_?l_?d_?|d_?j_?d_?|d_?e_?d_?|partial_?|grad(ient)?s?_?|nabla_?|delta_?|del_?|update_?|d_?|g_?"
    r"|acc_?|total_?d?_?|sum_?d?_?"
)
_GRADIENT_AFTER = r"_?grad(ient)?s?|_?update|_?deltas?|_?d|_?g"
_VALUE: Final = r"data|values?|val|array|tensor|matrix|param(eter)?|weights?|w|v|x"
_OWN_GRADIENT: Final = r"grads?|gradients?|derivatives?|deriv|delta|d|g"
_OWN_MEMORY: Final = r"m\d?|v\d?|s|r|mem|memory|momentum|velocity|cache|adagrad|exp_avg\w*"
_MEMORY = r"m|v|mem|mem_|m_|v_|old_|prev_|adagrad_|cache_|momentum_|best_|velocity_|s_"
_STATE_NAMES: Final = re.compile(
    r"(h|a|s|hidden|state|hprev|h_prev|a_prev|s_prev|prev_h|h0|h_0|last_h|hidden_?state|h_?state"
    r"|prev_?hidden|prev_?state|h_t|memory|context)",
    re.IGNORECASE,
)
_CELL_NAMES: Final = re.compile(r"c|cell|c_?prev|prev_?c|c_?0|cell_?state|c_?state|last_c", re.I)
_GATES: Final = {"f": "f", "i": "i", "o": "o", "g": "g", "c": "g", "z": "z", "r": "r", "n": "n"}


@lru_cache(maxsize=4096)
def argument_kind(name: str, others: tuple[str, ...] = ()) -> str | None:
    """What an argument of this name is, such as ``inputs``, ``targets``, ``h0``, ``upstream``.

    Args:
        name: of the argument.
        others: the names of all arguments of the function, for letters that may be two things:
            ``y`` beside ``t`` or ``targets`` is what the network gives, alone what it should give.
    """
    plain = name.lower().strip("_")
    kind = _kind_of(plain) or _kind_of(re.sub(_DECORATION, "", plain))
    rest = [o.lower() for o in others if o != name]
    if plain in {"y", "ys"} and any(
        re.fullmatch(r"t|ts|targets?|y_?true|labels?|tgt|truth", o) for o in rest
    ):
        return "outputs"
    if plain in {"t", "step"} and any(
        re.fullmatch(r"ys?|targets?|y_?true|labels?", o) for o in rest
    ):
        return None
    return kind


def _kind_of(plain: str) -> str | None:
    kinds = (kind for kind, pattern in _ARGUMENTS if re.fullmatch(pattern, plain))
    return next(kinds, None)


def is_forward(name: str) -> bool:
    """Whether a function of this name runs the network."""
    return _has(name, _FORWARD) and not _has(name, _BACKWARD)


def is_backward(name: str) -> bool:
    """Whether a function of this name computes gradients."""
    return _has(name, _BACKWARD) and not re.search(r"check|numeric|clip|flush|zero", name.lower())


def is_loss(name: str) -> bool:
    """Whether a function of this name computes a loss."""
    return _has(name, _LOSS) and not _has(name, r"smooth|grad|back|deriv|prime")


def is_clearing(name: str) -> bool:
    """Whether a function of this name sets gradients back to zero, to be called before others."""
    pattern = r"(zero|clear|reset)_?(all_?|the_?)?grad(ient)?s?"
    return re.fullmatch(pattern, name.lower()) is not None


def is_both(name: str) -> bool:
    """Whether a function of this name may compute the loss and its gradient in one go."""
    return re.fullmatch(_BOTH, name.lower().strip("_")) is not None


@lru_cache(maxsize=4096)
def gradient_bases(name: str) -> tuple[str, ...]:
    """The parameter names that a gradient of this name may belong to, the likeliest first."""
    plain = name.strip("_")
    return (*_tails(plain, _GRADIENT_BEFORE), *_heads(plain, _GRADIENT_AFTER))


def value_with_gradient(names: Iterable[str]) -> tuple[str, str] | None:
    """The names of a value and its gradient among the attributes of an object that has both.

    As ``data`` and ``grad``, or ``v`` and ``d``: what PyTorch calls a Parameter. None where it has
    anything else but an optimizer's memory.
    """
    gradients: list[str] = []
    others: list[str] = []
    for name in names:
        (gradients if re.fullmatch(rf"(?i:{_OWN_GRADIENT})", name) else others).append(name)
    for pattern in _VALUE.split("|"):
        for value in others:
            rest = [name for name in others if name != value]
            is_value = len(gradients) == 1 and re.fullmatch(rf"(?i:{pattern})", value)
            if is_value and all(re.fullmatch(rf"(?i:{_OWN_MEMORY})", name) for name in rest):
                return value, gradients[0]
    return None


def is_memory_of(name: str, other: str) -> bool:
    """Whether ``name`` is an optimizer's memory or gradient of ``other``, ``mWxh`` of ``Wxh``."""
    if same(name, other):
        return False
    if any(same(base, other) for base in gradient_bases(name)):
        return True
    return re.fullmatch(rf"(?i:{_MEMORY}){re.escape(other)}", name) is not None


def same(one: str, other: str) -> bool:
    """Whether two names are one but for underscores and capital letters."""
    return squeezed(one) == squeezed(other)


def squeezed(name: str) -> str:
    """A name without underscores, in small letters."""
    return name.replace("_", "").lower()


def state_role(name: str) -> str | None:
    """``h0`` or ``c0`` for an attribute that keeps the state from call to call, else None."""
    if _STATE_NAMES.fullmatch(name):
        return "h0"
    return "c0" if _CELL_NAMES.fullmatch(name) else None


def is_truncation(name: str) -> bool:
    """Whether an attribute or argument of this name is the K of truncated BPTT."""
    return _has(name, r"trunc")


def _has(name: str, pattern: str) -> bool:
    return re.search(pattern, name.lower()) is not None


def _tails(name: str, pattern: str) -> list[str]:
    """What is left behind every prefix that the pattern matches, the shortest prefix first."""
    places = range(1, len(name))
    return [name[i:] for i in places if re.fullmatch(rf"(?i:{pattern})", name[:i])]


def _heads(name: str, pattern: str) -> list[str]:
    places = range(len(name) - 1, 0, -1)
    return [name[:i] for i in places if re.fullmatch(rf"(?i:{pattern})", name[i:])]
