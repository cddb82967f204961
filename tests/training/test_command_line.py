"""A run in one line of text, there and back."""

import re
from pathlib import Path

import pytest

from rnn_tui.storage.library.details import options_of
from rnn_tui.tasks.registry import OWN_DATA, TASKS
from rnn_tui.tasks.task import Task
from rnn_tui.training.command_line import parse_options, suggested, suggestion
from rnn_tui.training.config import Config


@pytest.mark.parametrize("task", TASKS)
def test_what_is_suggested_is_a_run_and_its_text_means_that_run(task: str) -> None:
    plan = suggested(TASKS[task])
    assert plan.config.task.name == task and plan.goal.epochs
    assert parse_options(f"rnn-tui train {suggestion(TASKS[task])}") == plan
    assert parse_options(options_of(plan.config)).config == plan.config


def test_settings_choices_and_schedules_are_understood() -> None:
    plan = parse_options("--cell=gru --clip none --hold 'U_n, b_h' --schedule cosine --epochs 30")
    assert plan.config == Config.of(cell="gru", hold="U_n, b_h", schedule="cosine", epochs=30)
    assert plan.goal.epochs == 30
    assert parse_options("").config == Config()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("--hiden 3", "--hiden is no option of a run"),
        ("--hidden 3 4", "4 is no option of a run"),
        ("--hidden", "--hidden needs a value"),
        ("--hidden 3.5", "--hidden 3.5: must be a whole number"),
        ("--lr", "--lr needs a value"),
        ("--valid much", "--valid much: must be a number"),
        ("--epochs many", "--epochs many: must be a whole number"),
        ("--cell rnnn", "--cell rnnn: unknown; there is: rnn, gru, lstm"),
        ("--delay 3", "--delay is no option of the task successor; leave it out"),
        ("--task 'echo", "No closing quotation"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_the_option(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        parse_options(text)


def test_a_setting_says_itself_what_is_wrong() -> None:
    with pytest.raises(ValueError, match=r"^--clip big: .+"):
        parse_options("--clip big")


def test_own_data_is_read_from_the_file_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "my text.txt"
    file.write_text("to be or not to be " * 20)
    options = suggestion(OWN_DATA["text"]).replace("FILE", f"'{file}'")
    config = parse_options(options + " --no-carry --length 5").config
    assert config.task.outputs == tuple(sorted(set("to be or not to be ")))
    assert not config.task.carry and config.task.steps == 5
    assert parse_options(options + " --carry").config.task.carry


@pytest.mark.parametrize("kind", OWN_DATA.values())
def test_a_file_that_is_not_there_is_told(kind: type[Task]) -> None:
    with pytest.raises(ValueError, match="FILE"):
        parse_options(suggestion(kind))


def test_a_switch_takes_no_value() -> None:
    with pytest.raises(ValueError, match=r"^--carry takes no value$"):
        parse_options("--text x --carry=yes")
