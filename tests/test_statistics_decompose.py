"""Kitagawa's split, against figures worked by hand and against its own promise: the parts add up."""

import numpy as np
import pytest

from models.statistics.decompose import kitagawa


def test_by_hand() -> None:
    # before: phone 10 % of 100, EDI 2 % of 900 -> 28/1000; now: phone 10 % of 300, EDI 2 % of 700 -> 44/1000. Only mix.
    found = kitagawa({"phone": (10, 100), "edi": (18, 900)}, {"phone": (30, 300), "edi": (14, 700)})
    assert found is not None
    assert found.difference == pytest.approx(0.016)
    assert (found.mix, found.rate) == (pytest.approx(0.016), pytest.approx(0.0))
    # phone: share +.2, mean rate .1, overall mean .036
    assert {p.name: p.mix for p in found.parts}["phone"] == pytest.approx(0.2 * (0.1 - 0.036))


def test_only_the_rate_moved() -> None:
    found = kitagawa({"a": (10, 500), "b": (10, 500)}, {"a": (30, 500), "b": (10, 500)})
    assert found is not None
    assert [(p.name, p.mix, p.rate) for p in found.parts] == [("a", 0, pytest.approx(0.02)), ("b", 0, 0)]


def test_parts_add_up_whatever_the_counts() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        sides = []
        for _ in range(2):
            sizes = rng.integers(0, 500, 6)
            sides.append({f"p{i}": (float(rng.binomial(n, 0.1)), float(n)) for i, n in enumerate(sizes) if n % 5})
        found = kitagawa(*sides)
        if found is not None:
            assert sum(p.effect for p in found.parts) == pytest.approx(found.difference, abs=1e-12)


def test_a_new_part_is_mix_and_an_empty_side_is_nothing() -> None:
    found = kitagawa({"old": (5, 100)}, {"old": (5, 100), "new": (20, 100)})
    assert found is not None
    new = next(p for p in found.parts if p.name == "new")
    assert new.rate == 0 and new.mix > 0
    assert found.difference == pytest.approx(0.125 - 0.05)
    assert kitagawa({}, {"a": (1, 2)}) is None and kitagawa({"a": (0, 0)}, {"a": (1, 2)}) is None
