"""Why did the rate move? The part that comes from another mix of orders, and the part from other rates.

Source: E. M. Kitagawa, "Components of a difference between two rates", JASA 50 (1955).
"""

from collections.abc import Mapping
from dataclasses import dataclass

Counts = tuple[float, float]
"""Wrong orders and all orders of one part."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one part (a channel, a region, ...) adds to the difference: by its share of the orders, and by its rate.

    Shares, not per cent.
    """

    name: str
    mix: float
    rate: float

    @property
    def effect(self) -> float:
        """Both together."""
        return self.mix + self.rate


@dataclass(frozen=True, slots=True)
class Decomposition:
    """`now - before`, and its parts, the largest effect first. Mix and rate of all parts add up to the difference."""

    before: float
    now: float
    parts: tuple[Part, ...]

    @property
    def difference(self) -> float:
        """Rate now minus rate before."""
        return self.now - self.before

    @property
    def mix(self) -> float:
        """What the change of the mix explains."""
        return sum(part.mix for part in self.parts)

    @property
    def rate(self) -> float:
        """What the change of the parts' own rates explains."""
        return sum(part.rate for part in self.parts)


def kitagawa(before: Mapping[str, Counts], now: Mapping[str, Counts]) -> Decomposition | None:
    """Split the difference of two rates; the mappings go from part to (wrong orders, orders). None where one is empty.

    For each part: mix = change of share * (mean rate - overall mean rate), rate = mean share * change of rate. The overall
    mean is taken off so that a part that grows counts as bad only if it is worse than the rest; the shares add up to 1, so
    the sum stays exact. A part that is missing on one side has no rate there: its whole effect is mix.
    """
    total_before, total_now = (sum(n for _, n in side.values()) for side in (before, now))
    if not total_before or not total_now:
        return None
    first, second = (
        sum(x for x, _ in side.values()) / total for side, total in ((before, total_before), (now, total_now))
    )
    middle = (first + second) / 2
    parts = [
        _part(name, before.get(name, (0, 0)), now.get(name, (0, 0)), (total_before, total_now), middle)
        for name in sorted({*before, *now})
    ]
    return Decomposition(first, second, tuple(sorted(parts, key=lambda p: -abs(p.effect))))


def _part(name: str, before: Counts, now: Counts, totals: Counts, middle: float) -> Part:
    share, share_now = before[1] / totals[0], now[1] / totals[1]
    rate = before[0] / before[1] if before[1] else None
    rate_now = now[0] / now[1] if now[1] else None
    known = [r for r in (rate, rate_now) if r is not None]
    mean = sum(known) / len(known) if known else 0.0
    change = rate_now - rate if rate is not None and rate_now is not None else 0.0
    return Part(name, (share_now - share) * (mean - middle), (share + share_now) / 2 * change)
