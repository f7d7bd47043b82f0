"""Words that commands share."""


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: '1 row', '2,365 rows'."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
