"""Numbers of things in words, for every message: in the singular, and with thousands apart."""


def count(number: float, what: str) -> str:
    """So many of something, such as ``1 epoch`` or ``14,681 updates``.

    Args:
        number: how many; a fraction is rounded.
        what: one of them, whose plural ends in s.
    """
    whole = round(number)
    return f"{whole:,} {plural(whole, what)}"


def plural(number: int, what: str) -> str:
    """The name of so many things, such as ``updates``."""
    return what if number == 1 else f"{what}s"


def size(count: float) -> str:
    """Bytes for people."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} GB"


def age(seconds: float) -> str:
    """How long ago something was, in at most six cells up to a thousand years, such as ``3 min``.

    >>> [age(seconds) for seconds in (-5, 59, 3_599, 86_399, 364 * 86_400, 800 * 86_400)]
    ['0 s', '59 s', '59 min', '23 h', '364 d', '2 y']
    """
    seconds = max(seconds, 0)
    for unit, length, below in (("s", 1, 60), ("min", 60, 3_600), ("h", 3_600, 86_400)):
        if seconds < below:
            return f"{seconds // length:.0f} {unit}"
    days = seconds // 86_400
    return f"{days:.0f} d" if days < 365 else f"{days // 365:.0f} y"
