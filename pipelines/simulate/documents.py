"""Deliveries and invoices, and what takes them back: returns and credit notes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from pipelines.simulate.book import Book, Floats, Ints
from pipelines.simulate.columns import ids, moments
from pipelines.simulate.timeline import NEVER, STEP, Timeline


def deliveries(book: Book, timeline: Timeline) -> pl.DataFrame:
    """One row a delivered line; what followed later, and what came back, are rows of documents of their own."""
    first = {line: float(book.quantity[line]) - rest for line, (rest, _) in timeline.rest.items()}
    rest = [(line, quantity, at) for line, (quantity, at) in timeline.rest.items()]
    frames = [
        _whole(book, timeline, "Goods shipped", "delivery", {**first, **timeline.delivered}),
        _later(book, rest, "delivery", "D", "-2"),
        _later(book, timeline.returns, "return", "R", ""),
    ]
    return pl.concat(frames).rename({"item_id": "delivery_item_id"})


def invoices(book: Book, timeline: Timeline) -> pl.DataFrame:
    """One row an invoiced line, and one a credited line; what is credited as an amount has no quantity."""
    lines = [(line, quantity, at) for line, quantity, _, at in timeline.credits]
    amounts = pl.Series([round(amount, 2) for _, _, amount, _ in timeline.credits], dtype=pl.Float64)
    frames = [
        _repriced(book, timeline, _whole(book, timeline, "Invoice issued", "invoice", timeline.invoiced)),
        _later(book, lines, "credit", "C", "").with_columns(amounts.alias("amount")),
    ]
    return pl.concat(frames).rename({"item_id": "invoice_item_id"})


def _repriced(book: Book, timeline: Timeline, frame: pl.DataFrame) -> pl.DataFrame:
    """The invoices with the amounts of lines that were invoiced at another price than the order's."""
    rates = {
        book.line_id(line): price * (1 - float(book.discount[line])) for line, price in timeline.invoiced_price.items()
    }
    price = pl.col("line_id").replace_strict(rates, default=None, return_dtype=pl.Float64)
    return frame.with_columns(pl.coalesce((pl.col("quantity") * price).round(2), "amount").alias("amount"))


def _whole(book: Book, timeline: Timeline, step: str, kind: str, other: dict[int, float]) -> pl.DataFrame:
    """All lines of the orders that reached a step, in full or with the quantities in `other`."""
    at = timeline.at[STEP[step]][book.line_order]
    quantity = book.quantity.copy()
    for line, value in other.items():
        quantity[line] = value
    done = np.flatnonzero(at < NEVER)
    return _rows(book, done, quantity[done], at[done], kind, kind[0].upper(), "")


def _later(
    book: Book, lines: Sequence[tuple[int, float | None, int]], kind: str, prefix: str, suffix: str
) -> pl.DataFrame:
    quantity = np.array([np.nan if quantity is None else quantity for _, quantity, _ in lines], dtype=np.float64)
    at = np.array([at for *_, at in lines], dtype=np.int64)
    return _rows(book, np.array([line for line, *_ in lines], dtype=np.int64), quantity, at, kind, prefix, suffix)


def _rows(book: Book, lines: Ints, quantity: Floats, at: Any, kind: str, prefix: str, suffix: str) -> pl.DataFrame:
    order = ids(book.line_order[lines])
    line_id = order + "-" + pl.Series(book.line_no[lines], dtype=pl.Int64).cast(pl.String)
    return pl.DataFrame(
        {
            "item_id": f"{prefix}-" + line_id + suffix,
            "order_id": order,
            "line_id": line_id,
            "document_id": f"{prefix}-" + order + suffix,
            "kind": pl.repeat(kind, len(lines), eager=True, dtype=pl.String),
            "at": moments(at),
            "quantity": pl.Series(quantity).fill_nan(None),
            "amount": np.round(quantity * book.price[lines] * (1 - book.discount[lines]), 2),
            "cumulative": pl.repeat(False, len(lines), eager=True),
        }
    )
