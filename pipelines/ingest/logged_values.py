"""Old and new values of a change log, read as the field that they belong to: a log is written as its system writes everything."""

from collections.abc import Iterator, Sequence

from pipelines.contract import Column
from pipelines.ingest.typing_sql import name, quote, typed_expression
from pipelines.sources.profile import ColumnMap, Profile

_VALUES = ("old_value", "new_value")
_OF_FIELDS = ("orders", "order_lines")


def logged_value(column: str, given: Sequence[str], profile: Profile) -> str:
    """A column's text; that of an old or new value (both, as far as `given`) with numbers, percents and dates as the contract has them.

    Only fields that the profile reads in a way of their own are touched, and a text that cannot be read so stays as it is.
    """
    if column not in _VALUES or "field" not in given:
        return name(column)
    values = [value for value in _VALUES if value in given]
    cases = [
        f"WHEN field = {quote(field.name)} THEN coalesce(CAST({_typed(field, source, column, values, profile)} AS VARCHAR), {name(column)})"
        for field, source in _read_otherwise(profile)
    ]
    return f"CASE {' '.join(cases)} ELSE {name(column)} END" if cases else name(column)


def _read_otherwise(profile: Profile) -> Iterator[tuple[Column, ColumnMap]]:
    """Fields with a decimal comma, in percent or with dates in a form of their own; of two feeds the first one's way counts."""
    seen = set[str]()
    for mapping in (m for feed in profile.feeds for m in feed.mappings if m.entity.name in _OF_FIELDS):
        for column in mapping.entity.columns:
            source = mapping.columns.get(column.name)
            if source is None or column.name in seen or column.type == "text":
                continue
            seen.add(column.name)
            if source.decimal != "." or source.unit or source.formats or source.order:
                yield column, source


def _typed(column: Column, source: ColumnMap, text: str, values: Sequence[str], profile: Profile) -> str:
    typed = typed_expression(column, source, name(text), profile.zone, source.order)
    if source.unit != "percent":
        return typed
    # Some logs hold the share and not the percents that the files show: then none of the field's values is above 1.
    largest = f"max(greatest({', '.join(map(_number, values))})) OVER (PARTITION BY field)"
    return f"CASE WHEN {largest} > 1 OR regexp_matches({name(text)}, '[%％]') THEN {typed} END"


def _number(text: str) -> str:
    return f"abs(TRY_CAST(replace(rtrim({name(text)}, '%％ '), ',', '.') AS DOUBLE))"
