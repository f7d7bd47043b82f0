"""Which program made a snapshot: its version, and a digest of the definitions that the tables of a snapshot are built by."""

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

# What only reads a snapshot, or makes files to try the program with, leaves the tables as they are.
_NO_TABLES = {"read", "kpis", "simulate"}


@cache
def edition() -> str:
    """Version and digest, as in 0.1.0+4f2a91c07b35: a snapshot of another edition may lack a column or table of this one."""
    digest = sha256()
    for path in sorted(_definitions()):
        digest.update(path.read_bytes())
    return f"{version('orderproof')}+{digest.hexdigest()[:12]}"


def _definitions() -> list[Path]:
    of_tables = [
        folder
        for package in ("pipelines", "expectations")
        for folder in Path(str(files(package))).iterdir()
        if folder.name not in _NO_TABLES
    ]
    return [path for folder in of_tables for path in folder.rglob("*") if path.suffix in (".sql", ".yaml")]
