"""The weights view: every tensor as a heat map."""
