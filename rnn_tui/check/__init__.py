"""Somebody else's network, checked: which gradient is wrong, from which lag on, and why."""
