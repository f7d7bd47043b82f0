"""The simulated company in a home folder of its own, never mixed with real orders."""

from pathlib import Path

from pipelines.errors import UsageError
from pipelines.progress import Progress
from pipelines.settings import Home
from pipelines.warehouse import current_snapshot

_SEED = 7


def build_demo(home: Home, orders: int, progress: Progress) -> None:
    """Simulate, run and mark the home folder as a demo. Done before with as many orders: nothing is built again."""
    marker = _marker(home)
    if current_snapshot(home) is not None:
        _check_same_demo(home, orders)
        progress.say(
            f"The demo with {orders:,} orders is already in {home.path}; built again by: orderproof run --home {home.path}"
        )
        return
    marker.write_text(f"{orders}\n", encoding="utf-8")
    _simulate_and_run(home, orders, progress)


def refuse_demo_home(home: Home) -> None:
    """UsageError where real files would be mixed with simulated ones."""
    if _marker(home).exists():
        raise UsageError(
            f"{home.path} holds the simulated company; real orders would be mixed with invented ones.",
            state="Nothing was changed.",
            next_step="Use a folder of your own: orderproof run PATH... --home my-orders",
        )


def _check_same_demo(home: Home, orders: int) -> None:
    marker = _marker(home)
    if not marker.exists():
        raise UsageError(
            f"{home.path} holds orders that are not the demo's.",
            state="Nothing was changed.",
            next_step="Use another folder: orderproof demo --home demo",
        )
    built = int(marker.read_text(encoding="utf-8"))
    if built != orders:
        raise UsageError(
            f"{home.path} holds a demo with {built:,} orders.",
            state="Nothing was changed.",
            next_step=f"Use another folder: orderproof demo --orders {orders} --home demo-{orders}\n"
            f"Or look at the demo that is there: orderproof dashboard --home {home.path}",
        )


def _simulate_and_run(home: Home, orders: int, progress: Progress) -> None:
    from pipelines.run import run
    from pipelines.simulate import simulate

    files = home.path / "simulated"
    with progress.step("simulate", f"Simulating {orders:,} orders"):
        simulate(orders, files, _SEED)
    run(sorted(files.glob("*.csv")), home, "canonical", progress=progress)


def _marker(home: Home) -> Path:
    return home.path / "DEMO"
