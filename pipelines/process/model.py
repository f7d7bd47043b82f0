"""What a process is made of: stages and activities, and who may do, has to approve, and works when."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.process.working_time import Calendar

ACTIVITY_KINDS = ("approve", "confirm", "pick", "ship", "invoice", "complete", "cancel", "step")


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity of the source, and what it means for the order. `marks` says what it does to the visit of its stage: it asks
    for it (request), begins the work (start), or ends it (end)."""

    name: str
    marks: str = "end"
    kind: str = "step"

    @property
    def key(self) -> str:
        """The name as it is compared: without regard to case and outer blanks."""
        return self.name.strip().lower()


@dataclass(frozen=True, slots=True)
class When:
    """The orders that something is said of: above an amount, of some types, through some channels. All where nothing is said."""

    amount_above: float | None = None
    discount_above: float | None = None
    order_types: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the process. `target_hours` are working hours where its department, or `default`, has a calendar, and
    elapsed time otherwise; None where no target was set.

    `repeats` is allowed or forbidden, `after` names the stages that have to come before it, `required` says whether no
    order of `when` leaves it out; each is None where the data have to tell. `line_of_defence` is the line that stops
    errors here (1 entry checks, 2 process controls, 3 monitoring), None where the process does not say.
    """

    name: str
    title: str
    department: str | None
    target_hours: float | None
    activities: tuple[Activity, ...]
    required: bool | None = None
    when: When = When()
    repeats: str | None = None
    after: tuple[str, ...] | None = None
    line_of_defence: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A stage or an activity that a control names, with the keys of the activities that are meant."""

    name: str
    activities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Segregation:
    """Steps of which one user may do only one: in one order, or in all orders."""

    steps: tuple[Step, ...]
    across: str


@dataclass(frozen=True, slots=True)
class Right:
    """A step that a role may do."""

    role: str
    step: Step


@dataclass(frozen=True, slots=True)
class Approval:
    """What needs an approval, and whose: a step that orders pass where `when` holds, or the end of exceptions of some types."""

    step: Step | None
    exceptions: tuple[str, ...]
    when: When
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Controls:
    """What the company has laid down about its process; what is empty is learned from the data, or not judged.

    `calendars` are the working hours by department; `default` stands for departments without their own.
    """

    four_eyes: tuple[tuple[Step, Step], ...] = ()
    segregation: tuple[Segregation, ...] = ()
    rights: tuple[Right, ...] = ()
    approvals: tuple[Approval, ...] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    exception_targets: tuple[tuple[str, float], ...] = ()

    def calendar_of(self, department: str | None) -> str | None:
        """Whose calendar counts for a department: its own, else `default`, else none."""
        if department in self.calendars:
            return department
        return "default" if "default" in self.calendars else None


@dataclass(frozen=True, slots=True)
class Process:
    """Stages in their order. `case` says whether its case is the order or the line."""

    case: str
    stages: tuple[Stage, ...]
    other_activities: tuple[Activity, ...]
    error_costs: dict[str, float]
    controls: Controls = Controls()

    @property
    def lines_of_defence(self) -> list[int]:
        """The line of each stage. Where the process does not say: the first stage checks the entry, what follows until the
        goods leave controls the process, what comes after that can only be monitored."""
        ships = [number for number, stage in enumerate(self.stages) if any(a.kind == "ship" for a in stage.activities)]
        last = max(ships, default=len(self.stages))
        usual = [1 if number == 0 else 2 if number <= last else 3 for number in range(len(self.stages))]
        return [stage.line_of_defence or line for stage, line in zip(self.stages, usual, strict=True)]
