"""Ways of writing that no template has: right ones are right, and each with a mistake is wrong.

A line of a file that ends with ``# wrong: …`` is replaced by what stands there.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rnn_tui.check.here import check_code
from rnn_tui.check.probing import NO_GRADIENT
from rnn_tui.check.run import check_file
from tests.amounts import few
from tests.check.loading import module_of

FILES = sorted((Path(__file__).parent / "wild").glob("*.txt"))
UNKNOWN = {
    "adam_inside": NO_GRADIENT,
    "fit_one_sequence": "nothing was recognised",
    "flat_vector": "nothing was recognised",
    "static_methods": "not known what to hand in for 'weights'",
}
"""Ways that are not known, and what is said of them."""
ALWAYS = (
    "lstm_layer_and_loss_layer", "root_of_mean_square", "one_number_per_step",
    "one_probability_per_sequence", "parameter_objects", "lstm_of_a_course", "in_german",
    "branches_on_the_label", "cell_of_equal_matrices",
)  # fmt: skip
KNOWN = [file for file in FILES if file.stem not in UNKNOWN]
KNOWN.sort(key=lambda file: file.stem not in ALWAYS)


@pytest.mark.parametrize("file", few(KNOWN, len(ALWAYS)), ids=lambda file: file.stem)
def test_a_right_network_is_right_and_with_a_mistake_wrong(file: Path) -> None:
    text = file.read_text()

    assert check_code(module_of(text)).verdict == "right"
    assert check_code(module_of(with_mistake(text))).verdict == "wrong"


@pytest.mark.parametrize(
    "name", few(["yes_or_no", "one_number_per_step", "one_probability_per_sequence"], 2)
)
def test_a_forgotten_target_is_named_where_there_is_one_number(name: str) -> None:
    text = (Path(__file__).parent / "wild" / f"{name}.txt").read_text()
    report = check_code(module_of(with_mistake(text)))
    assert report.causes[0].cause == "target-not-subtracted"


@pytest.mark.parametrize("name", few(UNKNOWN, 1))
def test_what_is_not_known_is_advised_to_use_an_adapter(tmp_path: Path, name: str) -> None:
    path = tmp_path / "theirs.py"
    path.write_text((Path(__file__).parent / "wild" / f"{name}.txt").read_text())
    report = check_file(str(path))

    assert report.verdict == "unusable"
    assert report.error is not None
    assert UNKNOWN[name] in report.error.message
    assert "rnn-tui check --adapter" in report.error.message


def test_a_loop_without_an_end_is_left_out_and_told(tmp_path: Path) -> None:
    text = (Path(__file__).parent / "wild" / "clip_by_norm_inside.txt").read_text()
    path = tmp_path / "theirs.py"
    loop = "while True:\n    for x in nobody:\n        break\n"
    path.write_text(f"{text}\n{loop}")
    report = check_file(str(path))

    assert report.verdict == "right"
    line = text.count("\n") + 2
    assert f"left out: the loop without an end at line {line}" in report.took


def test_a_layer_by_itself_is_no_network(tmp_path: Path) -> None:
    text = (Path(__file__).parent / "wild" / "parameter_objects.txt").read_text()
    path = tmp_path / "theirs.py"
    path.write_text(text[: text.index("class RNN")])
    report = check_file(str(path))

    assert (report.verdict, report.error and report.error.type) == ("unusable", "NothingToCheck")


def with_mistake(text: str) -> str:
    changed = re.sub(r"^( *)[^\n#]*# wrong: (.*)$", r"\1\2", text, flags=re.MULTILINE)
    assert changed != text
    return changed
