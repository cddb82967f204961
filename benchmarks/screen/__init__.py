"""The screen's budgets, measured in a real pseudo-terminal."""
