"""The configured order process: stages, their activities, owners, targets; what an error costs at each stage."""

from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import yaml

from pipelines.errors import ConfigurationError, Place
from pipelines.settings import Home, config_text

ACTIVITY_KINDS = ("approve", "confirm", "ship", "invoice", "complete", "cancel", "step")


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity of the source: whether it begins or ends a stage visit, and what it means for the order."""

    name: str
    marks: str = "end"
    kind: str = "step"


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the process. `target_hours` is elapsed time, None where no target was set."""

    name: str
    title: str
    department: str | None
    target_hours: float | None
    activities: tuple[Activity, ...]


@dataclass(frozen=True, slots=True)
class Process:
    """Stages in their order. `case` says whether its case is the order or the line."""

    case: str
    stages: tuple[Stage, ...]
    other_activities: tuple[Activity, ...]
    error_costs: dict[str, float]


def load_process(home: Home, from_profile: dict[str, Any] | None) -> Process:
    """The company's own process, else the profile's, else the default.

    Raises ConfigurationError with file and line for anything wrong.
    """
    default_text = (files(__package__) / "default.yaml").read_text(encoding="utf-8")
    default = yaml.safe_load(default_text)
    own = home.config / "process.yaml"
    if own.exists():
        return _parse(_read(own), default, config_text(own), str(own))
    if from_profile is not None:
        return _parse(from_profile, default, "", "process of the profile")
    return _parse(default, default, default_text, "default.yaml")


def write_process(con: duckdb.DuckDBPyConnection, process: Process) -> None:
    """Tables meta.process, meta.stages, meta.activities, meta.error_costs, made anew."""
    con.execute("CREATE OR REPLACE TABLE meta.process AS SELECT ? AS process_case", [process.case])
    con.execute(
        "CREATE OR REPLACE TABLE meta.stages "
        "(stage VARCHAR, stage_no INTEGER, title VARCHAR, department VARCHAR, target_hours DOUBLE)"
    )
    con.execute(
        "CREATE OR REPLACE TABLE meta.activities "
        "(activity_key VARCHAR, stage VARCHAR, stage_no INTEGER, marks VARCHAR, activity_kind VARCHAR)"
    )
    con.execute("CREATE OR REPLACE TABLE meta.error_costs (stage VARCHAR, cost DOUBLE)")
    for number, stage in enumerate(process.stages, start=1):
        con.execute(
            "INSERT INTO meta.stages VALUES (?, ?, ?, ?, ?)",
            [stage.name, number, stage.title, stage.department, stage.target_hours],
        )
        for activity in stage.activities:
            _write_activity(con, activity, stage.name, number)
    for activity in process.other_activities:
        _write_activity(con, activity, None, None)
    for stage_name, cost in process.error_costs.items():
        con.execute("INSERT INTO meta.error_costs VALUES (?, ?)", [stage_name, cost])


def _write_activity(con: duckdb.DuckDBPyConnection, activity: Activity, stage: str | None, number: int | None) -> None:
    con.execute(
        "INSERT INTO meta.activities VALUES (?, ?, ?, ?, ?)",
        [activity.name.strip().lower(), stage, number, activity.marks, activity.kind],
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = yaml.safe_load(config_text(path))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ConfigurationError(f"not valid YAML: {error.problem}", place=Place(str(path), line)) from error
    if not isinstance(raw, dict):
        raise ConfigurationError("expected `case:` and `stages:`.", place=Place(str(path), 1))
    return raw


def _parse(raw: dict[str, Any], default: dict[str, Any], text: str, path: str) -> Process:
    if raw.get("case", "order") not in ("order", "line"):
        raise _wrong(f"case is {raw['case']!r}; it must be order or line", "case:", text, path)
    if not raw.get("stages") or not isinstance(raw["stages"], list):
        raise _wrong("no list of stages", "stages", text, path)
    stages = tuple(_stage(item, text, path) for item in raw["stages"])
    names = [stage.name for stage in stages]
    for name in names:
        if names.count(name) > 1:
            raise _wrong(f"stage {name!r} stands twice", name, text, path)
    other = tuple(_activity(item, text, path) for item in raw.get("other_activities", ()))
    costs = raw.get("error_costs", default["error_costs"])
    if not isinstance(costs, dict) or not all(_is_amount(cost) for cost in costs.values()):
        raise _wrong("error_costs must be `stage: number` lines", "error_costs", text, path)
    return Process(raw.get("case", "order"), stages, other, costs)


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _stage(raw: dict[str, Any], text: str, path: str) -> Stage:
    if not isinstance(raw, dict) or not raw.get("stage"):
        raise _wrong(f"{raw!r} is no stage: it must have the line `stage: NAME`", _token(raw), text, path)
    name = str(raw["stage"])
    hours = raw.get("target_hours")
    if hours is not None and not _is_amount(hours):
        raise _wrong(f"target_hours is {hours!r}; it must be a number", f"target_hours: {hours}", text, path)
    if not isinstance(raw.get("activities", []), list):
        raise _wrong(f"the activities of {name!r} must be a list", "activities", text, path)
    activities = tuple(_activity(item, text, path) for item in raw.get("activities", ()))
    title = raw.get("title", str(name).replace("_", " ").capitalize())
    return Stage(name, title, raw.get("department"), raw.get("target_hours"), activities)


def _activity(raw: str | dict[str, Any], text: str, path: str) -> Activity:
    known = {item.name for item in fields(Activity)}
    if not isinstance(raw, str) and (not isinstance(raw, dict) or "name" not in raw or not set(raw) <= known):
        message = f"{raw!r} is no activity: write its name, or {{name: ..., marks: start or end, kind: ...}}"
        raise _wrong(message, _token(raw), text, path)
    activity = Activity(raw) if isinstance(raw, str) else Activity(**{**raw, "name": str(raw["name"])})
    if activity.marks not in ("start", "end"):
        raise _wrong(f"marks is {activity.marks!r}; it must be start or end", activity.name, text, path)
    if activity.kind not in ACTIVITY_KINDS:
        raise _wrong(
            f"kind is {activity.kind!r}; it must be one of {', '.join(ACTIVITY_KINDS)}", activity.name, text, path
        )
    return activity


def _token(raw: Any) -> str:
    """A text by which the line of a wrong entry is found."""
    return str(next(iter(raw))) if isinstance(raw, dict) and raw else str(raw)


def _wrong(message: str, token: str, text: str, path: str) -> ConfigurationError:
    line = next((number for number, row in enumerate(text.splitlines(), start=1) if token in row), None)
    return ConfigurationError(f"{message}.", place=Place(path, line), state="Nothing was changed.")
