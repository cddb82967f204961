"""Norms and gradients of the weights."""
