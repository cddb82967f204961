"""Small checks on values from a file."""

MAX_EPOCH = 1 << 53


class InvalidValue(Exception):
    """A file has a value that is not allowed; the message is part of a line that names the file."""


def require(condition: bool, problem: str) -> None:
    """Raise `InvalidValue` with this problem unless the condition holds."""
    if not condition:
        raise InvalidValue(problem)


def whole(value: object, what: str, low: int = 0, high: int = MAX_EPOCH) -> int:
    """A whole number from ``low`` to ``high``; raises `InvalidValue` if it is not."""
    if type(value) is int and low <= value <= high:
        return value
    raise InvalidValue(f"{what} is {brief(value)}, not a whole number from {low} to {high}")


def brief(value: object) -> str:
    """A value in a message: short, printable, whatever it is."""
    if isinstance(value, int) and value.bit_length() > 200:
        return "a huge number"
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return ascii(value)[:60]
