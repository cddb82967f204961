"""A bare Textual application: what no program built on it can be faster than."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Hello(App[None]):
    """Says hello, and counts the keys pressed."""

    presses = 0

    def compose(self) -> ComposeResult:
        yield Static("hello, world")

    def on_key(self) -> None:
        """One more."""
        self.presses += 1
        self.query_one(Static).update(f"hello, world, pressed {self.presses} times")


if __name__ == "__main__":
    Hello().run()
