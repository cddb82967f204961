"""Texts and pairs of one's own, for tests."""

from typing import Any

from rnn_tui.tasks.files.characters import text_from
from rnn_tui.tasks.files.pairs_file import pairs_from
from rnn_tui.training.config import Config

TIDE = "the tide goes out, the tide comes in,\nthe gulls go round and round.\n" * 2
TEXT = text_from("tide.txt", TIDE.encode(), "utf-8")
WORDS = "input,target\nabba,ABBA\nabc,ABC\nno,NO\nlevel,LEVEL\na,A\n"
PAIRS = pairs_from("words.csv", WORDS.encode(), "utf-8", "", labels=False)


def text_config(text: str = TIDE, **options: Any) -> Config:
    """A run on this text: few hidden nodes and short chunks, unless the options say otherwise."""
    few: dict[str, Any] = {"length": 5, "hidden": 4, "init": "scaled", "lr": 0.05}
    return Config.of(**few | options, text=text_from("tide.txt", text.encode(), "utf-8"))
