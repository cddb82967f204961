"""A pilot that waits for what it did, and not for an idle process."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from textual._context import active_app
from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen

Condition = Callable[[], object]


async def until(condition: Condition) -> None:
    """Wait for it, 60 s at most."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "not within 60 s"
        await asyncio.sleep(0.002)


_parse_rules = Stylesheet._parse_rules
_rules: dict[object, list[RuleSet]] = {}


def rules_parsed_once(sheet: Stylesheet, *source: Any, **kind: Any) -> list[RuleSet]:
    """The rules of a style sheet, which each app would otherwise parse anew."""
    key = (frozenset(sheet._variables.items()), source, *sorted(kind.items()))
    if key not in _rules:
        _rules[key] = _parse_rules(sheet, *source, **kind)
    return _rules[key]


async def all_is_handled(min_sleep: float = 0, max_sleep: float = 20) -> None:
    """Wait until every message has been handled, the session has obeyed, and all is drawn.

    Textual waits for a process that uses no time, 20 ms at least, and 1 s where a network is
    trained. What takes the session longer than ``max_sleep`` is not waited for.
    """
    app = active_app.get()
    deadline = time.monotonic() + max_sleep
    await _until_at_rest(app, deadline)
    for _ in range(5):  # a new layout may need another; where it trains there is always one
        if _is_leaving(app) or not _has_to_draw(app.screen):
            break
        app.screen._on_timer_update()
        await _until_at_rest(app, deadline)


async def _until_at_rest(app: App[Any], deadline: float) -> None:
    """At rest for some turns of the loop: that many a key takes from the driver to the app."""
    turns = 0
    while not _is_leaving(app) and turns < 5 and time.monotonic() < deadline:
        turns = turns + 1 if _is_at_rest(app) else 0
        await asyncio.sleep(0 if turns else 0.001)


def _is_leaving(app: App[Any]) -> bool:
    return app._exit or not app._running


def _is_at_rest(app: App[Any]) -> bool:
    """Whether the app and all its widgets wait for a message, and no command is on its way."""
    pumps = [app, *app.screen.walk_children(with_self=True)]
    queues = [pump._message_queue for pump in pumps if pump._running]
    if app._resize_event or not all(q.empty() and q.ready_event._waiters for q in queues):
        return False
    shown = getattr(app, "shown", None)  # of the trainer
    return shown is None or shown.executed >= app._sent or shown.activity == "going"


def _has_to_draw(screen: Screen[Any]) -> bool:
    return bool(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
    )
