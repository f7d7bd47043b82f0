"""Words of the page Flow: what a case is called, how a variant differs from the usual way. Pure functions."""

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from dashboard.words import _, count, ngettext, percent


def cases(number: float, process_case: str, *, finished: bool = False) -> str:
    """'1,200 orders', or order lines where these are what goes through the process; 'finished orders' where that is so."""
    n = int(number)
    if finished and process_case == "line":
        return ngettext("{n} finished order line", "{n} finished order lines", n).format(n=count(n))
    if finished:
        return ngettext("{n} finished order", "{n} finished orders", n).format(n=count(n))
    if process_case == "line":
        return ngettext("{n} order line", "{n} order lines", n).format(n=count(n))
    return ngettext("{n} order", "{n} orders", n).format(n=count(n))


def rounded(share: float) -> str:
    """A share in whole percent, with a decimal where it is small."""
    return percent(share, 0 if share >= 0.1 else 1)  # noqa: PLR2004


def short_path(path: Sequence[str], most: int = 24) -> str:
    """A path in one line; what follows itself is counted, the middle of a very long one left out."""
    parts: list[str] = []
    for name, times in _runs(path):
        parts.append(name if times == 1 else f"{name} ×{times}")
    if len(parts) > most:
        parts = [*parts[: most // 2], "…", *parts[-(most // 2) :]]
    return " › ".join(parts)


def difference(path: Sequence[str], usual: Sequence[str], *, unfinished: bool = False) -> str:
    """How a path differs from the most frequent one: what is added, left out, or comes elsewhere.

    Where it is `unfinished`, what is still to come is not told as left out.
    """
    if list(path) == list(usual):
        return _("the usual way")
    if unfinished and list(path) == list(usual[: len(path)]):
        return _("so far the usual way, up to {activity}").format(activity=path[-1])
    added, gone = _changes(path, usual, unfinished)
    moved = [name for name in added if name in gone]
    parts = [f"+ {_times(name, n)}" for name, n in added.items() if name not in moved]
    parts += [f"− {_times(name, n)}" for name, n in gone.items() if name not in moved]
    parts += [_("{activity} elsewhere").format(activity=name) for name in moved]
    return (_("so far") + ": " if unfinished else "") + ", ".join(parts)


def _changes(path: Sequence[str], usual: Sequence[str], unfinished: bool) -> tuple[Counter[str], Counter[str]]:
    added: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for kind, a, b, c, d in SequenceMatcher(None, usual, path, autojunk=False).get_opcodes():
        if kind != "equal":
            gone.update([] if unfinished and b == len(usual) else usual[a:b])
            added.update(path[c:d])
    return added, gone


def _times(name: str, number: int) -> str:
    return name if number == 1 else f"{name} ×{number}"


def _runs(path: Sequence[str]) -> list[tuple[str, int]]:
    runs: list[tuple[str, int]] = []
    for name in path:
        if runs and runs[-1][0] == name:
            runs[-1] = (name, runs[-1][1] + 1)
        else:
            runs.append((name, 1))
    return runs
