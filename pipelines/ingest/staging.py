"""One landed table through one feed: source rows become typed records in `core.stage_<entity>`, none gets lost."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePath

import duckdb

from pipelines.contract import Column, Entity
from pipelines.errors import ConfigurationError, Place
from pipelines.ingest.logged_values import logged_value
from pipelines.ingest.survey import ROWS, Survey, needed_column, take_survey
from pipelines.ingest.typing_sql import Days, name, quote, text_expression, typed_expression
from pipelines.sources.profile import ColumnMap, Feed, Mapping, Profile, find_column
from pipelines.sources.table import LandedTable

# What is wrong with a value, not with the expression.
_OF_A_VALUE = (duckdb.DataError, duckdb.InvalidInputException)
# A column in which every moment is a midnight holds days: so databases and spreadsheets write them.
_MIDNIGHT = r"[ T]00:00(:00(\.0+)?)?$"
_SLASHED = r"^\s*(\d{1,2})[/.\-](\d{1,2})[/.\-]\d{2,4}\b"


@dataclass(slots=True)
class Stager:
    """Stages the tables of one run. Assumptions that had to be made are collected, not hidden."""

    con: duckdb.DuckDBPyConnection
    profile: Profile
    days_in: str = "UTC"
    """The zone in which days are cut: a day without a time begins there."""
    assumptions: list[tuple[str, str, str]] = field(default_factory=list)
    # How days without a time are told in the columns of the current mapping.
    _days_of: dict[str, Days | None] = field(default_factory=dict)
    # Cells of the current table whose repair was noted: one cell that feeds several entities was wrong once.
    _repairs_noted: set[tuple[tuple[str, ...], str | None]] = field(default_factory=set)

    def stage(self, table: LandedTable, feed: Feed, file_no: int) -> None:
        """All rows of a table: records staged, rows left out noted with their reason.

        Raises ConfigurationError where an SQL expression of the profile cannot be run.
        """
        self._repairs_noted.clear()
        self.assumptions += [("reading", table.member, note) for note in table.notes]
        try:
            self._open_source(table, feed)
            self._note_left_out(feed, table, file_no)
            for number, mapping in enumerate(feed.mappings):
                self._stage_mapping(mapping, table, feed, file_no, primary=number == 0)
        except (duckdb.ProgrammingError, duckdb.DataError, duckdb.NotSupportedError) as error:
            wrong = self._wrong_expression(table, feed)
            if wrong is None:
                raise
            raise wrong from error
        self._note_unknown_columns(table, feed, file_no)
        self.con.execute("DROP VIEW IF EXISTS source_rows")

    def _wrong_expression(self, table: LandedTable, feed: Feed) -> ConfigurationError | None:
        """The error of the first SQL expression of the profile that cannot be run on the table; None where all can."""
        rows = f"read_parquet({quote(str(table.parquet))})"
        for what, expression in _expressions(feed):
            try:
                self.con.execute(f"SELECT count(*) FROM (SELECT ({expression}) AS v FROM {rows}) WHERE v IS NOT NULL")
            except (duckdb.ProgrammingError, duckdb.DataError, duckdb.NotSupportedError) as error:
                said = str(error).splitlines()[0]
                of_a_value = isinstance(error, _OF_A_VALUE)
                advice = "A value that may not fit wants TRY_CAST or try_strptime. " if of_a_value else ""
                return ConfigurationError(
                    f"feed {feed.name!r}: the SQL expression of {what} cannot be run on {table.member!r}: {said}",
                    place=Place(self.profile.path),
                    next_step=f"{advice}Columns of the file are: {', '.join(table.columns[:40])}.",
                )
        return None

    def _open_source(self, table: LandedTable, feed: Feed) -> None:
        filled = [column for column in (find_column((c,), table.columns) for c in feed.fill_down) if column]
        replaced = ", ".join(
            f"last_value({name(c)} IGNORE NULLS) OVER (ORDER BY _line ROWS UNBOUNDED PRECEDING) AS {name(c)}"
            for c in filled
        )
        cases = [f"WHEN {condition} THEN {quote(rule)}" for rule, condition in feed.ignore]
        if feed.mappings[0].when:
            cases.append(f"WHEN ({feed.mappings[0].when}) IS NOT TRUE THEN {quote('not of ' + feed.name)}")
        ignored = f"CASE {' '.join(cases)} END" if cases else "CAST(NULL AS VARCHAR)"
        rows = f"SELECT * {f'REPLACE ({replaced})' if replaced else ''} FROM read_parquet({quote(str(table.parquet))})"
        self.con.execute(
            f"CREATE OR REPLACE TEMP VIEW source_rows AS SELECT *, {ignored} AS _op_ignored, "
            f"{quote(PurePath(table.member).stem)} AS _table FROM ({rows})"
        )

    def _note_left_out(self, feed: Feed, table: LandedTable, file_no: int) -> None:
        if feed.ignore or feed.mappings[0].when:
            self.con.execute(
                "INSERT INTO ingest.left_out SELECT ?, _line, 'ignored', _op_ignored FROM source_rows WHERE _op_ignored IS NOT NULL",
                [file_no],
            )
        if table.bad_rows is None:
            return
        bad = f"read_parquet({quote(str(table.bad_rows))})"
        self.con.execute(f"INSERT INTO ingest.left_out SELECT ?, line, 'quarantined', reason FROM {bad}", [file_no])
        self.con.execute(
            f"INSERT INTO ingest.quarantine SELECT ?, ?, line, column_name, reason, message, raw FROM {bad}",
            [file_no, table.member],
        )

    def _stage_mapping(self, mapping: Mapping, table: LandedTable, feed: Feed, file_no: int, *, primary: bool) -> None:
        texts = {c.name: text_expression(m, table.columns, self.profile) for c, m in _mapped(mapping)}
        rows = f"FROM source_rows WHERE _op_ignored IS NULL AND {_condition(mapping, primary)}"
        survey = take_survey(self.con, mapping, {c: text for c, text in texts.items() if text is not None}, rows)
        typed = self._typed_query(mapping, table, texts, rows, survey)
        kept_before = self._kept(mapping, survey, file_no)
        self._keep_records(mapping, feed, file_no, typed)
        kept = self._kept(mapping, survey, file_no) - kept_before
        self._set_aside(mapping, typed, nothing_odd=survey.accounts_for(kept, mapping))
        if primary:
            self._quarantine_keyless(mapping.entity, table, file_no)
        self._note_unreadable(mapping, file_no)
        self._note_repairs(mapping, file_no)
        self.con.execute("DROP TABLE odd_rows")

    def _typed_query(
        self, mapping: Mapping, table: LandedTable, texts: dict[str, str | None], rows: str, survey: Survey
    ) -> str:
        """A query: `_line`, `_key`, every contract column typed, and `<column>__text` beside each that is no text."""
        inner = ", ".join(f"{text} AS {name(column)}" for column, text in texts.items() if text is not None)
        cells = [self._cell(c, mapping.columns.get(c.name), texts, table, survey) for c in mapping.entity.columns]
        typed = f"SELECT _line, {', '.join(cells)} FROM (SELECT _line{', ' + inner if inner else ''} {rows})"
        keys_given = not mapping.entity.key_is_optional or survey.has_every_key
        return _with_key(mapping.entity, typed, keys_given=keys_given)

    def _kept(self, mapping: Mapping, survey: Survey, file_no: int) -> Counter[str]:
        """How many records of this file, and how many of its typed values, stand in the stage."""
        counts = ", ".join(f"count({name(column)})" for column in survey.typed)
        row = self.con.execute(
            f"SELECT count(*){', ' + counts if counts else ''} FROM {_target(mapping)} WHERE _file_no = ?", [file_no]
        ).fetchone()
        return Counter(dict(zip((ROWS, *survey.typed), row or (), strict=True)))

    def _set_aside(self, mapping: Mapping, typed: str, *, nothing_odd: bool) -> None:
        """TEMP TABLE odd_rows: the few rows with something to tell: no key, a value that cannot be read, a repaired one."""
        if nothing_odd:
            self.con.execute(f"CREATE OR REPLACE TEMP TABLE odd_rows AS SELECT * FROM ({typed}) LIMIT 0")
            return
        odd = [
            f"{name(c.name)} IS NULL AND {name(c.name + '__text')} IS NOT NULL"
            for c, _ in _mapped(mapping)
            if c.type != "text"
        ]
        odd += [f"{name(c.name)} IS NOT NULL" for c, source in _mapped(mapping) if source.repair]
        needed = needed_column(mapping.entity)
        odd += [f"{name(needed)} IS NULL"] if needed else []
        condition = " OR ".join(f"({test})" for test in odd) or "false"
        # Gathered by an aggregate: a WHERE would be pushed down and have every cell typed once more for each test.
        lines = f"SELECT unnest(list(_line) FILTER (WHERE {condition})) AS _line FROM ({typed})"
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE odd_lines AS {lines}")
        nothing = "" if self.con.execute("SELECT 1 FROM odd_lines LIMIT 1").fetchone() else "LIMIT 0"
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE odd_rows AS SELECT * FROM ({typed}) SEMI JOIN odd_lines USING (_line) {nothing}"
        )

    def _cell(
        self,
        column: Column,
        source: ColumnMap | None,
        texts: dict[str, str | None],
        table: LandedTable,
        survey: Survey,
    ) -> str:
        text = texts.get(column.name)
        if source is None or text is None:
            empty = f"CAST(NULL AS {column.sql_type}) AS {name(column.name)}"
            return (
                empty if column.type == "text" else f"{empty}, CAST(NULL AS VARCHAR) AS {name(column.name + '__text')}"
            )
        if column.type == "text":
            given = [given for given, expression in texts.items() if expression is not None]
            return f"CAST({logged_value(column.name, given, self.profile)} AS VARCHAR) AS {name(column.name)}"
        order = self._date_order(column, source, text, table) if survey.may_have_slashes(column.name) else source.order
        days = self._days_of[column.name] = self._days(column, source, text)
        typed = typed_expression(column, source, name(column.name), self.profile.zone, order, days)
        kind = column.sql_type
        return f"CAST({typed} AS {kind}) AS {name(column.name)}, {name(column.name)} AS {name(column.name + '__text')}"

    def _days(self, column: Column, source: ColumnMap, text: str) -> Days | None:
        """How days without a time are told in the column; None where they need no look, as they begin where its times do."""
        if column.type != "moment" or source.unit or (source.zone or self.profile.zone) == self.days_in:
            return None
        row = self.con.execute(
            f"SELECT bool_and(regexp_matches(t, {quote(_MIDNIGHT)})) FROM (SELECT {text} AS t FROM source_rows WHERE _op_ignored IS NULL)"
        ).fetchone()
        return Days(self.days_in, midnights=bool(row and row[0]))

    def _date_order(self, column: Column, source: ColumnMap, text: str, table: LandedTable) -> str | None:
        """What the column itself shows about 03/04/2026; None (then unreadable) where it shows nothing or both."""
        if column.type not in ("date", "moment") or source.formats or source.order or source.unit:
            return source.order
        row = self.con.execute(
            f"SELECT max(TRY_CAST(regexp_extract(t, {quote(_SLASHED)}, 1) AS INTEGER)), "
            f"max(TRY_CAST(regexp_extract(t, {quote(_SLASHED)}, 2) AS INTEGER)) "
            f"FROM (SELECT {text} AS t FROM source_rows WHERE _op_ignored IS NULL) "
            f"WHERE (t[2:2] IN ('/', '.', '-') OR t[3:3] IN ('/', '.', '-')) AND regexp_matches(t, {quote(_SLASHED)})"
        ).fetchone()
        first, second = row if row else (None, None)
        if first is None or (first <= 12) == (second <= 12):  # noqa: PLR2004 - months of a year
            if first is not None:
                self._assume("ambiguous_dates", column.name, table, "could be day first or month first; left unread")
            return None
        found = "day_first" if first > second else "month_first"
        self._assume(
            "date_order", column.name, table, f"read as {found.replace('_', ' ')}: the values themselves show it"
        )
        return found

    def _assume(self, code: str, column: str, table: LandedTable, text: str) -> None:
        self.assumptions.append((code, f"{table.member}, column {column}", text))

    def _quarantine_keyless(self, entity: Entity, table: LandedTable, file_no: int) -> None:
        needed = needed_column(entity)
        if needed is None:
            return
        keyless = f"SELECT _line FROM odd_rows WHERE {name(needed)} IS NULL"
        self.con.execute(
            f"INSERT INTO ingest.left_out SELECT ?, _line, 'quarantined', 'no {needed}' FROM ({keyless})", [file_no]
        )
        self.con.execute(
            f"INSERT INTO ingest.quarantine SELECT ?, ?, _line, ?, 'no_key', ?, CAST(to_json(s) AS VARCHAR) "
            f"FROM source_rows s WHERE _line IN ({keyless})",
            [file_no, table.member, needed, f"the row has no {needed}, so it cannot be attached to a record"],
        )

    def _keep_records(self, mapping: Mapping, feed: Feed, file_no: int, typed: str) -> None:
        entity, system = mapping.entity, quote(self.profile.system)
        order = f"{system} || ':' || order_id" if "order_id" in entity.by_name else "NULL"
        line = f"{system} || ':' || line_id" if "line_id" in entity.by_name else "NULL"
        valid = "updated_at" if "updated_at" in entity.by_name else "NULL"
        columns = ", ".join(name(c.name) if c.name != entity.key else f"_key AS {name(c.name)}" for c in entity.columns)
        target = _target(mapping)
        needed = needed_column(entity)
        self.con.execute(
            f"INSERT INTO {target} SELECT {columns}, {system} || ':' || _key, {order}, {line}, {system}, "
            f"{quote(feed.name)}, {file_no}, _line, {valid}, NULL, {str(mapping.collapse is not None).lower()} "
            f"FROM ({typed}) {f'WHERE {name(needed)} IS NOT NULL' if needed else ''}"
        )

    def _note_unreadable(self, mapping: Mapping, file_no: int) -> None:
        entity = mapping.entity
        for column in self._columns_with_unreadable(mapping):
            text, source = name(column.name + "__text"), mapping.columns[column.name]
            self.con.execute(
                f"INSERT INTO ingest.unreadable SELECT {quote(entity.name)}, {self._identity(entity)}, "
                f"{quote(column.name)}, {text}, {_reason(column, source, text)}, {file_no}, _line "
                f"FROM odd_rows WHERE {name(column.name)} IS NULL AND {text} IS NOT NULL"
            )

    def _note_repairs(self, mapping: Mapping, file_no: int) -> None:
        entity = mapping.entity
        for column, source in _mapped(mapping):
            if not source.repair or (source.columns, source.expr) in self._repairs_noted:
                continue
            self._repairs_noted.add((source.columns, source.expr))
            text, typed = name(column.name + "__text"), name(column.name)
            plain = typed_expression(
                column,
                replace(source, repair=None),
                text,
                self.profile.zone,
                source.order,
                self._days_of.get(column.name),
            )
            self.con.execute(
                f"INSERT INTO ingest.repairs SELECT {quote(entity.name)}, record_key, order_key, {quote(column.name)}, {text}, "
                f"CAST({typed} AS VARCHAR), {quote(source.repair)}, {file_no}, _line "
                f"FROM (SELECT *, {self._identity(entity)} FROM odd_rows) WHERE {typed} IS DISTINCT FROM ({plain})"
            )

    def _columns_with_unreadable(self, mapping: Mapping) -> list[Column]:
        columns = [column for column, _ in _mapped(mapping) if column.type != "text"]
        if not columns:
            return []
        counts = ", ".join(f"count({name(c.name + '__text')}) - count({name(c.name)})" for c in columns)
        row = self.con.execute(f"SELECT {counts} FROM odd_rows").fetchone()
        return [column for column, count in zip(columns, row or (), strict=True) if count]

    def _identity(self, entity: Entity) -> str:
        system = quote(self.profile.system)
        order = "order_id" if "order_id" in entity.by_name else "NULL"
        line = "line_id" if "line_id" in entity.by_name else "NULL"
        return (
            f"{system} || ':' || _key AS record_key, {system} || ':' || {order} AS order_key, "
            f"CAST({order} AS VARCHAR) AS order_id_, CAST({line} AS VARCHAR) AS line_id_"
        )

    def _note_unknown_columns(self, table: LandedTable, feed: Feed, file_no: int) -> None:
        if any(source.made == "row" for mapping in feed.mappings for source in mapping.columns.values()):
            return
        used = {
            find_column((c,), table.columns)
            for m in feed.mappings
            for s in m.columns.values()
            for c in (*s.columns, *s.join)
        }
        texts = " ".join(
            [s.expr or "" for m in feed.mappings for s in m.columns.values()]
            + [m.when or "" for m in feed.mappings]
            + [condition for _, condition in feed.ignore]
        )
        for column in table.columns:
            if column not in used and column not in texts:
                self.con.execute(
                    f"INSERT INTO meta.unknown_columns SELECT {file_no}, {quote(column)}, count({name(column)}), "
                    f"min({name(column)})[:80] FROM source_rows"
                )


def _expressions(feed: Feed) -> Iterator[tuple[str, str]]:
    """(what it belongs to, SQL) of everything in a feed that its author wrote as SQL."""
    yield from ((f"ignore rule {rule!r}", condition) for rule, condition in feed.ignore)
    for mapping in feed.mappings:
        if mapping.when:
            yield f"{mapping.entity.name} (when)", mapping.when
        for column, source in mapping.columns.items():
            if source.expr:
                yield f"{mapping.entity.name}.{column}", source.expr


def _condition(mapping: Mapping, primary: bool) -> str:
    """The primary mapping's own condition has already been applied: rows that it leaves out are ignored by name."""
    return f"({mapping.when})" if mapping.when and not primary else "true"


