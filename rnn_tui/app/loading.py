"""Opens the session behind the first frame: loading the engine takes longer than drawing it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from rnn_tui.session.session import Session


class Opening:
    """A session that is there a little later.

    Args:
        open_session: makes it; called once.

    Attributes:
        session: not started yet; None until it is there.
        failure: why it never will be, if so.
    """

    def __init__(self, open_session: Callable[[], Session]) -> None:
        self.session: Session | None = None
        self.failure: Exception | None = None
        self._open_session = open_session
        self._thread: Thread | None = None

    def start(self, done: Callable[[], None]) -> None:
        """Begin to open it in a thread, which calls ``done`` at its end."""

        def main() -> None:
            self._open()
            done()

        self._thread = Thread(target=main, name="opening", daemon=True)
        self._thread.start()

    def wait(self) -> Session | None:
        """The session, also where nobody began to open it; None if that failed."""
        if self._thread is None:
            self._open()
        else:
            self._thread.join()
        return self.session

    def _open(self) -> None:
        try:
            self.session = self._open_session()
        except Exception as failure:
            self.failure = failure
