"""What stands in the loss chart before there is a curve."""

from __future__ import annotations

from textual.content import Content

HINT = "the loss of each epoch appears here: press space"


def loss_hint(width: int, height: int) -> list[Content]:
    """The words, in the middle."""
    words = Content.styled(HINT, "$foreground 60%")
    return [Content()] * ((height - 1) // 2) + [words.center(width)]
