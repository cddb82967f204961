"""Time travel: branches, keyframes, the loss curve, moving between epochs."""
