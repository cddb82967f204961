"""Optimizers: turn a gradient into a parameter update."""
