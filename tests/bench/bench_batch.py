"""A day's batch on a copy of a home, by step and by statement: what costs most, in seconds of the processors.

uv run python -m tests.bench.bench_batch --home HOME --files FOLDER [--profile canonical] [--dearest 40] [--json FILE] [--against FILE]

HOME is left as it is, and has to be one from before the day. Of a home that holds the day already, copy all but the snapshots,
then the one before the day with its mark (`.published`), and that mark once more as CURRENT. Where another edition of the
program made it, the run builds everything anew. To measure a batch all the same, where no table has changed, tell the copy's
snapshot that it is of this one: `UPDATE meta.run SET product_version = '...'`, with what `pipelines.edition.edition()` says.

`--json` keeps the seconds of each statement; `--against` names such a file (of a smaller history, or of an earlier program),
and the statements are shown by how much more they took than there.
"""

import argparse
import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from pipelines.cli import main as orderproof
from pipelines.settings import open_home
from pipelines.warehouse import open_snapshot, require_snapshot

Seconds = dict[str, float]
_RUN_ID = re.compile(r"\d{8}T\d{12}Z")


class Timed:
    """A connection (or a relation) whose statements are timed, fetching included."""

    def __init__(self, inner: Any, seconds: Seconds, query: str = "") -> None:
        self._inner, self._seconds, self._query = inner, seconds, query

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        return self._timed(name, found) if callable(found) else found

    def __enter__(self) -> "Timed":
        self._inner.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        self._inner.__exit__(*raised)

    def _timed(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            if name in ("execute", "sql"):
                self._query = _RUN_ID.sub("RUN", " ".join(str(arguments[0]).split()))
            started = time.process_time()
            try:
                result = call(*arguments, **named)
            finally:
                self._seconds[self._query] = self._seconds.get(self._query, 0.0) + time.process_time() - started
            wraps = isinstance(result, duckdb.DuckDBPyConnection | duckdb.DuckDBPyRelation)
            return Timed(result, self._seconds, self._query) if wraps else result

        return run


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
        home = Path(folder) / "home"
        shutil.copytree(options.home, home)
        seconds, total = _run(home, options.files, options.profile)
        _print_steps(home)
    print(f"all: {total:.1f} s of the processors, {sum(seconds.values()):.1f} s of it in {len(seconds):,} statements")
    before: Seconds = json.loads(options.against.read_text(encoding="utf-8")) if options.against else {}
    for query in sorted(seconds, key=lambda query: before.get(query, 0.0) - seconds[query])[: options.dearest]:
        print(f"{before.get(query, 0.0):7.2f} {seconds[query]:7.2f}  {query[:150]}")
    if options.json:
        options.json.write_text(json.dumps(seconds), encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--files", type=Path, required=True)
    parser.add_argument("--profile", default="canonical")
    parser.add_argument("--dearest", type=int, default=40)
    parser.add_argument("--scratch", type=Path, default=None)
    parser.add_argument("--json", type=Path, default=None)
    parser.add_argument("--against", type=Path, default=None)
    return parser.parse_args()


def _run(home: Path, files: Path, profile: str) -> tuple[Seconds, float]:
    """Seconds of each statement, and of the whole run."""
    seconds: Seconds = {}
    connect = duckdb.connect
    duckdb.connect = lambda *given, **named: Timed(connect(*given, **named), seconds)  # type: ignore[assignment]
    started = time.process_time()
    try:
        code = orderproof(["run", str(files), "--profile", profile, "--home", str(home)])
    finally:
        duckdb.connect = connect
    if code:
        raise SystemExit(code)
    return seconds, time.process_time() - started


def _print_steps(home: Path) -> None:
    with open_snapshot(require_snapshot(open_home(home))) as con:
        last = "(SELECT max(run_id) FROM meta.run)"
        for step, wall in con.execute(f"SELECT step, seconds FROM meta.steps WHERE run_id = {last}").fetchall():
            print(f"  {step:<10} {wall:7.2f} s on the wall")


if __name__ == "__main__":
    sys.exit(main())
