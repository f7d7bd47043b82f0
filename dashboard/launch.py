"""Starts the dashboard's server on this machine, for this machine only."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path

from pipelines.errors import UsageError
from pipelines.settings import Home

_HOST = "127.0.0.1"
_FIRST_PORT = 8501
_TRIES = 50


def launch(home: Home, port: int | None, open_browser: bool) -> int:
    """Serve until interrupted. Returns the server's exit code. UsageError where the wanted port is taken."""
    if port is not None and not _is_free(port):
        raise UsageError(f"port {port} is taken.", state="", next_step="Leave --port out to use the next free one.")
    chosen = port or next(p for p in range(_FIRST_PORT, _FIRST_PORT + _TRIES) if _is_free(p))
    url = f"http://{_HOST}:{chosen}"
    print(f"OrderProof is served at {url} (stop with Ctrl+C)", file=sys.stderr)
    if open_browser:
        threading.Thread(target=_open_when_ready, args=(url,), daemon=True).start()
    return _serve(chosen, home)


def _serve(port: int, home: Home) -> int:
    server = subprocess.Popen(_command(port), env=_environment(home))
    # Whoever ends this process ends the server too; otherwise it would keep the port.
    signal.signal(signal.SIGTERM, lambda *_signal: server.terminate())
    with contextlib.suppress(KeyboardInterrupt):
        return max(0, server.wait())
    server.wait()
    return 0


def _command(port: int) -> list[str]:
    app = Path(__file__).with_name("app.py")
    return [
        *(
            sys.executable,
            "-m",
            "dashboard.serve",
            "run",
            str(app),
            "--server.address",
            _HOST,
            "--server.port",
            str(port),
        ),
        *("--server.headless", "true", "--browser.gatherUsageStats", "false", "--server.fileWatcherType", "none"),
    ]


def _environment(home: Home) -> dict[str, str]:
    # The packages may lie in a checkout that is not installed: the server finds them all the same.
    root = str(Path(__file__).resolve().parent.parent)
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    return {**os.environ, "ORDERPROOF_HOME": str(home.path.resolve()), "PYTHONPATH": paths}


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True


def _open_when_ready(url: str) -> None:
    for _ in range(_TRIES):
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"{url}/_stcore/health"):
            webbrowser.open(url)
            return
        time.sleep(0.5)
