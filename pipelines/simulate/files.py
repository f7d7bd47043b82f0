"""Writes the simulated company's raw files and, beside them, the truth."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl

from pipelines.simulate.book import CHANNELS, Book, line_net, write_places
from pipelines.simulate.masters import customer_id
from pipelines.simulate.timeline import NEVER, STEP, STEPS, Timeline

FileFormat = Literal["csv", "parquet"]
_TAX = 0.19
_DEPARTMENTS = {"EDI": "Order desk", "portal": "Order desk", "e-mail": "Order desk", "phone": "Inside sales"}


def write_files(book: Book, timeline: Timeline, out: Path, file_format: FileFormat) -> None:
    """All files of the company and `truth/`."""
    frames = {
        "customers": write_places(book),
        "products": book.masters.products,
        "prices": _prices(book),
        "users": book.masters.users,
        "orders": _orders(book, timeline),
        "order_lines": _lines(book),
        "order_changes": _changes(book),
        "user_actions": _actions(book, timeline),
        "exceptions": _exceptions(timeline),
        "deliveries": _deliveries(book, timeline),
        "invoices": _documents(book, timeline, "Invoice issued", "invoice", "invoice_item_id", timeline.invoiced),
        "order_errors": _found(book),
        "order_links": _links(book, timeline),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        _write(frame, out / f"{name}.{file_format}")
    truth = out / "truth"
    truth.mkdir(exist_ok=True)
    _truth(book.planted).write_csv(truth / "planted.csv")
    _truth(book.corrected).write_csv(truth / "corrected.csv")
    pl.DataFrame(book.decoys, schema={"kind": pl.String, "order_id": pl.String, "line_id": pl.String}).write_csv(
        truth / "decoys.csv"
    )


def _write(frame: pl.DataFrame, path: Path) -> None:
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    else:
        frame.write_csv(path)


def _moments(seconds: Any) -> pl.Series:
    """Epoch seconds as ISO text in UTC; NEVER and None as null."""
    series = pl.Series(seconds, dtype=pl.Int64)
    known = series.set(series >= int(NEVER), None)
    return pl.from_epoch(known, time_unit="s").dt.strftime("%Y-%m-%dT%H:%M:%SZ")


def _days(days: Any) -> pl.Series:
    return pl.Series(days, dtype=pl.Int32).cast(pl.Date).cast(pl.String)


def _ids(numbers: Any) -> pl.Series:
    return pl.select("SO-" + (pl.lit(pl.Series(numbers, dtype=pl.Int64)) + 100001).cast(pl.String)).to_series()


def _orders(book: Book, timeline: Timeline) -> pl.DataFrame:
    net = np.bincount(book.line_order, line_net(book), minlength=book.orders)
    for order, offset in book.net_offset.items():
        net[order] += offset
    paid, shipped = timeline.at[STEP["Payment received"]], timeline.at[STEP["Goods shipped"]]
    status = np.where(
        timeline.cancelled < NEVER,
        "cancelled",
        np.where(paid < NEVER, "closed", np.where(shipped < NEVER, "shipped", "open")),
    )
    channel = pl.Series(CHANNELS).gather(book.channel)
    frame = pl.DataFrame(
        {
            "order_id": _ids(np.arange(book.orders)),
            "order_class": pl.repeat("sale", book.orders, eager=True),
            "ordered_at": _moments(book.at),
            "customer_id": pl.Series(customer_id(np.arange(len(book.masters.names))).tolist()).gather(book.customer),
            "customer_name": pl.Series(book.name.tolist()),
            "entered_by": pl.Series(book.users.tolist()).gather(book.clerk),
            "channel": channel,
            "sales_org": pl.repeat("1000", book.orders, eager=True),
            "region": book.masters.customers["region"].gather(book.customer),
            "department": channel.replace_strict(_DEPARTMENTS),
            "currency": pl.repeat(book.company.currency, book.orders, eager=True),
            "net_amount": np.round(net, 2),
            "tax_amount": np.round(net * _TAX, 2),
            "gross_amount": np.round(net + np.round(net * _TAX, 2), 2),
            "requested_delivery_date": _days(book.requested),
            "promised_delivery_date": _days(book.promised),
            "ship_to": pl.Series(book.ship_to.tolist()),
            "payment_terms": pl.Series(book.terms.tolist()),
            "status": pl.Series(status.tolist()),
            "cancelled_at": _moments(timeline.cancelled),
        }
    )
    return _blank(frame, book.missing)


def _blank(frame: pl.DataFrame, missing: dict[int, str]) -> pl.DataFrame:
    for field in sorted(set(missing.values())):
        rows = [order for order, name in missing.items() if name == field]
        frame = frame.with_columns(frame[field].scatter(rows, None))
    return frame


def _lines(book: Book) -> pl.DataFrame:
    order = _ids(book.line_order)
    net = line_net(book)
    number = pl.Series(book.line_no).cast(pl.String)
    pack = book.masters.pack_size[book.product]
    return pl.DataFrame(
        {
            "line_id": order + "-" + number,
            "order_id": order,
            "line_no": number,
            "sku": pl.Series(book.sku.tolist()),
            "quantity": book.quantity,
            "unit": pl.Series(book.unit.tolist()),
            "base_quantity": np.where(book.boxed, book.quantity * pack, book.quantity),
            "unit_price": book.price,
            "discount": book.discount,
            "net_amount": net,
            "tax_amount": np.round(net * _TAX, 2),
            "requested_delivery_date": _days(book.requested[book.line_order]),
        }
    )


def _changes(book: Book) -> pl.DataFrame:
    columns = (
        *("change_id", "order_id", "line_id", "field", "old_value", "new_value", "changed_at", "changed_by", "reason"),
        *("requested_by", "approved_by", "approved_at", "origin"),
    )
    kinds = {c: pl.Int64 if c.endswith("_at") else pl.String for c in columns}
    frame = pl.DataFrame(book.changes, schema=kinds)
    return frame.with_columns(
        _moments(frame["changed_at"]).alias("changed_at"), _moments(frame["approved_at"]).alias("approved_at")
    )


def _actions(book: Book, timeline: Timeline) -> pl.DataFrame:
    users = pl.Series(book.users.tolist())
    known = dict(zip(book.masters.users["user_id"], book.masters.users["role"], strict=True))
    desks = dict(zip(book.masters.users["user_id"], book.masters.users["department"], strict=True))
    roles, departments = (pl.Series([table[u] for u in book.users]) for table in (known, desks))
    frames = [_step_frame(timeline.at[n], timeline.by[n], np.arange(book.orders), name, cycle, users, roles, departments, n)
              for n, (name, cycle, *_rest) in enumerate(STEPS)]  # fmt: skip
    frames.append(
        _step_frame(
            timeline.cancelled,
            book.clerk,
            np.arange(book.orders),
            "Order cancelled",
            "complete",
            users,
            roles,
            departments,
            90,
        )
    )
    if timeline.extra_actions:
        extra = pl.DataFrame(timeline.extra_actions)
        frames.append(
            _step_frame(
                extra["at"].to_numpy(),
                extra["by"].to_numpy(),
                extra["order"].to_numpy(),
                "Approval delegated",
                "complete",
                users,
                roles,
                departments,
                5,
            ).with_columns(pl.lit("deputy rule, documented").alias("detail"))
        )
    frame = pl.concat(frames, how="diagonal").sort("order", "at", "seq")
    return frame.select(
        pl.format("A-{}", pl.int_range(pl.len())).alias("action_id"),
        _ids(frame["order"]).alias("order_id"),
        pl.lit("order").alias("scope"),
        "activity",
        _moments(frame["at"]).alias("at"),
        pl.lit("second").alias("at_precision"),
        "seq",
        "lifecycle",
        "user_id",
        "role",
        "department",
        pl.lit("ERP").alias("system"),
        pl.col("user_id").is_in(["EDI", "SYNC", "ERP"]).alias("automatic"),
        *([pl.col("detail")] if "detail" in frame.columns else []),
    )


def _step_frame(
    at: Any,
    by: Any,
    orders: Any,
    name: str,
    cycle: str,
    users: pl.Series,
    roles: pl.Series,
    departments: pl.Series,
    seq: int,
) -> pl.DataFrame:
    done = np.flatnonzero(at < NEVER)
    return pl.DataFrame(
        {
            "order": orders[done],
            "activity": pl.repeat(name, len(done), eager=True),
            "at": at[done],
            "seq": pl.repeat(seq, len(done), eager=True),
            "lifecycle": pl.repeat(cycle, len(done), eager=True),
            "user_id": users.gather(by[done]),
            "role": roles.gather(by[done]),
            "department": departments.gather(by[done]),
        }
    )


def _exceptions(timeline: Timeline) -> pl.DataFrame:
    columns = (
        "exception_id",
        "order_id",
        "type",
        "raised_at",
        "resolved_at",
        "raised_by",
        "owner",
        "resolved_by",
        "resolution",
    )
    kinds = {c: pl.Int64 if c.endswith("_at") else pl.String for c in columns}
    frame = pl.DataFrame(timeline.exceptions, schema=kinds)
    return frame.with_columns(
        _moments(frame["raised_at"]).alias("raised_at"), _moments(frame["resolved_at"]).alias("resolved_at")
    )


def _documents(book: Book, timeline: Timeline, step: str, kind: str, key: str, other: dict[int, float]) -> pl.DataFrame:
    at = timeline.at[STEP[step]][book.line_order]
    quantity = book.quantity.copy()
    for position, value in other.items():
        quantity[position] = value
    done = np.flatnonzero(at < NEVER)
    order = _ids(book.line_order[done])
    line = pl.Series(book.line_no[done]).cast(pl.String)
    prefix = "D" if kind == "delivery" else "I"
    return pl.DataFrame(
        {
            key: prefix + "-" + order + "-" + line,
            "order_id": order,
            "line_id": order + "-" + line,
            "document_id": prefix + "-" + order,
            "kind": pl.repeat(kind, len(done), eager=True),
            "at": _moments(at[done]),
            "quantity": quantity[done],
            "amount": np.round(quantity[done] * book.price[done] * (1 - book.discount[done]), 2),
            "cumulative": pl.repeat(False, len(done), eager=True),
        }
    )


def _deliveries(book: Book, timeline: Timeline) -> pl.DataFrame:
    """One row a delivered line; what followed later is a row of a second document."""
    short = {line: float(book.quantity[line]) - rest for line, (rest, _) in timeline.rest.items()}
    first = _documents(book, timeline, "Goods shipped", "delivery", "delivery_item_id", {**short, **timeline.delivered})
    lines = list(timeline.rest)
    rest = np.array([timeline.rest[line][0] for line in lines], dtype=np.float64)
    order = _ids(book.line_order[lines])
    line_id = order + "-" + pl.Series(book.line_no[lines]).cast(pl.String)
    second = pl.DataFrame(
        {
            "delivery_item_id": "D-" + line_id + "-2",
            "order_id": order,
            "line_id": line_id,
            "document_id": "D-" + order + "-2",
            "kind": pl.repeat("delivery", len(lines), eager=True),
            "at": _moments([timeline.rest[line][1] for line in lines]),
            "quantity": rest,
            "amount": np.round(rest * book.price[lines] * (1 - book.discount[lines]), 2),
            "cumulative": pl.repeat(False, len(lines), eager=True),
        }
    )
    return pl.concat([first, second])


def _prices(book: Book) -> pl.DataFrame:
    extra = pl.DataFrame(
        book.extra_prices,
        schema={
            "sku": pl.String, "customer_id": pl.String, "unit": pl.String, "price": pl.Float64, "currency": pl.String,
            "valid_from": pl.String, "valid_until": pl.String,
        },
    )  # fmt: skip
    return pl.concat([book.masters.prices, extra], how="diagonal")


def _found(book: Book) -> pl.DataFrame:
    rows = [
        {
            "error_id": f"ER-{n}",
            "order_id": row["order_id"],
            "line_id": row["line_id"],
            "field": row["field"],
            "type": row["kind"],
            "found_at": row["found_at"],
            "found_by": "customer service",
            "evidence": row["evidence"],
            "cost": row["cost"],
        }
        for n, row in enumerate(book.found, start=1)
    ]
    kinds = {
        "error_id": pl.String, "order_id": pl.String, "line_id": pl.String, "field": pl.String, "type": pl.String,
        "found_at": pl.Int64, "found_by": pl.String, "evidence": pl.String, "cost": pl.Float64,
    }  # fmt: skip
    frame = pl.DataFrame(rows, schema=kinds)
    return frame.with_columns(_moments(frame["found_at"]).alias("found_at"))


def _links(book: Book, timeline: Timeline) -> pl.DataFrame:
    at = timeline.at[STEP["Order transferred"]]
    linked = np.array([o for o in np.flatnonzero(at < NEVER) if int(o) not in timeline.unlinked], dtype=np.int64)
    return pl.DataFrame(
        {
            "order_id": _ids(linked),
            "other_system": pl.repeat("warehouse", len(linked), eager=True),
            "other_order_id": "W-" + pl.Series(linked + 1).cast(pl.String),
            "linked_at": _moments(at[linked]),
        }
    )


def _truth(rows: list[dict[str, Any]]) -> pl.DataFrame:
    columns = (
        *(
            "planted_id",
            "kind",
            "order_id",
            "line_id",
            "field",
            "wrong",
            "right",
            "origin_stage",
            "origin_user",
            "origin_at",
        ),
        *("found_at", "cost"),
    )
    kinds = {c: pl.Int64 if c.endswith("_at") else pl.Float64 if c == "cost" else pl.String for c in columns}
    silent = [{**{c: r[c] for c in columns}, **({} if r["origin_known"] else {"origin_at": None})} for r in rows]
    frame = pl.DataFrame(silent, schema=kinds)
    return frame.with_columns(
        _moments(frame["origin_at"]).alias("origin_at"), _moments(frame["found_at"]).alias("found_at")
    )
