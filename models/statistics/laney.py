"""Control charts of an error rate: Laney p', the classic p chart, and the test that tells which of them is honest.

Sources: D. B. Laney, "Improved control charts for attributes", Quality Engineering 14 (2002); qicharts2 `qic.pp`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

Floats = NDArray[np.float64]

BEYOND = "beyond 3 sigma"
RUN = "8 in a row on one side"
RUN_LENGTH = 8
MOVING_RANGE = 1.128
"""Expected range of two standard normal values (d2 for n = 2)."""
RARE = 5.0
"""Below this many expected errors a period the normal limits are not to be trusted."""
FEWEST_RANGES = 1


@dataclass(frozen=True, slots=True)
class Signal:
    """A period that stands out: its index and the rule that fired."""

    index: int
    rule: str


@dataclass(frozen=True, slots=True)
class LaneyChart:
    """A rate per period with its limits. Arrays have one value per period; NaN where a period had no orders.

    `sigma` is the binomial standard deviation; the limits are `center +- 3 sigma sigma_z`, cut to 0..1. `sigma_z`
    is NaN, and so are the limits, where the baseline has fewer than two periods with orders.
    """

    rate: Floats
    center: float
    sigma: Floats
    sigma_z: float
    lower: Floats
    upper: Floats
    signals: tuple[Signal, ...]
    is_rare: bool
    """True where the mean period expects fewer than five errors: take longer periods."""


@dataclass(frozen=True, slots=True)
class Dispersion:
    """Pearson's X2 of a constant rate: statistic, degrees of freedom, their ratio, and the chance of a larger one."""

    statistic: float
    degrees: int
    ratio: float
    p_value: float


def laney(
    errors: ArrayLike, sizes: ArrayLike, baseline: ArrayLike | slice | None = None, least_spread: float = 0.0
) -> LaneyChart:
    """Laney p' chart: `errors` wrong ones of `sizes` orders per period, in time order.

    `baseline` says which periods set centre and spread: a boolean mask, a slice, or None for all. `least_spread` is what
    `sigma_z` is taken for at the least.
    Raises ValueError where a period has more errors than orders or the arrays differ in length.
    """
    return _chart(*_checked(errors, sizes), baseline, None, least_spread)


def p_chart(errors: ArrayLike, sizes: ArrayLike, baseline: ArrayLike | slice | None = None) -> LaneyChart:
    """The classic p chart: as `laney`, but with binomial limits (`sigma_z` = 1). Too narrow for a restless process."""
    return _chart(*_checked(errors, sizes), baseline, 1.0)


def dispersion(errors: ArrayLike, sizes: ArrayLike) -> Dispersion | None:
    """Pearson X2 = sum (x-np)^2 / (np(1-p)) against chi2(k - 1); None for fewer than two periods or p 0 or 1."""
    x, n = _checked(errors, sizes)
    x, n = x[n > 0], n[n > 0]
    rate = x.sum() / n.sum() if n.size else 0.0
    if n.size < 2 or not 0 < rate < 1:  # noqa: PLR2004 - two periods are the least that can differ
        return None
    statistic = float((((x - n * rate) ** 2) / (n * rate * (1 - rate))).sum())
    degrees = n.size - 1
    return Dispersion(statistic, degrees, statistic / degrees, float(chdtrc(degrees, statistic)))


def _checked(errors: ArrayLike, sizes: ArrayLike) -> tuple[Floats, Floats]:
    x, n = np.asarray(errors, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    if x.shape != n.shape or x.ndim != 1:
        raise ValueError(f"errors {x.shape} and sizes {n.shape} must be one-dimensional and of one length.")
    if not (np.isfinite(x).all() and np.isfinite(n).all()) or (x < 0).any() or (x > n).any():
        raise ValueError("each period needs 0 <= errors <= orders.")
    return x, n


def _chart(
    x: Floats, n: Floats, baseline: ArrayLike | slice | None, spread: float | None, least: float = 0.0
) -> LaneyChart:
    base = _mask(baseline, x.size) & (n > 0)
    center = float(x[base].sum() / n[base].sum()) if base.any() else float("nan")
    filled = np.where(n > 0, n, np.nan)
    rate, sigma = x / filled, np.sqrt(center * (1 - center) / filled)
    sigma_z = max(_sigma_z(rate[base], sigma[base], center), least) if spread is None else spread
    lower = np.maximum(center - 3 * sigma * sigma_z, 0.0)
    upper = np.minimum(center + 3 * sigma * sigma_z, 1.0)
    signals = tuple(sorted([*_beyond(rate, lower, upper), *_runs(rate, center)], key=lambda s: (s.index, s.rule)))
    is_rare = bool(base.any() and n[base].mean() * center < RARE)
    return LaneyChart(rate, center, sigma, sigma_z, lower, upper, signals, is_rare)


def _mask(baseline: ArrayLike | slice | None, size: int) -> NDArray[np.bool_]:
    if baseline is None:
        return np.ones(size, dtype=bool)
    if isinstance(baseline, slice):
        mask = np.zeros(size, dtype=bool)
        mask[baseline] = True
        return mask
    given = np.asarray(baseline)
    if given.dtype != bool or given.shape != (size,):
        raise ValueError(f"baseline must be a boolean mask of {size} periods or a slice.")
    return given


def _sigma_z(rate: Floats, sigma: Floats, center: float) -> float:
    """Mean moving range of z over 1.128. A baseline of all right or all wrong has no spread to measure: 1."""
    if rate.size <= FEWEST_RANGES:
        return float("nan")
    if not 0 < center < 1:
        return 1.0
    z = (rate - center) / sigma
    return float(np.abs(np.diff(z)).mean() / MOVING_RANGE)


def _beyond(rate: Floats, lower: Floats, upper: Floats) -> list[Signal]:
    # a hair's breadth of tolerance: a rate that equals its limit up to rounding is not beyond it
    hit = (rate > upper + 1e-12) | (rate < lower - 1e-12)
    return [Signal(int(index), BEYOND) for index in np.flatnonzero(hit)]


def _runs(rate: Floats, center: float) -> Iterator[Signal]:
    """Each period at which the latest eight or more lie on one side. Periods on the line or empty do not count."""
    sides: Sequence[float] = np.sign(
        np.where(np.isclose(rate, center, rtol=0, atol=1e-12), 0.0, rate - center)
    ).tolist()
    side, length = 0.0, 0
    for index, this in enumerate(sides):
        if this == 0 or np.isnan(this):
            continue
        side, length = this, length + 1 if this == side else 1
        if length >= RUN_LENGTH:
            yield Signal(index, RUN)
