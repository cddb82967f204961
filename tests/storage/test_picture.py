"""Several curves in one picture."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from rnn_tui.storage.export.picture import picture
from rnn_tui.storage.writing.recorder import RunRecorder
from rnn_tui.timeline.recorder import EpochRecord
from rnn_tui.timeline.run_state import RunState

SPACE = "{http://www.w3.org/2000/svg}"
Kept = Callable[[str], Path]


@pytest.fixture
def kept(tmp_path: Path, run: RunState) -> Kept:
    """Keeps a run of four epochs, with another branch from epoch 2 to 3 on the screen."""

    def keep(name: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        recorder = RunRecorder(folder)
        for epoch, loss in enumerate((2.0, 0.2, 0.02, 0.0), 1):
            recorder.record(EpochRecord(0, epoch, loss, 0.5, 0.001))
        recorder.record(EpochRecord(1, 3, 1.5, 1.0, 0.002))
        recorder.save(run)
        assert recorder.close(20)
        return folder

    return keep


def drawn(content: bytes) -> tuple[list[ET.Element], list[str]]:
    """The curves, the one in front last, and all words."""
    root = ET.fromstring(content)
    words = [text.text or "" for text in root.iter(f"{SPACE}text")]
    return root.findall(f"{SPACE}polyline"), words


def points(curve: ET.Element) -> list[tuple[float, float]]:
    pairs = (point.split(",") for point in curve.attrib["points"].split())
    return [(float(x), float(y)) for x, y in pairs]


def test_each_run_is_a_curve_that_the_legend_names(kept: Kept) -> None:
    content, what = picture([kept("one"), kept("two")])
    curves, words = drawn(content)
    assert what == "a picture of 2 curves"
    assert [len(points(curve)) for curve in curves] == [3, 3]
    assert words.index("one") < words.index("two")
    assert "training loss, nats/symbol · successor mod 3" in words


def test_names_and_labels_are_words_whatever_is_in_them(kept: Kept) -> None:
    folders = [kept("<&>'\x1b[2J"), kept("b" * 200)]
    assert {r"<&>'\x1b[2J", "b" * 95 + "…"} <= set(drawn(picture(folders)[0])[1])
    labels = ["</text><script>", "漢字 \ud800"]
    assert {"</text><script>", r"漢字 \ud800"} <= set(drawn(picture(folders, labels)[0])[1])


def test_35_curves_look_different(kept: Kept) -> None:
    curves, _ = drawn(picture([kept("one")] * 35)[0])
    looks = {(c.attrib["stroke"], c.attrib.get("stroke-dasharray")) for c in curves}
    assert len(looks) == 35


def test_all_branches_share_the_past_of_the_one_that_was_on_the_screen(kept: Kept) -> None:
    content, what = picture([kept("one")], all_branches=True)
    (other, current), words = drawn(content)
    assert what == "a picture of 2 curves"
    assert len(points(current)) == 3 and len(points(other)) == 3
    assert points(other)[0] == points(current)[1]  # epoch 2, where it was left
    assert {"main", "zweiter ✗"} <= set(words)
    words = drawn(picture([kept("two")], ["mine"], all_branches=True)[0])[1]
    assert {"mine · main", "mine · zweiter ✗"} <= set(words)


def test_on_a_logarithmic_axis_a_tenth_is_as_far_everywhere(kept: Kept) -> None:
    content, _ = picture([kept("one")], all_branches=True, logarithmic=True)
    (other, current), words = drawn(content)
    first, second = points(current)[:2]
    down = points(other)  # 0.2, 0.02, and 0, which lies at the lower end
    assert down[1][1] - down[0][1] == pytest.approx(second[1] - first[1], abs=0.2)
    assert down[2][1] == pytest.approx(424, abs=0.1) and max(y for _, y in down) <= 424
    assert {"1", "0.1"} <= set(words)
