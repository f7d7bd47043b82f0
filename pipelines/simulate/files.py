"""Writes the simulated company's raw files and, beside them, the truth."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl

from pipelines.simulate.book import CHANNELS, Book, line_net, write_places
from pipelines.simulate.columns import days, ids, moments
from pipelines.simulate.documents import deliveries, invoices
from pipelines.simulate.masters import customer_id
from pipelines.simulate.timeline import NEVER, STEP, STEPS, Timeline
from pipelines.simulate.truth_files import write_truth

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
        "deliveries": deliveries(book, timeline),
        "invoices": invoices(book, timeline),
        "order_errors": _found(book),
        "order_links": _links(book, timeline),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        _write(frame, out / f"{name}.{file_format}")
    write_truth(book, out / "truth")


def _write(frame: pl.DataFrame, path: Path) -> None:
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    else:
        frame.write_csv(path)


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
    for order, word in timeline.status.items():
        status[order] = word
    channel = pl.Series(CHANNELS).gather(book.channel)
    frame = pl.DataFrame(
        {
            "order_id": ids(np.arange(book.orders)),
            "order_class": pl.repeat("sale", book.orders, eager=True),
            "ordered_at": moments(book.at),
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
            "requested_delivery_date": days(book.requested),
            "promised_delivery_date": days(book.promised),
            "ship_to": pl.Series(book.ship_to.tolist()),
            "payment_terms": pl.Series(book.terms.tolist()),
            "status": pl.Series(status.tolist()),
            "cancelled_at": moments(timeline.cancelled),
        }
    )
    return _blank(frame, book.missing | dict.fromkeys(timeline.nobody, "entered_by"))


def _blank(frame: pl.DataFrame, missing: dict[int, str]) -> pl.DataFrame:
    for field in sorted(set(missing.values())):
        rows = [order for order, name in missing.items() if name == field]
        frame = frame.with_columns(frame[field].scatter(rows, None))
    return frame


def _lines(book: Book) -> pl.DataFrame:
    order = ids(book.line_order)
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
            "requested_delivery_date": days(book.requested[book.line_order]),
        }
    )


def _changes(book: Book) -> pl.DataFrame:
    columns = (
        *("change_id", "order_id", "line_id", "field", "old_value", "new_value", "changed_at", "changed_by", "reason"),
        *("requested_by", "requested_at", "approved_by", "approved_at", "origin"),
    )
    kinds = {c: pl.Int64 if c.endswith("_at") else pl.String for c in columns}
    frame = pl.DataFrame(book.changes, schema=kinds)
    return frame.with_columns(moments(frame[c]).alias(c) for c in ("changed_at", "requested_at", "approved_at"))


def _actions(book: Book, timeline: Timeline) -> pl.DataFrame:
    users = pl.Series(book.users.tolist())
    known = dict(zip(book.masters.users["user_id"], book.masters.users["role"], strict=True))
    desks = dict(zip(book.masters.users["user_id"], book.masters.users["department"], strict=True))
    roles, departments = (pl.Series([table.get(u) for u in book.users], dtype=pl.String) for table in (known, desks))
    frames = [_step_frame(timeline.at[n], timeline.by[n], np.arange(book.orders), name, cycle, users, roles, departments, n)
              for n, (name, cycle, *_rest) in enumerate(STEPS)]  # fmt: skip
    causes = {order: f"entered in error: {cause}" for order, cause in timeline.causes.items()}
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
        ).with_columns(pl.col("order").replace_strict(causes, default=None, return_dtype=pl.String).alias("detail"))
    )
    if timeline.extra_actions:
        extra = pl.DataFrame(timeline.extra_actions, schema_overrides={"detail": pl.String}, infer_schema_length=None)
        frames.append(
            _step_frame(
                extra["at"].to_numpy(),
                extra["by"].to_numpy(),
                extra["order"].to_numpy(),
                "",
                "complete",
                users,
                roles,
                departments,
                5,
            ).with_columns(extra["activity"], extra["detail"])
        )
    frame = _acting(pl.concat(frames, how="diagonal").sort("order", "at", "seq"), timeline)
    return frame.select(
        pl.format("A-{}", pl.int_range(pl.len())).alias("action_id"),
        ids(frame["order"]).alias("order_id"),
        pl.lit("order").alias("scope"),
        "activity",
        moments(frame["at"]).alias("at"),
        pl.lit("second").alias("at_precision"),
        "seq",
        "lifecycle",
        "user_id",
        "on_behalf_of",
        "role",
        "department",
        pl.lit("ERP").alias("system"),
        pl.col("user_id").is_in(["EDI", "SYNC", "ERP"]).alias("automatic"),
        "detail",
    )


def _acting(frame: pl.DataFrame, timeline: Timeline) -> pl.DataFrame:
    """For whom a deputy acted; nobody is named on the orders of nobody."""
    deputies = pl.DataFrame(
        [(order, *whose) for order, whose in timeline.on_behalf.items()],
        schema={"order": pl.Int64, "activity": pl.String, "on_behalf_of": pl.String},
        orient="row",
    )
    frame = frame.join(deputies, on=["order", "activity"], how="left", maintain_order="left")
    named = ~pl.col("order").is_in(sorted(timeline.nobody))
    return frame.with_columns(
        pl.when(named).then(pl.col(name)).alias(name) for name in ("user_id", "role", "department")
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
        moments(frame["raised_at"]).alias("raised_at"), moments(frame["resolved_at"]).alias("resolved_at")
    )


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
    return frame.with_columns(moments(frame["found_at"]).alias("found_at"))


def _links(book: Book, timeline: Timeline) -> pl.DataFrame:
    at = timeline.at[STEP["Order transferred"]]
    linked = np.array([o for o in np.flatnonzero(at < NEVER) if int(o) not in timeline.unlinked], dtype=np.int64)
    return pl.DataFrame(
        {
            "order_id": ids(linked),
            "other_system": pl.repeat("warehouse", len(linked), eager=True),
            "other_order_id": "W-" + pl.Series(linked + 1).cast(pl.String),
            "linked_at": moments(at[linked]),
        }
    )
