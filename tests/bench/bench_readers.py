"""Reading beside its floor: the same file through DuckDB's own read_csv to Parquet, without line numbers or checks.

Run: python tests/bench/bench_readers.py [--rows 1000000]
"""

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import duckdb

from pipelines.sources.readers import read_file
from pipelines.sources.table import ReadOptions

TABLE = """
SELECT 'SO' || lpad(CAST(i // 5 AS VARCHAR), 9, '0') AS order_id, i AS line_id, 'P-' || (i * 7919 % 5000) AS sku,
       i % 17 + 1 AS quantity, round((i * 31 % 99991) / 100.0, 2) AS price,
       TIMESTAMP '2024-01-01' + to_seconds(i * 3) AS entered_at, 'user' || (i % 60) AS user_id,
       '{customer} ' || (i % 3000) AS customer, CASE WHEN i % 9 > 0 THEN 'note ' || i END AS note, 'open' AS status
FROM range({rows}) AS t(i)
"""


def main() -> None:
    """Make the files, time each reader in a process of its own, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        files = make_files(Path(folder), rows)
        floor = measured(bare, files["clean csv"])
        print(f"{rows:,} rows x 10 columns\n{'file':24}{'MB':>7}{'seconds':>9}{'cpu':>7}{'peak MB':>9}{'x floor':>9}")
        show("bare DuckDB read_csv", files["clean csv"], floor, floor)
        for name, path in files.items():
            show(name, path, measured(ours, path), floor)


def make_files(folder: Path, rows: int) -> dict[str, Path]:
    """The same table as different files, by what is special about them."""
    names = ["clean csv", "csv, quoted line ends", "csv, a ragged row", "csv in gb18030", "json lines", "parquet"]
    suffixes = ("csv", "csv", "csv", "csv", "jsonl", "parquet")
    files = {n: folder / f"{i}.{suffix}" for i, (n, suffix) in enumerate(zip(names, suffixes, strict=True))}
    with duckdb.connect() as con:
        table = TABLE.format(rows=rows, customer="Customer")
        con.execute(f"COPY ({table}) TO '{files['clean csv']}' (FORMAT csv, HEADER)")
        con.execute(f"COPY ({table}) TO '{files['json lines']}' (FORMAT json)")
        con.execute(f"COPY ({table}) TO '{files['parquet']}' (FORMAT parquet)")
    text = files["clean csv"].read_text(encoding="utf-8")
    half = text.index("\n", len(text) // 2) + 1
    for name, line in (("csv, quoted line ends", '1,2,3,4,5,6,7,8,"two\nlines",10\n'), ("csv, a ragged row", "1,2\n")):
        files[name].write_text(text[:half] + line + text[half:], encoding="utf-8")
    files["csv in gb18030"].write_text(text.replace("Customer", "上海远东贸易"), encoding="gb18030")
    return files


def ours(path: Path) -> int:
    """Read with line numbers and checks; rows."""
    with tempfile.TemporaryDirectory() as out:
        return sum(table.rows_read for table in read_file(path, ReadOptions(), Path(out)))


def bare(path: Path) -> int:
    """DuckDB alone; rows."""
    with tempfile.TemporaryDirectory() as out, duckdb.connect() as con:
        scan = f"read_csv('{path}', all_varchar = true)"
        con.execute(f"COPY (SELECT * FROM {scan}) TO '{out}/o.parquet' (FORMAT parquet, COMPRESSION zstd)")
        return int(con.execute(f"SELECT count(*) FROM '{out}/o.parquet'").fetchall()[0][0])


def measured(work: Callable[[Path], int], path: Path) -> tuple[float, float, int]:
    """(seconds, processor seconds, peak MB) of the work in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_timed, work, path).result()


def _timed(work: Callable[[Path], int], path: Path) -> tuple[float, float, int]:
    started, cpu = time.perf_counter(), time.process_time()
    work(path)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    # Not getrusage: its maximum starts with what the parent process held.
    peak = int(status.split("VmHWM:")[1].split()[0]) // 1024
    return time.perf_counter() - started, time.process_time() - cpu, peak


def show(name: str, path: Path, cost: tuple[float, float, int], floor: tuple[float, float, int]) -> None:
    """One line of the table; the ratio is of processor seconds, which others on the machine disturb least."""
    seconds, cpu, peak = cost
    size = path.stat().st_size / 1e6
    print(f"{name:24}{size:7.0f}{seconds:9.1f}{cpu:7.1f}{peak:9}{cpu / floor[1]:9.1f}", flush=True)


if __name__ == "__main__":
    main()
