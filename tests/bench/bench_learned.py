"""How well what is learned from a table finds its wrong cells: `bench_learned.py DIR...`, each with dirty.csv and clean.csv.

Every set is read into a fresh home through the profile `one-table`, with the same thresholds. A cell is wrong where dirty and
clean differ as texts; a finding is about the cell of its source line and field. Prints, for the dependencies, the formats
(spellings, notations, shapes and misplaced values) and both: cells found, how many of them are wrong, precision, recall, F1,
and how many suggestions are the clean text.
"""

import argparse
import csv
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.read.exports import frame
from pipelines.run import run
from pipelines.settings import open_home
from pipelines.warehouse import current_snapshot, open_snapshot

Cell = tuple[int, str]
GROUPS = {
    "dependencies": ("records_learned_dependency",),
    "formats": ("records_table_format", "records_table_spelling"),
    "both": ("records_learned_dependency", "records_table_format", "records_table_spelling"),
}


@dataclass(frozen=True, slots=True)
class Score:
    """Cells found, those of them that are wrong, suggestions that are the clean text, and all wrong cells."""

    found: int
    right: int
    mended: int
    wrong: int

    @property
    def precision(self) -> float:
        """Share of the found cells that are wrong; 1 where nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the wrong cells that were found; 1 where nothing is wrong."""
        return self.right / self.wrong if self.wrong else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def wrong_cells(folder: Path) -> dict[Cell, str]:
    """(line in dirty.csv, column) -> clean text, for every cell that differs. The files name the same rows in one order."""
    dirty, clean = (list(_rows(folder / name)) for name in ("dirty.csv", "clean.csv"))
    header = dirty[0][1]
    return {
        (line, column): right
        for (line, cells), (_, rights) in zip(dirty[1:], clean[1:], strict=True)
        for column, cell, right in zip(header, cells, rights, strict=True)
        if cell != right
    }


def findings(dirty: Path) -> list[tuple[str, Cell, str]]:
    """(rule, cell, suggested text) of every open finding about a table that is read into a fresh home."""
    with tempfile.TemporaryDirectory() as folder:
        home = open_home(Path(folder) / "home", create=True)
        run([dirty], home, "one-table")
        snapshot = current_snapshot(home)
        assert snapshot is not None
        with open_snapshot(snapshot) as con:
            rows = frame(con, "defects")
    return [
        (rule, (line, field), suggested or "")
        for rule, line, field, suggested, resolved in rows.select(
            "rule", "source_line", "field", "suggested", "resolution"
        ).iter_rows()
        if resolved is None
    ]


def scores(folder: Path) -> dict[str, Score]:
    """The score of each group of rules on one set."""
    truth, found = wrong_cells(folder), findings(folder / "dirty.csv")
    return {group: _score([item for item in found if item[0] in rules], truth) for group, rules in GROUPS.items()}


def _score(found: Sequence[tuple[str, Cell, str]], truth: dict[Cell, str]) -> Score:
    suggested = {cell: text for _, cell, text in found}
    right = suggested.keys() & truth.keys()
    return Score(len(suggested), len(right), sum(suggested[cell] == truth[cell] for cell in right), len(truth))


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins, from 1."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.reader(handle)
        line = 1
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1


def main() -> None:
    """Print one table a set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="+")
    for folder in parser.parse_args().folder:
        print(
            f"\n{folder.name}\n{'':14}{'found':>8}{'right':>8}{'wrong':>8}{'precision':>11}{'recall':>9}{'F1':>8}{'mended':>9}"
        )
        for group, score in scores(folder).items():
            print(
                f"{group:14}{score.found:8,}{score.right:8,}{score.wrong:8,}{score.precision:11.3f}{score.recall:9.3f}"
                f"{score.f1:8.3f}{score.mended:9,}"
            )


if __name__ == "__main__":
    main()
