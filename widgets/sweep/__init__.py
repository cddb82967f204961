"""A sweep: how far it is, its settings, its runs."""
