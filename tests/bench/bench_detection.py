"""How well planted errors are found: every kind over seeds and company files, each simulated, run and scored by itself.

uv run python -m tests.bench.bench_detection [--orders 100000] [--seeds 1 2 3] [--companies FILE...] [--json FILE]

The default company is called `default`; without --companies it is measured with the other one of data/company and the third
one beside this file.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COMPANIES = (
    "default",
    str(ROOT / "data" / "company" / "other.yaml"),
    str(Path(__file__).with_name("third_company.yaml")),
)
COUNTS = ("planted", "found", "false_positives", "collateral")
_MAIN = "from pipelines.cli import main; raise SystemExit(main())"
# Scores of open orders tell nothing of what the rules find, and training is the longest step of a first run.
_WITHOUT_SCORES = "import models.risk.score as score; score.score_orders = lambda *_: None; " + _MAIN


def main() -> int:
    options = _options()
    results = []
    for company in options.companies:
        for seed in options.seeds:
            with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
                results.append(_measure(company, seed, options.orders, Path(folder)))
            print(as_text(results[-1:]), flush=True)
    print(as_text(results))
    if options.json:
        options.json.write_text(json.dumps(results, indent=2), encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--companies", nargs="+", default=list(COMPANIES))
    parser.add_argument("--scratch", type=Path, default=None)
    parser.add_argument("--json", type=Path, default=None)
    return parser.parse_args()


def _measure(company: str, seed: int, orders: int, folder: Path) -> dict[str, Any]:
    """The scoreboard of one simulated company, with its name and seed."""
    own = [] if company == "default" else ["--company", company]
    _orderproof("simulate", "--orders", str(orders), "--seed", str(seed), "--out", str(folder / "files"), *own)
    _orderproof("run", str(folder / "files"), "--home", str(folder / "home"), program=_WITHOUT_SCORES)
    truth = str(folder / "files" / "truth")
    board = json.loads(_orderproof("scoreboard", "--truth", truth, "--home", str(folder / "home"), "--json"))
    return {**board, "company": Path(company).stem, "seed": seed, "orders": orders}


def _orderproof(*arguments: str, program: str = _MAIN) -> str:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout


def as_text(results: list[dict[str, Any]]) -> str:
    """One row a kind, summed over the results, as a Markdown table."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for kind in (kind for result in results for kind in result["kinds"]):
        for name in COUNTS:
            sums[kind["kind"]][name] += kind[name]
        for verdict, count in kind["origin"].items():
            sums[kind["kind"]][verdict] += count
    told = ", ".join(f"{result['company']} seed {result['seed']}" for result in results)
    head = [
        f"{results[0]['orders']:,} orders each: {told}", "",
        "| kind | planted | found | recall | false positives | precision | collateral | origin right / wrong / unknown |",
        "|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    return "\n".join([*head, *(_row(kind, sums[kind]) for kind in sorted(sums) if sums[kind]["planted"])])


def _row(kind: str, count: dict[str, int]) -> str:
    found, planted, wrong = count["found"], count["planted"], count["false_positives"]
    recall, precision = 100 * found / planted, 100 * found / max(1, found + wrong)
    origin = f"{count['right']} / {count['wrong']} / {count['unknown']}"
    return f"| {kind} | {planted} | {found} | {recall:.1f} % | {wrong} | {precision:.1f} % | {count['collateral']} | {origin} |"


if __name__ == "__main__":
    sys.exit(main())
