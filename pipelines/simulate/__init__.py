"""A company that never was: raw files as an order system would export them, with the truth beside them.

It knows nothing of rules or models; the product is judged on what it writes.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.simulate.book import draw_book
from pipelines.simulate.company import load_company
from pipelines.simulate.copies import copy_orders
from pipelines.simulate.discovery import discover
from pipelines.simulate.files import FileFormat, write_files
from pipelines.simulate.masters import make_masters
from pipelines.simulate.mishaps import after_timeline, assign_kinds, before_timeline
from pipelines.simulate.timeline import cut_at_end, draw_timeline


@dataclass(frozen=True, slots=True)
class SimulationSummary:
    """What was written: orders, errors that stand in the files, errors corrected before the end, decoys."""

    orders: int
    planted: int
    corrected: int
    decoys: int


def simulate(
    orders: int, out: Path, seed: int = 7, company: Path | None = None, file_format: FileFormat = "csv"
) -> SimulationSummary:
    """Simulate `orders` orders into files below `out`. The same seed and company give the same files."""
    habits = load_company(company)
    rng = np.random.default_rng(seed)
    book = draw_book(habits, make_masters(habits, orders, rng), orders, rng)
    assign_kinds(book)
    copy_orders(book)
    before_timeline(book)
    timeline = draw_timeline(book)
    after_timeline(book, timeline)
    discover(book, timeline)
    cut_at_end(book, timeline)
    write_files(book, timeline, out, file_format)
    return SimulationSummary(orders, len(book.planted), len(book.corrected), len(book.decoys))
