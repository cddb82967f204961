"""What a message says of a name: never an escape code."""

import pytest

from rnn_tui.storage.disk.errors import printable, reason, shown, unwritable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("successor-seed0 ✓", "successor-seed0 ✓"),
        ("\x1b[2J\x07", r"\x1b[2J\x07"),
        ("line\nbreak\ttab", r"line\nbreak\ttab"),
        ("\udcff", r"\udcff"),
        ("right\u202eleft", r"right\u202eleft"),
        ("", ""),
    ],
)
def test_what_is_no_text_is_shown_escaped(text: str, expected: str) -> None:
    assert printable(text) == expected
    assert shown(text) == (expected or "''")


def test_every_message_is_printable_whatever_the_path_and_the_cause() -> None:
    for error in (OSError(28, "No space\nleft"), ValueError("\x1b[2J"), RuntimeError()):
        assert reason(error).isprintable()
        assert str(unwritable("a\x1b[2J\udcff", error)).isprintable()
