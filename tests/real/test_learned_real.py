"""What is learned from a table finds its wrong cells: a floor under the published figures, which were measured once (docs/learned.md).

The thresholds are those that ship; the floors lie below the first figures by what a change of a tie or of a version may cost, and are
no goal to tune towards: `clean.csv` is opened to compare and for nothing else.
"""

from pathlib import Path

import pytest

from tests.bench.bench_learned import Score, scores

# precision, recall, share of the found wrong cells whose suggestion is the clean text
FLOORS = {"hospital": (0.99, 0.95, 0.85), "beers": (0.99, 0.99, 0.40)}


@pytest.mark.parametrize("name", FLOORS)
def test_learned_rules_find_the_wrong_cells_of_a_table(name: str, real_data: Path) -> None:
    score: Score = scores(real_data / "raha" / name)["both"]
    precision, recall, mended = FLOORS[name]
    assert score.precision >= precision, score
    assert score.recall >= recall, score
    assert score.mended >= mended * score.right, score
