"""The mathematics: pure functions of arrays. Knows NumPy and nothing else."""
