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
    con.execute(f"CREATE OR REPLACE TABLE work.risk_targets AS {targets}", list(params))
    try:
        frame: pl.DataFrame = con.sql(query("features")).pl()
        # sums over windows differ in the last digits from run to run; a tree must not split on them
        return frame.sort("t0", "order_key").with_columns(pl.col(feature_names().numbers).round(DECIMALS))
    finally:
        con.execute("DROP TABLE work.risk_zone")
        con.execute("DROP TABLE work.risk_targets")


def make_labels(con: duckdb.DuckDBPyConnection, window_days: int) -> tuple[int, int]:
    """Fill `work.risk_labels` (order_key, t0, wrong) with the orders mature by the window; how many, how many wrong."""
    con.execute("CREATE OR REPLACE TABLE work.risk_window AS SELECT ?::BIGINT AS days", [window_days])
    con.execute(f"CREATE OR REPLACE TABLE work.risk_labels AS {_sql('labels').sql}")
    con.execute("DROP TABLE work.risk_window")
    mature, wrong = con.execute("SELECT count(*), count(*) FILTER (WHERE wrong) FROM work.risk_labels").fetchall()[0]
    return int(mature), int(wrong)


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
