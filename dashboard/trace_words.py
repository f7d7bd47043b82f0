"""How the page Traces says how an order differed at a moment from what it is now. Pure functions."""

from dashboard.words import _, count, ngettext


def difference_words(changed: int, unknown: int, lines: int) -> str:
    """'1 value was different from now; of 2 it cannot be told; 1 line was added or removed since'."""
    told = [
        ngettext("{n} value was different from now", "{n} values were different from now", changed).format(
            n=count(changed)
        )
        if changed
        else _("No value is known to have been different from now")
    ]
    if unknown:
        told.append(_("of {n} it cannot be told").format(n=count(unknown)))
    if lines:
        words = ngettext("{n} line was added or removed since", "{n} lines were added or removed since", lines)
        told.append(words.format(n=count(lines)))
    return "; ".join(told)
