"""Rows of cells as lines of text."""

from collections.abc import Sequence

Row = tuple[str, ...]


def percent(share: float | None) -> str:
    """A share as percent with one decimal; a dash where there is none."""
    return "-" if share is None else f"{100 * share:.1f} %"


def aligned(rows: Sequence[Row], left: int = 1) -> list[str]:
    """Columns as wide as their widest cell; the first `left` of them flush left, the others flush right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
