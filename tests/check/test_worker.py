"""What goes between the check and its worker."""

from __future__ import annotations

import socket

import pytest

from rnn_tui.check.worker.wire import BadMessage, decode, encode, read_all, receive


def test_messages_are_plain_values() -> None:
    with pytest.raises(TypeError):
        encode({"object": object()})
    with pytest.raises(BadMessage):
        decode(b'{"__array__": ["|O", [1], 0]}', b"\0" * 8)


def test_a_message_arrives_as_it_was_sent() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(encode({"loss": 1 + 2j, "x": [None, "a", True, 0.5]}))
        got = receive(lambda count: read_all(theirs, count))
    assert got == {"loss": 1 + 2j, "x": [None, "a", True, 0.5]}
