"""The overview: loss, sequences, norms, gradients."""
