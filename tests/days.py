"""Cuts simulated files in two at a moment: what was known before it, and what came with its last orders."""

from pathlib import Path

import duckdb

_MOMENTS = {
    "orders": "ordered_at",
    "order_changes": "changed_at",
    "user_actions": '"at"',
    "deliveries": '"at"',
    "invoices": '"at"',
    "order_errors": "found_at",
    "order_links": "linked_at",
}


def split(files: Path, history: Path, day: Path, last_orders: int) -> str:
    """Write the Parquet files of `files` as `history` and `day`; `day` begins with the last `last_orders` orders.

    Events of older orders after that moment are in `day`, masters are in `history`. Returns the moment.
    """
    for folder in (history, day):
        folder.mkdir(parents=True)
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        orders = f"'{files / 'orders.parquet'}'"
        cut = con.execute(
            f"SELECT ordered_at FROM {orders} ORDER BY ordered_at DESC LIMIT 1 OFFSET ?", [last_orders - 1]
        ).fetchall()[0][0]
        for source in sorted(files.glob("*.parquet")):
            before, after = _parts(source, orders, cut)
            con.execute(f"COPY ({before}) TO '{history / source.name}' (FORMAT parquet)")
            if after:
                con.execute(f"COPY ({after}) TO '{day / source.name}' (FORMAT parquet)")
    return str(cut)


def _parts(source: Path, orders: str, cut: str) -> tuple[str, str | None]:
    table, rows = source.stem, f"SELECT * FROM '{source}'"
    if table in _MOMENTS:
        moment = _MOMENTS[table]
        return f"{rows} WHERE coalesce({moment} < '{cut}', true)", f"{rows} WHERE {moment} >= '{cut}'"
    if table == "order_lines":
        new = f"(SELECT order_id FROM {orders} WHERE ordered_at >= '{cut}')"
        return f"{rows} WHERE order_id NOT IN {new}", f"{rows} WHERE order_id IN {new}"
    if table == "exceptions":
        ended = f"resolved_at >= '{cut}'"
        before = f"SELECT * REPLACE (CASE WHEN {ended} THEN NULL ELSE resolved_at END AS resolved_at) FROM '{source}'"
        return f"{before} WHERE coalesce(raised_at < '{cut}', true)", f"{rows} WHERE raised_at >= '{cut}' OR {ended}"
    return rows, None
