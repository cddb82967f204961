"""From bytes to keys: whatever comes, nothing raises, and no key is made of another's parts."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from rnn_tui.app.terminal.driver import OVER_SSH, escape_delay
from rnn_tui.app.terminal.keyboard import Keyboard

DELAY = 0.1


def names(found: list[Message]) -> list[str]:
    return [event.key for event in found if isinstance(event, events.Key)]


def typed(*parts: bytes | float) -> list[str]:
    """The keys that bytes make, with seconds of silence between them and a long one at the end."""
    keyboard, now = Keyboard(DELAY), 0.0
    found: list[Message] = []
    for part in (*parts, 100.0):
        if isinstance(part, bytes):
            found += keyboard.feed(part, now)
        else:
            now += part
            while keyboard.deadline is not None and keyboard.deadline <= now:
                found += keyboard.give_up(keyboard.deadline)
    return [
        "paste " + event.text if isinstance(event, events.Paste) else event.key
        for event in found
        if isinstance(event, events.Key | events.Paste)
    ]


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        (b"a Z[", ["a", "space", "Z", "left_square_bracket"]),
        ("ü€😀".encode(), ["ü", "euro_sign", "grinning_face"]),
        (b"\r\n\t\x7f\x03\x00", ["enter", "ctrl+j", "tab", "backspace", "ctrl+c", "ctrl+@"]),
        (b"\x1b[A\x1bOB\x1b[1;2C\x1b[5~", ["up", "down", "shift+right", "pageup"]),
        (b"\x1b[[A\x1b[3$\x1bOP", ["f1", "shift+delete", "f1"]),
        (b"\x1b[99;5u\x1b[27u\x1b[97u", ["ctrl+c", "escape", "a"]),
        (b"\x1b\x1b[A", ["escape", "up"]),
        (b"\x1bb\x1b]7\x1b1\x1b\r", ["escape", "b", "escape", "right_square_bracket", "7",
                                     "escape", "1", "escape", "enter"]),
    ],
)  # fmt: skip
def test_keys_of_one_burst_are_told_apart(data: bytes, keys: list[str]) -> None:
    assert typed(data) == keys


@pytest.mark.parametrize(
    "data", [b"\xff", b"\xc3", b"\xc3\xff", b"\xf0\x9f\x98", b"\xed\xa0\x80", b"\x80\x9b"]
)
def test_bytes_that_are_not_utf8_do_not_stop_the_keys_behind_them(data: bytes) -> None:
    first, *_, last = typed(b"a" + data + b"q")
    assert (first, last) == ("a", "q")


@pytest.mark.parametrize(
    "sequence",
    [
        b"\x1b[1;5:3A", b"\x1b[1114112u", b"\x1b[65:66:67;1:1;68u",  # Textual's parser raises
        b"\x1b[97;1;55296u", b"\x1b[" + b"9" * 99 + b"u", b"\x1b[<0;1;" + b"9" * 40 + b"M",
        b"\x1b[48;99999;99999;1;1t", b"\x1b[48;0;0;0;0t", b"\x1b[?2048;1$y", b"\x1b[7;7R",
        b"\x1b[?1;2c", b"\x1b[M !!", b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
        b"\x1b]11;rgb:1e1e/1e1e/2e2e\x07", b"\x1bP1+r436f\x1b\\",
    ],
)  # fmt: skip
def test_a_sequence_that_nobody_knows_is_no_key(sequence: bytes) -> None:
    assert typed(sequence, b"q") == ["q"]


def test_sizes_are_not_taken_from_the_keyboard() -> None:
    keyboard = Keyboard(DELAY)
    assert keyboard.feed(b"\x1b[48;9999;9999;1;1t\x1b[?2048;1$y", 0) == []
    (event,) = keyboard.feed(b"\x1b[<0;5;6M", 0)
    assert isinstance(event, events.MouseDown) and (event.x, event.y) == (4, 5)


SEQUENCES = {
    b"\x1b[C": "right", b"\x1bOC": "right", b"\x1b[1;2C": "shift+right", b"\x1b[5~": "pageup",
    b"\x1b[27;1u": "escape", b"\x1b[[A": "f1", b"\x1b[3$": "shift+delete", b"\x1b[H": "home",
    b"\x1b[1;2D": "shift+left", b"\x1b[97;1u": "a",
}  # fmt: skip


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.15, 0.5, 1.1, 2.0])
@pytest.mark.parametrize(("sequence", "key"), SEQUENCES.items())
def test_a_sequence_that_comes_in_parts_is_one_key(
    sequence: bytes, key: str, seconds: float
) -> None:
    for cut in range(1, len(sequence)):
        late = ["escape"] if cut == 1 and seconds > DELAY else []
        assert typed(sequence[:cut], seconds, sequence[cut:]) == [*late, key]


@given(
    st.sampled_from(list(SEQUENCES.items())),
    st.lists(st.floats(0, 2), min_size=10, max_size=10),
)
def test_a_sequence_that_comes_byte_by_byte_is_one_key(
    known: tuple[bytes, str], pauses: list[float]
) -> None:
    sequence, key = known
    parts = [part for k, byte in enumerate(sequence) for part in (bytes([byte]), pauses[k])]
    late = ["escape"] if pauses[0] >= DELAY else []
    assert typed(*parts) == [*late, key]


@pytest.mark.parametrize("seconds", [0.05, 0.15, 2.0])
@pytest.mark.parametrize("sequence", [b"\x1b[<0;12;7M", b"\x1b[<65;1;1M", b"\x1b[M !!", b"\x1b[I"])
def test_what_the_mouse_and_the_window_tell_is_no_key_wherever_it_is_split(
    sequence: bytes, seconds: float
) -> None:
    for cut in range(1, len(sequence)):
        assert typed(sequence[:cut], seconds, sequence[cut:]) in ([], ["escape"])


def test_escape_and_a_bracket_typed_by_hand_halve_nothing_and_hold_up_no_other_key_for_long() -> (
    None
):
    assert typed(b"\x1b", 0.5, b"[", 3.0, b"q") == ["escape", "q"]
    assert typed(b"\x1b", 0.5, b"[", 0.1, b"\x03") == ["escape", "ctrl+c"]


def test_an_escape_alone_is_a_key_after_the_delay_and_what_follows_much_later_is_another() -> None:
    assert typed(b"\x1b") == ["escape"]
    assert typed(b"\x1b", 0.05, b"x") == ["escape", "x"]
    assert typed(b"\x1b", 5.0, b"[") == ["escape", "left_square_bracket"]
    assert typed(b"\x1b", 0.15, b"x[") == ["escape", "x", "left_square_bracket"]


def test_a_sequence_that_never_ends_is_dropped() -> None:
    assert typed(b"\x1b[1;", 5.0, b"q") == ["q"]
    assert typed(b"\x1b[1;\x03") == ["ctrl+c"]
    assert typed(b"\x1b[1;\x1b[A") == ["up"]
    assert typed(b"\x1b]11;rgb", 5.0, b"q") == ["q"]
    assert typed(b"\x1b[" + b"1" * 1000, 5.0, b"q")[-1] == "q"


def test_a_paste_is_one_text_however_it_comes() -> None:
    data = "\x1b[200~1\n[q\x1b[A é\x1b[201~x".encode()
    assert typed(data) == ["paste 1\n[q[A é", "x"]
    assert typed(*[bytes([byte]) for byte in data]) == ["paste 1\n[q[A é", "x"]


@pytest.mark.parametrize("key", [b"\x03", b"\x1b[99;5u"])
def test_a_paste_without_an_end_holds_up_neither_ctrl_c_nor_the_keys_for_long(key: bytes) -> None:
    assert typed(b"\x1b[200~abc", key) == ["paste abc", "ctrl+c"]
    assert typed(b"\x1b[200~abc", 0.9, b"d", 0.9, b"e", 1.1, b"q") == ["paste abcde", "q"]


def test_over_ssh_an_escape_waits_longer_unless_told_how_long() -> None:
    assert escape_delay({"SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"}) == OVER_SSH > escape_delay({})
    assert escape_delay({"SSH_CONNECTION": "", "ESCDELAY": "50"}) < OVER_SSH


noise = st.lists(
    st.one_of(
        st.binary(max_size=8),
        st.floats(0, 2),
        st.sampled_from([b"\x1b", b"\x1b[", b"\x1b[<0;", b"\x1b[200~", b"\x1b[201~", b"\x1b]1;"]),
        st.from_regex(rb"\x1b\[[0-9;:?<]{0,12}[$u~A-Rmt]", fullmatch=True),
    )
)


@given(noise)
def test_after_any_noise_and_a_silence_the_keys_are_keys(parts: list[bytes | float]) -> None:
    assert typed(*parts, 100.0, b"\x1b[Aq")[-2:] == ["up", "q"]


def test_after_much_noise_the_keys_are_keys(effort: int) -> None:
    data = random.Random(5).randbytes(20_000 * effort)
    assert typed(*[data[i : i + 4096] for i in range(0, len(data), 4096)], 9.0, b"q")[-1] == "q"
