"""The whole run at several sizes, step by step, beside the floor (tests/bench/floor.sql), then a day's batch on top.

The day is the last orders of the same company, with all that happened to older orders since the first of them.
Seconds are wall time of whole processes, imports included: they take place while the files are read. A batch is also told without the
copy of the snapshot, which is a matter of the disk.

uv run python -m tests.bench.bench_run [--sizes 10000 100000 1000000] [--days 540 540 5400] [--batch 3000] [--json FILE]

`--days` is how long the company of each size has been at work, up to the same last day. With days that grow as the orders do, the
history is longer; with the same days (the default), the company is bigger, and so are its days and its number of open orders.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import duckdb

from pipelines.settings import open_home
from pipelines.simulate.company import load_company
from pipelines.warehouse import open_snapshot, require_snapshot
from tests.days import split

FLOOR = Path(__file__).with_name("floor.sql")
_DAYS = load_company(None).days
# Measures a whole process from outside: seconds on the wall and peak resident memory in MB.
_MEASURE = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
_SIMULATE = "from pathlib import Path; from pipelines.simulate import simulate; simulate"


def main() -> int:
    options = _options()
    results = []
    for orders, days in zip(options.sizes, options.days or [_DAYS] * len(options.sizes), strict=True):
        with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
            results.append(_measure(orders, options.batch, Path(folder), days))
            print(_as_text(results[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2), encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--days", type=int, nargs="+", help="days of history, one for each size")
    parser.add_argument("--batch", type=int, default=3_000)
    parser.add_argument("--scratch", type=Path, default=None)
    parser.add_argument("--json", type=Path, default=None)
    return parser.parse_args()


def _measure(orders: int, batch: int, folder: Path, days: int = _DAYS) -> dict[str, object]:
    files, history, day, home = (folder / name for name in ("files", "history", "day", "home"))
    company = _company(folder, days)
    # In a process of its own: a child inherits the peak memory of the process that started it.
    subprocess.run(
        [sys.executable, "-c", f"{_SIMULATE}({orders}, Path({str(files)!r}), 1, Path({company!r}), 'parquet')"],
        check=True,
    )
    split(files, history, day, min(batch, orders // 2))
    floor = _floor(history, folder / "floor.duckdb")
    whole = _run(history, home)
    steps = _steps(home)
    added = _run(day, home)
    batch_steps = _steps(home)
    copied = next(float(str(step["seconds"])) for step in batch_steps if step["step"] == "copy")
    return {
        "orders": orders,
        "days": days,
        "actions": _count(home, "core.user_actions"),
        "floor": floor,
        "run": whole,
        "ratio": round(whole["seconds"] / floor["seconds"], 2),
        "steps": steps,
        "batch_orders": min(batch, orders // 2),
        "batch": added,
        "batch_beyond": round(added["seconds"] - copied, 2),
        "batch_steps": batch_steps,
    }


def _company(folder: Path, days: int) -> str:
    """The path of a company file: the default company, at work for so many days until its usual last one."""
    usual = load_company(None)
    start = usual.start + timedelta(days=usual.days - days)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "company.yaml"
    path.write_text(f"start: {start}\ndays: {days}\n", encoding="utf-8")
    return str(path)


def _floor(files: Path, database: Path) -> dict[str, float]:
    script = (
        f"import duckdb; con = duckdb.connect({str(database)!r}); "
        f"con.execute(open({str(FLOOR)!r}).read().replace('{{folder}}', {str(files)!r})); con.close(); {_MEASURE}"
    )
    return _timed([sys.executable, "-c", script])


def _run(files: Path, home: Path) -> dict[str, float]:
    arguments = ["run", str(files), "--profile", "canonical", "--home", str(home)]
    script = f"import sys; from pipelines.cli import main; code = main({arguments!r}); {_MEASURE}; sys.exit(code)"
    return _timed([sys.executable, "-c", script])


def _timed(command: list[str]) -> dict[str, float]:
    started = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    return {"seconds": round(seconds, 2), "peak_mb": round(float(done.stdout.strip().splitlines()[-1]), 0)}


def _steps(home: Path) -> list[dict[str, object]]:
    with open_snapshot(require_snapshot(open_home(home))) as con:
        last = "(SELECT max(run_id) FROM meta.run)"
        rows = con.execute(
            f"SELECT step, seconds, peak_mb FROM meta.steps WHERE run_id = {last} ORDER BY rowid"
        ).fetchall()
    return [{"step": step, "seconds": seconds, "peak_mb": peak} for step, seconds, peak in rows]


def _count(home: Path, table: str) -> int:
    with duckdb.connect(str(require_snapshot(open_home(home)).path), read_only=True) as con:
        row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def _as_text(result: dict[str, object]) -> str:
    lines = [f"{result['orders']:,} orders in {result['days']:,} days, {result['actions']:,} actions"]
    lines += [f"  {name:<10} {result[name]}" for name in ("floor", "run", "ratio", "batch", "batch_beyond")]
    for title in ("steps", "batch_steps"):
        steps = result[title]
        assert isinstance(steps, list)
        lines += [f"  {title}:"] + [f"    {s['step']:<10} {s['seconds']:8.2f} s {s['peak_mb']:8.0f} MB" for s in steps]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
