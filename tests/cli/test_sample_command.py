"""rnn-tui sample: the prompt and what follows, of a run and of a file."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from rnn_tui.cli.output import give
from rnn_tui.model.parameters import Parameters, draw
from rnn_tui.runs.sampling import open_network
from rnn_tui.storage.disk.tensors import encode, read
from rnn_tui.storage.export.pytorch import parameters_file
from rnn_tui.storage.export.saved import read_parameters
from rnn_tui.storage.library.store import Store
from rnn_tui.training.config import Config
from tests.model.networks import VARIANTS
from tests.texts import TIDE

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def saved(trained: Callable[..., dict[str, Any]], tmp_path: Path) -> Callable[..., str]:
    """Trains, saves, and names the file."""

    def train(*options: str) -> str:
        path = tmp_path / "net.safetensors"
        trained("--epochs", "2", "--save", str(path), "--force", *options)
        return str(path)

    return train


def greedy(path: str, prompt: str, count: int) -> str:
    """A plain loop over the tensors of an rnn, as PyTorch would run it."""
    with safe_open(path, "numpy") as file:
        t = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        metadata = file.metadata()
    inputs, outputs = json.loads(metadata["inputs"]), json.loads(metadata["outputs"])
    text, a = list(prompt), np.zeros(len(t["rnn.bias_ih_l0"]))
    for place in range(len(prompt) + count - 1):
        x = inputs.index(text[place])
        a = np.tanh(t["rnn.weight_ih_l0"][:, x] + t["rnn.bias_ih_l0"] + t["rnn.weight_hh_l0"] @ a)
        if place >= len(prompt) - 1:
            text.append(outputs[int((t["head.weight"] @ a + t["head.bias"]).argmax())])
    return "".join(text)


def test_at_temperature_0_a_file_is_written_on_as_a_plain_loop_does(
    run: Run, saved: Callable[..., str]
) -> None:
    path = saved("--task", "xor", "--hidden", "5")
    expected = greedy(path, "011", 40)
    answer = run("sample", path, "--prompt", "011", "--count", "40", "--temperature", "0")
    assert answer == (0, expected + "\n", "")


def test_a_run_writes_what_its_file_writes(run: Run, saved: Callable[..., str]) -> None:
    path, options = saved("--task", "reber"), ["--prompt", "BT", "--seed", "4", "--count", "90"]
    code, text, err = run("sample", path, *options)
    assert (code, err, len(text)) == (0, "", 93) and text.startswith("BT")
    assert run("sample", "reber", *options) == (0, text, "")
    assert run("sample", "reber", *options[:2], "--seed", "5", "--count", "90")[1] != text


def test_200_symbols_are_written_unless_another_number_is_asked_for(
    run: Run, saved: Callable[..., str]
) -> None:
    path = saved()
    assert len(run("sample", path, "--prompt", "01")[1]) == 203
    assert len(run("sample", path)[1]) == 201
    assert run("sample", path, "--prompt", "012", "--count", "0")[1] == "012\n"
    assert run("sample", path, "--count", "0")[1] == "\n"


def test_without_a_prompt_every_first_symbol_is_equally_likely(
    run: Run, saved: Callable[..., str]
) -> None:
    path = saved("--symbols", "4")
    firsts = [run("sample", path, "--count", "1", "--seed", str(n))[1] for n in range(200)]
    assert all(35 <= firsts.count(f"{symbol}\n") <= 65 for symbol in range(4))


def test_symbols_of_several_characters_stand_with_spaces_between(
    run: Run, saved: Callable[..., str]
) -> None:
    path = saved("--symbols", "12")
    code, text, _ = run("sample", path, "--prompt", "11 3", "--count", "2500")
    words = text.split(" ")
    assert code == 0 and words[:2] == ["11", "3"] and len(words) == 2502
    assert {int(word) for word in words} <= set(range(12))


@pytest.mark.parametrize("name", VARIANTS)
def test_a_file_holds_the_network_that_was_saved(name: str, tmp_path: Path) -> None:
    cell = VARIANTS[name]
    config = Config.of(task="anbn", cell=cell.name, hidden=4, dtype="float32", **vars(cell))
    parameters = draw(config.layout, "normal", 4, np.random.default_rng(0), "float32")
    path = tmp_path / "net"
    path.write_bytes(parameters_file(parameters, config, 7))
    network = read_parameters(path)
    assert network.cell == cell
    assert network.alphabets == (("a", "b"), ("a", "b", "$"), ("$", 1))
    for tensor in parameters:
        assert np.array_equal(network.parameters[tensor], parameters[tensor])


def test_an_exported_file_names_the_alphabets_too(
    run: Run, saved: Callable[..., str], tmp_path: Path
) -> None:
    path, out = saved("--task", "anbn"), tmp_path / "out.safetensors"
    assert run("export", "anbn", "--format", "safetensors", "--output", str(out))[0] == 0
    assert read(out).metadata == read(path).metadata


def test_a_text_is_written_on_without_its_file(run: Run, tmp_path: Path) -> None:
    source, out = tmp_path / "tide.txt", tmp_path / "net.safetensors"
    source.write_text(TIDE)
    options = ["--length", "5", "--epochs", "1", "--hidden", "4", "--save", str(out)]
    assert run("train", "--text", str(source), *options)[0] == 0
    source.unlink()
    code, text, err = run("sample", "text", "--prompt", "the\n", "--count", "50")
    assert (code, err, len(text)) == (0, "", 55) and text.startswith("the\n")
    assert {*text} <= {*TIDE}
    assert run("sample", str(out), "--prompt", "the\n", "--count", "50")[1] == text
    exported = tmp_path / "exported.safetensors"
    assert run("export", "text", "--format", "safetensors", "--output", str(exported))[0] == 0
    assert run("sample", str(exported), "--prompt", "the\n", "--count", "50")[1] == text
    code, _, err = run("sample", "text", "--prompt", "the\x1b")
    assert code == 3 and err.startswith(
        "rnn-tui: '\\x1b' (symbol 4) is no input symbol; there is: "
    )


def test_alphabets_too_long_for_a_header_are_left_out(run: Run, tmp_path: Path) -> None:
    config = Config.of(symbols=60_000, hidden=1, sequences=1)
    path = tmp_path / "net.safetensors"
    path.write_bytes(parameters_file(Parameters.zeros(config.layout), config, 0))
    code, out, err = run("sample", str(path))
    assert (code, out, err.count("\n")) == (3, "", 1) and "what its symbols look like" in err


@pytest.mark.parametrize("kept", [(), ("format", "config", "metadata_sha256", "sha256")])
def test_a_file_of_another_tool_names_no_alphabets(
    run: Run, saved: Callable[..., str], kept: tuple[str, ...]
) -> None:
    path = saved()
    with safe_open(path, "numpy") as file:
        metadata = {name: file.metadata()[name] for name in kept}
    save_file(load_file(path), path, metadata)
    code, out, err = run("sample", path)
    assert (code, out, err.count("\n")) == (3, "", 1) and "what its symbols look like" in err


def stored(path: str, metadata: dict[str, str], **tensors: Any) -> str:
    """The file changed, and digested anew; a value of '' takes a name away."""
    known = read(path)
    merged = {k: v for k, v in {**known.metadata, **metadata}.items() if v != ""}
    Path(path).write_bytes(encode({**known.tensors, **tensors}, merged))
    return path


@pytest.mark.parametrize(
    ("metadata", "code", "told"),
    [
        ({"inputs": ""}, 3, "does not say what its symbols look like"),
        ({"outputs": ""}, 3, "does not say what its symbols look like"),
        ({"format": "rnn-tui run 3"}, 4, "holds no saved parameters"),
        ({"inputs": "[1, 2, 3]"}, 4, "its inputs are no list of symbols"),
        ({"outputs": '["a", "a", "b"]'}, 4, "its outputs are no list of symbols"),
        ({"inputs": '["a"]'}, 4, "its tensors do not fit its alphabets and its cell"),
        ({"inputs": "["}, 4, "its inputs is not valid JSON"),
        ({"end": '["x", 1]'}, 4, "its end is no output symbol"),
        ({"end": '["0", 0]'}, 4, "its end is no symbol with a number"),
        ({"end": '"0"'}, 4, "its end is no symbol with a number"),
        ({"config": '{"cell": "tree"}'}, 4, "--cell tree: unknown"),
        ({"config": "[]"}, 4, "its configuration is no table"),
        ({"config": '{"cell": "lstm"}'}, 4, "do not fit its alphabets and its cell"),
        ({"config": '{"cell": "rnn", "activation": 3}'}, 4, "--activation 3"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_line(
    run: Run, saved: Callable[..., str], metadata: dict[str, str], code: int, told: str
) -> None:
    answer = run("sample", stored(saved(), metadata))
    assert answer[:2] == (code, "") and answer[2].count("\n") == 1 and told in answer[2]


def test_a_file_with_numbers_that_are_none_is_refused(run: Run, saved: Callable[..., str]) -> None:
    path = stored(saved(), {}, **{"head.bias": np.array([0.0, np.nan, 0.0])})
    code, _, err = run("sample", path)
    assert code == 4 and "its b_o is not finite" in err


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--prompt", "0x1"], 3, "'x' (symbol 2) is no input symbol; there is: 0 1 2"),
        (["--temperature", "nan"], 2, "'nan' must be a number, at least 0"),
        (["--temperature", "-1"], 2, "must be a number"),
        (["--temperature", "inf"], 2, "must be a number"),
        (["--count", "-1"], 2, "--count"),
        (["--seed", "-1"], 2, "--seed"),
        (["--branch", "0"], 2, "is a file, which has no branches"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused_in_one_line(
    run: Run, saved: Callable[..., str], options: list[str], code: int, told: str
) -> None:
    answer = run("sample", saved(), *options)
    assert answer[:2] == (code, "") and answer[2].count("\n") == 1 and told in answer[2]


@pytest.mark.parametrize(("name", "code"), [("gone.safetensors", 4), ("gone", 4), ("\x1b[2J", 4)])
def test_what_there_is_not_is_told(run: Run, name: str, code: int) -> None:
    answer = run("sample", name)
    assert answer[:2] == (code, "") and answer[2].rstrip("\n").isprintable()


def test_a_network_whose_outputs_are_no_inputs_writes_nothing(
    run: Run, saved: Callable[..., str]
) -> None:
    code, out, err = run("sample", saved("--task", "binary-addition"))
    assert (code, out) == (3, "")
    assert err == (
        "rnn-tui: this network cannot write on: its output '0' is no input symbol; view 3 of the "
        "screen shows what it predicts for an input of yours\n"
    )


def test_a_run_has_its_branches(run: Run, finished: Callable[[], str]) -> None:
    name = finished()
    assert open_network(name, Store(), 0).parameters.layout is not None
    assert run("sample", name, "--branch", "1")[0] == 4


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_on_a_terminal_nothing_in_the_text_is_obeyed_but_line_breaks(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    screen = Terminal(io.BytesIO(), encoding)
    monkeypatch.setattr("sys.stdout", screen)
    give(["a\n\tb\x1b[2J", "\r\u202e\u00e9"])
    shown = screen.buffer.getvalue().decode()  # type: ignore[attr-defined]
    assert shown == "a\n\tb\\x1b[2J\\r\\u202e" + ("é" if encoding == "utf-8" else "\\xe9") + "\n"


def test_elsewhere_a_text_is_written_as_it_is(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    give(["a\r\x1b", "é\n"])
    assert capfdbinary.readouterr().out == "a\r\x1bé\n\n".encode()
