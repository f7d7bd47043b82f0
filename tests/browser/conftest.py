"""A served dashboard and a headless Chromium; a missing browser skips with its reason."""

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ARTIFACTS = Path(__file__).parent.parent / ".artifacts"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# The page is drawn when the script rests, the parts that the browser loads late (charts) are there, and what it shows has kept its
# length for half a second.
DRAWN = """() => {
  const resting = document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]");
  const charts = [...document.querySelectorAll("[data-testid=stPlotlyChart]")].every((c) => c.querySelector(".main-svg"));
  const late = !charts || document.querySelector("[data-testid=stSkeleton]");
  const size = document.body.innerHTML.length;
  if (!resting || late || !document.querySelector("h2") || window.__size !== size) {
    window.__size = size;
    window.__since = performance.now();
    return false;
  }
  return performance.now() - window.__since > 500;
}"""


def settle(page: Page) -> None:
    """Wait until the page is drawn."""
    page.wait_for_function(DRAWN, polling=100, timeout=60_000)


def visit(page: Page, address: str, name: str, query: str = "") -> None:
    """Open a page by its address and wait until it is drawn."""
    page.goto(f"{address}/{'' if name == 'overview' else name}{query}")
    settle(page)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium of the system."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("chromium not found (Debian: apt-get install chromium fonts-noto-cjk)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def served(company_home: Path) -> Iterator[str]:
    """Address of a dashboard over the small simulated company."""
    with serve(company_home) as address:
        yield address


@pytest.fixture(scope="session")
def served_bare(bare_home: Path) -> Iterator[str]:
    """Address of a dashboard over orders alone."""
    with serve(bare_home) as address:
        yield address


class serve:  # noqa: N801 - reads as a verb
    """The command that a user would run, from a folder that is not the checkout."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __enter__(self) -> str:
        port = _free_port()
        code = "import sys; from pipelines.cli import main; sys.exit(main(sys.argv[1:]))"
        root = str(Path(__file__).resolve().parents[2])
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, "dashboard", "--home", str(self.home), "--port", str(port), "--no-open"],
            cwd=self.home, env={"PYTHONPATH": root, "PATH": "/usr/bin:/bin", "HOME": str(self.home)},
        )  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        _wait(address)
        return address

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health"):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise TimeoutError(address)
