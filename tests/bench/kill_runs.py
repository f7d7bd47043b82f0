"""Twenty runs killed at random moments; the published snapshot stays readable and one more run ends as if undisturbed.

uv run python tests/bench/kill_runs.py [--kills 20] [--orders 2000] [--seed 1]
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from pipelines.settings import open_home
from pipelines.simulate import simulate
from pipelines.warehouse import current_snapshot

# Everything a user sees that must not depend on how often a run was interrupted; run stamps excepted.
FINGERPRINTS = {
    "orders": "SELECT count(*), bit_xor(hash(o)) FROM core.orders o",
    "order_lines": "SELECT count(*), bit_xor(hash(o)) FROM core.order_lines o",
    "order_facts": "SELECT count(*), bit_xor(hash(o)) FROM marts.order_facts o",
    "stage_facts": "SELECT count(*), bit_xor(hash(o)) FROM marts.stage_facts o",
    "defects": "SELECT count(*), bit_xor(hash(defect_id)) FROM ledger.defects",
    "files": "SELECT count(*), sum(accepted), sum(duplicate), sum(superseded), sum(quarantined) FROM meta.files",
}


def main() -> int:
    options = _options()
    random.seed(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        return _trial(Path(folder), options.kills, options.orders)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _trial(folder: Path, kills: int, orders: int) -> int:
    first, second = folder / "first", folder / "second"
    simulate(orders, first, 1)
    simulate(orders, second, 2)
    undisturbed, disturbed = folder / "undisturbed", folder / "disturbed"
    seconds = _whole(first, undisturbed)
    seconds = max(seconds, _whole(second, undisturbed))
    _whole(first, disturbed)
    before = _fingerprint(disturbed)
    for number in range(kills):
        after = _killed(second, disturbed, random.uniform(0.2, seconds))
        if _fingerprint(disturbed) not in (before, _fingerprint(undisturbed)):
            print(f"kill {number + 1}: the readable snapshot is neither the old nor the new one")
            return 1
        print(f"kill {number + 1:2d} after {after:5.1f} s: snapshot readable")
    _whole(second, disturbed)
    same = _fingerprint(disturbed) == _fingerprint(undisturbed)
    print(f"after one more run: {'the same result as undisturbed' if same else 'A DIFFERENT RESULT'}")
    return 0 if same else 1


def _command(files: Path, home: Path) -> list[str]:
    return [sys.executable, "-m", "pipelines.cli", "run", str(files), "--profile", "canonical", "--home", str(home)]


def _whole(files: Path, home: Path) -> float:
    started = time.perf_counter()
    subprocess.run(_command(files, home), check=True, capture_output=True)
    return time.perf_counter() - started


def _killed(files: Path, home: Path, after: float) -> float:
    process = subprocess.Popen(_command(files, home), stderr=subprocess.DEVNULL, start_new_session=True)
    time.sleep(after)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return after


def _fingerprint(home: Path) -> dict[str, list[tuple[object, ...]]]:
    snapshot = current_snapshot(open_home(home))
    if snapshot is None:
        raise SystemExit(f"no readable snapshot in {home}")
    with duckdb.connect(str(snapshot.path), read_only=True) as con:
        return {name: con.execute(query).fetchall() for name, query in FINGERPRINTS.items()}


if __name__ == "__main__":
    sys.exit(main())
