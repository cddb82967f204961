"""Texts of one's own, for tests."""

from typing import Any

from rnn_tui.tasks.files.characters import text_from
from rnn_tui.training.config import Config

TIDE = "the tide goes out, the tide comes in,\nthe gulls go round and round.\n" * 2


def text_config(text: str = TIDE, **options: Any) -> Config:
    """A run on this text: few hidden nodes and short chunks, unless the options say otherwise."""
    few: dict[str, Any] = {"length": 5, "hidden": 4, "init": "scaled", "lr": 0.05}
    file = text_from("tide.txt", text.encode(), "utf-8")
    return Config.of(**few | options, text=file)
