"""The command line: the one place where errors become messages and exit codes. Commands import lazily."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.arguments import build_parser
from pipelines.errors import DiskFullError, OrderProofError, UsageError, closed_path, is_disk_full
from pipelines.words import counted

if TYPE_CHECKING:
    from pipelines.run import RunResult


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command: 0 done, 1 failed, 2 wrong usage or configuration, 3 rows quarantined under --strict."""
    parser = build_parser()
    if not (sys.argv[1:] if arguments is None else arguments):
        parser.print_help(sys.stderr)
        return 2
    options = parser.parse_args(arguments)
    try:
        code = COMMANDS[options.command](options)
        sys.stdout.flush()
    except OrderProofError as error:
        print(f"orderproof: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read the output has closed it (`| head`): nothing is left to say, at exit neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("orderproof: stopped; the last published snapshot stands.", file=sys.stderr)
        return 1
    except Exception as error:  # noqa: BLE001 - the one place where an unforeseen error becomes a message
        return _unforeseen(error)
    return code


def _unforeseen(error: Exception) -> int:
    """A disk runs full where it likes, a folder may be closed to us; anything else that no command foresaw is a defect."""
    told = DiskFullError() if is_disk_full(error) else closed_path(error)
    if told is None:
        return _report_defect(error)
    print(f"orderproof: {told}", file=sys.stderr)
    return told.exit_code


def _report_defect(error: Exception) -> int:
    """An error nobody foresaw: one line for the user, the traceback in a file for whoever mends it."""
    import tempfile
    import traceback

    report = Path(tempfile.gettempdir()) / "orderproof-error.txt"
    report.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    print(
        f"orderproof: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no message'}\n"
        f"The last published snapshot stands. This is a defect of OrderProof; the details are in {report}.",
        file=sys.stderr,
    )
    return 1


def _demo(options: argparse.Namespace) -> int:
    from dashboard.launch import launch
    from pipelines.demo import build_demo
    from pipelines.progress import Progress
    from pipelines.settings import open_home

    home = open_home(options.home, create=True)
    build_demo(home, options.orders, Progress())
    return launch(home, options.port, not options.no_open)


def _why_without_end(result: "RunResult", options: argparse.Namespace) -> str:
    if result.changed_orders == 0:
        return "No order, line or action was found: the pages stay empty. Was this the right file?"
    return (
        f"{counted(result.changed_orders, 'order')} came in without a date that could be read: pages by period stay empty. "
        f"Which values: orderproof status{_home_flag(options)}. A format that the profile gives for a date may be the "
        f"reason (cells that Excel keeps as dates need none): mend it, then orderproof run{_home_flag(options)}"
    )


def _run(options: argparse.Namespace) -> int:
    from pipelines.demo import refuse_demo_home
    from pipelines.progress import Progress
    from pipelines.run import run
    from pipelines.settings import open_home
    from pipelines.warehouse import require_snapshot

    home = open_home(options.home, create=bool(options.paths))
    if options.paths:
        refuse_demo_home(home)
    else:
        require_snapshot(home)
    progress = Progress()
    result = run(options.paths, home, options.profile, full_check=options.full_check, progress=progress)
    progress.say(f"Published {result.snapshot.id}; data until {_until(result.snapshot)}.")
    if result.snapshot.data_until is None:
        progress.say(_why_without_end(result, options))
    if result.unreadable:
        which = f"Which, and why: orderproof status{_home_flag(options)}"
        progress.say(f"{counted(result.unreadable, 'value')} could not be read and stand as unknown. {which}")
    if result.quarantined:
        look = f"orderproof export quarantine --out quarantine.csv{_home_flag(options)}"
        progress.say(f"In quarantine: {counted(result.quarantined, 'row')}. Look at them: {look}")
    progress.say(f"Look at it: orderproof dashboard{_home_flag(options)}")
    return 3 if options.strict and result.quarantined else 0


def _until(snapshot: Any) -> str:
    """Until when the data of a snapshot reach, by the clocks of its reporting zone."""
    from pipelines.read.clock import reporting_zone, shown
    from pipelines.warehouse import open_snapshot

    with open_snapshot(snapshot) as con:
        return shown(snapshot.data_until, reporting_zone(con))


def _home_flag(options: argparse.Namespace) -> str:
    return f" --home {options.home}" if options.home else ""


def _dashboard(options: argparse.Namespace) -> int:
    from dashboard.launch import launch
    from pipelines.settings import open_home
    from pipelines.warehouse import require_snapshot

    home = open_home(options.home)
    require_snapshot(home)
    return launch(home, options.port, not options.no_open)


def _status(options: argparse.Namespace) -> int:
    from pipelines.read.status import status, status_text
    from pipelines.settings import open_home
    from pipelines.warehouse import open_snapshot, require_snapshot

    home = open_home(options.home)
    with open_snapshot(require_snapshot(home)) as con:
        answer = status(con, home)
    print(_as_json(answer) if options.json else status_text(answer))
    return 0


def _kpi(options: argparse.Namespace) -> int:
    from pipelines.read.cost_unit import cost_currency, currencies
    from pipelines.read.filters import Filters
    from pipelines.read.kpi import as_json, as_text, evaluate
    from pipelines.settings import open_home
    from pipelines.warehouse import open_snapshot, require_snapshot

    first, last = _period(options)
    filters = Filters(date_from=first, date_to=last)
    home = open_home(options.home)
    names = [options.name] if options.name else None
    with open_snapshot(require_snapshot(home)) as con:
        values = evaluate(con, names, filters, by=options.by, as_published=options.as_published)
        currency = cost_currency(home.settings.reporting_currency, currencies(con))
    print(_as_json(as_json(values)) if options.json else as_text(values, currency))
    return 0


def _export(options: argparse.Namespace) -> int:
    from pipelines.read.event_log import export_log, log_suffix
    from pipelines.read.exports import export
    from pipelines.read.known_values import refuse_unknown
    from pipelines.settings import open_home
    from pipelines.warehouse import open_snapshot, require_snapshot

    filters = _filters(options)
    home = open_home(options.home)
    with open_snapshot(require_snapshot(home)) as con:
        refuse_unknown(con, filters)
        if options.what == "log" and log_suffix(options.out):
            rows = export_log(con, options.out, filters)
        else:
            rows = export(con, options.what, options.out, filters, limit=options.limit)
    print(f"{counted(rows, 'row')} written to {options.out}", file=sys.stderr)
    return 0


def _filters(options: argparse.Namespace) -> Any:
    from pipelines.read.filters import Filters

    first, last = _period(options)
    return Filters(
        date_from=first,
        date_to=last,
        regions=tuple(options.region),
        channels=tuple(options.channel),
        departments=tuple(options.department),
        families=tuple(options.family),
        user=options.user,
    )


def _period(options: argparse.Namespace) -> tuple[date | None, date | None]:
    """Both ends of the period. UsageError where it ends before it begins."""
    first, last = options.date_from, options.date_to
    if first and last and first > last:
        raise UsageError(
            f"the period begins on {first}, after its end on {last}.",
            state="Nothing was changed.",
            next_step="Give the earlier day as --from.",
        )
    return first, last


def _accept(options: argparse.Namespace) -> int:
    from getpass import getuser

    from pipelines.acceptances import Scope, accept_defects, accept_rule, take_back
    from pipelines.read.clock import day_of, reporting_zone
    from pipelines.settings import open_home
    from pipelines.warehouse import open_snapshot, require_snapshot

    _check_accept(options)
    home, by = open_home(options.home), options.by or getuser()
    scope = Scope(options.rule, options.order, options.customer, options.product) if options.rule else None
    if options.revoke:
        done = take_back(home, [scope.key] if scope else options.defects, by)
        print(
            f"{counted(len(done), 'acceptance')} taken back. The next run counts the findings again.", file=sys.stderr
        )
        return 0
    snapshot = require_snapshot(home)
    with open_snapshot(snapshot) as con:
        _check_until(options.until, day_of(snapshot.data_until, reporting_zone(con)) if snapshot.data_until else None)
        if scope:
            accept_rule(home, con, scope, options.why, by, options.until)
        else:
            accept_defects(home, con, options.defects, options.why, by, options.until)
    print("Accepted. From the next run on this does not count any more, and stays visible.", file=sys.stderr)
    return 0


def _check_until(until: date | None, data_until: date | None) -> None:
    """UsageError for a last day before the data end: such an acceptance would never count."""
    if until and data_until and until < data_until:
        raise UsageError(
            f"--until {until} lies before the end of the data ({data_until}): the acceptance would never count.",
            state="Nothing was changed.",
            next_step="Give a later day, or leave --until away.",
        )


def _check_accept(options: argparse.Namespace) -> None:
    """UsageError for what the parser cannot tell: findings or a rule, and a reason."""
    state = "Nothing was changed."
    if bool(options.defects) == bool(options.rule):
        raise UsageError("say what is accepted: ids of findings, or --rule NAME.", state=state)
    if not options.rule and (options.order or options.customer or options.product):
        raise UsageError("--order, --customer and --product narrow a --rule down.", state=state)
    if not options.revoke and not (options.why or "").strip():
        raise UsageError("an acceptance needs its reason.", state=state, next_step="Add --why TEXT.")


def _rules(options: argparse.Namespace) -> int:
    from expectations.rules_command import explain_rule, list_rules, test_rules
    from pipelines.settings import open_home

    if options.test and options.name:
        raise UsageError("say either a rule to explain, or --test with one to try.", state="Nothing was changed.")
    home = open_home(options.home)
    if options.test:
        answer, text, broke = test_rules(home, options.test)
    elif options.name:
        answer, text, broke = explain_rule(home, options.name)
    else:
        answer, text, broke = list_rules(home, options.kind, options.entity, options.failing)
    print(_as_json(answer) if options.json else text)
    return 1 if broke else 0


def _discover(options: argparse.Namespace) -> int:
    from pipelines.process.discover import discover
    from pipelines.settings import open_home
    from pipelines.warehouse import open_snapshot, require_snapshot, write_atomically

    with open_snapshot(require_snapshot(open_home(options.home))) as con:
        text = discover(con)
    if text is None:
        raise UsageError(
            "there are no actions to read a process from.", next_step="Load user_actions, then run this again."
        )
    if options.out is None:
        print(text, end="")
        return 0
    if options.out.exists():
        raise UsageError(
            f"{options.out} exists already.", state="It was left as it is.", next_step="Give another name for --out."
        )
    write_atomically(options.out, text)
    print(
        f"{options.out}: look it over, then put it into the home folder as config/process.yaml and run again.",
        file=sys.stderr,
    )
    return 0


def _simulate(options: argparse.Namespace) -> int:
    from pipelines.progress import Progress
    from pipelines.simulate import simulate

    progress = Progress()
    with progress.step("simulate", f"Simulating {options.orders:,} orders"):
        simulate(options.orders, options.out, options.seed, options.company, options.format)
    progress.say(f"Load it: orderproof run {options.out}")
    return 0


def _scoreboard(options: argparse.Namespace) -> int:
    from pipelines.pseudonyms import pseudonyms_of
    from pipelines.scoreboard import scoreboard
    from pipelines.settings import open_home
    from pipelines.warehouse import open_snapshot, require_snapshot

    home = open_home(options.home)
    with open_snapshot(require_snapshot(home)) as con:
        board = scoreboard(options.truth, con, pseudonyms_of(home))
    print(_as_json(board.as_json()) if options.json else board.as_text())
    return 0


def _templates(options: argparse.Namespace) -> int:
    from pipelines.contract.templates import write_templates

    for path in write_templates(options.out):
        print(path)
    return 0


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


# What the parser calls a command -> what does it.
COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "accept": _accept,
    "dashboard": _dashboard,
    "demo": _demo,
    "discover": _discover,
    "export": _export,
    "kpi": _kpi,
    "rules": _rules,
    "run": _run,
    "scoreboard": _scoreboard,
    "simulate": _simulate,
    "status": _status,
    "templates": _templates,
}


if __name__ == "__main__":
    sys.exit(main())