def _target(mapping: Mapping) -> str:
    return f"{'work.parts' if mapping.collapse is not None else 'core.stage'}_{mapping.entity.name}"


def _mapped(mapping: Mapping) -> list[tuple[Column, ColumnMap]]:
    return [(c, mapping.columns[c.name]) for c in mapping.entity.columns if c.name in mapping.columns]


def _with_key(entity: Entity, typed: str, *, keys_given: bool) -> str:
    """`typed` with `_key`: the source's own, else the content's hash and how often it stood before in this file."""
    key = name(entity.key)
    if keys_given:
        return f"SELECT *, {key} AS _key FROM ({typed})"
    texts = [name(c.name if c.type == "text" else c.name + "__text") for c in entity.columns if c.name != entity.key]
    content = ", ".join(f"coalesce({text}, chr(30))" for text in texts)
    hashed = (
        f"SELECT *, CASE WHEN {key} IS NULL THEN md5(concat_ws(chr(31), {content}))[:20] END AS _md5 FROM ({typed})"
    )
    occurrence = (
        "CASE WHEN _md5 IS NULL THEN 1 ELSE row_number() OVER (PARTITION BY coalesce(_md5, CAST(_line AS VARCHAR)) "
        "ORDER BY _line) END"
    )
    numbered = f"SELECT *, {occurrence} AS _occurrence FROM ({hashed})"
    made = "_md5 || CASE WHEN _occurrence > 1 THEN '-' || _occurrence ELSE '' END"
    return f"SELECT * EXCLUDE (_md5, _occurrence), coalesce({key}, {made}) AS _key FROM ({numbered})"


def _reason(column: Column, source: ColumnMap, text: str) -> str:
    """Why a text could not be read, as SQL."""
    what = {"moment": "not a time", "date": "not a date", "boolean": "neither true nor false"}.get(
        column.type, "not a number"
    )
    if source.formats:
        return quote(f"{what} in the profile's format {' or '.join(source.formats)}")
    if column.type in ("moment", "date"):
        day = f"regexp_replace(trim(regexp_extract({text}, {quote(_SLASHED)})), '[/.]', '-', 'g')"
        # Where day and month come in either order, a value that is a day in neither is none at all.
        ambiguous = f"try_strptime({day}, ['%d-%m-%Y', '%m-%d-%Y', '%d-%m-%y', '%m-%d-%y']) IS NOT NULL"
        return f"CASE WHEN {ambiguous} THEN 'day and month cannot be told apart' ELSE {quote(what)} END"
    endless = f"regexp_matches(lower({text}), '^[-+]?(nan|inf|infinity)$')"
    return f"CASE WHEN {endless} THEN 'not a finite number' ELSE {quote(what)} END"
