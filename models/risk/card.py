"""The report card in the snapshot: one row per figure, lists as JSON."""

import json
from typing import Any

import duckdb

TABLE = "CREATE TABLE IF NOT EXISTS risk.card (model_id VARCHAR, key VARCHAR, value VARCHAR)"


def write_card(con: duckdb.DuckDBPyConnection, model_id: str, card: dict[str, Any]) -> None:
    """Replace `risk.card` by this model's card."""
    con.execute("DELETE FROM risk.card")
    con.executemany("INSERT INTO risk.card VALUES (?, ?, ?)", [(model_id, key, text) for key, text in flat(card)])


def flat(card: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Keys and texts. A figure with its interval becomes three: `auc`, `auc_low`, `auc_high`."""
    rows: list[tuple[str, str | None]] = []
    for key, value in card.items():
        if isinstance(value, dict) and set(value) == {"value", "low", "high"}:
            rows += [
                (key, _text(value["value"])),
                (f"{key}_low", _text(value["low"])),
                (f"{key}_high", _text(value["high"])),
            ]
        else:
            rows.append((key, _text(value)))
    return rows


def current_model(con: duckdb.DuckDBPyConnection) -> str | None:
    """The model that the snapshot was scored with."""
    row = con.execute("SELECT any_value(model_id) FROM risk.card").fetchone()
    return row[0] if row else None


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)
