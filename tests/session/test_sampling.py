"""What a network writes and answers, as the screen may see it."""

from itertools import islice
from typing import Any

import numpy as np
import pytest

from rnn_tui.model.interruption import Interrupted
from rnn_tui.model.sampling import Reader, read, softmax, write
from rnn_tui.session import commands as c
from rnn_tui.session.lenses.sampling import (
    LEAST,
    MOST,
    Answer,
    Earlier,
    Passage,
    Reading,
    Writing,
    affordable,
)
from rnn_tui.session.observer import observe
from rnn_tui.session.run import Run
from rnn_tui.tasks.registry import TASKS
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer
from tests.session.playing import do
from tests.texts import text_config

WRITING = Writing(40)


def run_of(**options: Any) -> Run:
    return Run(Navigator(Trainer(Config.of(**{"sequences": 4, "hidden": 5} | options))))


def seen(run: Run, lens: Any) -> Any:
    return do(run, c.Watch(frozenset({lens}))).look().observation.see(lens)


def test_it_writes_from_the_first_symbol_of_the_sequence_shown() -> None:
    run = run_of(task="reber", cell="gru")
    passage: Passage = seen(run, Writing(40, seed=3))
    scene, config = run.looking.scene, run.navigator.trainer.config
    symbols = [0]  # B
    drawn = write(
        Reader(config.cell, scene.parameters),
        symbols,
        range(7),
        (6, 1),
        1.0,
        np.random.default_rng(3),
    )
    pairs = list(islice(drawn, 40))
    assert passage.symbols == tuple("BTPSXVE"[symbol] for symbol, _ in pairs)
    assert passage.given == 1
    for place, (symbol, logits) in enumerate(pairs):
        if logits is None:
            assert np.isnan(passage.sure[place])
            continue
        y_hat = softmax(logits[np.newaxis])[0]
        assert passage.sure[place] == pytest.approx(y_hat[symbol])
        others = sorted((p, "BTPSXVE"[k]) for k, p in enumerate(y_hat) if k != symbol)[::-1][:3]
        assert passage.others[place] == tuple(name for _, name in others)
        assert np.allclose(passage.shares[place], [p for p, _ in others])


def test_the_same_epoch_always_writes_the_same_and_another_epoch_something_else() -> None:
    run = do(run_of(task="reber", lr=0.1), c.GoTo(3))
    first = seen(run, WRITING).symbols
    do(run, c.GoTo(9))
    assert seen(run, WRITING).symbols != first
    assert seen(do(run, c.GoTo(3)), WRITING).symbols == first
    assert seen(run, Writing(40, temperature=0.0)).symbols != first


def test_what_was_typed_is_written_on() -> None:
    passage: Passage = seen(run_of(task="xor"), Writing(10, typed=(0, 1, 1)))
    assert passage.symbols[:3] == ("0", "1", "1") and passage.given == 3
    assert len(passage.symbols) == 10


@pytest.mark.parametrize("name", TASKS)
def test_every_task_answers_and_writes_where_it_can(name: str) -> None:
    run = run_of(task=name)
    answer: Answer = seen(run, Reading(30))
    inputs, outputs = run.looking.scene.spelling.alphabets[:2]
    assert len(answer.inputs) == min(30, answer.length) == len(answer.predicted.symbols)
    assert {*answer.inputs} <= {*inputs} and {*answer.predicted.symbols} <= {*outputs}
    passage = seen(run, WRITING)
    assert (passage is None) == (name in ("temporal-order", "binary-addition"))
    assert (seen(run, Earlier(WRITING)) == ()) or passage is not None


def test_the_answer_to_a_training_sequence_is_that_of_the_overview() -> None:
    run = do(run_of(task="echo", cell="lstm"), c.GoTo(2), c.ShowSequence(2))
    answer: Answer = seen(run, Reading(99))
    detail = run.looking.scene.detail()
    assert answer.number == 2 and answer.length == 10
    assert [*map(int, answer.inputs)] == detail.inputs.tolist()
    assert [*map(int, answer.predicted.symbols)] == detail.prediction.tolist()
    assert np.allclose(answer.predicted.sure, detail.confidence, rtol=1e-12)
    assert answer.targets is not None and answer.targets[:3] == ("", "", "")
    wrong = detail.scored & (detail.prediction != detail.targets)
    assert answer.mistakes == tuple(wrong.tolist())


