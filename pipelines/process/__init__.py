"""The configured order process: stages, their activities, owners, targets; what an error costs at each stage."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import duckdb

from pipelines.config_file import (
    LIST,
    NAME,
    Shape,
    check_keys,
    is_number,
    is_text,
    one_of,
    parse_yaml,
    read_yaml,
    wrong,
)
from pipelines.settings import Home

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


def load_process(home: Home, from_profile: dict[str, Any] | None, profile_path: str = "") -> Process:
    """The company's own process, else the profile's (a part of the file `profile_path`), else the default.

    Raises ConfigurationError with file and line for anything wrong.
    """
    default = parse_yaml((files(__package__) / "default.yaml").read_text(encoding="utf-8"), "default.yaml")
    own = home.config / "process.yaml"
    if own.exists():
        return _Parser(str(own)).process(read_yaml(own), default)
    if from_profile is not None:
        return _Parser(profile_path).process(from_profile, default)
    return _Parser("default.yaml").process(default, default)


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


_AMOUNT = Shape("a number from 0", lambda v: is_number(v, 0))
_PROCESS = {
    "case": one_of("order", "line"),
    "stages": Shape("a list of stages", LIST.fits),
    "other_activities": Shape("a list of activities", lambda v: isinstance(v, list)),
    "error_costs": Shape("`stage: number` lines", lambda v: isinstance(v, dict) and all(map(_AMOUNT.fits, v.values()))),
}
_STAGE = {
    "stage": NAME,
    "title": NAME,
    "department": NAME,
    "target_hours": Shape("a number of hours from 0", lambda v: v is None or _AMOUNT.fits(v)),
    "activities": Shape("a list of activities", lambda v: isinstance(v, list)),
}
_ACTIVITY = {"name": NAME, "marks": one_of("start", "end"), "kind": one_of(*ACTIVITY_KINDS)}


class _Parser:
    """Turns checked YAML into a Process."""

    def __init__(self, path: str) -> None:
        self.path = path

    def process(self, raw: Any, default: dict[str, Any]) -> Process:
        check_keys(raw, _PROCESS, "a process", self.path)
        if "stages" not in raw:
            raise wrong("'stages' is missing", self.path, raw)
        stages = tuple(self.stage(item, raw["stages"], number) for number, item in enumerate(raw["stages"]))
        self.refuse_twins(raw["stages"])
        other = self.activities(raw.get("other_activities", []))
        return Process(raw.get("case", "order"), stages, other, raw.get("error_costs", default["error_costs"]))

    def refuse_twins(self, stages: list[dict[str, Any]]) -> None:
        names = [str(stage["stage"]) for stage in stages]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise wrong(f"stage {name!r} stands twice", self.path, stages, number)

    def stage(self, raw: Any, stages: Any, number: int) -> Stage:
        check_keys(raw, _STAGE, "a stage", self.path, stages, number)
        if "stage" not in raw:
            raise wrong("a stage must have the line `stage: NAME`", self.path, stages, number)
        name = str(raw["stage"])
        title = str(raw.get("title", name.replace("_", " ").capitalize()))
        department = None if raw.get("department") is None else str(raw["department"])
        return Stage(name, title, department, raw.get("target_hours"), self.activities(raw.get("activities", [])))

    def activities(self, raw: Any) -> tuple[Activity, ...]:
        return tuple(self.activity(item, raw, number) for number, item in enumerate(raw))

    def activity(self, raw: Any, activities: Any, number: int) -> Activity:
        if is_text(raw):
            return Activity(raw)
        check_keys(raw, _ACTIVITY, "an activity", self.path, activities, number)
        if "name" not in raw:
            raise wrong("an activity must have a `name:`", self.path, activities, number)
        return Activity(**{**raw, "name": str(raw["name"])})
