"""From source text to typed values, as SQL expressions. A value that cannot be typed becomes null; its text is kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.contract import Column
from pipelines.sources.profile import DEFAULT_NULLS, ColumnMap, Profile, find_column

_FULL_WIDTH = "０１２３４５６７８９．，－＋％"
_HALF_WIDTH = "0123456789.,-+%"
_GROUPED = r"[-+－＋]?[0-9０-９]{1,3}([,，][0-9０-９]{3})+([.．][0-9０-９]*)?"
_TRUE = ("true", "t", "yes", "y", "1", "是", "真", "x")
_FALSE = ("false", "f", "no", "n", "0", "否", "假")
_MOMENT_FORMATS = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y%m%d %H%M%S",
    "%Y%m%d%H%M%S",
    "%Y%m%d",
    "%Y年%m月%d日",
)
_ORDERED_FORMATS = ("{} %H:%M:%S", "{} %H:%M", "{} %I:%M:%S %p", "{} %I:%M %p", "{}")
_DAYS = {
    "day_first": ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y"),
    "month_first": ("%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y", "%m/%d/%y"),
}


@dataclass(frozen=True, slots=True)
class Days:
    """Days without a time among moments: they begin at midnight of `zone`, in which days are cut."""

    zone: str
    midnights: bool = False
    """Whether all that the column holds is days, written as midnights."""


def quote(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """A name as an SQL identifier."""
    return '"' + text.replace('"', '""') + '"'


def text_expression(source: ColumnMap, found: Sequence[str], profile: Profile) -> str | None:
    """The trimmed text of a mapped column, null tokens and codes applied; None where the source has no such column."""
    base = _base(source, found)
    if base is None:
        return None
    trimmed = f"trim(CAST({base} AS VARCHAR), ' \t\r\n\u00a0\u3000')"
    nulls = ", ".join(quote(token) for token in dict.fromkeys((*DEFAULT_NULLS, *profile.nulls, *source.nulls)))
    coded = trimmed
    if source.codes:
        cases = " ".join(f"WHEN {quote(k)} THEN {quote(v)}" for k, v in source.codes.items())
        coded = f"CASE {trimmed} {cases} ELSE {trimmed} END"
    return f"CASE WHEN {trimmed} IN ({nulls}) THEN NULL ELSE {coded} END"


def typed_expression(
    column: Column, source: ColumnMap, text: str, zone: str, order: str | None, days: Days | None = None
) -> str:
    """`text` (the name of a text column) as the contract's type; null where it cannot be read.

    `order` is day_first or month_first for dates with slashes, None where neither is known. `days` says where a day
    without a time begins, so that it stays the day that it is; None: in the source's own zone. A declared repair is made
    on what the source's own clock showed: near midnight that is another day than in UTC.
    """
    if column.type in ("amount", "quantity", "price", "integer"):
        return _numeric(text, source.decimal, column.sql_type)
    if column.type == "ratio":
        return _ratio(text, source)
    if column.type == "boolean":
        return _boolean(text)
    if column.type == "moment":
        return _in_calendar(_moment(text, source, source.zone or zone, order, days))
    if column.type == "date":
        return _in_calendar(_date(text, source, source.zone or zone, order))
    return text


def _in_calendar(typed: str) -> str:
    """Null for infinity and for years that no clock shows."""
    return f"CASE WHEN year({typed}) BETWEEN 1 AND 9999 THEN {typed} END"


def repaired(rule: str, typed: str) -> str:
    """A declared repair applied to a local time or a date."""
    if rule == "swap_day_month":
        # Rows whose real day was at most 12 had day and month exchanged: their shown day is a month number.
        swapped = f"strftime({typed}, '%Y-%d-%m %H:%M:%S.%f')"
        return f"CASE WHEN day({typed}) <= 12 THEN TRY_CAST({swapped} AS TIMESTAMP) ELSE {typed} END"
    raise ValueError(rule)


def _base(source: ColumnMap, found: Sequence[str]) -> str | None:
    if source.const is not None:
        return quote(source.const)
    if source.expr is not None:
        return f"({source.expr})"
    if source.made is not None:
        return _made(source.made, found)
    if source.join:
        parts = [find_column((part,), found) for part in source.join]
        return None if None in parts else f"concat_ws(' ', {', '.join(name(p) for p in parts if p)})"
    column = find_column(source.columns, found)
    return name(column) if column else None


def _made(what: str, found: Sequence[str]) -> str:
    """What the reading itself knows of a row. Its key is the first column where that tells all rows apart, else its line."""
    first = name(found[0])
    row_id = f"CASE WHEN (SELECT count(DISTINCT {first}) = count(*) FROM source_rows) THEN {first} ELSE CAST(_line AS VARCHAR) END"
    cells = ", ".join(f"{quote(column)}, {name(column)}" for column in found)
    return {
        "table": "_table",
        "row_id": row_id,
        "record_id": f"_table || '/' || {row_id}",
        "row": f"json_object({cells})",
    }[what]


def _numeric(text: str, decimal: str, kind: str) -> str:
    tidied = f"TRY_CAST({_number(text, decimal)} AS {kind})"
    # Plain numbers need no tidying, and nearly all are plain.
    return tidied if decimal == "," else f"coalesce(TRY_CAST({text} AS {kind}), {tidied})"


def _number(text: str, decimal: str) -> str:
    """The text of a number with half-width digits, a decimal point and no thousands separators."""
    if decimal == ",":
        return f"replace(translate({text}, {quote(_FULL_WIDTH + '. ')}, {quote(_HALF_WIDTH)}), ',', '.')"
    # Two different calls on purpose: the same call twice would be hoisted and made for every row.
    grouped = (
        f"translate({text}, {quote(_FULL_WIDTH.replace('，', '') + ',，')}, {quote(_HALF_WIDTH.replace(',', ''))})"
    )
    plain = f"translate({text}, {quote(_FULL_WIDTH)}, {quote(_HALF_WIDTH)})"
    return f"CASE WHEN regexp_full_match({text}, {quote(_GROUPED)}) THEN {grouped} ELSE {plain} END"


def _ratio(text: str, source: ColumnMap) -> str:
    # By way of a decimal, which knows neither NaN nor infinity.
    share = _numeric(f"rtrim({text}, '%％ ')", source.decimal, "DECIMAL(18,9)")
    number = f"CAST({share} AS DOUBLE)"
    if source.unit == "percent":
        return f"{number} / 100"
    return f"{number} / CASE WHEN regexp_matches({text}, '[%％]') THEN 100 ELSE 1 END"


def _boolean(text: str) -> str:
    yes, no = (", ".join(map(quote, words)) for words in (_TRUE, _FALSE))
    return f"CASE WHEN lower({text}) IN ({yes}) THEN true WHEN lower({text}) IN ({no}) THEN false END"


def _moment(text: str, source: ColumnMap, zone: str, order: str | None, days: Days | None = None) -> str:
    if source.unit in ("epoch_ms", "epoch_s"):
        factor = 1000 if source.unit == "epoch_ms" else 1_000_000
        number = f"TRY_CAST(TRY_CAST({text} AS DOUBLE) AS BIGINT)"
        return _absolute(f"make_timestamp({number} * {factor})", source, zone)
    local = _local(text, source, order)
    in_utc = _in_utc(local, zone)
    if days is not None and days.zone != zone:
        of_day = _in_utc(local, days.zone)
        in_utc = of_day if days.midnights else f"CASE WHEN {_has_time(text)} THEN {in_utc} ELSE {of_day} END"
    # A cast to TIMESTAMP would ignore an offset, so texts that carry one go through the type with a zone.
    offset = f"regexp_matches({text}, '\\d[+-]\\d\\d:?\\d\\d$')"
    absolute = _absolute(f"timezone('UTC', TRY_CAST({text} AS TIMESTAMPTZ))", source, zone)
    zulu = _absolute(f"TRY_CAST({text} AS TIMESTAMP)", source, zone)
    return f"CASE WHEN ends_with({text}, 'Z') THEN {zulu} WHEN {offset} THEN {absolute} ELSE {in_utc} END"


def _absolute(utc: str, source: ColumnMap, zone: str) -> str:
    """A moment that said its zone, given in UTC; repaired as the clock of the source's zone showed it."""
    if source.repair is None:
        return utc
    return _in_utc(repaired(source.repair, f"timezone({quote(zone)}, timezone('UTC', {utc}))"), zone)


