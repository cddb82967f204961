"""The notebook's class, and the checking of what it is given."""
