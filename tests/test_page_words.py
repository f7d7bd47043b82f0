"""Small words of pages: what was assumed and where, durations whose limits are not known."""

import pytest

from dashboard.assumption_list import sentence
from dashboard.stage_cards import told as quantile_told
from models.statistics.survival import QuantileEstimate


@pytest.mark.parametrize(
    ("row", "systems", "told"),
    [
        (("field", "order_lines.requested_delivery_date", "3 values could not be read"), 1, "**Order lines, requested delivery date**: 3 values could not be read"),
        (("zone", "main", "times without a zone were taken as UTC"), 1, "**Times**: Times without a zone were taken as UTC"),
        (("zone", "crm", "times without a zone were taken as UTC"), 2, "**Times, crm**: Times without a zone were taken as UTC"),
        (("profile", "olist", "Names stay."), 1, "**Profile olist**: Names stay."),
        (("file", "a_b.csv", "kept but not used: x (3)"), 1, "**a_b.csv**: Kept but not used: x (3)"),
        (("unknown_activities", "stages", "“A” belongs to no stage"), 1, "**Stages**: “A” belongs to no stage"),
    ],
)  # fmt: skip
def test_an_assumption_is_a_sentence_with_its_place(row: tuple[str, str, str], systems: int, told: str) -> None:
    assert sentence(dict(zip(("about", "subject", "text"), row, strict=True)), systems) == told


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (None, None, "15\u00a0d"),
        (12 * 86_400, None, "15\u00a0d (over 12\u00a0d)"),
        (12 * 86_400, 18 * 86_400, "15\u00a0d (12\u00a0d – 18\u00a0d)"),
    ],
)
def test_a_limit_that_is_not_known_is_not_written_as_a_dash(low: float | None, high: float | None, told: str) -> None:
    assert quantile_told(QuantileEstimate(15 * 86_400, low, high), 86_400) == told
