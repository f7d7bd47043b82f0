"""Writes what is wrong in the files, beside them."""

from pathlib import Path
from typing import Any

import polars as pl

from pipelines.simulate.book import Book
from pipelines.simulate.columns import moments

_COLUMNS = (
    "planted_id", "kind", "order_id", "line_id", "field", "wrong", "right",
    "origin_stage", "origin_user", "origin_at", "found_at", "cost",
)  # fmt: skip


def write_truth(book: Book, folder: Path) -> None:
    """`planted.csv`: errors that stand in the files; `corrected.csv`: those that do not any more; `decoys.csv`."""
    folder.mkdir(exist_ok=True)
    _errors(book.planted).write_csv(folder / "planted.csv")
    _errors(book.corrected).write_csv(folder / "corrected.csv")
    decoys = {"kind": pl.String, "order_id": pl.String, "line_id": pl.String}
    pl.DataFrame(book.decoys, schema=decoys).write_csv(folder / "decoys.csv")


def _errors(rows: list[dict[str, Any]]) -> pl.DataFrame:
    kinds = {c: pl.Int64 if c.endswith("_at") else pl.Float64 if c == "cost" else pl.String for c in _COLUMNS}
    silent = [{**{c: r[c] for c in _COLUMNS}, **({} if r["origin_known"] else {"origin_at": None})} for r in rows]
    frame = pl.DataFrame(silent, schema=kinds)
    return frame.with_columns(moments(frame[c]).alias(c) for c in ("origin_at", "found_at"))
