"""The configured order process: stages, their activities, owners, targets; who may do what; what an error costs."""

from importlib.resources import files
from typing import Any

import duckdb

from pipelines.config_file import parse_yaml, read_yaml
from pipelines.process.fitting import fitting_process
from pipelines.process.model import Process
from pipelines.process.parse import parse_process
from pipelines.process.unknown import note_unknown
from pipelines.process.write import write_calendars, write_process
from pipelines.settings import Home

__all__ = ["Process", "load_process", "process_of_run", "write_calendars", "write_process"]


def load_process(home: Home, from_profile: dict[str, Any] | None, profile_path: str = "") -> Process:
    """The company's own process, else the profile's (a part of the file `profile_path`), else the default.

    Raises ConfigurationError with file and line for anything wrong.
    """
    return _laid_down(home, from_profile, profile_path) or parse_process(_default(), _default(), "default.yaml")


def process_of_run(
    con: duckdb.DuckDBPyConnection, home: Home, from_profile: dict[str, Any] | None, profile_path: str, anew: bool
) -> Process:
    """The same, but where nobody laid a process down and the default does not know the activities, one read from the data."""
    own = _laid_down(home, from_profile, profile_path)
    if own:
        con.execute("DELETE FROM meta.assumptions WHERE code = 'process'")
        note_unknown(con, own, "the process in use")
        return own
    default = parse_process(_default(), _default(), "default.yaml")
    fitting = fitting_process(con, default, _default(), anew)
    note_unknown(con, fitting, "the default process, which is in use" if fitting == default else "the process in use")
    return fitting


def _laid_down(home: Home, from_profile: dict[str, Any] | None, profile_path: str) -> Process | None:
    own = home.config / "process.yaml"
    if own.exists():
        return parse_process(read_yaml(own), _default(), str(own))
    return None if from_profile is None else parse_process(from_profile, _default(), profile_path)


def _default() -> dict[str, Any]:
    read: dict[str, Any] = parse_yaml((files(__package__) / "default.yaml").read_text(encoding="utf-8"), "default.yaml")
    return read
