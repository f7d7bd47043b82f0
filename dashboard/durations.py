"""Durations with open ones censored, as pages show them: quantiles with intervals or "not reached"."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from dashboard.words import _, count, duration
from models.statistics.competing import OPEN, incidence_of_counts, incidence_quantile
from models.statistics.survival import QuantileEstimate

SHARES = {"p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9}


@dataclass(frozen=True, slots=True)
class Spans:
    """How long something takes, in seconds: how many there were, how many are open, quantiles by name, the longest seen."""

    n: int
    n_open: int
    quantiles: Mapping[str, QuantileEstimate]
    longest: float

    def row(self) -> dict[str, Any]:
        """Quantiles for `charts.base.interval_rows`; None where one is not reached yet."""
        return {name: told.value for name, told in self.quantiles.items()} | {"longest": self.longest}


def spans(rows: pl.DataFrame, number: str) -> Spans:
    """Of rows with `seconds`, `outcome` (0 open at the data end, 1 reached, 2 ended otherwise) and their number (column `number`)."""
    n, outcome = rows[number].to_numpy().astype(np.float64), rows["outcome"].to_numpy()
    times, place = np.unique(rows["seconds"].to_numpy(), return_inverse=True)
    own, every, left = (
        np.bincount(place, weights=np.where(which, n, 0.0), minlength=times.size).astype(np.float64)
        for which in (outcome == _REACHED, outcome != OPEN, outcome >= OPEN)
    )
    curve = incidence_of_counts(times, own, every, left)
    quantiles = {name: incidence_quantile(curve, share) for name, share in SHARES.items()}
    return Spans(int(n.sum()), int(n[outcome == OPEN].sum()), quantiles, float(times.max(initial=0.0)))


_REACHED = 1


def quantile_words(told: QuantileEstimate) -> str:
    """'3.0 h (2.9–3.2)', 'not reached (from 4.1 d)', or the value alone where the interval is not known."""
    if told.value is None:
        return _("not reached") if told.low is None else _("not reached (over {low})").format(low=duration(told.low))
    if told.low is None or told.high is None:
        return duration(told.value)
    return f"{duration(told.value)} ({duration(told.low)}–{duration(told.high)})"


def span_words(told: Spans, *, compact: bool = False) -> str:
    """'half: 3.0 h (2.9–3.2) · nine in ten: 9.9 h (9.4–11) · 3 open'; without intervals where it is narrow."""
    if compact:
        told_ones = [told.quantiles[name].value for name in ("p50", "p90")]
        short = "–".join(_("not reached") if one is None else duration(one) for one in told_ones)
        return short + (f" · {_('{n} open').format(n=count(told.n_open))}" if told.n_open else "")
    words = [
        _("half: {value}").format(value=quantile_words(told.quantiles["p50"])),
        _("nine in ten: {value}").format(value=quantile_words(told.quantiles["p90"])),
    ]
    if told.n_open:
        words.append(_("{n} open").format(n=count(told.n_open)))
    return " · ".join(words)
