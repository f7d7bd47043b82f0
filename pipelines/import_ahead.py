"""Imports what the checks and the risk step need while DuckDB types and merges the files: some six seconds of every run."""

from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from threading import Thread

# What takes long is Great Expectations, then scikit-learn; what is imported here is imported once more, for nothing, where it is used.
_SLOW = ("expectations.suite_runner", "models.risk.score", "skops.io")


def import_ahead(modules: Sequence[str] = _SLOW) -> Thread:
    """Begin to import, and return at once. What cannot be imported is told where it is used."""
    thread = Thread(target=_import, args=(modules,), name="imports", daemon=True)
    thread.start()
    return thread


def _import(modules: Sequence[str]) -> None:
    for module in modules:
        with suppress(ImportError):
            import_module(module)
