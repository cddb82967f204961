"""What reaches the screen from elsewhere."""

from __future__ import annotations

from textual.message import Message


class SessionUpdated(Message):
    """The session carried out a command, arrived somewhere or ended: look at its snapshot."""
