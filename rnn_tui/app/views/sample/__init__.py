"""The sample view: what the network writes, and what it answers to an input."""
