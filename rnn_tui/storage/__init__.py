"""Checkpoints, run history and export: what is kept on disk, and how it survives."""
