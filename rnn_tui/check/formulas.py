"""What should stand there: as the notebook writes it, and with the names of their arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rnn_tui.check.identify import Known
from rnn_tui.check.reference.form import Form

_SLOPES = {
    "tanh": "(1 − a_h,t²)", "sigmoid": "a_h,t ∘ (1 − a_h,t)", "relu": "(a_h,t > 0)",
    "identity": "1", "leaky_relu": "(1 if a_h,t > 0 else 0.01)",
    "leaky_relu_0.1": "(1 if a_h,t > 0 else 0.1)", "leaky_relu_0.2": "(1 if a_h,t > 0 else 0.2)",
}  # fmt: skip
_FIXED = {
    "cell": "∂L/∂c_t = ∂L/∂a_t ∘ o_t ∘ (1 − tanh²(c_t)) + ∂L/∂c_t+1 ∘ f_t+1",
    "error": "∂L/∂s_o,t = ŷ_t − y_t",
    "output-slope": "∂L/∂s_o,t = ∂L/∂ŷ_t ∘ σ'(s_o,t)",
    "start": "∂L/∂a_h,-1 = ∂L/∂s_h,0 Uᵀ",
}
_SUMS = {
    "W": "dW = Σ x_tᵀ ∂L/∂s_h,t", "U": "dU = Σ a_h,t-1ᵀ ∂L/∂s_h,t", "b_h": "db_h = Σ ∂L/∂s_h,t",
    "V": "dV = Σ a_h,tᵀ ∂L/∂s_o,t", "b_o": "db_o = Σ ∂L/∂s_o,t", "E": "dE = Σ ∂L/∂x_t, by symbol",
    "x": "∂L/∂x_t = ∂L/∂s_h,t Wᵀ", "h0": "∂L/∂a_h,-1 = ∂L/∂s_h,0 Uᵀ",
}  # fmt: skip
_ALL_SUMS = ("W", "U", "b_h", "V", "b_o")


def notebook_formula(name: str, known: Known | None, roles: Iterable[str]) -> str:
    """A formula in the notebook's letters; a name that is none of these is the text itself.

    Args:
        name: of the formula.
        known: their network.
        roles: of the tensors that are spoilt.
    """
    form = Form() if known is None else known.form
    if name == "slope":
        return _slope(form)
    if name == "carry":
        return _carry(form, known)
    if name == "carry-then-slope":
        return f"{_carry(form, known)}, and only then {_slope(form)}"
    if name == "sum":
        return "    ".join(dict.fromkeys(_sum(role, form) for role in roles or _ALL_SUMS))
    if name in ("mix", "reset"):
        return _of_gru(name, form)
    if name == "loss-slope":
        is_squared = known is not None and known.loss == "squared"
        return _FIXED["output-slope" if is_squared and form.head != "scores" else "error"]
    return _FIXED.get(name, name)


def their_formula(
    name: str, known: Known | None, shown: Mapping[str, str], roles: Iterable[str]
) -> str:
    """The same with the names of their arrays and the way these lie; empty where that says no more.

    Args:
        name: of the formula.
        known: their network.
        shown: by the names of their arrays, what these are called.
        roles: of the tensors that are spoilt.
    """
    if known is None or known.form.cell != "rnn":
        return ""
    own = {
        pieces[0].role: (shown[array], pieces[0].transposed)
        for array, pieces in known.layout.items()
        if len(pieces) == 1
    }
    is_column = own.get("U", ("", False))[1]
    if name in ("carry", "carry-then-slope"):
        back = _back("U", "ds_t+1", own, is_column)
        has_head = known.loss != "upstream" and known.form.head != "states"
        into = _back("V", "dy_t", own, is_column) if has_head else "dout_t"
        return f"dh_t = {into} + {back}" if back and into else ""
    if name == "start":
        back = _back("U", "ds_0", own, is_column)
        return f"dh_start = {back}" if back else ""
    if name == "sum":
        told = (_their_sum(role, own, is_column) for role in roles)
        return "    ".join(dict.fromkeys(each for each in told if each))
    return ""


def _slope(form: Form) -> str:
    if form.cell == "rnn":
        return f"∂L/∂s_h,t = ∂L/∂a_h,t ∘ {_SLOPES[form.activation]}"
    return "∂L/∂s_t = ∂L/∂g_t ∘ g_t ∘ (1 − g_t) for a gate g = σ(s), ∘ (1 − g_t²) for g = tanh(s)"


def _carry(form: Form, known: Known | None) -> str:
    is_given = known is not None and known.loss == "upstream"
    into = "what is handed in at t" if is_given or form.head == "states" else "∂L/∂s_o,t Vᵀ"
    if form.cell == "rnn":
        return f"∂L/∂a_h,t = {into} + ∂L/∂s_h,t+1 Uᵀ"
    direct = ""
    if form.cell == "gru":
        direct = f" + ∂L/∂a_t+1 ∘ {'z' if form.keeps else '(1 − z)'}_t+1"
    return f"∂L/∂a_t = {into}{direct} + Σ_g ∂L/∂s_g,t+1 U_gᵀ over the gates g"


def _of_gru(name: str, form: Form) -> str:
    if name == "reset" and form.resets_before:
        return "s_n,t = x_t W_n + (r ∘ a_t-1) U_n: ∂L/∂a_t-1 gets r ∘ (∂L/∂s_n,t U_nᵀ)"
    if name == "reset":
        return "s_n,t = x_t W_n + r ∘ (a_t-1 U_n): ∂L/∂a_t-1 gets (r ∘ ∂L/∂s_n,t) U_nᵀ"
    z, rest = ("z", "(1 − z)") if form.keeps else ("(1 − z)", "z")
    difference = "a_t-1 − n_t" if form.keeps else "n_t − a_t-1"
    return (
        f"a_t = {rest} ∘ n + {z} ∘ a_t-1: ∂L/∂n_t = ∂L/∂a_t ∘ {rest}, "
        f"∂L/∂z_t = ∂L/∂a_t ∘ ({difference}), and ∂L/∂a_t ∘ {z} goes to step t − 1"
    )


def _sum(role: str, form: Form) -> str:
    """Of one role; ``W_i`` is that of gate i."""
    plain, _, gate = role.rpartition("_") if role not in _SUMS else (role, "", "")
    if plain not in _SUMS:
        return role
    text = _SUMS[plain]
    if gate:
        text = text.replace(f"d{plain}", f"d{role}").replace("s_h,t", f"s_{gate},t")
        if form.cell == "gru" and form.resets_before and role == "U_n":
            text = text.replace("a_h,t-1ᵀ", "(r_t ∘ a_t-1)ᵀ")
    return text


def _back(role: str, what: str, own: Mapping[str, tuple[str, bool]], is_column: bool) -> str:
    """A gradient through a matrix, the other way: a row times the transpose of what is theirs."""
    if role not in own:
        return ""
    name, transposed = own[role]
    if is_column:
        return f"{name}{'ᵀ' if transposed else ''} {what}"
    return f"{what} {name}{'' if transposed else 'ᵀ'}"


def _their_sum(role: str, own: Mapping[str, tuple[str, bool]], is_column: bool) -> str:
    if role not in own:
        return ""
    name, transposed = own[role]
    right = "dy_t" if role in ("V", "b_o") else "ds_t"
    if role in ("b_h", "b_o"):
        return f"d{name} = Σ_t {right}"
    left = {"W": "x_t", "U": "h_t-1", "V": "h_t"}.get(role)
    if left is None:
        return ""
    first, second = (right, left) if transposed else (left, right)
    before, after = ("", "ᵀ") if is_column else ("ᵀ", "")
    return f"d{name} = Σ_t {first}{before} {second}{after}"
