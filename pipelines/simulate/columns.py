"""Columns as the files write them."""

from typing import Any

import polars as pl

from pipelines.simulate.timeline import NEVER


def moments(seconds: Any) -> pl.Series:
    """Epoch seconds as ISO text in UTC; NEVER and None as null."""
    series = pl.Series(seconds, dtype=pl.Int64)
    known = series.set(series >= int(NEVER), None)
    return pl.from_epoch(known, time_unit="s").dt.strftime("%Y-%m-%dT%H:%M:%SZ")


def days(days: Any) -> pl.Series:
    """Days since 1970 as ISO text."""
    return pl.Series(days, dtype=pl.Int32).cast(pl.Date).cast(pl.String)


def ids(numbers: Any) -> pl.Series:
    """Keys of orders by their numbers."""
    return pl.select("SO-" + (pl.lit(pl.Series(numbers, dtype=pl.Int64)) + 100001).cast(pl.String)).to_series()
