"""Which style it is: the first that recognises their code and gets an answer from it."""

from __future__ import annotations

from types import ModuleType
from typing import NamedTuple

from rnn_tui.check.probing import answers
from rnn_tui.check.styles.registry import STYLES
from rnn_tui.check.subject import Style, Subject


class Chosen(NamedTuple):
    """A subject and what came of calling it.

    Attributes:
        subject: made by the style.
        style: its name.
        error: what their code raised, or None.
        complaint: what did not come back as expected, or None.
    """

    subject: Subject
    style: str
    error: Exception | None
    complaint: str | None


def choose(module: ModuleType, name: str | None, style: str | None) -> Chosen | None:
    """The first style whose subject answers; else the first that recognised something."""
    asked = [each for each in STYLES if style in (None, each.name)]
    first: Chosen | None = None
    for each in asked:
        chosen = _try(each, module, name)
        if chosen is None:
            continue
        if chosen.error is None and chosen.complaint is None:
            return chosen
        first = first or chosen
    return first


def _try(style: Style, module: ModuleType, name: str | None) -> Chosen | None:
    subject = style.recognise(module, name)
    if subject is None:
        return None
    answer = answers(subject)
    return Chosen(subject, style.name, answer.error, answer.complaint)
