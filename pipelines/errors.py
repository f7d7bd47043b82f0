"""What can go wrong, told so that a person can act: what happened, where, the state of the data, what to do next."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened: a file and, where known, its line (first line is 1) and column name."""

    file: str
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.column is not None:
            parts.append(f"column {self.column!r}")
        return ", ".join(parts)


class OrderProofError(Exception):
    """An error with a message for people. `state` says what became of the data, `next_step` what to type next."""

    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        place: Place | None = None,
        state: str = "Nothing was changed; the last published snapshot stands.",
        next_step: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.state = state
        self.next_step = next_step

    def __str__(self) -> str:
        head = f"{self.place}: {self.message}" if self.place else self.message
        return "\n".join(part for part in (head, self.state, self.next_step) if part)


class UsageError(OrderProofError):
    """Wrong usage of the command line."""

    exit_code = 2


class ConfigurationError(OrderProofError):
    """A profile, rule, process or settings file is wrong; `place` names file and line."""

    exit_code = 2


class UnreadableFileError(OrderProofError):
    """A whole input file cannot be read (corrupt, unknown format, expands without bound)."""


class MissingColumnError(ConfigurationError):
    """A required column was not found; the message lists the found ones and the one probably meant."""


class RunInProgressError(OrderProofError):
    """Another run holds the home folder."""


class NoSnapshotError(OrderProofError):
    """Nothing was published yet."""


class DiskFullError(OrderProofError):
    """No room left while writing."""
