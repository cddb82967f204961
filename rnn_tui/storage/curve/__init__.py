"""The training curve on disk: an SQLite database for each run."""