def _in_utc(local: str, zone: str) -> str:
    return local if zone == "UTC" else f"timezone('UTC', timezone({quote(zone)}, {local}))"


def _has_time(text: str) -> str:
    """Whether the text of a moment says more than its day: hours after a colon, or six digits more."""
    return f"(contains({text}, ':') OR regexp_matches({text}, '\\d{{8}} ?\\d{{6}}'))"


def _date(text: str, source: ColumnMap, zone: str, order: str | None) -> str:
    if source.unit is not None:
        return f"CAST({_moment(text, source, zone, order)} AS DATE)"
    return f"CAST({_local(text, source, order)} AS DATE)"


def _local(text: str, source: ColumnMap, order: str | None) -> str:
    written = _written(text, source, order)
    return written if source.repair is None else repaired(source.repair, written)


def _written(text: str, source: ColumnMap, order: str | None) -> str:
    if source.formats:
        return f"try_strptime({text}, [{', '.join(map(quote, source.formats))}])"
    formats = [*_MOMENT_FORMATS]
    if order is not None:
        formats += [form.format(day) for day in _DAYS[order] for form in _ORDERED_FORMATS]
    listed = ", ".join(map(quote, formats))
    return f"coalesce(TRY_CAST({text} AS TIMESTAMP), try_strptime({text}, [{listed}]))"
