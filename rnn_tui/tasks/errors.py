"""What is wrong with data that was given."""


class DataError(ValueError):
    """Data that cannot be used; the message is one line that says where and what to do."""
