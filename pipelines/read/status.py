"""What `orderproof status` tells: sources, dispositions, rules, freshness, assumptions."""

from typing import Any

import duckdb

from pipelines.read.clock import reporting_zone, shown
from pipelines.settings import Home
from pipelines.sqlfiles import read_package_sql
from pipelines.warehouse import require_snapshot
from pipelines.words import counted

_FILE_COLUMNS = ("rows_read", "accepted", "quarantined", "duplicate", "superseded", "ignored")


def status(con: duckdb.DuckDBPyConnection, home: Home) -> dict[str, Any]:
    """The object that `status --json` prints; see docs/reference/commands.md for its keys."""
    snapshot = require_snapshot(home)
    questions = {file.name: file.sql for file in read_package_sql("pipelines.read.status_sql")}
    return {
        "snapshot": {"id": snapshot.id, "published_at": snapshot.published_at, "data_until": snapshot.data_until},
        "reporting_zone": reporting_zone(con),
        "rules": _rows(con, questions["rule_counts"])[0],
        "broken_rules": _broken_rules(con),
        "source_rules": _rows(
            con, "SELECT rule, checked, failing, failing_records FROM ledger.source_rules ORDER BY failing DESC, rule"
        ),
        "files": _files(con),
        "entities": _rows(con, "SELECT entity, given, derived, records FROM meta.entities WHERE records > 0 OR given"),
        "assumptions": _rows(con, "SELECT code, subject, text FROM meta.assumptions ORDER BY ALL"),
        "unknown_columns": _rows(
            con,
            "SELECT f.file, u.column_name, u.filled, u.example FROM meta.unknown_columns u JOIN meta.files f USING (file_no) "
            "ORDER BY f.file_no, u.column_name",
        ),
        "unknown_statuses": _rows(con, questions["unknown_statuses"]),
        "unreadable_values": _rows(
            con,
            "SELECT entity, column_name, reason, count(*) AS values, min(raw) AS example FROM ingest.unreadable "
            "GROUP BY ALL ORDER BY values DESC",
        ),
        "repairs": _rows(
            con, "SELECT entity, column_name, rule, count(*) AS values FROM ingest.repairs GROUP BY ALL ORDER BY ALL"
        ),
        "steps": _rows(
            con,
            "SELECT step, seconds, peak_mb, note FROM meta.steps WHERE run_id = (SELECT max(run_id) FROM meta.run)",
        ),
        "data_docs": str(home.data_docs / "index.html") if (home.data_docs / "index.html").exists() else None,
    }


def status_text(answer: dict[str, Any]) -> str:
    """The same for people."""
    snapshot, rules, zone = answer["snapshot"], answer["rules"], answer["reporting_zone"]
    lines = [
        f"Snapshot {snapshot['id']}, published {shown(snapshot['published_at'], zone)}, "
        f"data until {shown(snapshot['data_until'], zone)}",
        f"Rules: {rules['pass']} pass, {rules['fail']} fail, {rules['idle']} had no record to judge, "
        f"{rules['not_applicable']} not applicable, {rules['error']} error",
        *(f"Broken rule, the others ran: {item['rule']}: {item['reason']}" for item in answer["broken_rules"]),
        *(
            f"About the source: {item['failing_records']:,} of {item['checked']:,} records break {item['rule']}; all "
            f"{counted(item['failing'], 'finding')} are kept, apart from the rates"
            for item in answer["source_rules"]
        ),
        "",
        f"{'file':<40} {'read':>10} {'accepted':>10} {'quarant.':>9} {'duplicate':>9} {'supersed.':>9} {'ignored':>9}",
    ]
    for item in answer["files"]:
        numbers = [item[name] for name in _FILE_COLUMNS]
        widths = (10, 10, 9, 9, 9, 9)
        cells = " ".join(f"{number:>{width},}" for number, width in zip(numbers, widths, strict=True))
        lines.append(f"{_file_name(item)[:40]:<40} {cells}")
    lines += ["", "Records: " + ", ".join(f"{e['entity']} {e['records']:,}" for e in answer["entities"])]
    for item in answer["assumptions"]:
        lines.append(f"Assumed ({item['subject']}): {item['text']}")
    for item in answer["unknown_statuses"]:
        lines.append(
            f"Status not known: {item['word']!r} of {counted(item['orders'], 'order')} of {item['system']}: whether they are open cannot "
            f"be told. Say it in the profile: status: {{column: ..., codes: {{{item['word']}: open}}}} (or done, cancelled)"
        )
    for item in answer["unreadable_values"]:
        lines.append(
            f"Unreadable: {counted(item['values'], 'value')} of {item['entity']}.{item['column_name']} ({item['reason']}, "
            f"e.g. {item['example']!r})"
        )
    for item in answer["repairs"]:
        lines.append(
            f"Repaired: {counted(item['values'], 'value')} of {item['entity']}.{item['column_name']} by {item['rule']}"
        )
    if answer["data_docs"]:
        lines.append(f"Data Docs: {answer['data_docs']}")
    return "\n".join(lines)


def _file_name(item: dict[str, Any]) -> str:
    """The file, with the sheet or the member of an archive where it has several."""
    file, member = str(item["file"]), str(item["member"] or "")
    return member if member.startswith(file) else f"{file}/{member}" if member else file


def _broken_rules(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    return _rows(
        con,
        "SELECT rule, reason FROM ledger.rule_runs WHERE outcome = 'error' "
        "AND run_id = (SELECT max(run_id) FROM ledger.rule_runs) ORDER BY rule",
    )


def _files(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    files = _rows(
        con, f"SELECT file_no, source, file, member, {', '.join(_FILE_COLUMNS)} FROM meta.files ORDER BY file_no"
    )
    emitted = con.execute("SELECT file_no, entity, sum(records) FROM meta.emitted GROUP BY ALL").fetchall()
    for item in files:
        item["emitted"] = {entity: int(n) for file_no, entity, n in emitted if file_no == item["file_no"]}
    return files


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    cursor = con.execute(query)
    names = [item[0] for item in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
