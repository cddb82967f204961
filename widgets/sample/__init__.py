"""What a network writes, and what it answers to an input."""
