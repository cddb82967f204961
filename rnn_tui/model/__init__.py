"""The mathematics: pure functions of arrays. Knows NumPy and nothing else."""

ENGINE_VERSION = 1
"""Raised when the same configuration gives other bits; stored with each run."""
