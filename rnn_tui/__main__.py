"""``python -m rnn_tui``."""

from rnn_tui.cli import run

if __name__ == "__main__":
    run()
