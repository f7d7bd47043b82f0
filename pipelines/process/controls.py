"""The part of a process that says who may do what, who has to approve, and when people work."""

from collections.abc import Iterator, Sequence
from typing import Any

from pipelines.config_file import (
    LIST,
    MAP,
    NAME,
    SOME_TEXTS,
    Shape,
    check_keys,
    is_number,
    meant,
    one_of,
    shown,
    wrong,
)
from pipelines.process.calendars import parse_calendar
from pipelines.process.model import Activity, Approval, Controls, Right, Segregation, Stage, Step, When

_SHARE = Shape("a share between 0 and 1", lambda v: is_number(v, 0, 1))
_AMOUNT = Shape("a number from 0", lambda v: is_number(v, 0))
WHEN = {"amount_above": _AMOUNT, "order_types": SOME_TEXTS, "channels": SOME_TEXTS}
CONTROLS = {
    "four_eyes": Shape("a list of pairs", LIST.fits),
    "segregation": Shape("a list of sets of steps", LIST.fits),
    "roles": MAP,
    "approvals": Shape("a list of approvals", LIST.fits),
    "calendars": MAP,
    "exception_targets": MAP,
}
_STEPS = Shape("two or more stages or activities", lambda v: isinstance(v, list) and len(v) > 1)
_PAIR = Shape("a pair of stages or activities", lambda v: isinstance(v, list) and len(v) == 2)  # noqa: PLR2004
_SEGREGATION = {"steps": _STEPS, "across": one_of("order", "all_orders")}
_APPROVAL = {"step": NAME, "exceptions": SOME_TEXTS, "discount_above": _SHARE, **WHEN, "by": SOME_TEXTS}
_HOURS = Shape("a number of hours above 0", lambda v: is_number(v) and v > 0)


def parse_controls(raw: dict[str, Any], stages: Sequence[Stage], other: Sequence[Activity], path: str) -> Controls:
    """The controls that a process names. Raises ConfigurationError with file and line for anything wrong."""
    return _Parser(stages, other, path).controls(raw)


def parse_when(raw: dict[str, Any]) -> When:
    """The orders that `amount_above`, `discount_above`, `order_types` and `channels` of a checked mapping mean."""
    amount, discount = raw.get("amount_above"), raw.get("discount_above")
    return When(amount, discount, _texts(raw.get("order_types", [])), _texts(raw.get("channels", [])))


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value if isinstance(value, list) else [value]))


class _Parser:
    """Finds the steps that a control names among the stages and activities of the process."""

    def __init__(self, stages: Sequence[Stage], other: Sequence[Activity], path: str) -> None:
        self.path = path
        self.stages = {stage.name: stage for stage in stages}
        named = [activity for stage in stages for activity in stage.activities]
        self.activities = {activity.key: activity.name for activity in (*named, *other)}

    def controls(self, raw: dict[str, Any]) -> Controls:
        calendars = raw.get("calendars", {})
        return Controls(
            four_eyes=tuple(self.pairs(raw.get("four_eyes", []))),
            segregation=tuple(self.segregation(raw.get("segregation", []))),
            rights=tuple(self.rights(raw.get("roles", {}))),
            approvals=tuple(self.approvals(raw.get("approvals", []))),
            calendars={str(name): parse_calendar(item, calendars, name, self.path) for name, item in calendars.items()},
            exception_targets=tuple(self.targets(raw.get("exception_targets", {}))),
        )

    def step(self, raw: Any, within: Any, at: object, whole: bool = False) -> Step:
        """The stage (what completes it; with `whole` all of it) or the activity of that name."""
        name = str(raw)
        if name in self.stages:
            members = self.stages[name].activities
            ends = [activity.key for activity in members if activity.marks == "end"]
            return Step(name, tuple([a.key for a in members] if whole or not ends else ends))
        if name.strip().lower() in self.activities:
            return Step(name, (name.strip().lower(),))
        known = (*self.stages, *self.activities.values())
        raise wrong(
            f"{shown(raw)} is no stage and no activity of this process{meant(name, known)}", self.path, within, at
        )

    def pairs(self, raw: Any) -> Iterator[tuple[Step, Step]]:
        for number, pair in enumerate(raw):
            self.refuse_unless(_PAIR, pair, "four_eyes", raw, number)
            first, second = (self.step(name, pair, place) for place, name in enumerate(pair))
            self.refuse_overlap([first, second], raw, number)
            yield first, second

    def segregation(self, raw: Any) -> Iterator[Segregation]:
        for number, item in enumerate(raw):
            if isinstance(item, list):
                self.refuse_unless(_STEPS, item, "a set of segregation", raw, number)
            told: Any = {"steps": item} if isinstance(item, list) else item
            check_keys(told, _SEGREGATION, "a set of segregation", self.path, raw, number)
            if "steps" not in told:
                raise wrong("a set of segregation must have `steps:`", self.path, raw, number)
            steps = [self.step(name, told["steps"], place) for place, name in enumerate(told["steps"])]
            self.refuse_overlap(steps, raw, number)
            yield Segregation(tuple(steps), str(told.get("across", "order")))

    def refuse_unless(self, shape: Shape, value: Any, what: str, within: Any, at: object) -> None:
        if not shape.fits(value):
            raise wrong(f"{what} must be {shape.told}, not {shown(value)}", self.path, within, at)

    def refuse_overlap(self, steps: list[Step], within: Any, at: object) -> None:
        keys = [key for step in steps for key in step.activities]
        if len(keys) > len(set(keys)):
            raise wrong("the same activity stands on both sides: nobody could do it", self.path, within, at)

    def rights(self, raw: Any) -> Iterator[Right]:
        for role, names in raw.items():
            self.refuse_unless(SOME_TEXTS, names, f"role {role}", raw, role)
            listed = names if isinstance(names, list) else [names]
            for place, name in enumerate(listed):
                yield Right(str(role), self.step(name, listed, place, whole=True))

    def approvals(self, raw: Any) -> Iterator[Approval]:
        for number, item in enumerate(raw):
            check_keys(item, _APPROVAL, "an approval", self.path, raw, number)
            if ("step" in item) == ("exceptions" in item):
                raise wrong("an approval is of a `step:` or of `exceptions:`, one of the two", self.path, raw, number)
            if "exceptions" in item and "discount_above" in item:
                raise wrong("the end of an exception has no discount", self.path, item, "discount_above")
            yield self.approval(item)

    def approval(self, item: dict[str, Any]) -> Approval:
        step = self.step(item["step"], item, "step") if "step" in item else None
        if step and not any(activity.key in step.activities for s in self.stages.values() for activity in s.activities):
            told = f"{step.name!r} belongs to no stage, so that nobody could tell when it was left out"
            raise wrong(told, self.path, item, "step")
        return Approval(step, _texts(item.get("exceptions", [])), parse_when(item), _texts(item.get("by", [])))

    def targets(self, raw: Any) -> Iterator[tuple[str, float]]:
        for kind, hours in raw.items():
            self.refuse_unless(_HOURS, hours, f"the target of {kind}", raw, kind)
            yield str(kind), float(hours)
