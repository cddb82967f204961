"""The mathematics: pure functions of arrays. Knows NumPy and nothing else."""

ENGINE_VERSION = 2
"""Raised when the same configuration gives other bits; stored with each run. 0.1.0 had 1."""
