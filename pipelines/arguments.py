"""The arguments of the command line: every command, what it takes, and what its help says."""

import argparse
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

EXPORTS = (
    "risk", "orders", "defects", "corrections", "errors", "rules", "exceptions", "changes", "trace", "quarantine", "open_visits", "log",
)  # fmt: skip

_LAST_PORT = 65_535


def build_parser() -> argparse.ArgumentParser:
    """All commands with their arguments."""
    parser = argparse.ArgumentParser(
        prog="orderproof",
        description="How often sales orders are wrong, where and why, who touched them, and which are about to be.",
        epilog="Begin with `orderproof demo`, or with files of your own: `orderproof run PATH...`, then `orderproof dashboard`. "
        "`orderproof COMMAND --help` tells what a command takes.",
    )
    parser.add_argument("--version", action="version", version=f"orderproof {version('orderproof')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_demo(commands)
    _add_run(commands)
    _add_dashboard(commands)
    _add_status(commands)
    _add_kpi(commands)
    _add_export(commands)
    _add_rules(commands)
    _add_process(commands)
    _add_accept(commands)
    _add_simulate(commands)
    _add_scoreboard(commands)
    _add_templates(commands)
    return parser


def _add_demo(commands: Any) -> None:
    demo = commands.add_parser("demo", help="a simulated company, everything built, the dashboard opened")
    demo.add_argument("--orders", type=_count, default=10_000, metavar="N", help="orders to simulate (10,000)")
    demo.add_argument("--no-open", action="store_true", help="do not open a browser")
    _add_port(demo)
    _add_home(demo, "demo")


def _add_run(commands: Any) -> None:
    run = commands.add_parser("run", help="read files, check and score the orders, publish the result for the pages")
    run.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="files or folders; none: what was loaded before, judged again",
    )
    run.add_argument("--profile", metavar="NAME|FILE", help="how to read the files; found by itself where it can be")
    run.add_argument("--strict", action="store_true", help="exit with 3 when rows were quarantined")
    run.add_argument("--full-check", action="store_true", help="check and build every order again")
    _add_home(run, "run")


def _add_dashboard(commands: Any) -> None:
    dashboard = commands.add_parser("dashboard", help="serve the dashboard on this machine")
    dashboard.add_argument("--no-open", action="store_true", help="do not open a browser")
    _add_port(dashboard)
    _add_home(dashboard, "dashboard")


def _add_status(commands: Any) -> None:
    status = commands.add_parser(
        "status", help="what arrived, what became of every row, which rules ran, what was assumed"
    )
    status.add_argument("--json", action="store_true", help="one JSON object on standard output")
    _add_home(status, "status")


def _add_kpi(commands: Any) -> None:
    kpi = commands.add_parser("kpi", help="the KPIs that the pages show, whole or by month, channel, ...")
    kpi.add_argument("name", nargs="?", metavar="NAME", help="one KPI; all of them without it")
    kpi.add_argument("--by", metavar="DIMENSION", help="month, week, channel, region, department, ...")
    kpi.add_argument(
        "--as-published",
        metavar="ID",
        help="the values as this run published them (id of the run, as `status` shows it)",
    )
    kpi.add_argument("--json", action="store_true", help="one JSON object on standard output")
    _add_period(kpi)
    _add_home(kpi, "kpi")


def _add_export(commands: Any) -> None:
    export = commands.add_parser("export", help="lists as csv, xlsx or parquet")
    export.add_argument("what", choices=EXPORTS, metavar="LIST", help=f"one of {', '.join(EXPORTS)}")
    export.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="FILE.csv, FILE.xlsx or FILE.parquet; a log also FILE.xes, .xes.gz (XES), .json, .sqlite (OCEL 2.0)",
    )
    export.add_argument("--limit", type=_count, metavar="N", help="the first N rows only")
    titles = {"family": "product family"}
    for name in ("region", "channel", "department", "family"):
        export.add_argument(
            f"--{name}", action="append", default=[], metavar="NAME",
            help=f"orders of this {titles.get(name, name)} only; may be given several times",
        )  # fmt: skip
    export.add_argument("--user", metavar="ID", help="orders that this user entered or touched")
    _add_period(export)
    _add_home(export, "export")


