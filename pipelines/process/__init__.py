"""The configured order process: stages, their activities, owners, targets; who may do what; what an error costs."""

from importlib.resources import files
from typing import Any

from pipelines.config_file import parse_yaml, read_yaml
from pipelines.process.model import Process
from pipelines.process.parse import parse_process
from pipelines.process.write import write_calendars, write_process
from pipelines.settings import Home

__all__ = ["Process", "load_process", "write_calendars", "write_process"]


def load_process(home: Home, from_profile: dict[str, Any] | None, profile_path: str = "") -> Process:
    """The company's own process, else the profile's (a part of the file `profile_path`), else the default.

    Raises ConfigurationError with file and line for anything wrong.
    """
    default = parse_yaml((files(__package__) / "default.yaml").read_text(encoding="utf-8"), "default.yaml")
    own = home.config / "process.yaml"
    if own.exists():
        return parse_process(read_yaml(own), default, str(own))
    if from_profile is not None:
        return parse_process(from_profile, default, profile_path)
    return parse_process(default, default, "default.yaml")
