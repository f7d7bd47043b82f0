"""What a company's rule returned, judged before it is kept: each row has to name a record of the rule's entity."""

import duckdb

from expectations.rule import Rule
from pipelines.contract import entities

_LINKS = ("order_key", "order_id", "line_id")


def why_not_kept(con: duckdb.DuckDBPyConnection, rule: Rule) -> str | None:
    """Why the rows of a rule in `work.rule_hits` cannot be findings; None where they can.

    Order and line are filled in from the record where the rule left them out.
    """
    told = _nameless(con, rule) or _unknown(con, rule) or _overconfident(con, rule)
    if told is None:
        _fill_links(con, rule)
    return told


def _nameless(con: duckdb.DuckDBPyConnection, rule: Rule) -> str | None:
    total, nameless = _counts(con, rule, "record_key IS NULL")
    if not nameless:
        return None
    return f"{nameless:,} of {total:,} rows have no record_key: return the record_key of {rule.entity}."


def _unknown(con: duckdb.DuckDBPyConnection, rule: Rule) -> str | None:
    row = con.execute(
        f"SELECT count(*), min(record_key) FROM work.rule_hits h ANTI JOIN core.{rule.entity} t USING (record_key) "
        "WHERE rule = ?",
        [rule.name],
    ).fetchone()
    if row is None or not row[0]:
        return None
    total, _ = _counts(con, rule, "true")
    return (
        f"{row[0]:,} of {total:,} rows name a record that {rule.entity} does not have, such as {row[1][:80]!r}: "
        f"return the record_key of {rule.entity}."
    )


def _overconfident(con: duckdb.DuckDBPyConnection, rule: Rule) -> str | None:
    _, wrong = _counts(con, rule, "confidence NOT BETWEEN 0 AND 1")
    return f"{wrong:,} rows have a confidence that is not between 0 and 1." if wrong else None


def _counts(con: duckdb.DuckDBPyConnection, rule: Rule, condition: str) -> tuple[int, int]:
    """(rows of the rule, those that a condition is true of)."""
    row = con.execute(
        f"SELECT count(*), count(*) FILTER ({condition}) FROM work.rule_hits WHERE rule = ?", [rule.name]
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _fill_links(con: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    columns = entities()[rule.entity].by_name
    links = [link for link in _LINKS if link in columns or (link == "order_key" and "order_id" in columns)]
    if not links:
        return
    filled = ", ".join(f"{link} = coalesce(h.{link}, t.{link})" for link in links)
    missing = " OR ".join(f"h.{link} IS NULL" for link in links)
    con.execute(
        f"UPDATE work.rule_hits h SET {filled} FROM core.{rule.entity} t "
        f"WHERE h.rule = ? AND t.record_key = h.record_key AND ({missing})",
        [rule.name],
    )
