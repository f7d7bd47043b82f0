"""Rules about the process: what the company laid down and what the data show, what breaks it, and what just does not."""

import pytest

from tests.test_process_rules import STAGES, prepared
from tests.test_rules import findings

ANY_ACTION = "INSERT INTO core.user_actions BY NAME SELECT 'x' AS action_id;"


@pytest.mark.parametrize(
    ("laid_down", "found"),
    [
        ("", 0),  # shipping came first in one order of ten: the source does that
        ("INSERT INTO meta.stage_order VALUES ('shipping', 7, 'approval')", 40),
        ("INSERT INTO meta.stage_order VALUES ('shipping', 7, 'entry')", 0),
        ("INSERT INTO meta.stage_order VALUES ('shipping', 7, NULL)", 0),
    ],
)
def test_the_order_of_stages_that_was_laid_down_counts_whatever_is_usual(laid_down: str, found: int) -> None:
    con = prepared(ANY_ACTION + STAGES)
    early = "UPDATE marts.stage_facts SET entered_at = entered_at - INTERVAL 25 HOUR WHERE stage = 'shipping'"
    con.execute(f"{early} AND order_id LIKE '%7'; {laid_down}")
    assert len(findings(con, "stage_out_of_order")) == found
