"""Lenses: what a view may want to see of a state, one file each."""
