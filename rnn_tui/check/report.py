"""What a check found, as plain values."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Verdict = Literal["right", "wrong", "unclear"]
Overall = Literal["right", "wrong", "unclear", "unusable"]

VERDICT_ONLY, WHICH_TENSOR, WHICH_LAG, CAUSE = range(4)
"""How much is told: the levels of ``--hint``."""


@dataclass(frozen=True)
class Part:
    """One of the tests.

    Attributes:
        verdict: what it came to.
        note: what was seen, in a sentence.
    """

    verdict: Verdict = "unclear"
    note: str = ""


@dataclass(frozen=True)
class Tensor:
    """One gradient.

    Attributes:
        name: theirs.
        role: ``W``, ``U``, ``V``, ``b_h``, ``b_o``, ``x``, ``h0``, with a gate ``W_i``; several
            in one array are joined by ``+``; ``?`` where it is not known.
        verdict: of their gradient against numerical differentiation of their forward pass.
        error: relative; infinite where their gradient is not finite, None where there is none.
        first_lag: the smallest lag that is wrong, None where there is none or it is not known.
    """

    name: str
    role: str
    verdict: Verdict
    error: float | None
    first_lag: int | None = None


@dataclass(frozen=True)
class Cause:
    """A mistake that would explain what was found.

    Attributes:
        cause: its slug; docs/check.md lists them.
        title: a sentence.
        tensors: names of theirs that it spoils.
        function: of theirs in which it probably is.
        line: of their file, probably.
        formula: what should stand there, as the notebook writes it.
        certainty: 0 to 1.
        with_their_names: the formula with the names of their arrays; empty where there is none.
        is_at_line: whether ``line`` is the statement meant, or one beside it.
        code: what stands in that line.
    """

    cause: str
    title: str
    tensors: tuple[str, ...]
    function: str | None
    line: int | None
    formula: str
    certainty: float
    with_their_names: str = ""
    is_at_line: bool = True
    code: str = ""


@dataclass(frozen=True)
class Error:
    """Why their code could not be run."""

    type: str
    message: str
    line: int | None


@dataclass(frozen=True)
class Report:
    """Everything that a check found.

    Attributes:
        verdict: ``unusable`` where it could not be loaded or run.
        target: file and name.
        style: how the code is written, as a style's name; None where nothing was recognised.
        took: sentences that say what was taken for what.
        forward: whether the forward pass is what it says.
        loss: whether loss and gradient are of one kind.
        second_call: whether a second call gives the same.
        tensors: every gradient.
        causes: the likeliest first.
        remarks: what is no mistake.
        error: where it is unusable.
    """

    verdict: Overall
    target: str
    style: str | None = None
    took: tuple[str, ...] = ()
    forward: Part = field(default_factory=Part)
    loss: Part = field(default_factory=Part)
    second_call: Part = field(default_factory=Part)
    tensors: tuple[Tensor, ...] = ()
    causes: tuple[Cause, ...] = ()
    remarks: tuple[str, ...] = ()
    error: Error | None = None

    def __str__(self) -> str:
        from rnn_tui.check.telling import lines_of

        return "\n".join(lines_of(self))

    @property
    def wrong(self) -> tuple[str, ...]:
        """Names of the tensors whose gradient is wrong."""
        return tuple(each.name for each in self.tensors if each.verdict == "wrong")

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON; an infinite error is null."""
        values = asdict(self)
        del values["took"]
        for cause in values["causes"]:
            del cause["with_their_names"], cause["is_at_line"], cause["code"]
        for tensor in values["tensors"]:
            if tensor["error"] is not None and not math.isfinite(tensor["error"]):
                tensor["error"] = None
        return values


def limited(report: Report, hint: int) -> Report:
    """The report with no more than a level of hints tells; an error is always told whole."""
    tensors, causes = report.tensors, report.causes
    notes, remarks = [report.forward, report.loss, report.second_call], report.remarks
    if hint < CAUSE:  # what is seen of a part that is wrong says what the mistake is
        causes = ()
        notes = [replace(each, note="") if each.verdict == "wrong" else each for each in notes]
    if hint < WHICH_LAG:
        tensors = tuple(replace(each, first_lag=None) for each in tensors)
        remarks = tuple(each for each in remarks if "lag" not in each)
    if hint < WHICH_TENSOR:
        tensors, remarks = (), ()
        notes = [Part(each.verdict) for each in notes]
    forward, loss, second_call = notes
    return replace(
        report, tensors=tensors, causes=causes, remarks=remarks,
        forward=forward, loss=loss, second_call=second_call,
    )  # fmt: skip
