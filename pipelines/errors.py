"""What can go wrong, told so that a person can act: what happened, where, the state of the data, what to do next."""

import errno
from collections.abc import Iterator
from dataclasses import dataclass

# DuckDB says the first when a write fails, the second when its spill folder has outgrown what was free at the start.
_NO_ROOM = ("No space left on device", "max_temp_directory_size", "Disk quota exceeded")


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

    def __init__(self, message: str = "no room left on the disk.", *, place: Place | None = None) -> None:
        super().__init__(message, place=place, next_step="Make room, then run the same command again.")


def is_disk_full(error: BaseException) -> bool:
    """Whether an error, or one that it came from, says that the disk is full: the system's words, or DuckDB's."""
    return any(_says_no_room(one) for one in _chain(error))


def _says_no_room(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return any(phrase in str(error) for phrase in _NO_ROOM)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


# What the system says of a path that cannot be used as asked: nothing of ours can put that right.
_CLOSED = (
    errno.ENOENT,
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.ENAMETOOLONG,
    errno.EEXIST,
)


def closed_path(error: Exception) -> UsageError | None:
    """The message for a path that could not be read or written; None where `error` is of another nature."""
    if not isinstance(error, OSError) or error.errno not in _CLOSED or not error.filename:
        return None
    return UsageError(
        f"{error.filename} cannot be read or written: {str(error.strerror).lower()}.",
        next_step="Give a path in a folder of your own, or ask for the right to use this one.",
    )
