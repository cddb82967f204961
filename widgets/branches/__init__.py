"""The branches of a run as a tree."""
