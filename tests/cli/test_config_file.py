"""--config: the same run as by options, and one line for what is wrong in the file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., tuple[int, str, str]]
Trained = Callable[..., dict[str, Any]]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Writes a file of options in the present folder; its name."""
    monkeypatch.chdir(tmp_path)

    def write(content: str, name: str = "run.toml") -> str:
        path = Path(name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return name

    return write


def same(one: dict[str, Any], two: dict[str, Any]) -> bool:
    differing = {"seconds", "updates_per_second", "run"}
    return {k: v for k, v in one.items() if k not in differing} == {
        k: v for k, v in two.items() if k not in differing
    }


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("# one option\n\nepochs = 2\n", "--epochs 2"),
        ('cell = "gru"\nhidden = 6\nlr = 0.01\nhold = "U_n"\nepochs = 7',
         "--cell gru --hidden 6 --lr 0.01 --hold U_n --epochs 7"),
        ('optimizer = "adam"\nweight-decay = 0.1\nclip_value = 5\nclip = "none"\nbptt = 3\n'
         "epochs = 3",
         "--optimizer adam --weight-decay 0.1 --clip-value 5 --bptt 3 --epochs 3"),
        ('schedule = "cosine"\nepochs = 9\nwarmup = 4', "--schedule cosine --epochs 9 --warmup 4"),
        ('valid = 1\npatience = 2\nuntil = "loss=0.5"\nepochs = 20\nlr = 0.3',
         "--valid 1 --patience 2 --until loss=0.5 --epochs 20 --lr 0.3"),
        ('dtype = "float32"\nseed = 3\nbatch = 4\nepochs = 2\nno-carry = true\ntext = "own.txt"',
         "--dtype float32 --seed 3 --batch 4 --epochs 2 --no-carry --text own.txt"),
    ],
)  # fmt: skip
def test_a_file_means_the_run_that_the_same_options_mean(
    run: Run, file: Callable[..., str], content: str, options: str
) -> None:
    Path("own.txt").write_text("round and round the rugged rock " * 12)
    by_file, by_options = (
        json.loads(run("train", "--json", "--no-store", *arguments)[1])
        for arguments in (["--config", file(content)], options.split())
    )
    assert same(by_file, by_options)


def test_the_command_line_wins(trained: Trained, file: Callable[..., str]) -> None:
    name = file('lr = 0.01\nhidden = 6\nepochs = 7\nvalid = 1\nuntil = "loss=9"')
    values = trained("--config", name, "--epochs", "3", "--lr", "0.1", "--until", "none")
    assert same(values, trained("--lr", "0.1", "--hidden", "6", "--epochs", "3", "--valid", "1"))


def test_another_problem_on_the_command_line_takes_the_place_of_the_files(
    trained: Trained, run: Run, file: Callable[..., str]
) -> None:
    Path("own.txt").write_text("round and round the rugged rock " * 12)
    name = file('task = "echo"\nepochs = 1')
    assert json.loads(run("train", "--config", name, "--text", "own.txt", "--json")[1])["config"][
        "task"
    ] == "text"  # fmt: skip
    name = file('text = "own.txt"\nepochs = 1')
    assert trained("--config", name, "--task", "echo")["config"]["task"] == "echo"


def test_paths_in_a_file_count_from_its_folder(run: Run, file: Callable[..., str]) -> None:
    name = file('text = "own.txt"\nsave = "out.safetensors"\nepochs = 1', "deep/run.toml")
    Path("deep/own.txt").write_text("round and round the rugged rock " * 12)
    code, out, _ = run("train", "--config", name)
    assert code == 0 and out.endswith("saved as deep/out.safetensors\n")
    assert Path("deep/out.safetensors").exists()
    code, _, err = run("train", "--config", name, "--json")
    assert code == 4 and "--force" in err
    assert run("train", "--config", name, "--save", "here.safetensors")[0] == 0
    assert Path("here.safetensors").exists()


def test_an_interrupted_run_of_a_file_keeps_its_goal(
    trained: Trained, run: Run, file: Callable[..., str]
) -> None:
    first = trained("--config", file("epochs = 5"))
    assert trained("--resume", first["run"])["goal"]["epochs"] == 5
    code, out, err = run("train", "--config", "run.toml", "--resume")
    assert (code, out) == (2, "")
    assert err == "rnn-tui: --config beside --resume: the run has its own; leave it out\n"


BAD = {
    "lr = ": "run.toml: line 1: invalid value",
    "lr = \nhidden = 3": "run.toml: line 1, column 6: invalid value",
    "lr 3": "run.toml: line 1, column 4: expected",
    "lr = 1\nlr = 2": "run.toml: line 2: cannot overwrite a value",
    "a = " + "[" * 5000: "run.toml: it is nested too deeply",
    "seed = " + "9" * 5000: "run.toml: not TOML: ",
    b'separator = "\xff"': "run.toml: line 1: not UTF-8; save it as UTF-8",
    "hiden = 3": "run.toml: 'hiden' is no option of a run; did you mean hidden?",
    "[base]\nlr = 1": "run.toml: 'base' is no option of a run; leave it out",
    "resume = 'x'": "run.toml: 'resume' is no option of a run; leave it out",
    "lr = '0.1'": "run.toml: lr = '0.1': must be a number",
    "[hidden]\na = 1": "run.toml: hidden = a table: must be a whole number",
    "hidden = [3]": "run.toml: hidden = a list: must be a whole number",
    "hidden = 0": "run.toml: --hidden 0: must be a whole number, at least 1",
    "delay = 3": "run.toml: --delay is no option of the task successor; leave it out",
    "patience = 3": "run.toml: --patience 3: needs a validation set",
    "hold = 'X'": "run.toml: --hold X: there is no X",
    "schedule = 'cosine'": "run.toml: --schedule cosine: needs --epochs, where it ends",
    "epochs = -1": "run.toml: --epochs -1: must be a whole number, at least 0",
    "save = 3": "run.toml: save = 3: must be a text, in quotes",
    '"\\u001b" = 3': r"run.toml: '\x1b' is no option of a run",
}


@pytest.mark.parametrize("command", [(), ("train",)], ids=["screen", "train"])
@pytest.mark.parametrize("content", BAD, ids=[str(content)[:20] for content in BAD])
def test_a_mistake_is_one_line_that_names_file_and_option(
    run: Run, file: Callable[..., str], command: tuple[str, ...], content: str
) -> None:
    code, out, err = run(*command, "--config", file(content))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"rnn-tui: {BAD[content]}") and err.rstrip("\n").isprintable()
    assert len(err) < 300


@pytest.mark.parametrize("name", ["nosuch.toml", ".", "/dev/zero", "a\0b", "long.toml"])
def test_a_file_that_cannot_be_read_is_one_line(
    run: Run, file: Callable[..., str], name: str
) -> None:
    file("#" * (2**20 + 1), "long.toml")
    code, out, err = run("train", "--config", name)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("rnn-tui: --config ") and err.endswith("; name a TOML file\n")


def test_before_a_command_the_file_is_for_the_screen(run: Run, file: Callable[..., str]) -> None:
    code, _, err = run("--config", file(""), "train")
    assert code == 2 and "write it after the command: rnn-tui train --config …" in err
