"""What was known about orders when they were submitted, as a table for the model; and how they turned out."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.sqlfiles import SqlFile, read_package_sql

Floats = NDArray[np.float64]

DECIMALS = 6

_RECENT_DAYS = 90
_FEW = 0.1
"""Share of the orders asked about up to which those older than `_RECENT_DAYS` are asked about apart."""


@dataclass(frozen=True, slots=True)
class FeatureNames:
    """Names of the numeric features and of the categories, in the model's column order."""

    numbers: tuple[str, ...]
    categories: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Numbers first, then categories."""
        return self.numbers + self.categories

    def only(self, kept: Collection[str]) -> "FeatureNames":
        """The same names in the same order, of those kept."""
        return FeatureNames(
            tuple(name for name in self.numbers if name in kept),
            tuple(name for name in self.categories if name in kept),
        )


def feature_names() -> FeatureNames:
    """The features that `features.sql` declares in its front matter."""
    meta = _sql("features").meta
    return FeatureNames(tuple(meta["features"]), tuple(meta["categories"]))


def read_features(con: duckdb.DuckDBPyConnection, targets: str, zone: str, *params: object) -> pl.DataFrame:
    """One row per order of `targets` (a SELECT of order_key), in the order of t0, then order_key.

    `zone` is the reporting zone in which hours and weekdays are cut.
    """
    con.execute("CREATE OR REPLACE TABLE work.risk_zone AS SELECT ?::VARCHAR AS reporting_zone", [zone])
    con.execute(f"CREATE OR REPLACE TABLE work.risk_asked AS {targets}", list(params))
    try:
        frame = pl.concat([_features_of(con, group) for group in _groups(con)])
        # sums over windows differ in the last digits from run to run; a tree must not split on them
        return frame.sort("t0", "order_key").with_columns(pl.col(feature_names().numbers).round(DECIMALS))
    finally:
        for table in ("risk_zone", "risk_asked", "risk_targets"):
            con.execute(f"DROP TABLE IF EXISTS work.{table}")


def _groups(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Queries for the orders asked about: all at once, or the few old ones apart.

    What is summed up for each day is summed from a year before the oldest order on. Where a few orders have been open for
    long, this would be done for all the days since.
    """
    since = f"(SELECT max(ordered_at) FROM core.orders SEMI JOIN work.risk_asked USING (order_key)) - to_days({_RECENT_DAYS})"
    recent = (
        f"SELECT order_key FROM core.orders SEMI JOIN work.risk_asked USING (order_key) WHERE ordered_at >= {since}"
    )
    rest = f"SELECT order_key FROM work.risk_asked ANTI JOIN ({recent}) USING (order_key)"
    asked, old = con.execute(f"SELECT (SELECT count(*) FROM work.risk_asked), count(*) FROM ({rest})").fetchall()[0]
    return [recent, rest] if 0 < old <= _FEW * asked else ["FROM work.risk_asked"]


def _features_of(con: duckdb.DuckDBPyConnection, orders: str) -> pl.DataFrame:
    con.execute(f"CREATE OR REPLACE TABLE work.risk_targets AS {orders}")
    con.execute(query("span"))
    frame: pl.DataFrame = con.sql(query("features")).pl()
    return frame


def changed_since(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Per open order (order_key) with such fields, those whose value is no longer that of the moment of entry (`changed`)."""
    rows: pl.DataFrame = con.sql(query("changed")).pl()
    return rows


def count_labels(con: duckdb.DuckDBPyConnection, window_days: int) -> tuple[int, int]:
    """How many orders are mature by the window, and how many of them turned out wrong."""
    labels = _labels(con, window_days)
    mature, wrong = con.execute(f"SELECT count(*), count(*) FILTER (WHERE wrong) FROM ({labels})").fetchall()[0]
    return int(mature), int(wrong)


def make_labels(con: duckdb.DuckDBPyConnection, window_days: int) -> None:
    """Fill `work.risk_labels` (order_key, t0, wrong) with the orders mature by the window."""
    con.execute(f"CREATE OR REPLACE TABLE work.risk_labels AS {_labels(con, window_days)}")


def _labels(con: duckdb.DuckDBPyConnection, window_days: int) -> str:
    """The query for the labels; the window that it reads is written."""
    con.execute("CREATE OR REPLACE TABLE work.risk_window AS SELECT ?::BIGINT AS days", [window_days])
    return _sql("labels").sql


def matrix(frame: pl.DataFrame, names: FeatureNames) -> NDArray[Any]:
    """An object array, numbers first (NaN where unknown), then categories as text (None where unknown)."""
    numbers = [frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in names.numbers]
    texts = [frame[name].cast(pl.String).to_numpy() for name in names.categories]
    out = np.empty((frame.height, len(names.all)), dtype=object)
    for column, values in enumerate([*numbers, *texts]):
        out[:, column] = values
    return out


def query(name: str) -> str:
    """The text of one of the risk model's SQL files."""
    return _sql(name).sql


def _sql(name: str) -> SqlFile:
    return next(file for file in read_package_sql(__package__) if file.name == name)
