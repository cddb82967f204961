"""A whole run as one file."""
