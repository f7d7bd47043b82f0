"""All rules together over all orders, beside the same predicates as bare SQL in one pass (rules_floor.sql), in one run.

Works on a copy of the home's snapshot, with the home's rules, as a full check does: the norms that each run measures, then every
rule's query, two at a time as a run does it. What is measured at the first run, or once the orders have grown by a tenth, is there for
both and told apart, and so is what comes after the rules. Seconds are of the wall and of all processors; on a busy machine compare
the second. With --each the rules are run once more, one by one, to see what each of them takes.

uv run python -m tests.bench.bench_rules --home HOME [--scratch DIR] [--times 1] [--each] [--json FILE]
"""

import argparse
import json
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from expectations import ledger
from expectations.catalogue import load_rules
from expectations.engine import RuleRun, look_at
from expectations.learned.learner import Learner
from expectations.measure import begin_norms, measure_norms
from expectations.norms import needed_by, norms
from expectations.rule import Rule
from expectations.side_by_side import run_all
from pipelines import scope
from pipelines.settings import Home, open_home
from pipelines.warehouse import require_snapshot

FLOOR = Path(__file__).with_name("rules_floor.sql")
_SHOWN = 25
_TIMEOUT = 120.0


@dataclass(slots=True)
class Costs:
    """Seconds by name, on the wall and of all processors."""

    wall: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, work: Callable[[], object]) -> None:
        """Do the work and note what it took, under its name."""
        started, worked = time.perf_counter(), time.process_time()
        work()
        self.wall[name] = self.wall.get(name, 0.0) + time.perf_counter() - started
        self.cpu[name] = self.cpu.get(name, 0.0) + time.process_time() - worked

    @property
    def total(self) -> tuple[float, float]:
        """Seconds of all together: wall, processors."""
        return sum(self.wall.values()), sum(self.cpu.values())


def main() -> None:
    """Measure both on one connection, the floor first; print times, ratio and peak memory."""
    options = _options()
    home = open_home(options.home)
    with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
        con = _copy(home, Path(folder))
        floor = min((_floor(con) for _ in range(options.times)), key=lambda costs: costs.total[1])
        rules = min(
            (_rules(con, home, one_by_one=False) for _ in range(options.times)), key=lambda costs: costs.total[1]
        )
        each = _rules(con, home, one_by_one=True) if options.each else rules
        orders = con.execute("SELECT count(*) FROM core.orders").fetchall()[0][0]
        con.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(_as_text(orders, floor, rules, each, peak))
    if options.json:
        found = {"orders": orders, "floor": floor.total, "rules": rules.total, "peak_mb": peak, "each": each.cpu}
        options.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, default=None)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--each", action="store_true")
    parser.add_argument("--json", type=Path, default=None)
    return parser.parse_args()


def _copy(home: Home, folder: Path) -> duckdb.DuckDBPyConnection:
    path = folder / "orders.duckdb"
    shutil.copyfile(require_snapshot(home).path, path)
    con = duckdb.connect(str(path))
    con.execute("SET enable_progress_bar = false")
    con.execute("SET memory_limit = ?", [home.settings.memory_limit])
    con.execute("SET preserve_insertion_order = false")
    con.execute("SET GLOBAL asof_loop_join_threshold = 0")
    con.execute("SET temp_directory = ?", [str(folder / "spill")])
    scope.show_all(con, "scope")
    scope.show_all(con, "scope", scope.built(con))
    return con


def _floor(con: duckdb.DuckDBPyConnection) -> Costs:
    costs = Costs()
    for number, statement in enumerate(duckdb.extract_statements(FLOOR.read_text(encoding="utf-8"))):
        costs.add(f"statement {number}", lambda statement=statement: con.execute(statement).fetchall())  # type: ignore[misc]
    return costs


def _rules(con: duckdb.DuckDBPyConnection, home: Home, *, one_by_one: bool) -> Costs:
    rules = load_rules(home)
    ledger.begin(con, rules)
    data = look_at(con, "no run", True)
    asking = [rule for rule in rules if all(map(data.has, rule.needs))]
    learner = Learner(con, rules, home.settings.mature_days, full=True)
    needed = needed_by(query for rule in asking for query in rule.queries)
    # Brings up to date what is not measured at each run; right after that, only the rest is measured.
    measure_norms(con, True, needed)
    costs = Costs()
    measure = begin_norms(con, True)
    for norm in [norm for norm in norms() if norm.name in needed]:
        costs.add(f"norm {norm.name}", lambda norm=norm: measure(norm))  # type: ignore[misc]

    def run(rules: Sequence[Rule]) -> None:
        _stop_at_errors(run_all(con, rules, data, _TIMEOUT, learner.prepare, lambda _: None))

    if not one_by_one:
        costs.add(f"{len(asking)} rules", lambda: run(asking))
    for rule in sorted(asking, key=lambda rule: rule.last) if one_by_one else ():
        costs.add(rule.name, lambda rule=rule: run([rule]))  # type: ignore[misc]
    return costs


def _stop_at_errors(runs: Sequence[RuleRun]) -> None:
    for run in runs:
        if run.outcome == "error":
            raise SystemExit(f"{run.rule.name}: {run.reason}")


def _as_text(orders: int, floor: Costs, rules: Costs, each: Costs, peak: float) -> str:
    lines = [
        f"{orders:,} orders, peak memory {peak:,.0f} MB",
        f"{'':36}{'wall':>9}{'cpu':>9}",
    ]
    for name, costs in (("floor", floor), ("all rules", rules)):
        lines.append(f"{name:36}{costs.total[0]:8.1f}s{costs.total[1]:8.1f}s")
    ratios = [all_rules / bare for all_rules, bare in zip(rules.total, floor.total, strict=True)]
    lines += [f"{'all rules / floor':36}{ratios[0]:9.2f}{ratios[1]:9.2f}", "", "What takes longest:"]
    longest = sorted(each.cpu, key=lambda name: -each.cpu[name])[:_SHOWN]
    return "\n".join(lines + [f"  {name:34}{each.wall[name]:8.2f}s{each.cpu[name]:8.2f}s" for name in longest])


if __name__ == "__main__":
    main()
