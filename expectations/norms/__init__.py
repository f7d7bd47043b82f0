"""What is usual: measured before the rules, which compare with it. This says which rule needs which of it."""

import re
from collections.abc import Collection, Iterable
from functools import cache

from pipelines.sqlfiles import SqlFile, read_package_sql

_MADE = re.compile(r"CREATE OR REPLACE (?:TEMP )?(?:TABLE|VIEW|MACRO) (work\.\w+)", re.IGNORECASE)
_READ = re.compile(r"\bwork\.\w+", re.IGNORECASE)
_SCOPE = re.compile(r"\bscope\.", re.IGNORECASE)


@cache
def norms() -> tuple[SqlFile, ...]:
    """The scripts in the order in which they are run: later ones read what earlier ones made."""
    return tuple(read_package_sql(__package__))


def norms_of_run() -> list[SqlFile]:
    """Those that are made for the rules of one run, and kept no longer."""
    return [file for file in norms() if file.meta["refresh"] == "run"]


def needed_by(queries: Iterable[str]) -> frozenset[str]:
    """Names of the scripts without which these queries, and the scripts that they need, cannot be run."""
    makers = _makers()
    wanted, found = set(_read(" ".join(queries))), set[str]()
    for file in reversed(norms()):
        if any(makers.get(table) == file.name for table in wanted):
            found.add(file.name)
            wanted |= _read(file.sql)
    return frozenset(found)


def made_by(norm: SqlFile) -> set[str]:
    """Tables, views and macros (`work.name`) that a script makes."""
    if norm.meta["refresh"] in ("orders", "run"):
        return {f"work.{norm.meta['makes']}"}
    return {table.lower() for table in _MADE.findall(norm.sql)}


def norms_of_scope(names: Collection[str]) -> list[SqlFile]:
    """Of these scripts those about the records in scope: they read `scope`, or each time anew what such a script made."""
    kept: list[SqlFile] = []
    made: set[str] = set()
    for file in norms():
        follows = file.meta["refresh"] == "always" and made & _read(file.sql)
        # What is kept order by order, or made for the run, is there for all of them.
        of_scope = file.meta["refresh"] not in ("orders", "run") and _SCOPE.search(file.sql)
        if file.name in names and (of_scope or follows):
            kept.append(file)
            made |= made_by(file)
    return kept


@cache
def _makers() -> dict[str, str]:
    return {table: file.name for file in norms() for table in made_by(file)}


def _read(sql: str) -> set[str]:
    return {table.lower() for table in _READ.findall(sql)}
