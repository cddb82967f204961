"""The recording of the README: what is the same in several pictures is drawn once."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from rich.segment import Segment
from textual.app import App

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def recorder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("recorder", ROOT / "docs/make_recording.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_word_is_drawn_once_and_shown_at_its_times(recorder: ModuleType) -> None:
    pictures = ["same one", "same two", "same one"]
    frames = [recorder.Frame(seconds, [[Segment(text)]]) for seconds, text in enumerate(pictures)]
    theme = App[None]().ansi_theme
    drawn = recorder.animated(frames, theme, recorder.background(frames[0].lines, theme))
    root = ElementTree.fromstring(f"<svg>{drawn}</svg>")
    assert [word.text for word in root.findall("text")] == ["same"]
    one, two = root.findall("g")
    assert [g.findtext("text") for g in (one, two)] == ["one", "two"]
    animation = one.find("animate")
    assert animation is not None and animation.get("values") == "inline;none;inline"
    assert animation.get("keyTimes") == "0;0.2500;0.5000" and animation.get("dur") == "4.0s"
    assert one.get("display") is None and two.get("display") == "none"  # as the last picture is


def test_the_recording_is_small_whole_and_by_itself() -> None:
    text = (ROOT / "docs/recording.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert len(text) < 1_000_000 and root.findtext(f"{SVG}title")
    assert not re.search(r"url\(|href|<script", text) and text.count("http") == 1
    assert len(root.findall(f".//{SVG}animate")) > 50
