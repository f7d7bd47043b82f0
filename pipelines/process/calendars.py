"""Working hours of a department as people write them."""

from datetime import date, datetime
from typing import Any

from pipelines.config_file import MAP, TEXT, ZONE, Shape, check_keys, shown, wrong
from pipelines.process.working_time import Calendar, Range, parse_ranges, public_days

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS = Shape("a list of days like 2026-12-24", lambda v: isinstance(v, list) and all(map(_is_day, v)))
_CALENDAR = {"zone": ZONE, "week": MAP, "holidays": TEXT, "closures": _DAYS, "extra_days": _DAYS}
_ANY_YEAR = range(2020, 2021)


def parse_calendar(raw: Any, calendars: Any, department: Any, path: str) -> Calendar:
    """The calendar of one department. Raises ConfigurationError with file and line for anything wrong."""
    check_keys(raw, _CALENDAR, f"the calendar of {department}", path, calendars, department)
    for key in ("zone", "week"):
        if key not in raw:
            raise wrong(f"the calendar of {department} must have `{key}:`", path, calendars, department)
    _check_country(raw, path)
    return Calendar(
        zone=raw["zone"],
        week=_week(raw["week"], path),
        holidays=raw.get("holidays"),
        closures=frozenset(raw.get("closures", ())),
        extra_days=frozenset(raw.get("extra_days", ())),
    )


def _week(raw: dict[str, Any], path: str) -> dict[int, tuple[Range, ...]]:
    check_keys(raw, dict.fromkeys(_WEEKDAYS, TEXT), "week", path)
    return {_WEEKDAYS.index(day): _ranges(raw, day, path) for day in raw}


def _ranges(raw: dict[str, Any], day: str, path: str) -> tuple[Range, ...]:
    try:
        return parse_ranges(raw[day])
    except ValueError as error:
        raise wrong(f"{day}: {str(error).rstrip('.')}", path, raw, day) from error


def _check_country(raw: dict[str, Any], path: str) -> None:
    try:
        if "holidays" in raw:
            public_days(raw["holidays"], _ANY_YEAR)
    except ValueError as error:
        told = f"holidays must be a country, or country and region, like DE-BW, not {shown(raw['holidays'])}"
        raise wrong(told, path, raw, "holidays") from error


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)
