"""What the sweep's screen calls settings."""

from rnn_tui.app.sweep.words import named, short_names


def test_a_setting_is_named_by_its_options() -> None:
    assert named({"lr": 0.01, "cell": "gru", "carry": True}) == "lr 0.01, cell gru, carry yes"
    assert named({}) == "all runs"


def test_in_the_chart_only_what_tells_settings_apart_is_said() -> None:
    settings = [
        {"cell": cell, "lr": rate, "batch": 1} for cell in ("rnn", "gru") for rate in (1, 2)
    ]
    assert short_names(settings) == ["rnn, lr 1", "rnn, lr 2", "gru, lr 1", "gru, lr 2"]
    assert short_names([{"weight_decay": None}, {"weight_decay": 0.1}]) == [
        "weight decay none", "weight decay 0.1",
    ]  # fmt: skip


def test_a_single_setting_is_named_in_full() -> None:
    assert short_names([{"lr": 0.5}]) == ["lr 0.5"] and short_names([{}]) == ["all runs"]
