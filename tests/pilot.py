"""A pilot that waits for what it did, and not for an idle process."""

import asyncio
import time
from typing import Any

from textual._context import active_app
from textual.app import App


async def all_is_handled(min_sleep: float = 0, max_sleep: float = 5) -> None:
    """Wait until every message has been handled, the session has obeyed, and all is drawn.

    Textual waits for a process that uses no time, 20 ms at least, and 1 s where a network is
    trained. What takes the session longer than ``max_sleep`` is not waited for.
    """
    app = active_app.get()
    deadline = time.monotonic() + max_sleep
    await _until_at_rest(app, deadline)
    app.screen._on_timer_update()
    await _until_at_rest(app, deadline)


async def _until_at_rest(app: App[Any], deadline: float) -> None:
    """At rest for some turns of the loop: that many a key takes from the driver to the app."""
    turns = 0
    while app._running and turns < 5 and time.monotonic() < deadline:
        turns = turns + 1 if _is_at_rest(app) else 0
        await asyncio.sleep(0 if turns else 0.001)


def _is_at_rest(app: App[Any]) -> bool:
    """Whether the app and all its widgets wait for a message, and no command is on its way."""
    pumps = [app, *app.screen.walk_children(with_self=True)]
    queues = [pump._message_queue for pump in pumps if pump._running]
    if not all(queue.empty() and queue.ready_event._waiters for queue in queues):
        return False
    shown = getattr(app, "shown", None)  # of the trainer
    return shown is None or shown.executed >= app._sent or shown.activity == "going"
