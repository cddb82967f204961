"""Whatever bytes come from the keyboard: nothing ends, nothing is told, the terminal comes back."""

import random
import re
from collections.abc import Iterator

import pytest

from tests.amounts import few
from tests.end_to_end.terminal import Start, Terminal

LEAVING = bytes([0x03, 0x11, 0x1A]) + b"qQ"


@pytest.mark.parametrize(
    "data",
    few([
        b"\x00" * 100, b"\x1b[1;5:3A", b"\xff", b"\xc3", b"\x80" * 100, b"\xed\xa0\x80",
        b"\x1b[1114112u", b"\x1b[65:66:67;1:1;68u", b"\x1b[97;1;55296u",
        b"\x1b[48;99999;99999;1;1t", b"\x1b[<0;999999999999;9M", b"\x1b[<0;0;0M", b"\x1b[9;9R",
        b"\x1b[200~never ends q\r", b"\x1b[?2048;1$y\x1b[48;0;0;0;0t", b"\x1b]11;rgb:r/r/r",
    ], 1),
)  # fmt: skip
def test_noise_is_not_the_end_and_ctrl_c_is(trainer: Start, data: bytes) -> None:
    terminal = trainer("--no-store")
    terminal.write(data)
    terminal.press("ctrl+c")
    assert terminal.leave() == 0
    assert terminal.traces == [] and re.match(r"epoch \d+ [^\n]*$", terminal.said)


@pytest.mark.soak
def test_an_arrow_that_a_slow_line_splits_is_never_a_bracket(trainer: Start) -> None:
    terminal = trainer("--no-store")
    for epoch, seconds in enumerate((0.0, 0.05, 0.15, 2.0), 1):
        terminal.press("escape")
        terminal.wait(seconds)
        terminal.write(b"[C")
        terminal.until(f"epoch {epoch} ")
    assert "lr 0.001" in terminal.text


@pytest.mark.soak
def test_after_a_paste_without_an_end_the_keys_are_keys_again(trainer: Start) -> None:
    terminal = trainer("--no-store")
    terminal.write(b"\x1b[200~1\n2")
    terminal.wait(1.5)
    terminal.press("right")
    terminal.until("epoch 1 ")


def noise(chance: random.Random) -> Iterator[bytes | float]:
    """Bytes, and seconds of silence between them."""

    def some(count: int) -> bytes:
        return bytes(byte for byte in chance.randbytes(count) if byte not in LEAVING)

    while True:
        parameters = "".join(chance.choices("0123456789;:<?=", k=chance.randint(0, 12)))
        sequence = f"\x1b[{parameters}{chance.choice('ABCDHFMPQRSTImtu~$')}".encode()
        cut = chance.randrange(len(sequence))
        yield from chance.choice(
            [
                [some(chance.randint(1, 40))],
                [some(400)],
                [sequence * chance.randint(1, 20)],
                [sequence[:cut], chance.choice([0.0, 0.02, 0.15]), sequence[cut:]],
                [b"\x1b[200~" + some(20)],
                [chance.choice(b" []+-gbzlt?\r\x1b".decode()).encode() * chance.randint(1, 5)],
                [0.01],
            ]
        )


@pytest.mark.parametrize(
    ("count", "seed"),
    [(700, 1), *[pytest.param(20_000, seed, marks=pytest.mark.soak) for seed in (2, 3)]],
)
def test_after_any_noise_the_terminal_is_as_it_was(trainer: Start, count: int, seed: int) -> None:
    terminal, sent = trainer("--debug", "--no-store"), 0
    for part in noise(random.Random(seed)):
        if sent >= count:
            break
        if isinstance(part, float):
            terminal.wait(part)
        else:
            sent += len(part)
            terminal.write(part)
        if terminal.process.poll() is not None:  # a sequence may mean the key that leaves
            check_left(terminal)
            terminal = trainer("--debug", "--no-store")
    terminal.wait(1.5)
    terminal.press("ctrl+c")
    check_left(terminal)


def check_left(terminal: Terminal) -> None:
    assert terminal.leave() == 0
    assert terminal.traces == [] and re.match(r"epoch \d+ [^\n]*$", terminal.said)
