"""Turns the YAML of a process into a Process, or tells with file and line what is wrong in it."""

from typing import Any

from pipelines.config_file import FLAG, LIST, MAP, NAME, Shape, check_keys, is_number, is_text, one_of, wrong
from pipelines.process.controls import CONTROLS, WHEN, parse_controls, parse_when
from pipelines.process.model import ACTIVITY_KINDS, Activity, Process, Stage

_AMOUNT = Shape("a number from 0", lambda v: is_number(v, 0))
_PROCESS = {
    "case": one_of("order", "line"),
    "stages": Shape("a list of stages", LIST.fits),
    "other_activities": Shape("a list of activities", lambda v: isinstance(v, list)),
    "error_costs": Shape("`stage: number` lines", lambda v: isinstance(v, dict) and all(map(_AMOUNT.fits, v.values()))),
    **CONTROLS,
}
_STAGE = {
    "stage": NAME,
    "title": NAME,
    "department": NAME,
    "target_hours": Shape("a number of hours from 0", lambda v: v is None or _AMOUNT.fits(v)),
    "activities": Shape("a list of activities", lambda v: isinstance(v, list)),
    "required": FLAG,
    "when": MAP,
    "repeats": one_of("allowed", "forbidden"),
    "line_of_defence": Shape("1, 2 or 3", lambda v: v in (1, 2, 3) and not isinstance(v, bool)),
    "after": Shape("a list of stages", lambda v: isinstance(v, list)),
}
_ACTIVITY = {"name": NAME, "marks": one_of("request", "start", "end"), "kind": one_of(*ACTIVITY_KINDS)}


def parse_process(raw: Any, default: dict[str, Any], path: str) -> Process:
    """The process that `raw` describes; costs that it does not name are those of `default`.

    Raises ConfigurationError with `path` and the line for anything wrong.
    """
    check_keys(raw, _PROCESS, "a process", path)
    if "stages" not in raw:
        raise wrong("'stages' is missing", path, raw)
    stages = tuple(_stage(item, raw["stages"], number, path) for number, item in enumerate(raw["stages"]))
    _refuse_twins(raw["stages"], path)
    _check_after(raw["stages"], path)
    other = _activities(raw.get("other_activities", []), path)
    controls = parse_controls(raw, stages, other, path)
    return Process(raw.get("case", "order"), stages, other, raw.get("error_costs", default["error_costs"]), controls)


def _refuse_twins(stages: list[dict[str, Any]], path: str) -> None:
    names = [str(stage["stage"]) for stage in stages]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise wrong(f"stage {name!r} stands twice", path, stages, number)


def _check_after(stages: list[dict[str, Any]], path: str) -> None:
    names = [str(stage["stage"]) for stage in stages]
    for number, stage in enumerate(stages):
        for place, name in enumerate(stage.get("after", [])):
            if name not in names[:number]:
                told = f"after: {name!r} is no stage that is listed before {names[number]!r}"
                raise wrong(told, path, stage["after"], place)


def _stage(raw: Any, stages: Any, number: int, path: str) -> Stage:
    check_keys(raw, _STAGE, "a stage", path, stages, number)
    if "stage" not in raw:
        raise wrong("a stage must have the line `stage: NAME`", path, stages, number)
    name = str(raw["stage"])
    if "when" in raw and not raw.get("required"):
        raise wrong("`when` says for which orders a stage is required: `required: true` is missing", path, raw, "when")
    check_keys(raw.get("when", {}), WHEN, "when", path)
    return Stage(
        name=name,
        title=str(raw.get("title", name.replace("_", " ").capitalize())),
        department=None if raw.get("department") is None else str(raw["department"]),
        target_hours=raw.get("target_hours"),
        activities=_activities(raw.get("activities", []), path),
        required=raw.get("required"),
        when=parse_when(raw.get("when", {})),
        repeats=raw.get("repeats"),
        after=tuple(map(str, raw["after"])) if "after" in raw else None,
        line_of_defence=raw.get("line_of_defence"),
    )


def _activities(raw: Any, path: str) -> tuple[Activity, ...]:
    return tuple(_activity(item, raw, number, path) for number, item in enumerate(raw))


def _activity(raw: Any, activities: Any, number: int, path: str) -> Activity:
    if is_text(raw):
        return Activity(raw)
    check_keys(raw, _ACTIVITY, "an activity", path, activities, number)
    if "name" not in raw:
        raise wrong("an activity must have a `name:`", path, activities, number)
    return Activity(**{**raw, "name": str(raw["name"])})