def _add_process(commands: Any) -> None:
    process = commands.add_parser("process", help="propose a process.yaml from the data")
    does = process.add_subparsers(required=True, metavar="DO", help="what to do; `discover` is all there is")
    found = does.add_parser(
        "discover", help="activities in typical order as stages, their departments, observed medians as first targets"
    )
    found.add_argument("--out", type=Path, metavar="FILE", help="where to write it; standard output without it")
    _add_home(found, "discover")


def _add_rules(commands: Any) -> None:
    rules = commands.add_parser("rules", help="every rule with its last outcome; one explained; one tried on the data")
    rules.add_argument("name", nargs="?", metavar="NAME", help="explain this rule; all are listed without it")
    rules.add_argument("--test", metavar="FILE|NAME", help="try a rule on the published data; nothing is written")
    rules.add_argument("--kind", metavar="KIND", help="list the rules for one kind of error")
    rules.add_argument("--entity", metavar="ENTITY", help="list the rules about one entity")
    rules.add_argument("--failing", action="store_true", help="list the rules that fail or broke in the last run")
    rules.add_argument("--json", action="store_true", help="one JSON object on standard output")
    _add_home(rules, "rules")


def _add_accept(commands: Any) -> None:
    accept = commands.add_parser("accept", help="let findings stand: who, why, until when")
    accept.add_argument("defects", nargs="*", metavar="DEFECT", help="ids of findings (defect_id in the export)")
    accept.add_argument("--rule", metavar="NAME", help="all that this rule finds, now and later")
    for name in ("order", "customer", "product"):
        accept.add_argument(f"--{name}", metavar="ID", help=f"of the rule's findings, those of this {name}")
    accept.add_argument("--why", metavar="TEXT", help="the reason")
    accept.add_argument("--by", metavar="NAME", help="who accepts (the name of the login)")
    accept.add_argument("--until", type=_day, metavar="DATE", help="last day, YYYY-MM-DD; then it counts again")
    accept.add_argument("--revoke", action="store_true", help="take the acceptance back")
    _add_home(accept, "accept")


def _add_simulate(commands: Any) -> None:
    simulate = commands.add_parser("simulate", help="raw files of a simulated company, with the truth beside them")
    simulate.add_argument("--orders", type=_count, required=True, metavar="N", help="how many orders")
    simulate.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the files; made if need be"
    )
    simulate.add_argument(
        "--seed", type=int, default=7, metavar="S", help="another number, another company's history (7)"
    )
    simulate.add_argument("--company", type=Path, metavar="FILE", help="the company's habits (YAML)")
    simulate.add_argument("--format", choices=("csv", "parquet"), default="csv", help="kind of the files (csv)")
    simulate.set_defaults(command="simulate")


def _add_scoreboard(commands: Any) -> None:
    scoreboard = commands.add_parser("scoreboard", help="how well planted errors were found")
    scoreboard.add_argument(
        "--truth", type=Path, required=True, metavar="DIR", help="the folder `truth` that `orderproof simulate` wrote"
    )
    scoreboard.add_argument("--json", action="store_true", help="one JSON object on standard output")
    _add_home(scoreboard, "scoreboard")


def _add_templates(commands: Any) -> None:
    templates = commands.add_parser("templates", help="empty canonical files with every column explained")
    templates.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the files; made if need be"
    )
    templates.set_defaults(command="templates")


def _add_home(parser: argparse.ArgumentParser, command: str) -> None:
    parser.add_argument("--home", type=Path, metavar="DIR", help="home folder (ORDERPROOF_HOME, else data/home)")
    parser.set_defaults(command=command)


def _add_port(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, metavar="N", help="port of the dashboard (a free one from 8501 on)")


def _add_period(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="date_from", type=_day, metavar="DATE", help="first day of entry, YYYY-MM-DD")
    parser.add_argument("--to", dest="date_to", type=_day, metavar="DATE", help="last day of entry, YYYY-MM-DD")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-03-31") from None


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 1 to {_LAST_PORT}")
    return int(text)


def _count(text: str) -> int:
    try:
        number = int(text.replace(",", "").replace("_", ""))
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above zero")
    return number
