"""Tells what a run is doing: a live display on a terminal, plain lines elsewhere. Always on standard error."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console


@dataclass(slots=True)
class Step:
    """One finished step: its name, seconds, the process's peak memory so far in MB, and what it counted."""

    name: str
    seconds: float = 0.0
    peak_mb: float = 0.0
    note: str = ""


@dataclass(slots=True)
class Progress:
    """Collects the steps of a run and shows them as they go."""

    console: Console = field(default_factory=lambda: Console(stderr=True, highlight=False))
    quiet: bool = False
    steps: list[Step] = field(default_factory=list)

    @contextmanager
    def step(self, name: str, text: str) -> Iterator[Step]:
        """Time one step. `text` says in words what it does."""
        step = Step(name)
        started = time.perf_counter()
        with self._shown(text):
            yield step
        step.seconds = time.perf_counter() - started
        step.peak_mb = peak_memory_mb()
        self.steps.append(step)
        self.say(f"{text:<44} {step.seconds:6.1f} s  {step.note}".rstrip())

    def say(self, text: str) -> None:
        """One line for people."""
        if not self.quiet:
            self.console.print(text, markup=False, soft_wrap=True)

    @contextmanager
    def _shown(self, text: str) -> Iterator[None]:
        if self.quiet or not self.console.is_terminal:
            yield
            return
        with self.console.status(text):
            yield


def peak_memory_mb() -> float:
    """Largest resident size of this process so far, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
