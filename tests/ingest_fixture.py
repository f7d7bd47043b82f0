"""Small files through landing and loading, and what became of them, told without file numbers or run ids."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.ingest import zones
from pipelines.ingest.dispositions import check_balance
from pipelines.ingest.landing import land
from pipelines.ingest.load import LoadResult, load_batches
from pipelines.ingest.schema import create_schema
from pipelines.settings import Home, open_home
from pipelines.sources.profile_files import load_profile
from pipelines.warehouse import open_work_file


def new_home(folder: Path, profile: str | None = None) -> Home:
    """A home folder; `profile` is the text of the company's own profile, called `own`."""
    home = open_home(folder, create=True)
    if profile is not None:
        (home.config / "profiles").mkdir()
        (home.config / "profiles" / "own.yaml").write_text(profile, encoding="utf-8")
    return home


FULL_LIST = """
name: own
system: tea
zone: UTC
feeds:
  - name: list
    files: ["list*"]
    kind: full
    read: {skip_rows: 1}
    entities:
      - entity: order_lines
        columns: {line_id: {expr: '"No" || chr(45) || "Item"'}, order_id: No, sku: Item}
      - entity: orders
        collapse: {default: constant}
        columns: {order_id: No, ordered_at: Day, customer_id: Customer}
"""
"""A list of orders, one row a line, of which every extract is whole."""

COMPARED = ("orders", "order_lines", "user_actions", "order_changes")


class Warehouse:
    """A work file that loads paths run by run."""

    def __init__(self, home: Home, profile: str = "canonical") -> None:
        self.home = home
        self.profile = load_profile(profile, home)
        self.con = open_work_file(home, "test")
        create_schema(self.con)
        self.runs = 0

    def __enter__(self) -> "Warehouse":
        return self

    def __exit__(self, *_: object) -> None:
        self.con.close()

    def load(self, *paths: Path) -> LoadResult:
        """One run over these paths; proves that the dispositions add up."""
        self.runs += 1
        batches = [land(path, way, self.home) for path in paths for way in self.profile.readings(path)]
        home = zones.settle(self.con, self.home, self.profile, batches)
        result = load_batches(self.con, batches, self.profile, f"run{self.runs}", home.settings, self.runs == 1)
        zones.note(self.con, home, zones.source_zones(self.con, self.profile, []))
        check_balance(self.con)
        return result

    def rows(self, query: str, *params: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.con.execute(query, list(params)).fetchall()

    def one(self, query: str, *params: Any) -> Any:
        """The single value of a query."""
        (row,) = self.rows(query, *params)
        return row[0]

    def counts(self) -> dict[str, tuple[int, ...]]:
        """By file: rows read, accepted, quarantined, duplicate, superseded, ignored."""
        found = self.rows(
            "SELECT file, rows_read, accepted, quarantined, duplicate, superseded, ignored FROM meta.files"
        )
        return {row[0]: row[1:] for row in found}

    def picture(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that must not depend on the order of arrival."""
        return {
            "files": sorted(
                self.rows(
                    "SELECT file, recorded_at, rows_read, accepted, duplicate, superseded, ignored FROM meta.files"
                )
            ),
            "dispositions": sorted(
                self.rows(
                    "SELECT f.file, d.line, d.disposition FROM ingest.row_dispositions d JOIN meta.files f USING (file_no)"
                )
            ),
            **{f"{schema}.{name}": self._records(schema, name) for schema in ("core", "history") for name in COMPARED},
            "now": self.rows("SELECT data_until FROM meta.now"),
            "unreadable": sorted(
                self.rows(
                    "SELECT f.file, u.line, entity, record_key, column_name, raw FROM ingest.unreadable u JOIN meta.files f USING (file_no)"
                ),
                key=str,
            ),
            "conflicts": sorted(self._conflicts(), key=str),
            "entities": sorted(self.rows("FROM meta.entities")),
        }

    def _records(self, schema: str, name: str) -> list[tuple[Any, ...]]:
        query = (
            f"SELECT f.file, r.* EXCLUDE (_file_no) FROM {schema}.{name} r JOIN meta.files f ON f.file_no = r._file_no"
        )
        return sorted(self.rows(query), key=str)

    def _conflicts(self) -> list[tuple[Any, ...]]:
        return self.rows(
            "SELECT entity, record_key, column_name, a.file, kept_line, b.file, other_line FROM ingest.conflicts c "
            "JOIN meta.files a ON a.file_no = kept_file_no JOIN meta.files b ON b.file_no = other_file_no"
        )


def write_csv(path: Path, header: str, rows: Sequence[str]) -> Path:
    """A CSV file of these lines."""
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path
