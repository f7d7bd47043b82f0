"""What is usual: measured before the rules, which compare with it. This says which rule needs which of it."""

import re
from collections.abc import Iterable
from functools import cache

from pipelines.sqlfiles import SqlFile, read_package_sql

_MADE = re.compile(r"CREATE OR REPLACE (?:TEMP )?(?:TABLE|VIEW|MACRO) (work\.\w+)", re.IGNORECASE)
_READ = re.compile(r"\bwork\.\w+", re.IGNORECASE)


@cache
def norms() -> tuple[SqlFile, ...]:
    """The scripts in the order in which they are run: later ones read what earlier ones made."""
    return tuple(read_package_sql(__package__))


def needed_by(queries: Iterable[str]) -> frozenset[str]:
    """Names of the scripts without which these queries, and the scripts that they need, cannot be run."""
    makers = _makers()
    wanted, found = set(_read(" ".join(queries))), set[str]()
    for file in reversed(norms()):
        if any(makers.get(table) == file.name for table in wanted):
            found.add(file.name)
            wanted |= _read(file.sql)
    return frozenset(found)


def made_by(file: SqlFile) -> list[str]:
    """The tables, views and macros that a script makes: `work.<name>`."""
    return [str(name).lower() for name in _MADE.findall(file.sql)]


@cache
def _makers() -> dict[str, str]:
    return {table: file.name for file in norms() for table in made_by(file)}


def _read(sql: str) -> set[str]:
    return {table.lower() for table in _READ.findall(sql)}
