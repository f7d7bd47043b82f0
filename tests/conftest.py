"""Shared fixtures. A missing browser or missing real data skips with its reason; `.ci/run` forbids such skips."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets: ORDERPROOF_REAL_DATA, else `../shared/data` beside the checkout."""
    folder = Path(os.environ.get("ORDERPROOF_REAL_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"real data sets not found in {folder} (set ORDERPROOF_REAL_DATA)")
    return folder


@pytest.fixture(scope="session")
def company_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with a small simulated company, built once a session: everything is given."""
    from pipelines.run import run
    from pipelines.settings import open_home
    from pipelines.simulate import simulate

    files, home = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("full") / "home"
    simulate(800, files, 5)
    run([files], open_home(home, create=True))
    return home


@pytest.fixture(scope="session")
def bare_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with orders alone: no actions, no changes, no exceptions, no errors."""
    from pipelines.run import run
    from pipelines.settings import open_home

    folder = tmp_path_factory.mktemp("bare")
    rows = [f"O{n:04d},2025-0{1 + n % 9}-1{n % 10} 09:00:00,C{n % 7},u{n % 3},{100 + n}" for n in range(60)]
    text = "\n".join(["order_id,ordered_at,customer_id,entered_by,net_amount", *rows]) + "\n"
    (folder / "orders.csv").write_text(text, encoding="utf-8")
    run([folder / "orders.csv"], open_home(folder / "home", create=True))
    return folder / "home"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their folder, so that nobody can forget it."""
    for item in items:
        for folder in ("browser", "real"):
            if folder in item.path.relative_to(ROOT / "tests").parts[:-1]:
                item.add_marker(folder)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the forbidden skips."""
    for report in _forbidden_skips(terminalreporter):
        terminalreporter.write_line(f"skipped, and must not be: {report.nodeid}", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail when a browser or real-data test was skipped where skips are forbidden."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and _forbidden_skips(reporter) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _forbidden_skips(reporter: pytest.TerminalReporter) -> list[pytest.TestReport]:
    if not os.environ.get("ORDERPROOF_FORBID_SKIPS"):
        return []
    skipped = reporter.stats.get("skipped", [])
    return [report for report in skipped if {"browser", "real"} & set(report.keywords)]
