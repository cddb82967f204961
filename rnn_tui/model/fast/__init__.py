"""The notebook's cell with fewer calls: same results to rounding, kept apart."""
