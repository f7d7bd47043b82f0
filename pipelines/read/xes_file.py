"""The event log as XES (IEEE 1849): a trace an order, an event an action."""

import gzip
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO
from xml.sax.saxutils import quoteattr

import duckdb

from pipelines.read.filters import Filters
from pipelines.read.log_rows import Row, as_text, log_rows, moment

# XML 1.0 cannot hold these, not even escaped.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A truth is a number to Python, so it comes first.
_KINDS: dict[type, str] = {bool: "boolean", int: "int", float: "float", Decimal: "float"}
_TRACE = ("customer_id", "customer_name", "channel", "region", "order_type", "net_amount", "currency")
_EVENT = {
    "activity": "concept:name", "user_id": "org:resource", "role": "org:role", "department": "org:group",
    "lifecycle": "lifecycle:transition", "stage": "stage", "line_id": "line", "outcome": "outcome", "automatic": "automatic",
}  # fmt: skip


def write_xes(con: duckdb.DuckDBPyConnection, out: Path, filters: Filters, *, compressed: bool) -> int:
    """Write the actions of the selected orders; `compressed` by gzip. Returns the number of events."""
    opened = gzip.open(out, "wt", encoding="utf-8") if compressed else out.open("w", encoding="utf-8")  # noqa: SIM115 - entered below
    with opened as handle:
        handle.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0" xes.features="nested-attributes">\n'
        )
        for name, prefix in (
            ("Concept", "concept"),
            ("Time", "time"),
            ("Organizational", "org"),
            ("Lifecycle", "lifecycle"),
        ):
            uri = f"http://www.xes-standard.org/{prefix}.xesext"
            handle.write(f'\t<extension name="{name}" prefix="{prefix}" uri="{uri}"/>\n')
        events = _write_traces(handle, log_rows(con, "log", filters))
        handle.write("</log>\n")
    return events


def _write_traces(handle: TextIO, rows: Iterator[Row]) -> int:
    events, order = 0, None
    for row in rows:
        if row["order_id"] != order:
            handle.write("\t</trace>\n" if order is not None else "")
            handle.write("\t<trace>\n" + _attribute("concept:name", row["order_id"]))
            handle.write("".join(_attribute(name, row[name]) for name in _TRACE))
            order = row["order_id"]
        handle.write("\t\t<event>\n" + "".join(_attribute(key, row[name], "\t") for name, key in _EVENT.items()))
        handle.write(_attribute("time:timestamp", moment(row["at"]), "\t", "date") + "\t\t</event>\n")
        events += 1
    handle.write("\t</trace>\n" if order is not None else "")
    return events


def _attribute(key: str, value: Any, indent: str = "", kind: str = "") -> str:
    """One attribute; none where the value is unknown."""
    if value is None:
        return ""
    kind = kind or next((name for of, name in _KINDS.items() if isinstance(value, of)), "string")
    told = quoteattr(_NO_XML.sub("\ufffd", as_text(value)))
    return f"\t\t{indent}<{kind} key={quoteattr(key)} value={told}/>\n"