def test_a_chunk_of_a_text_is_answered_with_the_state_that_is_carried_to_it() -> None:
    run = do(Run(Navigator(Trainer(text_config()))), c.GoTo(3), c.ShowSequence(4))
    answer: Answer = seen(run, Reading(99))
    assert np.allclose(answer.predicted.sure, run.looking.scene.detail().confidence, rtol=1e-12)
    alone = read(
        run.navigator.trainer.config.cell, run.looking.scene.parameters,
        run.navigator.trainer.dataset.training.single(4).inputs[0].tolist(),
    )  # fmt: skip
    assert not np.allclose(answer.predicted.sure, alone.max(1), rtol=1e-6)


def test_what_nobody_can_know_is_no_mistake() -> None:
    run = run_of(task="xor")
    knowable = run.navigator.trainer.dataset.training.single(0).knowable
    assert knowable is not None
    answer: Answer = seen(run, Reading(10))
    assert not any(np.array(answer.mistakes) & ~knowable[0])
    assert answer.targets is not None


def test_an_input_that_was_typed_is_answered_live() -> None:
    run, typed = run_of(task="binary-addition", cell="gru", lr=0.1), (0, 3, 2, 2)
    for epoch in (0, 5):
        answer: Answer = seen(do(run, c.GoTo(epoch)), Reading(99, typed))
        assert answer.number is None and answer.targets is None
        assert answer.inputs == ("00", "11", "10", "10") and not any(answer.mistakes)
        y_hat = read(run.navigator.trainer.config.cell, run.looking.scene.parameters, typed)
        assert np.allclose(answer.predicted.sure, y_hat.max(1))
        assert answer.predicted.symbols == tuple(map(str, y_hat.argmax(1)))


def test_no_more_is_read_than_has_room() -> None:
    answer: Answer = seen(run_of(length=50), Reading(7))
    assert len(answer.inputs) == len(answer.mistakes) == len(answer.predicted.symbols) == 7
    assert answer.length == 50 and answer.targets is not None and len(answer.targets) == 7


def test_earlier_texts_are_those_that_were_written_then() -> None:
    run = run_of(task="reber", lr=0.05)
    written = {}
    for epoch in (0, 1, 10, 12):
        written[epoch] = seen(do(run, c.GoTo(epoch)), WRITING).symbols
    texts = seen(run, Earlier(WRITING))
    assert [text.epoch for text in texts] == [0, 1, 10]
    assert all(text.symbols == written[text.epoch] for text in texts)
    assert [text.epoch for text in seen(do(run, c.GoTo(1)), Earlier(WRITING))] == [0]


def test_writing_can_be_left_half_way() -> None:
    run, calls = run_of(task="reber"), []

    def poll() -> None:
        calls.append(1)
        if len(calls) > 20:
            raise Interrupted

    with pytest.raises(Interrupted):
        observe(run.looking.scene, [Writing(400)], 0, 0, poll)
    assert len(seen(run, Writing(100)).symbols) == 100


def test_a_large_network_writes_less_so_that_a_frame_stays_short() -> None:
    small, middle, large = (
        affordable(Config.of(hidden=hidden, cell=cell, symbols=65))
        for hidden, cell in ((10, "rnn"), (128, "lstm"), (2000, "lstm"))
    )
    assert MOST >= small > middle > large == LEAST
    passage: Passage = seen(run_of(cell="lstm", hidden=300), Writing(1000))
    assert LEAST <= len(passage.symbols) < 200


def test_numbers_that_are_none_are_shown_all_the_same() -> None:
    run = run_of(task="reber")
    run.looking.scene.parameters["b_o"][2] = np.nan
    passage: Passage = seen(run, WRITING)
    assert len(passage.symbols) == 40
    answer: Answer = seen(run, Reading(10))
    assert np.isnan(answer.predicted.sure).all()
